import type {
  Audience,
  Conversation,
  ConversationFacts,
  Holder,
  Message,
  PersonRef,
} from '../../providers/port/index.ts'

/** What everybody in a conversation may know of it. The title of two people's is left out: it is the other one's name. */
export function publicFactsOf({ status, title, kind }: Conversation): ConversationFacts {
  return kind === 'direct' ? { status } : { status, title }
}

/** What only the team may know: how it works, and who of it. */
export function internalFactsOf(conversation: Conversation): ConversationFacts {
  const { labels, snoozedUntil, team, priority, customAttributes } = conversation
  const assignee = assigneeOf(conversation)
  const facts = { snoozedUntil, priority, customAttributes, assignee, team: team?.externalId ?? null }
  return labels == null ? facts : { ...facts, labels }
}

/** When our own team looked is its own matter. */
export function audienceOfReading(conversation: Conversation, holder: Holder): Audience {
  const isOurs = holder === 'team' || (typeof holder !== 'string' && holder.native === assigneeOf(conversation)?.native)
  return isOurs ? 'internal' : 'public'
}

/** What happened to a conversation is the team's own matter with some providers, and a draft is nobody's yet. */
export function audienceOfMessage({ kind, isDraft, audience }: Message): Audience {
  return kind === 'activity' || isDraft ? 'internal' : audience
}

function assigneeOf({ assignee }: Conversation): PersonRef | null {
  return assignee !== null && 'ref' in assignee ? assignee.ref : assignee
}

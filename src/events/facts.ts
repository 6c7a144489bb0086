import type { Audience, Conversation, ConversationFacts, Holder } from '../../providers/port/index.ts'

/** What everybody in a conversation may know of it. The title of two people's is left out: it is the other one's name. */
export function publicFactsOf({ status, assignee, title, kind }: Conversation): ConversationFacts {
  const facts = { status, assignee: assignee !== null && 'ref' in assignee ? assignee.ref : assignee }
  return kind === 'direct' ? facts : { ...facts, title }
}

/** What only the team may know. */
export function internalFactsOf(conversation: Conversation): ConversationFacts {
  const { labels, snoozedUntil, team, priority, customAttributes } = conversation
  const facts = { snoozedUntil, priority, customAttributes, team: team?.externalId ?? null }
  return labels == null ? facts : { ...facts, labels }
}

/** When our own team looked is its own matter. */
export function audienceOfReading({ assignee }: Conversation, holder: Holder): Audience {
  const assigned = assignee !== null && 'ref' in assignee ? assignee.ref : assignee
  const isOurs = holder === 'team' || (typeof holder !== 'string' && holder.native === assigned?.native)
  return isOurs ? 'internal' : 'public'
}

import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Conversation,
  type Maybe,
  type Message,
  type MessagePreview,
  type Participant,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import type { Contact } from './acting.ts'
import type { ChatwootConversation } from './details.ts'
import { contactIdOf } from './list-plan.ts'
import {
  type ConversationScope,
  toConversation,
  toConversationDetails,
  toPreview,
  withoutAddresses,
} from './to-model.ts'

export function isOwn(conversation: Wire, contact: Contact): boolean {
  return contactIdOf(conversation) === contact.id
}

/**
 * A conversation as its customer may see it: no notes, no labels, nothing of how the team works, as Chatwoot's own client API
 * has it. What an agent last wrote may be a note, so that the newest public message has to be read then.
 */
export async function toContactsView(
  wire: Wire,
  scope: ConversationScope,
  { contact, readNewestPublic, call }: ContactsEyes,
): Promise<Conversation> {
  const conversation = toConversation(wire, scope)
  const lastMessage = await publicPreview(conversation.lastMessage, readNewestPublic, call)
  const { assignee } = conversation
  return {
    ...conversation,
    snoozedUntil: null,
    labels: null,
    assignee: assignee !== null && 'details' in assignee ? withoutAddresses(assignee) : null,
    team: null,
    priority: null,
    lastActivityAt: lastMessage?.createdAt ?? conversation.createdAt,
    waitingSince: null,
    lastMessage,
    featuredParticipants: conversation.featuredParticipants.map((participant) =>
      publicParticipant(participant, contact),
    ),
    horizons: conversation.horizons.filter(
      ({ holder }) => typeof holder === 'string' || holder.native === contact.native,
    ),
    customAttributes: null,
    details: publicDetails(toConversationDetails(wire)),
  }
}

function publicDetails(details: ChatwootConversation): ChatwootConversation {
  const internal = { assigneeLastSeenAt: null, muted: null, additionalAttributes: null }
  return { ...details, ...internal, slaPolicyId: null, appliedSla: null, slaEvents: null }
}

export interface ContactsEyes {
  readonly contact: PersonRef
  /** Costs a call. */
  readonly readNewestPublic: () => Promise<Message | null>
  readonly call: CallContext
}

export function publicParticipant(participant: Participant, contact: PersonRef): Participant {
  if (participant.person.ref.native === contact.native) return participant
  return { ...participant, person: withoutAddresses(participant.person), role: null }
}

async function publicPreview(
  preview: Maybe<MessagePreview>,
  readNewestPublic: () => Promise<Message | null>,
  call: CallContext,
): Promise<Maybe<MessagePreview>> {
  if (preview?.audience !== 'internal') return preview
  if (call.budget.remaining === 0) return undefined
  try {
    const message = await readNewestPublic()
    return message === null ? null : toPreview(message)
  } catch (error) {
    if (error instanceof ProviderError) return undefined
    throw error
  }
}

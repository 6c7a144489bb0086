import { absent } from '../kit/absent.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Conversation,
  type Details,
  type Maybe,
  type Message,
  type MessagePreview,
  type Participant,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import type { Contact } from './acting.ts'
import type { ChatwootConversation, ChatwootMessage } from './details.ts'
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
export async function toContactsView(wire: Wire, scope: ConversationScope, eyes: ContactsEyes): Promise<Conversation> {
  const { contact } = eyes
  const conversation = toConversation(wire, scope)
  const lastMessage = await publicPreview(conversation.lastMessage, eyes)
  const { assignee } = conversation
  const lastActivityAt = lastMessage?.createdAt ?? conversation.createdAt
  return {
    ...conversation,
    externalUrl: null,
    snoozedUntil: null,
    labels: null,
    assignee: assignee !== null && 'details' in assignee ? withoutAddresses(assignee) : null,
    team: null,
    priority: null,
    updatedAt: lastActivityAt,
    lastActivityAt,
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
  const internal = { firstReplyCreatedAt: null, assigneeLastSeenAt: null, muted: null, additionalAttributes: null }
  return { ...details, ...internal, slaPolicyId: null, appliedSla: null, slaEvents: null }
}

export interface ContactsEyes {
  readonly contact: PersonRef
  /** Costs a call. */
  readonly readNewestPublic: () => Promise<Message | null>
  readonly call: CallContext
}

/** Throws `NOT_FOUND` where they are not the conversation's contact. */
export function toContactsParticipants(participants: readonly Participant[], { ref }: Contact): readonly Participant[] {
  if (!participants.some(({ person }) => person.ref.native === ref.native)) throw absent()
  return participants.map((one) => publicParticipant(one, ref))
}

function publicParticipant(participant: Participant, contact: PersonRef): Participant {
  if (participant.person.ref.native === contact.native) return participant
  return { ...participant, person: withoutAddresses(participant.person), role: null }
}

/**
 * Addresses of others and what the team's tools wrote beside it are left out. So is when it was last touched, which not every
 * form says: whether a message was read alone or came with its conversation would tell that there is a note behind it.
 */
export function toContactsMessage(message: Message, contact: PersonRef): Message {
  const { sender, recipients } = message
  return {
    ...message,
    sender: sender === null || sender.ref.native === contact.native ? sender : withoutAddresses(sender),
    recipients: recipients.filter(({ role }) => role !== 'BCC'),
    updatedAt: null,
    details: isMessages(message.details) ? publicMessageDetails(message.details) : message.details,
  }
}

function publicMessageDetails({
  shape,
  contentType,
  messageType,
  contentAttributes,
}: ChatwootMessage): ChatwootMessage {
  const asked = Object.entries(contentAttributes ?? {}).filter(([name]) => CONTACTS_ATTRIBUTES.includes(name))
  return {
    shape,
    contentType,
    messageType,
    contentAttributes: contentAttributes && Object.fromEntries(asked),
    sourceId: null,
    additionalAttributes: null,
    externalSourceIds: null,
    processedContent: null,
    sentiment: null,
  }
}

/** What a form or a choice asks, and what was answered. */
const CONTACTS_ATTRIBUTES: readonly string[] = [
  'items',
  'submitted_values',
  'submitted_email',
  'in_reply_to',
  'deleted',
  'image_type',
]

function isMessages(details: Details): details is ChatwootMessage {
  return details.shape === 'chatwoot-message'
}

function contactsPreview(preview: MessagePreview, contact: PersonRef): MessagePreview {
  const { full } = preview
  if (full !== null) return toPreview(toContactsMessage(full, contact))
  return { ...preview, sender: preview.sender && withoutAddresses(preview.sender) }
}

async function publicPreview(
  preview: Maybe<MessagePreview>,
  { contact, readNewestPublic, call }: ContactsEyes,
): Promise<Maybe<MessagePreview>> {
  if (!preview) return preview
  if (preview.audience !== 'internal') return contactsPreview(preview, contact)
  if (call.budget.remaining === 0) return undefined
  try {
    const message = await readNewestPublic()
    return message === null ? null : toPreview(message)
  } catch (error) {
    if (error instanceof ProviderError) return undefined
    throw error
  }
}

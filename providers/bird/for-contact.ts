import type {
  Conversation,
  ConversationForViewer,
  Details,
  Message,
  MessagePreview,
  Participant,
  Person,
  PersonRef,
  Recipient,
} from '../port/index.ts'
import type { BirdConversation, BirdMessage, BirdParticipant } from './details.ts'
import { previewOf } from './to-message.ts'

/**
 * A conversation as its contact may see it: nothing that the team keeps or says among itself, no time that only this moved,
 * and nobody's addresses but their own. Where the last message is the team's own, this answer does not say what was last said.
 */
export function toContactsView(view: ConversationForViewer, contact: PersonRef): ConversationForViewer {
  const { conversation } = view
  const { lastMessage } = conversation
  const lastActivityAt = lastPublicActivity(conversation)
  const shown = {
    ...conversation,
    labels: null,
    assignee: null,
    updatedAt: lastActivityAt,
    lastActivityAt,
    lastMessage: lastMessage && publicPreview(lastMessage, contact),
    featuredParticipants: conversation.featuredParticipants.map((one) => publicParticipant(one, contact)),
    customAttributes: null,
    details: publicDetails(conversation.details, contact),
  }
  return { ...view, conversation: shown }
}

/** As if nothing had been said behind it. */
export function withLastMessage(view: ConversationForViewer, message: Message): ConversationForViewer {
  const { conversation } = view
  const lastActivityAt = latest([message.createdAt, conversation.lastActivityAt])
  const lastMessage = previewOf(message)
  return { ...view, conversation: { ...conversation, lastMessage, lastActivityAt, updatedAt: lastActivityAt } }
}

/** Null where it is the team's own. */
export function toContactsMessage(message: Message, contact: PersonRef): Message | null {
  if (isTeamsOwn(message)) return null
  return {
    ...message,
    sender: message.sender && publicPerson(message.sender, contact),
    recipients: message.recipients.filter((one) => isShown(one, contact)).map((one) => publicRecipient(one, contact)),
    details: publicDetails(message.details, contact),
  }
}

export function publicParticipant(participant: Participant, contact: PersonRef): Participant {
  if (isSame(participant.person.ref, contact)) return participant
  const { person, details } = participant
  return { ...participant, person: publicPerson(person, contact), details: details && publicDetails(details, contact) }
}

/** Whether somebody is in it who has not left; undefined where the answer does not say. */
export function isIn(participants: readonly Participant[], contact: PersonRef): boolean | undefined {
  const own = participants.find(({ person }) => isSame(person.ref, contact))
  return own && own.status !== 'inactive'
}

function isTeamsOwn({ audience, isDraft }: Pick<Message, 'audience' | 'isDraft'>): boolean {
  return audience === 'internal' || isDraft
}

/** What went out last may have been a note, or be still to go out: of that, only the time of what came before is told. */
function lastPublicActivity({ createdAt, lastMessage, details }: Conversation): Date {
  const { lastMessageIncomingAt = null, lastMessageOutgoingAt = null } = isConversations(details) ? details : {}
  const hiddenAt = lastMessage && isTeamsOwn(lastMessage) ? lastMessage.createdAt : null
  const outgoingAt =
    hiddenAt !== null && lastMessageOutgoingAt !== null && lastMessageOutgoingAt >= hiddenAt
      ? null
      : lastMessageOutgoingAt
  const saidAt = hiddenAt === null ? (lastMessage?.createdAt ?? null) : null
  return latest([createdAt, saidAt, lastMessageIncomingAt, outgoingAt])
}

function latest(times: readonly (Date | null)[]): Date {
  return new Date(Math.max(...times.flatMap((time) => time?.getTime() ?? [])))
}

function publicPreview(preview: MessagePreview, contact: PersonRef): MessagePreview | undefined {
  if (isTeamsOwn(preview)) return undefined
  return { ...preview, sender: preview.sender && publicPerson(preview.sender, contact) }
}

function publicPerson(person: Person, contact: PersonRef): Person {
  return isSame(person.ref, contact) ? person : { ...person, addresses: [], details: null }
}

/** Those who get a hidden copy know of themselves alone. */
function isShown({ role, person }: Recipient, contact: PersonRef): boolean {
  return role !== 'BCC' || (person !== null && isSame(person, contact))
}

function publicRecipient(recipient: Recipient, contact: PersonRef): Recipient {
  const isOwn = recipient.person !== null && isSame(recipient.person, contact)
  return isOwn ? recipient : { ...recipient, addresses: [] }
}

function isSame(one: PersonRef, other: PersonRef): boolean {
  return one.native === other.native
}

function publicDetails(details: Details, contact: PersonRef): Details {
  if (isConversations(details)) return conversationDetails(details, contact)
  if (isMessages(details)) return messageDetails(details)
  return isParticipants(details) ? participantDetails(details) : details
}

function conversationDetails(details: BirdConversation, contact: PersonRef): BirdConversation {
  const { style, platformStyle, category, lastMessageIncomingAt, initiatingParticipant } = details
  return {
    ...NOTHING_OF_A_CONVERSATION,
    style,
    platformStyle,
    category,
    lastMessageIncomingAt,
    initiatingParticipant: initiatingParticipant && publicParticipant(initiatingParticipant, contact),
  }
}

const NOTHING_OF_A_CONVERSATION: BirdConversation = {
  shape: 'bird-conversation',
  visibility: null,
  accessibility: null,
  style: null,
  platformStyle: null,
  category: null,
  description: null,
  directory: null,
  summary: null,
  read: null,
  starred: null,
  hasDraft: null,
  privateAttributes: null,
  resourceUri: null,
  pendingParticipantCount: null,
  lastMessageIncomingAt: null,
  lastMessageOutgoingAt: null,
  initiatingParticipant: null,
  inbox: null,
  referral: null,
  resource: null,
}

function messageDetails({ shape, type, body }: BirdMessage): BirdMessage {
  return { shape, type, body, reference: null, source: null, receiverTypes: null, recipients: [], interactions: [] }
}

function participantDetails({ shape, type, status, createdAt }: BirdParticipant): BirdParticipant {
  const addresses = { platformAddress: null, platformAddressSelector: null, identifierKey: null, identifierValue: null }
  return { shape, type, status, createdAt, updatedAt: null, resourceUri: null, ...addresses }
}

function isConversations(details: Details): details is BirdConversation {
  return details.shape === 'bird-conversation'
}

function isMessages(details: Details): details is BirdMessage {
  return details.shape === 'bird-message'
}

function isParticipants(details: Details): details is BirdParticipant {
  return details.shape === 'bird-participant'
}

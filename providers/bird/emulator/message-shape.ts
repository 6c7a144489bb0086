import { toChannelContact, toRecipient, toSender, type View } from './participant-shape.ts'
import {
  type Conversation,
  type Interaction,
  isIncoming,
  type JsonObject,
  type Member,
  type Message,
} from './records.ts'
import { toTime } from './times.ts'

/** A message as the Conversations API tells it. */
export function toMessage(view: View, conversation: Conversation, message: Message): JsonObject {
  const { recipients, reason, interactions, extraInformation } = message
  const told = interactions.map((interaction) => toInteraction(view, conversation, message, interaction))
  return {
    id: message.id,
    conversationId: conversation.id,
    reference: message.reference,
    sender: toSender(view, conversation, message.sender),
    draft: message.draft,
    ...(recipients && { recipients: recipients.map((recipient) => toRecipient(view, recipient)) }),
    status: message.status,
    ...(reason !== null && { reason }),
    source: message.source,
    ...toContent(view, message),
    interactions: told.length === 0 && view.shape === 'example' ? null : told,
    createdAt: toTime(message.createdAt),
    updatedAt: toTime(message.updatedAt),
    ...(extraInformation && { meta: { extraInformation } }),
    ...(isIncoming(message) && conversation.channel.platform === 'email' && { receiverTypes: ['to'] }),
    ...(view.shape === 'schema' && schemaOnly(conversation, message)),
  }
}

/** The same message, under the same id, as the Channels API tells it: without a conversation, but with a direction. */
export function toChannelMessage(view: View, conversation: Conversation, message: Message): JsonObject {
  const { channel } = conversation
  return {
    id: message.id,
    channelId: channel.id,
    ...toSides(conversation, message),
    ...toContent(view, message),
    ...(message.extraInformation && { meta: { extraInformation: message.extraInformation } }),
    reference: isIncoming(message) ? '' : message.reference,
    parts: [{ platformReference: `${channel.platform}.${message.id}` }],
    status: message.status,
    reason: message.reason ?? '',
    direction: isIncoming(message) ? 'incoming' : 'outgoing',
    context: toContext(conversation, message, farSide(conversation, message)),
    lastStatusAt: toTime(message.updatedAt),
    createdAt: toTime(message.createdAt),
    updatedAt: toTime(message.updatedAt),
  }
}

export function toInteraction(
  view: View,
  conversation: Conversation,
  message: Message,
  interaction: Interaction,
): JsonObject {
  const { channel } = conversation
  return {
    id: interaction.id,
    messageId: message.id,
    channelId: channel.id,
    platformId: channel.platform,
    type: interaction.type,
    messageReference: message.reference,
    messagePartsCount: 1,
    messageTags: [],
    receiver: { contacts: channelContacts([interaction.by]) },
    createdAt: toTime(interaction.createdAt),
    details: '',
    context: toContext(conversation, message, interaction.by),
    metadata: interaction.metadata,
    ...(view.shape === 'schema' && {
      platformReferenceId: `${channel.platform}.${message.id}`,
      messageCreatedAt: toTime(message.createdAt),
      isFirstInteraction: message.interactions[0] === interaction,
    }),
  }
}

function schemaOnly(conversation: Conversation, message: Message): JsonObject {
  return {
    channelId: conversation.channel.id,
    conversationCreatedAt: toTime(conversation.createdAt),
    ...(message.draft && { draftMeta: {} }),
  }
}

function toContent({ origin }: View, { body, template }: Message): JsonObject {
  if (body !== null) return { body: withOrigin(body, origin) }
  return template === null ? {} : { template }
}

function withOrigin(body: JsonObject, origin: string): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) =>
    key === 'mediaUrl' && String(value).startsWith('/') ? `${origin}${value}` : value,
  )
}

function toSides({ channel, members }: Conversation, message: Message): JsonObject {
  const connector = { connector: { id: channel.connectorId, identifierValue: channel.identifier } }
  if (!isIncoming(message)) return { sender: connector, receiver: { contacts: channelContacts(members) } }
  return { sender: { contact: channelContacts([message.sender])[0] }, receiver: connector }
}

function channelContacts(members: readonly Member[]): readonly JsonObject[] {
  return members.flatMap(({ actor, address }) => (address === null ? [] : [toChannelContact(actor, address)]))
}

/** Who is on the other end of the channel: the author of what came in, the contact to whom it goes out. */
function farSide({ members }: Conversation, message: Message): Member {
  if (isIncoming(message)) return message.sender
  return members.find((member) => member.address !== null) ?? message.sender
}

/** What joins a channel event to its conversation. */
function toContext(conversation: Conversation, message: Message, contact: Member): JsonObject {
  return { type: 'conversation_message', id: `${conversation.id}:${message.id}:${contact.id}`, tags: [] }
}

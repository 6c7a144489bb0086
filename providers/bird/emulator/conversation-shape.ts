import { toParticipant, toParticipantRef, toRecipient, toSender, type View } from './participant-shape.ts'
import { type Conversation, isIncoming, isOnChannel, type JsonObject, type Message, textOf } from './records.ts'
import { toTime } from './times.ts'

const PREVIEW_LENGTH = 140

export function toConversation(view: View, conversation: Conversation): JsonObject {
  const { members, messages, extras } = conversation
  const initiating = members[0]
  const last = messages.at(-1)
  return {
    id: conversation.id,
    name: conversation.name,
    description: conversation.description,
    status: conversation.status,
    visibility: conversation.visibility,
    accessibility: conversation.accessibility,
    featuredParticipants: members
      .slice(0, conversation.featuredCount)
      .map((member) => toParticipant(view, conversation, member)),
    activeParticipantCount: members.filter((member) => member.status === 'active').length,
    pendingParticipantCount: members.filter((member) => member.status === 'pending').length,
    ...(initiating && { initiatingParticipant: toParticipant(view, conversation, initiating) }),
    channelId: conversation.channel.id,
    ...(last && { lastMessage: toLastMessage(view, conversation, last) }),
    createdAt: toTime(conversation.createdAt),
    updatedAt: toTime(conversation.updatedAt),
    platformStyle: conversation.platformStyle,
    ...lastTimes(conversation),
    ...extras,
    ...(view.shape === 'schema' && schemaOnly(view, conversation)),
  }
}

function toLastMessage(view: View, conversation: Conversation, message: Message): JsonObject {
  // The examples print null where an incoming message names nobody, the schema allows no null.
  const nobody = view.shape === 'example' ? null : []
  return {
    id: message.id,
    type: message.body?.type ?? 'text',
    preview: { text: previewOf(message) },
    recipients: message.recipients?.map((recipient) => toRecipient(view, recipient)) ?? nobody,
    status: message.status,
    sender: toSender(view, conversation, message.sender),
    createdAt: toTime(message.createdAt),
    ...(view.shape === 'schema' && { draft: message.draft }),
  }
}

/** Cut by characters, never through the middle of one. */
function previewOf(message: Message): string {
  return [...(textOf(message) ?? '')].slice(0, PREVIEW_LENGTH).join('')
}

function lastTimes({ tellsLastTimes, messages }: Conversation): JsonObject {
  if (!tellsLastTimes) return {}
  const incoming = messages.findLast(isIncoming)
  const outgoing = messages.findLast((message) => !isIncoming(message) && isOnChannel(message))
  return {
    ...(incoming && { lastMessageIncomingAt: toTime(incoming.createdAt) }),
    ...(outgoing && { lastMessageOutgoingAt: toTime(outgoing.createdAt) }),
  }
}

function schemaOnly(view: View, { style, members, messages, marks }: Conversation): JsonObject {
  return {
    style,
    participants: members.map((member) => toParticipantRef(view, member)),
    hasDraft: messages.some((message) => message.draft),
    ...marks,
  }
}

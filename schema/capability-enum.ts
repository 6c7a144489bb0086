import type { Capability } from '../providers/port/index.ts'
import { builder } from './builder.ts'

/** What each is about, and which part of the schema reaches it. */
const MEANINGS: Readonly<Record<Capability, string>> = {
  LIST_CONVERSATIONS: 'Query `conversations`, `conversation` and `conversationByExternalId`.',
  ACTIVITY_ORDER: 'That `conversations` has the newest activity first.',
  GROUP_CONVERSATIONS: 'Conversations of many.',
  START_CONVERSATION: 'Mutation `startConversation`; `maxCount` people.',
  DELETE_FOR_ME: 'Mutation `deleteConversation` with FOR_ME.',
  DELETE_FOR_EVERYONE: 'Mutation `deleteConversation` with FOR_EVERYONE.',
  LIST_PARTICIPANTS: '`Conversation.participants`.',
  CHANGE_PARTICIPANTS: 'Mutation `changeParticipants`; `maxCount` people to come.',
  PEOPLE_SEARCH: '`Account.people`.',
  MESSAGE_HISTORY: '`Conversation.messages`.',
  FILTER_STATUS: '`ConversationFilter.statuses`.',
  FILTER_LABELS: '`ConversationFilter.labelsAny`.',
  FILTER_ASSIGNEE: '`ConversationFilter.assignee`.',
  FILTER_UNREAD: '`ConversationFilter.unreadOnly`.',
  FILTER_CHANNEL: '`ConversationFilter.channelTypes`.',
  FILTER_PERSON: '`ConversationFilter.person`.',
  FILTER_UPDATED: '`ConversationFilter.updatedAfter`.',
  FILTER_TEXT: '`ConversationFilter.text`.',
  SEND_TEXT: 'Mutation `sendMessage` with a text; `maxLength` characters, or `maxCount` messages in `windowSeconds`.',
  SEND_ATTACHMENT: 'Mutations `createAttachmentUpload` and `sendMessage` with attachments; `maxBytes` each.',
  SEND_AS_VIEWER: 'That what is sent comes from the viewer, and not from the account.',
  REPLY_TO: 'Mutation `sendMessage` with `replyToMessageId`.',
  EDIT_MESSAGE: 'Mutation `editMessage`.',
  DELETE_MESSAGE: 'Mutation `deleteMessage`.',
  RETRY_MESSAGE: 'Mutation `retryMessage`.',
  PRIVATE_NOTES: 'Mutation `sendMessage` with visibility PRIVATE_NOTE.',
  TYPING: 'Mutation `setTyping`.',
  IDEMPOTENT_SEND: 'That one `clientMessageId` is sent once.',
  REPLY_WINDOW: '`Conversation.replyPolicy`.',
  MARK_READ: 'Mutation `markRead`.',
  MARK_READ_UP_TO_MESSAGE: 'Mutation `markRead` up to a message or time that is not the newest.',
  MARK_READ_PRIVATELY: 'Mutation `markRead` with visibility PRIVATE.',
  MARK_UNREAD: 'Mutation `markUnread`.',
  MARK_DELIVERED: 'Mutation `markDelivered`.',
  UNREAD_COUNT: '`ViewerState.unreadCount`.',
  MESSAGE_STATUS: '`Message.delivery`.',
  PER_PARTICIPANT_RECEIPTS: '`Message.receipts`.',
  READ_HORIZONS: '`Participant.readHorizon`.',
  DELIVERED_HORIZONS: '`Participant.deliveredHorizon`.',
  READ_EVENTS: 'HorizonMoved and DeliveryChanged that tell of reading.',
  DELIVERED_EVENTS: 'HorizonMoved and DeliveryChanged that tell of delivery.',
  TYPING_EVENTS: 'TypingChanged.',
  STATUS: '`Conversation.status`, and mutation `updateConversation` with it.',
  SNOOZE: '`Conversation.snoozedUntil`, and mutation `updateConversation` with status SNOOZED.',
  SET_LABELS: 'Mutation `updateConversation` with `setLabels`; `maxCount` labels of `maxLength` characters.',
  ADD_AND_REMOVE_LABELS: 'Mutation `updateConversation` with `addLabels` and `removeLabels`.',
  ASSIGNEE: '`Conversation.assignee`, and mutation `updateConversation` with `assigneeId`.',
  TEAM: '`Conversation.team`, and mutation `updateConversation` with `teamId`.',
  PRIORITY: '`Conversation.priority`, and mutation `updateConversation` with it.',
  CUSTOM_ATTRIBUTES: '`Conversation.customAttributes`, and mutation `updateConversation` with them.',
  PRESENCE: '`Person.isOnline`.',
}

// `Object.entries` forgets which capabilities the keys were.
const VALUES = Object.fromEntries(
  Object.entries(MEANINGS).map(([capability, description]) => [capability, { value: capability, description }]),
) as Record<string, { value: Capability; description: string }>

export const CapabilityEnum = builder.enumType('Capability', {
  description: 'Something that an account may or may not be able to do, and each filter of `conversations`.',
  values: VALUES,
})

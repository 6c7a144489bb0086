import type { Instant } from './time.ts'

export type Json = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export type Status = 'open' | 'resolved' | 'pending' | 'snoozed'
export type Priority = 'low' | 'medium' | 'high' | 'urgent'
export type MessageType = 'incoming' | 'outgoing' | 'activity' | 'template'
export type MessageStatus = 'sent' | 'delivered' | 'read' | 'failed'

/** The numbers that REST and push forms show; webhooks show the words. */
export const MESSAGE_TYPE_NUMBERS: Readonly<Record<MessageType, number>> = {
  incoming: 0,
  outgoing: 1,
  activity: 2,
  template: 3,
}

/** Contact 8, user 8 and bot 8 are three different beings. */
export interface Actor {
  readonly kind: 'contact' | 'user' | 'bot'
  readonly id: number
}

export interface StoredFile {
  readonly id: number
  readonly name: string
  readonly contentType: string
  readonly content: Buffer
}

export interface User {
  readonly id: number
  readonly accountId: number
  readonly name: string
  readonly email: string
  readonly role: 'agent' | 'administrator'
  readonly token: string
  readonly pubsubToken: string
  readonly availability: 'online' | 'offline' | 'busy'
}

export interface Bot {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly outgoingUrl: string
  readonly token: string
}

export interface Team {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly memberIds: readonly number[]
}

export interface Label {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly color: string
}

export type ChannelType =
  | 'Channel::Api'
  | 'Channel::WebWidget'
  | 'Channel::Email'
  | 'Channel::Whatsapp'
  | 'Channel::FacebookPage'
  | 'Channel::Line'

export interface Inbox {
  readonly id: number
  readonly channelId: number
  readonly name: string
  readonly channelType: ChannelType
  readonly provider: string | null
  readonly memberIds: readonly number[]
  /** What only this kind of channel has, by wire name. */
  readonly channel: Json
  /** Likewise, shown to administrators only. */
  readonly secrets: Json
}

export interface Contact {
  readonly id: number
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
  readonly identifier: string | null
  readonly blocked: boolean
  readonly isOnline: boolean
  readonly avatar: StoredFile | null
  readonly additional: Json
  readonly custom: Json
  readonly labels: readonly string[]
  readonly createdAt: Instant
  updatedAt: Instant
  lastActivityAt: Instant | null
}

export interface ContactInbox {
  readonly id: number
  readonly contactId: number
  readonly inboxId: number
  readonly sourceId: string
  readonly pubsubToken: string
  readonly createdAt: Instant
}

export interface Attachment {
  readonly id: number
  readonly fileType: 'image' | 'audio' | 'video' | 'file' | 'location' | 'contact' | 'fallback'
  readonly file: StoredFile | null
  /** Pixels, known for images only. */
  readonly size: { readonly width: number; readonly height: number } | null
  /** What types without a file show in its place, by wire name. */
  readonly extra: Json
}

export interface Message {
  readonly id: number
  readonly conversationId: number
  readonly type: MessageType
  readonly private: boolean
  readonly sender: Actor | null
  readonly sourceId: string | null
  readonly createdAt: Instant
  content: string | null
  contentType: string
  contentAttributes: Json
  attachments: readonly Attachment[]
  status: MessageStatus
  updatedAt: Instant
  /** When the other side had it and saw it, as far as anybody told the server. */
  deliveredAt: Instant | null
  readAt: Instant | null
}

export interface Conversation {
  /** The display id, the only one that callers see. */
  readonly id: number
  readonly uuid: string
  readonly inboxId: number
  readonly contactInbox: ContactInbox
  readonly createdAt: Instant
  readonly additional: Json
  readonly messages: Message[]
  readonly participantIds: Set<number>
  status: Status
  snoozedUntil: Instant | null
  priority: Priority | null
  assigneeId: number | null
  assigneeBotId: number | null
  teamId: number | null
  labels: readonly string[]
  custom: Json
  updatedAt: Instant
  lastActivityAt: Instant
  firstReplyCreatedAt: Instant | null
  waitingSince: Instant | null
  agentLastSeenAt: Instant | null
  assigneeLastSeenAt: Instant | null
  contactLastSeenAt: Instant | null
}

export interface Notification {
  readonly id: number
  readonly userId: number
  readonly conversationId: number
  readonly messageId: number
  readonly createdAt: Instant
  readonly readAt: Instant | null
}

/** One entry of `changed_attributes`. */
export type Change = Readonly<Record<string, { readonly previous_value: unknown; readonly current_value: unknown }>>

/** `previous_changes` of a message: before and after by wire name. */
export type MessageChanges = Readonly<Record<string, readonly [before: unknown, after: unknown]>>

/**
 * What webhooks and the socket are told of, by the webhook's name. Some of it only the socket tells: what is read, the first
 * reply, and lines in the thread. What they say is built later, from the state of that moment.
 */
export type Happening =
  /** `echoId`: what the sender put there, null where nothing. */
  | { readonly name: 'message_created'; readonly message: Message; readonly echoId: unknown }
  | { readonly name: 'message_updated'; readonly message: Message; readonly changes: MessageChanges }
  | { readonly name: 'first_reply_created'; readonly message: Message }
  | { readonly name: 'conversation_read'; readonly conversation: Conversation; readonly changes: null }
  | TypingHappening
  | {
      readonly name: 'conversation_created' | 'conversation_status_changed' | 'conversation_updated'
      readonly conversation: Conversation
      readonly changes: readonly Change[] | null
    }
  | { readonly name: 'contact_created'; readonly contact: Contact; readonly changes: null }
  | { readonly name: 'contact_updated'; readonly contact: Contact; readonly changes: readonly Change[] }

export interface TypingHappening {
  readonly name: 'conversation_typing_on' | 'conversation_typing_off'
  readonly conversation: Conversation
  readonly typist: Actor
  readonly isPrivate: boolean
}

export type JsonObject = { readonly [name: string]: unknown }
export type Platform = 'whatsapp' | 'sms' | 'email' | 'rcs' | 'messenger'
export type MemberStatus = 'invited' | 'pending' | 'active' | 'inactive'
export type ActorType = 'user' | 'contact' | 'agent' | 'flow' | 'bot' | 'accessKey'
export type ConversationStatus = 'active' | 'closed' | 'spam' | 'archived' | 'deleted'
export type MessageStatus =
  | 'accepted'
  | 'processing'
  | 'sent'
  | 'sending_failed'
  | 'delivered'
  | 'delivery_failed'
  | 'deleted'

/** What pages are ordered by: the time, then the id. */
export interface Dated {
  readonly id: string
  readonly createdAt: Date
}

export interface Channel extends Dated {
  readonly platform: Platform
  readonly name: string
  /** The shop's own address on that platform. */
  readonly identifier: string
  readonly connectorId: string
}

export interface Identifier {
  readonly key: string
  readonly value: string
}

/** Whoever can take part. Only contacts have identifiers, at most one for each key. */
export interface Actor extends Dated {
  readonly type: ActorType
  readonly name: string
  readonly avatarUrl: string
  readonly identifiers: readonly Identifier[]
}

/** Somebody in one conversation; `createdAt` is when they joined. */
export interface Member extends Dated {
  readonly actor: Actor
  status: MemberStatus
  /** By which the channel reaches a contact; null for everybody else. */
  readonly address: Identifier | null
}

export interface Interaction extends Dated {
  readonly type: 'read' | 'clicked' | 'opened' | 'reaction'
  readonly by: Member
  readonly metadata: JsonObject
}

export interface Recipient {
  readonly role: 'to' | 'cc' | 'bcc'
  readonly actor: Actor
  readonly address: Identifier
}

export interface Message extends Dated {
  readonly sender: Member
  draft: boolean
  status: MessageStatus
  /** Only failures have one. */
  reason: string | null
  readonly reference: string
  /** The id of the message that it answers. */
  readonly replyTo: string | null
  /** `channels` came in, `conversations` was sent here. */
  readonly source: 'channels' | 'conversations'
  /** Bird's own body, with media as paths instead of addresses; null where a template stands, and after deletion. */
  body: JsonObject | null
  template: JsonObject | null
  /** Null where nobody is named. */
  readonly recipients: readonly Recipient[] | null
  readonly extraInformation: JsonObject | null
  readonly interactions: Interaction[]
  updatedAt: Date
}

export interface Conversation extends Dated {
  readonly channel: Channel
  name: string
  description: string
  status: ConversationStatus
  /** Such a thread is missing from lists asked for `status=active`. */
  reopened: boolean
  /** When somebody closed it over the API. */
  closedAt: Date | null
  visibility: 'public' | 'private' | 'direct' | 'group'
  accessibility: 'open' | 'invite-only' | 'request-to-join' | 'private'
  readonly style: 'default' | 'directMessage' | 'chatChannel' | 'personalInbox' | 'support'
  readonly platformStyle: 'direct' | 'email' | 'direct-multiple' | 'direct-threaded' | 'group-multiple'
  readonly members: Member[]
  /** How many of the members list answers show. */
  readonly featuredCount: number
  /** Whether this answer has the times of the last messages in and out. */
  readonly tellsLastTimes: boolean
  /** Properties that are absent unless somebody set them, as Bird names them. */
  extras: JsonObject
  /** Seldom told marks of the inbox: `read`, `starred`. */
  readonly marks: JsonObject
  /** Oldest first. */
  readonly messages: Message[]
  updatedAt: Date
}

/** Everything that is in one workspace. */
export interface Workspace {
  readonly id: string
  readonly organizationId: string
  readonly channels: readonly Channel[]
  readonly actors: Actor[]
  readonly conversations: Conversation[]
}

export function isIncoming(message: Message): boolean {
  return message.sender.actor.type === 'contact'
}

export function isComment(message: Message): boolean {
  return message.body?.type === 'comment'
}

/** Whether the channel carries it: drafts and comments stay in the inbox. */
export function isOnChannel(message: Message): boolean {
  return !message.draft && !isComment(message)
}

/** The caption of a body, whatever its type; null where it has none. */
export function textOf(message: Message): string | null {
  const content = message.body?.[String(message.body.type)]
  if (typeof content !== 'object' || content === null || !('text' in content)) return null
  return typeof content.text === 'string' ? content.text : null
}

/** Oldest first, ids deciding between equal times. */
export function byAge(one: Dated, other: Dated): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
}

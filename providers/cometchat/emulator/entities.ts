import type { Watermark } from './watermark.ts'

/** CometChat keeps neither conversations nor receipts of a group up to date above this many members. */
export const CROWD = 300

export type Scope = 'admin' | 'moderator' | 'participant'
export type Json = Readonly<Record<string, unknown>>

/** Times are UNIX seconds everywhere in this emulator, as on the wire. */
export interface User {
  readonly uid: string
  readonly name: string
  readonly avatar?: string
  readonly link?: string
  readonly role: string
  readonly status: 'available' | 'offline'
  readonly statusMessage?: string
  readonly metadata?: Json
  readonly tags?: readonly string[]
  readonly lastActiveAt?: number
  readonly createdAt: number
  readonly updatedAt?: number
  readonly deactivatedAt?: number
  /** Uids whom this user blocks, with the time. */
  readonly blocked: Map<string, number>
}

/** Who acts where nobody is named. Not among the users of the app. */
export const APP_SYSTEM: User = {
  uid: 'app_system',
  name: 'System',
  role: 'default',
  status: 'offline',
  createdAt: 1_596_537_299,
  blocked: new Map(),
}

export interface Membership {
  readonly user: User
  scope: Scope
  readonly joinedAt: number
}

export interface Group {
  readonly guid: string
  readonly name: string
  readonly type: 'public' | 'private' | 'password'
  readonly description?: string
  readonly icon?: string
  readonly metadata?: Json
  readonly tags?: readonly string[]
  readonly owner: string
  readonly createdAt: number
  readonly updatedAt?: number
  readonly updatedBy?: string
  readonly members: Map<string, Membership>
  /** When it grew beyond `CROWD`; null: it is not that large. */
  crowdedSince: number | null
}

export interface Attachment {
  readonly url: string
  readonly name: string
  readonly mimeType: string
  readonly extension: string
  /** Bytes, as text. */
  readonly size: string
}

export type Entity =
  | { readonly entityType: 'user'; readonly entity: User }
  | { readonly entityType: 'group'; readonly entity: Group }
  | { readonly entityType: 'message'; readonly entity: Message }
  | { readonly entityType: 'call'; readonly entity: Call }

export interface Call {
  readonly sessionid: string
  readonly type: 'audio' | 'video'
  /** Who called. */
  readonly sender: User
  readonly conversation: Conversation
  readonly status: string
  readonly initiatedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
}

/** What an action or call message tells: who did what to whom, and where. */
export interface Deed {
  readonly action: string
  readonly by: User
  readonly on: Entity
  readonly for: Entity
  /** Of a change of scope. */
  readonly extras?: Json
}

export interface Message {
  /** 0 until it is filed. */
  id: number
  readonly conversation: Conversation
  readonly sender: User
  readonly category: 'message' | 'custom' | 'action' | 'call'
  readonly type: string
  readonly sentAt: number
  updatedAt: number
  /** What stands in `data` beside the entities and the reactions. */
  data: Json
  readonly deed?: Deed
  readonly muid?: string
  readonly parent?: Message
  readonly replies: Message[]
  readonly quoted?: Message
  mentions: readonly User[]
  tags: readonly string[]
  readonly reactions: Reaction[]
  edited?: { readonly at: number; readonly by: string }
  deleted?: { readonly at: number; readonly by: string }
}

export interface Reaction {
  /** 0 until its message is filed. */
  id: number
  readonly reaction: string
  readonly user: User
  readonly at: number
}

export interface Conversation {
  readonly id: string
  /** A group, or the two in the order of their uids. */
  readonly between: Group | readonly [User, User]
  /** In the order of their ids. */
  readonly messages: Message[]
  readonly sides: Map<string, Side>
}

/** A conversation as one person has it. */
export interface Side {
  readonly user: User
  readonly conversation: Conversation
  readonly createdAt: number
  updatedAt: number
  /** The newest message that the conversation took notice of. */
  latest: Message
  tags: readonly string[]
  pinned?: { readonly at: number; readonly by: string }
  readonly delivered: Watermark
  readonly read: Watermark
  /** Deleted for this person up to here. */
  clearedUpTo: number
}

/** A message not yet filed: a plain text unless it says otherwise. */
export function compose(draft: Pick<Message, 'conversation' | 'sender' | 'sentAt'> & Partial<Message>): Message {
  return {
    id: 0,
    category: 'message',
    type: 'text',
    updatedAt: draft.sentAt,
    data: {},
    replies: [],
    mentions: [],
    tags: [],
    reactions: [],
    ...draft,
  }
}

/** The two in code-point order of their uids: the id is the same whoever asks. */
export function pairOf(one: User, other: User): readonly [User, User] {
  return one.uid < other.uid ? [one, other] : [other, one]
}

export function isGroup(thing: Group | User | readonly [User, User]): thing is Group {
  return 'guid' in thing
}

export function conversationIdOf(between: Group | readonly [User, User]): string {
  return isGroup(between) ? `group_${between.guid}` : between.map((user) => user.uid).join('_user_')
}

export function peopleIn({ between }: Conversation): readonly User[] {
  return isGroup(between) ? [...between.members.values()].map((member) => member.user) : between
}

/** Whom this side's person talks with. */
export function counterpart(side: Side): User | Group {
  const { between } = side.conversation
  if (isGroup(between)) return between
  return between[0] === side.user ? between[1] : between[0]
}

/** Who wrote where. */
export type Sending = Pick<Message, 'conversation' | 'sender'>

export function receiverOf({ conversation: { between }, sender }: Sending): User | Group {
  if (isGroup(between)) return between
  return between[0] === sender ? between[1] : between[0]
}

import type { ConversationRef, Holder, MessageRef, PersonRef } from './refs.ts'
import type {
  Audience,
  ChannelType,
  ConversationKind,
  ConversationStatus,
  DeliveryState,
  MessageKind,
  ParticipantStatus,
  PersonKind,
  Priority,
  ReceiptKind,
  ReceiptModel,
  ReceiptPrecision,
  Side,
} from './words.ts'

/**
 * What the gateway knows of conversations, whoever provides them. Everything here is free of any viewer unless it says
 * "viewer". `undefined` means "this answer does not say: ask"; `null` means "there is none". Facts only: what no provider
 * said is not in here.
 */

/** A value that this answer may not have carried: `undefined` = ask, `null` = known to be nothing. */
export type Maybe<T> = T | null | undefined

// ------------------------------------------------------------------------------------------------------------- details

/**
 * What only one provider says of a thing, already typed and read by an allow-list: never a raw body. `shape` is unique among
 * all adapters (`chatwoot-conversation`) and tells the schema which object type shows it.
 */
export interface Details {
  readonly shape: string
}

/** Data of the provider's customer (custom attributes and the like), JSON as it came. */
export type JsonObject = Readonly<Record<string, unknown>>

// -------------------------------------------------------------------------------------------------------------- people

export interface ContactAddress {
  /** `email`, `phone`, or the provider's own word (`whatsappusername`). Never guessed from the value. */
  readonly kind: string
  readonly value: string
}

export interface Person {
  readonly ref: PersonRef
  readonly externalId: string
  readonly kind: PersonKind
  readonly displayName: string | null
  readonly avatarUrl: string | null
  /** As last read; null where the provider does not say. */
  readonly isOnline: boolean | null
  readonly addresses: readonly ContactAddress[]
  /** Null: nothing beyond the common fields. `undefined`: the embedded form was short; `getPeople` has it. */
  readonly details: Maybe<Details>
}

/** One person's membership in one conversation. The person may be known by id only (everything else null). */
export interface Participant {
  readonly person: Person
  readonly role: string | null
  readonly status: ParticipantStatus | null
  readonly joinedAt: Date | null
  readonly details: Details | null
}

export interface Team {
  readonly externalId: string
  readonly name: string
}

export interface Label {
  readonly name: string
  readonly color: string | null
  readonly description: string | null
}

export interface Channel {
  readonly externalId: string
  /** `unknown` until it was looked up, where an object names its channel only by id. */
  readonly type: ChannelType
  readonly providerType: string | null
  readonly name: string | null
}

// ------------------------------------------------------------------------------------------------------------ receipts

/**
 * Everything up to here. Message m is covered when `m.sortKey <= sortKey`, compared bytewise; a position known as a time
 * sorts after all messages of that time.
 */
export interface Position {
  readonly sortKey: string
  readonly upToTime: Date | null
  readonly upToMessage: MessageRef | null
}

/** How far somebody has got. */
export interface Horizon extends Position {
  readonly holder: Holder
  readonly kind: ReceiptKind
  /** When it happened; null where the provider gives only the position. */
  readonly occurredAt: Date | null
  readonly precision: ReceiptPrecision
}

/** One message and one holder, said by the provider about this message. `holder` null: somebody, unknown who. */
export interface Receipt {
  readonly message: MessageRef
  readonly holder: Holder | null
  readonly kind: ReceiptKind
  readonly at: Date | null
}

// ------------------------------------------------------------------------------------------------------------ messages

/** What the provider says of one outgoing message, before any horizon is applied to it. */
export interface Delivery {
  readonly state: DeliveryState
  /** The provider's own word; null where it has none. */
  readonly providerStatus: string | null
  readonly sentAt: Date | null
  readonly deliveredAt: Date | null
  readonly readAt: Date | null
  readonly failedAt: Date | null
  readonly failure: { readonly code: string | null; readonly detail: string | null; readonly retryable: boolean } | null
}

export interface Attachment {
  /** Unique within the message. */
  readonly key: string
  readonly url: string
  readonly thumbnailUrl: string | null
  /** `gateway`: the url needs the account's credential, so only the gateway can open it. */
  readonly opensFor: 'anyone' | 'gateway'
  readonly urlExpiresAt: Date | null
  readonly mimeType: string | null
  readonly fileName: string | null
  readonly sizeBytes: number | null
  readonly width: number | null
  readonly height: number | null
}

export interface Location {
  readonly latitude: number
  readonly longitude: number
  readonly title: string | null
  readonly url: string | null
}

/** To whom a message went, where the provider addresses messages. */
export interface Recipient {
  readonly role: string | null
  readonly person: PersonRef | null
  readonly name: string | null
  readonly addresses: readonly ContactAddress[]
}

export interface Message {
  readonly ref: MessageRef
  readonly externalId: string
  readonly sender: Person | null
  readonly side: Side
  readonly audience: Audience
  readonly kind: MessageKind
  /** Orders the messages of one conversation, compared bytewise. */
  readonly sortKey: string
  readonly text: string | null
  /** As the provider sent it, not sanitised. */
  readonly html: string | null
  readonly attachments: readonly Attachment[]
  readonly location: Location | null
  readonly recipients: readonly Recipient[]
  readonly replyTo: MessageRef | null
  readonly createdAt: Date
  readonly updatedAt: Date | null
  readonly editedAt: Date | null
  readonly isDraft: boolean
  /** Null: it stands. `at` null: deleted, the provider does not say when. */
  readonly deleted: { readonly at: Date | null } | null
  /** Null for customers' and system messages, private notes and drafts. A peer's message always has it: the viewer decides. */
  readonly delivery: Delivery | null
  /** What the provider said of this message. `undefined`: only `getMessages` tells. */
  readonly receipts: readonly Receipt[] | undefined
  /** The idempotency key given at send, where this gateway sent it. */
  readonly clientMessageId: string | null
  readonly details: Details
}

/** Never an entity: a cut text must not overwrite the whole one in a client's cache. */
export interface MessagePreview {
  readonly message: MessageRef | null
  readonly text: string | null
  readonly isTruncated: boolean
  readonly kind: MessageKind
  readonly audience: Audience
  readonly side: Side
  readonly isDraft: boolean
  readonly isDeleted: boolean
  readonly sender: Person | null
  readonly createdAt: Date
  readonly delivery: Delivery | null
  /** Where the list answer had all of it. */
  readonly full: Message | null
}

// ------------------------------------------------------------------------------------------------------- conversations

export interface Conversation {
  readonly ref: ConversationRef
  readonly externalId: string
  readonly externalUrl: string | null
  readonly kind: ConversationKind
  readonly channel: Channel | null
  readonly title: string | null
  readonly avatarUrl: string | null
  /** Null: this provider's conversations have no status; in filters they count as open. */
  readonly status: ConversationStatus | null
  /** The provider's own word. */
  readonly providerStatus: string | null
  readonly snoozedUntil: Date | null
  /** Labels that belong to the conversation. Those that belong to the viewer are in `ViewerState`. */
  readonly labels: Maybe<readonly string[]>
  /** A bare ref where the answer gave only an id. */
  readonly assignee: Person | PersonRef | null
  readonly team: Team | null
  readonly priority: Priority | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastActivityAt: Date
  readonly waitingSince: Date | null
  /** `undefined`: this answer does not say (it may have been deleted); null: there is none. */
  readonly lastMessage: Maybe<MessagePreview>
  /** Whom this answer carried: maybe not all. */
  readonly featuredParticipants: readonly Participant[]
  readonly participantCount: number | null
  readonly receiptModel: ReceiptModel
  /** The horizons this answer carried. */
  readonly horizons: readonly Horizon[]
  /** False: `listHorizons` may know more. */
  readonly horizonsComplete: boolean
  /** Null: not known. */
  readonly canReply: boolean | null
  /** Why not, in a sentence; null where there is nothing to say. */
  readonly cannotReplyReason: string | null
  readonly replyWindowClosesAt: Date | null
  readonly customAttributes: JsonObject | null
  readonly details: Details
}

/** How many messages wait. `at-least`: the provider stops counting there; `stale`: it stopped counting altogether. */
export interface UnreadCount {
  readonly count: number
  readonly precision: 'exact' | 'at-least' | 'stale'
  /** `team`: shared by all agents. */
  readonly scope: 'viewer' | 'team'
}

/** Belongs to the actor of the call; never enters an event, a log or a cache shared between viewers. */
export interface ViewerState {
  /** Null: the provider gives no count. Zero and unknown are different answers. */
  readonly unread: UnreadCount | null
  readonly readHorizon: Horizon | null
  /** The viewer's own labels; `undefined` where this answer does not carry them, null where the provider has none of this kind. */
  readonly labels: Maybe<readonly string[]>
}

export interface ConversationForViewer {
  readonly conversation: Conversation
  readonly viewer: ViewerState
}

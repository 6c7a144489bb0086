import type { ProviderError } from './errors.ts'
import type { DomainEvent } from './events.ts'
import type { ConversationForViewer, Horizon, JsonObject, Message, Participant } from './model.ts'
import type { CallContext, PersonQuery } from './provider.ts'
import type { ConversationRef, MessageRef, PersonRef } from './refs.ts'
import type { Audience, ConversationStatus, Priority, ReceiptKind } from './words.ts'

/** What an act came to, and what of it is news: the webhook that follows says the same, and is then none. */
export interface Done<T> {
  readonly value: T
  readonly events: readonly DomainEvent[]
}

// ------------------------------------------------------------------------------------------------------------- messages

/** Something to send along. */
export type OutgoingAttachment =
  /** Public: handed to the provider as it is, or fetched under the rules of the kit's `public-file.ts`. */
  { readonly kind: 'url'; readonly url: string } | OutgoingFile

/** Bytes that a client has handed in. */
export interface OutgoingFile {
  readonly kind: 'file'
  readonly fileName: string
  readonly mimeType: string
  readonly sizeBytes: number
  /** From the beginning, each time it is called; exactly `sizeBytes` in all. */
  open(): AsyncIterable<Uint8Array>
}

/** What somebody wants to say: a text, attachments, or both. */
export interface Draft {
  readonly text: string | null
  readonly attachments: readonly OutgoingAttachment[]
  readonly replyTo: MessageRef | null
  /** `internal`: a private note. */
  readonly audience: Audience
}

/** A draft and the key that makes it the same draft when it is sent again; adapters write the key into the message. */
export interface Sending {
  readonly draft: Draft
  readonly clientMessageId: string
}

// -------------------------------------------------------------------------------------------------------- conversations

/** A conversation that somebody wants to begin. */
export interface Beginning {
  readonly people: readonly PersonQuery[]
  /** The channel's external id; null where the provider has but one, or may choose. */
  readonly channel: string | null
  readonly title: string | null
  readonly firstMessage: Draft | null
  readonly clientMessageId: string
}

export interface Started {
  readonly conversation: ConversationForViewer
  /** The first message; null where none was asked for. */
  readonly message: Message | null
  /** The provider had this conversation already. */
  readonly existing: boolean
}

/** What is to be different about a conversation. A missing key: keep; null: clear. */
export interface ConversationChange {
  readonly status?: ConversationStatus
  readonly snoozedUntil?: Date | null
  readonly assignee?: PersonRef | null
  /** The team's external id. */
  readonly team?: string | null
  readonly priority?: Priority | null
  readonly setLabels?: readonly string[]
  readonly addLabels?: readonly string[]
  readonly removeLabels?: readonly string[]
  /** Given keys are set, a null value removes its key, others stay; null clears all. */
  readonly customAttributes?: JsonObject | null
}

export type ConversationChangeKey = keyof ConversationChange

/** The parts that could not be done, and why. A part without an entry was. */
export type ChangeProblems = Readonly<Partial<Record<ConversationChangeKey, ProviderError>>>

export type DeletionScope = 'for-me' | 'for-everyone'

// ---------------------------------------------------------------------------------------------------------------- marks

/** Up to where. `latest`: the newest message there is when the provider is asked. */
export type MarkPosition =
  | { readonly kind: 'message'; readonly message: MessageRef }
  | { readonly kind: 'time'; readonly at: Date }
  | { readonly kind: 'latest' }

/** Whether the other side learns of it. */
export type ReadVisibility = 'public' | 'private'

export interface Mark {
  readonly conversation: ConversationRef
  readonly kind: ReceiptKind | 'unread'
  /** Of `unread`: this message and all after it; `latest`: the newest only. */
  readonly position: MarkPosition
  /** Of `read`: what the caller insists on; null: whatever is this provider's way. */
  readonly visibility: ReadVisibility | null
}

export interface Marked {
  /** The actor's position as it really is now; null where there is none any more. */
  readonly horizon: Horizon | null
  /** Whether it moved. Null: the provider does not say. */
  readonly applied: boolean | null
}

// ----------------------------------------------------------------------------------------------------------------- acts

/**
 * What can be done at a provider. Each act is done once and not repeated here where repeating is not harmless. Besides the
 * errors of reads they throw
 *
 * - `UNSUPPORTED`, before any call leaves, with the capability whose row says so, which is never a `native` one
 * - `INVALID` with the path of the input that is wrong
 * - `CONFLICT` where the state does not allow it
 * - `OUTCOME_UNKNOWN` where it may have been done; an answer that makes no sense is one of these
 */
export interface ProviderActs {
  send(conversation: ConversationRef, sending: Sending, call: CallContext): Promise<Done<Message>>
  start(beginning: Beginning, call: CallContext): Promise<Done<Started>>
  /** What became of an attempt to start since then; null: nothing is there. Never starts anything. */
  findStarted(beginning: Beginning, since: Date, call: CallContext): Promise<Started | null>
  editMessage(message: MessageRef, text: string, call: CallContext): Promise<Done<Message>>
  /** Answers the tombstone where the provider keeps one. */
  deleteMessage(message: MessageRef, permanently: boolean, call: CallContext): Promise<Done<Message | null>>
  /** Has the provider deliver a failed message again. */
  retryMessage(message: MessageRef, call: CallContext): Promise<Done<Message>>
  mark(mark: Mark, call: CallContext): Promise<Done<Marked>>
  /** Throws only where no part was tried; each part fails for itself. */
  updateConversation(
    conversation: ConversationRef,
    change: ConversationChange,
    call: CallContext,
  ): Promise<Done<ChangeProblems>>
  /** Answers everybody who takes part afterwards. */
  changeParticipants(
    conversation: ConversationRef,
    add: readonly PersonQuery[],
    remove: readonly PersonRef[],
    call: CallContext,
  ): Promise<Done<readonly Participant[]>>
  deleteConversation(conversation: ConversationRef, scope: DeletionScope, call: CallContext): Promise<Done<null>>
  setTyping(conversation: ConversationRef, typing: boolean, call: CallContext): Promise<void>
}

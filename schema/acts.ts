import type {
  Beginning,
  CallContext,
  ConversationRef,
  Done,
  Draft,
  Message,
  OutgoingFile,
  ProviderActs,
  Started,
} from '../providers/port/index.ts'
import type { Source } from './context.ts'
import type { LoggedEvent } from './logged-event.ts'

export type Act<T> = (acts: ProviderActs, call: CallContext) => Promise<Done<T>>

export interface Performed<T> {
  readonly value: T
  /** What of it is news, by now in the stream. */
  readonly news: readonly LoggedEvent[]
}

/** The same key came before with something else to say. */
export type KeyReused = { readonly outcome: 'key-reused' }

/** `replayed`: this had been done before, and nothing was done now. */
export type DoneOnce<T> = { readonly outcome: 'done'; readonly value: T; readonly replayed: boolean } | KeyReused

export interface SendOnce {
  readonly conversation: ConversationRef
  readonly clientMessageId: string
  /** Equal for what counts as the same message. */
  readonly fingerprint: string
  /**
   * What to send, made only when it is about to be sent: what was sent once is neither checked again nor needs its uploads any
   * more. Rejects with `ProviderError` where it must not be sent; then nothing was, and the key is free again.
   */
  draft(): Promise<Draft>
}

export interface StartOnce {
  readonly beginning: Beginning
  readonly fingerprint: string
}

/** A file that is to come. */
export interface UploadRequest {
  readonly conversation: ConversationRef
  readonly fileName: string
  readonly mimeType: string
  readonly sizeBytes: number
}

/** Where to PUT its bytes. */
export interface Upload {
  readonly id: string
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly expiresAt: Date
}

/**
 * What the host does around every act of one operation's viewer. Acts are carried through even where the client has gone
 * meanwhile. All may reject with `ProviderError`.
 */
export interface Acts {
  /** Acts, and takes what that caused into the stream before it resolves. */
  perform<T>(source: Source, act: Act<T>): Promise<Performed<T>>
  /** The same, while nobody else changes this conversation through any instance of this gateway. */
  performAlone<T>(source: Source, conversation: ConversationRef, act: Act<T>): Promise<Performed<T>>
  /**
   * Sends at most once for a key, on all instances together and for 24 hours; looks at the provider before anything is sent
   * again. `OUTCOME_UNKNOWN`: it may have been sent, and the same key may be tried again.
   */
  send(source: Source, request: SendOnce): Promise<DoneOnce<Message>>
  /** The same for a conversation; the key counts for the account and the viewer. */
  start(source: Source, request: StartOnce): Promise<DoneOnce<Started>>
  createUpload(source: Source, request: UploadRequest): Promise<Upload>
  /** The bytes of an upload by this viewer for this conversation. `unknown`: there is none, or its time is over. */
  openUpload(
    source: Source,
    conversation: ConversationRef,
    uploadId: string,
  ): Promise<OutgoingFile | 'unknown' | 'incomplete'>
}

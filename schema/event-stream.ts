import type { Audience, ConversationRef, Holder } from '../providers/port/index.ts'
import type { LoggedEvent } from './logged-event.ts'

/** A place in the logs of several accounts: everything before it is known to whoever holds it. */
export interface EventPosition {
  /** Positions of another epoch mean nothing. */
  readonly epoch: string
  /** By account key. */
  readonly positions: Readonly<Record<string, string>>
}

/** Somebody types, or stopped. Never stored. */
export interface TypingChange {
  readonly type: 'typing-changed'
  readonly conversation: ConversationRef
  readonly holder: Holder
  readonly typing: boolean
  readonly audience: Audience
  /** After this nobody is typing, whatever was or was not heard. */
  readonly expiresAt: Date
}

/** An account does better or worse than before. Never stored. */
export interface SourceHealthChange {
  readonly type: 'source-health-changed'
  readonly account: string
}

/** What a listener can be told. */
export type Happening = LoggedEvent | TypingChange | SourceHealthChange

export type GapReason =
  | 'cursor-expired'
  | 'cursor-too-old'
  | 'slow-consumer'
  | 'provider-outage'
  | 'log-reset'
  | 'access-changed'

export type StreamItem = ReadyItem | HappeningItem | CaughtUpItem | GapItem

interface StreamItemBase {
  /** Whoever listens after this has missed nothing of what came before. */
  readonly position: EventPosition
  readonly at: Date
}

export interface ReadyItem extends StreamItemBase {
  readonly type: 'ready'
  /** Whether everything since the asked position follows. */
  readonly recovered: boolean
  readonly replaying: number
}

export interface HappeningItem<H extends Happening = Happening> extends StreamItemBase {
  readonly type: 'happening'
  readonly happening: H
}

export interface CaughtUpItem extends StreamItemBase {
  readonly type: 'caught-up'
  readonly replayed: number
}

/** Always the last item. Its position is where to go on after everything was asked for again. */
export interface GapItem extends StreamItemBase {
  readonly type: 'gap'
  readonly reason: GapReason
  /** How many items were lost to this listener, where that is known. */
  readonly dropped: number | null
  /** Null: all. */
  readonly accounts: readonly string[] | null
}

export interface StreamRequest {
  /** The keys of the accounts to listen to. */
  readonly accounts: readonly string[]
  /** Null: from now on. */
  readonly after: EventPosition | null
  /** Those that the listener wants to hear of; left out: all. */
  readonly conversations?: readonly ConversationRef[] | undefined
  /** Whether the listener wants this, and may know of it. */
  accepts(happening: Happening): boolean
}

/** What the host gives the schema to listen to. */
export interface EventStream {
  /** When the account's newest event was taken in; null: none since this gateway runs. */
  lastEventAt(account: string): Date | null
  /**
   * First a ready item, then all that came after the asked position, then a caught-up item, then whatever happens. A gap item
   * is the last one. `return()` ends it at once, whatever it is waiting for.
   */
  subscribe(request: StreamRequest): AsyncIterableIterator<StreamItem>
}

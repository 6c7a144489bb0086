import type { Nudge } from '../../providers/port/index.ts'
import type { LoggedEvent } from './logged-event.ts'

/**
 * The log of one gateway (of all instances together, where they share Redis): per account an ordered, durable list of events,
 * and what the guard remembers. The guard itself is not in here: an engine only offers to write all of a decision, or nothing
 * where something else was decided meanwhile.
 */

/** A place in one account's log. Positions of one log compare bytewise; `''` is before the first. */
export type LogPosition = string

export interface LogEntry {
  readonly position: LogPosition
  readonly event: LoggedEvent
}

/** What the guard remembers under a key, and which version of it was read. 0: nothing is there. */
export interface Remembered {
  readonly version: number
  /** Whatever the guard put there, as V8 serialises it. */
  readonly value: unknown
}

/** A decision of the guard: all of it becomes true in one atomic step, durable before the promise resolves. */
export interface Commit {
  /** The sender's id of the delivery, kept longer than the sender retries; null where there is none. */
  readonly deliveryId: string | null
  /** What was read to decide, and what it becomes. A value of `undefined` only checks that nothing changed. */
  readonly remember: readonly { readonly key: string; readonly expectedVersion: number; readonly value: unknown }[]
  readonly append: readonly LoggedEvent[]
  /** To be looked into after the sender was answered. */
  readonly nudges: readonly Nudge[]
}

/**
 * - `committed`: it is on disk; the positions of what was appended, in order
 * - `duplicate`: this delivery was committed before; nothing was written
 * - `conflict`: somebody else changed what was read; read again and decide anew
 */
export type CommitResult =
  | { readonly outcome: 'committed'; readonly positions: readonly LogPosition[] }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'conflict' }

export interface ReadResult {
  readonly entries: readonly LogEntry[]
  /** Whether entries after the asked position are gone already: then the entries are not all there was. */
  readonly gap: boolean
}

/** A nudge that waits. */
export interface PendingNudge {
  readonly id: string
  readonly nudge: Nudge
  readonly since: Date
  /** How often it was tried in vain. */
  readonly attempts: number
}

/** Something that could not be taken in after all tries, with why. */
export interface DeadLetter {
  readonly id: string
  readonly nudge: Nudge
  readonly reason: string
  readonly at: Date
}

export interface EventLog {
  /**
   * Changes when the log starts anew (a new file, a flushed Redis): positions of another epoch mean nothing. `''` while the log
   * has been away since the start.
   */
  readonly epoch: string
  recall(account: string, keys: readonly string[]): Promise<readonly Remembered[]>
  commit(account: string, commit: Commit): Promise<CommitResult>
  /** Up to `limit` entries after a position. */
  read(account: string, after: LogPosition, limit: number): Promise<ReadResult>
  /** The position of the newest entry; `''` when there is none. */
  head(account: string): Promise<LogPosition>
  /** The newest entry that is kept; null when there is none. */
  newest(account: string): Promise<LogEntry | null>
  /** Calls `wake` soon after anything was appended for the account, by whichever instance; often enough is fine. */
  watch(account: string, wake: () => void): { stop(): void }

  /** The oldest waiting nudges. A nudge that is being worked on by another instance is not given out for a while. */
  takeNudges(account: string, limit: number): Promise<readonly PendingNudge[]>
  doneWithNudges(account: string, ids: readonly string[]): Promise<void>
  /** Counts a failed try; after `maxAttempts` the nudge becomes a dead letter. */
  failNudges(account: string, ids: readonly string[], reason: string, maxAttempts: number): Promise<void>
  deadLetters(account: string): Promise<readonly DeadLetter[]>
  /** Puts dead letters back among the waiting nudges; answers how many. */
  revive(account: string): Promise<number>

  close(): Promise<void>
}

/**
 * What a key of the memory is about, the second of its parts: what is remembered about one thing is kept as a whole, or as a
 * whole forgotten. Then the thing is as if it had never been heard of, which is no news; half of it forgotten would be.
 */
export function subjectOf(key: string): string {
  return key.split(':', 2)[1] ?? ''
}

/** How much is kept. */
export interface Retention {
  readonly maxAgeMs: number
  readonly maxEntriesPerAccount: number
  readonly deliveryIdMs: number
  /** For how long the memory of what is not committed to any more. */
  readonly memoryMs: number
  readonly deadLetterMs: number
}

/** Three days, a hundred thousand events, delivery ids a day longer than Bird retries, a quarter of memory, a month for replay. */
export const DEFAULT_RETENTION: Retention = {
  maxAgeMs: 3 * 24 * 60 * 60 * 1000,
  maxEntriesPerAccount: 100_000,
  deliveryIdMs: 2 * 24 * 60 * 60 * 1000,
  memoryMs: 90 * 24 * 60 * 60 * 1000,
  deadLetterMs: 30 * 24 * 60 * 60 * 1000,
}

/**
 * The log cannot take or give anything now: Redis is away, the disk is full, another process holds the file. What was asked
 * may nevertheless have happened: ask again with the same delivery id.
 */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}

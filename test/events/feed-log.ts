import type { LoggedEvent } from '../../schema/logged-event.ts'
import type {
  Commit,
  CommitResult,
  DeadLetter,
  EventLog,
  LogEntry,
  LogPosition,
  PendingNudge,
  ReadResult,
  Remembered,
} from '../../src/events/log.ts'

/** A log in memory: what comes out of it is what was appended, and entries can be forgotten. It guards nothing. */
export class MemoryLog implements EventLog {
  epoch = 'first'
  /** How often it was read, and how many watch it. */
  reads = 0
  watchers = 0
  readonly #entries = new Map<string, LogEntry[]>()
  readonly #wakes = new Set<() => void>()
  #count = 0
  readonly #forgotten = new Map<string, LogPosition>()

  append(account: string, ...events: readonly LoggedEvent[]): readonly LogPosition[] {
    const entries = events.map((event) => {
      this.#count += 1
      return { position: String(this.#count).padStart(12, '0'), event }
    })
    this.#entries.set(account, [...this.#of(account), ...entries])
    for (const wake of this.#wakes) wake()
    return entries.map(({ position }) => position)
  }

  /** Retention: only the newest so many stay. */
  forgetAllBut(account: string, count: number): void {
    const entries = this.#of(account)
    const gone = entries.slice(0, entries.length - count)
    this.#forgotten.set(account, gone.at(-1)?.position ?? '')
    this.#entries.set(account, entries.slice(gone.length))
  }

  /** As a flushed Redis: everything is gone, and positions begin anew. */
  startAnew(): void {
    this.epoch = `${this.epoch} again`
    this.#entries.clear()
    this.#count = 0
    for (const wake of this.#wakes) wake()
  }

  async read(account: string, after: LogPosition, limit: number): Promise<ReadResult> {
    this.reads += 1
    const entries = this.#of(account)
    const start = entries.findIndex(({ position }) => position > after)
    const found = start === -1 ? [] : entries.slice(start, start + limit)
    return { entries: found, gap: after < (this.#forgotten.get(account) ?? '') }
  }

  async head(account: string): Promise<LogPosition> {
    return this.#of(account).at(-1)?.position ?? ''
  }

  async newest(account: string): Promise<LogEntry | null> {
    return this.#of(account).at(-1) ?? null
  }

  watch(_account: string, wake: () => void): { stop(): void } {
    this.#wakes.add(wake)
    this.watchers += 1
    return {
      stop: () => {
        this.#wakes.delete(wake)
        this.watchers -= 1
      },
    }
  }

  async recall(_account: string, keys: readonly string[]): Promise<readonly Remembered[]> {
    return keys.map(() => ({ version: 0, value: undefined }))
  }

  async commit(account: string, { append }: Commit): Promise<CommitResult> {
    return { outcome: 'committed', positions: this.append(account, ...append) }
  }

  async takeNudges(): Promise<readonly PendingNudge[]> {
    return []
  }

  async doneWithNudges(): Promise<void> {}

  async failNudges(): Promise<void> {}

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return []
  }

  async revive(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}

  #of(account: string): LogEntry[] {
    return this.#entries.get(account) ?? []
  }
}

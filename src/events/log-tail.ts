import { setImmediate as nextTurn } from 'node:timers/promises'
import type { GapReason, Happening } from '../../schema/event-stream.ts'
import type { EventLog, LogEntry, LogPosition } from './log.ts'

/** Told of everything that is appended to one account's log. */
export interface TailListener {
  offer(account: string, entry: LogEntry, bytes: number): void
  /** Nothing more comes from this tail: entries were lost. */
  lose(account: string, reason: GapReason): void
}

export interface LogTailOptions {
  readonly log: EventLog
  readonly account: string
  readonly position: LogPosition
  /** The log could not be read; it is tried again. */
  readonly onFailure: (error: unknown) => void
}

/** Reads one account's log as it grows: once for all listeners of this instance, and always on from where it last was. */
export class LogTail {
  readonly #options: LogTailOptions
  readonly #listeners = new Set<TailListener>()
  readonly #watch: { stop(): void }
  #epoch: string
  #position: LogPosition
  #lastEventAt: Date | null = null
  #isReading = false
  #wasWoken = false
  #isStopped = false
  #retry: NodeJS.Timeout | null = null

  constructor(options: LogTailOptions) {
    this.#options = options
    this.#epoch = options.log.epoch
    this.#position = options.position
    this.#watch = options.log.watch(options.account, () => this.#wake())
  }

  /** The last entry that listeners were told of. */
  get position(): LogPosition {
    return this.#position
  }

  get epoch(): string {
    return this.#epoch
  }

  get lastEventAt(): Date | null {
    return this.#lastEventAt
  }

  /** From now on the listener is told of everything behind `position`. */
  add(listener: TailListener): void {
    this.#listeners.add(listener)
  }

  remove(listener: TailListener): void {
    this.#listeners.delete(listener)
  }

  stop(): void {
    this.#isStopped = true
    this.#watch.stop()
    if (this.#retry !== null) clearTimeout(this.#retry)
  }

  #wake(): void {
    this.#wasWoken = true
    if (!this.#isReading) void this.#read()
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      while (this.#wasWoken && !this.#isStopped) {
        this.#wasWoken = false
        while (await this.#readPage());
      }
    } catch (error) {
      if (!this.#isStopped) this.#tryAgain(error)
    } finally {
      this.#isReading = false
    }
  }

  /** Whether there may be more at once. */
  async #readPage(): Promise<boolean> {
    const { log, account } = this.#options
    if (log.epoch !== this.#epoch) this.#startAnew()
    const { entries, gap } = await log.read(account, this.#position, PAGE)
    if (this.#isStopped) return false
    if (gap) this.#lose('cursor-expired')
    for (const entry of entries) this.#tell(entry)
    // Readers get a turn in between: a burst must not look like a reader that does not read.
    if (entries.length === PAGE) await nextTurn()
    return entries.length === PAGE
  }

  #tell(entry: LogEntry): void {
    this.#position = entry.position
    this.#lastEventAt = entry.event.recordedAt
    if (this.#listeners.size === 0) return
    const bytes = sizeOf(entry.event)
    for (const listener of this.#listeners) listener.offer(this.#options.account, entry, bytes)
  }

  #startAnew(): void {
    this.#epoch = this.#options.log.epoch
    this.#position = ''
    this.#lose('log-reset')
  }

  #lose(reason: GapReason): void {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener.lose(this.#options.account, reason)
  }

  #tryAgain(error: unknown): void {
    this.#options.onFailure(error)
    this.#retry = setTimeout(() => this.#wake(), RETRY_MS).unref()
  }
}

/** About how many bytes it takes to keep a happening for a reader. */
export function sizeOf(happening: Happening): number {
  return JSON.stringify(happening).length
}

const PAGE = 200
const RETRY_MS = 500

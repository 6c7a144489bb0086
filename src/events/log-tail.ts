import { setImmediate as nextTurn } from 'node:timers/promises'
import type { GapReason, Happening } from '../../schema/event-stream.ts'
import { type EventLog, type LogEntry, type LogPosition, LogUnavailable } from './log.ts'

/** Told of everything that is appended to one account's log. */
export interface TailListener {
  offer(account: string, entry: LogEntry, bytes: number): void
  /** Nothing more comes from this tail: entries were lost. */
  lose(account: string, reason: GapReason): void
}

export interface LogTailOptions {
  readonly log: EventLog
  readonly account: string
  /** The log could not be read; it is tried again. */
  readonly onFailure: (error: unknown) => void
}

/** Begins at the end of the log or, where that is away, at its end when it is there. */
export async function openLogTail(options: LogTailOptions): Promise<LogTail> {
  return new LogTail(options, await findEnd(options).catch((error: unknown) => doWithout(error, options)))
}

/** Reads one account's log as it grows: once for all listeners of this instance, and always on from where it last was. */
export class LogTail {
  readonly #options: LogTailOptions
  readonly #listeners = new Set<TailListener>()
  readonly #watch: { stop(): void }
  #end: LogEnd
  #isReading = false
  #wasWoken = false
  #isStopped = false
  #retry: NodeJS.Timeout | null = null

  constructor(options: LogTailOptions, end: LogEnd) {
    this.#options = options
    this.#end = end
    this.#watch = options.log.watch(options.account, () => this.#wake())
  }

  /** The last entry that listeners were told of. */
  get position(): LogPosition {
    return this.#end.position
  }

  get lastEventAt(): Date | null {
    return this.#end.lastEventAt
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
    while (log.epoch !== this.#end.epoch) await this.#startAnew()
    const { entries, gap } = await log.read(account, this.#end.position, PAGE)
    if (this.#isStopped) return false
    if (gap) this.#lose('cursor-expired')
    for (const entry of entries) this.#tell(entry)
    // Readers get a turn in between: a burst must not look like a reader that does not read.
    if (entries.length === PAGE) await nextTurn()
    return entries.length === PAGE
  }

  #tell(entry: LogEntry): void {
    this.#end = { ...this.#end, position: entry.position, lastEventAt: entry.event.recordedAt }
    if (this.#listeners.size === 0) return
    const bytes = sizeOf(entry.event)
    for (const listener of this.#listeners) listener.offer(this.#options.account, entry, bytes)
  }

  /** Whoever listens has to look for themselves at what is in the other log already. */
  async #startAnew(): Promise<void> {
    this.#end = await findEnd(this.#options)
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

/** Where a log ends, as far as it was read. */
interface LogEnd {
  /** Null: of no log yet. */
  readonly epoch: string | null
  readonly position: LogPosition
  readonly lastEventAt: Date | null
}

const NOWHERE: LogEnd = { epoch: null, position: '', lastEventAt: null }

async function findEnd({ log, account }: LogTailOptions): Promise<LogEnd> {
  const position = await log.head(account)
  const { epoch } = log
  const newest = await log.newest(account)
  // It was lost in between: the position is of the one before.
  if (epoch !== log.epoch) return NOWHERE
  return { epoch, position, lastEventAt: newest?.event.recordedAt ?? null }
}

function doWithout(error: unknown, { onFailure }: LogTailOptions): LogEnd {
  if (!(error instanceof LogUnavailable)) throw error
  onFailure(error)
  return NOWHERE
}

/** About how many bytes it takes to keep a happening for a reader. */
export function sizeOf(happening: Happening): number {
  return JSON.stringify(happening).length
}

const PAGE = 200
const RETRY_MS = 500

import { type CallContext, type Nudge, type Provider, ProviderError } from '../../providers/port/index.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Ingest } from './ingest.ts'
import type { EventLog, PendingNudge } from './log.ts'
import { tellLoss } from './loss.ts'
import type { Reread } from './reread.ts'

export interface NudgeWorkerOptions {
  readonly account: string
  readonly provider: Provider
  readonly log: EventLog
  readonly ingest: Ingest
  readonly reread: Reread
  /** Who acts when nobody asks, and until when; a new one for each call. */
  readonly backgroundCall: (signal: AbortSignal) => CallContext
  readonly clock?: Clock
  /** How long a burst may take to become one read, in milliseconds. */
  readonly settleMs?: number
  /** How often it is looked for nudges that other instances left, in milliseconds. */
  readonly pollMs?: number
  readonly onFailure?: (account: string, error: unknown) => void
}

/** Looks into what moved, after the senders were answered. */
export interface NudgeWorker {
  /** There is something to look into. */
  poke(): void
  /** Ends what is under way; what is left waits in the log. */
  stop(): Promise<void>
}

export function createNudgeWorker(options: NudgeWorkerOptions): NudgeWorker {
  const worker = new AccountNudges(options)
  worker.poke()
  return worker
}

const SETTLE_MS = 150
const POLL_MS = 5_000
const MAX_ATTEMPTS = 5
const FIRST_RETRY_MS = 500
const MAX_TAKEN = 1_000
/** Reads of one conversation stay this far apart while it goes on moving: some 500 webhooks come within two seconds. */
const MAX_SPACING_MS = 1_200

class AccountNudges implements NudgeWorker {
  readonly #options: NudgeWorkerOptions
  readonly #clock: Clock
  readonly #ending = new AbortController()
  readonly #batches = new Map<string, Batch>()
  readonly #running = new Set<Promise<void>>()
  #nextTake: { cancel(): void } | null = null
  #isHurrying = false

  constructor(options: NudgeWorkerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  poke(): void {
    if (this.#isHurrying) return
    this.#isHurrying = true
    this.#takeAfter(this.#settleMs)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    this.#nextTake?.cancel()
    for (const { timer } of this.#batches.values()) timer?.cancel()
    await Promise.all(this.#running)
  }

  get #settleMs(): number {
    return this.#options.settleMs ?? SETTLE_MS
  }

  #takeAfter(milliseconds: number): void {
    if (this.#ending.signal.aborted) return
    this.#nextTake?.cancel()
    this.#nextTake = this.#clock.after(milliseconds, () => this.#run(() => this.#take()))
  }

  /** Work that is waited for at the end, and whose failure is told. */
  #run(work: () => Promise<void>): void {
    const { account, onFailure } = this.#options
    const running = work()
      .catch((error: unknown) => onFailure?.(account, error))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #take(): Promise<void> {
    const { log, account, pollMs = POLL_MS } = this.#options
    this.#isHurrying = false
    try {
      const taken = await log.takeNudges(account, MAX_TAKEN)
      for (const pending of taken) this.#gather(pending)
      if (taken.length === MAX_TAKEN) this.poke()
    } finally {
      if (!this.#isHurrying) this.#takeAfter(pollMs)
    }
  }

  /** Nudges of one conversation become one read, those that come while it is read the next. */
  #gather(pending: PendingNudge): void {
    const key = batchKey(pending)
    const batch = this.#batches.get(key) ?? { nudges: [], timer: null, isRunning: false, spacingMs: 0 }
    this.#batches.set(key, batch)
    batch.nudges.push(pending)
    if (!batch.isRunning && batch.timer === null) this.#schedule(key, batch, retryDelay(pending))
  }

  #schedule(key: string, batch: Batch, delayMs: number): void {
    if (this.#ending.signal.aborted) return
    const work = () => this.#run(() => this.#work(key, batch))
    if (delayMs === 0) work()
    else batch.timer = this.#clock.after(delayMs, work)
  }

  async #work(key: string, batch: Batch): Promise<void> {
    const nudges = batch.nudges.splice(0)
    batch.timer = null
    if (nudges.length === 0) return this.#forget(key, batch)
    batch.isRunning = true
    try {
      await this.#look(nudges)
    } finally {
      batch.isRunning = false
      batch.spacingMs = Math.min(Math.max(batch.spacingMs * 2, this.#settleMs), MAX_SPACING_MS)
      this.#schedule(key, batch, batch.spacingMs)
    }
  }

  async #forget(key: string, batch: Batch): Promise<void> {
    if (this.#batches.get(key) === batch) this.#batches.delete(key)
  }

  async #look(nudges: readonly PendingNudge[]): Promise<void> {
    const { log, account, onFailure } = this.#options
    const ids = nudges.map(({ id }) => id)
    try {
      await this.#ingestWhatMoved(nudges.map(({ nudge }) => nudge))
      await log.doneWithNudges(account, ids)
    } catch (error) {
      if (this.#ending.signal.aborted) return
      onFailure?.(account, error)
      await log.failNudges(account, ids, reasonOf(error), mayPass(error) ? MAX_ATTEMPTS : 1)
      this.poke()
    }
  }

  async #ingestWhatMoved(nudges: readonly Nudge[]): Promise<void> {
    const { account, provider, ingest, reread, backgroundCall, log } = this.#options
    const call = backgroundCall(this.#ending.signal)
    const [first] = nudges
    if (first === undefined) return
    if (first.type === 'locate') {
      const events = (await provider.inlet?.locate(first.payload, call)) ?? []
      await ingest(account, { deliveryId: null, events, nudges: [] }, 'webhook')
      return
    }
    const around = nudges.flatMap((nudge) => (nudge.type === 'reread' ? nudge.around : []))
    const { conversation } = first
    const { events, readAt, isCutShort } = await reread({ conversation, around }, call)
    if (isCutShort) await tellLoss({ log, account, conversation, isOfAccount: false, at: this.#clock.now() })
    await ingest(account, { deliveryId: null, events, nudges: [] }, 'webhook', readAt)
  }
}

interface Batch {
  readonly nudges: PendingNudge[]
  timer: { cancel(): void } | null
  isRunning: boolean
  /** How long to wait after the next read, in milliseconds. */
  spacingMs: number
}

function batchKey({ id, nudge }: PendingNudge): string {
  return nudge.type === 'reread' ? `reread ${nudge.conversation.native}` : `locate ${id}`
}

function retryDelay({ attempts }: PendingNudge): number {
  return attempts === 0 ? 0 : FIRST_RETRY_MS * 2 ** (attempts - 1)
}

/** What can never be known is not asked again; what does not make sense may after all. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ProviderError) || !['NOT_FOUND', 'UNSUPPORTED', 'INVALID'].includes(error.code)
}

function reasonOf(error: unknown): string {
  return error instanceof ProviderError ? `${error.code}: ${error.message}` : String(error)
}

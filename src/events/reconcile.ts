import {
  type CallBudget,
  type CallContext,
  type Conversation,
  type ConversationForViewer,
  type ConversationRef,
  type DomainEvent,
  type Page,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import type { AccountHealth } from '../../schema/account-health.ts'
import { createAllowance } from './allowance.ts'
import { type Clock, systemClock } from './clock.ts'
import { idOf } from './event-id.ts'
import type { Ingest } from './ingest.ts'
import type { EventLog } from './log.ts'
import { tellLoss } from './loss.ts'
import type { Reread } from './reread.ts'
import { createSharedRounds, type SharedRounds } from './shared-rounds.ts'
import { positionsOf, standing } from './standing.ts'

export interface ReconcileOptions {
  readonly account: string
  readonly provider: Provider
  readonly health: AccountHealth
  readonly log: EventLog
  readonly ingest: Ingest
  readonly reread: Reread
  /** Who acts when nobody asks, and until when; a new one for each call. Its budget is replaced by the allowance. */
  readonly backgroundCall: (signal: AbortSignal) => CallContext
  /** Whether anybody wants to know: without listeners it rests between its start and the next gap. */
  readonly isListening: () => boolean
  /** The conversations that somebody listens to. */
  readonly watched: () => readonly ConversationRef[]
  /** A tenth of what the provider allows. */
  readonly callsPerMinute: number
  readonly clock?: Clock
  readonly random?: () => number
  readonly intervalMs?: number
  readonly onFailure?: (account: string, error: unknown) => void
}

/** Finds what no event told: senders that send once at most lose events by nature. */
export interface Reconcile {
  /** Now, because something may have been missed; resolves when a round that began after this call is over. */
  run(): Promise<void>
  close(): Promise<void>
}

/** Runs at once, and goes on every minute or so while somebody listens: then, of several instances, one for all. */
export function createReconcile(options: ReconcileOptions): Reconcile {
  const reconciler = new Reconciler(options)
  void reconciler.run()
  return reconciler
}

const INTERVAL_MS = 60_000
/** Instances that started together do not ask together. */
const JITTER = 0.2
const PAGE_SIZE = 25
/** Half a thousand conversations: where more moved unheard, asking anew is cheaper for everybody. */
const MAX_PAGES = 20
const MARK_KEY = 'reconcile'
const WALK_KEY = 'walk'
/** Of the pause between rounds, so that a turn is over before the next may come. */
const TURN = 0.7

/** How far the last walk came: whatever moved since then lies before it. */
interface Mark {
  readonly sortKey: string
  /** The latest activity when the last walk that came to its end began, by the provider's clock. */
  readonly newestAt: Date
}

class Reconciler implements Reconcile {
  readonly #options: ReconcileOptions
  readonly #clock: Clock
  readonly #allowance: CallBudget
  readonly #ending = new AbortController()
  readonly #shared: SharedRounds
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null
  #timer: { cancel(): void } | null = null
  /** Where the last round through the watched conversations ended, when the allowance was used up. */
  #watchedFrom = 0

  constructor(options: ReconcileOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#allowance = createAllowance(options.callsPerMinute, this.#clock)
    this.#shared = createSharedRounds(options.log, options.account)
  }

  /** One round at a time; all who ask during a round share the next one. */
  run(): Promise<void> {
    if (this.#running === null) return this.#start(true)
    this.#next ??= this.#running.then(() => {
      this.#next = null
      return this.#start(true)
    })
    return this.#next
  }

  async close(): Promise<void> {
    this.#ending.abort()
    this.#timer?.cancel()
    await (this.#next ?? this.#running)
  }

  /** `isNeeded`: something may have been missed; else it only is time again. */
  #start(isNeeded: boolean): Promise<void> {
    this.#timer?.cancel()
    this.#running = this.#round(isNeeded).finally(() => {
      this.#running = null
      this.#rest()
    })
    return this.#running
  }

  #rest(): void {
    if (this.#ending.signal.aborted) return
    const { intervalMs = INTERVAL_MS, random = Math.random, isListening } = this.#options
    const pauseMs = intervalMs * (1 + JITTER * (2 * random() - 1))
    this.#timer = this.#clock.after(pauseMs, () => (isListening() ? void this.#again() : this.#rest()))
  }

  #again(): Promise<void> {
    return this.#running ?? this.#start(false)
  }

  async #round(isNeeded: boolean): Promise<void> {
    if (this.#ending.signal.aborted) return
    const { account, onFailure } = this.#options
    try {
      const read = (await this.#isOurTurn(WALK_KEY, isNeeded)) ? await this.#walk() : new Set<string>()
      await this.#rereadWatched(read, isNeeded)
    } catch (error) {
      if (!this.#ending.signal.aborted && !isUsedUp(error)) onFailure?.(account, error)
    }
  }

  #isOurTurn(key: string, isNeeded: boolean): Promise<boolean> {
    const { intervalMs = INTERVAL_MS } = this.#options
    return this.#shared.take(key, { withinMs: intervalMs * TURN, force: isNeeded, now: this.#clock.now() })
  }

  /** From the newest down to the mark; then upwards, so that the mark is true wherever it ends. Answers what was read. */
  async #walk(): Promise<ReadonlySet<string>> {
    const mark = await this.#recallMark()
    if (mark.value === null) return this.#begin(mark.version)
    const { newestAt } = mark.value
    const moved = await this.#listMoved(mark.value)
    const read = new Set<string>()
    let { version } = mark
    for (const { conversation, sortKey } of moved.toReversed()) {
      await this.#isOurTurn(turnKey(conversation.ref), true)
      await this.#reread(conversation.ref, newestAt)
      read.add(conversation.ref.native)
      const isLast = conversation === moved[0]?.conversation
      version = await this.#remark(version, { sortKey, newestAt: isLast ? conversation.lastActivityAt : newestAt })
    }
    return read
  }

  /** What stands when nothing was ever looked at is no news. Nothing is read beyond the list. */
  async #begin(version: number): Promise<ReadonlySet<string>> {
    const readAt = this.#clock.now()
    const { rows } = await this.#listPage(null)
    await this.#ingest(
      rows.flatMap(({ item }) => standing(item.conversation)),
      readAt,
    )
    const [newest] = rows
    if (newest !== undefined) {
      await this.#remark(version, { sortKey: newest.sortKey, newestAt: newest.item.conversation.lastActivityAt })
    }
    return new Set()
  }

  /**
   * From the newest down to the mark. What moved before that is lost where there are too many. Those that did not move may have
   * been looked at all the same, which their rows show.
   */
  async #listMoved(mark: Mark): Promise<readonly Moved[]> {
    const moved: Moved[] = []
    let after: string | null = null
    for (let pages = 1; ; pages += 1) {
      const readAt = this.#clock.now()
      const page = await this.#listPage(after)
      const rows = page.rows.map(({ item, sortKey }) => ({ conversation: item.conversation, sortKey }))
      const fresh = rows.filter(({ sortKey }) => sortKey >= mark.sortKey)
      const others = rows.filter(({ sortKey }) => sortKey < mark.sortKey)
      moved.push(...fresh)
      await this.#ingest(
        others.flatMap(({ conversation }) => positionsOf(conversation, true)),
        readAt,
      )
      after = page.rows.at(-1)?.cursor ?? page.frontier?.cursor ?? null
      if (fresh.length < rows.length || page.hasMore === false || after === null) return moved
      if (pages === MAX_PAGES) break
    }
    const last = moved.at(-1)
    if (last !== undefined) await this.#tellLoss(last.conversation.ref, true)
    return moved
  }

  #listPage(after: string | null): Promise<Page<ConversationForViewer>> {
    const { provider, health } = this.#options
    const call = this.#call()
    return health.watch(call.signal, () => provider.listConversations({}, { limit: PAGE_SIZE, after }, call))
  }

  /** Status changes, deletions and agents' reads move no list: what somebody listens to is read anyway. */
  async #rereadWatched(read: ReadonlySet<string>, isNeeded: boolean): Promise<void> {
    const all = this.#options.watched()
    const from = all.length === 0 ? 0 : this.#watchedFrom % all.length
    const inTurn = [...all.slice(from), ...all.slice(0, from)]
    for (const [index, ref] of inTurn.entries()) {
      this.#watchedFrom = from + index
      const isToRead = !read.has(ref.native) && (await this.#isOurTurn(turnKey(ref), isNeeded))
      if (isToRead) await this.#reread(ref, null)
    }
    this.#watchedFrom = 0
  }

  /** One conversation that cannot be read keeps nobody from reading the others. */
  async #reread(conversation: ConversationRef, since: Date | null): Promise<void> {
    this.#ending.signal.throwIfAborted()
    try {
      const { events, readAt, isCutShort } = await this.#options.reread({ conversation, since }, this.#call())
      if (isCutShort) await this.#tellLoss(conversation, false)
      await this.#ingest(events, readAt)
    } catch (error) {
      if (!(error instanceof ProviderError) || error.retryable) throw error
      this.#options.onFailure?.(this.#options.account, error)
    }
  }

  async #tellLoss(conversation: ConversationRef, isOfAccount: boolean): Promise<void> {
    const { log, account } = this.#options
    await tellLoss({ log, account, conversation, isOfAccount, at: this.#clock.now() })
  }

  async #ingest(events: readonly DomainEvent[], readAt: Date): Promise<void> {
    const { ingest, account } = this.#options
    await ingest(account, { deliveryId: null, events, nudges: [] }, 'reconcile', readAt)
  }

  #call(): CallContext {
    return { ...this.#options.backgroundCall(this.#ending.signal), budget: this.#allowance }
  }

  async #recallMark(): Promise<{ readonly version: number; readonly value: Mark | null }> {
    const [remembered] = await this.#options.log.recall(this.#options.account, [MARK_KEY])
    return { version: remembered?.version ?? 0, value: (remembered?.value ?? null) as Mark | null }
  }

  /** Another instance may have come farther: then its mark stays. */
  async #remark(expectedVersion: number, value: Mark): Promise<number> {
    const { log, account } = this.#options
    const remember = [{ key: MARK_KEY, expectedVersion, value }]
    const { outcome } = await log.commit(account, { deliveryId: null, remember, append: [], nudges: [] })
    return outcome === 'committed' ? expectedVersion + 1 : expectedVersion
  }
}

interface Moved {
  readonly conversation: Conversation
  readonly sortKey: string
}

function turnKey({ native }: ConversationRef): string {
  return idOf('turn', native)
}

function isUsedUp(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'OVERLOADED'
}

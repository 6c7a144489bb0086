import {
  type CallContext,
  type ConversationForViewer,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import type { SnapshotStore } from './snapshot-store.ts'

/** What the walk needs to know. Times in milliseconds. */
export interface WalkOptions {
  /** For each of its calls: who acts, and until when. */
  readonly backgroundCall: () => CallContext
  /** Between two pages. */
  readonly pauseMs: number
  /** Between the end of one walk and the beginning of the next; null: one walk is enough. */
  readonly restMs: number | null
  readonly found: (snapshots: readonly ConversationForViewer[], call: CallContext) => void
  readonly failed: (error: unknown) => void
}

const PAGE_SIZE = 100
const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 5 * 60_000

/**
 * Reads a provider's whole list of conversations in the background, one page at a time. Where it stopped is kept, so that it
 * goes on there after a restart. It never keeps the process alive.
 */
export class ActivityWalk {
  readonly #provider: Provider
  readonly #store: SnapshotStore
  readonly #options: WalkOptions
  #state: 'new' | 'walking' | 'ended' = 'new'
  #timer: NodeJS.Timeout | undefined
  #failures = 0

  constructor(provider: Provider, store: SnapshotStore, options: WalkOptions) {
    this.#provider = provider
    this.#store = store
    this.#options = options
  }

  /** Has no effect on a walk that has begun or ended. */
  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'walking'
    void this.#step()
  }

  end(): void {
    this.#state = 'ended'
    clearTimeout(this.#timer)
  }

  async #step(): Promise<void> {
    const waitMs = await this.#readPage().catch((error: unknown) => this.#afterFailure(error))
    if (waitMs === null || this.#state === 'ended') return
    this.#timer = setTimeout(() => void this.#step(), waitMs).unref()
  }

  /** Answers how long to wait before the next page; null: there is no more to do. */
  async #readPage(): Promise<number | null> {
    const { cursor, finished } = this.#store.walk
    if (cursor === null) await this.#learnChannels()
    const call = this.#options.backgroundCall()
    const page = await this.#provider.listConversations({}, { limit: PAGE_SIZE, after: cursor }, call)
    if (this.#state === 'ended') return null
    this.#failures = 0
    this.#options.found(
      page.rows.map(({ item }) => item),
      call,
    )
    const next = page.rows.at(-1)?.cursor ?? page.frontier?.cursor ?? null
    if (page.hasMore !== false && next !== null) {
      this.#store.walk = { cursor: next, finished }
      return this.#options.pauseMs
    }
    this.#store.walk = { cursor: null, finished: true }
    return this.#options.restMs
  }

  /** So that the snapshots have the types of their channels. Whether it can be done does not matter to the walk. */
  async #learnChannels(): Promise<void> {
    try {
      await this.#provider.listChannels(this.#options.backgroundCall())
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
    }
  }

  /** A provider that is down is asked more and more seldom; a place that it no longer knows is given up. */
  #afterFailure(error: unknown): number | null {
    if (this.#state === 'ended') return null
    this.#options.failed(error)
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, MAX_RETRY_MS)
    this.#failures += 1
    if (!(error instanceof ProviderError)) return waitMs
    if (error.code === 'INVALID') this.#store.walk = { ...this.#store.walk, cursor: null }
    return Math.max(waitMs, error.facts.retryAfterMs ?? 0)
  }
}

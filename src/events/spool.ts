import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Received } from '../../providers/port/index.ts'
import { attempt, type Poison, type TakeIn, within } from './attempts.ts'
import { createOrder } from './in-order.ts'
import { DEFAULT_RETENTION, LogUnavailable } from './log.ts'
import { type DeadOne, type Delivery, type SpooledDelivery, SpoolTable } from './spool-table.ts'

export interface SpoolOptions {
  /** Of this instance alone; it stays the caller's to close. */
  readonly database: DatabaseSync
  /** Where everything belongs. The same delivery may come to it twice. */
  readonly takeIn: TakeIn
  /** How long a delivery may take before it is spooled, whatever becomes of it, in milliseconds. */
  readonly patienceMs?: number
  /** Between two attempts to empty the spool, in milliseconds. */
  readonly pauseMs?: number
  /** How often it is looked for what another process put back, in milliseconds. */
  readonly pollMs?: number
  /** How long what was given up on is kept, in milliseconds. */
  readonly deadLetterMs?: number
  /** Told of deliveries that were given up on because they cannot be taken in at all. */
  readonly onPoison?: (account: string, error: unknown) => void
}

/**
 * Keeps what was received while the log is away, for senders that do not send again, and gives it to the log once that is back:
 * many at a time, those of one conversation in the order in which they came. What comes behind something spooled is spooled
 * too, so that nothing overtakes. A delivery may reach the log twice (it was slow, or this process died in between): its ids
 * make one of it there. What cannot be taken in at all is set aside with the reason.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #table: SpoolTable
  readonly #inOrder = createOrder()
  readonly #draining = new Map<string, Promise<void>>()
  readonly #inHand = new Map<string, InHand>()
  readonly #ending = new AbortController()
  #poll: NodeJS.Timeout | null = null

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#table = new SpoolTable(options.database)
  }

  /** Empties what an earlier process left behind, and from then on what is put back. */
  start(): void {
    this.#lookAround()
    this.#poll = setInterval(() => this.#lookAround(), this.#options.pollMs ?? POLL_MS).unref()
  }

  /** Stores in the log or, while that is away, in the spool: durable either way when it resolves. */
  readonly takeIn: TakeIn = async (account, received, origin) => {
    if (isFleeting(received)) return this.takeInNow(account, received, origin)
    const latest = performance.now() + this.#patienceMs
    const delivery = { received, origin }
    await this.#inOrder(conversationsIn(received), () => this.#takeInOrKeep(account, delivery, latest))
  }

  /** For senders that send again: throws `LogUnavailable` while the log is away. */
  readonly takeInNow: TakeIn = async (account, received, origin) => {
    const delivery = { received, origin }
    const poison = await attempt(this.#options.takeIn, account, delivery)
    if (poison !== null) this.#setAside(account, delivery, poison)
  }

  /** How many deliveries wait. */
  get depth(): number {
    return this.#table.depth
  }

  /** How many deliveries were given up on. */
  get dead(): number {
    return this.#table.dead
  }

  /** What still waits stays there for the next start. */
  async close(): Promise<void> {
    if (this.#poll !== null) clearInterval(this.#poll)
    this.#ending.abort()
    await Promise.all(this.#draining.values())
  }

  get #patienceMs(): number {
    return this.#options.patienceMs ?? PATIENCE_MS
  }

  /** All in one turn, so that what is next sees that something waits. */
  async #takeInOrKeep(account: string, delivery: Delivery, latest: number): Promise<void> {
    const mustWait = performance.now() >= latest || this.#mustWait(account, delivery)
    const outcome = mustWait ? 'away' : await this.#try(account, delivery, latest)
    if (outcome === 'taken') return
    if (outcome !== 'away') return this.#setAside(account, delivery, outcome)
    await this.#table.put(account, delivery)
    this.#drain(account)
  }

  /** Once the last that waits is being given on, what has nothing to do with it need not wait. */
  #mustWait(account: string, { received }: Delivery): boolean {
    const inHand = this.#inHand.get(account) ?? NOTHING_IN_HAND
    if (this.#table.hasWaiting(account, inHand.lastId)) return true
    return conversationsIn(received).some((conversation) => inHand.conversations.has(conversation))
  }

  #try(account: string, delivery: Delivery, latest: number): Promise<Poison | 'taken' | 'away'> {
    return within(latest - performance.now(), attempt(this.#options.takeIn, account, delivery))
  }

  #setAside(account: string, delivery: Delivery, { error }: Poison): void {
    this.#table.putAside(account, delivery, error)
    this.#options.onPoison?.(account, error)
  }

  #lookAround(): void {
    const { deadLetterMs = DEFAULT_RETENTION.deadLetterMs } = this.#options
    try {
      for (const account of this.#table.accounts()) this.#drain(account)
      this.#table.removeDead(new Date(Date.now() - deadLetterMs))
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
    }
  }

  #drain(account: string): void {
    if (this.#draining.has(account) || this.#ending.signal.aborted) return
    this.#draining.set(account, this.#drainAll(account))
  }

  async #drainAll(account: string): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.#options
    const { signal } = this.#ending
    try {
      do {
        await nextTurn()
        const isAway = await this.#drainOldest(account)
        if (isAway) await sleep(pauseMs, undefined, { signal }).catch(() => {})
      } while (!signal.aborted && this.#table.hasWaiting(account))
    } catch (error) {
      // The spool's own file cannot be used now: it is looked into again by and by.
      if (!(error instanceof LogUnavailable)) throw error
    } finally {
      this.#draining.delete(account)
    }
  }

  async #drainOldest(account: string): Promise<boolean> {
    const oldest = this.#table.oldest(account, AT_A_TIME)
    const conversations = new Set(oldest.flatMap(({ delivery }) => conversationsIn(delivery.received)))
    this.#inHand.set(account, { lastId: oldest.at(-1)?.id ?? 0, conversations })
    try {
      return await this.#giveOn(account, oldest)
    } finally {
      this.#inHand.delete(account)
    }
  }

  /** Answers whether the log is away: then what was not tried waits on, and all that came behind it in its conversations. */
  async #giveOn(account: string, oldest: readonly SpooledDelivery[]): Promise<boolean> {
    const inOrder = createOrder()
    const taken: number[] = []
    const dead: DeadOne[] = []
    let isAway = false
    const giveOnOne = async ({ id, delivery }: SpooledDelivery) => {
      if (isAway || this.#ending.signal.aborted) return
      const outcome = await this.#try(account, delivery, performance.now() + DRAIN_PATIENCE * this.#patienceMs)
      if (outcome === 'away') isAway = true
      else if (outcome === 'taken') taken.push(id)
      else dead.push({ id, ...outcome })
    }
    await Promise.all(oldest.map((one) => inOrder(conversationsIn(one.delivery.received), () => giveOnOne(one))))
    this.#table.settle(taken, dead)
    for (const { error } of dead) this.#options.onPoison?.(account, error)
    return isAway
  }
}

/** What is being given on for an account. */
interface InHand {
  readonly lastId: number
  readonly conversations: ReadonlySet<string>
}

const NOTHING_IN_HAND: InHand = { lastId: 0, conversations: new Set() }

/** The most impatient sender waits for two seconds. */
const PATIENCE_MS = 1_000
/** How many times longer it may take when no sender waits. */
const DRAIN_PATIENCE = 5
const PAUSE_MS = 250
const POLL_MS = 5_000
const AT_A_TIME = 256

/** Who types is in no log, and late it is no longer true. */
function isFleeting({ events, nudges }: Received): boolean {
  return nudges.length === 0 && events.length > 0 && events.every(({ type }) => type === 'typing-changed')
}

/** What has to keep its order; nudges need none. */
function conversationsIn({ events }: Received): readonly string[] {
  return [...new Set(events.map(({ conversation }) => `${conversation.account} ${conversation.native}`))]
}

import type {
  EventPosition,
  GapItem,
  GapReason,
  HappeningItem,
  SourceHealthChange,
  StreamItem,
  StreamRequest,
  TypingChange,
} from '../../schema/event-stream.ts'
import { countEntries, MAX_REPLAY, readEntries } from './catch-up.ts'
import type { EventLog, LogEntry } from './log.ts'
import { type LogTail, sizeOf, type TailListener } from './log-tail.ts'
import type { LoggedEvent } from './logged-event.ts'
import { Mailbox, type MailboxLimits } from './mailbox.ts'
import type { SharedItems, StreamPlace } from './shared-items.ts'

export interface SubscriberOptions {
  readonly request: StreamRequest
  readonly log: EventLog
  /** Of the accounts that are listened to. */
  readonly tails: ReadonlyMap<string, LogTail>
  readonly limits: MailboxLimits
  /** Shared with all other subscribers. */
  readonly items: SharedItems
  /** A running stream cannot go on. */
  readonly onLost: (reason: GapReason) => void
  /** Nothing is passed on any more. */
  readonly onEnd: () => void
}

/**
 * One stream. What is old is read from the log as fast as the reader takes it; once nothing is behind any more, the tails put
 * what comes into the mailbox. Between the last look at the log and the first of a tail nothing else can run, and what both
 * give is passed on once, because positions only grow.
 */
export class Subscriber implements AsyncIterableIterator<StreamItem>, TailListener {
  readonly #options: SubscriberOptions
  readonly #mailbox: Mailbox<StreamItem>
  readonly #accounts: string
  /** What comes before the mailbox is read. */
  readonly #opening: AsyncGenerator<StreamItem, undefined>
  /** Everything up to here was passed on or was not wanted. */
  #seen: EventPosition
  /** Where the mailbox took over. */
  #liveFrom: EventPosition
  #isLive = false
  #hasCaughtUp = false
  #isReleased = false

  constructor(options: SubscriberOptions) {
    this.#options = options
    this.#mailbox = new Mailbox(options.limits)
    this.#seen = options.request.after ?? this.#heads()
    this.#liveFrom = this.#seen
    this.#accounts = JSON.stringify([...options.tails.keys()])
    this.#opening = this.#open()
  }

  async next(): Promise<IteratorResult<StreamItem, undefined>> {
    if (!this.#hasCaughtUp) return this.#opening.next()
    const value = await this.#mailbox.take()
    return value === null ? this.return() : { done: false, value }
  }

  /** The next item where it need not be waited for; null: it must be. */
  takeNow(): StreamItem | null {
    return this.#hasCaughtUp ? this.#mailbox.takeNow() : null
  }

  async return(): Promise<IteratorResult<StreamItem, undefined>> {
    // First, because the items may be waiting for something that does not come.
    this.#release()
    return this.#opening.return(undefined)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  offer(account: string, entry: LogEntry, bytes: number): void {
    const item = this.#pass(account, entry)
    if (item?.happening.type === 'events-lost') this.lose(account, 'provider-outage')
    else if (item !== null) this.#put(item, bytes)
  }

  lose(account: string, reason: GapReason): void {
    this.#end(this.#gap(reason, { accounts: [account], seen: this.#taken() }))
  }

  /** Passes on what is in no log. */
  tell(account: string, happening: TypingChange | SourceHealthChange): void {
    const { tails, request, items } = this.#options
    if (!this.#isLive || !tails.has(account) || !request.accepts(happening)) return
    this.#put(items.ofHappening(happening, this.#place()), sizeOf(happening))
  }

  async *#open(): AsyncGenerator<StreamItem, undefined> {
    try {
      const replaying = await this.#countReplay()
      const hasCount = typeof replaying === 'number'
      const recovered = hasCount && this.#options.request.after !== null
      yield { type: 'ready', recovered, replaying: hasCount ? replaying : 0, ...this.#now(this.#seen) }
      if (hasCount) yield* this.#catchUp()
      else yield replaying
    } finally {
      this.#release()
    }
  }

  async *#catchUp(): AsyncGenerator<StreamItem, void> {
    let replayed = 0
    for await (const item of this.#replay()) {
      yield item
      if (item.type === 'gap') return
      replayed += 1
    }
    this.#hasCaughtUp = true
    // More may be in the mailbox by now: the reader does not have it yet.
    yield { type: 'caught-up', replayed, ...this.#now(this.#liveFrom) }
  }

  /** How many entries will be replayed, or why there can be none. */
  async #countReplay(): Promise<number | GapItem> {
    const { log, tails } = this.#options
    if (this.#seen.epoch !== log.epoch) return this.#gap('log-reset')
    const unknown = [...tails.keys()].filter((account) => this.#seen.positions[account] === undefined)
    if (unknown.length > 0) return this.#gap('access-changed', { accounts: unknown })
    const isLoss = (event: LoggedEvent) => event.type === 'events-lost' && this.#options.request.accepts(event)
    let total = 0
    for (const [account, tail] of tails) {
      const count = await countEntries(log, account, { after: this.#seenOf(account), upTo: tail.position, isLoss })
      if (typeof count === 'string') return this.#gap(count, { accounts: [account] })
      total += count
    }
    return total > MAX_REPLAY ? this.#gap('cursor-too-old') : total
  }

  /** Reads what is behind until nothing is, and goes live in the same breath. */
  async *#replay(): AsyncGenerator<StreamItem, void> {
    const { log, tails } = this.#options
    for (let account = this.#behind(); account !== null; account = this.#behind()) {
      const entries = await readEntries(log, account, this.#seenOf(account))
      if (log.epoch !== this.#seen.epoch) return yield this.#gap('log-reset')
      if (entries === null || entries.length === 0) return yield this.#gap('cursor-expired', { accounts: [account] })
      for (const entry of entries) {
        const item = this.#pass(account, entry)
        if (item?.happening.type === 'events-lost') {
          return yield this.#gap('provider-outage', { accounts: [account] })
        }
        if (item !== null) yield item
      }
    }
    if (this.#isReleased) return
    for (const tail of tails.values()) tail.add(this)
    this.#liveFrom = this.#seen
    this.#isLive = true
  }

  #behind(): string | null {
    for (const [account, tail] of this.#options.tails) if (this.#seenOf(account) < tail.position) return account
    return null
  }

  /** Null: it was passed on before, or is not wanted. */
  #pass(account: string, entry: LogEntry): HappeningItem | null {
    if (entry.position <= this.#seenOf(account)) return null
    const { items, request } = this.#options
    const item = items.ofEntry(account, entry, this.#place())
    this.#seen = item.position
    return request.accepts(entry.event) ? item : null
  }

  #put(item: StreamItem, bytes: number): void {
    const dropped = this.#mailbox.size + 1
    if (this.#mailbox.put(item, bytes)) return
    // Going on behind what the reader has brings back all that was dropped.
    this.#end({ ...this.#gap('slow-consumer', { dropped }), position: this.#taken() })
  }

  /** Up to where the reader has everything. */
  #taken(): EventPosition {
    return this.#mailbox.last?.position ?? this.#liveFrom
  }

  #end(gap: GapItem): void {
    this.#detach()
    this.#mailbox.closeWith(gap)
    this.#options.onLost(gap.reason)
  }

  #release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#detach()
    this.#mailbox.close()
  }

  #detach(): void {
    this.#isLive = false
    this.#options.onEnd()
    for (const tail of this.#options.tails.values()) tail.remove(this)
  }

  /** Where some accounts alone are lost, whoever goes on behind this is told of the others what they have not seen. */
  #gap(reason: GapReason, { accounts = null, dropped = null, seen = this.#seen }: Lost = {}): GapItem {
    const heads = this.#heads()
    const isInPart = accounts !== null && seen.epoch === heads.epoch
    const lost = (accounts ?? []).map((account) => [account, heads.positions[account] ?? ''] as const)
    const position = isInPart ? { ...seen, positions: { ...seen.positions, ...Object.fromEntries(lost) } } : heads
    return { type: 'gap', reason, dropped, accounts, ...this.#now(position) }
  }

  #now(position: EventPosition): { readonly position: EventPosition; readonly at: Date } {
    return { position, at: new Date() }
  }

  /** Where the logs end. */
  #heads(): EventPosition {
    const { log, tails } = this.#options
    const positions = Object.fromEntries([...tails].map(([account, tail]) => [account, tail.position]))
    return { epoch: log.epoch, positions }
  }

  #place(): StreamPlace {
    return { seen: this.#seen, accounts: this.#accounts }
  }

  #seenOf(account: string): string {
    return this.#seen.positions[account] ?? ''
  }
}

interface Lost {
  /** Of which accounts; null: of all. */
  readonly accounts?: readonly string[] | null
  readonly dropped?: number | null
  /** What the reader has. */
  readonly seen?: EventPosition
}

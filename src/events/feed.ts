import type { ConversationRef, DomainEvent } from '../../providers/port/index.ts'
import type {
  EventPosition,
  GapReason,
  SourceHealthChange,
  StreamItem,
  StreamRequest,
  TypingChange,
} from '../../schema/event-stream.ts'
import type { EventLog } from './log.ts'
import { type LogTail, openLogTail } from './log-tail.ts'
import { DEFAULT_MAILBOX_LIMITS, type MailboxLimits } from './mailbox.ts'
import { SharedItems } from './shared-items.ts'
import { Subscriber } from './subscriber.ts'

export interface FeedOptions {
  readonly log: EventLog
  readonly accounts: readonly string[]
  /** The log could not be read; it is tried again. */
  readonly onFailure: (error: unknown, account: string) => void
  readonly limits?: MailboxLimits
}

/** Opens the way from the log to whoever listens on this instance. */
export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { log, accounts, onFailure } = options
  const tails = await Promise.all(
    accounts.map(async (account) => {
      const tail = await openLogTail({ log, account, onFailure: (error) => onFailure(error, account) })
      return [account, tail] as const
    }),
  )
  return new Feed(log, new Map(tails), options.limits ?? DEFAULT_MAILBOX_LIMITS)
}

/** One tail per account, and a bounded mailbox for everybody who listens. */
export class Feed {
  readonly #log: EventLog
  readonly #tails: ReadonlyMap<string, LogTail>
  readonly #limits: MailboxLimits
  readonly #items = new SharedItems()
  readonly #subscribers = new Map<Subscriber, StreamRequest>()

  constructor(log: EventLog, tails: ReadonlyMap<string, LogTail>, limits: MailboxLimits) {
    this.#log = log
    this.#tails = tails
    this.#limits = limits
  }

  /** How many listen. */
  get subscribers(): number {
    return this.#subscribers.size
  }

  /** The conversations of an account of which somebody wants to hear, those aside who want to hear of all. */
  watched(account: string): readonly ConversationRef[] {
    const wanted = [...this.#subscribers.values()].flatMap(({ conversations = [] }) => conversations)
    return [...new Map(wanted.map((ref) => [`${ref.account} ${ref.native}`, ref])).values()].filter(
      (ref) => ref.account === account,
    )
  }

  /** Where the log of each account ended when it was last looked at: nothing that comes later is before it. */
  position(accounts: readonly string[]): EventPosition {
    const positions = Object.fromEntries(accounts.map((account) => [account, this.#tail(account).position]))
    return { epoch: this.#log.epoch, positions }
  }

  lastEventAt(account: string): Date | null {
    return this.#tail(account).lastEventAt
  }

  /**
   * What `EventStream` promises. `onLost` is called as soon as a stream that was running cannot go on, also when nobody reads
   * it any more: the gap item is then the only thing left to read.
   */
  subscribe(request: StreamRequest, onLost: (reason: GapReason) => void): AsyncIterableIterator<StreamItem> {
    const tails = new Map(request.accounts.map((account) => [account, this.#tail(account)]))
    const subscriber: Subscriber = new Subscriber({
      request,
      tails,
      onLost,
      log: this.#log,
      limits: this.#limits,
      items: this.#items,
      onEnd: () => this.#subscribers.delete(subscriber),
    })
    this.#subscribers.set(subscriber, request)
    return subscriber
  }

  tellTyping(event: Extract<DomainEvent, { type: 'typing-changed' }>): void {
    const { type, conversation, holder, typing, audience } = event
    const expiresAt = new Date(Date.now() + TYPING_MS)
    this.#tell(conversation.account, { type, conversation, holder, typing, audience, expiresAt })
  }

  tellSourceHealth(account: string): void {
    this.#tell(account, { type: 'source-health-changed', account })
  }

  /** Ends all streams without a word: whoever listened goes on elsewhere with what they have. */
  async close(): Promise<void> {
    for (const tail of this.#tails.values()) tail.stop()
    await Promise.all([...this.#subscribers.keys()].map((subscriber) => subscriber.return()))
  }

  #tell(account: string, happening: TypingChange | SourceHealthChange): void {
    for (const subscriber of this.#subscribers.keys()) subscriber.tell(account, happening)
  }

  #tail(account: string): LogTail {
    const tail = this.#tails.get(account)
    if (tail === undefined) throw new Error(`there is no log of ${account}`)
    return tail
  }
}

/** Typing that is not renewed for so long is over. */
const TYPING_MS = 6_000

import { setTimeout as sleep } from 'node:timers/promises'
import type { CallContext, ConversationRef, Provider } from '../../providers/port/index.ts'
import type { Happening } from '../../schema/event-stream.ts'
import type { Feed } from './feed.ts'

export interface IndexFeederOptions {
  readonly account: string
  /** Keeps a snapshot of every conversation that is read through it. */
  readonly provider: Provider
  readonly feed: Pick<Feed, 'subscribe'>
  /** Who reads, and until when: a new one for each call. */
  readonly backgroundCall: () => CallContext
  /** Told of every attempt that failed; what was to be read is tried again. */
  readonly onFailure: (error: unknown) => void
  /** How long events are gathered before what they are about is read, in milliseconds; half a second unless told otherwise. */
  readonly gatherMs?: number
}

/** The most conversations that are read at once. */
const BATCH = 25
const GATHER_MS = 500

/**
 * Reads every conversation anew in which something happened, so that the activity index knows of it, whichever instance took
 * the event in. However much happens in a conversation, it is read once per gathering.
 */
export class IndexFeeder {
  readonly #options: IndexFeederOptions
  readonly #moved = new Map<string, ConversationRef>()
  readonly #ending = new AbortController()
  readonly #ended: Promise<unknown>

  constructor(options: IndexFeederOptions) {
    this.#options = options
    this.#ended = Promise.all([this.#listen(), this.#readMoved()])
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#ended
  }

  /** A stream that breaks is opened anew: what fell into the gap, reconciling finds. */
  async #listen(): Promise<void> {
    const { feed, account } = this.#options
    const { signal } = this.#ending
    while (!signal.aborted) {
      const items = feed.subscribe({ accounts: [account], after: null, accepts: isMove }, () => {})
      const stop = () => void items.return?.()
      signal.addEventListener('abort', stop, { once: true })
      for await (const item of items) {
        if (item.type === 'happening' && isMove(item.happening)) this.#note(item.happening.conversation)
      }
      signal.removeEventListener('abort', stop)
      await this.#rest()
    }
  }

  #note(conversation: ConversationRef): void {
    this.#moved.set(conversation.native, conversation)
  }

  async #readMoved(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#rest()
      const batch = [...this.#moved.values()].slice(0, BATCH)
      if (batch.length > 0) await this.#read(batch)
    }
  }

  async #read(batch: readonly ConversationRef[]): Promise<void> {
    // What happens while they are read is noted anew.
    for (const { native } of batch) this.#moved.delete(native)
    const { provider, backgroundCall, onFailure } = this.#options
    try {
      const answers = await provider.getConversations(batch, backgroundCall())
      for (const [index, answer] of answers.entries()) {
        const ref = batch[index]
        if (ref !== undefined && 'retryable' in answer && answer.retryable) this.#note(ref)
      }
    } catch (error) {
      onFailure(error)
      for (const ref of batch) this.#note(ref)
    }
  }

  async #rest(): Promise<void> {
    const { gatherMs = GATHER_MS } = this.#options
    await sleep(gatherMs, undefined, { signal: this.#ending.signal, ref: false }).catch(() => {})
  }
}

type Standstill = 'typing-changed' | 'source-health-changed' | 'horizon-moved' | 'events-lost'
type Move = Exclude<Happening, { type: Standstill }>

/** What changes the place or the look of a conversation in a list. */
function isMove(happening: Happening): happening is Move {
  return !STANDSTILLS.has(happening.type)
}

/** What was lost is found by the walks. */
const STANDSTILLS: ReadonlySet<string> = new Set<Standstill>([
  'typing-changed',
  'source-health-changed',
  'horizon-moved',
  'events-lost',
])

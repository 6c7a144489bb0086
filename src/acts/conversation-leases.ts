import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConversationRef, ProviderError } from '../../providers/port/index.ts'
import { idOf } from '../events/event-id.ts'
import { createOrder } from '../events/in-order.ts'
import { LogUnavailable } from '../events/log.ts'
import type { SharedMemory } from './shared-memory.ts'

/** Longer than what is done may take, so that a lease is outlived only by whoever is gone. */
const MARGIN_MS = 1_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/**
 * Lets one piece of work at a time change a conversation, of all that goes through the instances of this gateway. Whoever
 * changes it at the provider itself is not held up: what is read before a change may be outdated when it is written.
 */
export class ConversationLeases {
  readonly #memory: SharedMemory
  readonly #inTurn = createOrder()

  constructor(memory: SharedMemory) {
    this.#memory = memory
  }

  /**
   * Does work that is over by `deadline` (milliseconds since 1970) when it is its turn; what waits in this process waits in
   * order. Throws `OVERLOADED` where that comes too late, and `UNAVAILABLE` where nobody can say whose turn it is; then nothing
   * was done.
   */
  async alone<Result>(conversation: ConversationRef, deadline: number, work: () => Promise<Result>): Promise<Result> {
    const { account, native } = conversation
    return this.#inTurn([idOf(account, native)], async () => {
      const lease = { account, key: idOf('alone', native), holder: randomUUID() }
      await this.#take(lease, deadline)
      try {
        return await work()
      } finally {
        await this.#giveBack(lease)
      }
    })
  }

  async #take(lease: Lease, deadline: number): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (Date.now() >= deadline) throw new ProviderError('OVERLOADED', 'others change this conversation')
      if (await this.#isTaken(lease, deadline)) return
      await sleep(pauseMs)
    }
  }

  async #isTaken({ account, key, holder }: Lease, deadline: number): Promise<boolean> {
    try {
      return await this.#memory.change<string, boolean>(account, key, (known) =>
        known === null ? { answer: true, becomes: { value: holder, until: deadline + MARGIN_MS } } : { answer: false },
      )
    } catch (cause) {
      if (!(cause instanceof LogUnavailable)) throw cause
      throw new ProviderError('UNAVAILABLE', 'it is not known who else changes this conversation', { cause })
    }
  }

  /** One that cannot be given back ends by itself. */
  async #giveBack({ account, key, holder }: Lease): Promise<void> {
    try {
      await this.#memory.change<string, null>(account, key, (known) => ({
        answer: null,
        ...(known === holder && { becomes: null }),
      }))
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
    }
  }
}

interface Lease {
  readonly account: string
  readonly key: string
  readonly holder: string
}

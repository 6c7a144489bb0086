import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

const SUBSCRIPTION = /* GraphQL */ `
  subscription Events($after: EventCursor) {
    conversationEvents(after: $after) {
      __typename
      ... on StreamItem { cursor }
      ... on ConversationEvent { eventId }
      ... on StreamGap { reason }
    }
  }
`

/** How soon somebody who was cut tries again. */
const PAUSE_MS = 25

interface Item {
  readonly __typename: string
  readonly cursor: string
  readonly eventId?: string
  readonly reason?: string
}

/** Listens over graphql-ws and, whenever it is cut, goes on behind the last item it has at the next of the addresses. */
export class ResumingSubscriber {
  /** How often each event was told, by its id. */
  readonly told = new Map<string, number>()
  /** Why it was told that something is missing. */
  readonly gaps: string[] = []
  readonly #urls: readonly string[]
  readonly #waiting = new Set<(item: Item) => void>()
  readonly #ending = new AbortController()
  readonly #done: Promise<void>
  #after: string | null = null

  constructor(urls: readonly string[]) {
    this.#urls = urls
    this.#done = this.#listen()
  }

  /** Settles with the time of the next item that fits; null: it did not come in time. */
  async next(fits: (item: Item) => boolean, withinMs: number): Promise<number | null> {
    const { promise, resolve } = Promise.withResolvers<number | null>()
    const look = (item: Item) => (fits(item) ? resolve(performance.now()) : undefined)
    const timer = setTimeout(() => resolve(null), withinMs)
    this.#waiting.add(look)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(look)
    }
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#done
  }

  async #listen(): Promise<void> {
    for (let turn = 0; !this.#ending.signal.aborted; turn += 1) {
      await this.#listenAt(this.#urls[turn % this.#urls.length]!).catch(() => {})
      await sleep(PAUSE_MS, undefined, { signal: this.#ending.signal }).catch(() => {})
    }
  }

  /** Until it is cut. */
  async #listenAt(url: string): Promise<void> {
    const address = `${url.replace('http', 'ws')}/graphql`
    const client = createClient({ url: address, webSocketImpl: WebSocket, retryAttempts: 0 })
    const dispose = () => client.terminate()
    this.#ending.signal.addEventListener('abort', dispose)
    try {
      const request = { query: SUBSCRIPTION, variables: { after: this.#after } }
      for await (const { data } of client.iterate<{ conversationEvents: Item }>(request)) {
        if (data) this.#note(data.conversationEvents)
      }
    } finally {
      this.#ending.signal.removeEventListener('abort', dispose)
      await client.dispose()
    }
  }

  #note(item: Item): void {
    this.#after = item.cursor
    const { eventId, reason } = item
    if (eventId !== undefined) this.told.set(eventId, (this.told.get(eventId) ?? 0) + 1)
    if (reason !== undefined) this.gaps.push(reason)
    for (const look of this.#waiting) look(item)
  }
}

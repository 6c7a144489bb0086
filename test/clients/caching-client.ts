import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { World } from '../support/world.ts'

/** A client library with a normalised cache, set up as the README says. Operations are named as in `documents`. */
export interface CachingClient {
  /** Shows an answer and keeps it up to date with the cache. */
  watch(operation: string, variables: object): Promise<Watched>
  /** What the act answered. */
  mutate(operation: string, variables: object): Promise<any>
  /** Puts what is pushed into the cache. The items so far. */
  listen(operation: string, variables: object): readonly any[]
  /** How often this client has asked over HTTP. */
  asked(): number
  close(): Promise<void>
}

export interface Watched {
  /** The data as they are on the screen now. */
  shown(): any
  /** Lets the next page be shown as well. */
  more(variables: object): Promise<void>
}

/** `fetch` that counts. */
export function countingFetch(): { fetch: typeof fetch; asked(): number } {
  let asked = 0
  return {
    fetch: (...request) => {
      asked += 1
      return fetch(...request)
    },
    asked: () => asked,
  }
}

/** Comes back however often it is cut, and would show a fresh token each time. */
export function openSocket(world: World): Client {
  return createClient({
    url: world.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    connectionParams: () => ({}),
  })
}

/** What is on the screen: the latest data, and never an error beside them. */
export class Screen {
  #data: any
  #error: unknown

  show(data: unknown, error: unknown): void {
    this.#error ??= error
    if (data !== undefined && data !== null) this.#data = data
  }

  get data(): any {
    if (this.#error !== undefined) throw this.#error
    return this.#data
  }
}

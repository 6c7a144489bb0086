import { createClient } from 'graphql-ws'
import { expect, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { World } from './world.ts'

/** One subscription over a graphql-ws client, with all that was pushed so far and when. */
export interface LiveStream {
  readonly items: readonly any[]
  of(type: string): readonly any[]
  /** The first item that fits, as soon as it is there. */
  first(fits: (item: any) => boolean): Promise<any>
  /** When an item came, by `performance.now()`. */
  cameAt(item: any): number
}

const SOON = { timeout: 5_000, interval: 5 }

/** Subscribes, and answers once the stream has caught up. It ends with the test. */
export async function openLiveStream(world: World, query: string, variables: object = {}): Promise<LiveStream> {
  const client = createClient({ url: world.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  const items: any[] = []
  const times = new Map<any, number>()
  const failures: unknown[] = []
  client.subscribe<Record<string, any>>(
    { query, variables: variables as Record<string, unknown> },
    {
      next: ({ data, errors }) => {
        if (errors) failures.push(...errors)
        const item = Object.values(data ?? {})[0]
        times.set(item, performance.now())
        items.push(item)
      },
      error: (error) => failures.push(error),
      complete: () => {},
    },
  )
  const of = (type: string) => items.filter(({ __typename }) => __typename === type)
  const first = (fits: (item: any) => boolean) =>
    vi.waitFor(() => {
      const found = items.find(fits)
      expect({ found, failures, items }).toMatchObject({ found: expect.anything(), failures: [] })
      return found
    }, SOON)
  await first(({ __typename }) => __typename === 'CaughtUp')
  return { items, of, first, cameAt: (item) => times.get(item) ?? Number.NaN }
}

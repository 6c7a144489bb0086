import { setTimeout as pause } from 'node:timers/promises'
import type { LogPosition } from './log.ts'
import { openRedisConnection } from './redis-connection.ts'
import { entriesKey, toStreamId } from './redis-keys.ts'

const BLOCK_MS = 3_000
/** How much later than it should a blocking read may answer before the connection counts as broken. */
const LATE_MS = 2_000
const RETRY_MS = 100

export interface TailSettings {
  readonly url: string
  readonly account: string
  head(): Promise<LogPosition>
  wake(): void
}

/**
 * Waits on a connection of its own for entries behind the newest known one, and wakes when there are any. Never from "now":
 * what came while it was not looking would be missed. Goes on until it is stopped, whatever happens to Redis.
 */
export function startRedisTail({ url, account, head, wake }: TailSettings): { stop(): void } {
  const opening = openRedisConnection({ url, waitMs: 0 })
  let stopped = false

  async function follow(): Promise<void> {
    const connection = await opening
    let known: LogPosition | null = null
    while (!stopped) {
      try {
        const newest = await head()
        if (newest !== known) wake()
        known = newest
        const words = [
          'XREAD',
          'COUNT',
          '1',
          'BLOCK',
          String(BLOCK_MS),
          'STREAMS',
          entriesKey(account),
          toStreamId(known),
        ]
        await connection.call(words, BLOCK_MS + LATE_MS)
      } catch {
        await pause(RETRY_MS)
      }
    }
  }

  void follow()
  return {
    stop: () => {
      stopped = true
      void opening.then((connection) => connection.close())
    },
  }
}

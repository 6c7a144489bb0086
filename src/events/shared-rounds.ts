import { randomUUID } from 'node:crypto'
import type { EventLog } from './log.ts'

/** What several instances would do alike, one of them does for all. */
export interface SharedRounds {
  /**
   * Whether this instance is to do now what has that key: not, where another began to within that time. `force`: in any case,
   * and the others need not.
   */
  take(key: string, turn: { readonly withinMs: number; readonly force: boolean; readonly now: Date }): Promise<boolean>
}

interface Turn {
  readonly by: string
  readonly at: number
}

/** They agree over what the log remembers: who writes first goes first. */
export function createSharedRounds(log: EventLog, account: string): SharedRounds {
  const by = randomUUID()
  return {
    take: async (key, { withinMs, force, now }) => {
      const [remembered] = await log.recall(account, [key])
      const { version, value } = remembered ?? { version: 0, value: undefined }
      const last = value as Turn | undefined
      const at = now.getTime()
      if (!force && last !== undefined && last.by !== by && last.at > at - withinMs) return false
      const remember = [{ key, expectedVersion: version, value: { by, at } satisfies Turn }]
      const { outcome } = await log.commit(account, { deliveryId: null, remember, append: [], nudges: [] })
      return force || outcome === 'committed'
    },
  }
}

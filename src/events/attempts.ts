import { setTimeout as sleep } from 'node:timers/promises'
import type { Received } from '../../providers/port/index.ts'
import { LogUnavailable } from './log.ts'
import type { EventOrigin } from './logged-event.ts'
import type { Delivery } from './spool-table.ts'

/** Stores what an inlet received. Throws `LogUnavailable` where it cannot be stored now. */
export type TakeIn = (account: string, received: Received, origin: EventOrigin) => Promise<void>

/** Why something cannot be taken in at all. */
export interface Poison {
  readonly error: unknown
}

/** In vain so often for its own sake, a delivery is given up on. */
const MAX_TRIES = 5

/** Answers null where it was taken in. Throws `LogUnavailable` where it cannot be stored now. */
export async function attempt(takeIn: TakeIn, account: string, { received, origin }: Delivery): Promise<Poison | null> {
  let poison: Poison | null = null
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      await takeIn(account, received, origin)
      return null
    } catch (error) {
      if (error instanceof LogUnavailable) throw error
      poison = { error }
    }
  }
  return poison
}

/** Answers `away` where it cannot be stored now, or where that is not known in time: it may be stored later all the same. */
export async function within(
  patienceMs: number,
  attempted: Promise<Poison | null>,
): Promise<Poison | 'taken' | 'away'> {
  const timer = new AbortController()
  const tooLate = sleep(Math.max(0, patienceMs), 'away' as const, { signal: timer.signal })
  try {
    return (await Promise.race([attempted, tooLate])) ?? 'taken'
  } catch (error) {
    if (error instanceof LogUnavailable) return 'away'
    throw error
  } finally {
    tooLate.catch(() => {})
    timer.abort()
  }
}

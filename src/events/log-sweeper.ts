import { setTimeout as pause } from 'node:timers/promises'
import { LogUnavailable, type Retention } from './log.ts'

/** Removes what need not be kept any longer. */
export interface LogSweeper {
  /** Says that so many entries were appended for an account; 0: only that there is such an account. */
  note(account: string, appended: number): void
  stop(): void
}

/** How many rows one step removes at most: a step holds up everything else for about a millisecond. */
export const ROWS_PER_STEP = 500

const PAUSE_MS = 5
const LONGEST_INTERVAL_MS = 30_000
const SHORTEST_INTERVAL_MS = 100

/**
 * Calls `step` for an account now and then, and after a tenth more was appended than is kept; again, with a pause between, as
 * long as it answers that more is left to remove.
 */
export function createLogSweeper(step: (account: string) => boolean | Promise<boolean>, kept: Retention): LogSweeper {
  const appendedSince = new Map<string, number>()
  const due = new Set<string>()
  const often = Math.max(1, Math.floor(kept.maxEntriesPerAccount / 10))
  let running = false
  let stopped = false

  async function sweep(): Promise<void> {
    if (running) return
    running = true
    // What is added to a set while it is walked through is walked through as well.
    for (const account of due) {
      await pause(PAUSE_MS, undefined, { ref: false })
      if (stopped) return
      due.delete(account)
      if (await isMoreLeft(step, account)) due.add(account)
    }
    running = false
  }

  const timer = setInterval(() => {
    for (const account of appendedSince.keys()) due.add(account)
    void sweep()
  }, intervalOf(kept)).unref()

  return {
    note: (account, appended) => {
      const since = (appendedSince.get(account) ?? 0) + appended
      appendedSince.set(account, since < often ? since : 0)
      if (since < often) return
      due.add(account)
      void sweep()
    },
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}

async function isMoreLeft(step: (account: string) => boolean | Promise<boolean>, account: string): Promise<boolean> {
  try {
    return await step(account)
  } catch (error) {
    // Nothing is lost by removing it later.
    if (error instanceof LogUnavailable) return false
    throw error
  }
}

function intervalOf({ maxAgeMs }: Retention): number {
  return Math.min(LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, maxAgeMs / 10))
}

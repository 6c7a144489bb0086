import type { CallBudget } from '../../providers/port/index.ts'
import type { Clock } from './clock.ts'

/** A budget that fills itself again: so many calls a minute, and no more than that at once. */
export function createAllowance(callsPerMinute: number, clock: Clock): CallBudget {
  let left = callsPerMinute
  let filledAt = clock.now().getTime()
  const fill = () => {
    const now = clock.now().getTime()
    left = Math.min(callsPerMinute, left + ((now - filledAt) / 60_000) * callsPerMinute)
    filledAt = now
    return Math.floor(left)
  }
  return {
    get remaining() {
      return fill()
    },
    take(calls) {
      if (calls > fill()) return false
      left -= calls
      return true
    },
  }
}

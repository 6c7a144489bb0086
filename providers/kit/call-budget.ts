import type { CallBudget } from '../port/index.ts'

/** A budget of so many upstream calls. */
export function createCallBudget(calls: number): CallBudget {
  let remaining = calls
  return {
    get remaining() {
      return remaining
    },
    take(count) {
      if (count > remaining) return false
      remaining -= count
      return true
    },
  }
}

import type { DatabaseSync } from 'node:sqlite'
import type { Retention } from './log.ts'
import { ROWS_PER_STEP } from './log-sweeper.ts'
import type { LogStatements } from './sqlite-log-tables.ts'
import { inTransaction } from './sqlite-transaction.ts'

/** Removes some of an account's oldest entries and memory, and some of the oldest delivery ids; answers whether more is to remove. */
export function removeOutdated(
  database: DatabaseSync,
  statements: LogStatements,
  kept: Retention,
  account: string,
): boolean {
  return inTransaction(database, () => {
    const entries = removeEntries(statements, kept, account)
    const deliveries = removeDeliveries(statements, kept)
    statements.removeOldDeadLetters.run(account, Date.now() - kept.deadLetterMs)
    const memory = forgetOutdated(statements, kept, account)
    return Math.max(entries, deliveries, memory) >= ROWS_PER_STEP
  })
}

function removeEntries(statements: LogStatements, kept: Retention, account: string): number {
  const surplus = Number(statements.entryFromTheTop.get(account, kept.maxEntriesPerAccount)?.position ?? 0)
  const oldestKept = Date.now() - kept.maxAgeMs
  const rows = statements.oldestEntries.all(account, ROWS_PER_STEP)
  // Only from the beginning: a clock that was set back must not tear a hole.
  const outdated = countWhile(rows, (row) => Number(row.position) <= surplus || Number(row.recorded_at) < oldestKept)
  const last = rows[outdated - 1]
  if (last === undefined) return 0
  statements.removeEntries.run(account, Number(last.position))
  statements.putRemovedThrough.run(Number(last.position), account)
  return outdated
}

function removeDeliveries(statements: LogStatements, kept: Retention): number {
  const oldestKept = Date.now() - kept.deliveryIdMs
  const rows = statements.oldestDeliveries.all(ROWS_PER_STEP)
  const outdated = countWhile(rows, (row) => Number(row.recorded_at) < oldestKept)
  const last = rows[outdated - 1]
  if (last !== undefined) statements.removeDeliveries.run(Number(last.number))
  return outdated
}

/** Each subject as a whole; answers how many rows that were. */
function forgetOutdated(statements: LogStatements, kept: Retention, account: string): number {
  let rows = 0
  for (const { subject } of statements.staleSubjects.all(account, Date.now() - kept.memoryMs, ROWS_PER_STEP)) {
    if (rows >= ROWS_PER_STEP) break
    rows += 1 + Number(statements.forget.run(account, String(subject)).changes)
    statements.removeSubject.run(account, String(subject))
  }
  return rows
}

function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  const first = items.findIndex((item) => !holds(item))
  return first === -1 ? items.length : first
}

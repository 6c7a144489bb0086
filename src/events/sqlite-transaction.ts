import type { DatabaseSync } from 'node:sqlite'
import { LogUnavailable } from './log.ts'

/** All of `work` becomes true, or nothing. Throws `LogUnavailable` where SQLite cannot go on. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  return orUnavailable(() => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite has rolled back by itself after some errors, such as a full disk.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
}

/** Turns what is not a mistake of ours into `LogUnavailable`. */
export function orUnavailable<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isOutage(error)) throw error
    throw new LogUnavailable(`The log cannot be used: ${error.message}.`, { cause: error })
  }
}

/** SQLite's primary result codes: what the surroundings are to blame for. */
const OUTAGES: ReadonlySet<number> = new Set([
  5, // busy
  6, // locked
  7, // out of memory
  8, // read-only
  10, // I/O error
  11, // corrupt
  13, // full
  14, // cannot open
])

function isOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if ('errcode' in error && typeof error.errcode === 'number') return OUTAGES.has(error.errcode & 0xff)
  return 'code' in error && error.code === 'ERR_INVALID_STATE'
}

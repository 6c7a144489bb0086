import type { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import type { Nudge } from '../../providers/port/index.ts'
import type { DeadLetter, PendingNudge } from './log.ts'
import type { LogStatements } from './sqlite-log-tables.ts'
import { inTransaction } from './sqlite-transaction.ts'

/** The nudges of all accounts that wait, and those that died. Everything throws `LogUnavailable` where SQLite cannot go on. */
export class SqliteNudges {
  readonly #database: DatabaseSync
  readonly #statements: LogStatements
  readonly #leaseMs: number

  constructor(database: DatabaseSync, statements: LogStatements, leaseMs: number) {
    this.#database = database
    this.#statements = statements
    this.#leaseMs = leaseMs
  }

  /** To be called within a transaction. */
  put(account: string, nudge: Uint8Array, now: number): void {
    this.#statements.putNudge.run({ account, nudge, now })
  }

  take(account: string, limit: number): readonly PendingNudge[] {
    const now = Date.now()
    return inTransaction(this.#database, () => {
      const rows = this.#statements.dueNudges.all(account, now, limit)
      for (const { id } of rows) this.#statements.postponeNudge.run(now + this.#leaseMs, Number(id))
      return rows.map(({ id, nudge, since, attempts }) => ({
        id: String(id),
        nudge: readNudge(nudge),
        since: new Date(Number(since)),
        attempts: Number(attempts),
      }))
    })
  }

  done(account: string, ids: readonly string[]): void {
    inTransaction(this.#database, () => {
      for (const id of ids) this.#statements.removeNudge.run(account, Number(id))
    })
  }

  fail(account: string, ids: readonly string[], reason: string, maxAttempts: number): void {
    inTransaction(this.#database, () => {
      for (const id of ids) this.#countFailure(account, Number(id), reason, maxAttempts)
    })
  }

  deadLetters(account: string): readonly DeadLetter[] {
    return this.#statements.deadLetters.all(account).map(({ id, nudge, reason, died_at }) => ({
      id: String(id),
      nudge: readNudge(nudge),
      reason: String(reason),
      at: new Date(Number(died_at)),
    }))
  }

  revive(account: string): number {
    return inTransaction(this.#database, () => {
      this.#statements.revive.run({ account, now: Date.now() })
      return Number(this.#statements.removeDeadLetters.run(account).changes)
    })
  }

  #countFailure(account: string, id: number, reason: string, maxAttempts: number): void {
    const row = this.#statements.getNudge.get(account, id)
    if (row === undefined) return
    const attempts = Number(row.attempts) + 1
    if (attempts < maxAttempts) {
      this.#statements.countAttempt.run(attempts, Date.now(), id)
      return
    }
    this.#statements.removeNudge.run(account, id)
    this.#statements.bury.run(id, account, row.nudge ?? null, row.since ?? null, reason, Date.now())
  }
}

export function writeNudge(nudge: Nudge): Uint8Array {
  return serialize(nudge)
}

function readNudge(bytes: unknown): Nudge {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a nudge is not a blob')
  return deserialize(bytes)
}

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import type { Received } from '../../providers/port/index.ts'
import type { EventOrigin } from './logged-event.ts'
import { inTransaction, orUnavailable } from './sqlite-transaction.ts'

/** What an inlet received, and which one. */
export interface Delivery {
  readonly received: Received
  readonly origin: EventOrigin
}

export interface SpooledDelivery {
  readonly id: number
  readonly delivery: Delivery
}

/** Why and when a delivery was given up on. */
export interface DeadDelivery {
  readonly reason: string
  readonly at: Date
}

/** One that waited and is given up on. */
export interface DeadOne {
  readonly id: number
  readonly error: unknown
}

/**
 * Deliveries in an SQLite database, which stays the caller's to close: those that wait, in the order in which they came, and
 * those that were given up on. Everything is on disk before it returns or resolves; where SQLite cannot go on it throws
 * `LogUnavailable`. What is put in one turn of the event loop is written to the disk once.
 */
export class SpoolTable {
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #coming: Coming[] = []

  constructor(database: DatabaseSync) {
    this.#database = database
    orUnavailable(() => database.exec(`PRAGMA synchronous = FULL; ${TABLE}`))
    this.#statements = prepare(database)
  }

  put(account: string, delivery: Delivery): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#coming.push({ account, delivery: serialize(delivery), resolve, reject })
      if (this.#coming.length === 1) setImmediate(() => this.#putComing())
    })
  }

  putAside(account: string, delivery: Delivery, error: unknown): void {
    this.#run('putAside', { account, delivery: serialize(delivery), reason: String(error), now: Date.now() })
  }

  /** `afterId`: not counting that one and those that came before it. */
  hasWaiting(account: string, afterId = 0): boolean {
    return this.#all('firstWaiting', { account, afterId }).length > 0
  }

  /** Of which accounts something waits. */
  accounts(): readonly string[] {
    return this.#all('accounts').map(({ account }) => String(account))
  }

  oldest(account: string, limit: number): readonly SpooledDelivery[] {
    const rows = this.#all('oldest', { account, limit })
    return rows.map(({ id, delivery }) => ({ id: Number(id), delivery: read(delivery) }))
  }

  /** Of those that waited, removes what was taken in and sets aside what is dead. */
  settle(taken: readonly number[], dead: readonly DeadOne[]): void {
    if (taken.length + dead.length === 0) return
    inTransaction(this.#database, () => {
      this.#statements.remove.run({ ids: JSON.stringify(taken) })
      for (const { id, error } of dead) this.#statements.setAside.run({ id, reason: String(error), now: Date.now() })
    })
  }

  /** How many wait. */
  get depth(): number {
    return Number(this.#all('depth')[0]?.waiting ?? 0)
  }

  /** How many were given up on. */
  get dead(): number {
    return Number(this.#all('dead')[0]?.dead ?? 0)
  }

  removeDead(diedBefore: Date): void {
    this.#run('removeDead', { diedBefore: diedBefore.getTime() })
  }

  deadLetters(account: string): readonly DeadDelivery[] {
    return this.#all('deadLetters', { account }).map(({ reason, died_at }) => ({
      reason: String(reason),
      at: new Date(Number(died_at)),
    }))
  }

  /** All that was given up on waits again where it stood; answers how many. */
  revive(account: string): number {
    return this.#run('revive', { account })
  }

  #putComing(): void {
    const coming = this.#coming.splice(0)
    try {
      inTransaction(this.#database, () => {
        for (const { account, delivery } of coming) this.#statements.put.run({ account, delivery })
      })
      for (const { resolve } of coming) resolve()
    } catch (error) {
      for (const { reject } of coming) reject(error)
    }
  }

  #run(name: keyof Statements, values: Record<string, SQLInputValue>): number {
    return orUnavailable(() => Number(this.#statements[name].run(values).changes))
  }

  #all(name: keyof Statements, values: Record<string, SQLInputValue> = {}) {
    return orUnavailable(() => this.#statements[name].all(values))
  }
}

interface Coming {
  readonly account: string
  readonly delivery: Uint8Array
  resolve(): void
  reject(reason: unknown): void
}

/** `reason` null: it waits. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS spooled_deliveries_v2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    delivery BLOB NOT NULL,
    reason TEXT,
    died_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS spooled_deliveries_v2_waiting ON spooled_deliveries_v2 (account, id) WHERE reason IS NULL;
  CREATE INDEX IF NOT EXISTS spooled_deliveries_v2_dead ON spooled_deliveries_v2 (died_at) WHERE reason IS NOT NULL`

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>

function prepare(database: DatabaseSync): Statements {
  return {
    put: database.prepare(STATEMENTS.put),
    putAside: database.prepare(STATEMENTS.putAside),
    firstWaiting: database.prepare(STATEMENTS.firstWaiting),
    accounts: database.prepare(STATEMENTS.accounts),
    oldest: database.prepare(STATEMENTS.oldest),
    remove: database.prepare(STATEMENTS.remove),
    setAside: database.prepare(STATEMENTS.setAside),
    depth: database.prepare(STATEMENTS.depth),
    dead: database.prepare(STATEMENTS.dead),
    removeDead: database.prepare(STATEMENTS.removeDead),
    deadLetters: database.prepare(STATEMENTS.deadLetters),
    revive: database.prepare(STATEMENTS.revive),
  }
}

const WAITING = 'spooled_deliveries_v2 WHERE reason IS NULL'

const STATEMENTS = {
  put: 'INSERT INTO spooled_deliveries_v2 (account, delivery) VALUES (:account, :delivery)',
  putAside: `INSERT INTO spooled_deliveries_v2 (account, delivery, reason, died_at)
    VALUES (:account, :delivery, :reason, :now)`,
  firstWaiting: `SELECT 1 FROM ${WAITING} AND account = :account AND id > :afterId LIMIT 1`,
  accounts: `SELECT DISTINCT account FROM ${WAITING}`,
  oldest: `SELECT id, delivery FROM ${WAITING} AND account = :account ORDER BY id LIMIT :limit`,
  remove: 'DELETE FROM spooled_deliveries_v2 WHERE id IN (SELECT value FROM json_each(:ids))',
  setAside: 'UPDATE spooled_deliveries_v2 SET reason = :reason, died_at = :now WHERE id = :id',
  depth: `SELECT count(*) AS waiting FROM ${WAITING}`,
  dead: 'SELECT count(*) AS dead FROM spooled_deliveries_v2 WHERE reason IS NOT NULL',
  removeDead: 'DELETE FROM spooled_deliveries_v2 WHERE reason IS NOT NULL AND died_at < :diedBefore',
  deadLetters: `SELECT reason, died_at FROM spooled_deliveries_v2
    WHERE account = :account AND reason IS NOT NULL ORDER BY id`,
  revive: `UPDATE spooled_deliveries_v2 SET reason = NULL, died_at = NULL
    WHERE account = :account AND reason IS NOT NULL`,
} as const

/** Of what this file wrote. */
function read(bytes: unknown): Delivery {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the spool has a value that is not a blob')
  return deserialize(bytes)
}

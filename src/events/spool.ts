import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import type { Received } from '../../providers/port/index.ts'
import { LogUnavailable } from './log.ts'
import type { EventOrigin } from './logged-event.ts'
import { orUnavailable } from './sqlite-transaction.ts'

/** Stores what an inlet received. Throws `LogUnavailable` where it cannot be stored now. */
export type TakeIn = (account: string, received: Received, origin: EventOrigin) => Promise<void>

export interface SpoolOptions {
  /** Of this instance alone; it stays the caller's to close. */
  readonly database: DatabaseSync
  /** Where everything belongs. The same delivery may come to it twice. */
  readonly takeIn: TakeIn
  /** How long a delivery may take before it is spooled, whatever becomes of it, in milliseconds. */
  readonly patienceMs?: number
  /** Between two attempts to empty the spool, in milliseconds. */
  readonly pauseMs?: number
  /** Told of deliveries that were given up on because they cannot be taken in at all. */
  readonly onPoison?: (account: string, error: unknown) => void
}

/**
 * Keeps what was received while the log is away, for senders that do not send again, and gives it to the log in the order in
 * which it came once that is back. What is on its way behind something spooled is spooled too, so that nothing overtakes.
 * A delivery may reach the log twice (it was slow, or this process died in between): its ids make one of it there.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #statements: Statements
  readonly #draining = new Map<string, Promise<void>>()
  readonly #ending = new AbortController()

  constructor(options: SpoolOptions) {
    this.#options = options
    options.database.exec('PRAGMA synchronous = FULL')
    options.database.exec(TABLE)
    this.#statements = prepare(options.database)
  }

  /** Empties what an earlier process left behind. */
  start(): void {
    for (const { account } of this.#statements.accounts.all()) this.#drain(String(account))
  }

  /** Stores in the log or, while that is away, in the spool: durable either way when it resolves. */
  readonly takeIn: TakeIn = async (account, received, origin) => {
    const delivery = { received, origin }
    if (!this.#waits(account) && (await this.#isTakenIn(account, delivery))) return
    orUnavailable(() => this.#statements.put.run(account, serialize(delivery)))
    this.#drain(account)
  }

  /** How many deliveries wait. */
  get depth(): number {
    return Number(this.#statements.depth.get()?.waiting ?? 0)
  }

  /** What still waits stays there for the next start. */
  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#draining.values())
  }

  #waits(account: string): boolean {
    return this.#statements.oldestOf.get(account) !== undefined
  }

  async #isTakenIn(account: string, { received, origin }: Delivery): Promise<boolean> {
    const { takeIn, patienceMs = PATIENCE_MS } = this.#options
    const timer = new AbortController()
    const tooSlow = sleep(patienceMs, false, { signal: timer.signal }).catch(() => false)
    try {
      return await Promise.race([takeIn(account, received, origin).then(() => true), tooSlow])
    } catch (error) {
      if (error instanceof LogUnavailable) return false
      throw error
    } finally {
      timer.abort()
    }
  }

  #drain(account: string): void {
    if (this.#draining.has(account) || this.#ending.signal.aborted) return
    const drained = this.#drainAll(account).finally(() => {
      this.#draining.delete(account)
      // Something may have come between the last look and now.
      if (this.#waits(account)) this.#drain(account)
    })
    this.#draining.set(account, drained)
  }

  async #drainAll(account: string): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.#options
    while (!this.#ending.signal.aborted) {
      const oldest = this.#statements.oldestOf.get(account)
      if (oldest === undefined) return
      const isAway = await this.#drainOne(account, Number(oldest.id))
      if (isAway) await sleep(pauseMs, undefined, { signal: this.#ending.signal }).catch(() => {})
    }
  }

  /** Answers whether the log is still away. */
  async #drainOne(account: string, id: number): Promise<boolean> {
    try {
      if (!(await this.#isTakenIn(account, read(this.#statements.get.get(id)?.delivery)))) return true
      this.#statements.remove.run(id)
    } catch (error) {
      this.#options.onPoison?.(account, error)
      this.#statements.setAside.run(id)
    }
    return false
  }
}

interface Delivery {
  readonly received: Received
  readonly origin: EventOrigin
}

/** The most impatient sender waits for two seconds. */
const PATIENCE_MS = 1_000
const PAUSE_MS = 250

/** Deliveries that were given up on are kept, but no longer tried. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS spooled_deliveries_v1 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    delivery BLOB NOT NULL,
    aside INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS spooled_deliveries_v1_waiting ON spooled_deliveries_v1 (account, aside, id)`

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>

function prepare(database: DatabaseSync): Statements {
  return {
    accounts: database.prepare(STATEMENTS.accounts),
    put: database.prepare(STATEMENTS.put),
    oldestOf: database.prepare(STATEMENTS.oldestOf),
    get: database.prepare(STATEMENTS.get),
    depth: database.prepare(STATEMENTS.depth),
    remove: database.prepare(STATEMENTS.remove),
    setAside: database.prepare(STATEMENTS.setAside),
  }
}

const STATEMENTS = {
  accounts: 'SELECT DISTINCT account FROM spooled_deliveries_v1 WHERE aside = 0',
  put: 'INSERT INTO spooled_deliveries_v1 (account, delivery) VALUES (?, ?)',
  oldestOf: 'SELECT id FROM spooled_deliveries_v1 WHERE account = ? AND aside = 0 ORDER BY id LIMIT 1',
  get: 'SELECT delivery FROM spooled_deliveries_v1 WHERE id = ?',
  depth: 'SELECT count(*) AS waiting FROM spooled_deliveries_v1 WHERE aside = 0',
  remove: 'DELETE FROM spooled_deliveries_v1 WHERE id = ?',
  setAside: 'UPDATE spooled_deliveries_v1 SET aside = 1 WHERE id = ?',
} as const

/** Of what this file wrote. */
function read(bytes: unknown): Delivery {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the spool has a value that is not a blob')
  return deserialize(bytes)
}

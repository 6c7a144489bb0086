import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import {
  type Commit,
  type CommitResult,
  DEFAULT_RETENTION,
  type DeadLetter,
  type EventLog,
  type LogEntry,
  type LogPosition,
  LogUnavailable,
  type PendingNudge,
  type ReadResult,
  type Remembered,
  type Retention,
  subjectOf,
} from './log.ts'
import { createLogSweeper, type LogSweeper } from './log-sweeper.ts'
import { LogWatchers } from './log-watchers.ts'
import { type LogStatements, prepareStatements, TABLES } from './sqlite-log-tables.ts'
import { SqliteNudges, writeNudge } from './sqlite-nudges.ts'
import { removeOutdated } from './sqlite-retention.ts'
import { inTransaction, orUnavailable } from './sqlite-transaction.ts'

/** How long a nudge that was taken is not given to others. */
const NUDGE_LEASE_MS = 30_000
/** How many commits share a transaction at most: about 10 ms during which nothing else happens. */
const COMMITS_PER_TRANSACTION = 256
/** How exactly it is known when something was last committed to, as a part of how long its memory is kept. */
const TOUCH_GRAIN = 0.01
/** How soon it is seen that another process appended something. */
const LOOK_ABROAD_MS = 100

/**
 * The log in an SQLite database, which stays the caller's to close. From here on every write of this connection is on disk
 * before it returns. Several processes may share a file on one machine. Commits that come in one turn of the event loop share
 * one transaction; each of them is nevertheless taken whole or not at all. Where SQLite cannot go on, calls reject with
 * `LogUnavailable`.
 */
export function createSqliteLog(
  database: DatabaseSync,
  retention: Retention = DEFAULT_RETENTION,
  nudgeLeaseMs: number = NUDGE_LEASE_MS,
): EventLog {
  return orUnavailable(() => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000')
    database.exec(TABLES)
    return new SqliteLog(database, retention, nudgeLeaseMs)
  })
}

interface WaitingCommit {
  readonly account: string
  readonly commit: SerialisedCommit
  resolve(result: CommitResult): void
  reject(reason: unknown): void
}

interface SerialisedCommit extends Pick<Commit, 'deliveryId'> {
  readonly remember: readonly {
    readonly key: string
    readonly expectedVersion: number
    readonly bytes: Uint8Array | null
  }[]
  readonly append: readonly Uint8Array[]
  readonly nudges: readonly Uint8Array[]
}

class SqliteLog implements EventLog {
  readonly epoch: string
  readonly #database: DatabaseSync
  readonly #statements: LogStatements
  readonly #retention: Retention
  readonly #nudges: SqliteNudges
  readonly #sweeper: LogSweeper
  readonly #watchers = new LogWatchers()
  readonly #waiting: WaitingCommit[] = []
  #abroad: NodeJS.Timeout | null = null
  #closed = false

  constructor(database: DatabaseSync, retention: Retention, nudgeLeaseMs: number) {
    this.#database = database
    this.#retention = retention
    this.#statements = prepareStatements(database)
    this.#nudges = new SqliteNudges(database, this.#statements, nudgeLeaseMs)
    this.#sweeper = createLogSweeper(
      (account) => removeOutdated(database, this.#statements, retention, account),
      retention,
    )
    this.#statements.putEpoch.run(randomUUID())
    this.epoch = String(this.#statements.getEpoch.get()?.value)
    for (const { account } of this.#statements.accounts.all()) this.#sweeper.note(String(account), 0)
  }

  recall(account: string, keys: readonly string[]): Promise<readonly Remembered[]> {
    return this.#answer(() =>
      keys.map((key) => {
        const row = this.#statements.recall.get(account, subjectOf(key), key)
        return row === undefined ? NOTHING : { version: Number(row.version), value: read(row.value) }
      }),
    )
  }

  async commit(account: string, commit: Commit): Promise<CommitResult> {
    const serialised = serialiseCommit(commit)
    if (this.#closed) throw closed()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ account, commit: serialised, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#writeWaiting())
    })
  }

  read(account: string, after: LogPosition, limit: number): Promise<ReadResult> {
    return this.#answer(() => {
      const rows = this.#statements.read.all(account, Number(after), limit)
      return {
        entries: rows.map(readEntry),
        gap: Number(after) < this.#removedThrough(account),
      }
    })
  }

  head(account: string): Promise<LogPosition> {
    return this.#answer(() => {
      const newest = this.#statements.newestEntry.get(account)?.position ?? this.#removedThrough(account)
      return newest === 0 ? '' : toPosition(newest)
    })
  }

  newest(account: string): Promise<LogEntry | null> {
    return this.#answer(() => {
      const row = this.#statements.newestEntry.get(account)
      return row === undefined ? null : readEntry(row)
    })
  }

  watch(account: string, wake: () => void): { stop(): void } {
    this.#watchers.add(account, wake)
    this.#abroad ??= this.#lookAbroad()
    return { stop: () => this.#watchers.remove(account, wake) }
  }

  takeNudges(account: string, limit: number): Promise<readonly PendingNudge[]> {
    return this.#answer(() => this.#nudges.take(account, limit))
  }

  doneWithNudges(account: string, ids: readonly string[]): Promise<void> {
    return this.#answer(() => this.#nudges.done(account, ids))
  }

  failNudges(account: string, ids: readonly string[], reason: string, maxAttempts: number): Promise<void> {
    return this.#answer(() => this.#nudges.fail(account, ids, reason, maxAttempts))
  }

  deadLetters(account: string): Promise<readonly DeadLetter[]> {
    return this.#answer(() => this.#nudges.deadLetters(account))
  }

  revive(account: string): Promise<number> {
    return this.#answer(() => this.#nudges.revive(account))
  }

  async close(): Promise<void> {
    this.#closed = true
    while (this.#waiting.length > 0) this.#writeWaiting()
    this.#sweeper.stop()
    this.#watchers.clear()
    if (this.#abroad !== null) clearInterval(this.#abroad)
  }

  async #answer<Result>(work: () => Result): Promise<Result> {
    if (this.#closed) throw closed()
    return orUnavailable(work)
  }

  #writeWaiting(): void {
    const group = this.#waiting.splice(0, COMMITS_PER_TRANSACTION)
    if (this.#waiting.length > 0) setImmediate(() => this.#writeWaiting())
    if (group.length === 0) return
    try {
      const results = inTransaction(this.#database, () => group.map((waiting) => this.#write(waiting)))
      for (const [index, result] of results.entries()) group[index]?.resolve(result)
      this.#tellOf(group, results)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  /** Looks at everything before anything is written: a commit that is refused leaves nothing to undo. */
  #write({ account, commit: { deliveryId, remember, append, nudges } }: WaitingCommit): CommitResult {
    const { getDelivery, getVersion, putDelivery, putAccount } = this.#statements
    if (deliveryId !== null && getDelivery.get(account, deliveryId) !== undefined) return { outcome: 'duplicate' }
    const isAsRead = remember.every(
      ({ key, expectedVersion }) => (getVersion.get(account, subjectOf(key), key)?.version ?? 0) === expectedVersion,
    )
    if (!isAsRead) return { outcome: 'conflict' }
    const now = Date.now()
    putAccount.run(account)
    if (deliveryId !== null) putDelivery.run(account, deliveryId, now)
    this.#remember(account, remember, now)
    for (const nudge of nudges) this.#nudges.put(account, nudge, now)
    const positions = append.map((event) => this.#statements.append.run(account, now, event).lastInsertRowid)
    return { outcome: 'committed', positions: positions.map(toPosition) }
  }

  #remember(account: string, remember: SerialisedCommit['remember'], now: number): void {
    const grain = this.#retention.memoryMs * TOUCH_GRAIN
    for (const subject of new Set(remember.map(({ key }) => subjectOf(key)))) {
      this.#statements.touch.run({ account, subject, now, grain })
    }
    for (const { key, expectedVersion, bytes } of remember) {
      if (bytes !== null) this.#statements.remember.run(account, subjectOf(key), key, expectedVersion + 1, bytes)
    }
  }

  #tellOf(group: readonly WaitingCommit[], results: readonly CommitResult[]): void {
    const appended = new Set<string>()
    for (const [index, { account }] of group.entries()) {
      const result = results[index]
      if (result?.outcome !== 'committed') continue
      this.#sweeper.note(account, result.positions.length)
      if (result.positions.length > 0) appended.add(account)
    }
    for (const account of appended) this.#watchers.wake(account)
  }

  #lookAbroad(): NodeJS.Timeout {
    let seen = this.#dataVersion()
    return setInterval(() => {
      const now = this.#dataVersion()
      if (now !== seen) this.#watchers.wakeAll()
      seen = now
    }, LOOK_ABROAD_MS).unref()
  }

  /** Differs when another connection has changed the file; null: cannot be told now. */
  #dataVersion(): unknown {
    try {
      return orUnavailable(() => this.#statements.dataVersion.get()?.data_version)
    } catch (error) {
      if (error instanceof LogUnavailable) return null
      throw error
    }
  }

  #removedThrough(account: string): number {
    return Number(this.#statements.getRemovedThrough.get(account)?.removed_through ?? 0)
  }
}

const NOTHING: Remembered = { version: 0, value: undefined }

/** Before anything is queued: what cannot be serialised is the caller's mistake and nobody else's. */
function serialiseCommit({ deliveryId, remember, append, nudges }: Commit): SerialisedCommit {
  return {
    deliveryId,
    remember: remember.map(({ key, expectedVersion, value }) => ({
      key,
      expectedVersion,
      bytes: value === undefined ? null : serialize(value),
    })),
    append: append.map((event) => serialize(event)),
    nudges: nudges.map(writeNudge),
  }
}

/** As wide as the largest number that SQLite and JavaScript both count exactly. */
function toPosition(position: unknown): LogPosition {
  return String(position).padStart(16, '0')
}

function readEntry({ position, event }: Record<string, SQLOutputValue>): LogEntry {
  return { position: toPosition(position), event: read(event) }
}

/** Of what this log wrote: whoever asks knows what it was. */
function read<Value>(bytes: unknown): Value {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the log has a value that is not a blob')
  return deserialize(bytes)
}

function closed(): LogUnavailable {
  return new LogUnavailable('The log is closed.')
}

import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** What the gateway keeps across restarts, in one SQLite database. */
export interface Store {
  readonly database: DatabaseSync
  /** Seals cursors: the same after every restart. 32 bytes. */
  readonly cursorKey: Uint8Array
  /** The key that seals the cursors of all instances together, as far as it was ever learned. */
  agreedCursorKey(): Uint8Array | null
  keepAgreedCursorKey(key: Uint8Array): void
  close(): void
}

/** The database could not be opened. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/** `path` is a file, made where there is none, or `:memory:`. */
export function openStore(path: string): Store {
  try {
    const database = new DatabaseSync(path)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000')
    database.exec('CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT')
    return {
      database,
      cursorKey: readOrMake(database, 'cursor-key', () => randomBytes(32)),
      agreedCursorKey: () => read(database, AGREED),
      keepAgreedCursorKey: (key) => keep(database, AGREED, key),
      close: () => database.close(),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreUnavailable(`The store ${path} cannot be opened: ${reason}.`, { cause: error })
  }
}

const AGREED = 'agreed-cursor-key'

function readOrMake(database: DatabaseSync, name: string, make: () => Uint8Array): Uint8Array {
  // Two gateways may start at once on one file: whoever comes second takes the first one's value.
  database.prepare('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)').run(name, make())
  const value = read(database, name)
  if (value === null) throw new Error(`the setting ${name} is not there`)
  return value
}

function read(database: DatabaseSync, name: string): Uint8Array | null {
  const value = database.prepare('SELECT value FROM settings WHERE name = ?').get(name)?.value ?? null
  if (value !== null && !(value instanceof Uint8Array)) throw new Error(`the setting ${name} is not a blob`)
  return value
}

function keep(database: DatabaseSync, name: string, value: Uint8Array): void {
  database.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value)
}

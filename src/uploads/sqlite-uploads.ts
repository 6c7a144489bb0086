import type { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import { LogUnavailable } from '../events/log.ts'
import { inTransaction, orUnavailable } from '../events/sqlite-transaction.ts'
import { AFTERLIFE_MS, type AnnouncedUpload, type Beginning, ROOM_BYTES, type UploadStore } from './upload-store.ts'

/** Uploads in a SQLite database, which stays the caller's to close. Several processes may share a file on one machine. */
export function createSqliteUploads(database: DatabaseSync, roomBytes: number = ROOM_BYTES): UploadStore {
  orUnavailable(() => database.exec(TABLES))
  const statements = prepareStatements(database)
  const sweeping = startSweeping(() => inTransaction(database, () => removeOutdated(statements)))
  const answer = async <Result>(work: () => Result) => orUnavailable(work)
  return {
    announce: (id, upload) => answer(() => void statements.announce.run(id, serialize(upload), deathOf(upload))),
    find: (id) =>
      answer(() => {
        const row = statements.get.get(id)
        if (row === undefined) return null
        const upload = readUpload(row.upload)
        if (upload.expiresAt.getTime() <= Date.now()) return null
        return { ...upload, stored: row.stored === null ? null : Number(row.stored) }
      }),
    begin: async (id, until) => inTransaction(database, () => begin(statements, { id, until, roomBytes })),
    append: (id, attempt, number, piece) => answer(() => void statements.append.run(id, attempt, number, piece)),
    complete: (id, attempt) => answer(() => void statements.complete.run(attempt, id, attempt)),
    abandon: async (id, attempt) =>
      inTransaction(database, () => {
        statements.removePieces.run(id, attempt)
        statements.abandon.run(id, attempt)
      }),
    read: (id, attempt, number) =>
      answer(() => {
        const piece = statements.read.get(id, attempt, number)?.piece
        return piece instanceof Uint8Array ? piece : null
      }),
    close: () => sweeping.stop(),
  }
}

/** In the tables' names, so that rows of another form are not read. */
const UPLOADS = 'uploads_v1'
const PIECES = 'upload_pieces_v1'

/** `reserved`: bytes that the attempt may bring. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS ${UPLOADS} (
    id TEXT PRIMARY KEY,
    upload BLOB NOT NULL,
    remove_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    receiving_until INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0,
    stored INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${UPLOADS}_by_end ON ${UPLOADS} (remove_at);
  CREATE TABLE IF NOT EXISTS ${PIECES} (
    upload TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    number INTEGER NOT NULL,
    piece BLOB NOT NULL,
    PRIMARY KEY (upload, attempt, number)
  ) STRICT`

/** Some 4 MB. */
const PIECES_PER_STEP = 16
const STEP_PAUSE_MS = 5
const SWEEP_MS = 60_000

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(database: DatabaseSync) {
  return {
    announce: database.prepare(`INSERT INTO ${UPLOADS} (id, upload, remove_at) VALUES (?, ?, ?)`),
    get: database.prepare(`SELECT upload, attempt, receiving_until, stored FROM ${UPLOADS} WHERE id = ?`),
    reserved: database.prepare(
      `SELECT coalesce(sum(reserved), 0) AS bytes FROM ${UPLOADS} WHERE id <> ? AND remove_at > ?`,
    ),
    begin: database.prepare(`UPDATE ${UPLOADS} SET attempt = ?, receiving_until = ?, reserved = ? WHERE id = ?`),
    append: database.prepare(`INSERT INTO ${PIECES} (upload, attempt, number, piece) VALUES (?, ?, ?, ?)`),
    complete: database.prepare(`UPDATE ${UPLOADS} SET stored = ? WHERE id = ? AND attempt = ?`),
    abandon: database.prepare(`UPDATE ${UPLOADS} SET receiving_until = 0, reserved = 0 WHERE id = ? AND attempt = ?`),
    read: database.prepare(`SELECT piece FROM ${PIECES} WHERE upload = ? AND attempt = ? AND number = ?`),
    removePieces: database.prepare(`DELETE FROM ${PIECES} WHERE upload = ? AND attempt = ?`),
    outdated: database.prepare(`SELECT id FROM ${UPLOADS} WHERE remove_at <= ? LIMIT 1`),
    removeSomePieces: database.prepare(`DELETE FROM ${PIECES} WHERE (upload, attempt, number) IN (
      SELECT upload, attempt, number FROM ${PIECES} WHERE upload = ? LIMIT ${PIECES_PER_STEP})`),
    remove: database.prepare(`DELETE FROM ${UPLOADS} WHERE id = ?`),
  }
}

interface Begun {
  readonly id: string
  readonly until: Date
  readonly roomBytes: number
}

function begin(statements: Statements, { id, until, roomBytes }: Begun): Beginning {
  const row = statements.get.get(id)
  if (row === undefined) return 'unknown'
  const { sizeBytes, expiresAt } = readUpload(row.upload)
  const now = Date.now()
  if (expiresAt.getTime() <= now) return 'unknown'
  if (row.stored !== null || Number(row.receiving_until) > now) return 'taken'
  if (Number(statements.reserved.get(id, now)?.bytes) + sizeBytes > roomBytes) return 'full'
  const attempt = Number(row.attempt) + 1
  // Whoever was killed amid the last attempt has left its pieces.
  statements.removePieces.run(id, Number(row.attempt))
  statements.begin.run(attempt, until.getTime(), sizeBytes, id)
  return attempt
}

/** Some pieces of one upload, or the upload that has none; answers whether more may be left to remove. */
function removeOutdated({ outdated, removeSomePieces, remove }: Statements): boolean {
  const id = outdated.get(Date.now())?.id
  if (id === undefined) return false
  if (removeSomePieces.run(String(id)).changes === 0) remove.run(String(id))
  return true
}

/** Goes on step by step, because nothing else happens during a step. */
function startSweeping(step: () => boolean): { stop(): void } {
  let timer = setTimeout(sweep, SWEEP_MS).unref()
  function sweep(): void {
    timer = setTimeout(sweep, wasMoreLeft(step) ? STEP_PAUSE_MS : SWEEP_MS).unref()
  }
  return { stop: () => clearTimeout(timer) }
}

function wasMoreLeft(step: () => boolean): boolean {
  try {
    return step()
  } catch (error) {
    // Nothing is lost by removing it later.
    if (error instanceof LogUnavailable) return false
    throw error
  }
}

function deathOf({ expiresAt }: AnnouncedUpload): number {
  return expiresAt.getTime() + AFTERLIFE_MS
}

/** Of what this store wrote. */
function readUpload(bytes: unknown): AnnouncedUpload {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the store has an upload that is not a blob')
  return deserialize(bytes)
}

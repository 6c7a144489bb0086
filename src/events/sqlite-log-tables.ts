import type { DatabaseSync } from 'node:sqlite'

/** In the tables' names, so that rows of another form are not read: raised whenever the form of what is kept changes. */
const FORM = 'v2'

const SETTINGS = `event_log_settings_${FORM}`
const ACCOUNTS = `event_log_accounts_${FORM}`
const ENTRIES = `event_log_entries_${FORM}`
const MEMORY = `event_log_memory_${FORM}`
const SUBJECTS = `event_log_subjects_${FORM}`
const DELIVERIES = `event_log_deliveries_${FORM}`
const NUDGES = `event_log_nudges_${FORM}`
const DEAD_LETTERS = `event_log_dead_letters_${FORM}`

/** AUTOINCREMENT: a number is never given twice, not even after the row that had it is gone. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS ${SETTINGS} (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ${ACCOUNTS} (account TEXT PRIMARY KEY, removed_through INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ${ENTRIES} (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    event BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${ENTRIES}_by_account ON ${ENTRIES} (account);
  CREATE TABLE IF NOT EXISTS ${MEMORY} (
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (account, subject, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${SUBJECTS} (
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (account, subject)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${SUBJECTS}_by_touch ON ${SUBJECTS} (account, touched_at);
  CREATE TABLE IF NOT EXISTS ${DELIVERIES} (
    number INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    delivery TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (account, delivery)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${NUDGES} (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    nudge BLOB NOT NULL,
    since INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${NUDGES}_by_due ON ${NUDGES} (account, due_at);
  CREATE TABLE IF NOT EXISTS ${DEAD_LETTERS} (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    nudge BLOB NOT NULL,
    since INTEGER NOT NULL,
    reason TEXT NOT NULL,
    died_at INTEGER NOT NULL
  ) STRICT`

export type LogStatements = ReturnType<typeof prepareStatements>

/** The tables must exist. */
export function prepareStatements(database: DatabaseSync) {
  return {
    putEpoch: database.prepare(`INSERT OR IGNORE INTO ${SETTINGS} (name, value) VALUES ('epoch', ?)`),
    getEpoch: database.prepare(`SELECT value FROM ${SETTINGS} WHERE name = 'epoch'`),
    dataVersion: database.prepare('PRAGMA data_version'),

    recall: database.prepare(`SELECT version, value FROM ${MEMORY} WHERE account = ? AND subject = ? AND key = ?`),
    getVersion: database.prepare(`SELECT version FROM ${MEMORY} WHERE account = ? AND subject = ? AND key = ?`),
    remember: database.prepare(`INSERT INTO ${MEMORY} (account, subject, key, version, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value`),
    touch: database.prepare(`INSERT INTO ${SUBJECTS} (account, subject, touched_at) VALUES (:account, :subject, :now)
      ON CONFLICT DO UPDATE SET touched_at = :now WHERE touched_at < :now - :grain`),
    staleSubjects: database.prepare(
      `SELECT subject FROM ${SUBJECTS} WHERE account = ? AND touched_at < ? ORDER BY touched_at LIMIT ?`,
    ),
    forget: database.prepare(`DELETE FROM ${MEMORY} WHERE account = ? AND subject = ?`),
    removeSubject: database.prepare(`DELETE FROM ${SUBJECTS} WHERE account = ? AND subject = ?`),

    getDelivery: database.prepare(`SELECT number FROM ${DELIVERIES} WHERE account = ? AND delivery = ?`),
    putDelivery: database.prepare(`INSERT INTO ${DELIVERIES} (account, delivery, recorded_at) VALUES (?, ?, ?)`),
    oldestDeliveries: database.prepare(`SELECT number, recorded_at FROM ${DELIVERIES} ORDER BY number LIMIT ?`),
    removeDeliveries: database.prepare(`DELETE FROM ${DELIVERIES} WHERE number <= ?`),

    append: database.prepare(`INSERT INTO ${ENTRIES} (account, recorded_at, event) VALUES (?, ?, ?)`),
    read: database.prepare(
      `SELECT position, event FROM ${ENTRIES} WHERE account = ? AND position > ? ORDER BY position LIMIT ?`,
    ),
    newestEntry: database.prepare(
      `SELECT position, event FROM ${ENTRIES} WHERE account = ? ORDER BY position DESC LIMIT 1`,
    ),
    oldestEntries: database.prepare(
      `SELECT position, recorded_at FROM ${ENTRIES} WHERE account = ? ORDER BY position LIMIT ?`,
    ),
    entryFromTheTop: database.prepare(
      `SELECT position FROM ${ENTRIES} WHERE account = ? ORDER BY position DESC LIMIT 1 OFFSET ?`,
    ),
    removeEntries: database.prepare(`DELETE FROM ${ENTRIES} WHERE account = ? AND position <= ?`),
    accounts: database.prepare(`SELECT account FROM ${ACCOUNTS}`),
    putAccount: database.prepare(`INSERT OR IGNORE INTO ${ACCOUNTS} (account, removed_through) VALUES (?, 0)`),
    getRemovedThrough: database.prepare(`SELECT removed_through FROM ${ACCOUNTS} WHERE account = ?`),
    putRemovedThrough: database.prepare(`UPDATE ${ACCOUNTS} SET removed_through = ? WHERE account = ?`),

    putNudge: database.prepare(
      `INSERT INTO ${NUDGES} (account, nudge, since, attempts, due_at) VALUES (:account, :nudge, :now, 0, :now)`,
    ),
    dueNudges: database.prepare(`SELECT id, nudge, since, attempts FROM ${NUDGES} WHERE account = ? AND due_at <= ?
      ORDER BY due_at, id LIMIT ?`),
    getNudge: database.prepare(`SELECT nudge, since, attempts FROM ${NUDGES} WHERE account = ? AND id = ?`),
    postponeNudge: database.prepare(`UPDATE ${NUDGES} SET due_at = ? WHERE id = ?`),
    countAttempt: database.prepare(`UPDATE ${NUDGES} SET attempts = ?, due_at = ? WHERE id = ?`),
    removeNudge: database.prepare(`DELETE FROM ${NUDGES} WHERE account = ? AND id = ?`),

    bury: database.prepare(
      `INSERT INTO ${DEAD_LETTERS} (id, account, nudge, since, reason, died_at) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    deadLetters: database.prepare(
      `SELECT id, nudge, reason, died_at FROM ${DEAD_LETTERS} WHERE account = ? ORDER BY id`,
    ),
    revive: database.prepare(`INSERT INTO ${NUDGES} (id, account, nudge, since, attempts, due_at)
      SELECT id, account, nudge, since, 0, :now FROM ${DEAD_LETTERS} WHERE account = :account`),
    removeOldDeadLetters: database.prepare(`DELETE FROM ${DEAD_LETTERS} WHERE account = ? AND died_at < ?`),
    removeDeadLetters: database.prepare(`DELETE FROM ${DEAD_LETTERS} WHERE account = ?`),
  }
}

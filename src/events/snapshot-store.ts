import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import { conversationSortKey } from '../../providers/kit/sort-key.ts'
import type { ConversationForViewer } from '../../providers/port/index.ts'

/** Where a conversation stands in the order of activity: newest first, ties by id. */
export interface Standing {
  readonly activity: string
  readonly id: string
}

/** A conversation that stood somewhere else until now. */
export interface Move {
  readonly id: string
  readonly from: string
}

/** How far the walk through the provider's own list has come. */
export interface WalkState {
  /** Null: it begins at the top. */
  readonly cursor: string | null
  /** Whether it has ever reached the end. */
  readonly finished: boolean
}

/** In the tables' names, so that snapshots of another form are not read: raised whenever the model changes. */
const FORM = 'v1'
const MAX_REMEMBERED = 2_000

/**
 * The last known form of every conversation of one account, in SQLite. Serialised by V8, which keeps dates. Those used last are
 * remembered in memory as well: most pages show the same ones, and most of what is read anew has not changed.
 */
export class SnapshotStore {
  readonly #account: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #remembered = new Map<string, ConversationForViewer>()

  constructor(database: DatabaseSync, account: string) {
    this.#account = account
    this.#database = database
    database.exec(TABLES)
    this.#statements = prepare(database)
  }

  /** Keeps snapshots, unless a later form is known already. Answers which conversations moved by that. */
  put(snapshots: readonly ConversationForViewer[]): readonly Move[] {
    const changed = snapshots.filter((snapshot) => !this.#isKept(snapshot))
    if (changed.length === 0) return []
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const moves = changed.flatMap((snapshot) => this.#write(snapshot))
      this.#database.exec('COMMIT')
      return moves
    } catch (error) {
      this.#remembered.clear()
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  remove(id: string): void {
    this.#remembered.delete(id)
    this.#statements.remove.run(this.#account, id)
  }

  get(id: string): ConversationForViewer | null {
    const remembered = this.#remembered.get(id)
    if (remembered !== undefined) return this.#remember(remembered)
    const bytes = this.#statements.get.get(this.#account, id)?.snapshot
    return bytes instanceof Uint8Array ? this.#remember(read(bytes)) : null
  }

  /** Where conversations stand, in order, behind that standing; null: all. */
  *standings(behind: Standing | null): Iterable<Standing> {
    const { activity, id } = behind ?? TOP
    for (const row of this.#statements.standings.iterate({ account: this.#account, activity, id })) {
      yield { activity: String(row.activity), id: String(row.conversation) }
    }
  }

  get walk(): WalkState {
    const row = this.#statements.getWalk.get(this.#account)
    return { cursor: typeof row?.cursor === 'string' ? row.cursor : null, finished: row?.finished === 1 }
  }

  set walk({ cursor, finished }: WalkState) {
    this.#statements.putWalk.run(this.#account, cursor, finished ? 1 : 0)
  }

  /**
   * Most of what is read anew was kept before, and comparing all of it would cost more than everything else a page does. What
   * may change without the conversation's own times (somebody's name) is taken into memory and written with the next change.
   */
  #isKept(snapshot: ConversationForViewer): boolean {
    const known = this.#remembered.get(idOf(snapshot))
    if (known === undefined || mark(known) !== mark(snapshot)) return false
    this.#remember(snapshot)
    return true
  }

  #write(snapshot: ConversationForViewer): readonly Move[] {
    const { lastActivityAt, updatedAt } = snapshot.conversation
    const id = idOf(snapshot)
    const activity = conversationSortKey(lastActivityAt)
    const from = this.#statements.getActivity.get(this.#account, id)?.activity
    const { changes } = this.#statements.put.run({
      account: this.#account,
      id,
      activity,
      updated: updatedAt.getTime(),
      bytes: serialize(snapshot),
    })
    if (changes === 0) this.#remembered.delete(id)
    else this.#remember(snapshot)
    return changes === 0 || typeof from !== 'string' || from === activity ? [] : [{ id, from }]
  }

  #remember(snapshot: ConversationForViewer): ConversationForViewer {
    const id = idOf(snapshot)
    this.#remembered.delete(id)
    this.#remembered.set(id, snapshot)
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest)
    return snapshot
  }
}

function idOf({ conversation }: ConversationForViewer): string {
  return conversation.ref.native
}

/** Different whenever the conversation or its newest message moved on. */
function mark({ conversation: { updatedAt, lastActivityAt, lastMessage } }: ConversationForViewer): string {
  const { message, delivery, isDeleted, isDraft } = lastMessage ?? {}
  const newest = [message?.native, delivery?.providerStatus, isDeleted, isDraft]
  return [updatedAt.getTime(), lastActivityAt.getTime(), ...newest].join()
}

/** Above every standing: activities are digits, which come before letters. */
const TOP: Standing = { activity: 'top', id: '' }

const SNAPSHOTS = `conversation_snapshots_${FORM}`
const WALKS = `conversation_walks_${FORM}`

const TABLES = `
  CREATE TABLE IF NOT EXISTS ${SNAPSHOTS} (
    account TEXT NOT NULL,
    conversation TEXT NOT NULL,
    activity TEXT NOT NULL,
    updated INTEGER NOT NULL,
    snapshot BLOB NOT NULL,
    PRIMARY KEY (account, conversation)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${SNAPSHOTS}_by_activity ON ${SNAPSHOTS} (account, activity DESC, conversation);
  CREATE TABLE IF NOT EXISTS ${WALKS} (
    account TEXT PRIMARY KEY,
    cursor TEXT,
    finished INTEGER NOT NULL
  ) STRICT`

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>

function prepare(database: DatabaseSync): Statements {
  return {
    get: database.prepare(STATEMENTS.get),
    getActivity: database.prepare(STATEMENTS.getActivity),
    put: database.prepare(STATEMENTS.put),
    remove: database.prepare(STATEMENTS.remove),
    standings: database.prepare(STATEMENTS.standings),
    getWalk: database.prepare(STATEMENTS.getWalk),
    putWalk: database.prepare(STATEMENTS.putWalk),
  }
}

const STATEMENTS = {
  get: `SELECT snapshot FROM ${SNAPSHOTS} WHERE account = ? AND conversation = ?`,
  getActivity: `SELECT activity FROM ${SNAPSHOTS} WHERE account = ? AND conversation = ?`,
  // A walk may be overtaken by a fresher read of the same conversation.
  put: `INSERT INTO ${SNAPSHOTS} (account, conversation, activity, updated, snapshot)
    VALUES (:account, :id, :activity, :updated, :bytes)
    ON CONFLICT DO UPDATE SET activity = excluded.activity, updated = excluded.updated, snapshot = excluded.snapshot
    WHERE excluded.updated >= updated`,
  remove: `DELETE FROM ${SNAPSHOTS} WHERE account = ? AND conversation = ?`,
  standings: `SELECT activity, conversation FROM ${SNAPSHOTS}
    WHERE account = :account AND activity <= :activity AND (activity < :activity OR conversation > :id)
    ORDER BY activity DESC, conversation`,
  getWalk: `SELECT cursor, finished FROM ${WALKS} WHERE account = ?`,
  putWalk: `INSERT INTO ${WALKS} (account, cursor, finished) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET cursor = excluded.cursor, finished = excluded.finished`,
} as const

function read(bytes: Uint8Array): ConversationForViewer {
  return deserialize(bytes)
}

import { ProviderError } from '../../providers/port/index.ts'
import type { Move, SnapshotStore, Standing } from './snapshot-store.ts'

/** Where a reader stopped. */
export interface ReadPosition {
  /** Null: at the top. */
  readonly behind: Standing | null
  /** When the reader began, in ticks: what has moved since stands for them where it stood then. */
  readonly asOf: number
}

/** Longer than anybody pages through one list. */
const REMEMBERED_MS = 15 * 60_000

interface RememberedMove extends Move {
  readonly at: number
}

/**
 * The order of activity as it was when a reader began. A conversation that moves up while somebody pages would otherwise be
 * missed (it went past the reader), or, where it was new on top, be seen twice. Moves are remembered in memory, for a while.
 */
export class ActivityOrder {
  readonly #store: SnapshotStore
  #moves: readonly RememberedMove[] = []
  #lastTick = 0

  constructor(store: SnapshotStore) {
    this.#store = store
  }

  /** Milliseconds since 1970, but never the same twice. */
  tick(): number {
    this.#lastTick = Math.max(Date.now(), this.#lastTick + 1)
    return this.#lastTick
  }

  noteMoves(moves: readonly Move[]): void {
    if (moves.length === 0) return
    const at = this.tick()
    const recent = this.#moves.filter((move) => move.at > at - REMEMBERED_MS)
    this.#moves = [...recent, ...moves.map((move) => ({ ...move, at }))]
  }

  /** The standings behind a position, as they were when its reader began. */
  *behind({ behind, asOf }: ReadPosition): Iterable<Standing> {
    const moved = this.#movedSince(asOf)
    const waiting = [...moved.values()].filter((standing) => behind === null || compareStandings(standing, behind) > 0)
    waiting.sort(compareStandings)
    for (const standing of this.#store.standings(behind)) {
      if (moved.has(standing.id)) continue
      while (waiting[0] !== undefined && compareStandings(waiting[0], standing) < 0) yield* waiting.splice(0, 1)
      yield standing
    }
    yield* waiting
  }

  /** By id, where they stood before the first of their moves since then. */
  #movedSince(asOf: number): ReadonlyMap<string, Standing> {
    const standings = new Map<string, Standing>()
    for (const { at, id, from } of this.#moves) {
      if (at > asOf && !standings.has(id)) standings.set(id, { activity: from, id })
    }
    return standings
  }
}

/** Negative: the first comes first, which is the newer one. */
export function compareStandings(one: Standing, other: Standing): number {
  if (one.activity !== other.activity) return one.activity > other.activity ? -1 : 1
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
}

export function writePosition({ behind, asOf }: ReadPosition): string {
  return Buffer.from(JSON.stringify([asOf, behind?.activity, behind?.id])).toString('base64url')
}

/** Throws INVALID for what `writePosition` did not write. */
export function readPosition(cursor: string): ReadPosition {
  const [asOf, activity, id] = parseList(cursor)
  if (typeof asOf !== 'number' || typeof activity !== 'string' || typeof id !== 'string') {
    throw new ProviderError('INVALID', 'this is no cursor of this list')
  }
  return { behind: { activity, id }, asOf }
}

function parseList(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

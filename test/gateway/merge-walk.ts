import type { Page, Row } from '../../providers/port/index.ts'
import { type FetchPage, type MergedPage, type MergePosition, mergePages } from '../../schema/merge.ts'

export interface Thing {
  readonly id: string
  readonly time: number
  /** Whether a filter lets it through. */
  readonly matches: boolean
}

export interface ListBehaviour {
  readonly things: readonly Thing[]
  /** How many rows it gives at once, whatever is asked; null: as many as are asked for. */
  readonly fixedSize: number | null
  /** How many things it looks at for one answer. */
  readonly scanSize: number
  readonly tellsWhetherMore: boolean
  /** Which of its answers, counted from 0, fail. */
  readonly fails: (answer: number) => boolean
}

/** One account's list, newest first, read by keyset: a cursor is the place of a thing, wherever that thing is now. */
export class ThingList {
  answers = 0
  #things: readonly Thing[]
  readonly #behaviour: ListBehaviour

  constructor(behaviour: ListBehaviour) {
    this.#behaviour = behaviour
    this.#things = behaviour.things
  }

  get matching(): readonly Thing[] {
    return this.#things.toSorted(newestFirst).filter(({ matches }) => matches)
  }

  /** Something happens in a conversation: it is the newest now. */
  move(id: string, time: number): void {
    this.#things = this.#things.map((thing) => (thing.id === id ? { ...thing, time } : thing))
  }

  read(after: string | null, limit: number): Page<Thing> | null {
    this.answers += 1
    const { fails, fixedSize, scanSize, tellsWhetherMore } = this.#behaviour
    if (fails(this.answers - 1)) return null
    const left = this.#after(after)
    const size = Math.min(fixedSize ?? limit, left.length)
    const rows: Row<Thing>[] = []
    let scanned = 0
    for (const thing of left.slice(0, scanSize)) {
      if (rows.length === size) break
      scanned += 1
      if (thing.matches) rows.push(toRow(thing))
    }
    const last = left[scanned - 1]
    const hasMore = scanned < left.length
    const frontier = last === undefined || last.matches || !hasMore ? null : toRow(last)
    return { rows, frontier, complete: frontier === null, hasMore: tellsWhetherMore || frontier ? hasMore : 'unknown' }
  }

  #after(cursor: string | null): readonly Thing[] {
    const things = this.#things.toSorted(newestFirst)
    if (cursor === null) return things
    const place = JSON.parse(cursor) as Thing
    return things.filter((thing) => newestFirst(place, thing) < 0)
  }
}

export type Lists = Readonly<Record<string, ThingList>>

export function fetchFrom(lists: Lists): FetchPage<Thing> {
  return async (account, after, limit) => lists[account]?.read(after, limit) ?? null
}

/** Reads page after page until there is no more. Throws where it does not come to an end. */
export async function walkToEnd(
  lists: Lists,
  {
    limits,
    from = {},
    between = () => {},
  }: { limits: readonly number[]; from?: MergePosition; between?: (page: number) => void },
): Promise<readonly MergedPage<Thing>[]> {
  const pages: MergedPage<Thing>[] = []
  let position = from
  for (;;) {
    const limit = limits[pages.length % limits.length] ?? 1
    const page = await mergePages({ accounts: Object.keys(lists), from: position, limit, fetch: fetchFrom(lists) })
    pages.push(page)
    if (!page.hasMore) return pages
    if (pages.length > 500) throw new Error('the walk does not end')
    // As a client has it: a text that went out and came back.
    position = JSON.parse(JSON.stringify(page.end))
    between(pages.length)
  }
}

export function thingsOf(pages: readonly MergedPage<Thing>[]): readonly Thing[] {
  return pages.flatMap(({ rows }) => rows.map(({ row }) => row.item))
}

export function idsOf(things: readonly Thing[]): readonly string[] {
  return things.map(({ id }) => id)
}

function toRow(item: Thing): Row<Thing> {
  return { item, sortKey: String(item.time).padStart(4, '0'), cursor: JSON.stringify(item) }
}

function newestFirst(one: Thing, other: Thing): number {
  return other.time - one.time || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
}

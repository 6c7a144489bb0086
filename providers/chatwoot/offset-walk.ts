import { ProviderError } from '../port/index.ts'

/**
 * Chatwoot numbers the pages of a list that moves: every new activity takes a conversation to the top, times are whole
 * seconds, and nothing breaks ties. This walks such a list so that whatever did not move is met exactly once.
 */
export interface OffsetPage<T> {
  readonly rows: readonly OffsetRow<T>[]
  /** How long the whole list is; null where nobody says. */
  readonly total: number | null
}

export interface OffsetRow<T> {
  readonly id: number
  /** What the list is ordered by, highest first. */
  readonly key: number
  readonly item: T
}

/** Where a walk stands: everything above `key` has been met, and of what is at `key` just `seen`. */
export interface OffsetPosition {
  /** Where to look first. */
  readonly page: number
  readonly key: number
  readonly seen: readonly number[]
  /** The total when it stood there. */
  readonly total: number | null
}

/** The rows that come next, each with the position behind it; none at the end. */
export interface OffsetStep<T> {
  readonly rows: readonly (OffsetRow<T> & { readonly position: OffsetPosition })[]
}

export type ReadPage<T> = (page: number) => Promise<OffsetPage<T>>

/** The next rows behind a position, or from the top: those of one page. Pages are counted from 1, the end is an empty one. */
export async function nextOffsetStep<T>(read: ReadPage<T>, from: OffsetPosition | null): Promise<OffsetStep<T>> {
  if (from === null) return stepOf(await read(1), 1, null)
  let { page, read: current } = await findStart(read, from)
  while (current.rows.length > 0 && unseen(current, from).length === 0) {
    const following = await read(page + 1)
    if (hasShrunk(current.total, following.total) === true && !startsAbove(following, from.key)) {
      current = await read(page)
    } else {
      page += 1
      current = following
    }
  }
  return stepOf(current, page, from)
}

export function writePosition({ page, key, total, seen }: OffsetPosition): string {
  return [page, key, total ?? '', seen.join('-')].join('.')
}

/** Throws INVALID for what `writePosition` did not make. */
export function readPosition(cursor: string): OffsetPosition {
  const [, page, key, total, seen] =
    /^([1-9]\d{0,8})\.(\d{1,12})\.(\d{0,12})\.(\d{1,15}(?:-\d{1,15})*)$/.exec(cursor) ?? []
  if (page === undefined || key === undefined || seen === undefined) {
    throw new ProviderError('INVALID', 'this is no cursor of this list')
  }
  return {
    page: Number(page),
    key: Number(key),
    total: total ? Number(total) : null,
    seen: seen.split('-').map(Number),
  }
}

/** How far back a walk goes to look for what moved up: as far as a scan goes. */
const MAX_PAGES_BACK = 4

/** The last page before which everything has surely been met. Something may have left the list and pulled up what followed. */
async function findStart<T>(read: ReadPage<T>, from: OffsetPosition): Promise<{ page: number; read: OffsetPage<T> }> {
  let page = from.page
  let current = await read(page)
  const lowest = Math.max(1, page - MAX_PAGES_BACK)
  while (page > lowest && !isCertain(current, from)) {
    page -= 1
    current = await read(page)
  }
  return { page, read: current }
}

/**
 * Rows enter at the top only. So if the list is no shorter than before, nothing below the position was pulled up past it,
 * unless it starts at the position's own key: ties may have changed places.
 */
function isCertain<T>(page: OffsetPage<T>, from: OffsetPosition): boolean {
  if (startsAbove(page, from.key)) return true
  const startsAtKey = page.rows[0]?.key === from.key
  return !startsAtKey && hasShrunk(from.total, page.total) === false
}

function startsAbove<T>({ rows: [first] }: OffsetPage<T>, key: number): boolean {
  return first !== undefined && first.key > key
}

/** Null: nobody says. */
function hasShrunk(before: number | null, now: number | null): boolean | null {
  return before === null || now === null ? null : now < before
}

/** A search gives a conversation once for each message that it found. */
function unseen<T>({ rows }: OffsetPage<T>, from: OffsetPosition | null): readonly OffsetRow<T>[] {
  const seen = new Set(from?.seen)
  return rows.filter(({ id, key }) => {
    const isNew = (from === null || key <= from.key) && !seen.has(id)
    seen.add(id)
    return isNew
  })
}

function stepOf<T>(current: OffsetPage<T>, page: number, from: OffsetPosition | null): OffsetStep<T> {
  const last = current.rows.at(-1)
  let before = from
  const rows = unseen(current, from).map((row) => {
    const seen = before?.key === row.key ? [...before.seen, row.id] : [row.id]
    before = { page: row === last ? page + 1 : page, key: row.key, seen, total: current.total }
    return { ...row, position: before }
  })
  return { rows }
}

import { Wire } from '../kit/wire.ts'
import { type CallContext, type Page, ProviderError, type Row } from '../port/index.ts'
import type { TokenPage } from './wire.ts'

/**
 * Where a walk stands. Bird's tokens stand at page ends only, so a place within a page is the token that produced the page,
 * with the row behind which to go on; the page is read again.
 */
export interface Place {
  /** Null: the first page. */
  readonly token: string | null
  /** Null: with the page's first row. */
  readonly behind: RowName | null
}

export interface RowName {
  readonly id: string
  readonly sortKey: string
}

export const START: Place = { token: null, behind: null }

/** A list as it is walked: which way its sort keys run, or that they do not run at all. */
export interface Walked<T> {
  readonly order: 'falling' | 'rising' | 'none'
  read(token: string | null): Promise<TokenPage<T>>
  nameOf(item: T): RowName
  cursorAt(place: Place): string
}

/** A scan for the place in a list that has moved on reads at most so many pages. */
const MAX_PAGES = 4

/**
 * The rows behind a place. Usually one call; more only where the list has grown so much that the place is no longer on the page
 * that it was on.
 */
export async function readRows<T>(list: Walked<T>, place: Place, call: CallContext): Promise<Page<T>> {
  let token = place.token
  for (let pages = 1; ; pages += 1) {
    const page = await list.read(token)
    const items = itemsBehind(list, page.items, place.behind)
    if (items.length > 0 || page.nextToken === null) return toPage(list, items, { token, nextToken: page.nextToken })
    token = page.nextToken
    if (pages === MAX_PAGES || call.budget.remaining === 0) return stoppedAt(list, { token, behind: place.behind })
  }
}

/** Cut off where somebody wants fewer rows than there are on a page. */
export function atMost<T>(limit: number, page: Page<T>): Page<T> {
  const rows = page.rows.slice(0, Math.max(limit, 1))
  return rows.length < page.rows.length ? { ...page, rows, hasMore: true } : page
}

export function writePlace({ token, behind }: Place, ...extras: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify({ token, ...behind, extras })).toString('base64url')
}

export interface WrittenPlace {
  readonly place: Place
  readonly extras: readonly string[]
}

/** Throws INVALID for what `writePlace` did not write. */
export function readPlace(cursor: string): WrittenPlace {
  try {
    const wire = Wire.object(JSON.parse(Buffer.from(cursor, 'base64url').toString()), 'cursor')
    const behind = wire.has('id') ? { id: wire.text('id'), sortKey: wire.text('sortKey') } : null
    return { place: { token: wire.optionalText('token'), behind }, extras: wire.texts('extras') }
  } catch (cause) {
    throw noCursor(cause)
  }
}

/** Throws INVALID for what is no size of a page. */
export function readPageSize(text: string | undefined): number {
  if (text === undefined || !/^\d{1,6}$/.test(text)) throw noCursor()
  return Number(text)
}

function noCursor(cause?: unknown): ProviderError {
  return new ProviderError('INVALID', 'this is no cursor of this list', { cause })
}

/** A row that is gone is replaced by its sort key; in a list without order the page is then read from its start. */
function itemsBehind<T>(list: Walked<T>, items: readonly T[], behind: RowName | null): readonly T[] {
  if (behind === null) return items
  const index = items.findIndex((item) => list.nameOf(item).id === behind.id)
  if (index >= 0) return items.slice(index + 1)
  if (list.order === 'none') return items
  const direction = list.order === 'rising' ? 1 : -1
  return items.filter((item) => compareRows(list.nameOf(item), behind) * direction > 0)
}

/** By sort key, then by id. */
export function compareRows(one: RowName, other: RowName): number {
  const [left, right] = [one.sortKey + one.id, other.sortKey + other.id]
  return left < right ? -1 : left > right ? 1 : 0
}

interface Tokens {
  readonly token: string | null
  readonly nextToken: string | null
}

function toPage<T>(list: Walked<T>, items: readonly T[], { token, nextToken }: Tokens): Page<T> {
  const rows = items.map((item, index): Row<T> => {
    const name = list.nameOf(item)
    // Behind a page's last row begins the next page: its token saves reading this one again.
    const isLast = index === items.length - 1 && nextToken !== null
    const place = { token: isLast ? nextToken : token, behind: name }
    return { item, sortKey: name.sortKey, cursor: list.cursorAt(place) }
  })
  return { rows, hasMore: nextToken !== null, complete: true, frontier: null }
}

function stoppedAt<T>(list: Walked<T>, place: Place): Page<T> {
  const sortKey = place.behind?.sortKey ?? ''
  return { rows: [], hasMore: true, complete: false, frontier: { sortKey, cursor: list.cursorAt(place) } }
}

import { z } from '../kit/settings.ts'
import type { CallBudget, ConversationForViewer, Page, Row } from '../port/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { conversationSortKeyOf } from './to-conversation.ts'

/** One page of the list as it is at this moment: newest `updatedAt` first, cut by offset. */
export type ReadPage = (perPage: number, page: number) => Promise<readonly ConversationForViewer[]>

export interface WalkRequest {
  readonly limit: number
  readonly after: string | null
  /** Rows that do not match are passed over: then the walk is a scan. */
  readonly matches: ((row: ConversationForViewer) => boolean) | null
  /** The walk ends before the first row of which this is true. */
  readonly isPast: (row: ConversationForViewer) => boolean
}

/**
 * Walks a list that others reorder while it is being read: what moves goes to its top, what is removed pulls everything behind
 * it up, and an offset then points elsewhere. So a place is the key of the last row seen and the rows seen with that key, the
 * offset only says where to look. Each page is asked so that it begins with rows already seen; if it does not, rows may have
 * slipped past, and the walk steps back. Every conversation that does not move is seen exactly once.
 */
export async function walkConversations(
  read: ReadPage,
  request: WalkRequest,
  budget: CallBudget,
): Promise<Page<ConversationForViewer>> {
  const rows: Row<ConversationForViewer>[] = []
  let place = request.after === null ? START : decodeCursor(request.after, placeShape)
  for (let reads = 1; ; reads += 1) {
    const step = takeStep(await readWindow(read, place, request), place, request, request.limit - rows.length)
    rows.push(...step.rows)
    place = step.place
    const wanted = request.matches === null ? 1 : request.limit
    if (step.hasMore === false || rows.length >= wanted) return page(rows, step.hasMore)
    if (reads === MAX_READS || budget.remaining === 0) return stoppedPage(rows, place)
  }
}

/** The smallest page, and its number from 1, that holds so many rows from an offset on. */
export function pageAround(offset: number, count: number): { readonly perPage: number; readonly page: number } {
  let perPage = count
  while ((offset % perPage) + count > perPage) perPage += 1
  return { perPage, page: Math.floor(offset / perPage) + 1 }
}

const MAX_READS = 4
const ROWS_PER_SCAN = 100
/** Rows of one key that a cursor remembers: hardly more of them are pushed down between two pages. */
const MAX_IDS = 100

const placeShape = z.strictObject({
  /** Of the last row seen, when it was seen; -1: none yet. */
  offset: z.number().int().min(-1).max(1_000_000),
  key: z.string(),
  /** The rows seen that have this key, the latest last. */
  ids: z.array(z.string()).max(MAX_IDS),
})

type Place = z.output<typeof placeShape>

const START: Place = { offset: -1, key: '', ids: [] }

interface Window {
  /** Of the first row. */
  readonly offset: number
  readonly rows: readonly ConversationForViewer[]
  readonly isLast: boolean
}

/** From the last row seen on, with one row more than is wanted, which tells whether there is more. */
async function readWindow(read: ReadPage, place: Place, { limit, matches }: WalkRequest): Promise<Window> {
  const wanted = matches === null ? limit : Math.max(limit, ROWS_PER_SCAN)
  const seen = place.offset < 0 ? 0 : 1
  const { perPage, page } = pageAround(Math.max(place.offset, 0), seen + wanted + 1)
  const rows = await read(perPage, page)
  return { offset: (page - 1) * perPage, rows, isLast: rows.length < perPage }
}

interface Step {
  readonly rows: readonly Row<ConversationForViewer>[]
  readonly place: Place
  readonly hasMore: boolean | 'unknown'
}

function takeStep(window: Window, place: Place, request: WalkRequest, room: number): Step {
  if (!isAnchored(window, place)) return { rows: [], place: stepBack(place, request.limit), hasMore: true }
  const rows: Row<ConversationForViewer>[] = []
  let at = place
  for (const [index, row] of window.rows.entries()) {
    if (isSeen(row, at)) continue
    if (request.isPast(row)) return { rows, place: at, hasMore: false }
    if (rows.length === room) return { rows, place: at, hasMore: true }
    at = placeAfter(row, window.offset + index, at)
    if (request.matches?.(row) ?? true) rows.push({ item: row, sortKey: at.key, cursor: encodeCursor(at) })
  }
  const offset = Math.max(place.offset, window.offset + window.rows.length - 1)
  return { rows, place: { ...at, offset }, hasMore: window.isLast ? false : 'unknown' }
}

/** Whether nothing can stand before this window that was not seen. */
function isAnchored({ offset, rows }: Window, place: Place): boolean {
  const first = rows[0]
  return offset === 0 || (first !== undefined && isSeen(first, place))
}

function isSeen(row: ConversationForViewer, place: Place): boolean {
  if (place.offset < 0) return false
  const key = conversationSortKeyOf(row)
  return key > place.key || (key === place.key && place.ids.includes(row.conversation.ref.native))
}

function placeAfter(row: ConversationForViewer, offset: number, before: Place): Place {
  const key = conversationSortKeyOf(row)
  const ids = key === before.key ? before.ids.slice(1 - MAX_IDS) : []
  return { offset, key, ids: [...ids, row.conversation.ref.native] }
}

function stepBack(place: Place, rows: number): Place {
  return { ...place, offset: Math.max(0, place.offset - rows) }
}

function page(rows: readonly Row<ConversationForViewer>[], hasMore: boolean | 'unknown'): Page<ConversationForViewer> {
  return { rows, hasMore, complete: true, frontier: null }
}

function stoppedPage(rows: readonly Row<ConversationForViewer>[], place: Place): Page<ConversationForViewer> {
  return {
    rows,
    hasMore: 'unknown',
    complete: false,
    frontier: { sortKey: place.key, cursor: encodeCursor(place) },
  }
}

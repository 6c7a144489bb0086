import { z } from '../kit/settings.ts'
import { fixedWidth } from '../kit/sort-key.ts'
import type { Page, PageRequest } from '../port/index.ts'
import type { OffsetQuery } from './client.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

/**
 * Lists that hardly move (members, users), by offset. The page size stays what it was on the first page, whatever is asked
 * later, because every offset counts in it.
 */
export async function readOffsetPage<Item, Wired>(
  request: PageRequest,
  read: (query: OffsetQuery) => Promise<readonly Wired[]>,
  translate: (wired: Wired) => Item,
): Promise<Page<Item>> {
  const { perPage, page, skip } = startOf(request)
  const answered = await read({ perPage, page })
  const rows = answered.slice(skip).map((wired, index) => ({
    item: translate(wired),
    sortKey: fixedWidth(BigInt((page - 1) * perPage + skip + index), 10),
    cursor: encodeCursor({ perPage, ...placeBehind(page, skip + index, perPage) }),
  }))
  return { rows, hasMore: answered.length < perPage ? false : 'unknown', complete: true, frontier: null }
}

export const MAX_PER_PAGE = 100

const placeShape = z.strictObject({
  perPage: z.number().int().min(1).max(MAX_PER_PAGE),
  page: z.number().int().min(1),
  /** Rows of the page that were already given. */
  skip: z.number().int().min(0),
})

function startOf({ limit, after }: PageRequest): z.output<typeof placeShape> {
  if (after !== null) return decodeCursor(after, placeShape)
  return { perPage: Math.min(Math.max(limit, 1), MAX_PER_PAGE), page: 1, skip: 0 }
}

function placeBehind(page: number, index: number, perPage: number): { readonly page: number; readonly skip: number } {
  return index + 1 === perPage ? { page: page + 1, skip: 0 } : { page, skip: index + 1 }
}

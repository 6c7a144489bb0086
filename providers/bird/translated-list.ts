import type { Wire } from '../kit/wire.ts'
import type { CallContext, Page, PageRequest } from '../port/index.ts'
import type { ListQuery } from './client.ts'
import { atMost, readPageSize, readPlace, readRows, START, type Walked, writePlace } from './token-walk.ts'
import type { TokenPage } from './wire.ts'

/** One of Bird's lists, and what its rows come to. */
export type Translated<T> = Pick<Walked<T>, 'order' | 'nameOf'> & {
  read(query: ListQuery): Promise<TokenPage<Wire>>
  toItem(wire: Wire): T
}

/** The size of its pages is frozen in the cursors: with another one the tokens would stand elsewhere. */
export async function readList<T>(
  { order, nameOf, read, toItem }: Translated<T>,
  { limit, after }: PageRequest,
  call: CallContext,
): Promise<Page<T>> {
  const { place, extras } = after === null ? { place: START, extras: [String(limit)] } : readPlace(after)
  const pageSize = readPageSize(extras[0])
  const list: Walked<T> = {
    order,
    nameOf,
    cursorAt: (at) => writePlace(at, String(pageSize)),
    read: async (token) => {
      const page = await read({ limit: pageSize, token })
      return { ...page, items: page.items.map(toItem) }
    },
  }
  return atMost(limit, await readRows(list, place, call))
}

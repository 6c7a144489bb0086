import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Page } from '../../providers/port/index.ts'
import { type Walked, walk } from '../../schema/walk.ts'
import { idsOf, type Thing, ThingList } from './merge-walk.ts'

const NOTHING: Page<Thing> = { rows: [], hasMore: false, complete: true, frontier: null }

const anyThings = fc.array(fc.record({ time: fc.nat(12), matches: fc.boolean() }), { maxLength: 25, size: 'max' })
const anySize = fc.integer({ min: 1, max: 8 })
const anyBehaviour = fc.record({
  things: anyThings.map((things) => things.map((thing, index) => ({ ...thing, id: String(index).padStart(2, '0') }))),
  fixedSize: fc.option(anySize),
  scanSize: anySize,
  tellsWhetherMore: fc.boolean(),
  fails: fc.constant(() => false),
})

describe('a list of one account', () => {
  test('is read to its end, everything once and in order, however little an answer brings', async () => {
    await fc.assert(
      fc.asyncProperty(anyBehaviour, anySize, async (behaviour, limit) => {
        const list = new ThingList(behaviour)
        const found: Thing[] = []
        let after: string | null = null
        for (let pages = 0; pages < 100; pages += 1) {
          const page: Walked<Thing> = await walk(
            limit,
            after,
            async (wanted, from) => list.read(from, wanted) ?? NOTHING,
          )
          expect(page.rows.length).toBeLessThanOrEqual(limit)
          found.push(...page.rows.map(({ item }) => item))
          after = page.end
          if (!page.hasMore) break
        }
        expect(idsOf(found)).toEqual(idsOf(list.matching))
      }),
      { numRuns: 300 },
    )
  })

  test('goes on behind every row', async () => {
    await fc.assert(
      fc.asyncProperty(anyBehaviour, anySize, async (behaviour, limit) => {
        const list = new ThingList(behaviour)
        const read = async (wanted: number, from: string | null) => list.read(from, wanted) ?? NOTHING
        const { rows } = await walk(limit, null, read)
        for (const [index, row] of rows.entries()) {
          const rest = await walk(1_000, row.cursor, read)
          const ids = idsOf(rest.rows.map(({ item }) => item))
          expect(ids).toEqual(idsOf(list.matching.slice(index + 1)).slice(0, ids.length))
        }
      }),
    )
  })

  test('says that it is not complete when any answer was not', async () => {
    const answers = [{ ...NOTHING, hasMore: true, complete: false, frontier: { sortKey: '0005', cursor: 'five' } }]
    expect(await walk(5, null, async () => answers.shift() ?? NOTHING)).toEqual({
      rows: [],
      hasMore: false,
      complete: false,
      end: 'five',
    })
  })
})

describe('a scan without calls left', () => {
  const stopped: Page<Thing> = { ...NOTHING, hasMore: 'unknown', complete: false }
  const row = { item: { id: 'a', time: 9, matches: true }, sortKey: '0009', cursor: 'a' }

  test('is gone on with on the next page', async () => {
    const answers = [{ ...stopped, rows: [row] }, stopped]
    const page = await walk(5, null, async () => answers.shift() ?? NOTHING)
    expect(page).toEqual({ rows: [row], hasMore: true, complete: false, end: 'a' })
  })

  test('is no reason to ask for ever', async () => {
    expect(await walk(5, 'a', async () => stopped)).toEqual({ rows: [], hasMore: false, complete: false, end: 'a' })
  })
})

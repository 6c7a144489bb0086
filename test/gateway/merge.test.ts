import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Page } from '../../providers/port/index.ts'
import { type MergedPage, mergePages } from '../../schema/merge.ts'
import {
  fetchFrom,
  idsOf,
  type ListBehaviour,
  type Lists,
  type Thing,
  ThingList,
  thingsOf,
  walkToEnd,
} from './merge-walk.ts'

const NEVER = () => false

/** Few different times, so that many are equal. */
const anyThings = fc.array(fc.record({ time: fc.nat(12), matches: fc.boolean() }), { maxLength: 25, size: 'max' })
const anySize = fc.integer({ min: 1, max: 8 })
const anyLimits = fc.array(anySize, { minLength: 1, maxLength: 5 })

/** Lists that give what they have, in all kinds of portions. `scans`: some things are filtered out while it reads. */
function anyLists({ scans }: { scans: boolean }): fc.Arbitrary<readonly ListBehaviour[]> {
  const list = fc.record({
    things: anyThings,
    fixedSize: fc.option(anySize),
    scanSize: scans ? anySize : fc.constant(1_000),
    tellsWhetherMore: fc.boolean(),
  })
  return fc.array(list, { minLength: 1, maxLength: 4, size: 'max' }).map((lists) =>
    lists.map(({ things, ...behaviour }, account) => ({
      ...behaviour,
      fails: NEVER,
      things: things.map((thing, index) => ({
        ...thing,
        id: `${account}-${String(index).padStart(2, '0')}`,
        matches: !scans || thing.matches,
      })),
    })),
  )
}

function open(behaviours: readonly ListBehaviour[]): Lists {
  return Object.fromEntries(behaviours.map((behaviour, index) => [`account${index}`, new ThingList(behaviour)]))
}

function all(lists: Lists): readonly string[] {
  return Object.values(lists)
    .flatMap((list) => idsOf(list.matching))
    .toSorted()
}

function isNewestFirst(things: readonly Thing[]): boolean {
  return things.every(({ time }, index) => index === 0 || time <= (things[index - 1]?.time ?? 0))
}

describe('a merged list', () => {
  test('gives every conversation once, newest first, however it is cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((scans) => anyLists({ scans })),
        anyLimits,
        async (behaviours, limits) => {
          const lists = open(behaviours)
          const pages = await walkToEnd(lists, { limits })
          const things = thingsOf(pages)
          expect(idsOf(things).toSorted()).toEqual(all(lists))
          expect(isNewestFirst(things)).toBe(true)
          for (const [index, { rows }] of pages.entries()) {
            expect(rows.length).toBeLessThanOrEqual(limits[index % limits.length] ?? 0)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('resolves equal times by the order of accounts, where all give what is asked', async () => {
    await fc.assert(
      fc.asyncProperty(anyLists({ scans: false }), anyLimits, async (behaviours, limits) => {
        const lists = open(behaviours.map((behaviour) => ({ ...behaviour, fixedSize: null })))
        const merged = Object.values(lists).flatMap((list) => list.matching)
        const expected = merged.toSorted((one, other) => other.time - one.time)
        expect(idsOf(thingsOf(await walkToEnd(lists, { limits })))).toEqual(idsOf(expected))
      }),
    )
  })

  test('goes on exactly behind each edge', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((scans) => anyLists({ scans })),
        anyLimits,
        fc.nat(),
        async (behaviours, limits, pick) => {
          const lists = open(behaviours)
          const pages = await walkToEnd(lists, { limits })
          const number = pick % pages.length
          const page = pages[number]
          const before = thingsOf(pages.slice(0, number))
          for (const index of page?.rows.keys() ?? []) {
            const given = [...before, ...thingsOf(pages.slice(number, number + 1)).slice(0, index + 1)]
            const rest = thingsOf(await walkToEnd(open(behaviours), { limits, from: page?.positionAfter(index) ?? {} }))
            expect(idsOf([...given, ...rest]).toSorted()).toEqual(all(lists))
            expect(isNewestFirst([...given, ...rest])).toBe(true)
          }
        },
      ),
    )
  })

  test('begins again where a page began, with the position before its first edge', async () => {
    const lists = open([listOf(9, 7, 5), listOf(8, 6, 4)])
    const [first, second] = await walkToEnd(lists, { limits: [2] })
    expect(second?.positionAfter(-1)).toEqual(first?.end)
  })

  test('shows whatever did not move once and in order, while conversations move to the top', async () => {
    const moves = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((scans) => anyLists({ scans })),
        anyLimits,
        moves,
        async (behaviours, limits, moved) => {
          const lists = open(behaviours)
          const expected = all(lists)
          const touched = new Set<string>()
          const between = (page: number) => {
            for (const which of moved[page - 1] ?? []) {
              const list = Object.values(lists)[which % behaviours.length]
              const thing = list?.matching[which % Math.max(1, list.matching.length)]
              if (list === undefined || thing === undefined) continue
              touched.add(thing.id)
              list.move(thing.id, 100 + page)
            }
          }
          const pages = await walkToEnd(lists, { limits, between })
          const things = thingsOf(pages)
          const still = things.filter(({ id }) => !touched.has(id))
          expect(idsOf(still).toSorted()).toEqual(expected.filter((id) => !touched.has(id)))
          expect(isNewestFirst(still)).toBe(true)
          expect(new Set(idsOf(things)).size).toBe(things.length)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a merged list whose accounts fail now and then', () => {
  const anyFailures = fc.array(fc.record({ at: fc.uniqueArray(fc.nat(6)), forEverFrom: fc.option(fc.nat(4)) }), {
    minLength: 4,
    maxLength: 4,
  })

  test('ends, repeats nothing, and misses nothing of the accounts that answered in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((scans) => anyLists({ scans })),
        anyLimits,
        anyFailures,
        async (behaviours, limits, failures) => {
          const failing = behaviours.map((behaviour, index) => ({ ...behaviour, fails: failsAt(failures[index]) }))
          const lists = open(failing)
          const answersBeforeLastPage = Object.values(lists).map(() => 0)
          const pages = await walkToEnd(lists, {
            limits,
            between: () => {
              for (const [index, list] of Object.values(lists).entries()) answersBeforeLastPage[index] = list.answers
            },
          })
          const ids = idsOf(thingsOf(pages))
          expect(new Set(ids).size).toBe(ids.length)
          for (const { rows } of pages) expect(isNewestFirst(rows.map(({ row }) => row.item))).toBe(true)

          const reliable = Object.values(lists).filter((list, index) => isQuiet(failing[index], 0, list.answers))
          const reliableIds = new Set(reliable.flatMap((list) => idsOf(list.matching)))
          expect(isNewestFirst(thingsOf(pages).filter(({ id }) => reliableIds.has(id)))).toBe(true)

          // Whoever failed in the last page may have more, which a client finds by asking that account again.
          const whole = Object.values(lists).filter((list, index) =>
            isQuiet(failing[index], answersBeforeLastPage[index] ?? 0, list.answers),
          )
          for (const list of whole) expect(ids).toEqual(expect.arrayContaining([...idsOf(list.matching)]))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('brings what an account had missed as soon as it answers again', async () => {
    const lists = open([listOf(9, 8, 5), { ...listOf(7, 6), fails: (answer) => answer === 0 }])
    const pages = await walkToEnd(lists, { limits: [2] })
    expect(timesOf(pages)).toEqual([[9, 8], [7, 6], [5]])
  })

  test('goes on for an account that failed, even where the others have ended', async () => {
    const lists = open([listOf(9), { ...listOf(7, 6), fails: (answer) => answer === 0 }])
    const pages = await walkToEnd(lists, { limits: [2] })
    expect(timesOf(pages).slice(0, 2)).toEqual([[9], [7, 6]])
  })

  test('ends with the others’ last conversation when an account fails for ever', async () => {
    const lists = open([listOf(9, 8, 5), { ...listOf(7), fails: () => true }])
    const pages = await walkToEnd(lists, { limits: [2] })
    expect(thingsOf(pages).map(({ time }) => time)).toEqual([9, 8, 5])
    expect(pages.length).toBeLessThanOrEqual(3)
  })

  test('is one empty page when all fail', async () => {
    const pages = await walkToEnd(open([{ ...listOf(7), fails: () => true }]), { limits: [2] })
    expect(pages.map(({ rows }) => rows.length)).toEqual([0])
  })

  function failsAt(
    failure: { at: readonly number[]; forEverFrom: number | null } | undefined,
  ): (answer: number) => boolean {
    return (answer) =>
      failure?.at.includes(answer) === true || answer >= (failure?.forEverFrom ?? Number.POSITIVE_INFINITY)
  }

  function isQuiet(behaviour: ListBehaviour | undefined, from: number, to: number): boolean {
    return Array.from({ length: to - from }, (_, index) => from + index).every((answer) => !behaviour?.fails(answer))
  }
})

describe('accounts are asked', () => {
  test('once for a page each, where they give what is asked', async () => {
    const lists = open([listOf(9, 8, 7, 6, 5), listOf(4, 3, 2, 1, 0)])
    await mergePages({ accounts: Object.keys(lists), from: {}, limit: 3, fetch: fetchFrom(lists) })
    expect(Object.values(lists).map(({ answers }) => answers)).toEqual([1, 1])
  })

  test('no more once they have ended', async () => {
    const lists = open([listOf(9, 8), listOf(7, 6, 5, 4, 3, 2)])
    await walkToEnd(lists, { limits: [2] })
    expect(lists.account0?.answers).toBe(1)
  })

  test('five times for a page at most, and the others wait for what is behind', async () => {
    const times = Array.from({ length: 20 }, (_, index) => 99 - index)
    const lists = open([{ ...listOf(...times), fixedSize: 1 }, listOf(50)])
    const page = await mergePages({ accounts: Object.keys(lists), from: {}, limit: 10, fetch: fetchFrom(lists) })
    expect(lists.account0?.answers).toBe(5)
    expect(page.rows.map(({ row }) => row.item.time)).toEqual([99, 98, 97, 96, 95])
    expect(page.hasMore).toBe(true)
  })
})

describe('an account that says there is more and gives nothing', () => {
  const nothing: Page<Thing> = { rows: [], hasMore: true, complete: true, frontier: null }

  test.each<[string, Page<Thing>]>([
    ['without a place to go on', nothing],
    ['because it could not even begin', { ...nothing, hasMore: 'unknown', complete: false }],
    ['from the place where it was asked', { ...nothing, frontier: { sortKey: '0009', cursor: 'here' } }],
  ])('%s, does not make a list endless', async (_, page) => {
    const other = new ThingList(listOf(9, 8, 7))
    const fetch = async (account: string, after: string | null, limit: number) =>
      account === 'stuck' ? page : other.read(after, limit)
    const pages: MergedPage<Thing>[] = []
    let from = {}
    do {
      const merged = await mergePages({ accounts: ['stuck', 'other'], from, limit: 2, fetch })
      pages.push(merged)
      from = merged.end
    } while (pages.at(-1)?.hasMore && pages.length < 20)
    expect(thingsOf(pages).map(({ time }) => time)).toEqual([9, 8, 7])
    expect(pages.length).toBeLessThan(20)
  })
})

describe('an account whose scan could not even begin', () => {
  test('is asked again for the next page', async () => {
    const stopped: Page<Thing> = { rows: [], hasMore: 'unknown', complete: false, frontier: null }
    const lists = open([listOf(9, 8), listOf(7)])
    const fetch = fetchFrom(lists)
    const accounts = Object.keys(lists)
    const first = await mergePages({
      accounts,
      from: {},
      limit: 2,
      fetch: async (account, after, limit) => (account === 'account1' ? stopped : fetch(account, after, limit)),
    })
    const second = await mergePages({ accounts, from: first.end, limit: 2, fetch })
    expect(first.hasMore).toBe(true)
    expect(timesOf([first, second])).toEqual([[9, 8], [7]])
  })
})

function timesOf(pages: readonly MergedPage<Thing>[]): readonly (readonly number[])[] {
  return pages.map(({ rows }) => rows.map(({ row }) => row.item.time))
}

function listOf(...times: readonly number[]): ListBehaviour {
  const things = times.map((time) => ({ id: `at ${time}`, time, matches: true }))
  return { things, fixedSize: null, scanSize: 1_000, tellsWhetherMore: true, fails: NEVER }
}

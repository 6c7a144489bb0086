import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  nextOffsetStep,
  type OffsetPage,
  type OffsetPosition,
  readPosition,
  writePosition,
} from '../../providers/chatwoot/offset-walk.ts'
import { ProviderError } from '../../providers/port/index.ts'

interface Entry {
  readonly id: number
  key: number
}

/** An offset list like Chatwoot's: newest first, whole seconds, ties in an order that any change may turn around. */
class MovingList {
  readonly #pageSize: number
  readonly #entries: Entry[]
  readonly touched = new Set<number>()
  #tieOrder = 1
  #clock = 1_000
  #nextId = 10_000
  reads = 0

  constructor(keys: readonly number[], pageSize: number) {
    this.#pageSize = pageSize
    this.#entries = keys.map((key, index) => ({ id: index + 1, key }))
  }

  get ids(): readonly number[] {
    return this.#entries.map(({ id }) => id)
  }

  read = async (page: number): Promise<OffsetPage<string>> => {
    this.reads += 1
    const sorted = this.#entries.toSorted((a, b) => b.key - a.key || (a.id - b.id) * this.#tieOrder)
    const rows = sorted.slice((page - 1) * this.#pageSize, page * this.#pageSize)
    return { rows: rows.map(({ id, key }) => ({ id, key, item: `c${id}` })), total: this.#entries.length }
  }

  change({ how, which }: Change): void {
    const entry = this.#entries[which % Math.max(1, this.#entries.length)]
    this.#clock += which % 2
    if (how === 'add') this.#entries.push({ id: this.#nextId++, key: this.#clock })
    else if (how === 'turn ties') this.#tieOrder *= -1
    else if (entry !== undefined) {
      this.touched.add(entry.id)
      if (how === 'leave') this.#entries.splice(this.#entries.indexOf(entry), 1)
      else entry.key = this.#clock
    }
  }
}

interface Change {
  readonly how: 'move' | 'add' | 'leave' | 'turn ties'
  readonly which: number
}

const change = (...how: Change['how'][]): fc.Arbitrary<Change> =>
  fc.record({ how: fc.constantFrom(...how), which: fc.nat(1_000) })

/** Takes a few rows at a time, as a merge does, and lets the list change in between. */
async function walk(
  list: MovingList,
  changes: readonly Change[][],
  take: number,
): Promise<readonly { id: number; key: number }[]> {
  const met: { id: number; key: number }[] = []
  let position: OffsetPosition | null = null
  for (let request = 0; request < 1_000; request += 1) {
    const { rows }: Awaited<ReturnType<typeof nextOffsetStep<string>>> = await nextOffsetStep(list.read, position)
    if (rows.length === 0) return met
    const taken = rows.slice(0, take)
    met.push(...taken.map(({ id, key }) => ({ id, key })))
    position = readPosition(writePosition(taken.at(-1)?.position ?? expect.unreachable()))
    for (const one of changes[request] ?? []) list.change(one)
  }
  throw new Error('the walk never ends')
}

describe('a walk through a list that moves', () => {
  const keys = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 })
  const pageSize = fc.integer({ min: 1, max: 7 })
  const take = fc.integer({ min: 1, max: 7 })

  it('meets everything that stays in place exactly once, in order, whatever else moves', async () => {
    const changes = fc.array(fc.array(change('move', 'add', 'leave'), { maxLength: 3 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(keys, pageSize, take, changes, async (keys, pageSize, take, changes) => {
        const list = new MovingList(keys, pageSize)
        const before = list.ids
        const met = await walk(list, changes, take)
        const ids = met.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        for (const id of before) if (!list.touched.has(id)) expect(ids).toContain(id)
        expect(met.map(({ key }) => key)).toEqual(met.map(({ key }) => key).toSorted((a, b) => b - a))
      }),
      { numRuns: 1_000 },
    )
  })

  it('meets everything exactly once though ties change places between two requests', async () => {
    const changes = fc.array(fc.array(change('move', 'turn ties'), { maxLength: 2 }), { maxLength: 30 })
    // Ties over no more pages than the walk goes back.
    const fewTies = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        fewTies,
        fc.integer({ min: 4, max: 7 }),
        take,
        changes,
        async (keys, pageSize, take, changes) => {
          const list = new MovingList(keys, pageSize)
          const before = list.ids
          const ids = (await walk(list, changes, take)).map(({ id }) => id)
          expect(new Set(ids).size).toBe(ids.length)
          for (const id of before) if (!list.touched.has(id)) expect(ids).toContain(id)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('reads each page once while nothing moves, and one empty page at the end', async () => {
    const list = new MovingList(
      Array.from({ length: 50 }, (_, index) => 900 - index),
      25,
    )
    expect(await walk(list, [], 25)).toHaveLength(50)
    expect(list.reads).toBe(3)
  })

  it('ends where nobody says how long the list is', async () => {
    const rows = [3, 2, 1].map((key) => ({ id: key, key, item: null }))
    const read = async (page: number) => ({ rows: page === 1 ? rows : [], total: null })
    const { rows: first } = await nextOffsetStep(read, null)
    expect(first).toHaveLength(3)
    expect(await nextOffsetStep(read, first.at(-1)?.position ?? null)).toEqual({ rows: [] })
  })

  it('gives a row once that the list gives several times', async () => {
    const rows = [3, 3, 2, 1, 1].map((key) => ({ id: key, key, item: null }))
    const read = async (page: number) => ({ rows: rows.slice((page - 1) * 2, page * 2), total: rows.length })
    const ids: number[] = []
    for (let position: OffsetPosition | null = null, more = true; more; ) {
      const step: Awaited<ReturnType<typeof nextOffsetStep>> = await nextOffsetStep(read, position)
      ids.push(...step.rows.map(({ id }) => id))
      position = step.rows.at(-1)?.position ?? position
      more = step.rows.length > 0
    }
    expect(ids).toEqual([3, 2, 1])
  })

  it('goes back a page when something left the list', async () => {
    const list = new MovingList(
      Array.from({ length: 50 }, (_, index) => 900 - index),
      25,
    )
    const met = await walk(list, [[{ how: 'leave', which: 3 }]], 25)
    expect(met.map(({ id }) => id)).toContain(26)
    expect(met).toHaveLength(50)
  })

  it.each(['', '1', '0.5.1.2', '1.5.1.', '1.5.1.2-', 'x.5.1.2', '1.5.1.2 '])('refuses %j as a cursor', (text) => {
    expect(() => readPosition(text)).toThrow(ProviderError)
  })
})

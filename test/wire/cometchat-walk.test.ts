import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageAround, walkConversations } from '../../providers/cometchat/conversation-walk.ts'
import type { CallBudget, ConversationForViewer } from '../../providers/port/index.ts'

const ANY_CALLS: CallBudget = { remaining: 100, take: () => true }
const NO_MORE_CALLS: CallBudget = { remaining: 0, take: () => false }

/** What happens to a list while somebody reads it. */
type Happening = { readonly what: 'move' | 'remove' | 'add'; readonly which: number }

/** The list as CometChat keeps it: newest `updatedAt` first, ties by whom it is with, cut by offset. */
class MovingList {
  readonly touched = new Set<string>()
  readonly #updatedAt = new Map<string, number>()
  #now = 1_000

  constructor(seconds: readonly number[]) {
    for (const [index, second] of seconds.entries()) this.#updatedAt.set(`c${index}`, second)
  }

  get ids(): readonly string[] {
    return [...this.#updatedAt].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([id]) => id)
  }

  happen({ what, which }: Happening): void {
    const id = what === 'add' ? `new${this.#now}` : this.ids[which % Math.max(1, this.#updatedAt.size)]
    if (id === undefined) return
    this.touched.add(id)
    this.#now += which % 2
    if (what === 'remove') this.#updatedAt.delete(id)
    else this.#updatedAt.set(id, this.#now)
  }

  read(perPage: number, page: number): readonly ConversationForViewer[] {
    return this.ids.slice((page - 1) * perPage, page * perPage).map((id) => row(id, this.#updatedAt.get(id) ?? 0))
  }
}

function row(native: string, second: number): ConversationForViewer {
  const conversation = { ref: { kind: 'conversation', account: 'a', native }, updatedAt: new Date(second * 1000) }
  return { conversation, viewer: {} } as unknown as ConversationForViewer
}

interface Story {
  readonly seconds: readonly number[]
  readonly limits: readonly number[]
  readonly happenings: readonly (readonly Happening[])[]
  readonly budgets: readonly boolean[]
}

const stories: fc.Arbitrary<Story> = fc.record({
  seconds: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 }),
  limits: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  happenings: fc.array(
    fc.array(
      fc.record({
        what: fc.constantFrom('move', 'remove', 'add'),
        which: fc.nat(200),
      }) satisfies fc.Arbitrary<Happening>,
      { maxLength: 4 },
    ),
    { maxLength: 30 },
  ),
  budgets: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
})

/** Walks to the end as a client does, while things happen between any two reads. */
async function walkAll(list: MovingList, story: Story, matches: ((row: ConversationForViewer) => boolean) | null) {
  const seen: { readonly id: string; readonly sortKey: string }[] = []
  let after: string | null = null
  let reads = 0
  for (let request = 0; request < 500; request += 1) {
    const page = await walkConversations(
      async (perPage, number) => {
        for (const happening of story.happenings[reads] ?? []) list.happen(happening)
        reads += 1
        return list.read(perPage, number)
      },
      { limit: at(story.limits, request), after, matches, isPast: () => false },
      at(story.budgets, request) ? ANY_CALLS : NO_MORE_CALLS,
    )
    seen.push(...page.rows.map(({ item, sortKey }) => ({ id: item.conversation.ref.native, sortKey })))
    if (page.hasMore === false) return seen
    after = page.frontier?.cursor ?? page.rows.at(-1)?.cursor ?? after
  }
  throw new Error('the walk has no end')
}

function at<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T
}

describe('a walk through a list that others reorder', () => {
  it('sees every conversation that does not move exactly once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const list = new MovingList(story.seconds)
        const all = list.ids
        const seen = await walkAll(list, story, null)
        const ids = seen.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids.filter((id) => !list.touched.has(id))).toEqual(all.filter((id) => !list.touched.has(id)))
        const keys = seen.map(({ sortKey }) => sortKey)
        expect(keys).toEqual(keys.toSorted().toReversed())
      }),
      { numRuns: 1_000 },
    )
  })

  it('passes over what does not match and misses nothing that does', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const list = new MovingList(story.seconds)
        const isEven = (id: string) => Number(id.replace(/\D/g, '')) % 2 === 0
        const still = () => list.ids.filter((id) => isEven(id) && !list.touched.has(id))
        const seen = await walkAll(list, story, ({ conversation }) => isEven(conversation.ref.native))
        expect(seen.map(({ id }) => id).filter((id) => !list.touched.has(id))).toEqual(still())
      }),
      { numRuns: 500 },
    )
  })

  it('costs one call a page while nothing moves', async () => {
    const list = new MovingList(Array.from({ length: 100 }, (_, index) => index + 1))
    let reads = 0
    let after: string | null = null
    for (let pages = 1; pages <= 4; pages += 1) {
      const read = async (perPage: number, number: number) => {
        reads += 1
        return list.read(perPage, number)
      }
      const page = await walkConversations(
        read,
        { limit: 25, after, matches: null, isPast: () => false },
        NO_MORE_CALLS,
      )
      expect(page.rows).toHaveLength(25)
      expect(page.hasMore).toBe(pages < 4)
      expect(page.complete).toBe(true)
      expect(reads).toBe(pages)
      after = page.rows.at(-1)?.cursor ?? null
    }
  })

  it('stops a scan after four reads and says where it stopped', async () => {
    const list = new MovingList(Array.from({ length: 900 }, (_, index) => index + 1))
    let reads = 0
    const read = async (perPage: number, number: number) => {
      reads += 1
      return list.read(perPage, number)
    }
    const request = { limit: 10, after: null, matches: () => false, isPast: () => false }
    const page = await walkConversations(read, request, ANY_CALLS)
    expect(reads).toBe(4)
    expect(page).toMatchObject({ rows: [], hasMore: 'unknown', complete: false })
    const next = await walkConversations(
      read,
      { ...request, matches: null, after: page.frontier?.cursor ?? null },
      ANY_CALLS,
    )
    expect(next.rows[0]?.sortKey.localeCompare(page.frontier?.sortKey ?? '')).toBe(-1)
  })

  it('ends before the first row that is past what was asked', async () => {
    const list = new MovingList([1, 2, 3, 4, 5, 6])
    const isPast = ({ conversation }: ConversationForViewer) => conversation.updatedAt <= new Date(3_000)
    const page = await walkConversations(
      async (perPage, number) => list.read(perPage, number),
      { limit: 10, after: null, matches: null, isPast },
      ANY_CALLS,
    )
    expect(page.rows.map(({ item }) => item.conversation.ref.native)).toEqual(['c5', 'c4', 'c3'])
    expect(page.hasMore).toBe(false)
  })

  it('refuses a cursor that it did not make', async () => {
    const read = async () => []
    const cursors = ['', 'x', '{}', Buffer.from('{"id":"1"}').toString('base64url')]
    for (const after of cursors) {
      const walk = walkConversations(read, { limit: 1, after, matches: null, isPast: () => false }, ANY_CALLS)
      await expect(walk).rejects.toMatchObject({ code: 'INVALID' })
    }
  })

  it('asks for pages that hold what is wanted and are not much larger', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 3, max: 102 }), (offset, count) => {
        const { perPage, page } = pageAround(offset, count)
        expect((page - 1) * perPage).toBeLessThanOrEqual(offset)
        expect(page * perPage).toBeGreaterThanOrEqual(offset + count)
        expect(perPage).toBeLessThanOrEqual(1_000)
      }),
    )
  })
})

import { expect } from 'vitest'
import { conversationSortKey } from '../../../providers/kit/sort-key.ts'
import { type PageRequest, ProviderError } from '../../../providers/port/index.ts'
import { conversationId, type Desk, type TrueConversation, walk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

const GARBAGE = [
  '',
  ' ',
  'x',
  '-1',
  '0',
  '999999',
  'e30',
  'bnVsbA',
  'W10',
  'not base64 at all!',
  '🙂',
  'x'.repeat(3_000),
]

const TIME_OF_ORDER = { activity: 'lastActivityAt', updated: 'updatedAt', created: 'createdAt' } as const

export function listClauses({ clause, facts, withDesk }: Clauses): void {
  for (const limit of [1, 7, 25, 100]) {
    clause(`every conversation comes exactly once in pages of ${limit}`, async () => {
      const { desk, truth } = facts()
      const { rows, pages } = await listAll(desk, { limit })
      expect(rows.map(conversationId).toSorted()).toEqual(truth.map(({ id }) => id).toSorted())
      for (const page of pages) expect(page.rows.length <= Math.max(limit, 25)).toBe(true)
    })
  }

  clause('every conversation comes exactly once though only a part of each page is used', async () => {
    const { desk, truth } = facts()
    const { rows } = await listAll(desk, { limit: 25, use: 9 })
    expect(rows.map(conversationId).toSorted()).toEqual(truth.map(({ id }) => id).toSorted())
  })

  clause('rows come newest first by the time that the order is declared by', async () => {
    const { desk, rows } = facts()
    const keys = rows.map(({ sortKey }) => sortKey)
    expect(keys).toEqual(keys.toSorted().toReversed())
    const time = TIME_OF_ORDER[desk.provider.order]
    for (const { item, sortKey } of rows) expect(sortKey).toBe(conversationSortKey(item.conversation[time]))
  })

  clause('each row’s cursor goes on exactly behind it', async () => {
    const { desk, rows } = facts()
    for (const [index, row] of rows.entries()) {
      if (index % 5 > 0 && index < rows.length - 3) continue
      const page = await desk.provider.listConversations({}, { limit: 4, after: row.cursor }, desk.call())
      const wanted = rows.slice(index + 1, index + 1 + Math.max(page.rows.length, index + 1 < rows.length ? 1 : 0))
      expect(page.rows.map(conversationId)).toEqual(wanted.map(conversationId))
    }
  })

  clause('a cursor that it did not make is INVALID', async () => {
    const { desk, rows } = facts()
    const conversation = rows[0]!.item.conversation
    const cursors = [...GARBAGE, `${rows[0]!.cursor.slice(0, -3)}xyz!`]
    for (const after of cursors) {
      const page = { limit: 5, after }
      const { provider } = desk
      await expectInvalid(after, () => provider.listConversations({}, page, desk.call()))
      const older = { limit: 5, from: after, direction: 'older' } as const
      if (!/^\d+$/.test(after)) {
        await expectInvalid(after, () => provider.listMessages(conversation.ref, older, desk.call()))
      }
      await expectInvalid(after, () => provider.listParticipants(conversation, page, desk.call()))
      await expectInvalid(after, () => provider.searchPeople(null, page, desk.call()))
    }
  })

  clause('a cursor of one list is INVALID in another', async () => {
    const { desk, rows } = facts()
    const { provider } = desk
    const { ref } = rows[0]!.item.conversation
    const walked = { limit: 5, from: null, direction: 'newer' } as const
    const message = (await provider.listMessages(ref, walked, desk.call())).rows[0]!
    const page = { limit: 5, after: message.cursor }
    await expectInvalid(message.cursor, () => provider.listConversations({}, page, desk.call()))
    const from = rows[0]!.cursor
    await expectInvalid(from, () => provider.listMessages(ref, { ...walked, from }, desk.call()))
  })

  clause('a damaged cursor is refused or leads somewhere, but never breaks anything', async () => {
    const { desk, rows } = facts()
    const { provider } = desk
    const { ref } = rows[0]!.item.conversation
    const newer = await provider.listMessages(ref, { limit: 5, from: null, direction: 'newer' }, desk.call())
    for (const after of damaged(rows[20]!.cursor)) {
      await expectNoBug(() => provider.listConversations({}, { limit: 5, after }, desk.call()))
    }
    for (const from of damaged(newer.rows[3]!.cursor)) {
      for (const direction of ['newer', 'older'] as const) {
        await expectNoBug(() => provider.listMessages(ref, { limit: 5, from, direction }, desk.call()))
      }
    }
  })

  clause('conversations that do not move are seen exactly once while others do', async () => {
    await withDesk(async (desk) => {
      const before = await desk.truth()
      const seen: string[] = []
      let turn = 0
      await walk(
        async (page) => {
          const answer = await desk.provider.listConversations({}, page, desk.call())
          seen.push(...answer.rows.map(conversationId))
          for (const step of [0, 17, 40]) await speakIn(desk, before[(turn * 7 + step) % before.length]!)
          turn += 1
          return answer
        },
        { limit: 10 },
      )
      const now = new Map((await desk.truth()).map(({ id, messages }) => [id, messages.length]))
      const moved = new Set(before.filter(({ id, messages }) => now.get(id) !== messages.length).map(({ id }) => id))
      expect(moved.size).toBeGreaterThan(5)
      const still = before.map(({ id }) => id).filter((id) => !moved.has(id))
      expect(seen.filter((id) => !moved.has(id)).toSorted()).toEqual(still.toSorted())
    })
  })

  clause('a list costs one call from the budget for each request, and no more', async () => {
    const { desk } = facts()
    const call = desk.call({ calls: 500 })
    const requests = await desk.requestsDuring(() =>
      walk((page) => desk.provider.listConversations({ unreadOnly: true }, page, call), { limit: 5 }),
    )
    expect(500 - call.budget.remaining).toBe(requests)
  })
}

export function listAll(desk: Desk, pages: { readonly limit: number; readonly use?: number }) {
  return walk((page: PageRequest) => desk.provider.listConversations({}, page, desk.call()), pages)
}

async function expectInvalid(after: string, ask: () => Promise<unknown>): Promise<void> {
  const outcome = await ask().then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  )
  expect(outcome, `with the cursor ${JSON.stringify(after.slice(0, 40))}`).toMatchObject({
    name: 'ProviderError',
    code: 'INVALID',
  })
}

/** The text with one thing wrong, in itself or in what it encodes. */
function damaged(cursor: string): readonly string[] {
  const inner = Buffer.from(cursor, 'base64url').toString()
  const isEncoded = Buffer.from(inner).toString('base64url') === cursor
  return [
    ...withOneFault(cursor),
    ...(isEncoded ? withOneFault(inner).map((text) => Buffer.from(text).toString('base64url')) : []),
  ]
}

function withOneFault(text: string): readonly string[] {
  const places = Array.from(text, (_, index) => index).filter((index) => index % 3 === 0)
  return places.flatMap((index) => [
    `${text.slice(0, index)}${text.slice(index + 1)}`,
    `${text.slice(0, index)}9${text.slice(index + 1)}`,
    `${text.slice(0, index)}z${text.slice(index)}`,
  ])
}

async function expectNoBug(ask: () => Promise<unknown>): Promise<void> {
  const error = await ask().then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error !== null) expect(error).toBeInstanceOf(ProviderError)
}

/** Lets the first of its people who can say something there. */
async function speakIn(desk: Desk, { id, people }: TrueConversation): Promise<void> {
  for (const person of people) {
    if (await desk.act('say', { conversation: id, person, text: 'Anybody there?' })) return
  }
}

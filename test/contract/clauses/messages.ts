import { expect } from 'vitest'
import {
  type Conversation,
  type ConversationRef,
  type Message,
  type MessageRef,
  type MessageWalk,
  ProviderError,
  type Row,
} from '../../../providers/port/index.ts'
import { expectAgreement } from '../agreement.ts'
import { ACCOUNT, type Desk, type Facts, NONSENSE, walk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

export function messageClauses({ clause, facts, withDesk }: Clauses): void {
  clause('every message of every conversation comes once, in the vendor’s order', async () => {
    const { truth, messages } = facts()
    for (const conversation of truth) {
      const told = messages.get(conversation.id) ?? []
      expect(told.map(({ externalId }) => externalId)).toEqual(conversation.messages.map(({ id }) => id))
      const keys = told.map(({ sortKey }) => sortKey)
      expect(keys).toEqual(keys.toSorted())
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  for (const [direction, limit, use] of [
    ['older', 100, 100],
    ['older', 30, 7],
    ['newer', 100, 41],
    ['newer', 9, 9],
  ] as const) {
    clause(`a walk ${direction} in pages of ${limit}, of which ${use} are used, meets each message once`, async () => {
      const all = facts()
      const { ref, told } = longest(all)
      const rows = await walkFrom(all.desk, ref, { limit, from: null, direction }, use)
      const ids = rows.map(({ item }) => item.externalId)
      expect(direction === 'newer' ? ids : ids.toReversed()).toEqual(told.map(({ externalId }) => externalId))
      for (const { item, sortKey } of rows) expect(item.sortKey).toBe(sortKey)
    })
  }

  clause('two walks from a message make a window around it', async () => {
    const all = facts()
    const { ref, told } = longest(all)
    for (const index of [0, 1, told.length - 60, told.length - 1]) {
      const from = told[index]!.ref
      const newer = await list(all.desk, ref, { limit: 5, from, direction: 'newer' })
      const older = await list(all.desk, ref, { limit: 5, from, direction: 'older' })
      expect(idsOf(newer).slice(0, 5)).toEqual(idsOf(told.slice(index, index + 5)))
      const before = told.slice(Math.max(0, index - 5), index).toReversed()
      expect(idsOf(older).slice(0, 5)).toEqual(idsOf(before))
    }
  })

  clause('a walk turns round at any row', async () => {
    const all = facts()
    const { ref, told } = longest(all)
    const older = await walkPage(all.desk, ref, { limit: 20, from: null, direction: 'older' })
    for (const index of [0, 1, 10, 19]) {
      const { cursor, item } = older[index]!
      const at = told.findIndex(({ externalId }) => externalId === item.externalId)
      const newer = await list(all.desk, ref, { limit: 30, from: cursor, direction: 'newer' })
      expect(idsOf(newer)).toEqual(idsOf(told.slice(at + 1, at + 31)))
    }
    const newer = await walkPage(all.desk, ref, { limit: 20, from: null, direction: 'newer' })
    for (const index of [0, 1, 10, 19]) {
      const rows = await walkFrom(all.desk, ref, { limit: 6, from: newer[index]!.cursor, direction: 'older' })
      expect(rows.map(({ item }) => item.externalId)).toEqual(idsOf(told.slice(0, index).toReversed()))
    }
  })

  clause('a walk to older messages meets each once while new ones are written', async () => {
    await withDesk(async (desk) => {
      const { ref, externalId } = await longestAt(desk)
      const truth = (await desk.truth()).find(({ id }) => id === externalId)!
      const { rows } = await walk(
        async ({ limit, after }) => {
          const walked = { limit, from: after, direction: 'older' } as const
          const page = await desk.provider.listMessages(ref, walked, desk.call())
          for (const person of truth.people) await desk.act('say', { conversation: externalId, person, text: 'More' })
          return page
        },
        { limit: 40, use: 33 },
      )
      expect(rows.map(({ item }) => item.externalId).toReversed()).toEqual(truth.messages.map(({ id }) => id))
    })
  })

  clause('messages of an unknown conversation are NOT_FOUND', async () => {
    const { desk } = facts()
    for (const native of NONSENSE) {
      const ref = { kind: 'conversation', account: ACCOUNT, native } as const
      const asked = list(desk, ref, { limit: 5, from: null, direction: 'older' })
      await expect(asked, JSON.stringify(native.slice(0, 50))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  clause('a message read alone says what the list said of it', async () => {
    const { desk, messages } = facts()
    const some = [...messages.values()].flatMap((told) => [...told.slice(0, 2), ...told.slice(-3)])
    const refs = some.map(({ ref }) => ref)
    const answers = await desk.provider.getMessages(refs, desk.call())
    for (const [index, message] of some.entries()) {
      expectAgreement(answers[index], message)
      expect((answers[index] as Message).receipts).toBeDefined()
    }
  })

  clause('messages are got in the order asked, each unknown one NOT_FOUND in its place', async () => {
    const all = facts()
    const { ref, told } = longest(all)
    const [elsewhere] = [...all.messages.values()].filter(
      ([first]) => first && first.ref.conversation.native !== ref.native,
    )
    const strange: readonly MessageRef[] = [
      ...NONSENSE.map((native): MessageRef => ({ kind: 'message', conversation: ref, native })),
      { ...elsewhere![0]!.ref, conversation: ref },
    ]
    const refs = strange.flatMap((one, index) => [one, told[index]!.ref])
    const answers = await all.desk.provider.getMessages(refs, all.desk.call())
    expect(answers.map((answer) => (answer instanceof ProviderError ? answer.code : answer.ref.native))).toEqual(
      refs.map((one, index) => (index % 2 === 0 ? 'NOT_FOUND' : one.native)),
    )
  })

  clause('every name in a message carries its conversation and account', async () => {
    const { rows, messages } = facts()
    for (const { item } of rows) {
      const { ref, externalId } = item.conversation
      for (const message of messages.get(externalId) ?? []) {
        expect(message.ref.conversation).toEqual(ref)
        if (message.replyTo !== null) expect(message.replyTo.conversation).toEqual(ref)
        if (message.sender !== null) expect(message.sender.ref.account).toBe(ACCOUNT)
        for (const receipt of message.receipts ?? []) expect(receipt.message).toEqual(message.ref)
        expect(new Set(message.attachments.map(({ key }) => key)).size).toBe(message.attachments.length)
      }
    }
  })

  clause('messages say who wrote what and when, as it was', async () => {
    const { truth, messages } = facts()
    for (const conversation of truth) {
      for (const [index, message] of (messages.get(conversation.id) ?? []).entries()) {
        const { person, createdAt } = conversation.messages[index]!
        if (person !== null && message.side !== 'system') {
          expect([message.sender?.ref.native, message.sender?.externalId]).toContain(person)
        }
        expect(Math.abs(message.createdAt.getTime() - Date.parse(createdAt))).toBeLessThan(1_000)
      }
    }
  })

  clause('messages say what was said, and nothing any more once they are deleted', async () => {
    const { truth, messages } = facts()
    for (const conversation of truth) {
      for (const [index, { text, deleted, kind }] of (messages.get(conversation.id) ?? []).entries()) {
        if (deleted !== null) expect(text).toBeNull()
        // Some providers do not tell the empty lines at the end.
        else if (kind === 'text') expect(text?.trimEnd()).toBe(conversation.messages[index]!.text?.trimEnd())
      }
    }
  })

  clause('the last message of a conversation is one of its newest', async () => {
    const { rows, messages } = facts()
    for (const { item } of rows) {
      const preview = item.conversation.lastMessage
      // Where the provider has stopped counting it may have stopped this as well.
      if (!preview?.message || item.viewer.unread?.precision === 'stale') continue
      const told = messages.get(item.conversation.externalId) ?? []
      const message = told.find(({ ref }) => ref.native === preview.message?.native)!
      expect(message.createdAt).toEqual(preview.createdAt)
      expect(preview.isDeleted).toBe(message.deleted !== null)
      if (message.deleted === null) expect(preview.kind).toBe(message.kind)
      if (!preview.isTruncated) expect(preview.text).toBe(message.text)
      const later = told.filter(({ sortKey }) => sortKey > message.sortKey)
      expect(later.every(({ kind, isDraft }) => kind === 'activity' || kind === 'call' || isDraft)).toBe(true)
    }
  })
}

interface Long {
  readonly ref: ConversationRef
  readonly told: readonly Message[]
}

function longest({ messages }: Facts): Long {
  const [told] = [...messages.values()].toSorted((one, other) => other.length - one.length)
  return { ref: told![0]!.ref.conversation, told: told! }
}

async function longestAt(desk: Desk): Promise<Conversation> {
  const [id] = (await desk.truth())
    .toSorted((one, other) => other.messages.length - one.messages.length)
    .map((one) => one.id)
  return (await desk.provider.findConversation(id ?? '', desk.call()))!.conversation
}

async function walkPage(desk: Desk, ref: ConversationRef, walked: MessageWalk): Promise<readonly Row<Message>[]> {
  return (await desk.provider.listMessages(ref, walked, desk.call())).rows
}

async function list(desk: Desk, ref: ConversationRef, walked: MessageWalk): Promise<readonly Message[]> {
  return (await walkPage(desk, ref, walked)).map(({ item }) => item)
}

async function walkFrom(
  desk: Desk,
  ref: ConversationRef,
  { limit, from, direction }: MessageWalk,
  use = limit,
): Promise<readonly Row<Message>[]> {
  const { rows } = await walk(
    (page) => desk.provider.listMessages(ref, { limit, from: page.after ?? from, direction }, desk.call()),
    { limit, use },
  )
  return rows
}

function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.map(({ externalId }) => externalId)
}

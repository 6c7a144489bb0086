import { expect } from 'vitest'
import { type ConversationRef, ProviderError } from '../../../providers/port/index.ts'
import { expectAgreement } from '../agreement.ts'
import { ACCOUNT, conversationId, NONSENSE } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

/** Of these an answer may carry fewer. */
const PARTIAL = ['featuredParticipants', 'horizons', 'horizonsComplete']

export function conversationClauses({ clause, facts, withDesk }: Clauses): void {
  clause('conversations are got in the order asked, each unknown one NOT_FOUND in its place', async () => {
    const { desk, rows } = facts()
    const known = rows.filter((_, index) => index % 4 === 0).map(({ item }) => item.conversation.ref)
    const refs = NONSENSE.flatMap((native, index): readonly ConversationRef[] => [
      { kind: 'conversation', account: ACCOUNT, native },
      known[index % known.length]!,
    ])
    const answers = await desk.provider.getConversations(refs, desk.call())
    expect(
      answers.map((answer) => (answer instanceof ProviderError ? answer.code : answer.conversation.ref.native)),
    ).toEqual(refs.map((ref, index) => (index % 2 === 0 ? 'NOT_FOUND' : ref.native)))
  })

  clause('a conversation’s name has one spelling', async () => {
    const { desk, rows } = facts()
    const { native } = rows[0]!.item.conversation.ref
    const spellings = [`0${native}`, ` ${native}`, `${native} `, `${native}/`, `${native}?x`]
    const refs = spellings.map((one) => ({ kind: 'conversation', account: ACCOUNT, native: one }) as const)
    const answers = await desk.provider.getConversations(refs, desk.call())
    expect(answers.map((answer) => (answer instanceof ProviderError ? answer.code : answer))).toEqual(
      spellings.map(() => 'NOT_FOUND'),
    )
    const found = await desk.provider.findConversation(`0${rows[0]!.item.conversation.externalId}`, desk.call())
    expect(found).toBeNull()
  })

  clause('a conversation that the actor does not have is not found', async () => {
    const { desk } = facts()
    const { conversations } = await desk.state()
    for (const { id } of conversations.filter((conversation) => !desk.contract.has(conversation))) {
      expect(await desk.provider.findConversation(id, desk.call())).toBeNull()
    }
  })

  clause('a conversation read alone says what the list said of it', async () => {
    const { desk, rows } = facts()
    const refs = rows.map(({ item }) => item.conversation.ref)
    const answers = await desk.provider.getConversations(refs, desk.call())
    for (const [index, { item }] of rows.entries()) expectAgreement(answers[index], item, PARTIAL)
    for (const { item } of rows.slice(0, 5)) {
      const [alone] = await desk.provider.getConversations([item.conversation.ref], desk.call())
      expectAgreement(alone, item, PARTIAL)
    }
  })

  clause('a conversation is found by the id that it shows', async () => {
    const { desk, rows } = facts()
    for (const row of rows) {
      const found = await desk.provider.findConversation(conversationId(row), desk.call())
      expectAgreement(found, row.item, PARTIAL)
    }
  })

  clause('by any other id none is found', async () => {
    const { desk } = facts()
    for (const id of NONSENSE) {
      expect(await desk.provider.findConversation(id, desk.call()), JSON.stringify(id.slice(0, 50))).toBeNull()
    }
  })

  clause('everybody who asks gets the same name of a conversation', async () => {
    const { desk, rows } = facts()
    const names = new Map(rows.map((row) => [conversationId(row), row.item.conversation.ref]))
    let shared = 0
    for (const actor of desk.contract.actors.slice(1)) {
      const page = await desk.provider.listConversations({}, { limit: 100, after: null }, desk.call({ actor }))
      for (const row of page.rows.filter((one) => names.has(conversationId(one)))) {
        expect(row.item.conversation.ref).toEqual(names.get(conversationId(row)))
        shared += 1
      }
    }
    expect(shared).toBeGreaterThan(0)
  })

  clause('a conversation carries its account in every name', async () => {
    const { rows } = facts()
    for (const { item } of rows) {
      const { ref, featuredParticipants, horizons, lastMessage } = item.conversation
      expect(ref).toMatchObject({ kind: 'conversation', account: ACCOUNT })
      for (const { person } of featuredParticipants) expect(person.ref.account).toBe(ACCOUNT)
      for (const { upToMessage } of horizons) if (upToMessage !== null) expect(upToMessage.conversation).toEqual(ref)
      if (lastMessage?.message) expect(lastMessage.message.conversation).toEqual(ref)
    }
  })

  clause('a conversation in which somebody spoke comes to the top of a list by activity', async () => {
    await withDesk(async (desk) => {
      if (desk.provider.order === 'created') return
      const { rows } = await desk.provider.listConversations({}, { limit: 25, after: null }, desk.call())
      const chosen = rows.at(-1)!
      const { id, people } = (await desk.truth()).find((one) => one.id === conversationId(chosen))!
      for (const person of people) await desk.act('say', { conversation: id, person, text: 'Up here' })
      await desk.provider.getConversations([chosen.item.conversation.ref], desk.call())
      const after = await desk.provider.listConversations({}, { limit: 5, after: null }, desk.call())
      expect(conversationId(after.rows[0]!)).toBe(id)
      expect(after.rows[0]?.item.conversation.lastMessage?.text).toBe('Up here')
    })
  })
}

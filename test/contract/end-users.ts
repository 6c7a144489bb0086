import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallContext, ConversationRef, Message, Provider } from '../../providers/port/index.ts'
import { walk } from './desk.ts'
import {
  ACTS,
  absentSubject,
  answerOf,
  failed,
  foreignSubject,
  QUESTIONS,
  settled,
  subjectOf,
} from './end-user-questions.ts'
import { type EndUsers, openWorld, type Visitor, type World } from './end-user-world.ts'

/** Holds a provider to what an end user may see and do there. */
export function describeEndUsers(name: string, endUsers: EndUsers): void {
  describe(`an end user of ${name}`, () => {
    let world: World
    beforeAll(async () => {
      world = await openWorld(endUsers)
    })
    afterAll(() => world.close())

    it('finds exactly their own conversations in the list, each once, newest first', async () => {
      for (const visitor of [world.ada, world.eve]) {
        const list = (limit: number) =>
          walk((page) => world.provider.listConversations({}, page, visitor.call()), { limit })
        for (const limit of [2, 100]) {
          const { rows } = await list(limit)
          expect(rows.map(({ item }) => item.conversation.externalId).toSorted()).toEqual(
            visitor.truth.map(({ id }) => id).toSorted(),
          )
          const keys = rows.map(({ sortKey }) => sortKey)
          expect(keys).toEqual(keys.toSorted().toReversed())
        }
      }
    })

    it('reads of each what was said in public, and nothing of the team', async () => {
      const { provider, ada } = world
      for (const { conversation } of ada.rows) {
        const [alone] = await provider.getConversations([conversation.ref], ada.call())
        expect(alone).not.toBeInstanceOf(Error)
        const own = await allMessages(provider, conversation.ref, ada.call())
        const everything =
          endUsers.team && (await allMessages(provider, conversation.ref, { ...ada.call(), actor: endUsers.team }))
        const { messages } = ada.truth.find(({ id }) => id === conversation.externalId)!
        expect(own.map(({ externalId }) => externalId).toSorted()).toEqual(
          (everything?.filter(isPublic).map(({ externalId }) => externalId) ?? messages.map(({ id }) => id)).toSorted(),
        )
        expect(everything?.length ?? messages.length).toBe(messages.length)
        for (const { audience, isDraft } of own) expect([audience, isDraft]).toEqual(['public', false])
        const { lastMessage, labels, team, priority, customAttributes } = conversation
        expect(lastMessage?.audience ?? 'public').toBe('public')
        expect([labels ?? null, team, priority, customAttributes]).toEqual([null, null, null, null])
      }
    })

    it('learns nobody’s address but their own', async () => {
      const { provider, ada } = world
      const own = (await provider.getSelf(ada.call()))?.addresses.map(({ value }) => value) ?? []
      const told = await Promise.all(
        ada.rows.map(async ({ conversation }) => [
          conversation,
          await provider.listParticipants(conversation, { limit: 100, after: null }, ada.call()),
          await provider.listMessages(conversation.ref, { limit: 100, from: null, direction: 'older' }, ada.call()),
        ]),
      )
      for (const address of addressesIn(told)) expect(own).toContain(address)
    })

    it('is answered about what is not theirs as about what is not there, in as many calls', async () => {
      const { ada } = world
      for (const [what, ask] of Object.entries(QUESTIONS)) {
        const foreign = await answerOf(world, ask, foreignSubject(world))
        const absent = await answerOf(world, ask, absentSubject(world, endUsers))
        expect({ what, ...foreign }).toEqual({ what, ...absent })
        expect({ what, told: JSON.stringify(foreign) }).not.toMatchObject({
          told: expect.stringContaining(world.foreign.conversation.externalId),
        })
      }
      expect(ada.rows.length).toBeGreaterThan(1)
    })

    it('can do nothing to what is not theirs, and learns no more from trying', async () => {
      const before = await world.writes()
      for (const [what, act] of Object.entries(ACTS)) {
        const foreign = await answerOf(world, act, foreignSubject(world))
        const absent = await answerOf(world, act, absentSubject(world, endUsers))
        expect({ what, ...foreign }).toEqual({ what, ...absent })
        expect({ what, failed: failed(foreign.answer) }).toEqual({ what, failed: true })
      }
      expect(await world.writes()).toBe(before)
    })

    it('can do nothing to a message of others by putting it into a conversation of their own', async () => {
      const { ada, foreignMessage } = world
      const before = await world.writes()
      const [own] = ada.rows
      for (const what of ['editMessage', 'deleteMessage', 'read up to', 'unread from'] as const) {
        const about = (native: string) => ({
          conversation: own!.conversation,
          message: { kind: 'message', conversation: own!.conversation.ref, native } as const,
          person: ada.ref,
        })
        const foreign = await answerOf(world, ACTS[what]!, about(foreignMessage.native))
        const absent = await answerOf(world, ACTS[what]!, about(endUsers.absent.message))
        expect({ what, ...foreign }).toEqual({ what, ...absent })
        expect(failed(foreign.answer)).toBe(true)
      }
      expect(await world.writes()).toBe(before)
    })

    it('knows nothing of how the team is made up, nor whom else it talks with', async () => {
      const { provider, ada } = world
      const call = ada.call()
      expect(
        await Promise.all([provider.listAgents(call), provider.listTeams(call), provider.listLabels(call)]),
      ).toEqual([null, null, null])
      await expect(provider.searchPeople(null, { limit: 5, after: null }, call)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        facts: { capability: 'PEOPLE_SEARCH' },
      })
    })

    it('gets no byte of another’s in 1,000 reads that run among each other’s', async () => {
      const { provider, ada, eve } = world
      const canaries = { ada: canary(), eve: canary() }
      await sayWhereAlone(world, ada, eve, canaries.ada)
      await sayWhereAlone(world, eve, ada, canaries.eve)
      const reads = Object.values(QUESTIONS)
      let leaked = 0
      const ask = async (turn: number): Promise<void> => {
        const [visitor, other] = turn % 2 === 0 ? [ada, canaries.eve] : [eve, canaries.ada]
        const owner = turn % 3 === 0 ? visitor : turn % 4 < 2 ? ada : eve
        const row = owner.rows[turn % owner.rows.length]!
        const told = await settled(() =>
          reads[turn % reads.length]!(provider, visitor.call(), subjectOf(row.conversation, owner.ref)),
        )
        if (JSON.stringify(told).includes(other)) leaked += 1
      }
      for (let turn = 0; turn < 1_000; turn += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, step) => ask(turn + step)))
      }
      expect(leaked).toBe(0)
      const seen = await Promise.all(
        [ada, eve].map((visitor) => provider.listConversations({}, { limit: 100, after: null }, visitor.call())),
      )
      expect(seen.map((page) => JSON.stringify(page)).map((text) => text.includes(canaries.ada))).toEqual([true, false])
      expect(seen.map((page) => JSON.stringify(page)).map((text) => text.includes(canaries.eve))).toEqual([false, true])
    })
  })
}

/** Where a team looks, what happened to the conversation is its own. */
function isPublic({ audience, isDraft, kind }: Message): boolean {
  return audience === 'public' && !isDraft && kind !== 'activity'
}

async function allMessages(provider: Provider, ref: ConversationRef, call: CallContext): Promise<readonly Message[]> {
  const { rows } = await walk(
    ({ limit, after }) => provider.listMessages(ref, { limit, from: after, direction: 'newer' }, call),
    { limit: 50 },
  )
  return rows.map(({ item }) => item)
}

async function sayWhereAlone({ say }: World, visitor: Visitor, other: Visitor, text: string): Promise<void> {
  const alone = visitor.truth.filter(({ people }) => !people.includes(other.id))
  for (const { id } of alone) await say(id, visitor.id, text)
}

function canary(): string {
  return `canary-${crypto.randomUUID()}`
}

function addressesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('addresses' in value && Array.isArray(value.addresses)) {
    return [
      ...value.addresses.map(({ value: address }) => String(address)),
      ...Object.values(value).flatMap(addressesIn),
    ]
  }
  return Object.values(value).flatMap(addressesIn)
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import {
  type Actor,
  type CallContext,
  type Conversation,
  type ConversationForViewer,
  type ConversationRef,
  type Message,
  type MessageRef,
  type PersonRef,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { type TrueConversation, type Vendor, walk } from './desk.ts'

/** What has to be known of a provider to try it with two of its end users, as data. */
export interface EndUsers {
  start(): Promise<Vendor>
  /** Two who have conversations that the other one does not have, by the names under which the vendor knows them. */
  readonly names: readonly [string, string]
  personRef(id: string): PersonRef
  /** Well formed, but given to nobody. */
  readonly absent: { readonly conversation: string; readonly message: string; readonly person: PersonRef }
  /** Who sees what the end user does not; null: nobody sees more. */
  readonly team: Actor | null
}

interface World {
  readonly provider: Provider
  readonly ada: Visitor
  readonly eve: Visitor
  /** Of Eve's, not of Ada's. */
  readonly foreign: ConversationForViewer
  readonly foreignMessage: MessageRef
  writes(): Promise<number>
  say(conversation: string, person: string, text: string): Promise<void>
  close(): Promise<void>
}

interface Visitor {
  readonly id: string
  readonly ref: PersonRef
  readonly truth: readonly TrueConversation[]
  readonly rows: readonly ConversationForViewer[]
  call(): CallContext
}

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

interface Subject {
  readonly conversation: Conversation
  readonly message: MessageRef
  readonly person: PersonRef
}

type Ask = (provider: Provider, call: CallContext, subject: Subject) => Promise<unknown>

const PAGE = { limit: 5, after: null } as const

/** Every read that names something. */
const QUESTIONS: Readonly<Record<string, Ask>> = {
  getConversations: (provider, call, { conversation }) => provider.getConversations([conversation.ref], call),
  'getConversations of several': (provider, call, { conversation }) =>
    provider.getConversations([conversation.ref, conversation.ref], call),
  findConversation: (provider, call, { conversation }) => provider.findConversation(conversation.externalId, call),
  'listMessages older': (provider, call, { conversation }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: null, direction: 'older' }, call),
  'listMessages newer': (provider, call, { conversation }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: null, direction: 'newer' }, call),
  'listMessages from one': (provider, call, { conversation, message }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: message, direction: 'newer' }, call),
  getMessages: (provider, call, { message }) => provider.getMessages([message], call),
  listParticipants: (provider, call, { conversation }) => provider.listParticipants(conversation, PAGE, call),
  listHorizons: (provider, call, { conversation }) => provider.listHorizons(conversation, call),
  listLabelsOf: (provider, call, { conversation }) => provider.listLabelsOf(conversation, call),
  getPeople: (provider, call, { person }) => provider.getPeople([person], call),
  listConversationsOf: (provider, call, { person }) => provider.listConversationsOf(person, PAGE, call),
  'listConversations with somebody': (provider, call, { person }) => provider.listConversations({ person }, PAGE, call),
}

const DRAFT = { text: 'let me in', attachments: [], replyTo: null, audience: 'public' } as const
const LATEST = { kind: 'latest' } as const

/** Every act that names something. */
const ACTS: Readonly<Record<string, Ask>> = {
  send: ({ acts }, call, { conversation }) =>
    acts.send(conversation.ref, { draft: DRAFT, clientMessageId: crypto.randomUUID() }, call),
  note: ({ acts }, call, { conversation }) =>
    acts.send(conversation.ref, { draft: { ...DRAFT, audience: 'internal' }, clientMessageId: 'one' }, call),
  editMessage: ({ acts }, call, { message }) => acts.editMessage(message, 'changed', call),
  deleteMessage: ({ acts }, call, { message }) => acts.deleteMessage(message, false, call),
  retryMessage: ({ acts }, call, { message }) => acts.retryMessage(message, call),
  read: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'read', position: LATEST, visibility: null }, call),
  'read up to': ({ acts }, call, { conversation, message }) =>
    acts.mark(
      { conversation: conversation.ref, kind: 'read', position: { kind: 'message', message }, visibility: null },
      call,
    ),
  unread: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'unread', position: LATEST, visibility: null }, call),
  'unread from': ({ acts }, call, { conversation, message }) =>
    acts.mark(
      { conversation: conversation.ref, kind: 'unread', position: { kind: 'message', message }, visibility: null },
      call,
    ),
  delivered: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'delivered', position: LATEST, visibility: null }, call),
  close: ({ acts }, call, { conversation }) => acts.updateConversation(conversation.ref, { status: 'closed' }, call),
  label: ({ acts }, call, { conversation }) => acts.updateConversation(conversation.ref, { addLabels: ['x'] }, call),
  'let in': ({ acts }, call, { conversation, person }) => acts.changeParticipants(conversation.ref, [person], [], call),
  'show out': ({ acts }, call, { conversation, person }) =>
    acts.changeParticipants(conversation.ref, [], [person], call),
  'delete for me': ({ acts }, call, { conversation }) => acts.deleteConversation(conversation.ref, 'for-me', call),
  'delete for everyone': ({ acts }, call, { conversation }) =>
    acts.deleteConversation(conversation.ref, 'for-everyone', call),
  typing: ({ acts }, call, { conversation }) => acts.setTyping(conversation.ref, true, call),
}

/** What an act or a question came to, as Ada may tell, and how many calls it took. */
async function answerOf({ provider, ada }: World, ask: Ask, subject: Subject) {
  const call = ada.call()
  const before = call.budget.remaining
  const answer = await settled(() => ask(provider, call, subject))
  return { answer, calls: before - call.budget.remaining }
}

/** Errors as far as clients are told of them. */
async function settled(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return tellable(await ask())
  } catch (error) {
    return tellable(error)
  }
}

function tellable(value: unknown): unknown {
  if (value instanceof ProviderError) {
    const { cause: _, ...facts } = value.facts
    return { code: value.code, facts }
  }
  if (Array.isArray(value)) return value.map(tellable)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tellable(one)]))
}

/** Thrown, or the only part of a change. */
function failed(answer: unknown): boolean {
  return JSON.stringify(answer).includes('"code":')
}

function foreignSubject({ foreign, foreignMessage, eve }: World): Subject {
  return { conversation: foreign.conversation, message: foreignMessage, person: eve.ref }
}

function absentSubject({ foreign }: World, { absent }: EndUsers): Subject {
  const { conversation, message, person } = absent
  const ref: ConversationRef = { ...foreign.conversation.ref, native: conversation }
  return {
    conversation: { ...foreign.conversation, ref, externalId: conversation },
    message: { kind: 'message', conversation: ref, native: message },
    person,
  }
}

function subjectOf(conversation: Conversation, person: PersonRef): Subject {
  const message = conversation.lastMessage?.message
  const none = { kind: 'message', conversation: conversation.ref, native: '1' } as const
  return { conversation, message: message ?? none, person }
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

async function openWorld({ start, names, personRef }: EndUsers): Promise<World> {
  const { emulator, create } = await start()
  const provider = create()
  const control = `${emulator.url}/__control`
  const state = (await (await fetch(`${control}/state`)).json()) as EmulatorState
  const [ada, eve] = await Promise.all(
    names.map((name) => visitorOf(state.people.find((one) => one.name === name)!.id, { state, provider, personRef })),
  )
  const foreign = eve!.rows.find(({ conversation }) => ada!.truth.every(({ id }) => id !== conversation.externalId))!
  const { messages } = eve!.truth.find(({ id }) => id === foreign.conversation.externalId)!
  return {
    provider,
    ada: ada!,
    eve: eve!,
    foreign,
    foreignMessage: { kind: 'message', conversation: foreign.conversation.ref, native: messages[0]!.id },
    writes: async () => {
      const { requests } = (await (await fetch(`${control}/requests`)).json()) as { requests: { method: string }[] }
      return requests.filter(({ method }) => method !== 'GET').length
    },
    say: async (conversation, person, text) => {
      await fetch(`${control}/say`, { method: 'POST', body: JSON.stringify({ conversation, person, text }) })
    },
    close: async () => {
      await provider.close()
      await emulator.close()
    },
  }
}

async function visitorOf(
  id: string,
  { state, provider, personRef }: { state: EmulatorState; provider: Provider; personRef: EndUsers['personRef'] },
): Promise<Visitor> {
  const ref = personRef(id)
  const actor: Actor = { kind: 'end-user', person: ref, credential: null }
  const call = (): CallContext => ({
    actor,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(1_000),
  })
  const { rows } = await provider.listConversations({}, { limit: 100, after: null }, call())
  const truth = state.conversations.filter(({ people }) => people.includes(id))
  return { id, ref, truth, rows: rows.map(({ item }) => item), call }
}

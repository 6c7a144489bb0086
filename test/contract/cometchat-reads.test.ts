import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FOREIGN_GROUP, LARGE_GROUP, SILENT_GROUP } from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import { directRef, groupRef, personRef } from '../../providers/cometchat/refs.ts'
import {
  CAPABILITIES,
  type ConversationFilter,
  type ConversationForViewer,
  type ConversationRef,
  type Message,
  type MessageRef,
  type MessageWalk,
  type Page,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { type CometChatApp, callBy, callOf, startCometChatApp, walkToTheEnd } from '../support/cometchat-app.ts'

const apps: CometChatApp[] = []

async function start(...options: Parameters<typeof startCometChatApp>): Promise<CometChatApp> {
  const app = await startCometChatApp(...options)
  apps.push(app)
  return app
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

interface Told {
  readonly conversationId: string
  readonly unreadMessageCount?: string
  readonly updatedAt: number
  readonly conversationWith: { readonly uid?: string; readonly guid?: string }
}

async function toldTo(app: CometChatApp, uid: string): Promise<readonly Told[]> {
  return (await app.ask(uid, '/conversations?perPage=1000')) as readonly Told[]
}

function idsOf(rows: readonly { readonly item: ConversationForViewer }[]): readonly string[] {
  return rows.map(({ item }) => item.conversation.externalId)
}

function listAll(provider: Provider, filter: ConversationFilter = {}, pages = { limit: 100 }) {
  return walkToTheEnd((page) => provider.listConversations(filter, page, callOf()), pages)
}

function answered<T>(answer: T | ProviderError | undefined): T {
  if (answer === undefined || answer instanceof ProviderError) throw answer ?? new Error('no answer')
  return answer
}

/** The acting user's longest conversation of that kind, as the vendor has it. */
async function longest(app: CometChatApp, kind: 'direct' | 'group') {
  const told = (await toldTo(app, 'nora')).filter(
    ({ conversationWith }) => (kind === 'direct') === 'uid' in conversationWith,
  )
  const { conversations } = await app.state()
  const [found] = conversations
    .filter(({ id }) => told.some(({ conversationId }) => conversationId === id) && id !== `group_${LARGE_GROUP}`)
    .toSorted((a, b) => b.messages.length - a.messages.length)
  const other = told.find(({ conversationId }) => conversationId === found?.id)?.conversationWith
  if (found === undefined || other === undefined) throw new Error('there is no such conversation')
  const ref = other.uid ? directRef('shop', 'nora', other.uid) : groupRef('shop', other.guid ?? '')
  return { ...found, ref, path: other.uid ? `/users/${other.uid}` : `/groups/${other.guid}` }
}

describe('the conversations of a CometChat user', () => {
  it.each([{ limit: 100 }, { limit: 25 }, { limit: 7, use: 3 }, { limit: 1 }])(
    'come all, once each, in the order of their last change, in pages of %j',
    async (pages) => {
      const app = await start()
      const told = await toldTo(app, 'nora')
      const rows = await listAll(app.provider, {}, pages)
      expect(told.length).toBeGreaterThan(60)
      expect(idsOf(rows)).toEqual(told.map(({ conversationId }) => conversationId))
      const keys = rows.map(({ sortKey }) => sortKey)
      expect(keys).toEqual(keys.toSorted().toReversed())
    },
  )

  it('come once each while others go on writing', async () => {
    const app = await start()
    const before = await toldTo(app, 'nora')
    const writers = before.flatMap(({ conversationId, conversationWith: { uid } }) =>
      uid && !['walter', 'wang'].includes(uid) ? [{ conversation: conversationId, person: uid }] : [],
    )
    const spoken = new Set<string>()
    let turn = 0
    const rows = await walkToTheEnd(
      async (page) => {
        for (const step of [0, 11, 29]) {
          const writer = writers[(turn * 7 + step) % writers.length]
          if (writer) await app.act('say', { ...writer, text: 'And another thing' })
          if (writer) spoken.add(writer.conversation)
        }
        turn += 1
        return app.provider.listConversations({}, page, callOf())
      },
      { limit: 10 },
    )
    const ids = idsOf(rows)
    expect(new Set(ids).size).toBe(ids.length)
    const silent = before.map(({ conversationId }) => conversationId).filter((id) => !spoken.has(id))
    expect(ids.filter((id) => !spoken.has(id))).toEqual(silent)
  })

  it('cost one call a page, and one more for the own profile', async () => {
    const app = await start()
    const first = await app.provider.listConversations({}, { limit: 25, after: null }, callOf())
    expect(await app.requests()).toHaveLength(2)
    const after = first.rows.at(-1)?.cursor ?? null
    await app.provider.listConversations({}, { limit: 25, after }, callOf())
    expect(await app.requests()).toHaveLength(1)
  })

  it('cannot be listed for somebody who is not there', async () => {
    const app = await start()
    const list = app.provider.listConversations({}, { limit: 5, after: null }, callOf('nobody'))
    await expect(list).rejects.toMatchObject({ code: 'NOT_FOUND', facts: { providerCode: 'ERR_UID_NOT_FOUND' } })
  })

  it('read alone say what the list said, but for the tags', async () => {
    const app = await start()
    const rows = await listAll(app.provider)
    const refs = rows.map(({ item }) => item.conversation.ref)
    const alone = await app.provider.getConversations(refs, callOf())
    for (const [index, { item }] of rows.entries()) {
      expect(answered(alone[index])).toEqual({ ...item, viewer: { ...item.viewer, labels: undefined } })
    }
  })

  it('fail each for itself', async () => {
    const app = await start()
    const refs = [
      directRef('shop', 'nora', 'ada'),
      directRef('shop', 'nora', 'vera'),
      directRef('shop', 'ada', 'grace'),
      groupRef('shop', FOREIGN_GROUP),
      groupRef('shop', SILENT_GROUP),
      groupRef('shop', 'front-desk'),
    ]
    const answers = await app.provider.getConversations(refs, callOf())
    expect(answers.map((answer) => (answer instanceof ProviderError ? answer.code : 'found'))).toEqual([
      'found',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
      'NOT_FOUND',
      'found',
    ])
  })

  it('are found by the id that CometChat shows, by one call', async () => {
    const app = await start()
    await app.provider.getSelf(callOf())
    await app.requests()
    const found = await app.provider.findConversation('mirror_user_test_user_nora', callOf())
    expect(found?.conversation.ref).toEqual(directRef('shop', 'nora', 'mirror_user_test'))
    expect(await app.requests()).toEqual(['GET /conversations/mirror_user_test_user_nora'])
    expect(await app.provider.findConversation('group_front-desk', callOf())).not.toBeNull()
    for (const id of ['ada_user_grace', '', '..', '\ud800', 'a/b?c#d']) {
      expect(await app.provider.findConversation(id, callOf())).toBeNull()
    }
  })

  it('have one name for both sides', async () => {
    const app = await start()
    const ref = directRef('shop', 'nora', 'ada')
    const [nora, ada] = await Promise.all(
      ['nora', 'ada'].map(async (uid) => answered((await app.provider.getConversations([ref], callOf(uid)))[0])),
    )
    expect(nora?.conversation.ref).toEqual(ada?.conversation.ref)
    expect([nora?.conversation.title, ada?.conversation.title]).toEqual(['Ada Lovelace', 'Nora Admin'])
  })

  it('belong to nobody where there is nobody to act as', async () => {
    const app = await start()
    const list = app.provider.listConversations({}, { limit: 5, after: null }, callBy({ kind: 'service' }))
    await expect(list).rejects.toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'LIST_CONVERSATIONS' } })
    expect(await app.requests()).toEqual([])
    expect(app.provider.capabilities({ kind: 'service' }, null).LIST_CONVERSATIONS.level).toBe('unsupported')
    expect(await app.provider.getSelf(callBy({ kind: 'service' }))).toBeNull()
  })
})

describe('a CometChat of which little works', () => {
  async function serve(answer: (request: IncomingMessage) => readonly [status: number, body: string]) {
    const requests: IncomingMessage[] = []
    const server = createServer((request, response) => {
      requests.push(request)
      const [status, body] = answer(request)
      response.writeHead(status).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`
    const settings = { appId: '1', region: 'us', baseUrl, apiKey: 'the-key', actAs: 'alice', paidFilters: true }
    const provider = cometChat.create('shop', cometChat.settings.parse(settings))
    const close = async () => {
      await provider.close()
      server.close()
    }
    return { provider, requests, close }
  }

  const row = { conversationId: 'alice_user_bob', conversationType: 'user', createdAt: 1, updatedAt: 2 }
  const list = JSON.stringify({ data: [{ ...row, conversationWith: { uid: 'bob', name: 'Bob' } }] })

  it('lists conversations although the own profile cannot be had', async () => {
    const { provider, close } = await serve(({ url }) => (url?.includes('/users/') ? [500, 'down'] : [200, list]))
    const { rows } = await provider.listConversations({}, { limit: 5, after: null }, callOf())
    const people = rows[0]?.item.conversation.featuredParticipants.map(({ person }) => person)
    expect(people).toMatchObject([
      { externalId: 'bob', displayName: 'Bob' },
      { externalId: 'alice', displayName: null, details: undefined },
    ])
    await close()
  })

  it('is always told for whom, by which key and what exactly is asked', async () => {
    const { provider, requests, close } = await serve(() => [200, list])
    const filter = { unreadOnly: true, labelsAny: ['vip', 'new'], text: 'Bob & co' }
    await provider.listConversations(filter, { limit: 5, after: null }, callOf('Carol'))
    const asked = requests.find(({ url }) => url?.startsWith('/v3/conversations?'))
    expect(asked?.headers).toMatchObject({ apikey: 'the-key', onbehalfof: 'carol' })
    expect(Object.fromEntries(new URL(asked?.url ?? '', 'http://x').searchParams)).toEqual({
      perPage: '6',
      page: '1',
      withTags: 'true',
      tags: 'vip,new',
      unread: 'true',
      searchKey: 'Bob & co',
    })
    expect(requests.every(({ headers }) => headers.onbehalfof === 'carol')).toBe(true)
    await close()
  })

  it('refuses with status 200 too', async () => {
    const { provider, close } = await serve(() => [200, '{"error":{"code":"ERR_UID_NOT_FOUND"}}'])
    expect(await provider.findConversation('alice_user_bob', callOf())).toBeNull()
    await close()
  })

  it('does not count what a server key may not count', async () => {
    const totals = { conversations: null, messages: null, complete: false }
    const refusals = [
      [403, '{"error":{"code":"AUTH_ERR_NO_ACCESS"}}'] as const,
      [200, '{"data":[{"id":"1"}]}'] as const,
    ]
    for (const answer of refusals) {
      const { provider, close } = await serve(() => answer)
      expect(await provider.countUnread(callOf())).toEqual(totals)
      await close()
    }
  })
})

describe('a filter of CometChat conversations', () => {
  const one = (provider: Provider, filter: ConversationFilter) =>
    provider.listConversations(filter, { limit: 10, after: null }, callOf())

  it('of statuses and channels takes all or none', async () => {
    const app = await start()
    expect((await one(app.provider, { statuses: ['open', 'closed'], channelTypes: ['in-app'] })).rows).toHaveLength(10)
    await app.requests()
    expect((await one(app.provider, { statuses: ['closed'] })).rows).toEqual([])
    expect(await one(app.provider, { channelTypes: ['email'] })).toMatchObject({ rows: [], unsupported: [] })
    expect(await app.requests()).toEqual([])
  })

  it('of labels finds the viewer’s tags, which the list can be asked for again', async () => {
    const app = await start()
    const rows = await listAll(app.provider)
    const tag = rows.flatMap(({ item }) => item.viewer.labels ?? [])[0] ?? ''
    const tagged = rows.filter(({ item }) => item.viewer.labels?.includes(tag))
    const [first] = tagged
    expect(idsOf(await listAll(app.provider, { labelsAny: [tag] }))).toEqual(idsOf(tagged))
    expect(first && (await app.provider.listLabelsOf(first.item.conversation, callOf()))).toContain(tag)
  })

  it.each([
    ['by a scan', {}],
    ['by the plan', { paidFilters: true }],
  ])('of unread ones is the same %s', async (_, settings) => {
    const app = await start({}, settings)
    const unread = (await toldTo(app, 'nora')).filter(({ unreadMessageCount }) => Number(unreadMessageCount ?? 0) > 0)
    expect(unread.length).toBeGreaterThan(3)
    const rows = await listAll(app.provider, { unreadOnly: true }, { limit: 3 })
    expect(idsOf(rows)).toEqual(unread.map(({ conversationId }) => conversationId))
  })

  it('that the plan refuses is named', async () => {
    const app = await start({ paidPlan: false }, { paidFilters: true })
    const refused = await one(app.provider, { unreadOnly: true, text: 'Ada' })
    expect(refused).toMatchObject({ rows: [], unsupported: ['FILTER_UNREAD', 'FILTER_TEXT'] })
  })

  it('of text needs the plan and finds names only', async () => {
    const plain = await start()
    expect(await one(plain.provider, { text: 'ada' })).toMatchObject({ rows: [], unsupported: ['FILTER_TEXT'] })
    const paid = await start({}, { paidFilters: true })
    const found = await one(paid.provider, { text: 'ada' })
    expect(found.complete).toBe(false)
    expect(idsOf(found.rows)).toContain('ada_user_nora')
  })

  it('of a person finds the conversation of the two', async () => {
    const app = await start()
    const ada = personRef('shop', 'ada')
    const found = await one(app.provider, { person: ada })
    expect(idsOf(found.rows)).toEqual(['ada_user_nora'])
    const after = found.rows[0]?.cursor ?? null
    expect((await app.provider.listConversations({ person: ada }, { limit: 1, after }, callOf())).rows).toEqual([])
    expect(idsOf((await one(app.provider, { person: { kind: 'external', externalId: 'Ada' } })).rows)).toHaveLength(1)
    expect((await one(app.provider, { person: personRef('shop', 'vera') })).rows).toEqual([])
    const byMail = await one(app.provider, { person: { kind: 'email', email: 'ada@example.com' } })
    expect(byMail).toMatchObject({ rows: [], unsupported: ['FILTER_PERSON'] })
  })

  it('of a person and a label looks through the tagged ones', async () => {
    const app = await start()
    const rows = await listAll(app.provider)
    const tagged = rows.find(({ item }) => item.viewer.labels?.length && item.conversation.kind === 'direct')
    const person = tagged?.item.conversation.featuredParticipants[0]?.person.ref
    const labelsAny = tagged?.item.viewer.labels ?? []
    expect(idsOf(await listAll(app.provider, { labelsAny, ...(person && { person }) }))).toEqual([
      tagged?.item.conversation.externalId,
    ])
  })

  it('of time ends the walk', async () => {
    const app = await start()
    const told = await toldTo(app, 'nora')
    const updatedAt = told[12]?.updatedAt ?? 0
    const newer = told.filter((row) => row.updatedAt > updatedAt)
    const rows = await listAll(app.provider, { updatedAfter: new Date(updatedAt * 1000) }, { limit: 5 })
    expect(idsOf(rows)).toEqual(newer.map(({ conversationId }) => conversationId))
  })

  it('of assignees does not exist', async () => {
    const app = await start()
    expect(await one(app.provider, { assignee: 'me' })).toMatchObject({ rows: [], unsupported: ['FILTER_ASSIGNEE'] })
  })
})

describe('the messages of a CometChat conversation', () => {
  const read = (provider: Provider, ref: ConversationRef, walk: MessageWalk) =>
    provider.listMessages(ref, walk, callOf())

  function walk(provider: Provider, ref: ConversationRef, direction: MessageWalk['direction'], limit: number) {
    return walkToTheEnd<Message>(
      (page) => read(provider, ref, { limit: page.limit, from: page.after, direction }) as Promise<Page<Message>>,
      { limit },
    )
  }

  it.each(['direct', 'group'] as const)('of a %s one come all, both ways', async (kind) => {
    const app = await start()
    const { ref, path } = await longest(app, kind)
    const all = (await app.ask('nora', `${path}/messages?affix=append&limit=1000`)) as readonly {
      readonly id: string
    }[]
    const ids = all.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(kind === 'direct' ? 100 : 20)
    const newer = await walk(app.provider, ref, 'newer', 17)
    const older = await walk(app.provider, ref, 'older', 17)
    expect(newer.map(({ item }) => item.externalId)).toEqual(ids)
    expect(older.map(({ item }) => item.externalId)).toEqual(ids.toReversed())
    const keys = newer.map(({ sortKey }) => sortKey)
    expect(keys).toEqual(keys.toSorted())
  })

  it('make a window around one of them by two walks', async () => {
    const app = await start()
    const { ref } = await longest(app, 'direct')
    const newer = await walk(app.provider, ref, 'newer', 100)
    const middle = newer[40]?.item.ref as MessageRef
    const [before, from] = await Promise.all([
      read(app.provider, ref, { limit: 5, from: middle, direction: 'older' }),
      read(app.provider, ref, { limit: 5, from: middle, direction: 'newer' }),
    ])
    const window = [...before.rows.toReversed(), ...from.rows].map(({ item }) => item.externalId)
    expect(window).toEqual(newer.slice(35, 45).map(({ item }) => item.externalId))
  })

  it('cost one call a page and know whether there are more', async () => {
    const app = await start()
    const { ref } = await longest(app, 'direct')
    const total = (await walk(app.provider, ref, 'newer', 900)).length
    await app.requests()
    const whole = await read(app.provider, ref, { limit: total, from: null, direction: 'older' })
    const part = await read(app.provider, ref, { limit: total - 1, from: null, direction: 'older' })
    expect([whole.hasMore, part.hasMore]).toEqual([false, true])
    expect(await app.requests()).toHaveLength(2)
  })

  it('read by id carry everybody’s receipts', async () => {
    const app = await start()
    const { ref, id } = await longest(app, 'group')
    const { message } = (await app.act('say', { conversation: id, person: 'nora', text: 'Who reads this?' })) as {
      readonly message: string
    }
    const members = (await app.state()).conversations.find((conversation) => conversation.id === id)?.people ?? []
    const reader = members.find((person) => person !== 'nora') ?? ''
    await app.act('read', { conversation: id, person: reader })
    const [single] = await app.provider.getMessages([{ kind: 'message', conversation: ref, native: message }], callOf())
    const receipts = answered(single).receipts ?? []
    expect(receipts.filter(({ kind }) => kind === 'read').map(({ holder }) => holder)).toEqual([
      personRef('shop', reader),
    ])
    const listed = await read(app.provider, ref, { limit: 1, from: null, direction: 'older' })
    expect(listed.rows[0]?.item.receipts).toBeUndefined()
  })

  it('are found only in their own conversation, and by those in it', async () => {
    const app = await start()
    const { ref } = await longest(app, 'direct')
    const [row] = (await read(app.provider, ref, { limit: 1, from: null, direction: 'older' })).rows
    const native = row?.item.externalId ?? ''
    const elsewhere = { kind: 'message', conversation: groupRef('shop', 'front-desk'), native } as const
    const here = { kind: 'message', conversation: ref, native } as const
    const answers = await app.provider.getMessages([here, elsewhere], callOf())
    const foreign = await app.provider.getMessages([here], callOf('quinn'))
    expect(answers[0]).toMatchObject({ externalId: native })
    expect([...answers.slice(1), ...foreign]).toMatchObject([{ code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }])
  })

  it.each(['x', 'e30', ''])('refuse the cursor %j', async (from) => {
    const app = await start()
    const walking = read(app.provider, directRef('shop', 'nora', 'ada'), { limit: 5, from, direction: 'older' })
    await expect(walking).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('who has read how far', () => {
  it('is told of the other one of two by one page', async () => {
    const app = await start()
    const ref = directRef('shop', 'nora', 'ada')
    const { message } = (await app.act('say', {
      conversation: 'ada_user_nora',
      person: 'nora',
      text: 'Your book is here.',
    })) as { readonly message: string }
    await app.act('read', { conversation: 'ada_user_nora', person: 'ada' })
    await app.act('say', { conversation: 'ada_user_nora', person: 'ada', text: 'Thank you!' })
    const conversation = answered((await app.provider.getConversations([ref], callOf()))[0]).conversation
    expect(conversation.horizonsComplete).toBe(false)
    await app.requests()
    const horizons = await app.provider.listHorizons(conversation, callOf())
    expect(await app.requests()).toHaveLength(1)
    const readByAda = horizons.find(
      ({ holder, kind }) => kind === 'read' && (holder as { native: string }).native === 'ada',
    )
    expect(readByAda).toMatchObject({ precision: 'up-to-message', upToMessage: { native: message } })
    expect(readByAda?.occurredAt).not.toBeNull()
  })

  it('is told of the members of a group by two calls', async () => {
    const app = await start()
    const { ref, id } = await longest(app, 'group')
    await app.act('say', { conversation: id, person: 'nora', text: 'Who reads this?' })
    const members = (await app.state()).conversations.find((conversation) => conversation.id === id)?.people ?? []
    const readers = members.filter((person) => person !== 'nora').slice(0, 2)
    for (const person of readers) await app.act('read', { conversation: id, person })
    const conversation = answered((await app.provider.getConversations([ref], callOf()))[0]).conversation
    await app.requests()
    const horizons = await app.provider.listHorizons(conversation, callOf())
    expect(await app.requests()).toHaveLength(2)
    const holders = horizons
      .filter(({ kind }) => kind === 'read')
      .map(({ holder }) => (holder as { native: string }).native)
    expect(holders).toEqual(expect.arrayContaining([...readers]))
  })

  it('is not asked above 300 members', async () => {
    const app = await start()
    const ref = groupRef('shop', LARGE_GROUP)
    const { conversation, viewer } = answered((await app.provider.getConversations([ref], callOf()))[0])
    await app.requests()
    expect(conversation).toMatchObject({ receiptModel: 'none', horizonsComplete: true })
    expect(viewer.unread?.precision).toBe('stale')
    expect(await app.provider.listHorizons(conversation, callOf())).toEqual([])
    expect(await app.requests()).toEqual([])
    const { READ_HORIZONS, UNREAD_COUNT } = app.provider.capabilities(callOf().actor, conversation)
    expect([READ_HORIZONS.level, UNREAD_COUNT.level]).toEqual(['unsupported', 'partial'])
  })
})

describe('the people of a CometChat app', () => {
  it('of a conversation of two cost nothing once the list was read', async () => {
    const app = await start()
    const { rows } = await app.provider.listConversations({}, { limit: 5, after: null }, callOf())
    const direct = rows.find(({ item }) => item.conversation.kind === 'direct')?.item.conversation
    await app.requests()
    const participants = direct && (await app.provider.listParticipants(direct, { limit: 10, after: null }, callOf()))
    expect(participants?.rows.map(({ item }) => item)).toEqual(direct?.featuredParticipants)
    expect(participants?.hasMore).toBe(false)
    expect(await app.requests()).toEqual([])
  })

  it('of a group come all, with what they are there', async () => {
    const app = await start()
    const [group] = await app.provider.getConversations([groupRef('shop', LARGE_GROUP)], callOf())
    if (group === undefined || group instanceof ProviderError) throw group
    const rows = await walkToTheEnd((page) => app.provider.listParticipants(group.conversation, page, callOf()), {
      limit: 90,
      use: 50,
    })
    const people = (await app.state()).conversations.find(({ id }) => id === `group_${LARGE_GROUP}`)?.people ?? []
    expect(rows.map(({ item }) => item.person.externalId).toSorted()).toEqual(people.toSorted())
    expect(rows.every(({ item }) => item.role !== null && item.joinedAt !== null)).toBe(true)
  })

  it('are read each for itself, in order', async () => {
    const app = await start()
    const people = await app.provider.getPeople(
      ['grace', 'gone', 'ada'].map((uid) => personRef('shop', uid)),
      callOf(),
    )
    expect(people).toMatchObject([
      { displayName: 'Grace Hopper' },
      { code: 'NOT_FOUND', facts: { providerCode: 'ERR_UID_NOT_FOUND' } },
      { displayName: 'Ada Lovelace' },
    ])
  })

  it('are found by the beginning of a name, also by a service', async () => {
    const app = await start()
    const call = callBy({ kind: 'service' })
    const { rows } = await app.provider.searchPeople('grace', { limit: 10, after: null }, call)
    expect(rows.map(({ item }) => item.displayName)).toContain('Grace Hopper')
    const all = await walkToTheEnd((page) => app.provider.searchPeople(null, page, call), { limit: 60 })
    expect(new Set(all.map(({ item }) => item.externalId)).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(300)
  })

  it('lead to the conversation with them, if there is one', async () => {
    const app = await start()
    const of = (uid: string) =>
      app.provider.listConversationsOf(personRef('shop', uid), { limit: 5, after: null }, callOf())
    expect(idsOf((await of('ada')).rows)).toEqual(['ada_user_nora'])
    expect((await of('vera')).rows).toEqual([])
  })

  it('include the actor', async () => {
    const app = await start()
    expect(await app.provider.getSelf(callOf())).toMatchObject({ externalId: 'nora', displayName: 'Nora Admin' })
    expect(await app.provider.getSelf(callOf('Piet'))).toMatchObject({ externalId: 'piet' })
  })
})

describe('a CometChat account', () => {
  it('counts what waits for the actor', async () => {
    const app = await start()
    const waiting = (await toldTo(app, 'nora')).map(({ unreadMessageCount }) => Number(unreadMessageCount ?? 0))
    expect(await app.provider.countUnread(callOf())).toEqual({
      conversations: waiting.filter((count) => count > 0).length,
      messages: waiting.reduce((sum, count) => sum + count, 0),
      complete: true,
    })
  })

  it('has one channel and none of what teams have', async () => {
    const { provider } = await start()
    expect(await provider.listChannels(callOf())).toMatchObject([{ type: 'in-app' }])
    expect(await provider.listAgents(callOf())).toBeNull()
    expect(await provider.listTeams(callOf())).toBeNull()
    expect(await provider.listLabels(callOf())).toBeNull()
  })

  it('tells its quota once it was asked something', async () => {
    const { provider } = await start({ requestsPerMinute: 500 })
    expect(provider.rateLimit()).toBeNull()
    await provider.getSelf(callOf())
    expect(provider.rateLimit()).toMatchObject({ limit: 500, remaining: 499 })
  })

  it('says who is wrong when the key is', async () => {
    const { provider } = await start({}, { apiKey: 'f'.repeat(40) })
    const list = provider.listConversations({}, { limit: 5, after: null }, callOf())
    await expect(list).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(list).rejects.not.toThrow('ffff')
  })

  it.each([
    [{ how: 'status', status: 500, times: 9 }, 'UNAVAILABLE'],
    [{ how: 'status', status: 429, retryAfter: 30, times: 9 }, 'RATE_LIMITED'],
    [{ how: 'garbage', times: 9 }, 'MALFORMED'],
  ])('in trouble (%j) answers %s', async (trouble, code) => {
    const app = await start()
    await app.act('misbehave', trouble)
    const list = app.provider.listConversations({}, { limit: 5, after: null }, callOf())
    await expect(list).rejects.toMatchObject({ code })
  })

  it('never calls native what it refuses', async () => {
    const { provider } = await start()
    for (const kind of ['service', 'admin'] as const) {
      const rows = provider.capabilities({ kind }, null)
      const open = CAPABILITIES.filter((capability) => rows[capability].level !== 'unsupported')
      expect(open).toEqual(['PEOPLE_SEARCH', 'PRESENCE'])
    }
  })
})

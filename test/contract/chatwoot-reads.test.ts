import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Actor,
  type Conversation,
  type ConversationFilter,
  type ConversationForViewer,
  type Message,
  type MessageWalk,
  type Person,
  ProviderError,
  type Row,
} from '../../providers/port/index.ts'
import { walkAll } from '../support/bird-workspace.ts'
import {
  type ChatwootAccount,
  callAs,
  conversationRef,
  endUser,
  NORA,
  PIET,
  personRef,
  startChatwootAccount,
} from '../support/chatwoot-account.ts'

let account: ChatwootAccount
let all: readonly ConversationForViewer[]

async function walk(
  filter: ConversationFilter,
  actor: Actor = NORA,
  use = 25,
): Promise<readonly Row<ConversationForViewer>[]> {
  return walkAll((page) => account.provider.listConversations(filter, page, callAs(actor)), { limit: 25, use })
}

function idsOf(rows: readonly Row<ConversationForViewer>[]): readonly string[] {
  return rows.map(({ item }) => item.conversation.externalId)
}

/** What the filter should find, looked for among all conversations. */
function idsWhere(isWanted: (conversation: Conversation, one: ConversationForViewer) => boolean): readonly string[] {
  return all.filter((one) => isWanted(one.conversation, one)).map((one) => one.conversation.externalId)
}

function isAssignedTo({ assignee }: Conversation, native: string | null): boolean {
  const isBot = assignee !== null && 'kind' in assignee && assignee.kind === 'bot'
  if (native === null) return assignee === null || isBot
  return assignee !== null && 'native' in assignee ? assignee.native === native : assignee?.ref.native === native
}

beforeAll(async () => {
  account = await startChatwootAccount()
  // Looked up once, so that every conversation says what kind of channel it has.
  await account.provider.listChannels(callAs())
  all = (await walk({})).map(({ item }) => item)
})

afterAll(() => account.close())

describe('the conversations of a Chatwoot account', () => {
  it.each([25, 7, 1])('come all, once each, newest activity first, %i used of each page', async (use) => {
    const rows = await walk({}, NORA, use)
    const { conversations } = await account.state()
    expect(idsOf(rows).toSorted()).toEqual(conversations.map(({ id }) => id).toSorted())
    expect(rows.map(({ sortKey }) => sortKey)).toEqual(
      rows
        .map(({ sortKey }) => sortKey)
        .toSorted()
        .reverse(),
    )
  })

  it('cost one call a page', async () => {
    await account.requests()
    const page = await account.provider.listConversations({}, { limit: 25, after: null }, callAs({ kind: 'service' }))
    expect(page.rows).toHaveLength(25)
    expect(page).toMatchObject({ hasMore: 'unknown', complete: true, frontier: null, unsupported: [] })
    expect(await account.requests()).toEqual(['GET /conversations?status=all&page=1'])
  })

  it('are fewer for an agent who is in fewer inboxes', async () => {
    const inboxes = new Set(idsOf(await walk({}, PIET)))
    expect(inboxes.size).toBeGreaterThan(0)
    expect(inboxes.size).toBeLessThan(all.length)
  })

  it('refuse a cursor that was not made here', async () => {
    const list = account.provider.listConversations({}, { limit: 25, after: 'nonsense' }, callAs())
    await expect(list).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('stay each in its place while others move to the top', async () => {
    const moving = await startChatwootAccount({ seed: 3 })
    const seen: string[] = []
    let after: string | null = null
    const before = idsOf(await walkAll((page) => moving.provider.listConversations({}, page, callAs()), { limit: 25 }))
    const { conversations } = await moving.state()
    const moved = new Set<string>()
    for (let page = 0; page < 50; page += 1) {
      const { rows } = await moving.provider.listConversations({}, { limit: 25, after }, callAs())
      if (rows.length === 0) break
      seen.push(...idsOf(rows.slice(0, 11)))
      after = rows.slice(0, 11).at(-1)?.cursor ?? null
      const mover = conversations.find(({ id, people }) => id === before.at(-1 - page) && people.length > 0)
      const speaker = mover?.people[0]
      if (mover === undefined || speaker === undefined) continue
      moved.add(mover.id)
      await moving.act('say', { conversation: mover.id, person: speaker, text: 'Anybody there?' })
    }
    await moving.close()
    expect(moved.size).toBeGreaterThan(1)
    expect(new Set(seen).size).toBe(seen.length)
    expect(before.filter((id) => !moved.has(id) && !seen.includes(id))).toEqual([])
  })
})

describe('a filter', () => {
  const filters: readonly [
    string,
    ConversationFilter,
    (conversation: Conversation, one: ConversationForViewer) => boolean,
  ][] = [
    ['one status', { statuses: ['closed'] }, ({ status }) => status === 'closed'],
    ['several statuses', { statuses: ['open', 'snoozed'] }, ({ status }) => status === 'open' || status === 'snoozed'],
    ['a status that Chatwoot lacks', { statuses: ['spam'] }, () => false],
    [
      'labels',
      { labelsAny: ['vip', 'refund'] },
      ({ labels }) => labels?.some((name) => name === 'vip' || name === 'refund') ?? false,
    ],
    ['mine', { assignee: 'me' }, (one) => isAssignedTo(one, 'user:8')],
    [
      'mine that are open or closed',
      { assignee: 'me', statuses: ['open', 'closed'] },
      (one) => isAssignedTo(one, 'user:8') && ['open', 'closed'].includes(one.status ?? ''),
    ],
    ['an agent’s', { assignee: personRef('user:9') }, (one) => isAssignedTo(one, 'user:9')],
    ['a bot’s', { assignee: personRef('bot:2') }, (one) => isAssignedTo(one, 'bot:2')],
    [
      'a bot’s that are unread',
      { assignee: personRef('bot:2'), unreadOnly: true },
      (one, { viewer }) => isAssignedTo(one, 'bot:2') && (viewer.unread?.count ?? 0) > 0,
    ],
    ['nobody’s, bots’ included', { assignee: 'unassigned' }, (one) => isAssignedTo(one, null)],
    [
      'nobody’s in two states',
      { assignee: 'unassigned', statuses: ['open', 'pending'] },
      (one) => isAssignedTo(one, null) && ['open', 'pending'].includes(one.status ?? ''),
    ],
    ['one kind of channel', { channelTypes: ['email'] }, ({ channel }) => channel?.type === 'email'],
    [
      'two kinds of channel',
      { channelTypes: ['whatsapp', 'line'] },
      ({ channel }) => channel?.type === 'whatsapp' || channel?.type === 'line',
    ],
    ['a kind of channel that is not there', { channelTypes: ['telegram'] }, () => false],
    [
      'a contact',
      { person: personRef('contact:15') },
      (one) => one.featuredParticipants[0]?.person.ref.native === 'contact:15',
    ],
    [
      'a contact by e-mail',
      { person: { kind: 'email', email: 'Ada@Example.com' } },
      (one) => one.title === 'Ada Lovelace',
    ],
    ['a contact by part of an e-mail', { person: { kind: 'email', email: 'ada@example.co' } }, () => false],
    ['a contact by part of an identifier', { person: { kind: 'external', externalId: 'crm-ad' } }, () => false],
    [
      'a contact by identifier',
      { person: { kind: 'external', externalId: 'crm-ada' } },
      (one) => one.title === 'Ada Lovelace',
    ],
    ['unread', { unreadOnly: true }, (_, { viewer }) => (viewer.unread?.count ?? 0) > 0],
    [
      'unread in two states',
      { unreadOnly: true, statuses: ['open', 'pending'] },
      ({ status }, { viewer }) => (viewer.unread?.count ?? 0) > 0 && ['open', 'pending'].includes(status ?? ''),
    ],
    [
      'recent',
      { updatedAfter: new Date('2026-11-10T00:00:00Z') },
      (one) => one.lastActivityAt > new Date('2026-11-10T00:00:00Z'),
    ],
  ]

  it.each(filters)('by %s finds what it should and nothing else', async (_, filter, isWanted) => {
    const rows = await walk(filter)
    const keys = rows.map(({ sortKey }) => sortKey)
    expect(idsOf(rows).toSorted()).toEqual(idsWhere(isWanted).toSorted())
    expect(keys).toEqual(keys.toSorted().toReversed())
  })

  it.each([{}, { unreadOnly: true }, { statuses: ['open', 'closed'] }] as const)(
    '%j ends behind its last row',
    async (filter) => {
      const last = (await walk(filter)).at(-1)
      const page = await account.provider.listConversations(filter, { limit: 25, after: last?.cursor ?? '' }, callAs())
      expect(page).toMatchObject({ rows: [], hasMore: false, frontier: null })
    },
  )

  it('finds something in most of these tests', () => {
    expect(filters.filter(([, , isWanted]) => idsWhere(isWanted).length > 0).length).toBeGreaterThan(14)
  })

  it('by text looks at everything else here, because a search switches the status off', async () => {
    const found = await walk({ text: 'order' })
    const closed = await walk({ text: 'order', statuses: ['closed'] })
    expect(found.length).toBeGreaterThan(closed.length)
    expect(idsOf(closed)).toEqual(idsOf(found.filter(({ item }) => item.conversation.status === 'closed')))
    const page = await account.provider.listConversations({ text: 'order' }, { limit: 25, after: null }, callAs())
    expect(page.complete).toBe(false)
  })

  it('by text and contact goes together', async () => {
    const found = idsOf(await walk({ text: 'a' }))
    const ofAda = idsOf(await walk({ text: 'a', person: personRef('contact:15'), channelTypes: ['api', 'web-widget'] }))
    expect(ofAda).toEqual(
      idsOf(await walk({ person: personRef('contact:15'), channelTypes: ['api', 'web-widget'] })).filter((id) =>
        found.includes(id),
      ),
    )
  })

  it('that needs many pages stops after four, says so and goes on from there', async () => {
    const filter: ConversationFilter = { text: 'e', person: personRef('contact:15') }
    const page = await account.provider.listConversations(filter, { limit: 25, after: null }, callAs(NORA, 1))
    expect(page.complete).toBe(false)
    expect(page.frontier).not.toBeNull()
    const rest = await walkAll((request) => account.provider.listConversations(filter, request, callAs(NORA, 1)), {
      limit: 25,
    })
    expect(idsOf(rest)).toEqual(idsOf(await walk(filter)))
  })

  it('that Chatwoot cannot apply is named, and no row is given', async () => {
    const page = await account.provider.listConversations(
      { person: personRef('user:8') },
      { limit: 25, after: null },
      callAs(),
    )
    expect(page).toMatchObject({ rows: [], unsupported: ['FILTER_PERSON'] })
    const service = callAs({ kind: 'service' })
    const mine = await account.provider.listConversations({ assignee: 'me' }, { limit: 25, after: null }, service)
    expect(mine).toMatchObject({ rows: [], unsupported: ['FILTER_ASSIGNEE'] })
    expect(account.provider.capabilities(service.actor, null).FILTER_ASSIGNEE.level).not.toBe('native')
  })

  it('for mine means the viewer, though the account’s token reads for them', async () => {
    const piet: Actor = { kind: 'agent', person: personRef('user:9'), credential: null }
    expect(idsOf(await walk({ assignee: 'me' }, piet))).toEqual(idsWhere((one) => isAssignedTo(one, 'user:9')))
  })
})

describe('conversations by name', () => {
  it('are read in one call, in the order asked, the missing ones in their places', async () => {
    const ids = all
      .slice(0, 24)
      .map(({ conversation }) => conversation.externalId)
      .toReversed()
    await account.requests()
    const refs = [...ids, '999999', 'no number', ids[0] ?? ''].map(conversationRef)
    const answers = await account.provider.getConversations(refs, callAs({ kind: 'service' }))
    expect(await account.requests()).toEqual(['POST /conversations/filter?page=1'])
    const names = answers.map((answer) =>
      answer instanceof ProviderError ? answer.code : answer.conversation.externalId,
    )
    expect(names).toEqual([...ids, 'NOT_FOUND', 'NOT_FOUND', ids[0]])
  })

  it('beyond 25 take a call for each 25 more', async () => {
    await account.requests()
    const refs = all.map((one) => one.conversation.ref)
    const answers = await account.provider.getConversations(refs, callAs({ kind: 'service' }))
    expect(answers.filter((answer) => answer instanceof ProviderError)).toEqual([])
    expect(await account.requests()).toHaveLength(Math.ceil(all.length / 25))
  })

  it('are the same as in the list', async () => {
    const [first] = all
    expect(await account.provider.findConversation(first?.conversation.externalId ?? '', callAs())).toEqual(first)
    expect(await account.provider.findConversation('abc', callAs())).toBeNull()
    expect(await account.provider.findConversation('999999', callAs())).toBeNull()
  })

  it('that an agent may not see are refused one by one, and do not exist by number', async () => {
    const mail = all.find((one) => one.conversation.channel?.type === 'email')?.conversation
    const [answer] = await account.provider.getConversations([mail?.ref ?? conversationRef('0')], callAs(PIET))
    expect(answer).toMatchObject({ code: 'FORBIDDEN' })
    expect(await account.provider.findConversation(mail?.externalId ?? '', callAs(PIET))).toBeNull()
  })

  it('say how far the viewer has read where the viewer is the assignee', async () => {
    const mine = all.find(
      ({ conversation, viewer }) => isAssignedTo(conversation, 'user:8') && viewer.readHorizon !== null,
    )
    expect(mine?.viewer.readHorizon).toMatchObject({ holder: { native: 'user:8' }, precision: 'up-to-time' })
    expect(all.filter((one) => !isAssignedTo(one.conversation, 'user:8') && one.viewer.readHorizon !== null)).toEqual(
      [],
    )
  })
})

describe('the messages of a conversation', () => {
  let long: { readonly id: string; readonly messages: readonly { readonly id: string }[] }

  beforeAll(async () => {
    const { conversations } = await account.state()
    const longest = conversations.toSorted((one, other) => other.messages.length - one.messages.length)[0]
    if (longest === undefined) throw new Error('the account is empty')
    long = longest
  })

  function walkMessages(
    direction: MessageWalk['direction'],
    limit: number,
    use = limit,
  ): Promise<readonly Row<Message>[]> {
    return walkAll(
      ({ limit, after }) =>
        account.provider.listMessages(conversationRef(long.id), { limit, from: after, direction }, callAs()),
      { limit, use },
    )
  }

  it.each([
    ['older', 20, 20],
    ['older', 50, 50],
    ['older', 20, 3],
    ['newer', 100, 100],
    ['newer', 100, 41],
  ] as const)('are all met from one end to the other: %s, %i, %i', async (direction, limit, use) => {
    const rows = await walkMessages(direction, limit, use)
    const keys = rows.map(({ sortKey }) => sortKey)
    expect(new Set(rows.map(({ item }) => item.externalId)).size).toBe(rows.length)
    expect(keys).toEqual(direction === 'newer' ? keys.toSorted() : keys.toSorted().toReversed())
    for (const { id } of long.messages) expect(rows.map(({ item }) => item.externalId)).toContain(id)
  })

  it('cost a call for each 20 older and each 100 newer ones', async () => {
    await account.requests()
    const ref = conversationRef(long.id)
    await account.provider.listMessages(ref, { limit: 20, from: null, direction: 'older' }, callAs())
    await account.provider.listMessages(ref, { limit: 50, from: null, direction: 'older' }, callAs())
    await account.provider.listMessages(ref, { limit: 50, from: null, direction: 'newer' }, callAs())
    expect((await account.requests()).filter((path) => path.includes('/messages'))).toHaveLength(1 + 3 + 1)
  })

  it('make a window around one of them in two walks', async () => {
    const middle = (await walkMessages('newer', 100))[40]?.item
    if (middle === undefined) throw new Error('there is no such message')
    const older = await account.provider.listMessages(
      middle.ref.conversation,
      { limit: 10, from: middle.ref, direction: 'older' },
      callAs(),
    )
    const newer = await account.provider.listMessages(
      middle.ref.conversation,
      { limit: 10, from: middle.ref, direction: 'newer' },
      callAs(),
    )
    expect(newer.rows[0]?.item.ref).toEqual(middle.ref)
    expect(older.rows.every(({ sortKey }) => sortKey < middle.sortKey)).toBe(true)
  })

  it('are read by name, each for itself', async () => {
    const [first, second] = long.messages
    const ref = (native: string) => ({ kind: 'message', conversation: conversationRef(long.id), native }) as const
    const refs = [ref(second?.id ?? ''), ref('999999999'), ref('x'), ref(first?.id ?? '')]
    const answers = await account.provider.getMessages(refs, callAs())
    const names = answers.map((answer) => (answer instanceof ProviderError ? answer.code : answer.externalId))
    expect(names).toEqual([second?.id, 'NOT_FOUND', 'NOT_FOUND', first?.id])
    expect(answers.every((answer) => answer instanceof ProviderError || answer.receipts !== undefined)).toBe(true)
  })

  it('refuse a cursor that was not made here', async () => {
    const list = account.provider.listMessages(
      conversationRef(long.id),
      { limit: 5, from: '-1', direction: 'older' },
      callAs(),
    )
    await expect(list).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('of a conversation that is not there are not found', async () => {
    const list = account.provider.listMessages(
      conversationRef('999999'),
      { limit: 5, from: null, direction: 'older' },
      callAs(),
    )
    await expect(list).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('of LINE are never delivered, those of WhatsApp may be', async () => {
    const statesOf = async (type: string) => {
      const states = new Set<string | undefined>()
      for (const { conversation } of all.filter((one) => one.conversation.channel?.type === type)) {
        const walk = { limit: 100, from: null, direction: 'newer' } as const
        const { rows } = await account.provider.listMessages(conversation.ref, walk, callAs())
        for (const { item } of rows) states.add(item.delivery?.state)
      }
      return states
    }
    expect([...(await statesOf('line'))]).not.toContain('delivered')
    expect([...(await statesOf('whatsapp'))]).toContain('read')
  })
})

describe('who takes part', () => {
  it('is the contact, the assignee and the watchers, once each', async () => {
    const one = all.find(({ conversation }) => isAssignedTo(conversation, 'user:9'))?.conversation
    if (one === undefined) throw new Error('nothing is assigned to Piet')
    const rows = await walkAll((page) => account.provider.listParticipants(one, page, callAs()), { limit: 1 })
    const names = rows.map(({ item }) => item.person.ref.native)
    expect(names.slice(0, 2)).toEqual([one.featuredParticipants[0]?.person.ref.native, 'user:9'])
    expect(new Set(names).size).toBe(names.length)
    expect(rows[1]?.item.role).toBe('agent')
  })

  it('has read up to a time on the website, and up to a message on Facebook', async () => {
    const horizonsOf = async (type: string) => {
      const found = all.filter(({ conversation }) => conversation.channel?.type === type)
      return (
        await Promise.all(found.map(({ conversation }) => account.provider.listHorizons(conversation, callAs())))
      ).flat()
    }
    const contacts = (await horizonsOf('messenger')).filter(
      ({ holder }) => typeof holder !== 'string' && holder.native.startsWith('contact:'),
    )
    expect(contacts.length).toBeGreaterThan(0)
    expect(contacts.every(({ precision, occurredAt }) => precision === 'up-to-message' && occurredAt === null)).toBe(
      true,
    )
    expect((await horizonsOf('web-widget')).every(({ precision }) => precision === 'up-to-time')).toBe(true)
    expect(
      all.find(({ conversation }) => conversation.channel?.type === 'messenger')?.conversation.horizonsComplete,
    ).toBe(false)
  })

  it('moves forward when the contact reads', async () => {
    const own = await startChatwootAccount({ now: new Date() })
    const { rows } = await own.provider.listConversations(
      { channelTypes: ['api'] },
      { limit: 25, after: null },
      callAs(),
    )
    const one = rows[0]?.item.conversation
    const contact = one?.featuredParticipants[0]?.person.ref
    if (one === undefined || contact === undefined) throw new Error('there is no conversation')
    const { people } = (await own.state()).conversations.find(({ id }) => id === one.externalId) ?? { people: [] }
    const { message } = (await own.act('say', {
      conversation: one.externalId,
      person: people.at(-1),
      text: 'Hello',
    })) as { message: string }
    await own.act('read', { conversation: one.externalId, person: people[0] })
    const horizons = await own.provider.listHorizons(one, callAs())
    const [said] = await own.provider.getMessages(
      [{ kind: 'message', conversation: one.ref, native: message }],
      callAs(),
    )
    await own.close()
    const horizon = horizons.find(({ holder }) => typeof holder !== 'string' && holder.native === contact.native)
    expect(said).toMatchObject({ text: 'Hello' })
    expect(said instanceof ProviderError ? '' : said?.sortKey).toSatisfy(
      (key: string) => key <= (horizon?.sortKey ?? ''),
    )
  })
})

describe('a contact', () => {
  const ADA = endUser('contact:15')

  it('sees their own conversations and nobody else’s', async () => {
    const rows = await walk({}, ADA)
    expect(idsOf(rows)).toEqual(idsWhere((one) => one.featuredParticipants[0]?.person.ref.native === 'contact:15'))
    const other = all.find(
      (one) => one.conversation.featuredParticipants[0]?.person.ref.native !== 'contact:15',
    )?.conversation
    const ref = other?.ref ?? conversationRef('0')
    expect(await account.provider.findConversation(ref.native, callAs(ADA))).toBeNull()
    const refs = [ref, ...rows.map(({ item }) => item.conversation.ref)]
    const [first, ...others] = await account.provider.getConversations(refs, callAs(ADA))
    expect(first).toMatchObject({ code: 'NOT_FOUND' })
    expect(others.filter((answer) => answer instanceof ProviderError)).toEqual([])
    const messages = account.provider.listMessages(ref, { limit: 5, from: null, direction: 'older' }, callAs(ADA))
    await expect(messages).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('never sees a private note, nor that there is one, nor how the team works', async () => {
    const contacts = new Set(all.map((one) => one.conversation.featuredParticipants[0]?.person.ref.native ?? ''))
    let internal = 0
    for (const native of contacts) {
      const actor = endUser(native)
      for (const { item } of await walk({}, actor)) {
        const { conversation } = item
        const walked = { limit: 500, from: null, direction: 'newer' } as const
        const seen = (await account.provider.listMessages(conversation.ref, walked, callAs(actor))).rows
        const every = (await account.provider.listMessages(conversation.ref, walked, callAs())).rows
        internal += every.length - seen.length
        expect(seen.every(({ item: { audience, kind } }) => audience === 'public' && kind !== 'activity')).toBe(true)
        const newest = every.findLast(
          ({ item: { audience, kind } }) => audience === 'public' && kind !== 'activity',
        )?.item
        expect(conversation.lastMessage?.message ?? null).toEqual(newest?.ref ?? null)
        expect(conversation.lastActivityAt).toEqual(newest?.createdAt ?? conversation.createdAt)
        expect(conversation).toMatchObject({ labels: null, team: null, priority: null, customAttributes: null })
        expect(item.viewer.unread).toBeNull()
      }
    }
    expect(internal).toBeGreaterThan(10)
  })

  it('is read for without the notes, so that a page is full of what they may see', async () => {
    const [row] = await walk({}, ADA)
    await account.requests()
    const walked = { limit: 20, from: null, direction: 'older' } as const
    await account.provider.listMessages(row?.item.conversation.ref ?? conversationRef('0'), walked, callAs(ADA))
    expect(await account.requests()).toEqual([expect.stringContaining('filter_internal_messages=true')])
  })

  it('sees agents by name only', async () => {
    const contacts = new Set(all.map((one) => one.conversation.featuredParticipants[0]?.person.ref.native ?? ''))
    const views: Row<ConversationForViewer>[] = []
    for (const native of contacts) views.push(...(await walk({}, endUser(native))))
    const agents = views
      .flatMap(({ item }) => item.conversation.featuredParticipants.map((one) => one.person))
      .filter(({ kind }) => kind === 'agent')
    expect(agents.length).toBeGreaterThan(0)
    expect(agents.every(({ addresses, details }) => addresses.length === 0 && details === null)).toBe(true)
  })

  it('may look up nobody and nothing of the team', async () => {
    const [self, other, agent] = await account.provider.getPeople(
      [personRef('contact:15'), personRef('contact:16'), personRef('user:8')],
      callAs(ADA),
    )
    expect(self).toMatchObject({ displayName: 'Ada Lovelace' })
    expect(other).toMatchObject({ code: 'NOT_FOUND' })
    expect(agent).toMatchObject({ code: 'NOT_FOUND' })
    const search = account.provider.searchPeople('ada', { limit: 5, after: null }, callAs(ADA))
    await expect(search).rejects.toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'PEOPLE_SEARCH' } })
    expect(account.provider.capabilities(ADA, null).PEOPLE_SEARCH.level).toBe('unsupported')
    expect(await account.provider.listAgents(callAs(ADA))).toBeNull()
    expect(await account.provider.countUnread(callAs(ADA))).toEqual({
      conversations: null,
      messages: null,
      complete: false,
    })
    expect(await account.provider.getSelf(callAs(ADA))).toMatchObject({ externalId: '15' })
  })

  it.each([
    [{ text: 'note' }, 'FILTER_TEXT'],
    [{ labelsAny: ['vip'] }, 'FILTER_LABELS'],
    [{ assignee: 'unassigned' }, 'FILTER_ASSIGNEE'],
    [{ unreadOnly: true }, 'FILTER_UNREAD'],
  ] as const)('may not filter by %j', async (filter, capability) => {
    const page = await account.provider.listConversations(filter, { limit: 25, after: null }, callAs(ADA))
    expect(page).toMatchObject({ rows: [], unsupported: [capability] })
    expect(account.provider.capabilities(ADA, null)[capability].level).toBe('unsupported')
  })

  it('has to be a contact', async () => {
    const list = account.provider.listConversations({}, { limit: 25, after: null }, callAs(endUser('user:8')))
    await expect(list).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('people', () => {
  it('are all found, once each, and by any part of their name', async () => {
    const rows = await walkAll<Person>((page) => account.provider.searchPeople(null, page, callAs()), {
      limit: 15,
      use: 4,
    })
    expect(new Set(rows.map(({ item }) => item.ref.native)).size).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(15)
    const { rows: found } = await account.provider.searchPeople('lovel', { limit: 15, after: null }, callAs())
    expect(found.map(({ item }) => item.displayName)).toEqual(['Ada Lovelace'])
  })

  it('are read by name: a contact, oneself with the own profile, a colleague, nobody', async () => {
    const refs = ['contact:15', 'user:8', 'user:9', 'user:999', 'nonsense'].map(personRef)
    const [contact, self, colleague, nobody, nonsense] = await account.provider.getPeople(refs, callAs())
    expect(contact).toMatchObject({ kind: 'contact', details: { identifier: 'crm-ada' } })
    expect(self).toMatchObject({ details: { uid: 'nora@example.com' } })
    expect(colleague).toMatchObject({ details: { shape: 'chatwoot-agent', role: 'agent', uid: null } })
    expect([nobody, nonsense]).toMatchObject([{ code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }])
  })

  it('lead to their conversations', async () => {
    const own = await walkAll((page) => account.provider.listConversationsOf(personRef('contact:15'), page, callAs()), {
      limit: 25,
    })
    expect(idsOf(own)).toEqual(idsWhere((one) => one.featuredParticipants[0]?.person.ref.native === 'contact:15'))
    const assigned = await walkAll(
      (page) => account.provider.listConversationsOf(personRef('user:9'), page, callAs()),
      {
        limit: 25,
      },
    )
    expect(idsOf(assigned)).toEqual(idsWhere((one) => isAssignedTo(one, 'user:9')))
    const bots = await walkAll((page) => account.provider.listConversationsOf(personRef('bot:2'), page, callAs()), {
      limit: 25,
    })
    expect(idsOf(bots)).toEqual(idsWhere((one) => isAssignedTo(one, 'bot:2')))
  })

  it('are whoever’s token it is', async () => {
    expect(await account.provider.getSelf(callAs(NORA))).toMatchObject({ ref: { native: 'user:8' } })
    expect(await account.provider.getSelf(callAs(PIET))).toMatchObject({ ref: { native: 'user:9' } })
    expect(await account.provider.getSelf(callAs({ kind: 'service' }))).toBeNull()
  })
})

describe('the directory', () => {
  it('is asked for once, apart for each token', async () => {
    const { provider } = account
    const ask = async (actor: Actor) => {
      const call = callAs(actor)
      const lists = [
        provider.listAgents(call),
        provider.listTeams(call),
        provider.listLabels(call),
        provider.listChannels(call),
      ]
      for (const list of await Promise.all<readonly unknown[] | null>(lists)) expect(list?.length).toBeGreaterThan(0)
    }
    await ask(NORA)
    await account.requests()
    await ask(NORA)
    expect(await account.requests()).toEqual([])
    expect((await provider.listChannels(callAs(PIET)))?.length).toBeLessThan(
      (await provider.listChannels(callAs(NORA)))?.length ?? 0,
    )
  })

  it('counts what is unread as far as Chatwoot counts', async () => {
    const unread = all.filter(({ viewer }) => (viewer.unread?.count ?? 0) > 0)
    const messages = unread.reduce((sum, { viewer }) => sum + (viewer.unread?.count ?? 0), 0)
    const complete = unread.every(({ viewer }) => viewer.unread?.precision === 'exact')
    expect(await account.provider.countUnread(callAs())).toEqual({ conversations: unread.length, messages, complete })
  })
})

describe('what Chatwoot can do', () => {
  it('differs by channel', () => {
    const of = (type: string) => {
      const one = all.find(({ conversation }) => conversation.channel?.type === type)?.conversation ?? null
      const { READ_HORIZONS, READ_EVENTS, DELIVERED_EVENTS, MESSAGE_STATUS } = account.provider.capabilities(NORA, one)
      return [one?.receiptModel, READ_HORIZONS.level, READ_EVENTS.level, DELIVERED_EVENTS.level, MESSAGE_STATUS.level]
    }
    expect(of('web-widget')).toEqual(['watermark', 'native', 'native', 'unsupported', 'native'])
    expect(of('api')).toEqual(['watermark', 'native', 'native', 'partial', 'native'])
    expect(of('messenger')).toEqual(['watermark', 'emulated', 'native', 'native', 'native'])
    expect(of('whatsapp')).toEqual(['per-message', 'unsupported', 'native', 'native', 'native'])
    expect(of('line')).toEqual(['none', 'unsupported', 'unsupported', 'unsupported', 'partial'])
    expect(of('email')).toEqual(['none', 'unsupported', 'unsupported', 'unsupported', 'partial'])
  })

  it('lets an agent speak only with their own token', () => {
    const levelFor = (actor: Actor) => account.provider.capabilities(actor, null).SEND_AS_VIEWER.level
    expect(levelFor(NORA)).toBe('native')
    expect(levelFor(PIET)).toBe('native')
    expect(levelFor({ kind: 'agent', person: personRef('user:9'), credential: null })).toBe('unsupported')
    expect(levelFor({ kind: 'service' })).toBe('unsupported')
  })
})

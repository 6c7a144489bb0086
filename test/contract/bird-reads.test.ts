import { afterEach, describe, expect, it } from 'vitest'
import {
  type Attachment,
  type Conversation,
  type ConversationRef,
  type Message,
  type MessageRef,
  type MessageWalk,
  type PersonRef,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { type BirdWorkspace, callAs, startBirdWorkspace, walkAll } from '../support/bird-workspace.ts'

const workspaces: BirdWorkspace[] = []

async function start(options: Parameters<typeof startBirdWorkspace>[0] = {}): Promise<BirdWorkspace> {
  const workspace = await startBirdWorkspace(options)
  workspaces.push(workspace)
  return workspace
}

afterEach(async () => {
  await Promise.all(workspaces.splice(0).map((workspace) => workspace.close()))
})

function refOf(native: string): ConversationRef {
  return { kind: 'conversation', account: 'shop', native }
}

async function longest(workspace: BirdWorkspace) {
  const { conversations } = await workspace.state()
  const [conversation] = conversations.toSorted((one, other) => other.messages.length - one.messages.length)
  if (conversation === undefined) throw new Error('the workspace is empty')
  return { ref: refOf(conversation.id), messages: conversation.messages, people: conversation.people }
}

function codeOf(answer: unknown): string {
  return (answer as ProviderError).code
}

function walkMessages(provider: Provider, ref: ConversationRef, direction: MessageWalk['direction'], use: number) {
  return walkAll<Message>(
    ({ limit, after }) => provider.listMessages(ref, { limit, from: after, direction }, callAs()),
    {
      limit: 50,
      use,
    },
  )
}

describe('the conversations of a Bird workspace', () => {
  it.each([
    [100, 100],
    [30, 30],
    [30, 7],
  ])('come all, once each, newest made first, in pages of %i of which %i are used', async (limit, use) => {
    const workspace = await start()
    const { conversations } = await workspace.state()
    const rows = await walkAll((page) => workspace.provider.listConversations({}, page, callAs()), { limit, use })
    expect(rows.map(({ item }) => item.conversation.externalId).toSorted()).toEqual(
      conversations.map(({ id }) => id).toSorted(),
    )
    const keys = rows.map(({ sortKey }) => sortKey)
    expect(keys).toEqual(keys.toSorted().reverse())
  })

  it('go on behind a row with one call, in the middle of a page and at its end', async () => {
    const { provider, requests } = await start()
    const list = (after: string | null) => provider.listConversations({}, { limit: 10, after }, callAs())
    const first = await list(null)
    await requests()
    const middle = await list(first.rows[3]?.cursor ?? null)
    expect(middle.rows.map(({ item }) => item)).toEqual(first.rows.slice(4).map(({ item }) => item))
    const end = await list(first.rows.at(-1)?.cursor ?? null)
    expect(end.rows).toHaveLength(10)
    expect(await requests()).toHaveLength(2)
  })

  it('are not filtered: each condition that is asked for is named instead, without a call', async () => {
    const { provider, requests } = await start()
    const filter = { statuses: ['open'], text: 'book', unreadOnly: false } as const
    expect(await provider.listConversations(filter, { limit: 10, after: null }, callAs())).toEqual({
      rows: [],
      hasMore: false,
      complete: true,
      frontier: null,
      unsupported: ['FILTER_STATUS', 'FILTER_TEXT'],
    })
    expect(await requests()).toEqual([])
    expect(provider.capabilities({ kind: 'service' }, null)).toMatchObject({
      ACTIVITY_ORDER: { level: 'unsupported' },
      FILTER_STATUS: { level: 'unsupported' },
    })
  })

  it.each(['', 'x', 'e30x', Buffer.from('[1]').toString('base64url')])('refuse the cursor %j', async (after) => {
    const { provider } = await start()
    await expect(provider.listConversations({}, { limit: 10, after }, callAs())).rejects.toMatchObject({
      code: 'INVALID',
    })
  })

  it('are got one by one, in the order asked, each with its own error', async () => {
    const workspace = await start({ shape: 'schema' })
    const { ref } = await longest(workspace)
    await workspace.requests()
    const missing = '00000000-0000-4000-8000-000000000000'
    const refs = [refOf(missing), ref, refOf('../contacts')]
    const answers = await workspace.provider.getConversations(refs, callAs())
    expect(answers.map((answer) => ('conversation' in answer ? answer.conversation.ref : answer.code))).toEqual([
      'NOT_FOUND',
      ref,
      'NOT_FOUND',
    ])
    expect(await workspace.requests()).toHaveLength(2)
  })

  it('are found by their id, and by nothing else', async () => {
    const workspace = await start()
    const { ref } = await longest(workspace)
    const { provider } = workspace
    expect((await provider.findConversation(ref.native.toUpperCase(), callAs()))?.conversation.ref).toEqual(ref)
    expect(await provider.findConversation('00000000-0000-4000-8000-000000000000', callAs())).toBeNull()
    await workspace.requests()
    expect(await provider.findConversation('17', callAs())).toBeNull()
    expect(await workspace.requests()).toEqual([])
  })

  it('know the type of their channel once the channels were asked for', async () => {
    const { provider, requests } = await start()
    const typesOf = async () => {
      const { rows } = await provider.listConversations({}, { limit: 100, after: null }, callAs())
      return new Set(rows.map(({ item }) => item.conversation.channel?.type))
    }
    expect(await typesOf()).toEqual(new Set(['unknown']))
    await provider.listChannels(callAs())
    expect(await typesOf()).toEqual(new Set(['whatsapp', 'sms', 'email', 'rcs', 'messenger']))
    await requests()
    await provider.listChannels(callAs())
    expect(await requests()).toEqual([])
  })

  it('of a person come from one call a channel, newest activity first', async () => {
    const workspace = await start()
    const { provider } = workspace
    const { people, ref } = await longest(workspace)
    const { rows } = await provider.listParticipants(
      await conversationOf(provider, ref),
      { limit: 10, after: null },
      callAs(),
    )
    const contact = rows.find(({ item }) => item.person.kind === 'contact')?.item.person
    expect(people).toContain(contact?.externalId)
    const channels = await provider.listChannels(callAs())
    await workspace.requests()
    const person = contact?.ref as PersonRef
    const page = await provider.listConversationsOf(person, { limit: 1, after: null }, callAs())
    expect(await workspace.requests()).toHaveLength(channels?.length ?? 0)
    const all = await walkAll((request) => provider.listConversationsOf(person, request, callAs()), { limit: 1 })
    const { conversations } = await workspace.state()
    expect(all.map(({ item }) => item.conversation.externalId).toSorted()).toEqual(
      conversations
        .filter(({ people }) => people.includes(contact?.externalId ?? ''))
        .map(({ id }) => id)
        .toSorted(),
    )
    expect(all[0]).toEqual(page.rows[0])
  })
})

describe('the messages of a Bird conversation', () => {
  it.each([
    ['older', 50],
    ['older', 11],
    ['newer', 50],
    ['newer', 11],
  ] as const)('come all, once each, walking %s and using %i of each page', async (direction, use) => {
    const workspace = await start()
    const { ref, messages } = await longest(workspace)
    const rows = await walkMessages(workspace.provider, ref, direction, use)
    const ids = rows.map(({ item }) => item.externalId)
    const expected = messages.map(({ id }) => id)
    expect(ids).toEqual(direction === 'newer' ? expected : expected.toReversed())
    const keys = rows.map(({ item }) => item.sortKey)
    expect(keys).toEqual(direction === 'newer' ? keys.toSorted() : keys.toSorted().reverse())
  })

  it('make a window around one of them: it and the newer ones, and those before it', async () => {
    const workspace = await start()
    const { ref, messages } = await longest(workspace)
    const middle = messages.length - 130
    const from: MessageRef = { kind: 'message', conversation: ref, native: messages[middle]?.id ?? '' }
    const ids = async (direction: MessageWalk['direction']) => {
      const page = await workspace.provider.listMessages(ref, { limit: 5, from, direction }, callAs())
      return page.rows.map(({ item }) => item.externalId)
    }
    expect(await ids('newer')).toEqual(messages.slice(middle, middle + 5).map(({ id }) => id))
    await workspace.requests()
    const older = messages.slice(middle - 5, middle).map(({ id }) => id)
    expect(await ids('older')).toEqual(older.toReversed())
    expect(await workspace.requests()).toHaveLength(3)
  })

  it.each(['older', 'newer'] as const)('go on %s from a row that a walk the other way has met', async (direction) => {
    const workspace = await start()
    const { ref, messages } = await longest(workspace)
    const other = direction === 'older' ? 'newer' : 'older'
    const { rows } = await workspace.provider.listMessages(ref, { limit: 20, from: null, direction: other }, callAs())
    const row = rows[10]
    const rest = await walkAll<Message>(
      ({ limit, after }) =>
        workspace.provider.listMessages(ref, { limit, from: after ?? row?.cursor ?? '', direction }, callAs()),
      { limit: 4 },
    )
    const seen = rows.slice(0, 10).map(({ item }) => item.externalId)
    expect(rest.map(({ item }) => item.externalId)).toEqual(seen.toReversed())
    expect(messages.length).toBeGreaterThan(100)
  })

  it('older than one that is far back are looked for a few pages at a time', async () => {
    const workspace = await start()
    const { ref, messages } = await longest(workspace)
    const from: MessageRef = { kind: 'message', conversation: ref, native: messages[3]?.id ?? '' }
    const stopped = await workspace.provider.listMessages(
      ref,
      { limit: 5, from, direction: 'older' },
      callAs({ kind: 'service' }, 2),
    )
    expect(stopped).toMatchObject({ rows: [], hasMore: true, complete: false })
    const cursor = stopped.frontier?.cursor ?? ''
    const found = await workspace.provider.listMessages(ref, { limit: 5, from: cursor, direction: 'older' }, callAs())
    const before = messages.slice(0, 3).map(({ id }) => id)
    expect(found.rows.map(({ item }) => item.externalId)).toEqual(before.toReversed())
  })

  it('are got one by one with what was read by whom and when', async () => {
    const workspace = await start()
    const { provider } = workspace
    const { conversations } = await workspace.state()
    const read = conversations.flatMap(({ id, messages }) =>
      messages.filter(({ readAt, person }) => readAt !== null && person !== null).map((message) => ({ id, message })),
    )
    const refs = read.map(
      ({ id, message }): MessageRef => ({ kind: 'message', conversation: refOf(id), native: message.id }),
    )
    const answers = await provider.getMessages(refs.slice(0, 60), callAs())
    const outgoing = answers.filter((answer): answer is Message => 'sortKey' in answer && answer.delivery !== null)
    expect(outgoing.length).toBeGreaterThan(5)
    for (const message of outgoing) {
      const told = read.find((one) => one.message.id === message.externalId)
      expect(message.delivery).toMatchObject({ state: 'read', readAt: new Date(told?.message.readAt ?? '') })
      expect(message.receipts).toMatchObject([{ kind: 'read', holder: { native: expect.stringMatching(/^contact:/) } }])
    }
  })

  it('have media that open with the access key and not without', async () => {
    const workspace = await start()
    const { conversations } = await workspace.state()
    const attachments: Attachment[] = []
    for (const { id } of conversations) {
      const walk = { limit: 100, from: null, direction: 'older' } as const
      const { rows } = await workspace.provider.listMessages(refOf(id), walk, callAs())
      attachments.push(...rows.flatMap(({ item }) => item.attachments))
      if (attachments.length > 0) break
    }
    const [attachment] = attachments
    expect(attachment?.opensFor).toBe('gateway')
    expect((await fetch(attachment?.url ?? '')).status).toBe(401)
    const headers = { authorization: `AccessKey ${workspace.settings.accessKey}` }
    expect((await fetch(attachment?.url ?? '', { headers })).status).toBe(200)
  })
})

describe('the people of a Bird workspace', () => {
  it('take part, page by page', async () => {
    const workspace = await start({ shape: 'schema' })
    const { conversations } = await workspace.state()
    const crowded = conversations.toSorted((one, other) => other.people.length - one.people.length)[0]
    const conversation = await conversationOf(workspace.provider, refOf(crowded?.id ?? ''))
    const rows = await walkAll((page) => workspace.provider.listParticipants(conversation, page, callAs()), {
      limit: 2,
    })
    expect(rows.map(({ item }) => item.person.externalId).toSorted()).toEqual(crowded?.people.toSorted())
    expect(rows[0]?.item.details).toMatchObject({ shape: 'bird-participant' })
  })

  it('are found by a whole address, and refused by a name', async () => {
    const { provider } = await start()
    const all = await walkAll((page) => provider.searchPeople(null, page, callAs()), { limit: 30 })
    const ada = all.map(({ item }) => item).find(({ addresses }) => addresses.some(({ kind }) => kind === 'email'))
    const email = ada?.addresses.find(({ kind }) => kind === 'email')?.value ?? ''
    const found = await provider.searchPeople(email, { limit: 10, after: null }, callAs())
    expect(found.rows.map(({ item }) => item.ref)).toEqual([ada?.ref])
    await expect(provider.searchPeople('Ada', { limit: 10, after: null }, callAs())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'PEOPLE_SEARCH' },
    })
  })

  it('are got by a call if they are contacts, else known by id alone', async () => {
    const { provider, requests } = await start()
    const { rows } = await provider.searchPeople(null, { limit: 1, after: null }, callAs())
    const contact = rows[0]?.item
    await requests()
    const user: PersonRef = { kind: 'person', account: 'shop', native: 'user:17' }
    const nobody: PersonRef = { kind: 'person', account: 'shop', native: 'nobody' }
    const answers = await provider.getPeople([user, contact?.ref ?? nobody, nobody], callAs())
    expect(answers[0]).toMatchObject({ externalId: '17', kind: 'agent', displayName: null })
    expect(answers[1]).toEqual(contact)
    expect(codeOf(answers[2])).toBe('NOT_FOUND')
    expect(await requests()).toHaveLength(1)
  })

  it('of our own side are known by name once a conversation has shown them', async () => {
    const { provider, requests } = await start()
    const { rows } = await provider.listConversations({}, { limit: 100, after: null }, callAs())
    const agent = rows
      .flatMap(({ item }) => item.conversation.featuredParticipants)
      .find(({ person }) => person.kind === 'agent')?.person
    await requests()
    expect(agent?.displayName).toBeTruthy()
    expect(await provider.getPeople(agent === undefined ? [] : [agent.ref], callAs())).toMatchObject([
      { ref: agent?.ref, displayName: agent?.displayName },
    ])
    expect(await requests()).toEqual([])
  })

  it('are no agents, teams or selves that Bird would list, and nothing is counted', async () => {
    const { provider, requests } = await start()
    expect(await provider.getSelf(callAs())).toBeNull()
    expect(await provider.listAgents(callAs())).toBeNull()
    expect(await provider.listTeams(callAs())).toBeNull()
    expect(await provider.listLabels(callAs())).toBeNull()
    expect(await provider.countUnread(callAs())).toMatchObject({ conversations: null, messages: null })
    expect(provider.rateLimit()).toBeNull()
    expect(await requests()).toEqual([])
  })
})

describe('a Bird that refuses', () => {
  it('to list channels has none to show, and none to ask for conversations of somebody', async () => {
    const { provider } = await start({ channelsForbidden: true })
    expect(await provider.listChannels(callAs())).toBeNull()
    const person: PersonRef = { kind: 'person', account: 'shop', native: 'contact:x' }
    await expect(provider.listConversationsOf(person, { limit: 5, after: null }, callAs())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [422, 'INVALID'],
    [429, 'RATE_LIMITED'],
  ])('with %i is %s', async (status, code) => {
    const { provider, act } = await start()
    await act('misbehave', { how: 'status', status, times: 1 })
    await expect(provider.listConversations({}, { limit: 5, after: null }, callAs())).rejects.toMatchObject({ code })
  })

  it('with a conflict is asked once more, and then believed', async () => {
    const workspace = await start()
    const { ref } = await longest(workspace)
    await workspace.act('misbehave', { how: 'status', status: 409, times: 1 })
    const [answer] = await workspace.provider.getConversations([ref], callAs())
    expect(answer).toMatchObject({ conversation: { ref } })
    await workspace.act('misbehave', { how: 'status', status: 409, times: 2 })
    const [conflict] = await workspace.provider.getConversations([ref], callAs())
    expect(codeOf(conflict)).toBe('CONFLICT')
  })

  it('says its own code, and the error never shows the key', async () => {
    const { provider, settings } = await start()
    const [error] = await provider.getConversations([refOf('00000000-0000-4000-8000-000000000000')], callAs())
    expect(error).toMatchObject({ code: 'NOT_FOUND', facts: { providerCode: 'ResourceNotFound', providerStatus: 404 } })
    expect(JSON.stringify(error) + String(error)).not.toContain(String(settings.accessKey))
  })
})

async function conversationOf(provider: Provider, ref: ConversationRef): Promise<Conversation> {
  const [found] = await provider.getConversations([ref], callAs())
  if (found === undefined || found instanceof ProviderError) throw found
  return found.conversation
}

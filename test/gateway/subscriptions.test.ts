import type { Client } from 'graphql-ws'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { accountId, parseGlobalId } from '../../schema/global-id.ts'
import type { LoggedEvent } from '../../schema/logged-event.ts'
import { openFeed } from '../../src/events/feed.ts'
import { deliveryChanged, eventsLost, messageAdded } from '../events/happenings.ts'
import { ACCOUNTS, onlyShowing, startListening, startShop, TALK } from './listening-gateway.ts'

const LISTEN = `subscription ($filter: EventFilter, $after: EventCursor) {
  conversationEvents(filter: $filter, after: $after) {
    __typename
    ... on StreamItem { cursor emittedAt }
    ... on ConversationEvent { eventId conversationId origin occurredAt }
    ... on StreamReady { recovered replaying }
    ... on CaughtUp { replayed }
    ... on StreamGap { reason dropped accounts { key } }
    ... on MessageAdded { messageId messageEdge { node { text direction sortKey } cursor } }
    ... on DeliveryChanged { messageId previous current }
    ... on TypingChanged { typing expiresAt }
    ... on SourceHealthChanged { source { state account { key } } }
  }
}`

describe('conversationEvents', () => {
  test('begins with StreamReady and CaughtUp, and then pushes what happens with all that the event carries', async () => {
    const { client, log } = await startListening()
    const stream = listen(client())
    expect(await stream.next()).toMatchObject({ __typename: 'StreamReady', recovered: false, replaying: 0 })
    expect(await stream.next()).toMatchObject({ __typename: 'CaughtUp', replayed: 0 })
    log.append('shop', messageAdded('shop', 7))
    expect(await stream.next()).toEqual({
      __typename: 'MessageAdded',
      cursor: expect.stringMatching(/^[\w-]+$/),
      emittedAt: new Date(1_790_000_000_507).toISOString(),
      eventId: 'event 7',
      conversationId: TALK,
      origin: 'WEBHOOK',
      occurredAt: new Date(1_790_000_000_007).toISOString(),
      messageId: expect.any(String),
      messageEdge: {
        cursor: expect.any(String),
        node: { text: 'text 7', direction: 'INBOUND', sortKey: '000000000007' },
      },
    })
  })

  test('goes on after the cursor of any item, each event once', async () => {
    const { client, log } = await startListening()
    const first = listen(client())
    await first.next()
    await first.next()
    log.append('shop', ...[1, 2, 3, 4].map((number) => messageAdded('shop', number)))
    const { cursor } = await first.next()
    await first.end()
    const second = listen(client(), { after: cursor })
    expect(await second.next()).toMatchObject({ __typename: 'StreamReady', recovered: true, replaying: 3 })
    expect([await second.next(), await second.next(), await second.next()].map(({ eventId }) => eventId)).toEqual([
      'event 2',
      'event 3',
      'event 4',
    ])
    expect(await second.next()).toMatchObject({ __typename: 'CaughtUp', replayed: 3 })
  })

  test('after a list misses nothing that happened while the list was read', async () => {
    const shop = await startShop()
    const { client, log, ask } = await startListening({ providers: { shop: shop.provider } })
    await shop.act('misbehave', { how: 'slow', delayMs: 300, times: 1 })
    const asking =
      ask(`{ conversations(first: 2, filter: { providers: [CHATWOOT], accountIds: ["${accountId('shop')}"] }) {
      eventCursor nodes { id messages(last: 1) { eventCursor } } } }`)
    await vi.waitFor(async () => expect(await isBusy(asking)).toBe(true))
    log.append('shop', messageAdded('shop', 1))
    const { conversations } = (await asking).data
    const cursors = [conversations.eventCursor, conversations.nodes[0].messages.eventCursor]
    for (const after of cursors) {
      const stream = listen(client(), { after, filter: { accountIds: [accountId('shop')] } })
      expect(await stream.next()).toMatchObject({ recovered: true, replaying: 1 })
      expect(await stream.next()).toMatchObject({ eventId: 'event 1' })
    }
  })

  test('says that there is a gap instead of replaying a part, and where to go on', async () => {
    const { client, log } = await startListening()
    const { cursor: after } = await listen(client()).next()
    log.append('school', ...[1, 2, 3].map((number) => messageAdded('school', number)))
    log.forgetAllBut('school', 1)
    const stream = listen(client(), { after })
    expect(await stream.next()).toMatchObject({ __typename: 'StreamReady', recovered: false, replaying: 0 })
    const gap = await stream.next()
    expect(gap).toMatchObject({ __typename: 'StreamGap', reason: 'CURSOR_EXPIRED', accounts: [{ key: 'school' }] })
    expect(await stream.next()).toBeNull()
    expect(await listen(client(), { after: gap.cursor }).next()).toMatchObject({ recovered: true, replaying: 0 })
  })

  test('says that there is a gap where more was missed at the provider than can be found out, to those concerned', async () => {
    const { client, log } = await startListening()
    const all = listen(client())
    const ofTalk = listen(client(), { filter: { conversationIds: [TALK], kinds: ['DELIVERY'] } })
    const ofSchool = listen(client(), { filter: { accountIds: [accountId('school')] } })
    for (const stream of [all, ofTalk, ofSchool]) await Promise.all([stream.next(), stream.next()])
    log.append('shop', eventsLost('shop', 1))
    log.append('school', messageAdded('school', 2))
    for (const stream of [all, ofTalk]) {
      const gap = await stream.next()
      expect(gap).toMatchObject({ __typename: 'StreamGap', reason: 'PROVIDER_OUTAGE', accounts: [{ key: 'shop' }] })
      expect(await stream.next()).toBeNull()
    }
    expect(await ofSchool.next()).toMatchObject({ eventId: 'event 2' })
  })

  test('refuses a cursor of somebody else', async () => {
    const nora = await startListening()
    const piet = await startListening({ viewer: { id: 'piet' }, beside: nora })
    const { cursor: after } = await listen(nora.client()).next()
    await expect(listen(piet.client(), { after }).next()).rejects.toMatchObject([
      { extensions: { code: 'CURSOR_INVALID' } },
    ])
  })

  test.each([
    [{ kinds: ['DELIVERY'] }, ['event 2']],
    [{ accountIds: [accountId('school')] }, ['event 3']],
    [{ conversationIds: [TALK] }, ['event 1', 'event 2']],
    [{ providers: ['BIRD'] }, []],
    [{}, ['event 1', 'event 2', 'event 3']],
  ])('with the filter %j tells %j', async (filter, expected) => {
    const { client, log } = await startListening()
    const { cursor: after } = await listen(client()).next()
    log.append('shop', messageAdded('shop', 1), deliveryChanged('shop', 2))
    log.append('school', messageAdded('school', 3))
    const stream = listen(client(), { after, filter })
    const told: string[] = []
    for (let item = await stream.next(); item.__typename !== 'CaughtUp'; item = await stream.next()) {
      if (item.eventId) told.push(item.eventId)
    }
    expect(told).toEqual(expected)
  })

  test.each([{ accountIds: [TALK] }, { conversationIds: ['nonsense'] }])('refuses the filter %j', async (filter) => {
    const { client } = await startListening()
    await expect(listen(client(), { filter }).next()).rejects.toMatchObject([
      { extensions: { code: 'VALIDATION_FAILED' } },
    ])
  })

  test('tells of typing and of how accounts do', async () => {
    const { client, feed } = await startListening()
    const stream = listen(client())
    await stream.next()
    await stream.next()
    feed.tellSourceHealth('school')
    expect(await stream.next()).toMatchObject({ source: { state: 'OK', account: { key: 'school' } } })
    const typing = { holder: 'team', typing: true, audience: 'public', occurredAt: null } as const
    feed.tellTyping({ type: 'typing-changed', conversation: messageAdded('shop', 1).conversation, ...typing })
    expect(await stream.next()).toMatchObject({ __typename: 'TypingChanged', typing: true })
  })
})

describe('an event', () => {
  const WITH_CONVERSATION = `subscription { conversationEvents { __typename
    ... on ConversationEvent { conversationId conversation { id status } } } }`

  test('whose conversation cannot be read arrives with its ids', async () => {
    const { client, log } = await startListening()
    const stream = listen(client(), {}, WITH_CONVERSATION)
    await stream.next()
    await stream.next()
    log.append('shop', messageAdded('shop', 1))
    expect(await stream.next()).toEqual({ __typename: 'MessageAdded', conversationId: TALK, conversation: null })
    expect(stream.errors()).toMatchObject([{ extensions: { code: 'PROVIDER_UNAVAILABLE', account: 'shop' } }])
  })

  test('is read anew: what was true an event ago is forgotten, and there is time and budget for each', async () => {
    const shop = await startShop()
    const { client, log, ask, contexts } = await startListening({
      providers: { shop: shop.provider },
      accounts: ['shop'],
    })
    const { data } = await ask('{ conversations(first: 1, filter: { statuses: [OPEN] }) { nodes { id } } }')
    const { id } = data.conversations.nodes[0]
    const stream = listen(client(), {}, WITH_CONVERSATION)
    await stream.next()
    await stream.next()
    const before = contexts.length
    log.append('shop', aboutConversation(id, 1))
    expect(await stream.next()).toMatchObject({ conversation: { id, status: 'OPEN' } })
    // The first event used up its time; the stream is older than any operation may be.
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000)
    onTestFinished(() => void vi.restoreAllMocks())
    log.append('shop', aboutConversation(id, 2))
    expect(await stream.next()).toMatchObject({ conversation: { id, status: 'OPEN' } })
    const deadlines = contexts.slice(before).map(({ sources }) => sources[0]!.call.deadline)
    expect(new Set(deadlines).size).toBe(2)
    expect(new Set(contexts.slice(before).map(({ sources }) => sources[0]!.call.budget)).size).toBe(2)
  })

  test('is found out once for all who ask the same with the same rights', async () => {
    const nora = await startListening()
    const piet = await startListening({ viewer: { id: 'piet' }, beside: nora })
    const clients = [nora, nora, nora, nora, piet].map(({ client }) => client())
    const streams = clients.map((client) => listen(client, {}, WITH_CONVERSATION))
    const other = listen(nora.client(), {}, LISTEN)
    for (const stream of [...streams, other]) await Promise.all([stream.next(), stream.next()])
    const before = nora.contexts.length + piet.contexts.length
    nora.log.append('shop', messageAdded('shop', 1))
    for (const stream of [...streams, other]) {
      expect(await stream.next()).toMatchObject({ __typename: 'MessageAdded', conversationId: TALK })
    }
    expect(nora.contexts.length + piet.contexts.length - before).toBe(3)
  })

  test('of the team alone never reaches an end user', async () => {
    const [agent, endUser] = await Promise.all(
      (['agent', 'end-user'] as const).map(async (kind) => {
        const { client, log } = await startListening({ viewer: { kind }, providers: { shop: onlyShowing('999') } })
        const stream = listen(client())
        await stream.next()
        await stream.next()
        log.append('shop', messageAdded('shop', 1, { audience: 'internal' }), messageAdded('shop', 2))
        return stream
      }),
    )
    expect(await agent!.next()).toMatchObject({ eventId: 'event 1' })
    expect(await agent!.next()).toMatchObject({ eventId: 'event 2' })
    expect(await endUser!.next()).toMatchObject({ eventId: 'event 2' })
  })

  test('of a conversation that an end user cannot see is not told to them', async () => {
    const shown = { kind: 'conversation', account: 'shop', native: '1' } as const
    const providers = { shop: onlyShowing(shown.native) }
    const { client, log } = await startListening({ viewer: { kind: 'end-user' }, providers })
    const stream = listen(client())
    await stream.next()
    await stream.next()
    log.append('shop', messageAdded('shop', 1), messageAdded('shop', 2, { conversation: shown }))
    expect(await stream.next()).toMatchObject({ eventId: 'event 2' })
  })

  test('is a gap for an end user where nobody can say whether they may see it', async () => {
    const { client, log } = await startListening({ viewer: { kind: 'end-user' } })
    const stream = listen(client())
    await stream.next()
    await stream.next()
    log.append('shop', messageAdded('shop', 1))
    expect(await stream.next()).toMatchObject({ __typename: 'StreamGap', reason: 'PROVIDER_OUTAGE' })
    expect(await stream.next()).toBeNull()
  })
})

test('receiptsChanged tells delivered and read changes of some conversations alone', async () => {
  const { client, log } = await startListening()
  const document = `subscription ($ids: [ID!]!) { receiptsChanged(conversationIds: $ids) { __typename
    ... on HorizonMoved { kind movedBack horizon { sortKey origin precision upToTime } participant { id } }
    ... on DeliveryChanged { previous current participant { id } } } }`
  const stream = listen(client(), { ids: [TALK] }, document)
  expect(await stream.next()).toEqual({ __typename: 'StreamReady' })
  expect(await stream.next()).toEqual({ __typename: 'CaughtUp' })
  const position = { sortKey: '5', upToTime: null, upToMessage: null, occurredAt: null }
  const horizon = { ...position, holder: 'team', kind: 'read', precision: 'up-to-time' } as const
  log.append('shop', messageAdded('shop', 1), deliveryChanged('shop', 2))
  log.append('school', deliveryChanged('school', 3))
  log.append('shop', { ...base('shop', 4), type: 'horizon-moved', horizon, movedBack: true })
  expect(await stream.next()).toEqual({
    __typename: 'DeliveryChanged',
    previous: 'SENT',
    current: 'DELIVERED',
    participant: null,
  })
  expect(await stream.next()).toEqual({
    __typename: 'HorizonMoved',
    kind: 'READ',
    movedBack: true,
    participant: null,
    horizon: { sortKey: '5', origin: 'WEBHOOK', precision: 'UP_TO_TIME', upToTime: null },
  })
})

test('two tenants never see each other’s events', async () => {
  const shop = await startListening({ viewer: { id: 'shop' }, accounts: ['shop'] })
  const school = await startListening({ viewer: { id: 'school' }, accounts: ['school'], beside: shop })
  const streams = [listen(shop.client()), listen(school.client())]
  for (const stream of streams) await Promise.all([stream.next(), stream.next()])
  for (let number = 1; number <= 100; number += 1) {
    const account = ACCOUNTS[number % 2]!
    shop.log.append(account, messageAdded(account, number))
  }
  for (const [index, stream] of streams.entries()) {
    const told = await Promise.all(Array.from({ length: 50 }, () => stream.next()))
    expect(told.map(({ conversationId }) => parseGlobalId(conversationId)?.account)).toEqual(
      Array(50).fill(ACCOUNTS[index]),
    )
  }
})

test('an account tells when its newest event came in', async () => {
  const { log, ask } = await startListening()
  const question = '{ accounts { key lastEventAt } }'
  expect((await ask(question)).data.accounts[0]).toEqual({ key: 'shop', lastEventAt: null })
  log.append('shop', messageAdded('shop', 1))
  const recordedAt = messageAdded('shop', 1).recordedAt.toISOString()
  expect((await ask(question)).data.accounts[0]).toEqual({ key: 'shop', lastEventAt: recordedAt })
  const restarted = await openFeed({ log, accounts: ['shop', 'school'], onFailure: () => {} })
  expect(restarted.lastEventAt('shop')?.toISOString()).toBe(recordedAt)
  expect(restarted.lastEventAt('school')).toBeNull()
  await restarted.close()
})

/** The items of a subscription, over a graphql-ws client. */
function listen(client: Client, variables: object = {}, query = LISTEN) {
  const results = client.iterate<Record<string, any>>({ query, variables: variables as Record<string, unknown> })
  let errors: readonly unknown[] | undefined
  return {
    /** The next item; null at the end. Rejects with the errors where there is no item at all. */
    next: async (): Promise<any> => {
      const { value, done } = await results.next()
      if (done) return null
      errors = value.errors
      if (!value.data) throw value.errors
      return Object.values(value.data)[0]
    },
    errors: () => errors,
    end: async () => void (await results.return?.()),
  }
}

function base(account: string, number: number) {
  const { id, origin, conversation, occurredAt, recordedAt, audience } = messageAdded(account, number)
  return { id, origin, conversation, occurredAt, recordedAt, audience }
}

function aboutConversation(id: string, number: number): LoggedEvent {
  const parsed = parseGlobalId(id)
  if (parsed?.type !== 'Conversation') throw new Error(`${id} is not the id of a conversation`)
  return {
    ...base('shop', number),
    conversation: parsed.conversation,
    type: 'conversation-changed',
    changed: [],
    facts: {},
  }
}

async function isBusy(asking: Promise<unknown>): Promise<boolean> {
  return Promise.race([asking.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, 50, true))])
}

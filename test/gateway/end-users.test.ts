import { describe, expect, test } from 'vitest'
import { type Provider, ProviderError } from '../../providers/port/index.ts'
import type { LoggedEvent } from '../../schema/logged-event.ts'
import { conversationOf, deliveryChanged, messageAdded } from '../events/happenings.ts'
import { onlyShowing, startListening, TALK } from './listening-gateway.ts'
import { openEventSource, type RawStream } from './raw-streams.ts'

const LISTEN = `subscription ($after: EventCursor) { conversationEvents(after: $after) {
  __typename
  ... on StreamItem { cursor }
  ... on StreamReady { recovered replaying }
  ... on CaughtUp { replayed }
  ... on StreamGap { reason accounts { key } }
  ... on ConversationEvent { eventId conversation { title } }
  ... on MessageAdded { messageEdge { node { text } } }
  ... on TypingChanged { typing }
} }`

const RECEIPTS = `subscription ($ids: [ID!]!) { receiptsChanged(conversationIds: $ids) {
  __typename ... on DeliveryChanged { current } ... on HorizonMoved { horizon { sortKey } } } }`

const SECRET = 'what only the team may know'
const TALK_REF = conversationOf('shop')
const FOREIGN = { ...TALK_REF, native: '1' }

describe('what happens is told to an end user', () => {
  test('as their provider shows it to them, not as it was told to the team', async () => {
    const { url, log } = await startListening({ viewer: { kind: 'end-user' }, providers: { shop: showing() } })
    const stream = await live(url)
    log.append('shop', messageAdded('shop', 1))
    const told = await itemOf(stream)
    expect(told).toMatchObject({ __typename: 'MessageAdded', eventId: 'event 1' })
    expect(told.messageEdge.node.text).toBe('as it is shown')
  })

  test('without anything that is the team’s, live and when it is told again', async () => {
    const { url, log } = await startListening({ viewer: { kind: 'end-user' }, providers: { shop: showing() } })
    const stream = await openEventSource(url, LISTEN)
    const { cursor } = await itemOf(stream)
    await itemOf(stream)
    log.append('shop', ...teamsOwn(), messageAdded('shop', 9))
    expect(await itemOf(stream)).toMatchObject({ eventId: 'event 9' })
    const again = await openEventSource(url, LISTEN, { variables: { after: cursor } })
    expect(await itemOf(again)).toMatchObject({ __typename: 'StreamReady', recovered: true, replaying: 0 })
    expect(await itemOf(again)).toMatchObject({ eventId: 'event 9' })
    expect(await itemOf(again)).toMatchObject({ __typename: 'CaughtUp', replayed: 1 })
  })

  test('and how much happened to others is not', async () => {
    const { url, log } = await startListening({ viewer: { kind: 'end-user' }, providers: { shop: showing() } })
    const first = await openEventSource(url, LISTEN)
    const { cursor } = await itemOf(first)
    const foreign = [1, 2, 3].map((number) => messageAdded('shop', number, { conversation: FOREIGN }))
    log.append('shop', ...foreign, messageAdded('shop', 4))
    const again = await openEventSource(url, LISTEN, { variables: { after: cursor } })
    expect(await itemOf(again)).toMatchObject({ __typename: 'StreamReady', replaying: 0 })
    expect(await itemOf(again)).toMatchObject({ eventId: 'event 4' })
    expect(await itemOf(again)).toMatchObject({ __typename: 'CaughtUp', replayed: 1 })
  })

  test('of receipts too', async () => {
    const { url, log } = await startListening({ viewer: { kind: 'end-user' }, providers: { shop: showing() } })
    const stream = await openEventSource(url, RECEIPTS, { variables: { ids: [TALK] } })
    await Promise.all([stream.next(), stream.next()])
    log.append('shop', ...teamsOwn(), deliveryChanged('shop', 9))
    expect((await stream.next())?.data.data.receiptsChanged).toEqual({
      __typename: 'DeliveryChanged',
      current: 'DELIVERED',
    })
  })

  test('until they are shown out: then that access has changed, once and for all', async () => {
    let isIn = true
    const { url, log } = await startListening({
      viewer: { kind: 'end-user' },
      providers: { shop: showing(() => isIn) },
    })
    const stream = await live(url)
    log.append('shop', messageAdded('shop', 1))
    expect(await itemOf(stream)).toMatchObject({ eventId: 'event 1' })
    isIn = false
    log.append('shop', shownOut(2), messageAdded('shop', 3))
    const gap = await itemOf(stream)
    expect(gap).toMatchObject({ __typename: 'StreamGap', reason: 'ACCESS_CHANGED', accounts: [{ key: 'shop' }] })
    expect(await stream.next()).toMatchObject({ event: 'complete' })
    const again = await openEventSource(url, LISTEN, { variables: { after: gap.cursor } })
    await itemOf(again)
    expect(await itemOf(again)).toMatchObject({ __typename: 'CaughtUp', replayed: 0 })
  })

  test('and nothing of a conversation that they never saw, not even that it is gone', async () => {
    const { url, log } = await startListening({ viewer: { kind: 'end-user' }, providers: { shop: showing() } })
    const stream = await live(url)
    log.append('shop', { ...eventOf(1), conversation: FOREIGN, type: 'conversation-removed' }, messageAdded('shop', 2))
    expect(await itemOf(stream)).toMatchObject({ eventId: 'event 2' })
  })
})

/** A provider that shows the conversation of invented events, and its messages with another text than they were told with. */
function showing(isShown: () => boolean = () => true): Provider {
  const none = () => new ProviderError('NOT_FOUND', 'not shown')
  const shown = {
    getConversations: async (refs: readonly { native: string }[]) =>
      refs.map(({ native }) => (isShown() && native === TALK_REF.native ? conversation() : none())),
    getMessages: async (refs: readonly { native: string; conversation: { native: string } }[]) =>
      refs.map((ref) => (isShown() && ref.conversation.native === TALK_REF.native ? messageShown(ref.native) : none())),
  }
  return new Proxy(onlyShowing(TALK_REF.native), {
    get: (provider: any, name) => shown[name as keyof typeof shown] ?? provider[name],
  })
}

function conversation() {
  return { conversation: { ref: TALK_REF, title: 'shown' }, viewer: { unread: null, readHorizon: null, labels: null } }
}

function messageShown(native: string) {
  const event = messageAdded('shop', Number(native))
  return { ...(event.type === 'message-added' && event.message), text: 'as it is shown' }
}

/** A note, what happened to the conversation, when the team looked, and that its work has changed. */
function teamsOwn(): readonly LoggedEvent[] {
  const noted = messageAdded('shop', 1)
  const horizon = {
    holder: 'team',
    kind: 'read',
    sortKey: SECRET,
    upToTime: null,
    upToMessage: null,
    occurredAt: null,
    precision: 'up-to-time',
  } as const
  const events = [
    { ...noted, ...(noted.type === 'message-added' && { message: { ...noted.message, text: SECRET } }) },
    { ...eventOf(2), type: 'conversation-changed', changed: ['labels'], facts: { labels: [SECRET] } },
    { ...eventOf(3), type: 'horizon-moved', horizon, movedBack: false },
    { ...deliveryChanged('shop', 4) },
  ] as LoggedEvent[]
  return events.map((event) => ({ ...event, audience: 'internal' }))
}

function shownOut(number: number): LoggedEvent {
  const person = { ref: { kind: 'person', account: 'shop', native: 'contact:1' }, addresses: [] }
  return { ...eventOf(number), type: 'participant-changed', participant: { person, status: 'left' } } as any
}

function eventOf(number: number) {
  const { id, origin, conversation: about, occurredAt, recordedAt, audience } = messageAdded('shop', number)
  return { id, origin, conversation: about, occurredAt, recordedAt, audience }
}

async function live(url: string): Promise<RawStream> {
  const stream = await openEventSource(url, LISTEN)
  await Promise.all([itemOf(stream), itemOf(stream)])
  return stream
}

async function itemOf(stream: RawStream): Promise<any> {
  const event = await stream.next()
  expect(JSON.stringify(event)).not.toContain(SECRET)
  return event?.data.data.conversationEvents
}

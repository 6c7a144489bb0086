import { describe, expect, test } from 'vitest'
import { messageAdded } from '../events/happenings.ts'
import { startListening } from './listening-gateway.ts'
import { openEventSource, type RawEvent } from './raw-streams.ts'

const LISTEN = `subscription ($after: EventCursor) { conversationEvents(after: $after) {
  __typename ... on StreamItem { cursor } ... on ConversationEvent { eventId } ... on StreamReady { recovered } } }`

describe.each(['GET', 'POST'])('server-sent events by %s', (method) => {
  test('tell the same as a socket, each with its cursor as its id', async () => {
    const { url, log } = await startListening()
    const stream = await openEventSource(url, LISTEN, { method })
    expect(itemOf(await stream.next())).toMatchObject({ __typename: 'StreamReady', recovered: false })
    expect(itemOf(await stream.next())).toMatchObject({ __typename: 'CaughtUp' })
    log.append('shop', messageAdded('shop', 1))
    const event = await stream.next()
    expect(event).toMatchObject({ event: 'next', data: { data: { conversationEvents: { eventId: 'event 1' } } } })
    expect(event!.id).toBe(itemOf(event).cursor)
  })

  test('go on after Last-Event-ID, whatever the operation itself says', async () => {
    const { url, log } = await startListening()
    const first = await openEventSource(url, LISTEN, { method })
    const beginning = await first.next()
    await first.next()
    log.append('shop', messageAdded('shop', 1), messageAdded('shop', 2), messageAdded('shop', 3))
    const seen = await first.next()
    first.close()
    const second = await openEventSource(url, LISTEN, {
      method,
      variables: { after: itemOf(beginning).cursor },
      lastEventId: seen!.id!,
    })
    expect(itemOf(await second.next())).toMatchObject({ recovered: true })
    expect(itemOf(await second.next())).toMatchObject({ eventId: 'event 2' })
    expect(itemOf(await second.next())).toMatchObject({ eventId: 'event 3' })
    expect(itemOf(await second.next())).toMatchObject({ __typename: 'CaughtUp' })
  })
})

test('a stream with a gap says so and is complete', async () => {
  const { url, log } = await startListening()
  const first = await openEventSource(url, LISTEN)
  const { id } = (await first.next())!
  first.close()
  log.startAnew()
  const stream = await openEventSource(url, LISTEN, { lastEventId: id! })
  expect(itemOf(await stream.next())).toMatchObject({ recovered: false })
  expect(itemOf(await stream.next())).toMatchObject({ __typename: 'StreamGap' })
  expect(await stream.next()).toMatchObject({ event: 'complete' })
  expect(await stream.next()).toBeNull()
})

test('a cursor that nobody made is an error and no stream', async () => {
  const { url } = await startListening()
  const stream = await openEventSource(url, LISTEN, { lastEventId: 'x' })
  expect(await stream.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'CURSOR_INVALID' } }] } })
  expect(await stream.next()).toMatchObject({ event: 'complete' })
})

test('nobody listens any more when the reader hangs up', async () => {
  const { url, feed } = await startListening()
  const stream = await openEventSource(url, LISTEN)
  await stream.next()
  await stream.next()
  expect(feed.subscribers).toBe(1)
  stream.close()
  await expect.poll(() => feed.subscribers).toBe(0)
})

test('a reader that does not read is cut off, and goes on later without a loss', async () => {
  const { url, log, feed } = await startListening()
  const [stalled, brisk] = [await openEventSource(url, LARGE), await openEventSource(url, LISTEN)]
  const start = await stalled.next()
  await brisk.next()
  await brisk.next()
  await expect.poll(() => feed.subscribers).toBe(2)
  for (let number = 1; number <= 1_000; number += 1) {
    log.append('shop', withText(number))
    expect(itemOf(await brisk.next())).toMatchObject({ eventId: `event ${number}` })
  }
  expect(feed.subscribers).toBe(1)
  const resumed = await openEventSource(url, LISTEN, { lastEventId: start!.id! })
  await resumed.next()
  for (let number = 1; number <= 1_000; number += 1) {
    expect(itemOf(await resumed.next())).toMatchObject({ eventId: `event ${number}` })
  }
})

test('the end of the gateway ends streams without calling them complete, so that clients come again', async () => {
  const { url, drain } = await startListening()
  const stream = await openEventSource(url, LISTEN)
  await stream.next()
  await stream.next()
  await drain()
  expect(await stream.next()).toBeNull()
})

const LARGE = 'subscription { conversationEvents { ... on MessageAdded { messageEdge { node { text } } } } }'

function withText(number: number) {
  const event = messageAdded('shop', number)
  if (event.type !== 'message-added') throw new Error('not a message')
  return { ...event, message: { ...event.message, text: 'x'.repeat(20_000) } }
}

function itemOf(event: RawEvent | null): any {
  return event?.data.data.conversationEvents
}

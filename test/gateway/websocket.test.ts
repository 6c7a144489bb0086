import { once } from 'node:events'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { messageAdded } from '../events/happenings.ts'
import { onlyShowing, startListening } from './listening-gateway.ts'
import { openSocket, type RawSocket } from './raw-streams.ts'

const LISTEN = 'subscription { conversationEvents { __typename ... on ConversationEvent { eventId } } }'
const WITH_TEXT = 'subscription { conversationEvents { ... on MessageAdded { messageEdge { node { text } } } } }'

describe('an operation that makes no sense', () => {
  test.each([
    ['cannot be parsed', { query: 'subscription {' }],
    ['asks for what is not there', { query: 'subscription { nothing }' }],
    ['is too deep to parse', { query: `{${'a{'.repeat(20_000)}` }],
    ['names no operation', { query: LISTEN, operationName: 'Other' }],
    ['has a cursor that nobody made', { query: `subscription { conversationEvents(after: "x") { __typename } }` }],
    ['has wrong variables', { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: {} } }],
  ])('because it %s gets its error alone, and the socket’s others go on', async (_why, payload) => {
    const { url, log } = await startListening()
    const socket = await openSocket(url)
    await subscribe(socket, 'good')
    socket.send({ id: 'bad', type: 'subscribe', payload })
    const answer = await socket.message(({ id }) => id === 'bad')
    expect(answer.type === 'error' ? answer.payload : answer.payload.errors).toMatchObject([
      { message: expect.any(String) },
    ])
    log.append('shop', messageAdded('shop', 1))
    await socket.message(isEvent('good', 1))
    expect(socket.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('because it cannot be parsed gets the message “error”, as the protocol has it', async () => {
    const { url } = await startListening()
    const socket = await openSocket(url)
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{' } })
    expect(await socket.message(({ id }) => id === '1')).toMatchObject({ type: 'error' })
  })
})

test('queries run on a socket as they do over HTTP', async () => {
  const { url } = await startListening()
  const socket = await openSocket(url)
  socket.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { displayName } }' } })
  expect(await socket.message(({ id }) => id === '1')).toMatchObject({
    type: 'next',
    payload: { data: { viewer: { displayName: 'Nora' } } },
  })
  await socket.message(({ id, type }) => id === '1' && type === 'complete')
})

test('fifty operations may run on a socket, and one more is refused', async () => {
  const { url, feed } = await startListening()
  const socket = await openSocket(url)
  for (let number = 1; number <= 50; number += 1) await subscribe(socket, String(number))
  socket.send({ id: '51', type: 'subscribe', payload: { query: LISTEN } })
  expect(await socket.message(({ id }) => id === '51')).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
  })
  socket.send({ id: '50', type: 'complete' })
  await expect.poll(() => feed.subscribers).toBe(49)
  await subscribe(socket, '52')
  expect(feed.subscribers).toBe(50)
})

test('a socket that says nothing for three seconds is closed', async () => {
  const { url } = await startListening()
  const before = Date.now()
  const { closed } = await openSocket(url, { init: false })
  expect(await closed).toMatchObject({ code: 4408 })
  expect(Date.now() - before).toBeGreaterThanOrEqual(2_900)
})

test('a frame over 64 KiB closes its socket', async () => {
  const { url, feed } = await startListening()
  const [socket, other] = [await openSocket(url), await openSocket(url)]
  await subscribe(socket, '1')
  await subscribe(other, '1')
  socket.send({ id: '2', type: 'subscribe', payload: { query: `{ viewer { kind } } #${'x'.repeat(64 * 1024)}` } })
  expect(await socket.closed).toMatchObject({ code: 1009 })
  await expect.poll(() => feed.subscribers).toBe(1)
})

describe('a page', () => {
  test('of another site opens no socket', async () => {
    const { url } = await startListening()
    await expect(openSocket(url, { origin: 'https://elsewhere.example' })).rejects.toThrow('403')
    await expect(openSocket(url, { origin: 'null' })).rejects.toThrow('403')
  })

  test('of the gateway itself does', async () => {
    const { url } = await startListening()
    await openSocket(url, { origin: new URL(url).origin })
  })

  test('finds no socket anywhere else', async () => {
    const { url } = await startListening()
    await expect(openSocket(url.replace('/graphql', '/elsewhere'))).rejects.toThrow('404')
  })
})

describe('when sockets end', () => {
  test('nobody listens any more, however they ended', async () => {
    const { url, feed } = await startListening()
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(url)))
    for (const socket of sockets) await subscribe(socket, '1')
    expect(feed.subscribers).toBe(3)
    sockets[0]!.send({ id: '1', type: 'complete' })
    sockets[1]!.socket.close()
    sockets[2]!.socket.terminate()
    await expect.poll(() => feed.subscribers).toBe(0)
  })

  test('because the log began anew, they are told that there is a gap', async () => {
    const { url, log } = await startListening()
    const socket = await openSocket(url)
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: {
        query: 'subscription { conversationEvents { ... on StreamGap { reason } ... on CaughtUp { replayed } } }',
      },
    })
    await socket.message((message) => message.payload?.data.conversationEvents.replayed === 0)
    log.startAnew()
    await socket.message((message) => message.payload?.data.conversationEvents.reason === 'LOG_RESET')
    await socket.message(({ id, type }) => id === '1' && type === 'complete')
    expect(await socket.closed).toMatchObject({ code: 4410 })
  })

  test('because the gateway ends, they are closed one after another, to be opened again', async () => {
    const { url, drain, feed } = await startListening()
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(url)))
    for (const socket of sockets) await subscribe(socket, '1')
    const before = Date.now()
    await drain()
    for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 1012 })
    expect(Date.now() - before).toBeGreaterThan(500)
    expect(feed.subscribers).toBe(0)
    expect(await (await openSocket(url, { init: false })).closed).toMatchObject({ code: 1012 })
  })
})

test('what goes wrong unforeseen while an event is looked into is masked, once for all who listen', async () => {
  const broken = new Proxy(onlyShowing('talk'), {
    get: (provider: any, name) => {
      if (name === 'getConversations') return () => Promise.reject(new TypeError('a secret of the house'))
      return provider[name]
    },
  })
  const { url, log } = await startListening({ providers: { shop: broken } })
  const query = 'subscription { conversationEvents { __typename ... on ConversationEvent { conversation { title } } } }'
  const sockets = await Promise.all([openSocket(url), openSocket(url)])
  const isCaughtUp = ({ payload }: any) => payload?.data?.conversationEvents.__typename === 'CaughtUp'
  for (const socket of sockets) {
    socket.send({ id: '1', type: 'subscribe', payload: { query } })
    await socket.message(isCaughtUp)
  }
  log.append('shop', messageAdded('shop', 1))
  const results = await Promise.all(sockets.map((socket) => socket.message(({ payload }) => payload?.errors)))
  const [one, other] = results.map(({ payload }) => payload)
  expect(JSON.stringify(one)).not.toContain('secret')
  expect(one.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }])
  expect(one).toEqual(other)
})

test('ten sockets that are not read among two hundred end, and the others lose nothing', async () => {
  const { url, log, feed } = await startListening()
  const count = 1_000
  const brisk = await Promise.all(Array.from({ length: 190 }, () => openCounter(url, LISTEN)))
  const stalled = await Promise.all(Array.from({ length: 10 }, () => openCounter(url, WITH_TEXT)))
  await expect.poll(() => feed.subscribers).toBe(200)
  await Promise.all([...brisk, ...stalled].map(({ started }) => started))
  for (const { socket } of stalled) socket.pause()
  // Larger than what the network keeps between two processes that do not read.
  const text = 'x'.repeat(20_000)
  const told = (number: number) => brisk.every((counter) => counter.last >= number)
  for (let number = 1; number <= count; number += 1) {
    log.append('shop', withText(number, text))
    if (number % 20 === 0) while (!told(number - 20)) await turn()
  }
  await expect.poll(() => told(count), { timeout: 60_000 }).toBe(true)
  for (const counter of brisk) expect(counter.outOfOrder).toBe(0)
  expect(feed.subscribers).toBe(190)
  // The server has closed them; they learn of it when they read again.
  await sleep(1_500)
  for (const { socket } of stalled) socket.resume()
  for (const { closed } of stalled) expect((await closed)[0]).toBe(4411)
}, 120_000)

async function subscribe(socket: RawSocket, id: string): Promise<void> {
  socket.send({ id, type: 'subscribe', payload: { query: LISTEN } })
  await socket.message(
    (message) => message.id === id && message.payload?.data?.conversationEvents.__typename === 'CaughtUp',
  )
}

function isEvent(id: string, number: number) {
  return (message: any) => message.id === id && message.payload?.data?.conversationEvents.eventId === `event ${number}`
}

function withText(number: number, text: string) {
  const event = messageAdded('shop', number)
  if (event.type !== 'message-added') throw new Error('not a message')
  return { ...event, message: { ...event.message, text } }
}

/** A client that only counts, so that hundreds of them fit into one process. */
async function openCounter(url: string, query: string) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
  const closed = once(socket, 'close')
  await once(socket, 'open')
  let hasStarted = () => {}
  const counter = {
    socket,
    closed,
    last: 0,
    outOfOrder: 0,
    started: new Promise<void>((resolve) => {
      hasStarted = resolve
    }),
  }
  let messages = 0
  socket.on('message', (data: Buffer) => {
    messages += 1
    if (messages === 1) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    // The acknowledgement, StreamReady and CaughtUp.
    if (messages === 3) hasStarted()
    const start = data.indexOf('event ')
    if (start === -1) return
    const number = Number.parseInt(data.toString('latin1', start + 6, start + 16), 10)
    if (number !== counter.last + 1) counter.outOfOrder += 1
    counter.last = number
  })
  socket.send('{"type":"connection_init"}')
  return counter
}

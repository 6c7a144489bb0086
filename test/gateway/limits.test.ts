import { getIntrospectionQuery } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, LIMIT_CODES } from '../../src/limits/limits.ts'
import { startWorld, type World } from '../support/world.ts'
import { startListening } from './listening-gateway.ts'
import { openSocket } from './raw-streams.ts'
import { codesOf, type Payload, post, TRANSPORTS } from './transports.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  return () => world.close()
})

const ways = Object.entries(TRANSPORTS)

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(' ')
}

/** An account’s health tells of the account again. */
function deep(depth: number): string {
  const path = Array.from({ length: depth - 2 }, (_, index) => (index % 2 === 0 ? 'health' : 'account'))
  const end = depth % 2 === 0 ? 'key' : 'state'
  return `{ accounts {${path.map((name) => `${name} {`).join(' ')} ${end} ${'}'.repeat(depth - 2)} } }`
}

function nested(depth: number): object {
  return depth === 1 ? {} : { in: nested(depth - 1) }
}

/** Operations of exactly so much of something, which break no other limit. */
const SIZED: Readonly<Record<string, { readonly n: number; readonly code: string; of(n: number): Payload }>> = {
  tokens: {
    ...limit('tokens'),
    of: (n) => ({ query: `{ accounts { capabilities(of: [${'SEND_TEXT '.repeat(n - 15)}]) { level } } }` }),
  },
  comments: { ...limit('comments'), of: (n) => ({ query: `${'# so\n'.repeat(n)}{ accounts { id } }` }) },
  depth: { ...limit('depth'), of: (n) => ({ query: deep(n) }) },
  aliases: { ...limit('aliases'), of: (n) => ({ query: `{ accounts { ${times(n, (i) => `a${i}: id`)} } }` }) },
  'root fields': {
    ...limit('rootFields'),
    of: (n) => ({ query: `{ ${times(n, (i) => ['accounts { id }', 'viewer { kind }', '__typename'][i % 3] ?? '')} }` }),
  },
  'the same root field': { ...limit('sameRootField'), of: (n) => ({ query: `{ ${'accounts { id } '.repeat(n)} }` }) },
  directives: {
    ...limit('directives'),
    of: (n) => ({ query: `{ accounts { ${'id @include(if: true) '.repeat(n)} } }` }),
  },
  fragments: {
    ...limit('fragments'),
    of: (n) => ({
      query: `{ accounts { ${times(n, (i) => `...F${i}`)} } } ${times(n, (i) => `fragment F${i} on Account { id }`)}`,
    }),
  },
  'depth of variables': {
    ...limit('variablesDepth'),
    of: (n) => ({ query: '{ accounts { id } }', variables: nested(n) }),
  },
  rows: { n: 100, code: 'TOO_MANY_ROWS', of: (n) => ({ query: `{ conversations(first: ${n}) { nodes { id } } }` }) },
  'rows by a variable': {
    n: 100,
    code: 'TOO_MANY_ROWS',
    of: (n) => ({ query: 'query ($n: Int) { conversations(first: $n) { nodes { id } } }', variables: { n } }),
  },
  calls: {
    ...limit('calls'),
    of: (n) => ({ query: `{ conversations(first: ${n - 1}) { nodes { messages(last: 1) { nodes { id } } } } }` }),
  },
  'calls by the default of a variable': {
    ...limit('calls'),
    of: (n) => ({
      query: `query ($n: Int = ${n - 1}) { conversations(first: $n) { nodes { messages(last: 1) { nodes { id } } } } }`,
    }),
  },
}

function limit(name: keyof typeof DEFAULT_LIMITS) {
  return { n: DEFAULT_LIMITS[name], code: LIMIT_CODES[name] }
}

describe.each(ways)('over %s', (_way, ask) => {
  test.each(Object.entries(SIZED))('as many %s as the limit pass, and one more is refused', async (_name, sized) => {
    const { n, code, of } = sized
    const passed = await ask(world.url, of(n))
    expect(codesOf(passed)).toEqual([])
    expect(passed.data).toBeTruthy()
    const refused = await ask(world.url, of(n + 1))
    expect(codesOf(refused)).toEqual([code])
    expect(refused.data ?? null).toBeNull()
    for (const { extensions } of refused.errors ?? []) expect(extensions).not.toHaveProperty('http')
  })

  test('the usual introspection passes where one may look around', async () => {
    const { data } = await ask(world.url, { query: getIntrospectionQuery() })
    expect(data.__schema.types.length).toBeGreaterThan(100)
  })

  test.each([
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a name that no operation has',
      { query: '{ accounts { id } }', operationName: 'X' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('%s has a code of its own', async (_what, payload, code) => {
    const { errors = [] } = await ask(world.url, payload)
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code }])
  })

  test('wrong and missing variables are told as such, whatever they would cost', async () => {
    const query = 'query ($id: ID!, $n: Int) { node(id: $id) { id } conversations(first: $n) { nodes { id } } }'
    for (const variables of [{}, { id: null }, { id: 'x', n: 'many' }]) {
      const { errors = [] } = await ask(world.url, { query, variables })
      expect(errors[0]?.message).toMatch(/^Variable "\$(id|n)"/)
    }
  })
})

describe('a subscription', () => {
  const WAYS = ways.filter(([way]) => way !== 'HTTP')

  test.each(WAYS)('may ask for no more than a query does, over %s', async (_way, ask) => {
    const { url } = await startListening()
    const aliased = (count: number) => ({
      query: `subscription { conversationEvents { ${times(count, (i) => `a${i}: __typename`)} } }`,
    })
    expect(codesOf(await ask(url, aliased(16)))).toEqual(['TOO_MANY_ALIASES'])
    expect(codesOf(await ask(url, aliased(15)))).toEqual([])
  })

  test('is answered as server-sent events, and in no other form of stream', async () => {
    const { url } = await startListening()
    const query = 'subscription { conversationEvents { __typename } }'
    for (const accept of ['multipart/mixed', 'application/json']) {
      const answer = await post(url, { query }, { accept })
      expect(answer.status).toBe(406)
    }
  })
})

test('a client that takes other statuses gets 400 for what is too large', async () => {
  const accept = { accept: 'application/graphql-response+json' }
  for (const { n, of, code } of Object.values(SIZED).filter(({ code }) => code !== 'TOO_MANY_ROWS')) {
    const answer = await post(world.url, of(n + 1), accept)
    expect([answer.status, codesOf((await answer.json()) as never)]).toEqual([400, [code]])
  }
})

describe('a body', () => {
  const sized = (bytes: number) => {
    const body = '{"query":"{ accounts { id } } #"}'
    return body.replace('#', `#${'x'.repeat(bytes - body.length)}`)
  }
  const send = (body: string, accept: string) =>
    fetch(world.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body })

  test.each(['application/json', 'text/event-stream'])(
    'of 128 KiB passes, and a byte more is refused, for %s',
    async (accept) => {
      expect((await send(sized(128 * 1024), accept)).status).toBe(200)
      const refused = await send(sized(128 * 1024 + 1), accept)
      expect(refused.status).toBe(413)
      expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] })
    },
  )
})

describe('a socket', () => {
  const frame = (bytes: number) => {
    const text = '{"id":"1","type":"subscribe","payload":{"query":"{ accounts { id } } #"}}'
    return text.replace('#', `#${'x'.repeat(bytes - text.length)}`)
  }

  test('takes a frame of 64 KiB, and is closed for a byte more', async () => {
    const socket = await openSocket(world.url)
    socket.send(frame(64 * 1024))
    expect(await socket.message(({ type }) => type === 'next')).toMatchObject({ payload: { data: {} } })
    socket.send(frame(64 * 1024 + 1))
    expect(await socket.closed).toMatchObject({ code: 1009 })
  })

  test('takes a message in 32 pieces, and is closed for one piece more', async () => {
    const socket = await openSocket(world.url)
    const inPieces = (count: number) => {
      const text = frame(4_096)
      for (let piece = 0; piece < count; piece += 1) {
        const at = (index: number) => Math.floor((text.length * index) / count)
        socket.socket.send(text.slice(at(piece), at(piece + 1)), { fin: piece === count - 1 })
      }
    }
    inPieces(32)
    expect(await socket.message(({ type }) => type === 'next')).toMatchObject({ payload: { data: {} } })
    inPieces(33)
    expect(await socket.closed).toMatchObject({ code: 1008 })
  })

  test('takes ids of 64 characters, and no longer ones', async () => {
    const socket = await openSocket(world.url)
    const ask = (id: string) => {
      socket.send({ id, type: 'subscribe', payload: { query: '{ viewer { kind } }' } })
      return socket.message((message) => message.id === id)
    }
    expect(await ask('x'.repeat(64))).toMatchObject({ type: 'next' })
    expect(await ask('x'.repeat(65))).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
  })

  test('may send sixty messages at once, and is closed for good after more', async () => {
    const { url } = await startListening({ socketLimits: { messagesPerMinute: 0 } })
    const socket = await openSocket(url)
    for (let message = 2; message <= 60; message += 1) socket.send({ type: 'ping', payload: { message } })
    await socket.message(({ payload }) => payload?.message === 60)
    socket.send({ type: 'ping' })
    expect(await socket.closed).toEqual({ code: 1008, reason: 'too many messages' })
  })

  test('has to be opened anew some time', async () => {
    const { url } = await startListening({ socketLimits: { maxAgeMs: 300 } })
    const before = Date.now()
    const { closed } = await openSocket(url)
    expect(await closed).toEqual({ code: 1012, reason: 'come again' })
    expect(Date.now() - before).toBeGreaterThan(250)
  })

  test('finds no place while too many others do not say who they are, and does once they have', async () => {
    const { url } = await startListening({ socketLimits: { strangers: 2 } })
    const strangers = [await openSocket(url, { init: false }), await openSocket(url, { init: false })]
    expect(await (await openSocket(url, { init: false })).closed).toMatchObject({ code: 1013 })
    strangers[0]?.send({ type: 'connection_init' })
    await strangers[0]?.message(({ type }) => type === 'connection_ack')
    strangers[1]?.socket.terminate()
    await expect.poll(async () => (await openSocket(url).catch(() => null))?.socket.readyState).toBe(1)
  })

  test('finds no place where there are too many already', async () => {
    const { url } = await startListening({ socketLimits: { sockets: 1 } })
    await openSocket(url)
    expect(await (await openSocket(url, { init: false })).closed).toMatchObject({ code: 1013 })
  })
})

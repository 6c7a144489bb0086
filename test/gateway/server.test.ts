import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startThrowawayGateway, type ThrowawayGateway } from './throwaway-gateway.ts'

let gateway: ThrowawayGateway

beforeAll(async () => {
  gateway = await startThrowawayGateway()
})
afterAll(() => gateway.close())

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** Asks three times: the first time interpreted, then compiled. */
async function askThrice(query: string): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (let time = 0; time < 3; time += 1) answers.push(await (await post({ query })).json())
  return answers
}

interface RawAnswer {
  readonly status: number | undefined
  readonly body: string
}

/** fetch neither sends a foreign Host nor several transfer codings. */
function raw(path: string, headers: Record<string, string>, chunks: readonly string[] = []): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const method = chunks.length > 0 ? 'POST' : 'GET'
    const outgoing = request(`${gateway.url}${path}`, { method, headers }, async (answer) => {
      resolve({ status: answer.statusCode, body: await text(answer) })
    })
    outgoing.on('error', reject)
    for (const chunk of chunks) outgoing.write(chunk)
    outgoing.end()
  })
}

describe('the routes', () => {
  it.each([
    ['/livez', 200, 'alive'],
    ['/readyz', 200, 'ready'],
    ['/', 200, '/graphql'],
    ['/metrics', 200, 'gateway_uptime_seconds'],
  ])('answers at %s', async (path, status, part) => {
    const answer = await fetch(gateway.url + path)
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(part)])
  })

  it.each([
    '/health',
    '/graphql/health',
    '/graphql/',
    '/graphql/readyz',
    '/x/livez',
    '/livez/',
    '//graphql',
    '/GRAPHQL',
    '/favicon.ico',
  ])('finds nothing at %s, because paths are matched exactly', async (path) => {
    expect((await fetch(gateway.url + path)).status).toBe(404)
  })

  it('answers 503 at /readyz once it is stopping, and goes on answering at /livez', async () => {
    const stopping = await startThrowawayGateway()
    stopping.readiness.end()
    expect((await fetch(`${stopping.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${stopping.url}/livez`)).status).toBe(200)
    await stopping.close()
  })

  it('counts requests by route and status', async () => {
    await fetch(`${gateway.url}/nowhere`)
    await fetch(`${gateway.url}/livez`)
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
      expect(metrics).toMatch(/^gateway_http_requests_total\{route="none",status="404"\} \d+$/m)
      expect(metrics).toMatch(/^gateway_http_requests_total\{route="\/livez",status="200"\} \d+$/m)
    })
  })

  it('refuses a name of the outside world that points at this machine', async () => {
    expect((await raw('/graphql?query={hello}', { host: 'attacker.example' })).status).toBe(421)
    expect((await raw('/graphql?query={hello}', { host: 'localhost.attacker.example:4000' })).status).toBe(421)
    expect((await raw('/graphql?query={hello}', { host: 'localhost:4000' })).status).toBe(200)
  })

  it('is reachable on the loopback address only', () => {
    expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describe('operations', () => {
  it('answers a POST and a GET', async () => {
    const expected = { data: { hello: 'Hello Ada' } }
    const query = 'query ($name: String) { hello(name: $name) }'
    expect(await (await post({ query, variables: { name: 'Ada' } })).json()).toEqual(expected)
    const search = new URLSearchParams({ query, variables: '{"name":"Ada"}' })
    expect(await (await fetch(`${gateway.endpoint}?${search}`)).json()).toEqual(expected)
  })

  it('answers over server-sent events to those who accept nothing else', async () => {
    const answer = await post({ query: '{ hello }' }, { accept: 'text/event-stream' })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    expect(await answer.text()).toContain('data: {"data":{"hello":"Hello world"}}')
  })

  it('gives the operation its viewer', async () => {
    expect(await askThrice('{ viewer }')).toEqual(Array(3).fill({ data: { viewer: 'Someone' } }))
  })

  it('takes the operation of that name from a document with several', async () => {
    const query = 'query A { hello(name: "A") } query B { hello(name: "B") }'
    for (const operationName of ['A', 'B', 'A', 'B']) {
      const answer = await (await post({ query, operationName })).json()
      expect(answer).toEqual({ data: { hello: `Hello ${operationName}` } })
    }
  })

  it('answers the same compiled as interpreted', async () => {
    const [interpreted, ...compiled] = await askThrice('{ rows(count: 3) { number failing } hello __typename }')
    expect(compiled).toEqual([interpreted, interpreted])
  })

  it('costs one row its field when that field fails', async () => {
    for (const answer of await askThrice('{ rows(count: 5) { number failing } }')) {
      expect(answer).toMatchObject({
        data: { rows: [{ failing: 'fine' }, {}, {}, { number: 3, failing: null }, { failing: 'fine' }] },
        errors: [{ path: ['rows', 3, 'failing'], locations: [{ line: 1, column: 27 }] }],
      })
    }
  })

  it.each(['{ bug }', '{ libraryError }', '{ impossible }'])(
    'says nothing of what went wrong inside %s',
    async (query) => {
      for (const answer of await askThrice(query)) {
        const { errors } = answer as { errors: object[] }
        expect(errors).toHaveLength(1)
        expect(errors[0]).toMatchObject({
          message: 'Something went wrong on our side.',
          extensions: { code: 'INTERNAL', correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        })
        expect(JSON.stringify(answer)).not.toMatch(/hunter2|from some library|inside|Cannot return null/)
      }
    },
  )

  it('shows what is meant for clients', async () => {
    for (const answer of await askThrice('{ refusal }')) {
      expect(answer).toMatchObject({
        data: { refusal: null },
        errors: [{ message: 'There is no such thing.', path: ['refusal'], extensions: { code: 'NOT_FOUND' } }],
      })
    }
  })

  it('says what is wrong with a variable', async () => {
    const query = 'query ($ms: Int!) { slow(ms: $ms) }'
    for (let time = 0; time < 3; time += 1) {
      expect(await (await post({ query, variables: { ms: 'soon' } })).json()).toMatchObject({
        errors: [
          { message: 'Variable "$ms" got invalid value "soon"; Int cannot represent non-integer value: "soon"' },
        ],
      })
    }
  })

  it('ends an operation that waits once its client has gone', async () => {
    const before = gateway.signals.length
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    const body = JSON.stringify({ query: '{ slow(ms: 60000) }' })
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await vi.waitFor(() => expect(gateway.signals).toHaveLength(before + 1))
    expect(gateway.signals[before]?.aborted).toBe(false)
    socket.destroy()
    await vi.waitFor(() => expect(gateway.signals[before]?.aborted).toBe(true))
  })

  it('leaves the signal of a finished operation alone', async () => {
    const before = gateway.signals.length
    await (await post({ query: '{ hello }' })).text()
    await sleep(20)
    expect(gateway.signals[before]?.aborted).toBe(false)
  })

  it('lets a running operation end while it stops', async () => {
    const stopping = await startThrowawayGateway()
    const running = fetch(`${stopping.endpoint}?query={slow(ms:200)}`)
    await vi.waitFor(() => expect(stopping.signals).toHaveLength(1))
    const closed = stopping.close()
    expect(await (await running).json()).toEqual({ data: { slow: 'at last' } })
    await closed
    await expect(fetch(stopping.url)).rejects.toThrow()
  })
})

describe('the short way of plain posts', () => {
  /** Everything but the correlation ids, which are new each time. */
  async function answerTo(body: unknown, accept: string): Promise<unknown> {
    const answer = await post(body, { accept })
    const text = (await answer.text()).replace(/"correlationId":"[^"]*"/g, '')
    return { status: answer.status, type: answer.headers.get('content-type'), text: sortedJson(text) }
  }

  function sortedJson(text: string): unknown {
    return text.startsWith('{') && !text.includes('{,') ? JSON.parse(text.replace(/,}/g, '}')) : text
  }

  it.each([
    { query: '{ hello }' },
    { query: 'query A { hello } query B { viewer }', operationName: 'B' },
    { query: 'query ($name: String) { hello(name: $name) }', variables: { name: 'Ada' } },
    { query: '{ hello }', variables: null, operationName: null, extensions: {} },
    { query: 'query A { hello } query B { viewer }', operationName: 'C' },
    { query: 'query A { hello } query B { viewer }' },
    { query: 'query ($ms: Int!) { slow(ms: $ms) }', variables: { ms: 'x' } },
    { query: 'mutation { change }' },
    { query: '{ refusal }' },
    { query: '{ bug }' },
    { query: '{ impossible }' },
    { query: '{ rows(count: 5) { failing } }' },
    { query: '{ nothing }' },
    { query: '{' },
    { query: '' },
    { query: '{ hello }', variables: [] },
    { query: '{ hello }', operationName: 1 },
    { query: '{ hello }', more: 1 },
  ])('answers %j as the long way does', async (body) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      for (let time = 0; time < 2; time += 1) {
        expect(await answerTo(body, accept)).toEqual(await answerTo(body, `${accept}, x/unknown`))
      }
    }
  })
})

describe('what is refused', () => {
  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])('refuses a POST of %s, which other pages could send', async (type) => {
    const answer = await post('query=%7Bhello%7D', { 'content-type': type })
    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }] })
  })

  it('refuses a mutation by GET', async () => {
    const answer = await fetch(`${gateway.endpoint}?query=mutation{change}`)
    expect(answer.status).toBe(405)
    expect(await answer.text()).not.toContain('changed')
  })

  it('gives no other origin leave to read', async () => {
    const origin = { origin: 'https://elsewhere.example' }
    const preflight = await fetch(gateway.endpoint, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
    const answer = await post({ query: '{ hello }' }, origin)
    for (const { headers } of [preflight, answer]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  const over = `{"query":"{hello}","padding":"${'x'.repeat(128 * 1024)}"}`

  it('refuses a body over 128 KiB by its announced length', async () => {
    const answer = await post(over)
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] })
  })

  it('refuses a body over 128 KiB that does not announce its length', async () => {
    const half = over.slice(0, over.length / 2)
    const answer = await raw('/graphql', { 'content-type': 'application/json' }, [half, half, half])
    expect(answer.status).toBe(413)
  })

  it('takes a body just under 128 KiB', async () => {
    const query = `{ hello } #${'x'.repeat(127 * 1024)}`
    expect(await (await post({ query })).json()).toEqual({ data: { hello: 'Hello world' } })
  })

  it.each([
    '{"query":',
    'null',
    '[]',
    '[{"query":"{hello}"}]',
    '"text"',
    '{}',
    '{"query":1}',
    '{"query":"{hello}","more":1}',
  ])('answers the body %s with an error, not with a failure of its own', async (body) => {
    const answer = await post(body)
    expect(answer.status).toBeLessThan(500)
    const { errors } = (await answer.json()) as { errors: readonly { extensions: object }[] }
    expect(errors.length).toBeGreaterThan(0)
    for (const { extensions } of errors) expect(extensions).not.toHaveProperty('correlationId')
  })
})

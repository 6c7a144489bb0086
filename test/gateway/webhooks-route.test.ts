import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Secret } from '../../providers/kit/secret.ts'
import { type EventInlet, ProviderError, type Received, type WebhookDelivery } from '../../providers/port/index.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { type HttpServer, startServer } from '../../src/http/server.ts'
import { createWebhookRoute } from '../../src/http/webhooks.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { Metrics } from '../../src/ops/metrics.ts'

const TOKEN = 'abcdefghijklmnopqrstuvwx'
const MEBIBYTE = 1024 * 1024

/** Believes whoever says the password, and reads bodies that are lists. */
class PasswordInlet implements EventInlet {
  readonly deliveries: WebhookDelivery[] = []

  receive(delivery: WebhookDelivery): Received {
    this.deliveries.push(delivery)
    if (delivery.headers['x-password'] !== 'open sesame') throw new ProviderError('UNAUTHENTICATED', 'not the password')
    const body = Buffer.from(delivery.body).toString()
    if (!body.startsWith('[')) throw new ProviderError('MALFORMED', 'the body is no list')
    return { deliveryId: body, events: [], nudges: [] }
  }

  locate(): Promise<never> {
    throw new ProviderError('NOT_FOUND', 'nothing is nowhere')
  }

  connect(): null {
    return null
  }
}

let server: HttpServer
let inlet: PasswordInlet
let stored: [account: string, received: Received][]
let fails: Error | null
let isOpen: boolean
let slowly: Promise<void> | null
let logLines: string[]
const metrics = async () => (await fetch(`${server.url}/metrics`)).text()

beforeEach(async () => {
  inlet = new PasswordInlet()
  stored = []
  fails = null
  isOpen = true
  slowly = null
  logLines = []
  const counts = new Metrics()
  const log = createLogger('info')
  log.info = log.warn = log.error = (...parts: unknown[]) => void logLines.push(JSON.stringify(parts))
  const webhooks = createWebhookRoute({
    accounts: [
      { key: 'open', provider: 'bird', token: new Secret(TOKEN), inlet },
      { key: 'tokenless', provider: 'bird', token: null, inlet },
      { key: 'deaf', provider: 'bird', token: new Secret(TOKEN), inlet: null },
    ],
    ingest: async (account, received) => {
      if (slowly !== null) await slowly
      if (fails !== null) throw fails
      stored.push([account, received])
    },
    isOpen: () => isOpen,
    metrics: counts,
    log,
    readDeadlineMs: 300,
  })
  const routes = new Map([
    ['/metrics', (_request: unknown, response: { end(text: string): void }) => void response.end(counts.print([]))],
  ])
  server = await startServer({ port: 0, routes, webhooks, metrics: counts, log })
  onTestFinished(() => server.close())
})

const RIGHT = { 'x-password': 'open sesame' }

function post(path: string, body: string | Uint8Array<ArrayBuffer> = '[1]', headers: Record<string, string> = RIGHT) {
  return fetch(`${server.url}/webhooks/${path}`, { method: 'POST', headers, body })
}

async function facts(answer: Response) {
  const { date: _date, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: await answer.text() }
}

describe('a webhook', () => {
  it('is stored, then answered with exactly 200 and an empty object', async () => {
    const answer = await post(`open/${TOKEN}`)
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect(stored).toEqual([['open', { deliveryId: '[1]', events: [], nudges: [] }]])
  })

  it('reaches the adapter byte for byte, with its headers joined and its time', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    await post(`open/${TOKEN}`, bytes, { 'X-Twice': 'a, b' })
    const [delivery] = inlet.deliveries
    expect(Buffer.from(delivery!.body)).toEqual(Buffer.from(bytes))
    expect(delivery).toMatchObject({ method: 'POST', headers: { 'x-twice': 'a, b' } })
    expect(Date.now() - delivery!.receivedAt.getTime()).toBeLessThan(1_000)
  })

  it('shows its adapter a second Authorization, which Node would hide', async () => {
    const headers = 'Authorization: Basic a\r\nAuthorization: Basic b\r\n'
    await raw(
      `POST /webhooks/open/${TOKEN} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: 2\r\nConnection: close\r\n\r\n[]`,
    )
    expect(inlet.deliveries[0]?.headers.authorization).toBe('Basic a, Basic b')
  })

  it('comes under any name, because it passes a proxy', async () => {
    const head = `POST /webhooks/open/${TOKEN} HTTP/1.1\r\nHost: gateway.example.com\r\nX-Password: open sesame\r\n`
    expect(await raw(`${head}Content-Length: 2\r\nConnection: close\r\n\r\n[]`)).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('is counted with the time it took, and logged in one line without its body and its token', async () => {
    await post(`open/${TOKEN}`, '["a secret thing"]')
    await post(`open/${TOKEN}`, '[1]', {})
    expect(await metrics()).toContain('gateway_webhook_received_total{provider="bird",result="accepted"} 1\n')
    expect(await metrics()).toContain('gateway_webhook_received_total{provider="bird",result="refused"} 1\n')
    expect(await metrics()).toMatch(
      /^gateway_webhook_ack_seconds_bucket\{le="\+Inf"\} 1\ngateway_webhook_ack_seconds_sum 0\.\d+\ngateway_webhook_ack_seconds_count 1$/m,
    )
    expect(await metrics()).toMatch(/^gateway_http_requests_total\{route="\/webhooks\/\*",status="200"\} 1$/m)
    const lines = logLines.filter((line) => !line.includes('/metrics'))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('"account":"open"')
    expect(lines.join()).not.toMatch(new RegExp(`secret thing|${TOKEN}`))
  })
})

describe('a refusal', () => {
  it('is the same for every reason, and stores nothing', async () => {
    const refusals = await Promise.all([
      post('nobody/x').then(facts),
      post(`nobody/${TOKEN}`).then(facts),
      post(`open/${TOKEN.slice(1)}x`).then(facts),
      post('open/').then(facts),
      post('open').then(facts),
      post(`open/${TOKEN}/more`).then(facts),
      post(`tokenless/${TOKEN}`).then(facts),
      post('tokenless/').then(facts),
      post(`deaf/${TOKEN}`).then(facts),
      post(`open/${TOKEN}`, '[1]', { 'x-password': 'wrong' }).then(facts),
      post('constructor/__proto__').then(facts),
    ])
    expect(refusals[0]).toMatchObject({ status: 401, body: '{}' })
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
    expect(stored).toEqual([])
    expect(inlet.deliveries).toHaveLength(1)
  })

  it('leaves the connection usable for the next request', async () => {
    const head = `POST /webhooks/open/wrong HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n`
    const answers = await raw(`${head}\r\n[]${head}Connection: close\r\n\r\n[]`)
    expect(answers.match(/HTTP\/1\.1 401 /g)).toHaveLength(2)
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('of %s says what is allowed', async (method) => {
    const answer = await fetch(`${server.url}/webhooks/open/${TOKEN}`, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('what cannot be taken in', () => {
  it('is answered with 200 where a verified body makes no sense, counted and logged', async () => {
    expect(await facts(await post(`open/${TOKEN}`, '{}'))).toMatchObject({ status: 200, body: '{}' })
    expect(stored).toEqual([])
    expect(await metrics()).toContain('gateway_webhook_received_total{provider="bird",result="malformed"} 1\n')
    expect(logLines.join()).toContain('the body is no list')
  })

  it('is a 503 with the time to come back while the log is away', async () => {
    fails = new LogUnavailable('Redis is away')
    const { status, headers, body } = await facts(await post(`open/${TOKEN}`))
    expect([status, headers['retry-after'], body]).toEqual([503, '5', '{}'])
    fails = null
    expect((await post(`open/${TOKEN}`)).status).toBe(200)
  })

  it('is a 503 once the gateway is stopping', async () => {
    isOpen = false
    expect((await post(`open/${TOKEN}`)).status).toBe(503)
    expect(stored).toEqual([])
  })

  it('does not include what is on its way when the server is closed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    slowly = promise
    const answer = post(`open/${TOKEN}`)
    await vi.waitFor(() => expect(inlet.deliveries).toHaveLength(1))
    isOpen = false
    const closed = server.close()
    resolve()
    expect((await answer).status).toBe(200)
    await closed
    expect(stored).toHaveLength(1)
  })

  it('is a 500 where there is a bug, which no sender is told', async () => {
    fails = new TypeError('the password is hunter2')
    const answer = await facts(await post(`open/${TOKEN}`))
    expect(answer.status).toBe(500)
    expect(answer.body).not.toContain('hunter2')
  })
})

describe('a body', () => {
  it('may have a mebibyte, and not a byte more', async () => {
    const sized = (bytes: number) => new Uint8Array(bytes).fill(0x5b)
    expect((await post(`open/${TOKEN}`, sized(MEBIBYTE))).status).toBe(200)
    expect((await post(`open/${TOKEN}`, sized(MEBIBYTE + 1))).status).toBe(413)
    expect((await post('nobody/x', sized(MEBIBYTE + 1))).status).toBe(413)
    expect(stored).toHaveLength(1)
  })

  it('that does not say its length is cut off behind a mebibyte', async () => {
    const head = `POST /webhooks/open/${TOKEN} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    const chunk = `${(MEBIBYTE + 1).toString(16)}\r\n${'['.repeat(MEBIBYTE + 1)}\r\n`
    expect(await raw(head + chunk)).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
  })

  it('that trickles in is cut off after the deadline', async () => {
    const head = `POST /webhooks/open/${TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n`
    const startedAt = performance.now()
    const socket = dial()
    const answered = text(socket)
    socket.write(head)
    for (let sent = 0; sent < 5; sent += 1) {
      socket.write('[')
      await sleep(40)
    }
    expect(await answered).toMatch(/^HTTP\/1\.1 408 /)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(inlet.deliveries).toEqual([])
  })

  it('that breaks off is nobody’s error', async () => {
    const socket = dial()
    socket.write(`POST /webhooks/open/${TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[`)
    await sleep(20)
    socket.destroy()
    expect((await post(`open/${TOKEN}`)).status).toBe(200)
    expect(logLines.join()).not.toContain('a route failed')
  })
})

function dial(): Socket {
  const { hostname, port } = new URL(server.url)
  return connect(Number(port), hostname).on('error', () => {})
}

/** All that comes back for these bytes until the server closes the connection. */
function raw(bytes: string): Promise<string> {
  const socket = dial()
  socket.write(bytes)
  return text(socket)
}

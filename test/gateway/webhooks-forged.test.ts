import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import { type Emulator, type EmulatorState, Random } from '../../providers/kit/emulator/index.ts'
import { Secret } from '../../providers/kit/secret.ts'
import type { Provider } from '../../providers/port/index.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { type HttpServer, startServer } from '../../src/http/server.ts'
import { createWebhookRoute } from '../../src/http/webhooks.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { Metrics } from '../../src/ops/metrics.ts'

const TOKEN = 'a-token-that-nobody-guesses'
const FORGED = 10_000
const AT_ONCE = 32

interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

type Forge = (genuine: Sent, random: Random) => Sent

/** What proves the sender in each vendor's webhooks, and whether the body is part of it. */
const VENDORS = [
  { name: 'cometchat', start: startCometChatEmulator, proof: 'authorization', time: null, signsBody: false },
  {
    name: 'chatwoot',
    start: startChatwootEmulator,
    proof: 'x-chatwoot-signature',
    time: 'x-chatwoot-timestamp',
    signsBody: true,
  },
  {
    name: 'bird',
    start: startBirdEmulator,
    proof: 'messagebird-signature',
    time: 'messagebird-request-timestamp',
    signsBody: true,
  },
] as const

let emulators: Map<string, Emulator>
let providers: Map<string, Provider>
let genuine: Map<string, Sent>
let server: HttpServer
let stored = 0

beforeAll(async () => {
  const started = VENDORS.map(async ({ name, start }) => [name, await start({ port: 0, now: new Date() })] as const)
  emulators = new Map(await Promise.all(started))
  const accounts = VENDORS.map(({ name }) => ({ key: name, provider: name, ...emulators.get(name)!.settings }))
  const config = readConfig({ accounts }, { environment: {}, readSecret: clearSecrets, source: 'the test' })
  providers = new Map(config.accounts.map((account) => [account.key, account.createProvider()]))
  genuine = new Map()
  for (const { name } of VENDORS) genuine.set(name, await capture(name, emulators.get(name)!))
  const metrics = new Metrics()
  const log = createLogger('silent')
  const webhooks = createWebhookRoute({
    accounts: VENDORS.map(({ name }) => ({
      key: name,
      provider: name,
      token: new Secret(TOKEN),
      inlet: providers.get(name)!.inlet,
    })),
    ingest: async () => {
      stored += 1
    },
    isOpen: () => true,
    metrics,
    log,
  })
  server = await startServer({ port: 0, routes: new Map(), webhooks, metrics, log })
})

afterAll(async () => {
  await server.close()
  await Promise.all([...providers.values(), ...emulators.values()].map((part) => part.close()))
})

describe.each(VENDORS)('10,000 forged webhooks of $name', ({ name, ...vendor }) => {
  it('are all refused alike, and nothing is stored; the genuine one is taken', async () => {
    const original = genuine.get(name)!
    const others = VENDORS.filter((other) => other.name !== name).map((other) => genuine.get(other.name)!.headers)
    const forges = waysToForge(vendor, others)
    const random = new Random(7)
    const pool = new Pool(server.url, { connections: AT_ONCE })
    const answers = new Map<string, number>()
    const before = stored
    const sendOne = async (sent: Sent) => {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        ...sent,
        headers: { ...sent.headers },
      } as const)
      const answer = `${statusCode} ${await body.text()}`
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
    for (let sent = 0; sent < FORGED; sent += AT_ONCE) {
      const size = Math.min(AT_ONCE, FORGED - sent)
      const batch = Array.from({ length: size }, () => random.pick(forges)(original, random))
      await Promise.all(batch.map(sendOne))
    }
    expect([...answers]).toEqual([['401 {}', FORGED]])
    expect(stored).toBe(before)
    await sendOne(original)
    expect(answers.get('200 {}')).toBe(1)
    expect(stored).toBe(before + 1)
    await pool.close()
  }, 60_000)
})

interface Proof {
  readonly proof: string
  readonly time: string | null
  readonly signsBody: boolean
}

function waysToForge({ proof, time, signsBody }: Proof, others: readonly Sent['headers'][]): readonly Forge[] {
  const change = (name: string, how: (value: string, random: Random) => string): Forge => {
    return (sent, random) => withHeader(sent, name, how(String(sent.headers[name]), random))
  }
  const without = (name: string): Forge => {
    return ({ headers: { [name]: _removed, ...headers }, ...sent }) => ({ ...sent, headers })
  }
  const changeBody = (how: (body: Buffer, random: Random) => Buffer): Forge => {
    return (sent, random) => ({ ...sent, body: how(sent.body, random) })
  }
  return [
    change(proof, otherLetter),
    change(proof, (value, random) => value.slice(0, random.between(0, value.length - 1))),
    change(proof, (value) => `${value}x`),
    change(proof, (value) => value.split(/[ =]/)[0] ?? ''),
    change(proof, (value) => `${value}, ${value}`),
    change(proof, () => ''),
    change(proof, (value) => (value === value.toLowerCase() ? value.toUpperCase() : value.toLowerCase())),
    without(proof),
    (sent) => ({ ...sent, headers: { ...sent.headers, [proof]: [String(sent.headers[proof]), 'x'] } }),
    (sent, random) => ({ ...sent, headers: random.pick(others) }),
    (sent, random) => ({ ...sent, path: otherLetter(sent.path, random) }),
    (sent) => ({ ...sent, path: `${sent.path}/` }),
    (sent) => ({ ...sent, path: sent.path.slice(0, -1) }),
    ...(time === null
      ? []
      : [
          without(time),
          change(time, otherLetter),
          change(time, (value) => `${value}garbage`),
          change(time, (value) => `${value}.0`),
          change(time, (value, random) => String(Number(value) + random.between(1, 1_000))),
          change(time, (value, random) => String(Number(value) - random.between(1, 1_000))),
        ]),
    ...(signsBody
      ? [
          changeBody((body, random) => {
            const changed = Buffer.from(body)
            const at = random.between(0, body.length - 1)
            changed[at] = (changed[at] ?? 0) ^ (1 << random.between(0, 7))
            return changed
          }),
          changeBody((body, random) => body.subarray(0, random.between(0, body.length - 1))),
          changeBody((body) => Buffer.concat([body, Buffer.from('\n')])),
          changeBody((body) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body])),
          changeBody(() => Buffer.alloc(0)),
        ]
      : []),
  ]
}

function withHeader(sent: Sent, name: string, value: string): Sent {
  return { ...sent, headers: { ...sent.headers, [name]: value } }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Changes one letter or digit, behind the first part of a path. */
function otherLetter(text: string, random: Random): string {
  const from = text.startsWith('/webhooks/') ? '/webhooks/'.length : 0
  const places = [...text].flatMap((letter, index) => (index >= from && LETTERS.includes(letter) ? [index] : []))
  const at = random.pick(places)
  const other = random.pick([...LETTERS].filter((letter) => letter !== text[at]))
  return text.slice(0, at) + other + text.slice(at + 1)
}

/** The first webhook that a vendor sends when somebody says something. */
async function capture(name: string, { url }: Emulator): Promise<Sent> {
  const first = Promise.withResolvers<Sent>()
  const receiver = createServer(async (request, response) => {
    const body = await buffer(request)
    response.end('{}')
    first.resolve({ path: `/webhooks/${name}/${TOKEN}`, headers: ownHeaders(request.headers), body })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  const state = (await (await fetch(`${url}/__control/state`)).json()) as EmulatorState
  const room = state.conversations.find(({ people }) => people.length > 1)!
  const headers = { 'content-type': 'application/json' }
  const control = (act: string, body: object) =>
    fetch(`${url}/__control/${act}`, { method: 'POST', headers, body: JSON.stringify(body) })
  await control('deliver-webhooks-to', { url: `http://127.0.0.1:${port}/` })
  await control('say', { conversation: room.id, person: room.people[0], text: 'hello' })
  const sent = await first.promise
  await control('deliver-webhooks-to', { url: null })
  receiver.closeAllConnections()
  receiver.close()
  return sent
}

const TRANSPORT = ['host', 'connection', 'content-length', 'accept-encoding', 'sec-fetch-mode']

function ownHeaders(headers: IncomingHttpHeaders): Sent['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !TRANSPORT.includes(name) ? [[name, value]] : [],
    ),
  )
}

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { serverAudits } from 'graphql-http'
import { exportJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { createGateway } from '../../src/gateway.ts'
import { createApiKey } from '../../src/identity/api-key.ts'
import { revokeTokens } from '../../src/manage-access.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { AGENT, AUDIENCE, CLAIM, ISSUER, type Issuer, startIssuer } from '../identity/issuer.ts'
import { startTestWorld } from '../support/world.ts'
import { openEventSource, openSocket, type RawSocket } from './raw-streams.ts'
import { codesOf, post, TRANSPORTS } from './transports.ts'

const WHO = { query: '{ viewer { displayName kind } }' }
const LISTEN = 'subscription { conversationEvents { __typename } }'
const ways = Object.entries(TRANSPORTS)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let issuer: Issuer
let folder: string
beforeAll(async () => {
  issuer = await startIssuer()
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'))
})
afterAll(async () => {
  await issuer.goAway()
  rmSync(folder, { recursive: true })
})

function identity(): object {
  return {
    tokens: { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwksUrl: issuer.url.href },
    apiKeys: true,
  }
}

/** A configuration for gateways that take tokens and keys, and share what they know of both. */
function writeConfig(settings: object = {}): string {
  const name = crypto.randomUUID()
  const file = join(folder, `${name}.yaml`)
  const accounts = [
    {
      key: 'gone',
      provider: 'chatwoot',
      baseUrl: 'http://127.0.0.1:9',
      accountId: 1,
      token: { env: 'A' },
      socket: false,
    },
  ]
  writeFileSync(
    file,
    stringify({ port: 0, store: join(folder, `${name}.sqlite`), identity: identity(), accounts, ...settings }),
  )
  return file
}

/** Answers where GraphQL is. */
async function start(file: string): Promise<string> {
  const gateway = await createGateway(loadConfig(file, { A: 'a' }), createLogger('silent'))
  onTestFinished(() => gateway.close())
  return `${gateway.url}/graphql`
}

describe('somebody who does not prove who they are', () => {
  async function badTokens(file: string): Promise<Record<string, string>> {
    const now = Math.floor(Date.now() / 1000)
    const revoked = await issuer.sign({ jti: 'gone' })
    await revokeTokens(loadConfig(file, { A: 'a' }), { token: 'gone' })
    return {
      'no token at all': 'nothing',
      'half a token': revoked.slice(0, -9),
      'an expired one': await issuer.sign({ exp: now - 1 }),
      'one of another issuer': await issuer.sign({ iss: 'https://elsewhere.example' }),
      'one for another audience': await issuer.sign({ aud: 'somebody-else' }),
      'one that names nobody': await issuer.sign({ [CLAIM]: { kind: 'end-user', accounts: { gone: 'nobody' } } }),
      'a revoked one': revoked,
      'a key that nobody made': createApiKey(),
      'a key with a typing error': `${createApiKey()}0`,
    }
  }

  test('gets one and the same answer over HTTP, whatever is wrong', async () => {
    const file = writeConfig()
    const tokens = await badTokens(file)
    const url = await start(file)
    const answers = new Set<string>()
    const keep = async (answer: Response) => {
      const { status, headers } = answer
      const told = ['content-type', 'www-authenticate'].map((name) => headers.get(name))
      answers.add(JSON.stringify([status, ...told, await answer.text()]))
    }
    const accepting = [{ accept: 'application/json' }, { accept: 'text/event-stream' }]
    for (const headers of accepting) {
      await keep(await post(url, WHO, headers))
      await keep(await post(url, WHO, { ...headers, authorization: 'Basic bm9yYTpwYXNz' }))
      for (const token of Object.values(tokens)) await keep(await post(url, WHO, headers, token))
    }
    await keep(await fetch(`${url}?query=${LISTEN}`, { headers: { accept: 'text/event-stream' } }))
    expect([...answers].map((answer) => JSON.parse(answer))).toEqual([
      [401, 'application/json; charset=utf-8', 'Bearer', expect.stringContaining('"code":"UNAUTHENTICATED"')],
    ])
  })

  test('has the socket closed with 4403, whatever is wrong', async () => {
    const file = writeConfig()
    const tokens = await badTokens(file)
    const url = await start(file)
    for (const token of [undefined, ...Object.values(tokens)]) {
      const socket = await openSocket(url, { init: false })
      const payload = token === undefined ? {} : { payload: { authorization: `Bearer ${token}` } }
      socket.send({ type: 'connection_init', ...payload })
      expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' })
      expect(socket.messages).toEqual([])
    }
  })

  test('cannot ask before they have', async () => {
    const socket = await openSocket(await start(writeConfig()), { init: false })
    socket.send({ id: '1', type: 'subscribe', payload: WHO })
    expect(await socket.closed).toMatchObject({ code: 4401 })
  })
})

describe.each(ways)('over %s', (_way, ask) => {
  test('a token lets its holder in', async () => {
    const token = await issuer.sign({ name: 'Ada' })
    expect(await ask(await start(writeConfig()), WHO, token)).toEqual({
      data: { viewer: { displayName: 'Ada', kind: 'AGENT' } },
    })
  })

  test.each(['query', 'mutation', 'subscription'])(
    'whoever may do everything but a %s may not do that',
    async (kind) => {
      const operations = ['query', 'mutation', 'subscription'].filter((other) => other !== kind)
      const token = await issuer.sign({ [CLAIM]: { ...AGENT, operations } })
      const payload = {
        query: WHO.query,
        mutation: 'mutation { deleteMessage(input: { messageId: "x" }) { __typename } }',
        subscription: LISTEN,
      }[kind]
      const url = await start(writeConfig())
      if (payload === undefined) throw new Error('no such kind')
      expect(codesOf(await ask(url, { query: payload }, token))).toEqual(['FORBIDDEN'])
      expect(codesOf(await ask(url, { query: payload }, await issuer.sign()))).not.toContain('FORBIDDEN')
    },
  )
})

describe('whoever listens', () => {
  async function listen(url: string, token: string) {
    const socket = await openSocket(url, { token })
    socket.send({ id: '1', type: 'subscribe', payload: { query: LISTEN } })
    await socket.message(isCaughtUp)
    const stream = await openEventSource(url, LISTEN, { token })
    const byGet = await openEventSource(url, LISTEN, { token, method: 'GET' })
    for (const { next } of [stream, byGet]) await next().then(next)
    return { socket, streams: [stream, byGet] }
  }

  test('is let go within a second of the end of their token', async () => {
    const url = await start(writeConfig())
    const exp = Math.floor(Date.now() / 1000) + 3
    const { socket, streams } = await listen(url, await issuer.sign({ exp }))
    expect(await socket.closed).toMatchObject({ code: 4403 })
    for (const stream of streams) expect(await stream.next()).toBeNull()
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
    expect(Date.now()).toBeLessThan(exp * 1000 + 1_000)
  })

  test('is let go on every instance within five seconds of a revocation, and others are not', async () => {
    const file = writeConfig()
    const [url, other] = [await start(file), await start(file)]
    const stays = await listen(other, await issuer.sign({ sub: 'u-18' }))
    const goes = [await listen(url, await issuer.sign()), await listen(other, await issuer.sign())]
    const before = Date.now()
    await revokeTokens(loadConfig(file, { A: 'a' }), { subject: 'u-17' })
    for (const { socket, streams } of goes) {
      expect(await socket.closed).toMatchObject({ code: 4403 })
      for (const stream of streams) expect(await stream.next()).toBeNull()
    }
    expect(Date.now() - before).toBeLessThan(5_000)
    await isAnswered(stays.socket)
  })

  test('has twenty sockets at most, and again one when one is closed', async () => {
    const url = await start(writeConfig())
    const token = await issuer.sign()
    const sockets: RawSocket[] = []
    for (let count = 0; count < 20; count += 1) sockets.push(await openSocket(url, { token }))
    const over = await openSocket(url, { init: false })
    over.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
    expect(await over.closed).toEqual({ code: 1013, reason: 'too many sockets of yours' })
    await openSocket(url, { token: await issuer.sign({ sub: 'u-18' }) })
    sockets[0]?.socket.close()
    await sockets[0]?.closed
    await openSocket(url, { token })
  })

  test('is not heard any more once their socket is being closed', async () => {
    const world = await startTestWorld({ identity: identity() })
    const exp = Math.floor(Date.now() / 1000) + 2
    const socket = await openSocket(world.url, { token: await issuer.sign({ exp }) })
    const requests = await world.count(async () => {
      // Whoever does not read goes on writing while the gateway waits for the end of the closing handshake.
      socket.socket.pause()
      await new Promise((resolve) => setTimeout(resolve, exp * 1000 + 200 - Date.now()))
      socket.send({ id: '1', type: 'subscribe', payload: { query: '{ conversations { nodes { id } } }' } })
      // What is asked later on another way is answered later.
      await world.ask(WHO.query, {}, await issuer.sign())
      socket.socket.resume()
      expect(await socket.closed).toMatchObject({ code: 4403 })
    })
    expect(Object.values(requests).flat()).toEqual([])
  })
})

describe('a key of the command line', () => {
  const run = (args: readonly string[]) =>
    promisify(execFile)(process.execPath, ['src/main.ts', ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, A: 'a' },
    })

  test('lets its holder into a running gateway until it is revoked', async () => {
    const file = writeConfig()
    const url = await start(file)
    const made = await run(['api-key', 'create', '--config', file, '--name', 'reports', '--all-accounts'])
    const key = made.stdout.trim()
    const [, id = ''] = /^Key (\S+)\./.exec(made.stderr) ?? []
    const answer = async () => (await post(url, WHO, {}, key)).status
    await expect.poll(answer, { timeout: 5_000 }).toBe(200)
    expect(await TRANSPORTS.HTTP?.(url, WHO, key)).toEqual({
      data: { viewer: { displayName: 'reports', kind: 'SERVICE' } },
    })
    const socket = await openSocket(url, { token: key })
    expect((await run(['api-key', 'list', '--config', file])).stdout).toContain(`${id}  reports  service`)
    await run(['api-key', 'revoke', '--config', file, id])
    expect(await socket.closed).toMatchObject({ code: 4403 })
    expect(await answer()).toBe(401)
  })
})

test('a public key in the configuration does instead of an address where keys are', async () => {
  const publicKey = JSON.stringify({ ...(await exportJWK(issuer.newest.pair.publicKey)), kid: issuer.newest.kid })
  writeFileSync(join(folder, 'key.json'), publicKey)
  const tokens = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], publicKeys: [{ file: 'key.json' }] }
  const url = await start(writeConfig({ identity: { tokens } }))
  expect((await post(url, WHO, {}, await issuer.sign())).status).toBe(200)
  expect((await post(url, WHO, {}, createApiKey())).status).toBe(401)
})

describe('GraphQL over HTTP, for those who sign in', () => {
  async function audit(explorer: boolean) {
    const url = await start(writeConfig({ explorer }))
    const authorization = `Bearer ${await issuer.sign()}`
    const fetchFn: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), authorization } })
    const audits = serverAudits({ url, fetchFn })
    return Promise.all(audits.map(async ({ id, name, fn }) => ({ id, name, status: (await fn()).status })))
  }

  test('passes its 61 audits where one may look around', async () => {
    const results = await audit(true)
    expect(results).toHaveLength(61)
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([])
  })

  test('breaks nothing that it must do where one may not, but for an audit that looks around itself', async () => {
    const results = await audit(false)
    expect(results.filter(({ status }) => status === 'error').map(({ id }) => id)).toEqual(['28B9'])
  })
})

function isCaughtUp({ payload }: any): boolean {
  return payload?.data?.conversationEvents.__typename === 'CaughtUp'
}

async function isAnswered(socket: RawSocket): Promise<void> {
  socket.send({ id: 'still here', type: 'subscribe', payload: WHO })
  expect(await socket.message(({ id }) => id === 'still here')).toMatchObject({ type: 'next' })
}

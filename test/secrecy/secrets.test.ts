import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createApiKey } from '../../src/identity/api-key.ts'
import { makeQuestions, type Question } from '../faults/questions.ts'
import { MOODS, type Mood } from './echoing-proxy.ts'
import { type LoggingGateway, type SecretWorld, startLogging, startSecretWorld } from './secret-world.ts'

describe('no credential comes out', () => {
  let world: SecretWorld
  let gateway: LoggingGateway
  let questions: readonly Question[]
  /** Everything that a client was answered since the gateway started. */
  let told: string[]
  const all: string[] = []

  beforeAll(async () => {
    world = await startSecretWorld()
    await start()
    questions = await makeQuestions({
      ask: async (query) => (await post({ query }, `Bearer ${world.token}`)).json(),
    } as Parameters<typeof makeQuestions>[0])
    await gateway.close()
  }, 60_000)
  afterEach(async () => {
    for (const path of ['/', '/metrics', '/readyz', '/livez']) await get(path, {})
    await get('/graphql', { accept: 'text/html' })
    await gateway.close()
    all.push(gateway.lines.text(), ...told)
    expect(world.canaries.in(gateway.lines.text()), 'in the log').toEqual([])
    for (const text of told) expect(world.canaries.in(text), text.slice(0, 1_000)).toEqual([])
  })
  afterAll(async () => {
    await world.close()
    expect(world.canaries.count).toBeGreaterThan(30)
    expect(all.join('').length).toBeGreaterThan(100_000)
  })

  async function start(): Promise<void> {
    gateway = await startLogging(world)
    told = []
  }

  it.each(MOODS)(
    'where the providers are %s',
    async (mood) => {
      await start()
      world.be(mood)
      const wanted = SLOW[mood]
      for (const { query, variables } of questions.filter(({ name }) => wanted?.includes(name) ?? true)) {
        if (query.startsWith('subscription')) continue
        const answer = await post({ query, variables: variables() }, `Bearer ${world.token}`)
        // A place for a file is for the one who asked, and has a secret in its address.
        if (!query.includes('createAttachmentUpload')) told.push(await answer.text())
      }
      if (mood !== 'good') expect(told.join('\n')).toMatch(/PROVIDER_|OVERLOADED|VALIDATION_FAILED|OUTCOME/)
      world.be('good')
    },
    120_000,
  )

  it('where callers are refused', async () => {
    await start()
    const key = world.canaries.take('API key of nobody', createApiKey())
    for (const shown of [world.foreignToken, key, `${world.token}x`, world.canaries.make('nonsense')]) {
      for (const scheme of ['Bearer ', 'Basic ', 'bearer  ', '']) {
        const answer = await post({ query: '{ viewer { id } }' }, scheme + shown)
        told.push(JSON.stringify([...answer.headers]), await answer.text())
      }
    }
  })

  it('where webhooks are forged', async () => {
    await start()
    for (const account of ['cometchat', 'chatwoot', 'bird', 'nobody']) {
      for (const secret of [world.canaries.make('webhook token of nobody'), tokenOf(account)]) {
        const headers = {
          'content-type': 'application/json',
          authorization: `Basic ${btoa(`gateway:${world.canaries.make('forged password')}`)}`,
          'x-chatwoot-signature': `sha256=${world.canaries.make('forged signature')}`,
          'x-chatwoot-timestamp': String(Math.floor(Date.now() / 1000)),
          'messagebird-signature': btoa(world.canaries.make('forged signature')),
          'messagebird-request-timestamp': String(Math.floor(Date.now() / 1000)),
        }
        for (const body of ['{}', '{"event":"message_created"}', 'no json', '']) {
          const answer = await fetch(`${gateway.url}/webhooks/${account}/${secret}?token=${secret}`, {
            method: 'POST',
            headers,
            body,
          })
          expect(answer.status).toBe(401)
          told.push(await answer.text())
        }
      }
    }
  })

  it('where sockets are closed, for whatever reason', async () => {
    await start()
    const messages = [
      { type: 'connection_init', payload: { authorization: `Bearer ${world.foreignToken}` } },
      { type: 'connection_init', payload: { authorization: world.token } },
      { type: `connection_init ${world.token}` },
      `{"type":"connection_init","payload":${world.token}`,
      { type: 'connection_init', payload: { authorization: `Bearer ${world.token}` } },
      { type: 'subscribe', id: world.token.slice(0, 60), payload: { query: '{ viewer { id } }' } },
    ]
    for (const message of messages) told.push(await closing([message, message]))
    const good = { type: 'connection_init', payload: { authorization: `Bearer ${world.token}` } }
    told.push(await closing([good, { type: 'next', id: '1', payload: { data: {} } }]))
  })

  it('where files are brought to places that are not theirs', async () => {
    await start()
    const url = await placeForFile()
    world.canaries.take('upload', url.split('/').at(-1) ?? '')
    for (const [method, body] of [
      ['PUT', 'x'],
      ['PUT', 'too long for it'],
      ['GET', null],
      ['PUT', 'x'],
    ] as const) {
      const brought = await fetch(url, { method, ...(body !== null && { body }) })
      told.push(await brought.text())
    }
  })

  /** At the first account that takes files. */
  async function placeForFile(): Promise<string> {
    const selection = '{ ... on CreateAttachmentUploadSuccess { upload { url } } ... on'
    for (const { query, variables } of questions.filter(({ name }) => name === 'createAttachmentUpload')) {
      const body = { query: query.replace('{ ... on', selection), variables: variables() }
      const { data } = (await (await post(body, `Bearer ${world.token}`)).json()) as any
      const url = data?.createAttachmentUpload?.upload?.url
      if (url !== undefined) return url
    }
    throw new Error('no account takes files')
  }

  function tokenOf(account: string): string {
    const { accounts } = world.document as { accounts: readonly { key: string; webhookToken: string }[] }
    return accounts.find(({ key }) => key === account)?.webhookToken ?? 'none'
  }

  function post(body: object, authorization: string): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization }
    return fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async function get(path: string, headers: Record<string, string>): Promise<void> {
    const answer = await fetch(gateway.url + path, { headers })
    told.push(JSON.stringify([...answer.headers]), await answer.text())
  }

  /** What is said until the socket is closed, the reason of that included. */
  function closing(messages: readonly (object | string)[]): Promise<string> {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const said: string[] = []
    socket.on('message', (data) => void said.push(String(data)))
    socket.on('open', () => {
      for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    })
    return new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve(`${said.join('\n')} ${code} ${reason}`))
    })
  }
})

/** Where it takes long until a provider is given up on, what is asked of it. */
const SLOW: Partial<Record<Mood, readonly string[]>> = {
  garbage: ['inbox', 'accounts', 'conversation'],
  silent: ['inbox'],
}

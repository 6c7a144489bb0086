import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import type { DomainEvent, Provider, ProviderError } from '../../providers/port/index.ts'
import { type CuttableLine, openLine } from '../support/cuttable-line.ts'
import { control } from './receive.ts'

let emulator: Emulator
let line: CuttableLine
let provider: Provider
let events: DomainEvent[]
let gaps: (ProviderError['code'] | null)[]
let stop: AbortController
let listening: Promise<void> | null

beforeEach(async () => {
  emulator = await startChatwootEmulator({ port: 0 })
  line = await openLine(emulator.url)
  provider = chatwoot.create('support', chatwoot.settings.parse({ ...emulator.settings, baseUrl: line.url }))
  events = []
  gaps = []
  stop = new AbortController()
  listening = null
})

afterEach(async () => {
  stop.abort()
  await listening
  await provider.close()
  line.close()
  await emulator.close()
})

type Receive = (told: readonly DomainEvent[]) => Promise<void>

function listen(receive: Receive = async (told) => void events.push(...told)): void {
  const listener = {
    receive: ({ events: told }: { readonly events: readonly DomainEvent[] }) => receive(told),
    onGap: (error: ProviderError | null) => void gaps.push(error === null ? null : error.code),
  }
  listening = provider.inlet?.connect(listener, stop.signal) ?? null
}

const get = async (path: string): Promise<any> =>
  (
    await fetch(`${emulator.url}/api/v1/accounts/1${path}`, {
      headers: { 'api-access-token': String(emulator.settings.token) },
    })
  ).json()
const post = (path: string, body: object) =>
  fetch(`${emulator.url}/api/v1/accounts/1${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'api-access-token': String(emulator.settings.token), 'content-type': 'application/json' },
  })
const act = (what: string, body: object) => control(emulator.url, what, body)

/** An open conversation on that channel, and whose it is. */
async function pick(channel: string): Promise<{ readonly id: string; readonly contact: string }> {
  const { data } = await get('/conversations?status=all')
  const found = data.payload.find((one: any) => one.meta.channel === channel && one.status === 'open')
  return { id: String(found.id), contact: `contact:${found.meta.sender.id}` }
}

/** Says things until one of them arrives: then the socket listens. */
async function subscribed({ id, contact }: { readonly id: string; readonly contact: string }): Promise<void> {
  await vi.waitFor(
    async () => {
      await act('say', { conversation: id, person: contact, text: 'is anybody there?' })
      expect(events.length).toBeGreaterThan(0)
    },
    { timeout: 15_000, interval: 50 },
  )
  await soon(() => expect(events.some(({ type }) => type === 'message-saved')).toBe(true))
  events.length = 0
}

const told = <T extends DomainEvent['type']>(type: T) =>
  events.filter((event): event is Extract<DomainEvent, { type: T }> => event.type === type)
const conversation = (native: string) => ({ kind: 'conversation', account: 'support', native })
const person = (native: string) => ({ kind: 'person', account: 'support', native })

/** Until it holds, also on a machine that has much else to do. */
const soon = (check: () => unknown) => vi.waitFor(check, 5_000)

describe('the socket', () => {
  it('tells of messages, of what their receiver has got, and of how far they have looked', async () => {
    const one = await pick('Channel::Api')
    listen()
    await subscribed(one)
    const { message } = await act('say', { conversation: one.id, person: 'user:9', text: 'here we are' })
    await soon(() => expect(told('message-saved').map((saved) => saved.message.text)).toContain('here we are'))
    await act('receive', { conversation: one.id, person: one.contact })
    await soon(() => expect(told('delivery-reported').map((report) => report.message.native)).toContain(message))
    expect(told('delivery-reported').find((report) => report.message.native === message)).toMatchObject({
      conversation: conversation(one.id),
      person: person(one.contact),
      delivery: { state: 'delivered' },
      audience: 'public',
    })
    events.length = 0
    await act('read', { conversation: one.id, person: one.contact })
    await soon(() => expect(told('horizon-moved').length).toBeGreaterThan(0))
    expect(told('horizon-moved').map(({ horizon }) => horizon)).toContainEqual(
      expect.objectContaining({ holder: person(one.contact), kind: 'read', precision: 'up-to-time' }),
    )
    expect(told('delivery-reported')).toEqual([])
    expect(gaps).toEqual([])
  })

  it('tells on WhatsApp of each message that is read', async () => {
    const one = await pick('Channel::Whatsapp')
    listen()
    await subscribed(one)
    const { message } = await act('say', { conversation: one.id, person: 'user:8', text: 'your order has left' })
    await act('read', { conversation: one.id, person: one.contact })
    await soon(() => expect(told('delivery-reported').length).toBeGreaterThan(0))
    expect(told('delivery-reported').map((report) => [report.message.native, report.delivery.state])).toContainEqual([
      message,
      'read',
    ])
    expect(told('horizon-moved').filter(({ horizon }) => horizon.holder !== 'team')).toEqual([])
  })

  it('tells who types, but not its own person of themselves', async () => {
    const one = await pick('Channel::Api')
    listen()
    await subscribed(one)
    const asPiet = { 'api-access-token': 'cJeCaSoZUt1HWQhM3uY4uZLQ', 'content-type': 'application/json' }
    const path = `${emulator.url}/api/v1/accounts/1/conversations/${one.id}/toggle_typing_status`
    const body = JSON.stringify({ typing_status: 'on', is_private: true })
    await post(`/conversations/${one.id}/toggle_typing_status`, { typing_status: 'on' })
    await fetch(path, { method: 'POST', headers: asPiet, body })
    await soon(() => expect(told('typing-changed').length).toBeGreaterThan(0))
    expect(told('typing-changed')).toEqual([
      {
        type: 'typing-changed',
        conversation: conversation(one.id),
        occurredAt: null,
        audience: 'internal',
        holder: person('user:9'),
        typing: true,
      },
    ])
  })

  it('tells of a conversation that changes, and of the line in its thread to the team alone', async () => {
    const one = await pick('Channel::Api')
    listen()
    await subscribed(one)
    await post(`/conversations/${one.id}/labels`, { labels: ['gift'] })
    const lines = () => told('message-saved').filter(({ message }) => message.text?.includes('added gift'))
    await soon(() => expect(lines()).toHaveLength(1))
    expect(lines()).toMatchObject([{ audience: 'internal', message: { kind: 'activity', sender: null } }])
    expect(told('conversation-observed').filter(({ facts }) => facts.labels?.includes('gift'))).toMatchObject([
      { audience: 'internal' },
    ])
  })

  it('comes back when it is cut, and says that something may have been missed', async () => {
    const one = await pick('Channel::Api')
    listen()
    await subscribed(one)
    line.cut()
    await vi.waitFor(() => expect(gaps).toEqual(['UNAVAILABLE', null]), 10_000)
    await act('say', { conversation: one.id, person: one.contact, text: 'heard again' })
    await soon(() => expect(told('message-saved').map((saved) => saved.message.text)).toContain('heard again'))
    expect(line.asked('/cable')).toBe(2)
  })

  it('lives on pings, and takes silence for death', { timeout: 30_000 }, async () => {
    listen()
    await subscribed(await pick('Channel::Api'))
    await new Promise((resolve) => setTimeout(resolve, 6_500))
    expect(gaps).toEqual([])
    line.freeze()
    await vi.waitFor(() => expect(gaps).toEqual(['TIMEOUT', null]), { timeout: 15_000, interval: 100 })
  })

  it('reads the profile again when its token is met with silence', { timeout: 20_000 }, async () => {
    const headers = { 'api-access-token': String(emulator.settings.token) }
    const { pubsub_token: token } = (await (await fetch(`${emulator.url}/api/v1/profile`, { headers })).json()) as any
    line.replace(token, 'x'.repeat(token.length))
    listen()
    await vi.waitFor(() => expect(gaps).toEqual(['UNAUTHENTICATED']), { timeout: 10_000, interval: 50 })
    line.replace(token, token)
    await subscribed(await pick('Channel::Api'))
    expect(gaps).toEqual(['UNAUTHENTICATED', null])
    expect(line.asked('/api/v1/profile')).toBe(2)
  })

  it('tries again when the profile cannot be read', async () => {
    await act('misbehave', { how: 'status', status: 401, times: 1 })
    listen()
    await vi.waitFor(() => expect(gaps).toEqual(['UNAUTHENTICATED', null]), 10_000)
  })

  it('goes on after what could not be kept, and says that it is missed', async () => {
    const one = await pick('Channel::Api')
    const heard: string[] = []
    listen(async (news) => {
      heard.push(...news.map(({ type }) => type))
      if (heard.length === news.length) throw new Error('the disk is full')
    })
    await vi.waitFor(
      async () => {
        await act('say', { conversation: one.id, person: one.contact, text: 'hello?' })
        expect(heard.length).toBeGreaterThan(2)
      },
      { timeout: 10_000, interval: 50 },
    )
    expect(gaps).toEqual([null])
    expect(line.asked('/cable')).toBe(1)
  })

  it('ends when it is told to, wherever it is', async () => {
    stop.abort()
    listen()
    await listening
    expect(line.asked('/api/v1/profile')).toBe(0)
    stop = new AbortController()
    listen()
    await subscribed(await pick('Channel::Api'))
    stop.abort()
    await listening
    await act('say', { conversation: '1', person: 'user:8', text: 'nobody hears this' })
    expect([events, gaps]).toEqual([[], []])
  })
})

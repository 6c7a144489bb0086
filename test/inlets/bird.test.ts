import { createHash, createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import { bird } from '../../providers/bird/index.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type { DomainEvent, EventInlet, Provider, Received, WebhookDelivery } from '../../providers/port/index.ts'
import { callAs } from '../support/bird-workspace.ts'
import { control, openHook, outcomeOf, replaceOne } from './receive.ts'

const DATA = new URL('../../../shared/providers/data/bird/', import.meta.url)
const hasData = existsSync(DATA)

const URL_AT_BIRD = 'https://gateway.example.com/webhooks/sales/0123456789?tenant=a%20b'
const KEYS = ['old-key', 'KeV+/HGoIQrxuE5YPCRR6AuQOJveldYNNhbVi1i22qk=']
const SETTINGS = {
  workspaceId: 'w',
  accessKey: 'key',
  webhook: { publicUrl: URL_AT_BIRD, signingKeys: KEYS },
}

const CONVERSATION = 'badbf15c-bad3-4bf3-9223-6b7f414f9770'
const MESSAGE = '404544c5-9920-45f1-8990-0855634ab7ac'
const CHANNEL = '52ad151f-f7b4-46f9-a5c6-d3318e650c84'
const CONTACT = 'd4e8935a-5f48-45a5-95a5-ee7ba1e2c5b4'
const USER = '5795352d-f111-407b-be33-c9db94e4a666'
const REQUEST = '8f14e45f-ceea-467f-a8d6-0b1d2a6f9a11'

const PLACE = { kind: 'conversation', account: 'shop', native: CONVERSATION }
const MESSAGE_REF = { kind: 'message', conversation: PLACE, native: MESSAGE }
const CONTACT_REF = { kind: 'person', account: 'shop', native: `contact:${CONTACT}` }
const NOW = new Date('2026-11-20T12:00:00Z')

function openProvider(settings: object = SETTINGS): Provider {
  const provider = bird.create('shop', bird.settings.parse(settings))
  onTestFinished(() => provider.close())
  return provider
}

function openInlet(settings: object = SETTINGS): EventInlet {
  const { inlet } = openProvider(settings)
  if (inlet === null) throw new Error('there is no inlet')
  return inlet
}

interface Signing {
  readonly key?: string
  readonly url?: string
  readonly timestamp?: string
}

/** As Bird signs, written down a second time. */
function signedDelivery(body: string | Uint8Array, signing: Signing = {}): WebhookDelivery {
  const { key = 'old-key', url = URL_AT_BIRD, timestamp = String(NOW.getTime() / 1000) } = signing
  const digest = createHash('sha256').update(body).digest()
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${url}\n`), digest])
  return {
    method: 'POST',
    headers: {
      'messagebird-signature': createHmac('sha256', key).update(text).digest('base64'),
      'messagebird-request-timestamp': timestamp,
      'messagebird-request-id': REQUEST,
    },
    body: Buffer.from(body),
    receivedAt: NOW,
  }
}

function receive(webhook: object, inlet = openInlet()): Received {
  return inlet.receive(signedDelivery(JSON.stringify(webhook)))
}

function channelEvent(event: string, payload: object): object {
  return { service: 'channels', event, payload }
}

function conversationEvent(event: string, payload: object): object {
  return { service: 'conversations', event: `conversation.${event}`, payload }
}

const CONTEXT = { type: 'conversation_message', id: `${CONVERSATION}:${MESSAGE}:${CONTACT}`, tags: [] }

const INBOUND = {
  id: MESSAGE,
  channelId: CHANNEL,
  sender: {
    contact: {
      id: CONTACT,
      identifierKey: 'phonenumber',
      identifierValue: '+3511111111',
      annotations: { name: 'Maria' },
    },
  },
  receiver: { connector: { id: '60bf59d6-fc6f-4511-89c4-75d9127d7a7c', identifierValue: '' } },
  body: { type: 'text', text: { text: 'Test' } },
  meta: { extraInformation: { timestamp: '1702496037' } },
  reference: '',
  parts: [{ platformReference: 'wamid.EXAMPLE' }],
  status: 'delivered',
  reason: '',
  direction: 'incoming',
  context: CONTEXT,
  lastStatusAt: '2023-12-13T19:34:01.858Z',
  createdAt: '2023-12-13T19:34:01.858Z',
  updatedAt: '2023-12-13T19:34:02.063Z',
}

const OUTBOUND = {
  ...INBOUND,
  sender: { connector: { id: '60bf59d6-fc6f-4511-89c4-75d9127d7a7c', identifierValue: '' } },
  receiver: { contacts: [INBOUND.sender.contact] },
  direction: 'outgoing',
}

const READ = {
  id: 'b6d767d2-f8ed-4ad2-8b27-6e2f7a2cbd1c',
  messageId: MESSAGE,
  channelId: CHANNEL,
  platformId: 'whatsapp',
  type: 'read',
  receiver: { contacts: [INBOUND.sender.contact] },
  createdAt: '2023-12-13T19:40:00Z',
  context: CONTEXT,
  metadata: {},
}

const UPDATED = {
  id: CONVERSATION,
  name: '',
  status: 'active',
  featuredParticipants: [
    { id: CONTACT, type: 'contact', status: 'active', displayName: 'Jane Doe', avatarUrl: '' },
    { id: USER, type: 'user', status: 'active', displayName: 'John Smith', avatarUrl: '' },
  ],
  activeParticipantCount: 2,
  initiatingParticipant: { id: CONTACT, type: 'contact' },
  createdAt: '2023-12-13T19:00:00Z',
  updatedAt: '2023-12-13T19:34:05Z',
}

const LAST = {
  id: MESSAGE,
  type: 'text',
  preview: { text: 'Test' },
  status: 'sent',
  createdAt: '2023-12-13T19:34:01.858Z',
}

describe('what a webhook of Bird tells', () => {
  it('what somebody wrote is saved, with its words, its author and its place', () => {
    const { deliveryId, events, nudges } = receive(channelEvent('whatsapp.inbound', INBOUND))
    expect(deliveryId).toBe(REQUEST)
    expect(nudges).toEqual([])
    expect(events).toMatchObject([
      {
        type: 'message-saved',
        conversation: PLACE,
        occurredAt: new Date(INBOUND.createdAt),
        audience: 'public',
        isNew: true,
        message: {
          ref: MESSAGE_REF,
          side: 'customer',
          kind: 'text',
          text: 'Test',
          sender: {
            ref: CONTACT_REF,
            displayName: 'Maria',
            addresses: [{ kind: 'phone', value: '+3511111111' }],
          },
          delivery: null,
          receipts: [],
        },
      },
    ])
  })

  it('each step of a message of ours is reported, once the first of them with a hint to read the message', () => {
    const report = (status: string, rest: object = {}) =>
      receive(channelEvent('whatsapp.outbound', { ...OUTBOUND, status, ...rest }))
    const reread = [{ type: 'reread', conversation: PLACE, around: [MESSAGE_REF] }]
    expect(report('accepted', { body: undefined })).toMatchObject({
      events: [{ type: 'delivery-reported', message: MESSAGE_REF, delivery: { state: 'accepted' } }],
      nudges: reread,
    })
    expect(report('processing')).toMatchObject({ events: [{ delivery: { state: 'accepted' } }], nudges: [] })
    expect(report('sent')).toMatchObject({ events: [{ delivery: { state: 'sent' } }], nudges: [] })
    expect(report('delivered').events).toEqual([
      {
        type: 'delivery-reported',
        conversation: PLACE,
        occurredAt: new Date(OUTBOUND.lastStatusAt),
        audience: 'public',
        message: MESSAGE_REF,
        person: CONTACT_REF,
        isNew: true,
        delivery: {
          state: 'delivered',
          providerStatus: 'delivered',
          sentAt: null,
          deliveredAt: new Date(OUTBOUND.lastStatusAt),
          readAt: null,
          failedAt: null,
          failure: null,
        },
      },
    ])
    expect(report('delivery_failed', { reason: 'no such number' }).events).toMatchObject([
      { delivery: { state: 'failed', failure: { detail: 'no such number' } } },
    ])
    expect(report('rejected').events).toMatchObject([{ delivery: { state: 'failed' } }])
    expect(report('deleted').events).toMatchObject([{ type: 'message-deleted', message: MESSAGE_REF, isNew: true }])
    expect(report('a-word-of-tomorrow').events).toEqual([])
  })

  it('a read is of that message, by the contact whom the context names', () => {
    expect(receive(channelEvent('whatsapp.interaction', READ)).events).toEqual([
      {
        type: 'delivery-reported',
        conversation: PLACE,
        occurredAt: new Date(READ.createdAt),
        audience: 'public',
        message: MESSAGE_REF,
        person: CONTACT_REF,
        isNew: true,
        delivery: {
          state: 'read',
          providerStatus: null,
          sentAt: null,
          deliveredAt: null,
          readAt: new Date(READ.createdAt),
          failedAt: null,
          failure: null,
        },
      },
    ])
  })

  it('what does not say where it belongs is to be located', () => {
    for (const [event, payload] of [
      ['whatsapp.inbound', INBOUND],
      ['whatsapp.outbound', OUTBOUND],
      ['whatsapp.interaction', READ],
    ] as const) {
      for (const context of [
        undefined,
        null,
        { type: 'flow_run', id: 'x' },
        { type: 'conversation_message', id: 'x' },
      ]) {
        expect(receive(channelEvent(event, { ...payload, context }))).toEqual({
          deliveryId: REQUEST,
          events: [],
          nudges: [{ type: 'locate', payload: expect.any(String) }],
        })
      }
    }
  })

  it('what is known to belong somewhere need not be located', () => {
    const inlet = openInlet()
    receive(channelEvent('whatsapp.outbound', OUTBOUND), inlet)
    const read = receive(channelEvent('whatsapp.interaction', { ...READ, context: undefined }), inlet)
    expect(read).toMatchObject({
      nudges: [],
      events: [{ conversation: PLACE, message: MESSAGE_REF, person: CONTACT_REF }],
    })
    const sent = receive(channelEvent('whatsapp.outbound', { ...OUTBOUND, context: null, status: 'sent' }), inlet)
    expect(sent).toMatchObject({ nudges: [], events: [{ conversation: PLACE, delivery: { state: 'sent' } }] })
  })

  it('what came in without a body or an author is to be read', () => {
    for (const missing of [{ body: undefined }, { sender: {} }]) {
      const { events, nudges } = receive(channelEvent('sms.inbound', { ...INBOUND, ...missing }))
      expect(events).toEqual([])
      expect(nudges).toEqual([{ type: 'reread', conversation: PLACE, around: [MESSAGE_REF] }])
    }
  })

  it('a conversation is observed with what its answer has, and nothing else', () => {
    expect(receive(conversationEvent('updated', UPDATED)).events).toEqual([
      {
        type: 'conversation-observed',
        conversation: PLACE,
        occurredAt: new Date(UPDATED.updatedAt),
        audience: 'public',
        facts: { status: 'open', title: 'Jane Doe' },
      },
    ])
    const more = { ...UPDATED, name: 'Order 5', tags: ['vip'], assigneeId: USER, attributes: { size: 'M' } }
    expect(receive(conversationEvent('updated', more)).events).toMatchObject([
      { audience: 'public', facts: { title: 'Order 5' } },
      {
        audience: 'internal',
        facts: { labels: ['vip'], assignee: { native: `user:${USER}` }, customAttributes: { size: 'M' } },
      },
    ])
  })

  it('a conversation tells the state of its last message if that surely went out, as no news of its own', () => {
    const last = (rest: object, conversation: object = {}) =>
      receive(conversationEvent('updated', { ...UPDATED, ...conversation, lastMessage: { ...LAST, ...rest } }))
        .events[1]
    const reported = { type: 'delivery-reported', message: MESSAGE_REF, person: CONTACT_REF, isNew: false }
    expect(last({})).toMatchObject({ ...reported, delivery: { state: 'sent' } })
    const sender = { id: USER, type: 'user' }
    expect(last({ status: 'delivered', sender })).toMatchObject({ ...reported, delivery: { state: 'delivered' } })
    expect(last({ status: 'delivered' }, { lastMessageOutgoingAt: LAST.createdAt })).toMatchObject(reported)
    expect(last({ status: 'delivered' })).toBeUndefined()
    expect(last({ status: 'delivered', sender: { id: CONTACT, type: 'contact' } })).toBeUndefined()
    expect(last({ status: 'deleted' })).toMatchObject({
      type: 'message-deleted',
      message: MESSAGE_REF,
      isNew: false,
    })
    expect(last({ draft: true })).toBeUndefined()
  })

  /** All events of the fact sheet, section 6.2 with the types of interactions of 4.3, and what becomes of each. */
  it.each([
    ['conversations', 'conversation.created', ['conversation-created'], UPDATED],
    ['conversations', 'conversation.updated', ['conversation-observed'], UPDATED],
    ['conversations', 'conversation.deleted', ['conversation-removed'], UPDATED],
    ...['whatsapp', 'sms', 'email', 'rcs', 'instagram'].flatMap((platform) => [
      ['channels', `${platform}.inbound`, ['message-saved'], INBOUND] as const,
      ['channels', `${platform}.outbound`, ['delivery-reported'], OUTBOUND] as const,
      ['channels', `${platform}.interaction`, ['delivery-reported'], READ] as const,
    ]),
    ...[
      'clicked',
      'delete-request',
      'invalid',
      'opened',
      'reported-as-spam',
      'unsubscribe-request',
      'reaction',
      'conversion',
      'subscribe-request',
      'subscribe-consent',
    ].map((type) => ['channels', 'whatsapp.interaction', [], { ...READ, type }] as const),
    ['numbers', 'number.bought', [], {}],
    ['payments', 'payment.inbound', [], {}],
    ['conversations', 'conversation.something_of_tomorrow', [], {}],
    ['channels', 'nothing', [], {}],
  ] as const)('%s: %s becomes %j', (service, event, expected, payload) => {
    expect(receive({ service, event, payload }).events.map(({ type }) => type)).toEqual(expected)
  })

  it('there is no socket, and no inlet without its settings', () => {
    const { webhook, ...without } = SETTINGS
    expect(openProvider(without).inlet).toBeNull()
    const listener = { receive: async () => {}, onGap: () => {} }
    expect(openInlet().connect(listener, new AbortController().signal)).toBeNull()
  })

  describe.skipIf(!hasData)('in the documented examples (skipped where ../shared is absent)', () => {
    const example = (name: string) => JSON.parse(readFileSync(new URL(`examples/${name}`, DATA), 'utf8'))

    it('is a hint to locate what came in, because the example has no context', () => {
      const { events, nudges } = receive(example('webhook.whatsapp.inbound.json'))
      expect([events, nudges]).toEqual([[], [{ type: 'locate', payload: expect.stringContaining('404544c5') }]])
    })

    it('is a conversation that was observed', () => {
      const { events } = receive(example('webhook.conversation.updated.partial.json'))
      expect(events).toMatchObject([
        { type: 'conversation-observed', occurredAt: null, facts: { status: 'open', title: 'Jane Doe' } },
      ])
    })
  })
})

describe("the emulated Bird's own webhooks", () => {
  it('tell of what came in, and of what went out, was delivered and was read, of whom and of what', async () => {
    const world = await openWorld()
    const heard = (await world.act('say', { person: world.contact, text: 'Hello?' })).message
    const said = (await world.act('say', { person: world.user, text: 'Hello!' })).message
    await world.act('receive', { person: world.contact })
    await world.act('read', { person: world.contact })
    const isRead = (event: DomainEvent) =>
      event.type === 'delivery-reported' && event.message.native === said && event.delivery.state === 'read'
    await vi.waitFor(() =>
      expect(
        world
          .received()
          .flatMap(({ events }) => events)
          .some(isRead),
      ).toBe(true),
    )

    const events = world.received().flatMap(({ events }) => events)
    const conversation = { kind: 'conversation', account: 'shop', native: world.conversation }
    const message = { kind: 'message', conversation, native: said }
    const person = { kind: 'person', account: 'shop', native: `contact:${world.contact}` }
    expect(events.filter(({ type }) => type === 'message-saved')).toMatchObject([
      {
        conversation,
        isNew: true,
        message: { ref: { native: heard }, text: 'Hello?', side: 'customer', sender: { ref: person } },
      },
    ])
    const reports = events.filter((event) => event.type === 'delivery-reported' && event.message.native === said)
    expect(reports.every((event) => event.conversation.native === world.conversation)).toBe(true)
    const states = reports.map((event) => event.type === 'delivery-reported' && event.delivery.state)
    const steps = ['accepted', 'accepted', 'accepted', 'accepted', 'sent', 'sent', 'delivered', 'delivered', 'read']
    expect(states).toEqual(steps)
    expect(reports).toMatchObject(steps.map(() => ({ message, person })))
    const nudges = world.received().flatMap(({ nudges }) => nudges)
    expect(nudges).toEqual([{ type: 'reread', conversation, around: [message] }])
  })

  it('save a message as the adapter reads it', async () => {
    const world = await openWorld()
    await world.act('say', { person: world.contact, text: 'Hello?' })
    await vi.waitFor(() => expect(world.received().length).toBeGreaterThan(0))
    const [event] = world.received().flatMap(({ events }) => events)
    if (event?.type !== 'message-saved') throw new Error('no message was saved')
    const [read] = await world.provider.getMessages([event.message.ref], callAs())
    if (read === undefined || read instanceof Error) throw read
    const { details, recipients, sender, ...rest } = event.message
    expect(read).toMatchObject(rest)
    expect(read.sender).toMatchObject({
      ref: sender?.ref,
      displayName: sender?.displayName,
      addresses: sender?.addresses,
    })
  })

  it('are located by reading the message on its channel where they do not say where they belong', async () => {
    const world = await openWorld()
    await world.act('say', { person: world.contact, text: 'Hello?' })
    const { message } = await world.act('say', { person: world.user, text: 'Hello!' })
    await world.act('read', { person: world.contact })
    await vi.waitFor(() => expect(world.received().length).toBeGreaterThanOrEqual(9))
    for (const delivery of world.hook.deliveries) {
      const webhook = JSON.parse(Buffer.from(delivery.body).toString())
      if (webhook.service !== 'channels' || webhook.payload.type === 'opened') continue
      const told = world.inlet.receive(delivery)
      const { context, ...payload } = webhook.payload
      const lost = world.receiveAnew({ ...webhook, payload })
      expect([lost.events, lost.nudges.map(({ type }) => type)]).toEqual([[], ['locate']])
      const [nudge] = lost.nudges
      const located = await world.inlet.locate(nudge?.type === 'locate' ? nudge.payload : '', callAs())
      expect(located[0]).toMatchObject({ type: told.events[0]?.type, conversation: { native: world.conversation } })
      if (webhook.event.endsWith('.interaction') || webhook.event.endsWith('.inbound'))
        expect(located).toEqual(told.events)
    }
    const never = { kind: 'read', channel: CHANNEL, message, readAt: null, contact: null }
    for (const payload of ['garbage', '{}', JSON.stringify(never), JSON.stringify({ ...never, channel: '../x' })])
      await expect(world.inlet.locate(payload, callAs())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('forged webhooks of Bird', () => {
  const UNREADABLE = '{"service": '

  describe.skipIf(!hasData)('against the vectors of the fact sheet (skipped where ../shared is absent)', () => {
    const { vectors } = hasData
      ? JSON.parse(readFileSync(new URL('webhook-signature-vectors.json', DATA), 'utf8'))
      : { vectors: [] }

    it.each(vectors as Vector[])('the signature over $url is good with its key and its address only', (vector) => {
      const { signingKey, url, timestamp, signature, body } = vector
      const delivery: WebhookDelivery = {
        method: 'POST',
        headers: { 'messagebird-signature': signature, 'messagebird-request-timestamp': timestamp },
        body: Buffer.from(body),
        receivedAt: new Date(Number(timestamp) * 1000),
      }
      const open = (publicUrl: string, key: string) =>
        openInlet({ ...SETTINGS, webhook: { publicUrl, signingKeys: ['another', key] } })
      expect(outcomeOf(open(url, signingKey), delivery)).not.toBe('UNAUTHENTICATED')
      expect(outcomeOf(open(`${url}/`, signingKey), delivery)).toBe('UNAUTHENTICATED')
      expect(outcomeOf(open(url, `${signingKey} `), delivery)).toBe('UNAUTHENTICATED')
    })
  })

  it('are refused before anything is read; what is signed is read', () => {
    const inlet = openInlet()
    const good = signedDelivery(UNREADABLE)
    expect(outcomeOf(inlet, good)).toBe('MALFORMED')
    expect(outcomeOf(inlet, signedDelivery(UNREADABLE, { key: KEYS[1] as string }))).toBe('MALFORMED')
    expect(outcomeOf(inlet, signedDelivery(new Uint8Array([0x22, 0xff, 0x22])))).toBe('MALFORMED')
    for (const header of ['messagebird-signature', 'messagebird-request-timestamp']) {
      const { [header]: left, ...headers } = good.headers
      expect(outcomeOf(inlet, { ...good, headers })).toBe('UNAUTHENTICATED')
      expect(outcomeOf(inlet, { ...good, headers: { ...good.headers, [header]: '' } })).toBe('UNAUTHENTICATED')
      const twice = { ...good.headers, [header]: `${left}, ${left}` }
      expect(outcomeOf(inlet, { ...good, headers: twice })).toBe('UNAUTHENTICATED')
    }
    expect(outcomeOf(inlet, signedDelivery(UNREADABLE, { key: 'third-key' }))).toBe('UNAUTHENTICATED')
    expect(outcomeOf(inlet, signedDelivery(UNREADABLE, { url: URL_AT_BIRD.replace('%20', '+') }))).toBe(
      'UNAUTHENTICATED',
    )
  })

  it('are taken for a day and ten minutes, and five minutes ahead', () => {
    const inlet = openInlet()
    const seconds = NOW.getTime() / 1000
    const signedAt = (timestamp: number | string) =>
      outcomeOf(inlet, signedDelivery(UNREADABLE, { timestamp: String(timestamp) }))
    const day = 24 * 60 * 60
    for (const good of [seconds - day - 600, seconds, seconds + 300]) expect(signedAt(good)).toBe('MALFORMED')
    for (const bad of [
      seconds - day - 601,
      seconds + 301,
      0,
      '',
      'now',
      `${seconds}garbage`,
      ` ${seconds}`,
      '1e9',
      '-1',
    ])
      expect(signedAt(bad)).toBe('UNAUTHENTICATED')
  })

  it('are refused, all 10,000 of them', () => {
    const inlet = openInlet()
    const good = signedDelivery(JSON.stringify(channelEvent('whatsapp.interaction', READ)))
    expect(outcomeOf(inlet, good)).toMatchObject({ nudges: [] })
    fc.assert(
      fc.property(forgeryOf(good), (forged) => {
        fc.pre(!isSame(forged, good))
        expect(outcomeOf(inlet, forged)).toBe('UNAUTHENTICATED')
      }),
      { numRuns: 10_000 },
    )
  })

  it('with the right signature tell something or are malformed, whatever stands in them', () => {
    const inlet = openInlet()
    const examples = [
      channelEvent('whatsapp.inbound', INBOUND),
      channelEvent('whatsapp.outbound', OUTBOUND),
      channelEvent('whatsapp.interaction', READ),
      conversationEvent('updated', { ...UPDATED, lastMessage: LAST, tags: ['a'] }),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.nat(), fc.jsonValue(), (example, where, value) => {
        const webhook = replaceOne(example, where, value)
        const outcome = outcomeOf(inlet, signedDelivery(JSON.stringify(webhook)))
        if (typeof outcome === 'string') expect(outcome).toBe('MALFORMED')
      }),
      { numRuns: 3_000 },
    )
  })
})

interface Vector {
  readonly signingKey: string
  readonly timestamp: string
  readonly url: string
  readonly body: string
  readonly signature: string
}

/** One thing about a good delivery is changed: a byte anywhere, its length, its key, its address, its encoding. */
function forgeryOf(good: WebhookDelivery): fc.Arbitrary<WebhookDelivery> {
  const header = fc.constantFrom('messagebird-signature', 'messagebird-request-timestamp')
  const withHeader = (name: string, value: string) => ({ ...good, headers: { ...good.headers, [name]: value } })
  const headerOf = (name: string) => good.headers[name] as string
  const flippedHeader = fc.tuple(header, fc.nat(), fc.integer({ min: 1, max: 127 })).map(([name, where, mask]) => {
    const value = headerOf(name)
    const at = where % value.length
    return withHeader(name, value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ mask) + value.slice(at + 1))
  })
  const cutHeader = fc
    .tuple(header, fc.nat())
    .map(([name, length]) => withHeader(name, headerOf(name).slice(0, length % headerOf(name).length)))
  const longHeader = fc
    .tuple(header, fc.string({ minLength: 1 }), fc.boolean())
    .map(([name, more, before]) => withHeader(name, before ? more + headerOf(name) : headerOf(name) + more))
  const recoded = fc.constantFrom('hex', 'base64url', 'latin1').map((encoding) => {
    const bytes = Buffer.from(headerOf('messagebird-signature'), 'base64')
    return withHeader('messagebird-signature', bytes.toString(encoding as BufferEncoding))
  })
  const flippedBody = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([where, mask]) => {
    const body = Uint8Array.from(good.body)
    const at = where % body.length
    body[at] = (body[at] as number) ^ mask
    return { ...good, body }
  })
  const cutBody = fc.nat().map((length) => ({ ...good, body: good.body.subarray(0, length % good.body.length) }))
  const longBody = fc.uint8Array({ minLength: 1 }).map((more) => ({ ...good, body: Buffer.concat([good.body, more]) }))
  const otherKey = fc
    .string()
    .filter((key) => !KEYS.includes(key))
    .map((key) => signedDelivery(good.body, { key }))
  const otherUrl = fc.tuple(fc.nat(URL_AT_BIRD.length - 1), fc.string()).map(([at, part]) => {
    const url = URL_AT_BIRD.slice(0, at) + part + URL_AT_BIRD.slice(at + 1)
    return signedDelivery(good.body, url === URL_AT_BIRD ? { url: '' } : { url })
  })
  return fc.oneof(flippedHeader, cutHeader, longHeader, recoded, flippedBody, cutBody, longBody, otherKey, otherUrl)
}

function isSame(one: WebhookDelivery, other: WebhookDelivery): boolean {
  return Buffer.from(one.body).equals(other.body) && JSON.stringify(one.headers) === JSON.stringify(other.headers)
}

/** The emulator, a gateway's inlet for it, and a WhatsApp conversation of a contact with somebody of the shop. */
async function openWorld() {
  const emulator = await startBirdEmulator({ port: 0 })
  onTestFinished(() => emulator.close())
  const provider = openProvider(emulator.settings)
  const { inlet } = provider
  if (inlet === null) throw new Error('there is no inlet')
  const hook = await openHook()
  await control(emulator.url, 'deliver-webhooks-to', { url: hook.url })
  const { webhook } = emulator.settings as { readonly webhook: { publicUrl: string; signingKeys: readonly string[] } }
  const place = await findPlace(emulator.url, provider)
  return {
    ...place,
    provider,
    inlet,
    hook,
    act: (what: string, body: object) => control(emulator.url, what, { conversation: place.conversation, ...body }),
    received: () => hook.deliveries.map((delivery) => inlet.receive(delivery)),
    /** By an inlet that knows nothing yet. */
    receiveAnew: (body: object) => {
      const signed = signedDelivery(JSON.stringify(body), {
        url: webhook.publicUrl,
        key: webhook.signingKeys[0] as string,
      })
      return openInlet(emulator.settings).receive(signed)
    },
  }
}

async function findPlace(emulatorUrl: string, provider: Provider) {
  const state = (await (await fetch(`${emulatorUrl}/__control/state`)).json()) as EmulatorState
  await provider.listChannels(callAs())
  for (const { id, people } of state.conversations) {
    const native = { kind: 'conversation', account: 'shop', native: id } as const
    const [found] = await provider.getConversations([native], callAs())
    if (found === undefined || found instanceof Error) continue
    const { channel, status, featuredParticipants } = found.conversation
    const of = (kind: string) => featuredParticipants.filter(({ person }) => person.kind === kind)
    const [contact] = of('contact')
    const [user] = of('agent')
    if (channel?.type !== 'whatsapp' || status !== 'open' || of('contact').length !== 1 || !contact || !user) continue
    if (people.length < 2) continue
    return { conversation: id, contact: contact.person.externalId, user: user.person.externalId }
  }
  throw new Error('there is no such conversation')
}

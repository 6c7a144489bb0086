import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { WEBHOOK_EVENTS } from '../../providers/chatwoot/webhook-events.ts'
import type { DomainEvent, EventInlet, Received, WebhookDelivery } from '../../providers/port/index.ts'
import { callAs } from '../support/chatwoot-account.ts'
import {
  RECORDED_HOOKS,
  RECORDED_SECRETS,
  type RecordedHook,
  recordedDelivery,
  recordedHook,
  secretsOf,
} from '../support/chatwoot-deliveries.ts'
import { outcomeOf } from './receive.ts'

const SETTINGS = { baseUrl: 'http://127.0.0.1:9', accountId: 5, token: 'token' }

function openInlet(settings: object = { webhookSecrets: [RECORDED_SECRETS.account] }): EventInlet {
  const provider = chatwoot.create('support', chatwoot.settings.parse({ ...SETTINGS, ...settings }))
  onTestFinished(() => provider.close())
  if (provider.inlet === null) throw new Error('there is no inlet')
  return provider.inlet
}

function receiveRecorded(hook: RecordedHook): Received {
  return openInlet({ webhookSecrets: secretsOf(hook) }).receive(recordedDelivery(hook))
}

const NOW = new Date('2026-11-21T12:00:00.500Z')
const SECONDS = NOW.getTime() / 1000

/** A body that Chatwoot could have sent at that time, signed with that secret. */
function signed(body: string, { secret = RECORDED_SECRETS.account as string, seconds = Math.floor(SECONDS) } = {}) {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'x-chatwoot-timestamp': String(seconds), 'x-chatwoot-signature': `sha256=${digest}` }
  return { method: 'POST', headers, body: new TextEncoder().encode(body), receivedAt: NOW } satisfies WebhookDelivery
}

/** A recorded body with something else in it, signed anew. */
function changed(n: number, change: object): Received {
  const body = { ...JSON.parse(recordedHook(n).body), ...change }
  return openInlet().receive(signed(JSON.stringify(body)))
}

const conversation = (native: string) => ({ kind: 'conversation', account: 'support', native })
const person = (native: string) => ({ kind: 'person', account: 'support', native })
const message = (native: string, id: string) => ({ kind: 'message', conversation: conversation(native), native: id })
const at = (seconds: number) => new Date(seconds * 1000)
const only = <T extends DomainEvent['type']>({ events }: Received, type: T) =>
  events.filter((event): event is Extract<DomainEvent, { type: T }> => event.type === type)
const typesOf = ({ events, nudges }: Received) => [...events, ...nudges].map(({ type }) => type)

describe('the settings of an account', () => {
  it('have an inlet by default, for the socket, which believes no webhook', () => {
    const inlet = openInlet({})
    expect(outcomeOf(inlet, recordedDelivery(recordedHook(1)))).toBe('UNAUTHENTICATED')
    expect(outcomeOf(inlet, signed('{}', { secret: '' }))).toBe('UNAUTHENTICATED')
  })

  it('give no inlet without secrets and without the socket, and no connection without the socket', async () => {
    const provider = chatwoot.create('support', chatwoot.settings.parse({ ...SETTINGS, socket: false }))
    onTestFinished(() => provider.close())
    expect(provider.inlet).toBeNull()
    const inlet = openInlet({ socket: false, webhookSecrets: ['a'] })
    expect(inlet.connect({ receive: vi.fn(), onGap: vi.fn() }, AbortSignal.abort())).toBeNull()
    await expect(inlet.locate('', callAs())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('take one to three secrets', () => {
    const read = (webhookSecrets: unknown) => chatwoot.settings.safeParse({ ...SETTINGS, webhookSecrets }).success
    expect([[], ['a'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], [''], 'a'].map(read)).toEqual([
      ...[false, true, true, false, false, false],
    ])
  })
})

describe('a delivery', () => {
  it('is believed with any of the secrets', () => {
    const inlet = openInlet({ webhookSecrets: ['first', 'second', 'third'] })
    const outcome = (secret: string) => outcomeOf(inlet, signed('{"event":"contact_created"}', { secret }))
    for (const secret of ['first', 'second', 'third']) expect(outcome(secret)).toMatchObject({ events: [], nudges: [] })
    expect(outcome('fourth')).toBe('UNAUTHENTICATED')
  })

  it('is believed whatever the case of its header names, and named by its delivery id', () => {
    const { headers, ...rest } = recordedDelivery(recordedHook(8))
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    const received = openInlet().receive({ ...rest, headers: shouted })
    expect(received.deliveryId).toBe(headers['x-chatwoot-delivery'])
    expect(openInlet().receive(signed('{"event":"contact_created"}')).deliveryId).toBeNull()
  })

  it.each([
    [-299, true],
    [-301, false],
    [300, true],
    [301, false],
    [86_400 * 365, false],
  ])('signed %i s away from our clock: accepted is %s', (apart, isAccepted) => {
    const outcome = outcomeOf(
      openInlet(),
      signed('{"event":"contact_created"}', { seconds: Math.floor(SECONDS) + apart }),
    )
    expect(outcome !== 'UNAUTHENTICATED').toBe(isAccepted)
  })

  it.each([
    ['no signature', { 'x-chatwoot-signature': '' }],
    ['a signature without its algorithm', { 'x-chatwoot-signature': 'a'.repeat(64) }],
    ['half a signature', { 'x-chatwoot-signature': `sha256=${'a'.repeat(32)}` }],
    ['a signature in two', { 'x-chatwoot-signature': `sha256=${'a'.repeat(64)}, sha256=${'b'.repeat(64)}` }],
    ['another algorithm', { 'x-chatwoot-signature': `sha1=${'a'.repeat(64)}` }],
    ['no timestamp', { 'x-chatwoot-timestamp': '' }],
    ['a timestamp with something behind it', { 'x-chatwoot-timestamp': `${Math.floor(SECONDS)}abc` }],
    ['a fraction of a second', { 'x-chatwoot-timestamp': `${SECONDS}` }],
    ['a negative timestamp', { 'x-chatwoot-timestamp': '-1' }],
  ])('with %s is refused', (_, headers) => {
    const delivery = signed('{"event":"contact_created"}')
    expect(outcomeOf(openInlet(), { ...delivery, headers: { ...delivery.headers, ...headers } })).toBe(
      'UNAUTHENTICATED',
    )
  })

  it.each(['', 'null', '[]', '{', '"text"', '{}', '{"event":null}', '{"event":"message_created"}', '\u0000'])(
    'that is signed but makes no sense (%j) is MALFORMED',
    (body) => {
      expect(outcomeOf(openInlet(), signed(body))).toBe('MALFORMED')
    },
  )

  it('of an event that is not known yet tells nothing', () => {
    expect(openInlet().receive(signed('{"event":"sla_missed"}'))).toEqual({ deliveryId: null, events: [], nudges: [] })
  })
})

describe('forgers', () => {
  const text = fc.string({ maxLength: 80 })
  /** Something else in place of one header, of the body or of the moment. */
  const forgery = fc.record({
    hook: fc.constantFrom(...RECORDED_HOOKS.filter(({ path }) => path === '/account')),
    change: fc.oneof(
      fc.record({ signature: text }),
      fc.record({ signature: fc.stringMatching(/^sha256=[0-9a-f]{64}$/) }),
      fc.record({ timestamp: fc.oneof(text, fc.nat().map(String)) }),
      fc.record({ body: fc.oneof(text, fc.json()) }),
      fc.record({ flip: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) }),
      fc.record({ late: fc.integer({ min: 302_000, max: 1e9 }) }),
      fc.record({ secret: text.filter((one) => one !== RECORDED_SECRETS.account) }),
    ),
  })

  function forge({
    hook,
    change,
  }: {
    readonly hook: RecordedHook
    readonly change: Record<string, any>
  }): WebhookDelivery {
    const { headers, body, receivedAt, method } = recordedDelivery(hook)
    const forged = { ...headers }
    if ('signature' in change) forged['x-chatwoot-signature'] = change.signature
    if ('timestamp' in change) forged['x-chatwoot-timestamp'] = change.timestamp
    if ('secret' in change) {
      const digest = createHmac('sha256', change.secret).update(`${headers['x-chatwoot-timestamp']}.${hook.body}`)
      forged['x-chatwoot-signature'] = `sha256=${digest.digest('hex')}`
    }
    const bytes = 'body' in change ? new TextEncoder().encode(change.body) : Uint8Array.from(body)
    const index = change.flip % bytes.length
    if ('flip' in change) bytes[index] = (bytes[index] ?? 0) ^ (1 << change.bit)
    const when = new Date(receivedAt.getTime() + (change.late ?? 0))
    return { method, headers: forged, body: bytes, receivedAt: when }
  }

  it('get none of 10,000 in, and nothing of what they send is read', () => {
    const inlet = openInlet()
    const parse = vi.spyOn(JSON, 'parse')
    const decode = vi.spyOn(TextDecoder.prototype, 'decode')
    onTestFinished(() => {
      parse.mockRestore()
      decode.mockRestore()
    })
    const outcomes = new Map<string, number>()
    const isOwn = (delivery: WebhookDelivery, hook: RecordedHook) =>
      Buffer.from(delivery.body).equals(Buffer.from(hook.body)) &&
      delivery.headers['x-chatwoot-signature'] === hook.headers['x-chatwoot-signature'] &&
      delivery.headers['x-chatwoot-timestamp'] === hook.headers['x-chatwoot-timestamp'] &&
      delivery.receivedAt.getTime() === hook.at
    fc.assert(
      fc.property(forgery, (one) => {
        const delivery = forge(one)
        fc.pre(!isOwn(delivery, one.hook))
        const outcome = outcomeOf(inlet, delivery)
        const name = typeof outcome === 'string' ? outcome : 'accepted'
        outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
      }),
      { numRuns: 10_000 },
    )
    expect([...outcomes]).toEqual([['UNAUTHENTICATED', 10_000]])
    expect(parse).not.toHaveBeenCalled()
    expect(decode).not.toHaveBeenCalled()
  })

  it('who know the secret, and lie in the body, meet nothing but refusals in our own words', () => {
    const inlet = openInlet()
    const bodies = RECORDED_HOOKS.filter(({ path }) => path === '/account').map(({ body }) => JSON.parse(body))
    const lie = fc.record({
      body: fc.constantFrom(...bodies),
      path: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      value: fc.oneof(fc.anything(), fc.constant(undefined)),
    })
    fc.assert(
      fc.property(lie, ({ body, path, value }) => {
        const text = JSON.stringify(withLie(body, path, value), (_, one) => (typeof one === 'bigint' ? `${one}` : one))
        const outcome = outcomeOf(inlet, signed(text ?? 'null'))
        if (typeof outcome === 'string') expect(outcome).toBe('MALFORMED')
      }),
      { numRuns: 3_000 },
    )
  })
})

/** The body with another value somewhere inside it. */
function withLie(body: any, [step = 0, ...rest]: readonly number[], value: unknown): unknown {
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : []
  const key = keys[step % keys.length]
  if (key === undefined) return value
  const inner = rest.length === 0 ? value : withLie(body[key], rest, value)
  return Array.isArray(body) ? body.with(Number(key), inner) : { ...body, [key]: inner }
}

describe('the events of webhooks', () => {
  it('are these: what is told of messages, conversations and typing, and what is left out on purpose', () => {
    const named = (isIgnored: boolean) =>
      [...WEBHOOK_EVENTS].filter(([, translate]) => (translate === null) === isIgnored).map(([name]) => name)
    expect(named(false)).toEqual([
      'message_created',
      'message_updated',
      'conversation_created',
      'conversation_updated',
      'conversation_status_changed',
      'conversation_opened',
      'conversation_resolved',
      'conversation_typing_on',
      'conversation_typing_off',
    ])
    expect(named(true)).toEqual([
      'contact_created',
      'contact_updated',
      'inbox_created',
      'inbox_updated',
      'webwidget_triggered',
    ])
  })

  it.each(RECORDED_HOOKS.map((hook) => [hook.n, JSON.parse(hook.body).event, hook] as const))(
    'recorded delivery %i (%s) is verified and tells what its kind tells',
    (_, event, hook) => {
      const received = receiveRecorded(hook)
      const body = JSON.parse(hook.body)
      const id = String(body.conversation?.id ?? body.id)
      expect(received.deliveryId).toBe(hook.headers['x-chatwoot-delivery'])
      expect(typesOf(received).filter((type) => type !== 'horizon-moved')).toEqual(expectedTypes(event, body))
      for (const told of [...received.events, ...received.nudges]) {
        expect(told).toMatchObject({ conversation: conversation(id) })
      }
      const { contact_last_seen_at: contact, agent_last_seen_at: team } = body.conversation ?? body
      const seen = only(received, 'horizon-moved').map(({ horizon }) => horizon.upToTime)
      const isTyping = event.startsWith('conversation_typing')
      expect(seen).toEqual(isTyping ? [] : [team, contact].filter((seconds) => seconds > 0).map(at))
      expect(only(received, 'horizon-moved').some(({ movedBack }) => movedBack)).toBe(false)
    },
  )

  function expectedTypes(event: string, body: any): readonly string[] {
    if (WEBHOOK_EVENTS.get(event) === null) return []
    if (event === 'message_created') return ['message-saved', 'conversation-observed', 'conversation-observed']
    if (event === 'message_updated') return [body.content_attributes.deleted ? 'message-deleted' : 'reread']
    if (event === 'conversation_created') return ['conversation-created']
    if (event.startsWith('conversation_typing')) return ['typing-changed']
    return ['conversation-observed', 'conversation-observed']
  }

  it('never tell the secrets that stand in their bodies', () => {
    const told = JSON.stringify(RECORDED_HOOKS.map(receiveRecorded))
    expect(told).not.toContain('pubsub')
    const tokens = RECORDED_HOOKS.flatMap(({ body }) => body.match(/(?<="pubsub_token":")[^"]+/g) ?? [])
    expect(tokens.length).toBeGreaterThan(100)
    expect(tokens.filter((token) => told.includes(token))).toEqual([])
  })
})

describe('message_created', () => {
  it('tells of the message as an answer would show it, of the conversation and of how far both sides are', () => {
    const received = receiveRecorded(recordedHook(148))
    const [saved, observed, internal] = received.events
    expect(saved).toMatchObject({
      type: 'message-saved',
      conversation: conversation('2'),
      isNew: true,
      audience: 'public',
      occurredAt: at(1795253361),
      message: {
        ref: message('2', '245'),
        sender: { ref: person('user:9'), kind: 'agent', displayName: 'Piet Agent' },
        side: 'business',
        audience: 'public',
        kind: 'text',
        sortKey: '01795253361.0000000000000245',
        text: 'Considered so.',
        createdAt: at(1795253361),
        delivery: { state: 'sent', providerStatus: 'sent', failure: null },
        deleted: null,
        details: { shape: 'chatwoot-message', messageType: 1 },
      },
    })
    expect(observed).toEqual({
      type: 'conversation-observed',
      conversation: conversation('2'),
      occurredAt: new Date(1795253361982),
      audience: 'public',
      receiptModel: 'watermark',
      facts: { status: 'open', title: 'Edsger' },
    })
    expect(internal).toMatchObject({
      audience: 'internal',
      facts: { labels: [], team: null, priority: null, snoozedUntil: null, customAttributes: { from: 'app' } },
    })
  })

  it('of a contact names the contact although the sender has no type, and no delivery', () => {
    const [saved] = only(receiveRecorded(recordedHook(143)), 'message-saved')
    expect(saved?.message).toMatchObject({
      sender: { ref: person('contact:20'), kind: 'contact' },
      side: 'customer',
      delivery: null,
      receipts: [],
    })
  })

  it('of a bot and of the system names the bot and nobody', () => {
    const sender = (n: number) => only(receiveRecorded(recordedHook(n)), 'message-saved')[0]?.message.sender
    expect(sender(202)).toMatchObject({ ref: person('bot:2'), kind: 'bot' })
    expect(sender(186)).toBeNull()
  })

  it('of a private note is for the team alone', () => {
    const [note] = only(receiveRecorded(recordedHook(24)), 'message-saved')
    expect(note).toMatchObject({ audience: 'internal', message: { audience: 'internal', delivery: null } })
  })

  it('shows what became of the message since, where the conversation shows it', () => {
    const body = JSON.parse(recordedHook(164).body)
    const [saved] = only(changed(164, { event: 'message_created' }), 'message-saved')
    expect(body.conversation.messages[0]).toMatchObject({ id: 246, status: 'read' })
    expect(saved?.message.delivery?.state).toBe('read')
    const [earlier] = only(receiveRecorded(recordedHook(30)), 'message-saved')
    expect(JSON.parse(recordedHook(30).body).conversation.messages[0].id).not.toBe(211)
    expect(earlier?.message.delivery?.state).toBe('sent')
    expect(saved?.message.receipts).toEqual([
      { message: message('2', '246'), holder: person('contact:20'), kind: 'read', at: null },
    ])
  })
})

describe('message_updated', () => {
  it('says neither what nor how far, so that the conversation has to be read again', () => {
    const received = receiveRecorded(recordedHook(54))
    expect(received.events).toEqual([])
    expect(received.nudges).toEqual([
      { type: 'reread', conversation: conversation('1'), around: [message('1', '207')] },
    ])
  })

  it('is a nudge of its own each time, although three of them are the same byte for byte', () => {
    const hooks = [54, 57, 59].map(recordedHook)
    expect(new Set(hooks.map(({ body }) => body)).size).toBe(1)
    const received = hooks.map(receiveRecorded)
    expect(received.map(({ nudges }) => nudges.length)).toEqual([1, 1, 1])
    expect(new Set(received.map(({ deliveryId }) => deliveryId)).size).toBe(3)
  })

  it('after a read shows how far the contact is', () => {
    const received = receiveRecorded(recordedHook(162))
    expect(received.events).toEqual([
      {
        type: 'horizon-moved',
        conversation: conversation('2'),
        occurredAt: at(1795253366),
        audience: 'public',
        movedBack: false,
        isNew: false,
        horizon: {
          holder: person('contact:20'),
          kind: 'read',
          precision: 'up-to-time',
          sortKey: '01795253366.~',
          upToTime: at(1795253366),
          upToMessage: null,
          occurredAt: at(1795253366),
        },
      },
    ])
    expect(received.nudges).toHaveLength(1)
  })

  it('of a deleted message tells of the deletion, also of a note', () => {
    const [note] = only(receiveRecorded(recordedHook(73)), 'message-deleted')
    expect(note).toMatchObject({ message: message('1', '209'), audience: 'internal', occurredAt: null })
    const [answer] = only(receiveRecorded(recordedHook(74)), 'message-deleted')
    expect(answer).toMatchObject({ message: message('1', '211'), audience: 'public' })
    expect(receiveRecorded(recordedHook(74)).nudges).toEqual([])
  })

  it('with a status, as newer servers may send it, leaves nothing to ask for', () => {
    const received = changed(54, { status: 'delivered' })
    expect(received.nudges).toEqual([])
    expect(only(received, 'message-saved')).toMatchObject([{ isNew: false, message: { ref: message('1', '207') } }])
    expect(only(received, 'delivery-reported')).toMatchObject([
      { message: message('1', '207'), person: person('contact:15'), delivery: { state: 'delivered' } },
    ])
  })

  it('with a status tells nothing of what the position of the contact has told', () => {
    expect(only(changed(162, { status: 'read' }), 'delivery-reported')).toEqual([])
    expect(only(changed(54, { status: 'read' }), 'delivery-reported')).toHaveLength(1)
  })

  it('with a status moves the position on channels where one message tells of all before it', () => {
    const body = JSON.parse(recordedHook(54).body)
    const on = (channel: string, status: string) =>
      changed(54, { status, conversation: { ...body.conversation, channel } })
    expect(only(on('Channel::FacebookPage', 'read'), 'horizon-moved')).toMatchObject([
      { horizon: { kind: 'read', precision: 'up-to-message', upToMessage: message('1', '207'), occurredAt: null } },
    ])
    expect(typesOf(on('Channel::Whatsapp', 'read'))).toEqual(['delivery-reported', 'message-saved'])
    expect(only(on('Channel::Line', 'delivered'), 'delivery-reported')).toMatchObject([{ delivery: { state: 'sent' } }])
  })
})

describe('what is told of a conversation', () => {
  it('are the values of now, the status too although nothing says that it changed', () => {
    const received = receiveRecorded(recordedHook(84))
    expect(JSON.parse(recordedHook(84).body).changed_attributes).toBeNull()
    expect(received.events.slice(0, 2)).toMatchObject([
      { audience: 'public', facts: { status: 'snoozed', title: 'Ada Lovelace' } },
      { audience: 'internal', facts: { snoozedUntil: expect.any(Date) } },
    ])
    expect(only(received, 'horizon-moved')).toMatchObject([{ horizon: { holder: 'team', upToTime: at(1795253333) } }])
  })

  it('are labels, priority, assignee and team', () => {
    const facts = (n: number) =>
      Object.assign({}, ...only(receiveRecorded(recordedHook(n)), 'conversation-observed').map((one) => one.facts))
    expect(facts(127).labels).toEqual(['vip', 'refund'])
    expect(facts(108).priority).toBe('urgent')
    expect(facts(105).assignee).toEqual(person('user:9'))
    expect(facts(118).assignee).toEqual(person('bot:2'))
    expect(facts(115).team).toEqual(expect.stringMatching(/^\d+$/))
    expect(facts(124)).toMatchObject({ team: null, assignee: null })
  })

  it('begins with its creation', () => {
    expect(receiveRecorded(recordedHook(140)).events[0]).toEqual({
      type: 'conversation-created',
      conversation: conversation('2'),
      occurredAt: at(1795253357),
      audience: 'public',
      facts: {
        status: 'open',
        assignee: null,
        title: 'Edsger',
        snoozedUntil: null,
        labels: [],
        team: null,
        priority: null,
        customAttributes: { from: 'app' },
      },
    })
  })
})

describe('typing', () => {
  it.each([
    [132, 'user:9', true, 'public'],
    [134, 'user:9', false, 'public'],
    [136, 'user:9', true, 'internal'],
    [157, 'contact:20', true, 'public'],
    [159, 'contact:20', false, 'public'],
  ])('in delivery %i is by %s: %s, %s', (n, native, typing, audience) => {
    expect(receiveRecorded(recordedHook(n)).events).toMatchObject([
      { type: 'typing-changed', holder: person(native), typing, audience, occurredAt: null },
    ])
  })
})

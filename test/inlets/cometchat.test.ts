import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startCometChatEmulator, WEBHOOK_PASSWORD, WEBHOOK_USER } from '../../providers/cometchat/emulator/index.ts'
import { cometChat } from '../../providers/cometchat/index.ts'
import type { EmulatorState } from '../../providers/kit/emulator/index.ts'
import type { DomainEvent, EventInlet, Message, Provider, Received } from '../../providers/port/index.ts'
import { callBy } from '../support/cometchat-app.ts'
import { control, deliveryOf, openHook, outcomeOf, replaceOne } from './receive.ts'

const SETTINGS = {
  appId: 'A',
  region: 'us',
  apiKey: 'key',
  webhook: { username: 'hook', passwords: ['old-secret', 'new-secret'] },
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

const GOOD = basic('hook:new-secret')

function openProvider(settings: object = SETTINGS): Provider {
  const provider = cometChat.create('shop', cometChat.settings.parse(settings))
  onTestFinished(() => provider.close())
  return provider
}

function openInlet(): EventInlet {
  const { inlet } = openProvider()
  if (inlet === null) throw new Error('there is no inlet')
  return inlet
}

function receive(webhook: object, inlet = openInlet()): Received {
  return inlet.receive(deliveryOf(JSON.stringify(webhook), { authorization: GOOD }))
}

function webhookOf(trigger: string, data: object): object {
  return { trigger, data, appId: 'A', region: 'us', webhook: 'wh1' }
}

const USERS = { alice: { uid: 'alice', name: 'Alice' }, bob: { uid: 'bob', name: 'Bob' } }
const PAIR = { kind: 'conversation', account: 'shop', native: 'u5:alice3:bob' }
const GROUP = { kind: 'conversation', account: 'shop', native: 'gg1' }
const BOB = { kind: 'person', account: 'shop', native: 'bob' }
const at = (seconds: number) => new Date(seconds * 1000)

const MESSAGE = {
  id: '51',
  conversationId: 'alice_user_bob',
  sender: 'alice',
  receiverType: 'user',
  receiver: 'bob',
  category: 'message',
  type: 'text',
  data: {
    text: 'hello',
    entities: {
      sender: { entityType: 'user', entity: USERS.alice },
      receiver: { entityType: 'user', entity: { ...USERS.bob, conversationId: 'alice_user_bob' } },
    },
  },
  sentAt: 1700000500,
  updatedAt: 1700000500,
}

const EDITED = {
  id: '52',
  conversationId: 'alice_user_bob',
  sender: 'alice',
  receiverType: 'user',
  receiver: 'bob',
  category: 'action',
  type: 'message',
  sentAt: 1700000700,
  updatedAt: 1700000700,
  data: {
    action: 'edited',
    entities: {
      by: { entityType: 'user', entity: USERS.alice },
      on: {
        entityType: 'message',
        entity: { ...MESSAGE, data: { text: 'new' }, editedAt: 1700000700, editedBy: 'alice' },
      },
    },
  },
}

const DELETED = {
  id: '53',
  conversationId: 'alice_user_bob',
  category: 'action',
  type: 'message',
  data: {
    action: 'deleted',
    entities: {
      by: { entity: { uid: 'alice' }, entityType: 'user' },
      on: {
        entity: { id: '51', conversationId: 'alice_user_bob', deletedAt: 1700000800, deletedBy: 'alice' },
        entityType: 'message',
      },
    },
  },
  sentAt: 1700000800,
  updatedAt: 1700000800,
}

const RECEIPT = {
  receiver: 'alice',
  receiverType: 'user',
  type: 'receipts',
  sender: 'bob',
  messageSender: 'alice',
  body: { action: 'read', messageId: '57', timestamp: 1700000600, user: { ...USERS.bob, status: 'online' } },
}

const OLD_RECEIPT = {
  messageId: '57',
  receiptType: 'delivered',
  deliveredAt: 1700000600,
  messageSender: 'alice',
  receiptSender: 'bob',
  receiptReceiver: 'alice',
  receiverType: 'user',
  origin: { platform: 'ios' },
}

const ROOM = { guid: 'g1', name: 'G', type: 'public', membersCount: 2, conversationId: 'group_g1', createdAt: 1 }
const MEMBERSHIP = {
  group: { ...ROOM, owner: 'alice', onlineMembersCount: 1 },
  members: { bob: { ...USERS.bob, status: 'offline', role: 'default' } },
  by: USERS.alice,
}

describe('what a webhook of CometChat tells', () => {
  it('a new message is saved, with its words, its people and its place', () => {
    const { deliveryId, events, nudges } = receive(webhookOf('message_sent', { message: MESSAGE }))
    expect(deliveryId).toBeNull()
    expect(nudges).toEqual([])
    expect(events).toEqual([
      {
        type: 'message-saved',
        conversation: PAIR,
        occurredAt: at(1700000500),
        audience: 'public',
        isNew: true,
        message: expect.objectContaining({
          ref: { kind: 'message', conversation: PAIR, native: '51' },
          text: 'hello',
          sortKey: '00000000000000000051',
          receipts: [],
        }),
      },
    ])
    expect(messageIn(events).sender).toMatchObject({ displayName: 'Alice' })
    expect(messageIn(events).delivery).toMatchObject({ state: 'sent' })
  })

  it('the older form of a new message tells the same', () => {
    const { trigger, region, ...rest } = { ...webhookOf('after_message', MESSAGE) } as Record<string, unknown>
    expect(receive({ trigger, ...rest })).toEqual(receive(webhookOf('message_sent', { message: MESSAGE })))
  })

  it('of an edit, the message inside is saved, under its own id', () => {
    const { events } = receive(webhookOf('message_edited', { message: EDITED }))
    expect(events).toMatchObject([
      { type: 'message-saved', conversation: PAIR, isNew: false, occurredAt: at(1700000700) },
    ])
    expect(messageIn(events)).toMatchObject({ externalId: '51', text: 'new', editedAt: at(1700000700) })
  })

  it('of a deletion, the message inside is deleted, though nothing but ids is told of it', () => {
    expect(receive(webhookOf('message_deleted', { message: DELETED })).events).toEqual([
      {
        type: 'message-deleted',
        conversation: PAIR,
        occurredAt: at(1700000800),
        audience: 'public',
        message: { kind: 'message', conversation: PAIR, native: '51' },
        isNew: true,
      },
    ])
  })

  it('a deletion in a group is known by the id of the conversation', () => {
    const on = { entityType: 'message', entity: { id: '51', conversationId: 'group_g1', deletedAt: 1700000800 } }
    const message = { ...DELETED, conversationId: 'group_g1', data: { action: 'deleted', entities: { on } } }
    expect(receive(webhookOf('message_deleted', { message })).events).toMatchObject([{ conversation: GROUP }])
  })

  it('a deletion whose conversation could be two is looked up', async () => {
    const conversationId = 'group_x_user_y'
    const on = { entityType: 'message', entity: { id: '51', conversationId, deletedAt: 1700000800 } }
    const message = { ...DELETED, conversationId, data: { action: 'deleted', entities: { on } } }
    expect(receive(webhookOf('message_deleted', { message }))).toEqual({
      deliveryId: null,
      events: [],
      nudges: [{ type: 'locate', payload: expect.stringContaining('51') }],
    })
  })

  it.each([
    ['message_read_receipt', 'read', 'read'],
    ['message_delivery_receipt', 'delivered', 'delivered'],
  ])('%s moves the %s horizon of the reader up to the message', (trigger, action, kind) => {
    const data = { ...RECEIPT, body: { ...RECEIPT.body, action } }
    expect(receive(webhookOf(trigger, data)).events).toEqual([horizonMoved(PAIR, BOB, kind)])
  })

  it('the older form of a receipt tells the same', () => {
    expect(receive(webhookOf('message_delivery_receipt', OLD_RECEIPT)).events).toEqual([
      horizonMoved(PAIR, BOB, 'delivered'),
    ])
    const read = { ...OLD_RECEIPT, receiptType: 'read', deliveredAt: undefined, readAt: '1700000600' }
    expect(receive(webhookOf('message_read_receipt', read)).events).toEqual([horizonMoved(PAIR, BOB, 'read')])
  })

  it('a receipt in a group is of the member, and of everyone where the app says that all have it', () => {
    const inGroup = { ...RECEIPT, receiver: 'g1', receiverType: 'group' }
    expect(receive(webhookOf('message_read_receipt', inGroup)).events).toEqual([horizonMoved(GROUP, BOB, 'read')])
    const ofAll = { ...inGroup, sender: 'app_system', body: { ...RECEIPT.body, action: 'deliveredToAll' } }
    expect(receive(webhookOf('message_delivery_receipt', ofAll)).events).toEqual([
      horizonMoved(GROUP, 'everyone', 'delivered'),
    ])
    const readByAll = { ...ofAll, body: { ...RECEIPT.body, action: 'readByAll' } }
    expect(receive(webhookOf('message_read_receipt', readByAll)).events).toEqual([
      horizonMoved(GROUP, 'everyone', 'read'),
    ])
  })

  it('receipts of a group that is known to have more than 300 members tell nothing', () => {
    const inlet = openInlet()
    const inGroup = webhookOf('message_read_receipt', { ...RECEIPT, receiver: 'g1', receiverType: 'group' })
    const grown = (membersCount: number) => webhookOf('group_updated', { group: { ...ROOM, membersCount } })
    receive(grown(301), inlet)
    expect(receive(inGroup, inlet).events).toEqual([])
    receive(grown(300), inlet)
    expect(receive(inGroup, inlet).events).toHaveLength(1)
  })

  it('a group is created with its members, observed and removed', () => {
    const created = receive(webhookOf('group_created', { group: ROOM, members: MEMBERSHIP.members })).events
    expect(created).toMatchObject([
      { type: 'conversation-created', conversation: GROUP, occurredAt: at(1), facts: { title: 'G' } },
      { type: 'participant-changed', conversation: GROUP, participant: { status: 'active' } },
    ])
    const updated = { group: { ...ROOM, name: 'New', updatedAt: 1700000000 } }
    expect(receive(webhookOf('group_updated', updated)).events).toEqual([
      {
        type: 'conversation-observed',
        conversation: GROUP,
        occurredAt: at(1700000000),
        audience: 'public',
        facts: { title: 'New' },
      },
    ])
    expect(receive(webhookOf('group_deleted', { group: ROOM })).events).toEqual([
      { type: 'conversation-removed', conversation: GROUP, occurredAt: null, audience: 'public' },
    ])
  })

  it('members are a map, and each of them has changed', () => {
    const members = { bob: { ...USERS.bob, scope: 'admin', oldScope: 'participant' }, alice: USERS.alice }
    const { events } = receive(webhookOf('group_member_scope_changed', { ...MEMBERSHIP, members }))
    expect(events).toMatchObject([
      { participant: { person: { ref: BOB, displayName: 'Bob' }, role: 'admin', status: 'active' } },
      { participant: { person: { externalId: 'alice' }, role: null, status: 'active' } },
    ])
  })

  /** All triggers of the fact sheet, section 5.3, and what becomes of each. */
  it.each([
    ['message_sent', ['message-saved'], { message: MESSAGE }],
    ['message_edited', ['message-saved'], { message: EDITED }],
    ['message_deleted', ['message-deleted'], { message: DELETED }],
    ['message_delivery_receipt', ['horizon-moved'], RECEIPT],
    ['message_read_receipt', ['horizon-moved'], RECEIPT],
    ['message_reaction_added', [], { reaction: { id: '9', messageId: '51', reaction: '👍', uid: 'bob' } }],
    ['message_reaction_removed', [], { reaction: { id: '9', messageId: '51', reaction: '👍', uid: 'bob' } }],
    ['user_mentioned', [], { message: MESSAGE }],
    ['user_blocked', [], { users: USERS, by: USERS.alice }],
    ['user_unblocked', [], { users: USERS, by: USERS.alice }],
    ['user_connection_status_changed', [], { timestamp: 1700000950123, user: USERS.bob, status: 'offline' }],
    ['group_created', ['conversation-created', 'participant-changed'], MEMBERSHIP],
    ['group_updated', ['conversation-observed'], { group: ROOM }],
    ['group_deleted', ['conversation-removed'], { group: ROOM }],
    ['group_owner_transferred', ['conversation-observed'], { group: { ...ROOM, oldOwner: 'alice' } }],
    ['group_member_added', ['participant-changed active'], MEMBERSHIP],
    ['group_member_joined', ['participant-changed active'], MEMBERSHIP],
    ['group_member_left', ['participant-changed left'], MEMBERSHIP],
    ['group_member_kicked', ['participant-changed left'], MEMBERSHIP],
    ['group_member_removed', ['participant-changed left'], MEMBERSHIP],
    ['group_member_banned', ['participant-changed banned'], MEMBERSHIP],
    ['group_member_unbanned', ['participant-changed left'], MEMBERSHIP],
    ['group_member_scope_changed', ['participant-changed active'], MEMBERSHIP],
    ['call_initiated', [], { message: {} }],
    ['meeting_started', [], {}],
    ['recording_generated', [], {}],
    ['transcription_generated', [], {}],
    ['moderation_engine_approved', [], { message: MESSAGE }],
    ['moderation_engine_blocked', [], { message: MESSAGE }],
    ['moderation_engine_failed', [], { message: MESSAGE }],
    ['moderation_manual_approved', [], { message: MESSAGE }],
    ['after_campaign_sent', [], {}],
    ['before_message', [], MESSAGE],
    ['after_message', ['message-saved'], MESSAGE],
    ['after_connection_status_changed', [], {}],
    ['something_of_tomorrow', [], {}],
  ])('%s becomes %j', (trigger, expected, data) => {
    const { events } = receive(webhookOf(trigger, data))
    const told = events.map((event) =>
      event.type === 'participant-changed' && trigger !== 'group_created'
        ? `${event.type} ${event.participant.status}`
        : event.type,
    )
    expect(told).toEqual(expected)
  })

  it('there is no socket, and no inlet without its settings', () => {
    const { webhook, ...without } = SETTINGS
    expect(openProvider(without).inlet).toBeNull()
    const listener = { receive: async () => {}, onGap: () => {} }
    expect(openInlet().connect(listener, new AbortController().signal)).toBeNull()
  })
})

describe("the emulated CometChat's own webhooks", () => {
  it('tell of a message, its delivery and its reading, by the right person and up to the right place', async () => {
    const world = await openWorld()
    const { message } = await world.act('say', { conversation: world.conversation, person: 'nora', text: 'Hello' })
    await world.act('receive', { conversation: world.conversation, person: world.peer })
    await world.act('read', { conversation: world.conversation, person: world.peer })
    await vi.waitFor(() => expect(world.hook.deliveries).toHaveLength(3))
    const [said, received, read] = world.hook.deliveries.map((delivery) => world.inlet.receive(delivery))
    const conversation = { kind: 'conversation', account: 'shop', native: world.native }
    const upToMessage = { kind: 'message', conversation, native: message }
    const holder = { kind: 'person', account: 'shop', native: world.peer }
    expect(said?.events).toMatchObject([{ type: 'message-saved', isNew: true, conversation }])
    expect(messageIn(said?.events ?? [])).toMatchObject({
      ref: upToMessage,
      text: 'Hello',
      sender: { externalId: 'nora' },
    })
    const { sortKey } = messageIn(said?.events ?? [])
    const moved = { holder, sortKey, upToMessage, upToTime: null, precision: 'up-to-message' }
    expect(received?.events).toMatchObject([{ type: 'horizon-moved', horizon: { ...moved, kind: 'delivered' } }])
    expect(read?.events).toMatchObject([{ type: 'horizon-moved', horizon: { ...moved, kind: 'read' } }])
  })

  it('tell of edits and deletions of the message that was meant', async () => {
    const world = await openWorld()
    const { message } = await world.act('say', { conversation: world.conversation, person: 'nora', text: 'Helo' })
    await world.change('PUT', message, { data: { text: 'Hello' } })
    await world.change('DELETE', message, {})
    await vi.waitFor(() => expect(world.hook.deliveries).toHaveLength(3))
    const [, edited, deleted] = world.hook.deliveries.map((delivery) => world.inlet.receive(delivery))
    expect(messageIn(edited?.events ?? [])).toMatchObject({ externalId: message, text: 'Hello' })
    expect(deleted?.events).toMatchObject([
      { type: 'message-deleted', conversation: { native: world.native }, message: { native: message } },
    ])
  })

  it('a deletion that does not say where it was is found by reading the message', async () => {
    const world = await openWorld()
    const { message } = await world.act('say', { conversation: world.conversation, person: 'nora', text: 'Gone soon' })
    const payload = JSON.stringify({ id: message, deletedAt: 1_700_000_800_000 })
    expect(await world.inlet.locate(payload, callBy({ kind: 'service' }))).toEqual([
      expect.objectContaining({
        type: 'message-deleted',
        conversation: expect.objectContaining({ native: world.native }),
      }),
    ])
    const unknown = JSON.stringify({ id: '99999999', deletedAt: null })
    for (const wrong of [unknown, 'garbage', '{}']) {
      await expect(world.inlet.locate(wrong, callBy({ kind: 'service' }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })
})

describe('forged webhooks of CometChat', () => {
  /** Its parser would throw, and what it throws has another code. */
  const UNREADABLE = '{"trigger": '

  it('are refused before anything is read, whatever is wrong with the credentials', () => {
    const inlet = openInlet()
    const wrong = [
      undefined,
      '',
      'Basic',
      'Basic ',
      basic('hook:'),
      basic('hook:other-secret'),
      basic('other:new-secret'),
      basic('hook:new-secret '),
      basic(':'),
      GOOD.toLowerCase(),
      GOOD.replace('Basic', 'Bearer'),
      `${GOOD}, ${GOOD}`,
      `${GOOD}=`,
      ` ${GOOD}`,
      'hook:new-secret',
    ]
    for (const authorization of wrong) {
      const headers = authorization === undefined ? {} : { authorization }
      expect(outcomeOf(inlet, deliveryOf(UNREADABLE, headers))).toBe('UNAUTHENTICATED')
    }
    expect(outcomeOf(inlet, deliveryOf(UNREADABLE, { authorization: GOOD }))).toBe('MALFORMED')
    expect(outcomeOf(inlet, deliveryOf(UNREADABLE, { authorization: basic('hook:old-secret') }))).toBe('MALFORMED')
  })

  it('are refused, all 10,000 of them', () => {
    const inlet = openInlet()
    const good = new Set([GOOD, basic('hook:old-secret')])
    const body = JSON.stringify(webhookOf('message_sent', { message: MESSAGE }))
    const forged = fc.record({ authorization: forgery(), body: fc.oneof(fc.constant(body), fc.string()) })
    fc.assert(
      fc.property(forged, ({ authorization, body }) => {
        fc.pre(!good.has(authorization))
        expect(outcomeOf(inlet, deliveryOf(body, { authorization }))).toBe('UNAUTHENTICATED')
      }),
      { numRuns: 10_000 },
    )
  })

  it('with the right credentials tell something or are malformed, whatever their bytes are', () => {
    const inlet = openInlet()
    const examples = [
      webhookOf('message_sent', { message: MESSAGE }),
      webhookOf('message_edited', { message: EDITED }),
      webhookOf('message_deleted', { message: DELETED }),
      webhookOf('message_read_receipt', RECEIPT),
      webhookOf('message_read_receipt', OLD_RECEIPT),
      webhookOf('group_member_added', MEMBERSHIP),
    ].map((example) => Buffer.from(JSON.stringify(example)))
    const mutation = fc.record({
      example: fc.constantFrom(...examples),
      where: fc.nat(),
      byte: fc.nat(255),
      cut: fc.option(fc.nat(), { freq: 4 }),
    })
    fc.assert(
      fc.property(mutation, ({ example, where, byte, cut }) => {
        const bytes = Buffer.from(example)
        bytes[where % bytes.length] = byte
        const body = cut === null ? bytes : bytes.subarray(0, cut % bytes.length)
        const outcome = outcomeOf(inlet, deliveryOf(body, { authorization: GOOD }))
        if (typeof outcome === 'string') expect(outcome).toBe('MALFORMED')
      }),
      { numRuns: 10_000 },
    )
  })

  it('with values of any kind in place of the documented ones tell something or are malformed', () => {
    const inlet = openInlet()
    const examples = [{ message: MESSAGE }, { message: EDITED }, { message: DELETED }, RECEIPT, OLD_RECEIPT, MEMBERSHIP]
    const triggers = ['message_sent', 'message_edited', 'message_deleted', 'message_read_receipt', 'group_created']
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.constantFrom(...triggers),
        fc.nat(),
        fc.jsonValue(),
        (data, trigger, where, value) => {
          const webhook = replaceOne(webhookOf(trigger, data), where, value)
          const outcome = outcomeOf(inlet, deliveryOf(JSON.stringify(webhook), { authorization: GOOD }))
          if (typeof outcome === 'string') expect(outcome).toBe('MALFORMED')
        },
      ),
      { numRuns: 3_000 },
    )
  })
})

/** The right header with something wrong, or anything else. */
function forgery(): fc.Arbitrary<string> {
  const flipped = fc.tuple(fc.nat(GOOD.length - 1), fc.integer({ min: 1, max: 127 })).map(([where, mask]) => {
    const code = GOOD.charCodeAt(where) ^ mask
    return GOOD.slice(0, where) + String.fromCharCode(code) + GOOD.slice(where + 1)
  })
  const truncated = fc.nat(GOOD.length - 1).map((length) => GOOD.slice(0, length))
  const doubled = fc.constantFrom(`${GOOD}, ${GOOD}`, `${basic('a:b')}, ${GOOD}`, `${GOOD}, ${basic('a:b')}`)
  const encoded = fc.constantFrom('hex', 'base64url', 'latin1').map((encoding) => {
    return `Basic ${Buffer.from('hook:new-secret').toString(encoding as BufferEncoding)}`
  })
  const others = fc.tuple(fc.string(), fc.string()).map(([name, password]) => basic(`${name}:${password}`))
  return fc.oneof(flipped, truncated, doubled, encoded, others, fc.string())
}

function messageIn(events: readonly DomainEvent[]): Message {
  const saved = events.find((event) => event.type === 'message-saved')
  if (saved === undefined) throw new Error('no message was saved')
  return saved.message
}

function horizonMoved(conversation: object, holder: unknown, kind: string): object {
  const occurredAt = at(1700000600)
  return {
    type: 'horizon-moved',
    conversation,
    occurredAt,
    audience: 'public',
    movedBack: false,
    isNew: true,
    horizon: {
      holder,
      kind,
      sortKey: '00000000000000000057',
      upToTime: null,
      upToMessage: { kind: 'message', conversation, native: '57' },
      occurredAt,
      precision: 'up-to-message',
    },
  }
}

/** The emulator, a gateway's inlet for it, and a conversation of nora with somebody. */
async function openWorld() {
  const emulator = await startCometChatEmulator({ port: 0 })
  onTestFinished(() => emulator.close())
  expect(emulator.settings.webhook).toEqual({ username: WEBHOOK_USER, passwords: [WEBHOOK_PASSWORD] })
  const { inlet } = openProvider(emulator.settings)
  if (inlet === null) throw new Error('there is no inlet')
  const hook = await openHook()
  await control(emulator.url, 'deliver-webhooks-to', { url: hook.url })
  const { apiKey } = emulator.settings as { readonly apiKey: string }
  const headers = { apikey: apiKey, onBehalfOf: 'nora', 'content-type': 'application/json' }
  const state = (await (await fetch(`${emulator.url}/__control/state`)).json()) as EmulatorState
  const pair = state.conversations.find(({ people }) => people.length === 2 && people.includes('nora'))
  const people = [...(pair?.people ?? [])].sort()
  return {
    inlet,
    hook,
    conversation: pair?.id,
    peer: people.find((uid) => uid !== 'nora'),
    native: `u${people.map((uid) => `${uid.length}:${uid}`).join('')}`,
    act: (what: string, body: object) => control(emulator.url, what, body),
    change: (method: string, message: string, body: object) =>
      fetch(`${emulator.url}/v3/messages/${message}`, { method, headers, body: JSON.stringify(body) }),
  }
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chatwoot } from '../../providers/chatwoot/index.ts'
import { receiptRulesOf } from '../../providers/chatwoot/receipt-rules.ts'
import { conversationRef, personRef } from '../../providers/chatwoot/refs.ts'
import { toProviderError } from '../../providers/chatwoot/to-error.ts'
import {
  toAgent,
  toChannel,
  toContact,
  toConversation,
  toLabel,
  toMessage,
  toOwnAgent,
  toTeam,
  toUnreadCount,
} from '../../providers/chatwoot/to-model.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import { Wire } from '../../providers/kit/wire.ts'
import type { Actor, CallContext, Message } from '../../providers/port/index.ts'
import { CHATWOOT_RECORDING, chatwootExchange, type RecordedExchange } from '../support/chatwoot-recording.ts'

const SCOPE = { account: 'support', appUrl: 'https://chat.example/app/accounts/5', channels: null }

function wire(value: unknown): Wire {
  return Wire.object(value, 'recorded')
}

function conversation(value: unknown) {
  return toConversation(wire(value), SCOPE)
}

function shown(n: number) {
  return conversation(chatwootExchange(n).response.body)
}

function message(value: any, channel = 'Channel::Api'): Message {
  return toMessage(wire(value), {
    conversation: conversationRef('support', String(value.conversation_id ?? 1)),
    contact: personRef('support', 'contact', '15'),
    rules: receiptRulesOf(channel),
  })
}

/** The message of that id in the list that line `n` answered. */
function listed(n: number, id: number): Message {
  return message(chatwootExchange(n).response.body.payload.find((one: any) => one.id === id))
}

/** How each endpoint that is read is mapped: every row of its answer. */
const ENDPOINTS: readonly { name: string; path: RegExp; method?: string; map: (body: any) => readonly unknown[] }[] = [
  { name: 'list', path: /\/accounts\/5\/conversations(\?|$)/, map: (body) => body.data.payload.map(conversation) },
  { name: 'filter', method: 'POST', path: /\/conversations\/filter/, map: (body) => body.payload.map(conversation) },
  { name: 'show', path: /\/accounts\/5\/conversations\/\d+$/, map: (body) => [conversation(body)] },
  {
    name: 'conversations of a contact',
    path: /\/contacts\/\d+\/conversations$/,
    map: (body) => body.payload.map(conversation),
  },
  {
    name: 'messages',
    path: /\/accounts\/5\/conversations\/\d+\/messages(\?|$)/,
    map: (body) => body.payload.map((one: any) => message(one)),
  },
  {
    name: 'contacts',
    path: /\/contacts(\?|\/search)/,
    map: (body) => body.payload.map((one: unknown) => toContact('support', wire(one))),
  },
  { name: 'contact', path: /\/contacts\/\d+$/, map: (body) => [toContact('support', wire(body.payload))] },
  {
    name: 'agents',
    path: /\/(agents|conversations\/\d+\/participants)$/,
    map: (body) => body.map((one: unknown) => toAgent('support', wire(one))),
  },
  { name: 'inboxes', path: /\/inboxes$/, map: (body) => body.payload.map((one: unknown) => toChannel(wire(one))) },
  { name: 'teams', path: /\/teams$/, map: (body) => body.map((one: unknown) => toTeam(wire(one))) },
  {
    name: 'labels',
    path: /\/accounts\/5\/labels$/,
    map: (body) => body.payload.map((one: unknown) => toLabel(wire(one))),
  },
  { name: 'profile', path: /\/profile$/, map: (body) => [toOwnAgent('support', '5', wire(body))] },
  // What acts answer has the same forms.
  { name: 'made conversations', method: 'POST', path: /\/5\/conversations$/, map: (body) => [conversation(body)] },
  {
    name: 'changed conversations',
    method: 'PATCH',
    path: /\/conversations\/\d+$/,
    map: (body) => [conversation(body)],
  },
  {
    name: 'conversations looked at',
    method: 'POST',
    path: /\/(update_last_seen|unread)$/,
    map: (body) => [conversation(body)],
  },
  { name: 'sent messages', method: 'POST', path: /\/messages(\/\d+\/retry)?$/, map: (body) => [message(body)] },
  { name: 'changed messages', method: 'PATCH', path: /\/messages\/\d+$/, map: (body) => [message(body)] },
  { name: 'deleted messages', method: 'DELETE', path: /\/messages\/\d+$/, map: (body) => [message(body)] },
  {
    name: 'made contacts',
    method: 'POST',
    path: /\/5\/contacts$/,
    map: (body) => [toContact('support', wire(body.payload.contact))],
  },
  {
    name: 'changed contacts',
    method: 'PUT',
    path: /\/contacts\/\d+$/,
    map: (body) => [toContact('support', wire(body.payload))],
  },
  {
    name: 'contacts found by filters',
    method: 'POST',
    path: /\/contacts\/filter/,
    map: (body) => body.payload.map((one: unknown) => toContact('support', wire(one))),
  },
  {
    name: 'contacts merged or found by source',
    method: 'POST',
    path: /\/(contact_merge|contact_inboxes\/filter)$/,
    map: (body) => [toContact('support', wire(body))],
  },
]

function exchangesOf({ path, method = 'GET' }: (typeof ENDPOINTS)[number]): readonly RecordedExchange[] {
  return CHATWOOT_RECORDING.filter(
    ({ request, response }) =>
      request.method === method &&
      path.test(request.path) &&
      request.path.startsWith('/api/v1/') &&
      response.status === 200 &&
      response.omitted !== true,
  )
}

describe('the recorded answers of a real Chatwoot', () => {
  it.each(ENDPOINTS)('of $name are all mapped', (endpoint) => {
    const exchanges = exchangesOf(endpoint)
    expect(exchanges.length).toBeGreaterThan(0)
    for (const { request, response } of exchanges) {
      const rows = endpoint.map(response.body)
      const sent = response.body.data?.payload ?? response.body.payload ?? response.body
      expect(rows, `${request.method} ${request.path}`).toHaveLength(Array.isArray(sent) ? sent.length : 1)
    }
  })

  it('show none of the secrets that are in them', () => {
    const mapped = JSON.stringify(
      ENDPOINTS.flatMap((one) => exchangesOf(one).map(({ response }) => one.map(response.body))),
    )
    const raw = JSON.stringify(ENDPOINTS.flatMap((one) => exchangesOf(one).map(({ response }) => response.body)))
    const secrets = [...raw.matchAll(/"(?:access_token|pubsub_token|hmac_token|secret|website_token)":"([^"]+)"/g)]
    expect(secrets.length).toBeGreaterThan(5)
    for (const [, secret = ''] of secrets) expect(mapped).not.toContain(secret)
  })

  it('keep whole conversations in order of activity', () => {
    const keys = chatwootExchange(290).response.body.data.payload.map((one: unknown) =>
      conversation(one).lastActivityAt.getTime(),
    )
    expect(keys).toHaveLength(25)
    expect(keys).toEqual(keys.toSorted((a: number, b: number) => b - a))
  })
})

describe('a recorded conversation', () => {
  it('of an API inbox says all that Chatwoot says of it', () => {
    const [row] = chatwootExchange(287).response.body.data.payload
    const { featuredParticipants, lastMessage, horizons, ...rest } = conversation(row)
    expect(rest).toEqual({
      ref: { kind: 'conversation', account: 'support', native: '1' },
      externalId: '1',
      externalUrl: 'https://chat.example/app/accounts/5/conversations/1',
      kind: 'support',
      channel: { externalId: '6', type: 'unknown', providerType: 'Channel::Api', name: null },
      title: 'Ada Lovelace',
      avatarUrl: null,
      status: 'open',
      providerStatus: 'open',
      snoozedUntil: null,
      labels: ['bug', 'never defined'],
      assignee: null,
      team: null,
      priority: null,
      createdAt: new Date(1795253312_000),
      updatedAt: new Date(1795253354_547),
      lastActivityAt: new Date(1795253354_000),
      waitingSince: new Date(1795253339_000),
      participantCount: null,
      receiptModel: 'watermark',
      horizonsComplete: true,
      canReply: true,
      cannotReplyReason: null,
      replyWindowClosesAt: null,
      customAttributes: { tier: 'gold', order: 'A-2' },
      details: {
        shape: 'chatwoot-conversation',
        uuid: 'a48e7183-22c3-44e0-beb3-9d239d0e88e3',
        inboxId: 6,
        channel: 'Channel::Api',
        firstReplyCreatedAt: new Date(1795253312_000),
        agentLastSeenAt: new Date(1795253333_000),
        assigneeLastSeenAt: new Date(1795253317_000),
        contactLastSeenAt: null,
        muted: false,
        hmacVerified: false,
        slaPolicyId: null,
        appliedSla: null,
        slaEvents: null,
        additionalAttributes: { source: 'app' },
      },
    })
    expect(featuredParticipants.map(({ person }) => person)).toEqual([
      {
        ref: { kind: 'person', account: 'support', native: 'contact:15' },
        externalId: '15',
        kind: 'contact',
        displayName: 'Ada Lovelace',
        avatarUrl: null,
        isOnline: false,
        addresses: [
          { kind: 'email', value: 'ada@reader.example' },
          { kind: 'phone', value: '+4915100000510' },
        ],
        details: {
          shape: 'chatwoot-contact',
          contactId: 15,
          identifier: 'crm-0',
          blocked: false,
          availabilityStatus: 'offline',
          lastActivityAt: new Date(1795253339_000),
          createdAt: new Date(1795253310_000),
          additionalAttributes: row.meta.sender.additional_attributes,
          customAttributes: { plan: 'pro' },
        },
      },
    ])
    // The assignee's position is nobody's while nobody is assigned.
    expect(horizons.map(({ holder, upToTime }) => [holder, upToTime])).toEqual([['team', new Date(1795253333_000)]])
    expect(lastMessage).toMatchObject({ text: 'Still waiting', side: 'customer', isTruncated: false, delivery: null })
    expect(lastMessage?.full?.updatedAt).toEqual(new Date('2026-11-21T09:28:59.060Z'))
    expect(lastMessage?.full?.details).toMatchObject({
      processedContent: 'Still waiting',
      sentiment: {},
      externalSourceIds: {},
    })
  })

  it('without messages has none, which is known', () => {
    const [row] = chatwootExchange(304).response.body.payload
    expect(conversation(row)).toMatchObject({ lastMessage: null, horizons: [], waitingSince: new Date(1795253415_000) })
  })

  it('is assigned to an agent, then to a bot, then to nobody', () => {
    expect(shown(116).assignee).toMatchObject({
      kind: 'agent',
      ref: { native: 'user:8' },
      details: {
        shape: 'chatwoot-agent',
        role: 'administrator',
        confirmed: true,
        authProvider: 'email',
        autoOffline: true,
      },
    })
    expect(shown(116).team).toEqual({ externalId: '3', name: 'billing' })
    expect(shown(116).featuredParticipants.map(({ role }) => role)).toEqual([null, 'administrator'])
    expect(shown(118).assignee).toMatchObject({
      kind: 'bot',
      ref: { native: 'bot:2' },
      displayName: 'Page',
      details: null,
    })
    expect(shown(94).assignee).toBeNull()
  })

  it('is snoozed until a time that comes as text', () => {
    expect(shown(102)).toMatchObject({ status: 'snoozed', providerStatus: 'snoozed', snoozedUntil: expect.any(Date) })
  })

  it('says how far the widget visitor has read, in time', () => {
    const { horizons, status, receiptModel } = shown(179)
    expect({ status, receiptModel }).toEqual({ status: 'closed', receiptModel: 'watermark' })
    const at = new Date(1795253376_000)
    expect(horizons).toEqual([
      {
        holder: { kind: 'person', account: 'support', native: 'contact:21' },
        kind: 'read',
        sortKey: '01795253376.~',
        upToTime: at,
        upToMessage: null,
        occurredAt: at,
        precision: 'up-to-time',
      },
    ])
  })

  it('counts unread messages exactly below ten and no further', () => {
    const unreadOf = (n: number) => toUnreadCount(wire(chatwootExchange(n).response.body))
    expect(unreadOf(50)).toEqual({ count: 1, precision: 'exact', scope: 'team' })
    expect(unreadOf(319)).toEqual({ count: 10, precision: 'at-least', scope: 'team' })
  })

  it('is muted when its contact is blocked', () => {
    expect(shown(324)).toMatchObject({ details: { muted: true } })
  })
})

describe('a recorded message', () => {
  it('of a customer has no delivery, whatever its status says', () => {
    expect(listed(72, 206)).toMatchObject({
      text: 'My parcel is late 📦',
      side: 'customer',
      audience: 'public',
      kind: 'text',
      sortKey: '01795253313.0000000000000206',
      delivery: null,
      receipts: [],
      // The short form of a contact: the rest has to be asked for.
      sender: { ref: { native: 'contact:15' }, details: undefined, addresses: [{ kind: 'email' }, { kind: 'phone' }] },
    })
  })

  it('of an agent answers another one and was sent', () => {
    expect(listed(72, 207)).toMatchObject({
      side: 'business',
      sender: {
        ref: { native: 'user:9' },
        kind: 'agent',
        displayName: 'Piet Agent',
        isOnline: true,
        details: undefined,
      },
      replyTo: { kind: 'message', native: '206' },
      delivery: { state: 'sent', providerStatus: 'sent', sentAt: null, failure: null },
      details: { sourceId: 'client-key-1', messageType: 1, contentType: 'text' },
    })
    expect(listed(72, 215).replyTo).toBeNull()
  })

  it('that is private is for the team and has no delivery', () => {
    expect(listed(72, 209)).toMatchObject({ audience: 'internal', delivery: null, text: 'customer is angry' })
  })

  it('carries its files, which anybody can open by their link', () => {
    expect(listed(72, 211).attachments).toMatchObject([
      {
        key: '6',
        mimeType: 'image/png',
        fileName: 'label.png',
        opensFor: 'anyone',
        urlExpiresAt: null,
        thumbnailUrl: expect.stringContaining('/representations/'),
      },
    ])
    const withoutText = listed(72, 212)
    expect(withoutText).toMatchObject({ kind: 'media', text: null })
    expect(
      withoutText.attachments.map(({ fileName, sizeBytes, thumbnailUrl }) => [fileName, sizeBytes, thumbnailUrl]),
    ).toEqual([
      ['order – ünï.txt', 10, null],
      ['data.bin', 3, null],
    ])
  })

  it.each([
    [213, 'text'],
    [216, 'interactive'],
    [217, 'interactive'],
    [218, 'interactive'],
    [219, 'interactive'],
    [220, 'activity'],
  ])('%i is of kind %s', (id, kind) => {
    expect(listed(72, id).kind).toBe(kind)
  })

  it('with choices shows them in its details', () => {
    expect(listed(72, 216).details).toMatchObject({
      contentAttributes: { items: [{ title: 'Parcel', value: 'parcel' }, { title: 'Letter' }] },
    })
  })

  it('that was deleted stands without text and files', () => {
    expect(message(chatwootExchange(92).response.body)).toMatchObject({
      deleted: { at: null },
      text: null,
      attachments: [],
    })
  })

  it('that failed says why and may be retried', () => {
    const [failed] = chatwootExchange(202).response.body.payload
    expect(message(failed).delivery).toMatchObject({
      state: 'failed',
      failure: { code: null, detail: '500 Internal Server Error', retryable: true },
    })
  })

  it('that was read tells so of itself', () => {
    const read = chatwootExchange(79).response.body
    expect(message(read)).toMatchObject({
      delivery: { state: 'read', readAt: null },
      receipts: [{ holder: { native: 'contact:15' }, kind: 'read', at: null }],
    })
  })

  it('of the survey was written by nobody', () => {
    const [survey] = chatwootExchange(178).response.body.payload.filter((one: any) => one.content_type === 'input_csat')
    expect(message(survey)).toMatchObject({ sender: null, side: 'business', kind: 'interactive' })
    const [greeting] = chatwootExchange(178).response.body.payload.filter(
      (one: any) => one.content === 'Welcome to the shop!',
    )
    expect(message(greeting)).toMatchObject({ sender: null, side: 'business', kind: 'template' })
  })
})

describe('a message of a channel that was not recorded', () => {
  const sent = {
    id: 7,
    content: 'hi',
    message_type: 1,
    content_type: 'text',
    created_at: 1795253312,
    status: 'delivered',
  }

  it.each([
    ['Channel::Whatsapp', 'delivered'],
    ['Channel::FacebookPage', 'delivered'],
    ['Channel::Sms', 'delivered'],
    ['Channel::Line', 'sent'],
    ['Channel::Tiktok', 'sent'],
    ['Channel::Unheard', 'sent'],
  ])('of %s that says delivered is %s', (channel, state) => {
    expect(message(sent, channel).delivery).toMatchObject({ state, providerStatus: 'delivered' })
  })

  it('keeps only known keys of its attributes', () => {
    const email = {
      subject: 'Order',
      html_content: { full: '<p>hi</p>' },
      to: ['shop@example.com'],
      from: ['ada@example.com'],
      secret: 1,
    }
    const mail = message({
      ...sent,
      message_type: 0,
      content_attributes: { email, cc_emails: 'a@x.example, b@x.example', odd: 1 },
    })
    expect(mail.html).toBe('<p>hi</p>')
    expect(mail.recipients.map(({ role, addresses }) => [role, addresses[0]?.value])).toEqual([
      ['FROM', 'ada@example.com'],
      ['TO', 'shop@example.com'],
      ['CC', 'a@x.example'],
      ['CC', 'b@x.example'],
    ])
    expect(mail.details).toMatchObject({
      contentAttributes: { email: { subject: 'Order', from: ['ada@example.com'] } },
    })
    expect(JSON.stringify(mail.details)).not.toMatch(/secret|odd|html_content/)
  })

  it('shows a place', () => {
    const place = {
      id: 1,
      file_type: 'location',
      coordinates_lat: 52.5,
      coordinates_long: 13.4,
      fallback_title: 'Shop',
      data_url: '',
    }
    expect(message({ ...sent, content: null, attachments: [place] })).toMatchObject({
      kind: 'location',
      location: { latitude: 52.5, longitude: 13.4, title: 'Shop', url: null },
      attachments: [],
    })
  })

  it('knows its sender by number alone where they are gone', () => {
    expect(message({ ...sent, sender_type: 'Captain::Assistant', sender_id: 4 }).sender).toMatchObject({
      ref: { native: 'assistant:4' },
      kind: 'bot',
      displayName: null,
      details: undefined,
    })
  })

  it('gives back the key of the send', () => {
    expect(message({ ...sent, content_attributes: { client_message_id: 'k-1' } })).toMatchObject({
      clientMessageId: 'k-1',
    })
  })
})

describe('a conversation with what the paid edition adds', () => {
  it('shows its service level', () => {
    const paid = {
      sla_policy_id: 3,
      applied_sla: { id: 1, sla_status: 'active' },
      sla_events: [{ id: 9, event_type: 'frt' }],
    }
    expect(conversation({ ...chatwootExchange(50).response.body, ...paid }).details).toMatchObject({
      slaPolicyId: 3,
      appliedSla: { id: 1, sla_status: 'active' },
      slaEvents: [{ id: 9, event_type: 'frt' }],
    })
  })
})

describe('the recorded directory', () => {
  it('has inboxes by kind and name', () => {
    const inboxes = chatwootExchange(12).response.body.payload.map((one: unknown) => toChannel(wire(one)))
    expect(inboxes).toContainEqual({ externalId: '6', type: 'api', providerType: 'Channel::Api', name: 'App support' })
    expect(inboxes).toContainEqual({
      externalId: '8',
      type: 'web-widget',
      providerType: 'Channel::WebWidget',
      name: 'Website',
    })
  })

  it('tells Twilio’s WhatsApp from its SMS by the medium', () => {
    const typeOf = (medium: string) => toChannel(wire({ id: 1, channel_type: 'Channel::TwilioSms', medium })).type
    expect([typeOf('sms'), typeOf('whatsapp'), typeOf('pager')]).toEqual(['sms', 'whatsapp', 'unknown'])
  })

  it('has labels with their colour', () => {
    const [label] = chatwootExchange(21).response.body.payload
    expect(toLabel(wire(label))).toEqual({ name: 'bug', color: '#ff0000', description: 'bug' })
  })

  it('has the whole profile of the token’s owner and nobody else’s account', () => {
    expect(toOwnAgent('support', '5', wire(chatwootExchange(1).response.body))).toEqual({
      ref: { kind: 'person', account: 'support', native: 'user:8' },
      externalId: '8',
      kind: 'agent',
      displayName: 'Nora Admin',
      avatarUrl: null,
      isOnline: false,
      addresses: [{ kind: 'email', value: 'nora.books@example.com' }],
      details: {
        shape: 'chatwoot-agent',
        agentId: 8,
        role: 'administrator',
        availabilityStatus: 'offline',
        availableName: 'Nora Admin',
        displayName: null,
        confirmed: true,
        messageSignature: null,
        inviterId: null,
        authProvider: 'email',
        uid: 'nora.books@example.com',
        type: null,
        customRoleId: null,
        autoOffline: true,
        customAttributes: null,
      },
    })
  })

  it('tells contacts who never wrote from those who did', () => {
    const [found] = chatwootExchange(41).response.body.payload
    expect(toContact('support', wire(found)).details).toMatchObject({ lastActivityAt: null, identifier: 'crm-1' })
  })
})

function callAs(actor: Actor = { kind: 'agent', person: null, credential: null }): CallContext {
  return { actor, deadline: Date.now() + 5_000, signal: new AbortController().signal, budget: createCallBudget(20) }
}

/** A server that gives to every request the answer of that line. */
async function answering(n: number) {
  const { status, headers, body, text } = chatwootExchange(n).response
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': headers['content-type'] ?? 'application/json' })
    response.end(text ?? JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = chatwoot.create('support', chatwoot.settings.parse({ baseUrl, accountId: 5, token: 'secret' }))
  onTestFinished(async () => {
    await provider.close()
    server.close()
  })
  return provider
}

describe('a recorded refusal', () => {
  it.each([
    [330, 'no token', 'UNAUTHENTICATED'],
    [331, 'a wrong token', 'UNAUTHENTICATED'],
    [334, 'a token of another account', 'UNAUTHENTICATED'],
    [187, 'a bot that lists', 'UNAUTHENTICATED'],
    [336, 'an agent outside the inbox', 'FORBIDDEN'],
    [321, 'a feature that is off', 'FORBIDDEN'],
    [335, 'an unknown account', 'NOT_FOUND'],
    [328, 'a deleted conversation', 'NOT_FOUND'],
    [350, 'an unknown route', 'NOT_FOUND'],
    [306, 'an unknown filter key', 'INVALID'],
    [349, 'bad JSON', 'INVALID'],
    [309, 'a malformed filter', 'UNAVAILABLE'],
    [381, 'too many requests', 'RATE_LIMITED'],
  ])('%i (%s) is %s', async (n, _, code) => {
    const provider = await answering(n)
    const { status } = chatwootExchange(n).response
    await expect(provider.listTeams(callAs())).rejects.toMatchObject({ code, facts: { providerStatus: status } })
  })

  it('of a filter says what is wrong with it', async () => {
    const provider = await answering(307)
    await expect(provider.listTeams(callAs())).rejects.toMatchObject({
      facts: { issues: [{ path: [], detail: expect.stringContaining('Invalid operator') }] },
    })
  })

  it('of a contact names the field', async () => {
    const provider = await answering(35)
    await expect(provider.listTeams(callAs())).rejects.toMatchObject({ facts: { issues: [{ path: ['email'] }] } })
  })

  it('to show a conversation means that there is none for this agent', async () => {
    await expect((await answering(336)).findConversation('1', callAs())).resolves.toBeNull()
    await expect((await answering(339)).findConversation('999999', callAs())).resolves.toBeNull()
    await expect((await answering(331)).findConversation('1', callAs())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  it('takes its place among the conversations asked for', async () => {
    const provider = await answering(336)
    const [answer] = await provider.getConversations([conversationRef('support', '1')], callAs())
    expect(answer).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('in the documented form names fields and codes', () => {
    const body = { description: 'bad', errors: [{ field: 'email', message: 'taken', code: 'uniq' }, 'and more'] }
    const error = toProviderError({ status: 422, headers: {}, body }, 'POST /contacts')
    expect(error.facts.issues).toEqual([
      { path: ['email'], detail: 'taken', providerCode: 'uniq' },
      { path: [], detail: 'and more' },
    ])
  })

  it('never names the token', async () => {
    const provider = await answering(331)
    const error = await provider.listTeams(callAs()).catch((caught) => caught)
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('secret')
  })
})

describe('a recorded list that holds private notes and activities', () => {
  it('is given to its contact without them, even where the server did not leave them out', async () => {
    const provider = await answering(72)
    const walk = { limit: 20, from: null, direction: 'older' } as const
    const read = async (actor: Actor) => {
      const { rows } = await provider.listMessages(conversationRef('support', '1'), walk, callAs(actor))
      return rows.map(({ item }) => item.externalId)
    }
    const internal = ['220', '210', '209']
    const all = await read({ kind: 'service' })
    expect(all).toEqual(expect.arrayContaining(internal))
    const ada: Actor = { kind: 'end-user', person: personRef('support', 'contact', '15'), credential: null }
    expect(await read(ada)).toEqual(all.filter((id) => !internal.includes(id)))
    const grace: Actor = { kind: 'end-user', person: personRef('support', 'contact', '16'), credential: null }
    await expect(read(grace)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('the settings', () => {
  it.each([
    [{ baseUrl: 'https://chat.example', accountId: '5', token: 't' }, true],
    [{ baseUrl: 'https://chat.example', accountId: 5, token: 't' }, true],
    [{ accountId: 5, token: 't' }, true],
    [{ baseUrl: 'http://chat.example', accountId: 5, token: 't' }, false],
    [{ accountId: 'five', token: 't' }, false],
    [{ accountId: 5 }, false],
    [{ accountId: 5, token: 't', tokens: 't' }, false],
  ])('%j: %s', (settings, isRight) => {
    expect(chatwoot.settings.safeParse(settings).success).toBe(isRight)
  })
})

import { describe, expect, it } from 'vitest'
import { conversationRef, messageRef, personRef } from '../../providers/chatwoot/refs.ts'
import type { Actor, Draft, Mark, OutgoingFile, ProviderError, Sending } from '../../providers/port/index.ts'
import { ProviderError as RefusedError } from '../../providers/port/index.ts'
import { chatwootExchange } from '../support/chatwoot-recording.ts'
import { recordedCall as callAs, startRecordedChatwoot as start } from '../support/recorded-chatwoot.ts'

const TALK = conversationRef('support', '1')
const AT = (id: string) => messageRef(TALK, id)
const PIET: Actor = { kind: 'agent', person: personRef('support', 'user', '9'), credential: 'of-piet' }
const NOBODY: Actor = { kind: 'service' }
const ADA: Actor = { kind: 'end-user', person: personRef('support', 'contact', '15'), credential: null }
const EDSGER: Actor = { kind: 'end-user', person: personRef('support', 'contact', '20'), credential: null }

const draft = (over: Partial<Draft> = {}): Draft => ({
  text: 'Looking **into** it',
  attachments: [],
  replyTo: null,
  audience: 'public',
  ...over,
})
const sending = (over: Partial<Draft> = {}): Sending => ({ draft: draft(over), clientMessageId: 'bubble-1' })

/** One agent who sees inbox 6, as the list of agents has them. */
const AGENTS = 22
const PROFILE = 1

async function refusal(act: Promise<unknown>): Promise<ProviderError> {
  const error = await act.then(
    () => null,
    (caught: unknown) => caught,
  )
  if (error instanceof RefusedError) return error
  throw new Error(`expected a refusal, got ${String(error)}`)
}

function file(name: string, text: string): OutgoingFile {
  const bytes = Buffer.from(text)
  return {
    kind: 'file',
    fileName: name,
    mimeType: 'text/plain',
    sizeBytes: bytes.length,
    async *open() {
      yield bytes.subarray(0, 3)
      yield bytes.subarray(3)
    },
  }
}

describe('sending', () => {
  it('of an agent is an outgoing message with the key in an attribute of its own', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/messages': 51 })
    const done = await provider.acts.send(TALK, sending({ replyTo: AT('206') }), callAs(PIET))
    expect(asked).toMatchObject([
      {
        what: 'POST /conversations/1/messages',
        token: 'of-piet',
        contentType: 'application/json',
        body: {
          content: 'Looking **into** it',
          message_type: 'outgoing',
          content_attributes: { client_message_id: 'bubble-1', in_reply_to: 206 },
        },
      },
    ])
    expect(Object.keys(asked[0]?.body)).toEqual(['content', 'message_type', 'content_attributes'])
    expect(done.value).toMatchObject({ externalId: '207', side: 'business', replyTo: AT('206') })
    expect(done.events).toEqual([
      {
        type: 'message-saved',
        conversation: TALK,
        occurredAt: done.value.createdAt,
        audience: 'public',
        isNew: true,
        message: done.value,
      },
    ])
  })

  it('of a note is private, for the team alone', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/messages': 53 })
    const { value, events } = await provider.acts.send(TALK, sending({ audience: 'internal' }), callAs())
    expect(asked[0]).toMatchObject({ token: 'of-the-account', body: { private: true, message_type: 'outgoing' } })
    expect([value.audience, events[0]?.audience]).toEqual(['internal', 'internal'])
  })

  it('with files is a form of known length, each file under its own name', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/messages': 55 })
    const attachments = [file('order "1".txt', 'one order'), file('zwei–ö.txt', 'two')]
    await provider.acts.send(TALK, sending({ attachments }), callAs())
    const [{ body, contentType, contentLength } = never()] = asked
    expect(contentType).toMatch(/^multipart\/form-data; boundary=/)
    expect(contentLength).toBe(String(Buffer.byteLength(body)))
    const form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData()
    expect([...form.keys()]).toEqual([
      'content',
      'message_type',
      'content_attributes',
      'attachments[]',
      'attachments[]',
    ])
    expect(JSON.parse(String(form.get('content_attributes')))).toEqual({ client_message_id: 'bubble-1' })
    const files = form.getAll('attachments[]') as File[]
    expect(await Promise.all(files.map(async (one) => [one.name, one.type, await one.text()]))).toEqual([
      ['order "1".txt', 'text/plain', 'one order'],
      ['zwei–ö.txt', 'text/plain', 'two'],
    ])
  })

  it('fetches what is behind a URL, within the memory that is left, and sends it as a file', async () => {
    const wanted: unknown[] = []
    const openFile = async (url: string, { maxBytes }: { maxBytes: number }) => {
      wanted.push([url, maxBytes])
      return file('cat.png', 'picture')
    }
    const { provider, asked } = await start({ 'POST /conversations/1/messages': 55 }, openFile)
    const attachments = ['https://a.example/1', 'https://a.example/2'].map((url) => ({ kind: 'url', url }) as const)
    await provider.acts.send(TALK, sending({ text: null, attachments }), callAs())
    const most = 40 * 1024 * 1024
    expect(wanted).toEqual([
      ['https://a.example/1', most],
      ['https://a.example/2', most - 7],
    ])
    expect(asked[0]?.body).toContain('picture')
    expect(asked[0]?.body).not.toContain('name="content"')
  })

  it('asks nobody where what is behind a URL is inside', async () => {
    const { provider, asked } = await start({})
    const attachments = [file('a', 'b'), { kind: 'url', url: 'http://169.254.169.254/latest/meta-data' } as const]
    const error = await refusal(provider.acts.send(TALK, sending({ attachments }), callAs()))
    expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path: ['attachments', '1', 'url'] }] } })
    expect(asked).toEqual([])
  })

  it.each([
    ['nothing at all', { text: null }, ['text']],
    ['an empty text', { text: '' }, ['text']],
    ['a reply to another conversation', { replyTo: messageRef(conversationRef('support', '2'), '7') }, ['replyTo']],
  ] as const)('refuses %s before anybody is asked', async (_, over, path) => {
    const { provider, asked } = await start({})
    const error = await refusal(provider.acts.send(TALK, sending(over), callAs()))
    expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path }] } })
    expect(asked).toEqual([])
  })

  it('is never repeated, and its outcome unknown where the answer makes no sense', async () => {
    for (const answer of [{ status: 500, body: { status: 500 } }, { status: 502 }, { body: {} }, { body: [] }]) {
      const { provider, asked } = await start({ 'POST /conversations/1/messages': answer })
      const error = await refusal(provider.acts.send(TALK, sending(), callAs()))
      expect([error.code, asked.length]).toEqual(['OUTCOME_UNKNOWN', 1])
    }
  })

  it.each([
    [67, 'INVALID'],
    [326, 'FORBIDDEN'],
    [328, 'NOT_FOUND'],
  ] as const)('that is refused as in line %i is %s, and nothing else', async (line, code) => {
    const { provider } = await start({ 'POST /conversations/1/messages': line })
    expect((await refusal(provider.acts.send(TALK, sending(), callAs()))).code).toBe(code)
  })

  it('too often is limited for a minute', async () => {
    const body = { error: 'Validation failed: Too many messages' }
    const { provider } = await start({ 'POST /conversations/1/messages': { status: 422, body } })
    const error = await refusal(provider.acts.send(TALK, sending(), callAs()))
    expect(error).toMatchObject({ code: 'RATE_LIMITED', facts: { retryAfterMs: 60_000 } })
  })

  it('of a contact is an incoming message in their own conversation', async () => {
    const { provider, asked } = await start({ 'GET /conversations/1': 50, 'POST /conversations/1/messages': 49 })
    const { value } = await provider.acts.send(TALK, sending(), callAs(ADA))
    expect(asked.map(({ what }) => what)).toEqual(['GET /conversations/1', 'POST /conversations/1/messages'])
    expect(asked[1]?.body).toMatchObject({
      message_type: 'incoming',
      content_attributes: { client_message_id: 'bubble-1' },
    })
    expect(value.side).toBe('customer')
  })

  it('of a contact goes neither into others’ conversations nor out of other channels', async () => {
    const { provider, asked } = await start({ 'GET /conversations/1': 50, 'GET /conversations/3': 179 })
    expect((await refusal(provider.acts.send(TALK, sending(), callAs(EDSGER)))).code).toBe('NOT_FOUND')
    const walter: Actor = { kind: 'end-user', person: personRef('support', 'contact', '21'), credential: null }
    const error = await refusal(provider.acts.send(conversationRef('support', '3'), sending(), callAs(walter)))
    expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'SEND_TEXT' } })
    expect(asked.filter(({ what }) => what.startsWith('POST'))).toEqual([])
  })
})

describe('beginning a conversation', () => {
  const beginning = {
    people: [{ kind: 'email', email: 'Grace@reader.example' } as const],
    channel: '6',
    title: null,
    firstMessage: draft({ text: 'Hello Grace' }),
    clientMessageId: 'start-1',
  }
  const made = (over: object = {}) => {
    const body = structuredClone(chatwootExchange(48).response.body)
    const attributes = { client_message_id: 'start-1' }
    body.messages[0].content_attributes = attributes
    body.last_non_activity_message.content_attributes = attributes
    return { body: { ...body, additional_attributes: attributes, ...over } }
  }
  const search = (text: string) => `GET /contacts/search?q=${text}&page=1&include_contact_inboxes=false`
  const FOUND = { [search('grace@reader.example')]: 41, 'GET /inboxes': 12, 'GET /profile': PROFILE }

  it('is one request for conversation and message, both with the key', async () => {
    const { provider, asked } = await start({ ...FOUND, 'POST /conversations': made() })
    const { value, events } = await provider.acts.start(beginning, callAs(NOBODY))
    expect(asked.at(-1)).toMatchObject({
      what: 'POST /conversations',
      body: {
        inbox_id: 6,
        contact_id: chatwootExchange(41).response.body.payload[0].id,
        additional_attributes: { client_message_id: 'start-1' },
        message: {
          content: 'Hello Grace',
          message_type: 'outgoing',
          content_attributes: { client_message_id: 'start-1' },
        },
      },
    })
    expect(value).toMatchObject({ existing: false, message: { externalId: '205', clientMessageId: 'start-1' } })
    expect(events.map(({ type }) => type)).toEqual(['conversation-created', 'message-saved'])
  })

  it('makes the contact where there is none', async () => {
    const none = { body: { meta: { has_more: false }, payload: [] } }
    const made34 = { body: { payload: { contact: chatwootExchange(41).response.body.payload[0] } } }
    const { provider, asked } = await start({
      ...FOUND,
      [search('new@reader.example')]: none,
      'POST /contacts': made34,
      'POST /conversations': made(),
    })
    const people = [{ kind: 'email', email: 'new@reader.example' } as const]
    await provider.acts.start({ ...beginning, people }, callAs(NOBODY))
    expect(asked.find(({ what }) => what === 'POST /contacts')?.body).toEqual({ email: 'new@reader.example' })
  })

  it('with files is a form with all of it inside', async () => {
    const { provider, asked } = await start({ ...FOUND, 'POST /conversations': made() })
    const firstMessage = draft({ text: 'Hello Grace', attachments: [file('a.txt', 'some text')] })
    await provider.acts.start({ ...beginning, firstMessage }, callAs(NOBODY))
    const { body, contentType } = asked.at(-1) ?? never()
    const form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData()
    expect([...form.keys()]).toEqual([
      'inbox_id',
      'contact_id',
      'additional_attributes[client_message_id]',
      'message[content]',
      'message[message_type]',
      'message[content_attributes]',
      'message[attachments][]',
    ])
  })

  it('says so where the inbox keeps to the one conversation that there is', async () => {
    const existing = made({ additional_attributes: {} })
    const { provider } = await start({ ...FOUND, 'POST /conversations': existing })
    const { value, events } = await provider.acts.start(beginning, callAs(NOBODY))
    expect(value.existing).toBe(true)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['conversation-observed', 'message-saved']))
  })

  it.each([
    ['a title', { title: 'Order 7' }, ['title']],
    ['an inbox that is not there', { channel: '99' }, ['channel']],
    ['no choice among several inboxes', { channel: null }, ['channel']],
    ['nobody', { people: [] }, ['people']],
    [
      'two people',
      { people: [personRef('support', 'contact', '1'), personRef('support', 'contact', '2')] },
      ['people'],
    ],
    ['one of us', { people: [personRef('support', 'user', '9')] }, ['people', '0']],
  ] as const)('with %s is refused', async (_, over, path) => {
    const { provider, asked } = await start({ ...FOUND })
    const error = await refusal(provider.acts.start({ ...beginning, ...over }, callAs(NOBODY)))
    expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path }] } })
    expect(asked.filter(({ what }) => what.startsWith('POST'))).toEqual([])
  })

  it('is found again by the key it carries, and in an old conversation by that of its message', async () => {
    const page = (rows: readonly unknown[]) => ({
      'POST /conversations/filter?page=1': { body: { meta: {}, payload: rows } },
    })
    const person = personRef('support', 'contact', '15')
    const wanted = { ...beginning, people: [person] }
    const since = new Date(1_795_253_312_000)
    const own = await start({ ...FOUND, ...page([made().body]) })
    expect(await own.provider.acts.findStarted(wanted, since, callAs(NOBODY))).toMatchObject({ existing: false })
    expect(own.asked[0]?.body.payload).toMatchObject([{ attribute_key: 'contact_id', values: [15] }])
    const old = await start({ ...FOUND, ...page([made({ additional_attributes: {} }).body]) })
    expect(await old.provider.acts.findStarted(wanted, since, callAs(NOBODY))).toMatchObject({
      existing: true,
      message: { externalId: '205' },
    })
    const none = await start({
      ...FOUND,
      ...page([chatwootExchange(48).response.body]),
      'GET /conversations/1/messages': 72,
    })
    expect(await none.provider.acts.findStarted(wanted, since, callAs(NOBODY))).toBeNull()
  })
})

describe('a message that is there', () => {
  it('is deleted softly', async () => {
    const { provider, asked } = await start({ 'DELETE /conversations/1/messages/211': 92 })
    const { value, events } = await provider.acts.deleteMessage(AT('211'), false, callAs())
    expect(asked).toMatchObject([{ what: 'DELETE /conversations/1/messages/211', body: undefined }])
    expect(value).toMatchObject({ deleted: { at: null }, text: null, attachments: [] })
    expect(events).toMatchObject([{ type: 'message-deleted', message: AT('211'), audience: 'public' }])
  })

  it('for the team alone is deleted for the team alone', async () => {
    const { provider } = await start({ 'DELETE /conversations/1/messages/209': 90 })
    expect((await provider.acts.deleteMessage(AT('209'), false, callAs())).events[0]?.audience).toBe('internal')
  })

  const listed = (id: number, status: string) => ({
    [`GET /conversations/1/messages?after=${id}&before=${id + 1}`]: {
      body: { ...chatwootExchange(72).response.body, payload: [{ ...chatwootExchange(82).response.body, status }] },
    },
    'GET /inboxes': 12,
  })

  it('is sent again after it failed', async () => {
    const { provider, asked } = await start({
      ...listed(207, 'failed'),
      'POST /conversations/1/messages/207/retry': 89,
    })
    const { value, events } = await provider.acts.retryMessage(AT('207'), callAs())
    expect(asked.at(-1)?.what).toBe('POST /conversations/1/messages/207/retry')
    expect(value.delivery?.state).toBe('sent')
    expect(events).toMatchObject([{ type: 'delivery-reported', message: AT('207'), delivery: { state: 'sent' } }])
  })

  it('is not sent again where it did not fail, for it would lose what it replies to', async () => {
    const { provider, asked } = await start(listed(207, 'delivered'))
    expect((await refusal(provider.acts.retryMessage(AT('207'), callAs()))).code).toBe('CONFLICT')
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false)
  })
})

describe('marking', () => {
  const mark = (over: Partial<Mark> = {}): Mark => ({
    conversation: TALK,
    kind: 'read',
    position: { kind: 'latest' },
    visibility: null,
    ...over,
  })

  it('as read, by an agent, is one request that says when our side looked', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/update_last_seen': 98 })
    const { value, events } = await provider.acts.mark(mark({ visibility: 'private' }), callAs(PIET))
    expect(asked.map(({ what }) => what)).toEqual(['POST /conversations/1/update_last_seen'])
    const seen = new Date(chatwootExchange(98).response.body.agent_last_seen_at * 1_000)
    expect(value).toMatchObject({ applied: null, horizon: { holder: 'team', kind: 'read', upToTime: seen } })
    expect(events).toMatchObject([{ type: 'horizon-moved', movedBack: false, horizon: { holder: 'team' } }])
  })

  it('as read up to the newest message or later is the same', async () => {
    const answers = { 'GET /conversations/1/messages': 72, 'POST /conversations/1/update_last_seen': 93 }
    for (const position of [
      { kind: 'message', message: AT('221') } as const,
      { kind: 'time', at: new Date(1_800_000_000_000) } as const,
    ]) {
      const { provider, asked } = await start(answers)
      await provider.acts.mark(mark({ position }), callAs(NOBODY))
      expect(asked.map(({ what }) => what)).toEqual([
        'GET /conversations/1/messages',
        'POST /conversations/1/update_last_seen',
      ])
    }
  })

  it.each([
    [{ position: { kind: 'message', message: AT('206') } }, 'MARK_READ_UP_TO_MESSAGE'],
    [{ position: { kind: 'time', at: new Date(1_795_253_313_000) } }, 'MARK_READ_UP_TO_MESSAGE'],
    [{ visibility: 'public' }, 'MARK_READ'],
    [{ kind: 'delivered' }, 'MARK_DELIVERED'],
    [{ kind: 'unread', position: { kind: 'time', at: new Date() } }, 'MARK_UNREAD'],
    [{ kind: 'unread', position: { kind: 'message', message: AT('206') } }, 'MARK_UNREAD'],
    [{ kind: 'unread', position: { kind: 'message', message: AT('222') } }, 'MARK_UNREAD'],
  ] as const)('with %j is refused by %s, and nothing is marked', async (over, capability) => {
    const { provider, asked } = await start({
      'GET /conversations/1/messages': 72,
      'GET /conversations/1/messages?after=205': 74,
      'GET /conversations/1/messages?after=221': 74,
      'GET /inboxes': 12,
    })
    const error = await refusal(provider.acts.mark(mark(over), callAs(NOBODY)))
    expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
    expect(provider.capabilities(NOBODY, null)[capability].level).not.toBe('native')
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false)
  })

  it('as unread takes our side back to before the last incoming message', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/unread': 96 })
    const { value, events } = await provider.acts.mark(mark({ kind: 'unread' }), callAs(NOBODY))
    expect(asked.map(({ what }) => what)).toEqual(['POST /conversations/1/unread'])
    const seen = new Date(chatwootExchange(96).response.body.agent_last_seen_at * 1_000)
    expect(value).toMatchObject({ applied: true, horizon: { holder: 'team', upToTime: seen } })
    expect(events).toMatchObject([{ type: 'horizon-moved', movedBack: true }])
  })

  it('as read, by a contact, goes through the client API and is told to all', async () => {
    const before = structuredClone(chatwootExchange(158).response.body)
    const source = before.messages[0].conversation.contact_inbox.source_id
    const path = `/public/api/v1/inboxes/6WP9ZTEiasnxv6KSPcdATTog/contacts/${source}/conversations/2/update_last_seen`
    const { provider, asked } = await start({ 'GET /conversations/2': 158, 'GET /inboxes': 12, [`POST ${path}`]: 153 })
    const conversation = conversationRef('support', '2')
    const { value, events } = await provider.acts.mark(mark({ conversation, visibility: 'public' }), callAs(EDSGER))
    expect(asked.map(({ what }) => what)).toContain(`POST ${path}`)
    expect(value.horizon).toMatchObject({ holder: EDSGER.kind === 'end-user' ? EDSGER.person : null, kind: 'read' })
    expect(events).toMatchObject([{ type: 'horizon-moved', audience: 'public' }])
    const secretly = await refusal(provider.acts.mark(mark({ conversation, visibility: 'private' }), callAs(EDSGER)))
    expect(secretly.facts.capability).toBe('MARK_READ_PRIVATELY')
  })
})

describe('changing a conversation', () => {
  const shown = { 'GET /conversations/1': 116 }
  const inOrder = (asked: readonly { readonly what: string; readonly body: unknown }[]) =>
    asked.filter(({ what }) => what.startsWith('POST')).map(({ what, body }) => [what.split('/').at(-1), body])

  it('does each part with its own request, the team before the assignee, and reads what came of it', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /assignable_agents?inbox_ids[]=6': AGENTS,
      'GET /teams': 17,
      'POST /conversations/1/toggle_status': 101,
      'POST /conversations/1/assignments': 114,
      'POST /conversations/1/toggle_priority': 109,
      'POST /conversations/1/labels': 122,
      'POST /conversations/1/custom_attributes': 125,
    })
    const done = await provider.acts.updateConversation(
      TALK,
      {
        status: 'snoozed',
        snoozedUntil: new Date(1_795_339_737_999),
        assignee: personRef('support', 'user', '8'),
        team: '3',
        priority: 'urgent',
        setLabels: ['VIP', 'refund', 'vip'],
        customAttributes: { tier: 'gold', order: null },
      },
      callAs(),
    )
    expect(done.value).toEqual({})
    expect(inOrder(asked)).toEqual([
      ['toggle_status', { status: 'snoozed', snoozed_until: 1_795_339_737 }],
      ['assignments', { team_id: 3 }],
      ['assignments', { assignee_id: 8 }],
      ['toggle_priority', { priority: 'urgent' }],
      ['labels', { labels: ['vip', 'refund'] }],
      ['custom_attributes', { custom_attributes: { tier: 'gold' } }],
    ])
    expect([asked.at(0)?.what, asked.at(-1)?.what]).toEqual(['GET /conversations/1', 'GET /conversations/1'])
    expect(done.events.filter(({ type }) => type === 'conversation-observed')).toMatchObject([
      { audience: 'public', facts: { assignee: personRef('support', 'user', '8') } },
      { audience: 'internal', facts: { team: '3' } },
    ])
  })

  it('clears what is null', async () => {
    const { provider, asked } = await start({
      ...shown,
      'POST /conversations/1/assignments': 120,
      'POST /conversations/1/toggle_priority': 113,
      'POST /conversations/1/custom_attributes': { body: { custom_attributes: {} } },
    })
    const change = { assignee: null, team: null, priority: null, customAttributes: null, snoozedUntil: null }
    expect((await provider.acts.updateConversation(TALK, change, callAs())).value).toEqual({})
    expect(inOrder(asked)).toEqual([
      ['assignments', { team_id: 0 }],
      ['assignments', { assignee_id: 0 }],
      ['toggle_priority', { priority: '' }],
      ['custom_attributes', { custom_attributes: {} }],
    ])
  })

  it('adds and removes labels among those that are there', async () => {
    const before = { ...chatwootExchange(116).response.body, labels: ['bug', 'vip'] }
    const { provider, asked } = await start({
      'GET /conversations/1': { body: before },
      'POST /conversations/1/labels': 122,
    })
    const change = { addLabels: ['Refund', 'vip'], removeLabels: ['BUG', 'never'] }
    await provider.acts.updateConversation(TALK, change, callAs())
    expect(inOrder(asked)).toEqual([['labels', { labels: ['vip', 'refund'] }]])
  })

  it('gives it to a bot as a bot', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /agent_bots': { body: [chatwootExchange(117).response.body] },
      'POST /conversations/1/assignments': 117,
    })
    await provider.acts.updateConversation(TALK, { assignee: personRef('support', 'bot', '2') }, callAs())
    expect(inOrder(asked)).toEqual([['assignments', { assignee_id: 2, assignee_type: 'AgentBot' }]])
  })

  it('says of each part that could not be done why, and does the others', async () => {
    const { provider, asked } = await start({
      ...shown,
      'GET /assignable_agents?inbox_ids[]=6': AGENTS,
      'GET /teams': 17,
      'POST /conversations/1/labels': 122,
      'POST /conversations/1/toggle_priority': 110,
    })
    const { value, events } = await provider.acts.updateConversation(
      TALK,
      {
        status: 'archived',
        assignee: personRef('support', 'user', '10'),
        team: '99',
        priority: 'high',
        setLabels: ['vip'],
      },
      callAs(),
    )
    const codes = Object.entries(value).map(([key, { code, facts }]) => [key, code, facts.issues?.[0]?.path])
    expect(codes).toEqual([
      ['status', 'INVALID', ['status']],
      ['team', 'INVALID', ['team']],
      ['assignee', 'INVALID', ['assignee']],
      ['priority', 'UNAVAILABLE', []],
    ])
    expect(inOrder(asked).map(([what]) => what)).toEqual(['toggle_priority', 'labels'])
    expect(events.length).toBeGreaterThan(0)
  })

  it('throws only where nothing was tried', async () => {
    const gone = await start({ 'GET /conversations/1': 328 })
    const error = await refusal(gone.provider.acts.updateConversation(TALK, { priority: 'low' }, callAs()))
    expect(error.code).toBe('NOT_FOUND')
    const { provider, asked } = await start({})
    const forContact = await refusal(provider.acts.updateConversation(TALK, { priority: 'low' }, callAs(ADA)))
    expect(forContact).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'PRIORITY' } })
    expect(asked).toEqual([])
  })

  it('lets a contact close it, and no more', async () => {
    const source = chatwootExchange(158).response.body.messages[0].conversation.contact_inbox.source_id
    const path = `/public/api/v1/inboxes/6WP9ZTEiasnxv6KSPcdATTog/contacts/${source}/conversations/2/toggle_status`
    const { provider, asked } = await start({ 'GET /conversations/2': 158, 'GET /inboxes': 12, [`POST ${path}`]: 164 })
    const conversation = conversationRef('support', '2')
    const closed = await provider.acts.updateConversation(conversation, { status: 'closed', team: '3' }, callAs(EDSGER))
    expect(Object.keys(closed.value)).toEqual(['team'])
    expect(asked.filter(({ what }) => what.startsWith('POST')).map(({ what }) => what)).toEqual([`POST ${path}`])
    const opened = await provider.acts.updateConversation(conversation, { status: 'open' }, callAs(EDSGER))
    expect(opened.value.status).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'STATUS' } })
  })
})

describe('letting agents follow', () => {
  const answers = {
    'GET /conversations/1': 116,
    'GET /assignable_agents?inbox_ids[]=6': AGENTS,
    'POST /conversations/1/participants': 127,
    'DELETE /conversations/1/participants': 130,
    'GET /profile': PROFILE,
  }

  it('adds who is not there yet, and reads who is there then', async () => {
    let reads = 0
    const { provider, asked } = await start({
      ...answers,
      get 'GET /conversations/1/participants'() {
        reads += 1
        return reads === 1 ? 131 : 129
      },
    })
    const add = [{ kind: 'email', email: 'PIET.books@example.com' } as const]
    const { value, events } = await provider.acts.changeParticipants(TALK, add, [], callAs(NOBODY))
    expect(asked.find(({ what }) => what === 'POST /conversations/1/participants')?.body).toEqual({ user_ids: [9] })
    expect(value.map(({ person }) => person.ref.native)).toEqual(['contact:15', 'user:8', 'user:9'])
    expect(events).toMatchObject([
      { type: 'participant-changed', audience: 'internal', participant: { person: { displayName: 'Piet Agent' } } },
    ])
  })

  it('takes away who is there, and asks for nothing else', async () => {
    let reads = 0
    const { provider, asked } = await start({
      ...answers,
      get 'GET /conversations/1/participants'() {
        reads += 1
        return reads === 1 ? 129 : 131
      },
    })
    const remove = ['9', '10'].map((id) => personRef('support', 'user', id))
    const { events } = await provider.acts.changeParticipants(TALK, [], remove, callAs(NOBODY))
    const writes = asked.filter(({ what }) => !what.startsWith('GET'))
    expect(writes).toMatchObject([{ what: 'DELETE /conversations/1/participants', body: { user_ids: [9] } }])
    expect(events).toMatchObject([{ participant: { person: { externalId: '9' }, status: 'left' } }])
  })

  it('refuses who would be taken and not kept, and who is no agent', async () => {
    const { provider, asked } = await start(answers)
    const outsider = [personRef('support', 'user', '10')]
    const error = await refusal(provider.acts.changeParticipants(TALK, outsider, [], callAs(NOBODY)))
    expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path: ['add', '0'] }] } })
    const customer = [personRef('support', 'contact', '15')]
    const refused = await refusal(provider.acts.changeParticipants(TALK, [], customer, callAs(NOBODY)))
    expect(refused).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'CHANGE_PARTICIPANTS' } })
    expect(asked.some(({ what }) => !what.startsWith('GET'))).toBe(false)
  })
})

describe('the rest', () => {
  it('deletes a conversation for everyone, which no event tells', async () => {
    const { provider, asked } = await start({ 'DELETE /conversations/1': 327 })
    const { events } = await provider.acts.deleteConversation(TALK, 'for-everyone', callAs())
    expect(asked).toMatchObject([{ what: 'DELETE /conversations/1', body: undefined }])
    expect(events).toEqual([{ type: 'conversation-removed', conversation: TALK, occurredAt: null, audience: 'public' }])
    const agent = await start({ 'DELETE /conversations/1': 326 })
    expect((await refusal(agent.provider.acts.deleteConversation(TALK, 'for-everyone', callAs(PIET)))).code).toBe(
      'FORBIDDEN',
    )
  })

  it('tells who types', async () => {
    const { provider, asked } = await start({ 'POST /conversations/1/toggle_typing_status': 132 })
    await provider.acts.setTyping(TALK, true, callAs(PIET))
    await provider.acts.setTyping(TALK, false, callAs(PIET))
    expect(asked.map(({ body }) => body)).toEqual([
      { typing_status: 'on', is_private: false },
      { typing_status: 'off', is_private: false },
    ])
  })

  it('refuses what Chatwoot never does with its row, and asks nobody', async () => {
    const { provider, asked } = await start({})
    const { acts } = provider
    const refused = [
      ['EDIT_MESSAGE', acts.editMessage(AT('1'), 'x', callAs())],
      ['DELETE_FOR_ME', acts.deleteConversation(TALK, 'for-me', callAs())],
      ['DELETE_MESSAGE', acts.deleteMessage(AT('1'), true, callAs())],
      ['PRIVATE_NOTES', acts.send(TALK, sending({ audience: 'internal' }), callAs(ADA))],
      ['RETRY_MESSAGE', acts.retryMessage(AT('1'), callAs(ADA))],
      ['CHANGE_PARTICIPANTS', acts.changeParticipants(TALK, [], [], callAs(ADA))],
      ['DELETE_FOR_EVERYONE', acts.deleteConversation(TALK, 'for-everyone', callAs(ADA))],
    ] as const
    for (const [capability, act] of refused) {
      expect(await refusal(act)).toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
      expect(provider.capabilities(ADA, null)[capability].level).not.toBe('native')
    }
    expect(asked).toEqual([])
  })
})

function never(): never {
  throw new Error('nothing was asked')
}

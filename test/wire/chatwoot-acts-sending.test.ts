import { describe, expect, it } from 'vitest'
import { conversationRef, messageRef, personRef } from '../../providers/chatwoot/refs.ts'
import type { Actor } from '../../providers/port/index.ts'
import {
  ADA,
  AT,
  draft,
  EDSGER,
  file,
  NOBODY,
  PIET,
  PROFILE,
  refusal,
  sending,
  TALK,
} from '../support/chatwoot-deeds.ts'
import { chatwootExchange } from '../support/chatwoot-recording.ts'
import { recordedCall as callAs, startRecordedChatwoot as start } from '../support/recorded-chatwoot.ts'

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

function never(): never {
  throw new Error('nothing was asked')
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bird } from '../../providers/bird/index.ts'
import type { ConversationRef, Draft, ProviderError } from '../../providers/port/index.ts'
import { callAs } from '../support/bird-workspace.ts'

const CONVERSATION = 'badbf15c-bad3-4bf3-9223-6b7f414f9770'
const OTHER = 'badbf15c-bad3-4bf3-9223-6b7f414f9771'
const MESSAGE = '404544c5-9920-45f1-8990-0855634ab7ac'
const CHANNEL = '52ad151f-f7b4-46f9-a5c6-d3318e650c84'
const CONTACT = 'd4e8935a-5f48-45a5-95a5-ee7ba1e2c5b4'
const KEY_ID = '0c0defe3-c98d-46d9-a9bf-febc1e08aa0c'
const CREATED = '2026-11-20T10:00:00.5Z'

const PLACE: ConversationRef = { kind: 'conversation', account: 'shop', native: CONVERSATION }
const MESSAGE_REF = { kind: 'message', conversation: PLACE, native: MESSAGE } as const
const HERE = `/conversations/${CONVERSATION}`

const conversation = { id: CONVERSATION, name: 'A', status: 'active', channelId: CHANNEL, createdAt: CREATED }
const message = {
  id: MESSAGE,
  conversationId: CONVERSATION,
  reference: 'cg-k',
  status: 'accepted',
  sender: { id: KEY_ID, type: 'accessKey', displayName: 'The gateway' },
  body: { type: 'text', text: { text: 'Hello' } },
  createdAt: CREATED,
  updatedAt: CREATED,
}

interface Request {
  readonly line: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

type Answer = readonly [status: number, body?: unknown]

/** A Bird that gives these answers, one after the other, and keeps what it was asked. */
async function openBird(...script: readonly (Answer | { readonly accessKeyId: undefined })[]) {
  const answers = script.filter((one) => Array.isArray(one)) as Answer[]
  const speaker = script.length > answers.length ? {} : { accessKeyId: KEY_ID }
  const requests: Request[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const line = `${request.method} ${request.url?.replace('/workspaces/w', '')}`
      requests.push({ line, headers: request.headers, text: Buffer.concat(chunks).toString() })
      const next = answers.shift()
      if (next === undefined) return void request.socket.resetAndDestroy()
      const [status, body] = next
      response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body).replaceAll('HOST', url))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = bird.create(
    'shop',
    bird.settings.parse({ baseUrl: url, workspaceId: 'w', accessKey: 'secret', ...speaker }),
  )
  onTestFinished(async () => {
    await provider.close()
    server.close()
    server.closeAllConnections()
  })
  return { acts: provider.acts, provider, requests, asked: () => requests.map(({ line, text }) => said(line, text)) }
}

function said(line: string, text: string): unknown {
  return text === '' ? line : [line, JSON.parse(text)]
}

function draft(text: string | null, over: Partial<Draft> = {}): Draft {
  return { text, attachments: [], replyTo: null, audience: 'public', ...over }
}

async function refusalOf(act: Promise<unknown>): Promise<ProviderError> {
  return act.then(
    () => Promise.reject(new Error('it was done')),
    (error: ProviderError) => error,
  )
}

const SPEAKER = { participantType: 'accessKey', participantId: KEY_ID, addMissingParticipants: true }

describe('what leaves for Bird', () => {
  it('for a message is one POST that says who speaks, with the key as its reference', async () => {
    const { acts, asked, requests } = await openBird([201, message])
    const replyTo = { ...MESSAGE_REF, native: OTHER }
    const sending = { draft: draft('Hello', { replyTo }), clientMessageId: 'k' }
    const { value, events } = await acts.send(PLACE, sending, callAs())
    expect(asked()).toEqual([
      [
        `POST ${HERE}/messages`,
        {
          ...SPEAKER,
          reference: 'cg-k',
          replyToMessageId: OTHER,
          body: { type: 'text', text: { text: 'Hello' } },
        },
      ],
    ])
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'AccessKey secret',
      'content-type': 'application/json',
      accept: 'application/json',
    })
    expect(requests[0]?.headers).not.toHaveProperty('idempotency-key')
    expect(value).toMatchObject({ ref: MESSAGE_REF, text: 'Hello', clientMessageId: 'k' })
    expect(events).toEqual([
      {
        type: 'message-saved',
        conversation: PLACE,
        occurredAt: new Date('2026-11-20T10:00:00.500Z'),
        audience: 'public',
        message: value,
        isNew: true,
      },
    ])
  })

  it('is no message where there is no channel to be a flow of, as the row says', async () => {
    const { acts, provider, asked } = await openBird({ accessKeyId: undefined }, [
      200,
      { ...conversation, channelId: null },
    ])
    const sending = { draft: draft('Hi'), clientMessageId: 'k' }
    expect(await refusalOf(acts.send(PLACE, sending, callAs()))).toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'SEND_TEXT' },
    })
    expect(asked()).toEqual([`GET ${HERE}`])
    const other = await openBird({ accessKeyId: undefined }, [200, { ...conversation, channelId: null }])
    const [answer] = await other.provider.getConversations([PLACE], callAs())
    if (answer === undefined || 'code' in answer) throw new Error('it cannot be read')
    const rows = provider.capabilities({ kind: 'service' }, answer.conversation)
    expect(rows.SEND_TEXT.level).toBe('unsupported')
  })

  it.each([
    ['reset the connection for', null, 'OUTCOME_UNKNOWN'],
    ['answered 500 to', [500], 'OUTCOME_UNKNOWN'],
    ['answered nonsense to', [201, { id: MESSAGE }], 'OUTCOME_UNKNOWN'],
    ['refused', [403, { code: 'Forbidden', message: 'No access' }], 'FORBIDDEN'],
  ] as const)('never leaves twice when Bird %s a message', async (_, answer, code) => {
    const { acts, requests } = await openBird(...(answer === null ? [] : [answer]))
    const error = await refusalOf(acts.send(PLACE, { draft: draft('Hi'), clientMessageId: 'k' }, callAs()))
    expect(error.code).toBe(code)
    expect(requests).toHaveLength(1)
  })

  it('after a 422 asks whether the conversation is active', async () => {
    const invalid: Answer = [422, { code: 'InvalidPayload', message: 'no' }]
    const shut = await openBird(invalid, [200, { ...conversation, status: 'closed' }])
    const sending = { draft: draft('Hi'), clientMessageId: 'k' }
    expect(await refusalOf(shut.acts.send(PLACE, sending, callAs()))).toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'SEND_TEXT' },
    })
    expect(shut.requests.map(({ line }) => line)).toEqual([`POST ${HERE}/messages`, `GET ${HERE}`])
    const open = await openBird(invalid, [200, conversation])
    expect(await refusalOf(open.acts.send(PLACE, sending, callAs()))).toMatchObject({
      code: 'INVALID',
      facts: { providerCode: 'InvalidPayload', providerStatus: 422 },
    })
  })

  it('for a file is a place, a form without the key, and the message that shows it', async () => {
    const place = {
      mediaUrl: 'https://media.api.bird.com/media/1',
      uploadUrl: 'HOST/bucket?x=1',
      uploadMethod: 'POST',
      uploadFormData: { key: 'a/b', Policy: 'cG9saWN5' },
    }
    const { acts, requests } = await openBird([200, place], [204], [201, message])
    const attachments = [fileOf('shelf.png', 'image/png', 'pixels')]
    await acts.send(PLACE, { draft: draft('Look', { attachments }), clientMessageId: 'k' }, callAs())
    const [first, upload, last] = requests
    expect(said(first?.line ?? '', first?.text ?? '')).toEqual([
      `POST ${HERE}/presigned-upload`,
      { contentType: 'image/png' },
    ])
    expect(upload?.line).toBe('POST /bucket?x=1')
    expect(upload?.headers).not.toHaveProperty('authorization')
    expect(upload?.headers['content-length']).toBe(String(Buffer.byteLength(upload?.text ?? '')))
    const form = await new Response(upload?.text, {
      headers: { 'content-type': String(upload?.headers['content-type']) },
    }).formData()
    expect([...form.keys()]).toEqual(['key', 'Policy', 'file'])
    expect(form.get('file')).toMatchObject({ name: 'shelf.png', type: 'image/png', size: 6 })
    expect(JSON.parse(last?.text ?? '').body).toEqual({
      type: 'text',
      text: { text: 'Look', attachments: [{ mediaUrl: place.mediaUrl, filename: 'shelf.png', inline: false }] },
    })
  })

  it.each([
    ['without TLS', 'http://bucket.example.com/'],
    ['that is none', 'bucket'],
  ])('for a file is nothing more where Bird names an address %s', async (_, uploadUrl) => {
    const place = { mediaUrl: 'https://media.api.bird.com/1', uploadUrl, uploadMethod: 'POST', uploadFormData: {} }
    const { acts, requests } = await openBird([200, place])
    const attachments = [fileOf('a', 'text/plain', 'x')]
    const sending = { draft: draft(null, { attachments }), clientMessageId: 'k' }
    expect(await refusalOf(acts.send(PLACE, sending, callAs()))).toMatchObject({ code: 'MALFORMED' })
    expect(requests).toHaveLength(1)
  })

  it('for a file that the store did not take for certain is no message, and no doubt about one', async () => {
    const place = { mediaUrl: 'https://m.example/1', uploadUrl: 'HOST/b', uploadMethod: 'POST', uploadFormData: {} }
    const { acts, requests } = await openBird([200, place], [503])
    const attachments = [fileOf('a', 'text/plain', 'x')]
    const sending = { draft: draft(null, { attachments }), clientMessageId: 'k' }
    expect(await refusalOf(acts.send(PLACE, sending, callAs()))).toMatchObject({ code: 'UNAVAILABLE' })
    expect(requests).toHaveLength(2)
  })

  describe('for a conversation that begins', () => {
    const beginning = {
      people: [{ kind: 'email', email: 'ada@example.com' }],
      channel: CHANNEL,
      title: 'Books',
      firstMessage: draft('Hello'),
      clientMessageId: 'k',
    } as const
    const noChannels: Answer = [403, { code: 'Forbidden', message: 'no' }]
    const toAda = { identifierKey: 'emailaddress', identifierValue: 'ada@example.com' }

    it('is one POST with the first message, which is read afterwards', async () => {
      const created = { ...conversation, lastMessage: { id: MESSAGE, createdAt: CREATED, status: 'accepted' } }
      const { acts, asked } = await openBird(noChannels, [201, created], [200, message])
      const { value, events } = await acts.start(beginning, callAs())
      expect(asked().slice(1)).toEqual([
        [
          'POST /conversations',
          {
            name: 'Books',
            channelId: CHANNEL,
            participants: [{ type: 'contact', ...toAda }],
            initialMessage: {
              reference: 'cg-k',
              recipients: [{ type: 'to', ...toAda }],
              body: { type: 'text', text: { text: 'Hello' } },
            },
          },
        ],
        `GET ${HERE}/messages/${MESSAGE}`,
      ])
      expect(value).toMatchObject({ existing: false, message: { ref: MESSAGE_REF } })
      expect(events).toMatchObject([
        { type: 'conversation-created', occurredAt: new Date(CREATED), facts: { title: 'A', status: 'open' } },
        { type: 'message-saved', isNew: true },
      ])
    })

    it('follows a 409 to the conversation that there is, and speaks there', async () => {
      const conflict = { code: 'ContactAlreadyInConversation', message: 'x', details: { conversationId: CONVERSATION } }
      const { acts, requests } = await openBird(noChannels, [409, conflict], [201, message], [200, conversation])
      const { value, events } = await acts.start(beginning, callAs())
      expect(requests.map(({ line }) => line).slice(1)).toEqual([
        'POST /conversations',
        `POST ${HERE}/messages`,
        `GET ${HERE}`,
      ])
      expect(value).toMatchObject({ existing: true, message: { ref: MESSAGE_REF } })
      expect(events.map(({ type }) => type)).toEqual(['message-saved'])
    })

    it('leaves in doubt what was said where that cannot be read', async () => {
      const created = { ...conversation, lastMessage: { id: MESSAGE, createdAt: CREATED } }
      const { acts } = await openBird(noChannels, [201, created], [404, { code: 'ResourceNotFound', message: 'x' }])
      expect(await refusalOf(acts.start(beginning, callAs()))).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        facts: { existing: PLACE },
      })
    })

    it('names contacts by the address that the channel reaches', async () => {
      const channels = [{ id: CHANNEL, platformId: 'whatsapp', name: 'Shop' }]
      const featuredIdentifiers = [
        { key: 'emailaddress', value: 'ada@example.com' },
        { key: 'phonenumber', value: '+15550100' },
      ]
      const contact = { id: CONTACT, computedDisplayName: 'Ada', featuredIdentifiers }
      const { acts, asked } = await openBird([200, { results: channels }], [200, contact], [201, conversation])
      const people = [{ kind: 'person', account: 'shop', native: `contact:${CONTACT}` }] as const
      await acts.start({ ...beginning, people, channel: null, title: null, firstMessage: null }, callAs())
      expect(asked()[2]).toEqual([
        'POST /conversations',
        {
          name: 'Ada',
          channelId: CHANNEL,
          participants: [{ type: 'contact', identifierKey: 'phonenumber', identifierValue: '+15550100' }],
        },
      ])
    })
  })

  it('for an edit is a read and a PATCH of the body', async () => {
    const text = { text: 'Dear', attachments: [{ mediaUrl: 'https://m.example/1' }] }
    const before = { ...message, draft: true, body: { type: 'text', text } }
    const { acts, asked } = await openBird([200, before], [200, before])
    await acts.editMessage(MESSAGE_REF, 'Dear Ada', callAs())
    expect(asked()).toEqual([
      `GET ${HERE}/messages/${MESSAGE}`,
      [`PATCH ${HERE}/messages/${MESSAGE}`, { body: { type: 'text', text: { ...text, text: 'Dear Ada' } } }],
    ])
  })

  it('for a deletion is a DELETE, and a read that may fail', async () => {
    const { acts, asked } = await openBird([204], [404, { code: 'ResourceNotFound', message: 'x' }])
    const { value, events } = await acts.deleteMessage(MESSAGE_REF, false, callAs())
    expect(asked()).toEqual([`DELETE ${HERE}/messages/${MESSAGE}`, `GET ${HERE}/messages/${MESSAGE}`])
    expect(value).toBeNull()
    expect(events).toMatchObject([{ type: 'message-deleted', message: MESSAGE_REF }])
  })

  it('for attributes and status is a read and a PATCH each', async () => {
    const before = { ...conversation, attributes: { shelf: '3', order: '12' } }
    const { acts, asked } = await openBird([200, before], [200, before], [200, before], [200, before])
    const change = { status: 'closed', customAttributes: { shelf: null, gift: 'yes' } } as const
    const { value, events } = await acts.updateConversation(PLACE, change, callAs())
    expect(asked()).toEqual([
      `GET ${HERE}`,
      [`PATCH ${HERE}`, { attributes: { order: '12', gift: 'yes' } }],
      `GET ${HERE}`,
      [`PATCH ${HERE}`, { status: 'closed' }],
    ])
    expect(value).toEqual({})
    expect(events.map(({ type, audience }) => [type, audience])).toEqual([
      ['conversation-observed', 'public'],
      ['conversation-observed', 'internal'],
      ['conversation-observed', 'public'],
      ['conversation-observed', 'internal'],
    ])
  })

  it('for participants is a POST for each who comes, a read and a DELETE for each who goes, and the list', async () => {
    const ada = { id: CONTACT, type: 'contact', status: 'active', displayName: 'Ada' }
    const { acts, asked } = await openBird([201, ada], [200, ada], [200, ada], [204], [200, { results: [] }])
    const user = { kind: 'person', account: 'shop', native: `user:${OTHER}` } as const
    const phone = { kind: 'phone', phone: '+1 (555) 0100' } as const
    const { events } = await acts.changeParticipants(PLACE, [phone, user], [user], callAs())
    expect(asked()).toEqual([
      [
        `POST ${HERE}/participants`,
        { type: 'contact', contact: { identifierKey: 'phonenumber', identifierValue: '+15550100' } },
      ],
      [`POST ${HERE}/participants`, { type: 'user', id: OTHER }],
      `GET ${HERE}/participants/${OTHER}`,
      `DELETE ${HERE}/participants/${OTHER}`,
      `GET ${HERE}/participants?limit=100`,
    ])
    expect(events).toMatchObject([
      { type: 'participant-changed', participant: { status: 'active' } },
      { type: 'participant-changed', participant: { status: 'active' } },
      { type: 'participant-changed', participant: { status: 'left' } },
    ])
  })

  it('for the end of a conversation is a DELETE, which is tried again where it was not heard', async () => {
    const { acts, asked } = await openBird([503], [204])
    const { events } = await acts.deleteConversation(PLACE, 'for-everyone', callAs())
    expect(asked()).toEqual([`DELETE ${HERE}`, `DELETE ${HERE}`])
    expect(events).toEqual([
      { type: 'conversation-removed', conversation: PLACE, occurredAt: null, audience: 'public' },
    ])
  })

  it('is nothing for names that Bird cannot have given', async () => {
    const { acts, requests } = await openBird()
    const nowhere = { ...PLACE, native: '../contacts' }
    const sending = { draft: draft('Hi'), clientMessageId: 'k' }
    expect(await refusalOf(acts.send(nowhere, sending, callAs()))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refusalOf(acts.deleteConversation(nowhere, 'for-everyone', callAs()))).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(requests).toHaveLength(0)
  })
})

function fileOf(fileName: string, mimeType: string, content: string) {
  const bytes = new TextEncoder().encode(content)
  return {
    kind: 'file',
    fileName,
    mimeType,
    sizeBytes: bytes.length,
    async *open() {
      yield bytes
    },
  } as const
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountId } from '../../schema/global-id.ts'
import { startWorld, VENDORS, type VendorName, type World } from '../support/world.ts'
import { ActingClient, type Picked, WHY } from './acting-client.ts'

let world: World
let client: ActingClient

beforeAll(async () => {
  world = await startWorld()
  client = new ActingClient(world)
})
afterAll(() => world.close())

const EDGE = 'messageEdge { cursor node { id text clientMessageId conversationId direction } }'
const SENT = `${EDGE} replayed conversation { id lastMessage { messageId text } }`

/** A conversation in which something can be said. */
function open(vendor: VendorName): Promise<Picked> {
  return client.conversation(vendor, ({ kind, status }) => kind !== 'GROUP' && (status ?? 'OPEN') === 'OPEN')
}

/** What the vendor itself has of it. */
async function textsAt(vendor: VendorName, { externalId }: Picked): Promise<readonly (string | null)[]> {
  const { conversations } = await world.state(vendor)
  return conversations.find(({ id }) => id === externalId)?.messages.map(({ text }) => text) ?? []
}

describe.each(VENDORS)('sendMessage at %s', (vendor) => {
  it('answers the message as an edge, and the conversation with it', async () => {
    const conversation = await open(vendor)
    const input = { conversationId: conversation.id, clientMessageId: `edge-${vendor}`, text: `An edge at ${vendor}` }
    const { messageEdge, ...rest } = await client.act('sendMessage', input, SENT)
    expect(messageEdge.node).toMatchObject({
      text: input.text,
      clientMessageId: input.clientMessageId,
      conversationId: conversation.id,
      direction: 'OUTBOUND',
    })
    expect(messageEdge.cursor).toMatch(/./)
    expect(rest).toEqual({
      __typename: 'SendMessageSuccess',
      replayed: false,
      conversation: { id: conversation.id, lastMessage: { messageId: messageEdge.node.id, text: input.text } },
    })
    expect((await textsAt(vendor, conversation)).filter((text) => text === input.text)).toHaveLength(1)
  })

  it('sends once for a key, and answers the same again', async () => {
    const conversation = await open(vendor)
    const input = { conversationId: conversation.id, clientMessageId: `twice-${vendor}`, text: `Once at ${vendor}` }
    const first = await client.act('sendMessage', input, SENT)
    const second = await client.act('sendMessage', input, SENT)
    expect([first.replayed, second.replayed]).toEqual([false, true])
    expect(second.messageEdge.node).toEqual(first.messageEdge.node)
    const other = await client.act('sendMessage', { ...input, text: 'Something else' })
    expect(other).toMatchObject({
      __typename: 'ConflictError',
      code: 'IDEMPOTENCY_KEY_REUSED',
      existingConversationId: null,
    })
    const texts = await textsAt(vendor, conversation)
    expect(texts.filter((text) => text === input.text)).toHaveLength(1)
    expect(texts).not.toContain('Something else')
  })

  it('shows each of several in one document what it came to, however often the document comes', async () => {
    const conversation = await open(vendor)
    const document = `mutation ($one: SendMessageInput!, $wrong: SendMessageInput!, $two: SendMessageInput!) {
      one: sendMessage(input: $one) { ...Sent ...Why }
      wrong: sendMessage(input: $wrong) { ...Sent ...Why }
      two: sendMessage(input: $two) { ...Sent ...Why }
    }
    fragment Sent on SendMessageSuccess { conversation { lastMessage { text } } } ${WHY}`
    // Compiled the second time, run as compiled the third.
    for (const time of [1, 2, 3]) {
      const say = (text: string) => ({ conversationId: conversation.id, clientMessageId: `${text}-${time}`, text })
      const { data, errors } = await world.ask(document, { one: say('one'), wrong: say(' '), two: say('two') })
      expect(errors).toBeUndefined()
      expect(data.one.conversation.lastMessage.text).toBe('one')
      expect(data.wrong.issues.map(({ path }: any) => path)).toEqual([['clientMessageId'], ['text']])
      expect(data.two.conversation.lastMessage.text).toBe('two')
    }
  })
})

describe('what was sent once', () => {
  it('is answered as it was then where nothing more can be said now, and costs no call', async () => {
    const { id } = await open('bird')
    const input = { conversationId: id, clientMessageId: 'before-closing', text: 'One more thing' }
    const first = await client.act('sendMessage', input, EDGE)
    await client.act('updateConversation', { conversationId: id, status: 'CLOSED' })
    let second: any
    const calls = await world.count(async () => {
      second = await client.act('sendMessage', input, `replayed ${EDGE}`)
    })
    expect(second).toMatchObject({ replayed: true, messageEdge: { node: first.messageEdge.node } })
    expect(calls.bird).toEqual([])
    const another = await client.act('sendMessage', { ...input, clientMessageId: 'after-closing' })
    expect(another).toMatchObject({
      __typename: 'CapabilityNotSupportedError',
      support: await client.row('bird', 'SEND_TEXT', id),
    })
    // What was refused is forgotten: the key is still free.
    await client.act('updateConversation', { conversationId: id, status: 'OPEN' })
    const later = await client.act('sendMessage', { ...input, clientMessageId: 'after-closing' }, 'replayed')
    expect(later).toMatchObject({ __typename: 'SendMessageSuccess', replayed: false })
  })
})

describe('an upload', () => {
  const BYTES = new TextEncoder().encode('a small file')
  const file = { fileName: 'small.txt', mimeType: 'text/plain', sizeBytes: BYTES.length }

  async function upload(conversationId: string) {
    const input = { conversationId, ...file }
    const selection = 'upload { uploadId url headers { name value } expiresAt }'
    return (await client.act('createAttachmentUpload', input, selection)).upload
  }

  it.each(['chatwoot', 'bird'] as const)('is sent along at %s, once its bytes are there', async (vendor) => {
    const { id } = await open(vendor)
    const { uploadId, url, headers, expiresAt } = await upload(id)
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now())
    const input = { conversationId: id, clientMessageId: `file-${vendor}`, attachments: [{ uploadId }] }
    const early = await client.act('sendMessage', input)
    expect(early.issues).toEqual([
      { path: ['attachments', '0', 'uploadId'], detail: expect.stringContaining('PUT'), providerCode: null },
    ])
    const put = await fetch(url, {
      method: 'PUT',
      headers: Object.fromEntries(headers.map(({ name, value }: any) => [name, value])),
      body: BYTES,
    })
    expect(put.ok).toBe(true)
    const selection = 'replayed messageEdge { node { id attachments { url fileName } } }'
    const sent = await client.act('sendMessage', input, selection)
    expect(sent.messageEdge.node.attachments).toHaveLength(1)
    // Its bytes need not be there any more for that.
    expect(await client.act('sendMessage', input, selection)).toMatchObject({
      replayed: true,
      messageEdge: { node: { id: sent.messageEdge.node.id } },
    })
  })

  it('is nothing for another conversation', async () => {
    const [one, other] = await client.conversations('chatwoot')
    const { uploadId } = await upload(one!.id)
    const input = { conversationId: other!.id, clientMessageId: 'elsewhere', attachments: [{ uploadId }] }
    expect((await client.act('sendMessage', input)).issues).toMatchObject([{ path: ['attachments', '0', 'uploadId'] }])
  })
})

describe('startConversation', () => {
  const STARTED = `existing replayed conversationEdge { cursor node { id provider } } ${EDGE}`

  it.each(VENDORS)('answers the conversation at %s as an edge, once for a key', async (vendor) => {
    const { channels } = (await world.ask('{ accounts { key channels { id type } } }')).data.accounts.find(
      ({ key }: any) => key === vendor,
    )
    const channel = channels.find(({ type }: any) => type === 'API' || type === 'WHATSAPP')
    const input = {
      accountId: accountId(vendor),
      with: [PEOPLE[vendor]],
      clientMessageId: `start-${vendor}`,
      firstMessage: 'Good morning',
      ...(channel && { channelId: channel.id }),
    }
    const first = await client.act('startConversation', input, STARTED)
    expect(first).toMatchObject({ __typename: 'StartConversationSuccess', replayed: false })
    expect(first.conversationEdge.node.provider).toBe(vendor.toUpperCase())
    expect(first.messageEdge.node).toMatchObject({
      text: 'Good morning',
      conversationId: first.conversationEdge.node.id,
    })
    const second = await client.act('startConversation', input, STARTED)
    expect(second).toMatchObject({ replayed: true, existing: first.existing })
    expect(second.conversationEdge.node.id).toBe(first.conversationEdge.node.id)
    const other = await client.act('startConversation', { ...input, firstMessage: 'Good evening' })
    expect(other).toMatchObject({ __typename: 'ConflictError', code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  const PEOPLE: Readonly<Record<VendorName, object>> = {
    cometchat: { externalId: 'piet' },
    chatwoot: { email: 'somebody.new@example.org' },
    bird: { phone: '+31612340001' },
  }
})

describe('a message of one’s own at CometChat', () => {
  async function say(text: string): Promise<string> {
    const { id } = await open('cometchat')
    const input = { conversationId: id, clientMessageId: crypto.randomUUID(), text }
    return (await client.act('sendMessage', input, EDGE)).messageEdge.node.id
  }

  it('is edited', async () => {
    const messageId = await say('Helo')
    const edited = await client.act('editMessage', { messageId, text: 'Hello' }, 'message { id text editedAt }')
    expect(edited.message).toEqual({ id: messageId, text: 'Hello', editedAt: expect.any(String) })
  })

  it('is deleted, and leaves a tombstone', async () => {
    const messageId = await say('Never mind')
    const selection = 'deletedMessageId message { id isDeleted }'
    const deleted = await client.act('deleteMessage', { messageId }, selection)
    expect(deleted).toMatchObject({ deletedMessageId: messageId, message: { id: messageId, isDeleted: true } })
  })
})

describe('retryMessage', () => {
  it('has Chatwoot deliver again what has failed', async () => {
    const { data } = await world.ask(
      `query ($account: ID!) { conversations(first: 25, filter: { accountIds: [$account] }) { nodes {
        messages(last: 20) { nodes { id delivery { state } } }
      } } }`,
      { account: accountId('chatwoot') },
    )
    const messages: any[] = data.conversations.nodes.flatMap((conversation: any) => conversation.messages.nodes)
    const failed = messages.find(({ delivery }) => delivery?.state === 'FAILED')
    const { message } = await client.act('retryMessage', { messageId: failed.id }, 'message { id delivery { state } }')
    expect(message.id).toBe(failed.id)
    expect(message.delivery.state).not.toBe('FAILED')
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { BirdConversation, BirdMessage } from '../../providers/bird/details.ts'
import type { Reading } from '../../providers/bird/reading.ts'
import { conversationRef, isUuid, readPersonRef } from '../../providers/bird/refs.ts'
import { toChannel, toContact, toConversation, toMessage, toParticipant } from '../../providers/bird/to-model.ts'
import { Wire } from '../../providers/kit/wire.ts'

const reading: Reading = { account: 'shop', host: 'api.bird.com', channels: new Map(), forTeam: true }
const conversationId = '0d0e1f2a-0000-4000-8000-000000000001'
const inConversation = conversationRef('shop', conversationId)

const bare = { id: conversationId, createdAt: '2026-03-01T10:00:00Z' }

function conversationOf(body: object, how: Partial<Reading> = {}) {
  return toConversation(Wire.object({ ...bare, ...body }, 'it'), { ...reading, ...how })
}

function detailsOf(body: object, how: Partial<Reading> = {}): BirdConversation {
  return conversationOf(body, how).details as BirdConversation
}

const ada = { id: 'ada-id', type: 'contact', displayName: 'Ada', avatarUrl: 'https://cdn.example/ada.png' }
const nora = { id: 'nora-id', type: 'user', displayName: 'Nora', avatarUrl: '' }

function messageOf(body: object, completeness: 'listed' | 'single' = 'single') {
  const whole = { id: 'message-1', createdAt: '2026-03-01T10:00:00.5Z', updatedAt: '2026-03-01T10:05:00Z', ...body }
  return toMessage(Wire.object(whole, 'it'), inConversation, reading, completeness)
}

describe('a conversation of Bird', () => {
  it('needs nothing but its id and when it was made', () => {
    expect(conversationOf({})).toMatchObject({
      ref: inConversation,
      externalId: conversationId,
      kind: 'unknown',
      channel: null,
      title: null,
      status: null,
      providerStatus: null,
      labels: [],
      assignee: null,
      lastMessage: null,
      featuredParticipants: [],
      participantCount: null,
      canReply: null,
      customAttributes: null,
      lastActivityAt: new Date('2026-03-01T10:00:00Z'),
      updatedAt: new Date('2026-03-01T10:00:00Z'),
    })
  })

  it.each([
    ['active', 'open'],
    ['closed', 'closed'],
    ['archived', 'archived'],
    ['spam', 'spam'],
    ['deleted', 'deleted'],
    ['hibernating', null],
  ])('with status %s is %s, and keeps the word', (word, status) => {
    expect(conversationOf({ status: word })).toMatchObject({ status, providerStatus: word })
  })

  it('can not be answered unless it is active, and that it can be answered is not known', () => {
    expect(conversationOf({ status: 'active' }).canReply).toBeNull()
    expect(conversationOf({ status: 'closed' })).toMatchObject({
      canReply: false,
      cannotReplyReason: 'Only active conversations can be answered, and this one is closed.',
    })
  })

  it.each([
    [{ platformStyle: 'group-multiple', style: 'directMessage' }, 'group'],
    [{ platformStyle: 'direct', style: 'chatChannel' }, 'group'],
    [{ style: 'groupInbox' }, 'group'],
    [{ style: 'directMessage' }, 'direct'],
    [{ style: 'support' }, 'support'],
    [{ style: 'default', featuredParticipants: [ada] }, 'support'],
    [{ platformStyle: 'email', participants: [{ type: 'contact', id: 'x' }] }, 'support'],
    [{ style: 'resource', featuredParticipants: [nora] }, 'unknown'],
  ])('%j is of kind %s', (body, kind) => {
    expect(conversationOf(body).kind).toBe(kind)
  })

  it('without a name has the title and picture of its contact', () => {
    expect(conversationOf({ name: '', featuredParticipants: [nora, ada] })).toMatchObject({
      title: 'Ada',
      avatarUrl: 'https://cdn.example/ada.png',
    })
  })

  it('was last active at the latest of all the times that it tells', () => {
    const body = {
      lastMessage: { id: 'm', createdAt: '2026-03-02T00:00:00Z' },
      lastMessageIncomingAt: '2026-03-04T00:00:00.12Z',
      lastMessageOutgoingAt: '2026-03-03T00:00:00Z',
    }
    expect(conversationOf(body).lastActivityAt).toEqual(new Date('2026-03-04T00:00:00.120Z'))
  })

  it('features whom the answer features, and behind them those whom it only names', () => {
    const body = {
      featuredParticipants: [ada],
      participants: [
        { type: 'contact', id: 'ada-id' },
        { type: 'bot', id: 'b' },
      ],
    }
    const people = conversationOf(body).featuredParticipants.map(({ person }) => [
      person.ref.native,
      person.displayName,
    ])
    expect(people).toEqual([
      ['contact:ada-id', 'Ada'],
      ['bot:b', null],
    ])
  })

  it('has a whole person for an assignee who takes part, else only the reference', () => {
    const body = { assigneeId: 'nora-id', featuredParticipants: [nora] }
    expect(conversationOf(body).assignee).toMatchObject({ displayName: 'Nora', kind: 'agent' })
    expect(conversationOf({ assigneeId: 'quinn-id' }).assignee).toEqual({
      kind: 'person',
      account: 'shop',
      native: 'user:quinn-id',
    })
  })

  it('is on a channel of unknown type until the channels are known', () => {
    const body = { channelId: 'channel-1', lastMessageIncomingAt: '2026-03-01T12:00:00Z' }
    expect(conversationOf(body)).toMatchObject({
      channel: { externalId: 'channel-1', type: 'unknown' },
      replyWindowClosesAt: null,
    })
    const channel = toChannel(Wire.object({ id: 'channel-1', name: 'Shop', platformId: 'whatsapp' }, 'it'))
    expect(conversationOf(body, { channels: new Map([['channel-1', channel]]) })).toMatchObject({
      channel: { externalId: 'channel-1', type: 'whatsapp', providerType: 'whatsapp', name: 'Shop' },
      replyWindowClosesAt: new Date('2026-03-02T12:00:00Z'),
    })
  })

  it('shows the private attributes to the team only', () => {
    expect(detailsOf({ privateAttributes: 'vip' }).privateAttributes).toBe('vip')
    expect(detailsOf({ privateAttributes: 'vip' }, { forTeam: false }).privateAttributes).toBeNull()
  })

  it('keeps everything else that only Bird says', () => {
    const said = {
      visibility: 'public',
      accessibility: 'open',
      style: 'default',
      platformStyle: 'direct',
      category: 'sales',
      description: 'About a book',
      directory: 'books',
      summary: 'She wants a book',
      read: true,
      starred: false,
      hasDraft: true,
      resourceUri: '/resource',
      pendingParticipantCount: 2,
      inbox: { type: 'shared', id: 'i', identifier: 'books', ownerId: 'o', ownerType: 'group' },
      resource: { type: 'task', id: 't' },
    }
    const referral = {
      sourceId: 's',
      sourceUrl: 'https://ad.example',
      timestamp: '2026-03-01T09:00:00Z',
      username: 'ada',
    }
    expect(detailsOf({ ...said, referral })).toMatchObject({
      ...said,
      shape: 'bird-conversation',
      referral: { ...referral, timestamp: new Date('2026-03-01T09:00:00Z'), caption: null },
    })
    expect(conversationOf({ tags: ['vip'], attributes: { shelf: '3' }, activeParticipantCount: '4' })).toMatchObject({
      labels: ['vip'],
      customAttributes: { shelf: '3' },
      participantCount: 4,
    })
  })

  it('has no read count and no read position of any viewer', () => {
    expect(conversationOf({ read: false })).toMatchObject({
      horizons: [],
      horizonsComplete: true,
      receiptModel: 'per-message',
    })
  })
})

describe('the preview of the last message', () => {
  const previewOf = (lastMessage: object, beside: object = {}) =>
    conversationOf({ lastMessage: { id: 'm', createdAt: '2026-03-02T00:00:00Z', ...lastMessage }, ...beside })
      .lastMessage

  it('is cut when it has 140 characters or more', () => {
    expect(previewOf({ preview: { text: 'x'.repeat(139) } })?.isTruncated).toBe(false)
    expect(previewOf({ preview: { text: '👍'.repeat(139) } })?.isTruncated).toBe(false)
    expect(previewOf({ preview: { text: 'x'.repeat(140) } })?.isTruncated).toBe(true)
  })

  it('tells how far an outgoing message got, without times', () => {
    expect(previewOf({ sender: nora, status: 'delivery_failed', type: 'image' })).toMatchObject({
      side: 'business',
      kind: 'media',
      delivery: { state: 'failed', providerStatus: 'delivery_failed', failedAt: null },
    })
  })

  it('tells nothing of how far an incoming message, a draft or a comment got', () => {
    expect(previewOf({ sender: ada, status: 'delivered' })).toMatchObject({ side: 'customer', delivery: null })
    expect(previewOf({ sender: nora, draft: true, status: 'accepted' })).toMatchObject({
      isDraft: true,
      delivery: null,
    })
    expect(previewOf({ sender: nora, type: 'comment', status: 'delivered' })).toMatchObject({
      audience: 'internal',
      kind: 'text',
      delivery: null,
    })
  })

  it('without a sender came in if the conversation says that something came in then', () => {
    expect(previewOf({}, { lastMessageIncomingAt: '2026-03-02T00:00:00.000Z' })).toMatchObject({ side: 'customer' })
    expect(previewOf({})).toMatchObject({ side: 'business', sender: null })
  })

  it('marks a deleted message', () => {
    expect(previewOf({ status: 'deleted' })).toMatchObject({ isDeleted: true })
  })
})

describe('a message of Bird', () => {
  it.each([
    ['accepted', { state: 'accepted' }],
    ['processing', { state: 'accepted' }],
    ['sent', { state: 'sent', sentAt: new Date('2026-03-01T10:05:00Z') }],
    ['delivered', { state: 'delivered', deliveredAt: new Date('2026-03-01T10:05:00Z') }],
    ['read', { state: 'read', readAt: new Date('2026-03-01T10:05:00Z') }],
    ['sending_failed', { state: 'failed', failedAt: new Date('2026-03-01T10:05:00Z') }],
    ['skipped', { state: 'unknown', deliveredAt: null }],
  ])('with status %s says %j', (status, delivery) => {
    expect(messageOf({ sender: nora, status }).delivery).toMatchObject({ ...delivery, providerStatus: status })
  })

  it('says why it failed, and that trying again is no use', () => {
    const { delivery } = messageOf({ sender: nora, status: 'delivery_failed', reason: 'no such number' })
    expect(delivery?.failure).toEqual({ code: null, detail: 'no such number', retryable: false })
  })

  it('is read when somebody read it, at the time of that interaction', () => {
    const context = { type: 'conversation_message', id: `${conversationId}:message-1:ada-id` }
    const read = { type: 'read', createdAt: '2026-03-01T10:04:00Z', context }
    const message = messageOf({ sender: nora, status: 'delivered', interactions: [read] })
    // The delivery cannot have come after the read: the later time of change is not its own.
    expect(message.delivery).toMatchObject({
      state: 'read',
      readAt: new Date('2026-03-01T10:04:00Z'),
      deliveredAt: null,
    })
    expect(message.receipts).toEqual([
      {
        message: message.ref,
        holder: { kind: 'person', account: 'shop', native: 'contact:ada-id' },
        kind: 'read',
        at: new Date('2026-03-01T10:04:00Z'),
      },
    ])
  })

  it('without a context was read by its only recipient, and by somebody where there are several', () => {
    const read = { type: 'read', createdAt: '2026-03-01T10:04:00Z' }
    const holderOf = (recipients: object[]) =>
      messageOf({ sender: nora, recipients, interactions: [read] }).receipts?.[0]?.holder ?? null
    expect(holderOf([{ id: 'ada-id' }])).toMatchObject({ native: 'contact:ada-id' })
    expect(holderOf([{ id: 'ada-id' }, { id: 'alan-id' }])).toBeNull()
  })

  it('is not read because it was opened, and the opening stays in the details', () => {
    const message = messageOf({ sender: nora, status: 'delivered', interactions: [{ type: 'opened' }] })
    expect(message.delivery?.state).toBe('delivered')
    expect(message.receipts).toEqual([])
    expect((message.details as BirdMessage).interactions).toEqual([
      { type: 'opened', createdAt: null, messageReference: null },
    ])
  })

  it('leaves receipts to the single read where a list has no interactions', () => {
    expect(messageOf({ sender: nora, interactions: null }, 'listed').receipts).toBeUndefined()
    expect(messageOf({ sender: nora, interactions: null }).receipts).toEqual([])
    expect(messageOf({ sender: ada, interactions: null }, 'listed').receipts).toEqual([])
  })

  it('has no delivery when it came in, is a draft or a comment', () => {
    expect(messageOf({ sender: ada, status: 'delivered' })).toMatchObject({ side: 'customer', delivery: null })
    expect(messageOf({ sender: nora, draft: true, status: 'accepted' })).toMatchObject({
      isDraft: true,
      delivery: null,
    })
    expect(
      messageOf({ sender: nora, status: 'delivered', body: { type: 'comment', comment: { text: 'note' } } }),
    ).toMatchObject({ audience: 'internal', kind: 'text', text: 'note', delivery: null })
  })

  it.each([
    [
      { type: 'text', text: { text: 'hello' } },
      { kind: 'text', text: 'hello', html: null },
    ],
    [
      { type: 'html', html: { text: 'hi', html: '<p>hi</p>' } },
      { kind: 'text', text: 'hi', html: '<p>hi</p>' },
    ],
    [
      { type: 'list', list: { text: 'choose' } },
      { kind: 'interactive', text: 'choose' },
    ],
    [
      { type: 'carousel', carousel: { text: { odd: 1 } } },
      { kind: 'interactive', text: null },
    ],
    [{ type: 'hologram' }, { kind: 'other', text: null }],
    [
      { type: 'location', location: { coordinates: { latitude: 1.5, longitude: 2 }, location: { label: 'Shop' } } },
      { kind: 'location', location: { latitude: 1.5, longitude: 2, title: 'Shop', url: null } },
    ],
  ])('reads the body %j', (body, expected) => {
    expect(messageOf({ body })).toMatchObject({ ...expected, details: { type: body.type, body } })
  })

  it('sent from a template shows the template in the details', () => {
    expect(messageOf({ template: { projectId: 'p' } })).toMatchObject({
      kind: 'template',
      details: { type: 'template', body: { template: { projectId: 'p' } } },
    })
  })

  it('has attachments that only the gateway can open where they are on hosts of Bird', () => {
    const files = [
      { mediaUrl: 'https://media.api.bird.com/x', contentType: 'text/plain', filename: 'x.txt' },
      { mediaUrl: 'https://cdn.example/y' },
      { mediaUrl: 'https://media.api.bird.com.evil.example/z' },
      { mediaUrl: 'not an address' },
    ]
    const { attachments } = messageOf({ body: { type: 'file', file: { files } } })
    expect(attachments.map(({ key, opensFor, mimeType, fileName }) => [key, opensFor, mimeType, fileName])).toEqual([
      ['0', 'gateway', 'text/plain', 'x.txt'],
      ['1', 'anyone', null, null],
      ['2', 'anyone', null, null],
    ])
  })

  it('names its recipients, with all that Bird says of them', () => {
    const recipient = {
      type: 'cc',
      id: 'ada-id',
      identifierKey: 'emailaddress',
      identifierValue: 'ada@example.com',
      identifiers: [
        { identifierKey: 'emailaddress', identifierValue: 'ada@example.com' },
        { identifierKey: 'whatsappusername', identifierValue: 'ada' },
      ],
      contactAnnotation: { name: 'Ada' },
      countryCode: 'GB',
      platformAddress: 'ada@example.com',
      platformAddressSelector: 'selector',
      receiverExpression: 'expression',
      receiverValue: 'value',
    }
    const message = messageOf({ sender: nora, recipients: [recipient] })
    expect(message.recipients).toEqual([
      {
        role: 'CC',
        person: { kind: 'person', account: 'shop', native: 'contact:ada-id' },
        name: 'Ada',
        addresses: [
          { kind: 'email', value: 'ada@example.com' },
          { kind: 'whatsappusername', value: 'ada' },
        ],
      },
    ])
    const { contactAnnotation, identifiers, ...same } = recipient
    expect((message.details as BirdMessage).recipients).toEqual([
      {
        ...same,
        annotationName: contactAnnotation.name,
        identifiers: [
          { kind: 'email', value: 'ada@example.com' },
          { kind: 'whatsappusername', value: 'ada' },
        ],
      },
    ])
  })

  it('takes the name and address of an e-mail sender where the participant has none', () => {
    const sender = { id: 'a', type: 'contact', displayName: '', name: 'Ada', email: 'ada@example.com' }
    expect(messageOf({ sender }).sender).toMatchObject({
      displayName: 'Ada',
      addresses: [{ kind: 'email', value: 'ada@example.com' }],
    })
  })

  it('has the idempotency key only where the reference is ours', () => {
    expect(messageOf({ reference: 'cg-key-1' }).clientMessageId).toBe('key-1')
    expect(messageOf({ reference: 'message-1' })).toMatchObject({
      clientMessageId: null,
      details: { reference: 'message-1' },
    })
  })

  it('sorts by time to the nanosecond and then by id, however many digits the fraction has', () => {
    const keyOf = (createdAt: string, id = 'a') => messageOf({ createdAt, id }).sortKey
    const inOrder = [
      keyOf('2026-03-01T10:00:00Z'),
      keyOf('2026-03-01T10:00:00.1Z'),
      keyOf('2026-03-01T10:00:00.100000001Z'),
      keyOf('2026-03-01T10:00:00.10000001Z'),
      keyOf('2026-03-01T10:00:00.101Z', 'a'),
      keyOf('2026-03-01T10:00:00.101Z', 'b'),
    ]
    expect(inOrder.toSorted()).toEqual(inOrder)
    expect(new Set(inOrder).size).toBe(inOrder.length)
  })
})

describe('people of Bird', () => {
  it.each([
    ['contact', 'contact'],
    ['user', 'agent'],
    ['agent', 'agent'],
    ['bot', 'bot'],
    ['flow', 'automation'],
    ['connector', 'automation'],
    ['accessKey', 'automation'],
    ['collaborationAutomation', 'automation'],
    ['channel', 'channel'],
    ['parrot', 'unknown'],
  ])('of type %s are of kind %s', (type, kind) => {
    const { person, details } = toParticipant(Wire.object({ id: 'x', type }, 'it'), 'shop')
    expect(person).toMatchObject({ kind, externalId: 'x', ref: { native: `${type}:x` } })
    expect(details).toMatchObject({ shape: 'bird-participant', type })
  })

  it('take part with a status, and keep what else Bird says of that', () => {
    const body = {
      ...ada,
      status: 'invited',
      createdAt: '2026-03-01T10:00:00Z',
      updatedAt: '2026-03-02T10:00:00Z',
      resourceUri: '/x',
      contact: {
        identifierKey: 'phonenumber',
        identifierValue: '+441',
        platformAddress: '+441',
        platformAddressSelector: 's',
      },
    }
    expect(toParticipant(Wire.object(body, 'it'), 'shop')).toMatchObject({
      status: 'invited',
      joinedAt: new Date('2026-03-01T10:00:00Z'),
      person: { addresses: [{ kind: 'phone', value: '+441' }] },
      details: { ...body.contact, status: 'invited', resourceUri: '/x', updatedAt: new Date('2026-03-02T10:00:00Z') },
    })
  })

  it('are named by type and id, and nothing else is taken for a name', () => {
    expect(readPersonRef({ kind: 'person', account: 'shop', native: 'user:a:b' })).toEqual({ type: 'user', id: 'a:b' })
    expect(() => readPersonRef({ kind: 'person', account: 'shop', native: 'ada' })).toThrow('no person is named')
    expect(isUuid('../contacts')).toBe(false)
  })
})

const examples = new URL('../../../shared/providers/data/bird/examples/', import.meta.url)

describe.skipIf(!existsSync(examples))(
  'the examples that Bird prints (skipped where the documents are not at hand)',
  () => {
    const read = (name: string) => Wire.object(JSON.parse(readFileSync(new URL(name, examples), 'utf8')), name)

    it('has the conversation of "get conversation" whole', () => {
      expect(toConversation(read('get-conversation.200.json'), reading)).toMatchObject({
        externalId: '907798f8-fd72-44d5-8042-fcc05c1bb570',
        kind: 'support',
        title: 'test',
        avatarUrl: null,
        status: 'open',
        participantCount: 2,
        createdAt: new Date('2024-11-25T19:31:47.264Z'),
        updatedAt: new Date('2024-11-29T13:31:03.845Z'),
        lastActivityAt: new Date('2024-11-29T13:22:22.875Z'),
        featuredParticipants: [
          { status: 'active', person: { kind: 'contact', displayName: 'Lucas De Mitri', avatarUrl: null } },
          { status: 'active', person: { kind: 'automation', displayName: 'My first email key' } },
        ],
        lastMessage: {
          text: 'Hey, listen!',
          kind: 'text',
          side: 'business',
          isTruncated: false,
          isDraft: false,
          delivery: { state: 'delivered', providerStatus: 'delivered' },
          sender: { kind: 'automation' },
        },
        details: { pendingParticipantCount: 0, platformStyle: 'email', description: null, style: null },
      })
    })

    it('has the message of "get conversation message"', () => {
      expect(toMessage(read('get-conversation-message.200.json'), inConversation, reading, 'single')).toMatchObject({
        text: 'Hey, listen!',
        side: 'business',
        isDraft: false,
        receipts: [],
        delivery: { state: 'accepted', sentAt: null },
        recipients: [{ role: 'TO', name: 'John Doe' }],
        clientMessageId: null,
        details: { reference: null, source: 'conversations' },
      })
    })

    it('has both messages of "list conversation messages", newest first', () => {
      const [outgoing, incoming] = read('list-conversation-messages.200.json')
        .list('results')
        .map((wire) => toMessage(wire, inConversation, reading, 'listed'))
      expect(outgoing).toMatchObject({ side: 'business', delivery: { state: 'delivered' }, receipts: undefined })
      expect(incoming).toMatchObject({
        side: 'customer',
        html: '<p>test</p>',
        delivery: null,
        details: { receiverTypes: ['to'], source: 'channels' },
      })
      expect((outgoing?.sortKey ?? '') > (incoming?.sortKey ?? '')).toBe(true)
    })

    it('has the conversation of "list participant conversations", whose recipients are null', () => {
      const [conversation] = read('list-participant-conversations.200.json')
        .list('results')
        .map((wire) => toConversation(wire, reading))
      expect(conversation).toMatchObject({
        title: 'Re: About your refund',
        lastMessage: { side: 'customer', delivery: null },
      })
    })

    it('has the participants, and the contact that a search finds', () => {
      const kinds = read('list-participants.200.json')
        .list('results')
        .map((wire) => toParticipant(wire, 'shop').person.kind)
      expect(kinds).toEqual(['automation', 'contact'])
      const [contact] = read('contacts-search.200.json').list('results')
      expect(contact && toContact(contact, 'shop')).toMatchObject({
        displayName: 'John',
        addresses: [{ kind: 'email', value: 'contacts@bird.com' }],
      })
    })
  },
)

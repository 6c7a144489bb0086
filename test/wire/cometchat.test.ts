import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClientMessageId, toMuid } from '../../providers/cometchat/client-message-id.ts'
import { baseUrlOf, cometChatSettings } from '../../providers/cometchat/config.ts'
import { isRefusal, readRateLimit, toProviderError } from '../../providers/cometchat/errors.ts'
import { directRef, groupRef, peerOf, placeOf } from '../../providers/cometchat/refs.ts'
import { toConversation } from '../../providers/cometchat/to-conversation.ts'
import { messageSortKey, toMessage, toSingleMessage } from '../../providers/cometchat/to-message.ts'
import { toPersonByUid } from '../../providers/cometchat/to-person.ts'
import { readMany, readOne } from '../../providers/cometchat/wire.ts'
import { Wire } from '../../providers/kit/wire.ts'
import type { Person } from '../../providers/port/index.ts'

const at = (seconds: number) => new Date(seconds * 1000)
const uid = (native: string) => ({ kind: 'person', account: 'cc', native }) as const
const PAIR = directRef('cc', 'alice', 'bob')
const GROUP = groupRef('cc', 'g1')
const SELF = toPersonByUid('cc', 'alice')

const ALICE = { uid: 'alice', name: 'Alice', role: 'default', status: 'available', createdAt: 1 }
const BOB = {
  uid: 'bob',
  name: 'Bob',
  avatar: 'https://pictures.example/bob.png',
  link: 'https://bob.example',
  status: 'offline',
  statusMessage: 'Away',
  role: 'default',
  lastActiveAt: 1_699_990_500,
  createdAt: 1_699_990_000,
  conversationId: 'alice_user_bob',
}

function user(entity: object) {
  return { entityType: 'user', entity }
}

const TEXT = {
  id: '50',
  muid: 'cg-first',
  conversationId: 'alice_user_bob',
  sender: 'alice',
  receiverType: 'user',
  receiver: 'bob',
  category: 'message',
  type: 'text',
  data: {
    text: 'hello',
    metadata: { order: 7 },
    attachments: [],
    entities: { sender: user(ALICE), receiver: user(BOB) },
  },
  sentAt: 1_700_000_500,
  deliveredAt: 1_700_000_501,
  readAt: 1_700_000_600,
  updatedAt: 1_700_000_500,
}

const OF_TWO = {
  conversationId: 'alice_user_bob',
  conversationType: 'user',
  unreadMessageCount: '3',
  createdAt: 1_700_000_000,
  updatedAt: 1_700_000_510,
  tags: ['vip'],
  unreadMentionsCount: 0,
  lastReadMessageId: '47',
  latestMessageId: '50',
  lastMessage: TEXT,
  conversationWith: BOB,
}

const OF_MANY = {
  conversationId: 'group_g1',
  conversationType: 'group',
  createdAt: 1_630_071_782,
  updatedAt: 1_630_481_413,
  conversationWith: {
    guid: 'g1',
    name: 'Readers',
    icon: 'https://pictures.example/g1.png',
    type: 'private',
    scope: 'moderator',
    membersCount: 4,
    joinedAt: 1_630_071_782,
    hasJoined: true,
    owner: 'carol',
    createdAt: 1_630_071_341,
  },
}

function read(conversation: object, { self = SELF, tagsAsked = true }: { self?: Person; tagsAsked?: boolean } = {}) {
  return toConversation(Wire.object(conversation, 'conversation'), { account: 'cc', self, tagsAsked })
}

function inPair(message: object) {
  const scene = { conversation: PAIR, isGroup: false, viewerUid: 'alice' }
  return toMessage(Wire.object({ ...TEXT, ...message }, 'message'), scene)
}

function inGroup(message: object) {
  const scene = { conversation: GROUP, isGroup: true, viewerUid: 'alice' }
  return toSingleMessage(Wire.object({ ...TEXT, receiverType: 'group', receiver: 'g1', ...message }, 'message'), scene)
}

describe('a conversation of two', () => {
  it('becomes the common model whole', () => {
    const { conversation, viewer } = read(OF_TWO)
    const { lastMessage, featuredParticipants, horizons, details, ...common } = conversation
    expect(common).toEqual({
      ref: PAIR,
      externalId: 'alice_user_bob',
      externalUrl: null,
      kind: 'direct',
      channel: { externalId: 'in-app', type: 'in-app', providerType: null, name: null },
      title: 'Bob',
      avatarUrl: 'https://pictures.example/bob.png',
      status: null,
      providerStatus: null,
      snoozedUntil: null,
      labels: null,
      assignee: null,
      team: null,
      priority: null,
      createdAt: at(1_700_000_000),
      updatedAt: at(1_700_000_510),
      lastActivityAt: at(1_700_000_500),
      waitingSince: null,
      participantCount: 2,
      receiptModel: 'watermark',
      horizonsComplete: false,
      canReply: null,
      cannotReplyReason: null,
      replyWindowClosesAt: null,
      customAttributes: null,
    })
    expect(featuredParticipants.map(({ person }) => person.externalId)).toEqual(['bob', 'alice'])
    expect(lastMessage).toMatchObject({ text: 'hello', isTruncated: false, side: 'peer', kind: 'text' })
    expect(details).toEqual({
      shape: 'cometchat-conversation',
      conversationType: 'user',
      peerUid: 'bob',
      group: null,
      latestMessageId: '50',
      lastReadMessageId: '47',
      unreadMentionsCount: 0,
      pinnedAt: null,
    })
    expect(viewer.unread).toEqual({ count: 3, precision: 'exact', scope: 'viewer' })
    expect(viewer.labels).toEqual(['vip'])
    expect(horizons.map(({ holder, kind, sortKey }) => [holder, kind, sortKey])).toEqual([
      [uid('bob'), 'delivered', messageSortKey('50')],
      [uid('bob'), 'read', messageSortKey('50')],
      [uid('alice'), 'read', messageSortKey('47')],
    ])
  })

  it('has one name, whoever looks', () => {
    const fromBob = read({ ...OF_TWO, conversationWith: ALICE }, { self: toPersonByUid('cc', 'bob') })
    expect(fromBob.conversation.ref).toEqual(read(OF_TWO).conversation.ref)
  })

  it('knows the other one in full', () => {
    expect(read(OF_TWO).conversation.featuredParticipants[0]?.person).toEqual({
      ref: uid('bob'),
      externalId: 'bob',
      kind: 'end-user',
      displayName: 'Bob',
      avatarUrl: 'https://pictures.example/bob.png',
      isOnline: false,
      addresses: [],
      details: {
        shape: 'cometchat-user',
        uid: 'bob',
        name: 'Bob',
        avatar: 'https://pictures.example/bob.png',
        role: 'default',
        status: 'offline',
        statusMessage: 'Away',
        link: 'https://bob.example',
        lastActiveAt: at(1_699_990_500),
        createdAt: at(1_699_990_000),
        updatedAt: null,
      },
    })
  })

  it('gives the time of the read position only where that message stands beside it', () => {
    expect(read(OF_TWO).viewer.readHorizon).toMatchObject({ upToTime: null, occurredAt: null })
    const readByMe = { ...TEXT, sender: 'bob', receiver: 'alice' }
    const horizon = read({ ...OF_TWO, lastReadMessageId: '50', lastMessage: readByMe }).viewer.readHorizon
    expect(horizon).toMatchObject({ upToTime: at(1_700_000_500), occurredAt: at(1_700_000_600) })
  })

  it.each([
    ['text', '3', 3],
    ['a number', 3, 3],
    ['nothing', undefined, 0],
  ])('takes the unread count as %s', (_, unreadMessageCount, count) => {
    expect(read({ ...OF_TWO, unreadMessageCount }).viewer.unread?.count).toBe(count)
  })

  it.each([
    [{ blockedByMe: true }, 'You have blocked this person.'],
    [{ hasBlockedMe: true }, 'This person has blocked you.'],
  ])('cannot be answered when %j', (block, reason) => {
    const { conversation } = read({ ...OF_TWO, conversationWith: { ...BOB, ...block } })
    expect(conversation).toMatchObject({ canReply: false, cannotReplyReason: reason })
  })

  it.each([[undefined], [{}]])('does not say what its last message is when that is %j', (lastMessage) => {
    const { conversation } = read({ ...OF_TWO, lastMessage })
    expect(conversation.lastMessage).toBeUndefined()
    expect(conversation.lastActivityAt).toEqual(conversation.updatedAt)
  })

  it('has tags only where they were asked for', () => {
    const untagged = { ...OF_TWO, tags: undefined }
    expect(read(untagged, { tagsAsked: true }).viewer.labels).toEqual([])
    expect(read(untagged, { tagsAsked: false }).viewer.labels).toBeUndefined()
  })
})

describe('a group', () => {
  it('features the viewer as what he is there', () => {
    const { conversation } = read(OF_MANY)
    expect(conversation.ref).toEqual(GROUP)
    expect(conversation.participantCount).toBe(4)
    expect(conversation.featuredParticipants).toEqual([
      { person: SELF, role: 'moderator', status: null, joinedAt: at(1_630_071_782), details: null },
    ])
    expect(conversation.details).toMatchObject({
      conversationType: 'group',
      peerUid: null,
      group: { guid: 'g1', name: 'Readers', owner: 'carol', viewerScope: 'moderator', hasJoined: true },
    })
  })

  it('cannot be answered by somebody who left', () => {
    const left = { ...OF_MANY, conversationWith: { ...OF_MANY.conversationWith, hasJoined: false } }
    expect(read(left).conversation).toMatchObject({ canReply: false, featuredParticipants: [] })
  })

  it('stops counting and telling above 300 members', () => {
    const large = (membersCount: number) =>
      read({ ...OF_MANY, conversationWith: { ...OF_MANY.conversationWith, membersCount }, lastReadMessageId: '9' })
    expect(large(300).conversation.receiptModel).toBe('watermark')
    expect(large(301).conversation).toMatchObject({ receiptModel: 'none', horizonsComplete: true, horizons: [] })
    expect(large(301).viewer.unread?.precision).toBe('stale')
  })
})

describe('a message', () => {
  it('becomes the common model whole', () => {
    const ref = { kind: 'message', conversation: PAIR, native: '50' } as const
    const { sender, ...message } = inPair({})
    expect(sender).toMatchObject({ displayName: 'Alice', isOnline: true })
    expect(message).toEqual({
      ref,
      externalId: '50',
      side: 'peer',
      audience: 'public',
      kind: 'text',
      sortKey: '00000000000000000050',
      text: 'hello',
      html: null,
      attachments: [],
      location: null,
      recipients: [],
      replyTo: null,
      createdAt: at(1_700_000_500),
      updatedAt: at(1_700_000_500),
      editedAt: null,
      isDraft: false,
      deleted: null,
      delivery: {
        state: 'read',
        providerStatus: null,
        sentAt: at(1_700_000_500),
        deliveredAt: at(1_700_000_501),
        readAt: at(1_700_000_600),
        failedAt: null,
        failure: null,
      },
      receipts: [
        { message: ref, holder: uid('bob'), kind: 'delivered', at: at(1_700_000_501) },
        { message: ref, holder: uid('bob'), kind: 'read', at: at(1_700_000_600) },
      ],
      clientMessageId: 'first',
      details: {
        shape: 'cometchat-message',
        category: 'message',
        type: 'text',
        muid: 'cg-first',
        parentMessageId: null,
        receiver: 'bob',
        receiverType: 'user',
        action: null,
        metadata: { order: 7 },
        customData: null,
      },
    })
  })

  it.each([
    ['message', 'text', {}, 'text'],
    ['message', 'image', {}, 'media'],
    ['message', 'file', { text: 'a caption' }, 'media'],
    ['custom', 'poll', { customData: { question: '?' } }, 'other'],
    ['custom', 'poll', { text: 'Which?' }, 'text'],
    ['custom', 'scan', { attachments: [{ url: 'https://files.example/a.pdf' }] }, 'media'],
    ['action', 'groupMember', { action: 'joined' }, 'activity'],
    ['call', 'audio', { action: 'ongoing' }, 'call'],
    ['interactive', 'form', {}, 'interactive'],
    ['never-heard-of', 'x', {}, 'other'],
  ])('of category %s and type %s is, with data %j, of the kind %s', (category, type, data, kind) => {
    expect(inPair({ category, type, data }).kind).toBe(kind)
  })

  it('has the files of its list, whose sizes come as text and as numbers', () => {
    const first = { url: 'https://files.example/a.png', name: 'a.png', mimeType: 'image/png', size: '12' }
    const second = { url: 'https://files.example/b.png', size: 34 }
    const { attachments } = inPair({ data: { url: first.url, attachments: [first, second] } })
    expect(attachments).toMatchObject([
      { key: '0', fileName: 'a.png', mimeType: 'image/png', sizeBytes: 12, opensFor: 'anyone', urlExpiresAt: null },
      { key: '1', fileName: null, mimeType: null, sizeBytes: 34 },
    ])
  })

  it('has the file of data.url where there is no list', () => {
    expect(inPair({ data: { url: 'https://files.example/a.png' } }).attachments).toMatchObject([{ key: '0' }])
  })

  it('answers the message that it quotes, and not the thread that it belongs to', () => {
    expect(inPair({ quotedMessage: { id: '40' } }).replyTo).toEqual({
      kind: 'message',
      conversation: PAIR,
      native: '40',
    })
    expect(inPair({ parentId: '40' })).toMatchObject({ replyTo: null, details: { parentMessageId: '40' } })
  })

  it('says when it was edited and deleted', () => {
    expect(inPair({ editedAt: 1_700_000_700 }).editedAt).toEqual(at(1_700_000_700))
    expect(inPair({ deletedAt: 1_700_000_800, data: {} }).deleted).toEqual({ at: at(1_700_000_800) })
  })

  it('has a key of ours only under our prefix', () => {
    fc.assert(fc.property(fc.string(), (id) => readClientMessageId(toMuid(id)) === id))
    expect(inPair({ muid: '_abc' })).toMatchObject({ clientMessageId: null, details: { muid: '_abc' } })
  })

  it('orders by the number of its id', () => {
    expect(['9', '10', '100'].map(messageSortKey)).toEqual(['9', '10', '100'].map(messageSortKey).toSorted())
    expect(() => messageSortKey('x')).toThrow('not a whole number')
  })

  it('of the system is nobody’s to deliver', () => {
    const { side, sender, delivery, receipts } = inPair({ sender: 'app_system', data: { text: 'Welcome' } })
    expect({ side, delivery, receipts, kind: sender?.kind }).toEqual({
      side: 'system',
      delivery: null,
      receipts: [],
      kind: 'system',
    })
  })

  it('about a deleted message names it', () => {
    const on = { entityType: 'message', entity: { id: '51', deletedAt: 1_700_000_800, deletedBy: 'alice' } }
    const message = inPair({
      category: 'action',
      type: 'message',
      data: { action: 'deleted', entities: { by: user(ALICE), on } },
    })
    expect(message).toMatchObject({
      side: 'system',
      sender: { displayName: 'Alice' },
      details: { action: { name: 'deleted', by: { uid: 'alice' }, onMessage: { native: '51' }, onUser: null } },
    })
  })
})

describe('receipts in a group', () => {
  it('name each member where the message was read alone, and everyone where all have it', () => {
    const { receipts } = inGroup({
      readAt: undefined,
      receipts: { data: [{ recipient: { uid: 'bob' }, deliveredAt: 1_700_000_501, readAt: 1_700_000_600 }] },
    })
    expect(receipts?.map(({ holder, kind }) => [holder, kind])).toEqual([
      [uid('bob'), 'delivered'],
      [uid('bob'), 'read'],
      ['everyone', 'delivered'],
    ])
  })

  it('tell of the viewer what is said for him', () => {
    const { receipts } = inGroup({
      sender: 'bob',
      deliveredAt: undefined,
      readAt: undefined,
      myReceipt: { deliveredAt: 5, readAt: 6 },
      receipts: { data: [[]] },
    })
    expect(receipts?.map(({ holder, kind, at: when }) => [holder, kind, when])).toEqual([
      [uid('alice'), 'delivered', at(5)],
      [uid('alice'), 'read', at(6)],
    ])
  })

  it('are not said in a list, and that all have a message is no position of everyone', () => {
    const { conversation } = read({ ...OF_MANY, lastMessage: { ...TEXT, receiverType: 'group', receiver: 'g1' } })
    expect(conversation.lastMessage?.full?.receipts).toBeUndefined()
    expect(conversation.horizons).toEqual([])
  })
})

describe('the name of a conversation', () => {
  const anyUid = fc.string({ minLength: 1, maxLength: 40 })

  it('can be read back by either of the two, whatever their uids are', () => {
    fc.assert(
      fc.property(anyUid, anyUid, (a, b) => {
        const place = placeOf(directRef('cc', a, b))
        expect(directRef('cc', b, a)).toEqual(directRef('cc', a, b))
        expect(place.kind === 'direct' && peerOf(place.uids, a)).toBe(b)
        expect(place.kind === 'direct' && peerOf(place.uids, b)).toBe(a)
      }),
    )
  })

  it('of a group is never one of two', () => {
    fc.assert(
      fc.property(anyUid, (guid) => {
        expect(placeOf(groupRef('cc', guid))).toEqual({ kind: 'group', guid })
      }),
    )
  })

  it('is not parsed from CometChat’s own: a uid may contain its separator', () => {
    const native = directRef('cc', 'a_user_b', 'c').native
    expect(native).not.toBe(directRef('cc', 'a', 'b_user_c').native)
  })

  it.each(['', 'u', 'g', 'x1:a', 'u5:alice', 'u5:alice3:bob1:c', 'u9:alice3:bob'])('is not %j', (native) => {
    expect(() => placeOf({ kind: 'conversation', account: 'cc', native })).toThrow('there is no')
  })

  it('leads nobody else in', () => {
    expect(() => peerOf(['alice', 'bob'], 'mallory')).toThrow('there is no')
  })
})

describe('an answer', () => {
  it.each([[{ data: { uid: 'bob' } }], [{ data: [{ uid: 'bob' }] }]])('of one object is read from %j', (body) => {
    expect(readOne(body, 'it').text('uid')).toBe('bob')
  })

  it.each([[{}], [{ data: [] }], [{ data: 'x' }], ['x'], [null]])('of one object is not %j', (body) => {
    expect(() => readOne(body, 'it')).toThrow(/expected|no data/)
  })

  it('without data is no empty list', () => {
    expect(() => readMany({ meta: {} }, 'it')).toThrow('no data')
  })
})

describe('a refusal', () => {
  const refused = (status: number, body: unknown) => toProviderError({ status, headers: {}, body }, 'GET /x')

  it.each([
    [404, 'ERR_UID_NOT_FOUND', 'NOT_FOUND'],
    [403, 'ERR_CONVERSATION_NOT_ACCESSIBLE', 'NOT_FOUND'],
    [404, 'ERR_MSG_NOT_FOUND', 'NOT_FOUND'],
    [400, 'AUTH_ERR_APIKEY_NOT_FOUND', 'UNAUTHENTICATED'],
    [400, 'ERR_NOT_A_MEMBER', 'FORBIDDEN'],
    [402, 'ERR_PLAN_RESTRICTION', 'FORBIDDEN'],
    [400, 'ERR_EXCEPTION', 'UNAVAILABLE'],
    [404, 'ERR_API_NOT_FOUND', 'MALFORMED'],
    [400, 'ERR_NEVER_HEARD_OF', 'INVALID'],
  ])('with status %i and %s means %s', (status, code, expected) => {
    const error = refused(status, { error: { code, message: 'secret words' } })
    expect(error).toMatchObject({ code: expected, facts: { providerCode: code, providerStatus: status } })
    expect(error.message).not.toContain('secret')
  })

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [422, 'INVALID'],
    [500, 'UNAVAILABLE'],
  ])('without a code means by its status %i %s, whatever its body', (status, expected) => {
    for (const body of [null, 'nope', {}, { error: 'x' }, { error: { code: 7 } }]) {
      expect(refused(status, body).code).toBe(expected)
    }
  })

  it('names the fields that were wrong', () => {
    const error = refused(400, { error: { code: 'ERR_BAD_REQUEST', details: { perPage: ['too', 'large'], x: 'bad' } } })
    expect(error.facts.issues).toEqual([
      { path: ['perPage'], detail: 'too large' },
      { path: ['x'], detail: 'bad' },
    ])
  })

  it('is told from an answer by its missing data, not by its status', () => {
    expect(isRefusal({ error: { code: 'ERR_UID_NOT_FOUND' } })).toBe(true)
    expect(isRefusal({ data: [], error: {} })).toBe(false)
    expect(isRefusal('x')).toBe(false)
  })

  it.each([
    [{ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1700000000' }],
    [{ 'x-rate-limit': '500', 'x-rate-limit-remaining': '3', 'x-rate-limit-reset': '1700000000' }],
  ])('comes with a quota in either spelling: %j', (headers) => {
    expect(readRateLimit(headers)).toEqual({ limit: 500, remaining: 3, resetsAt: at(1_700_000_000) })
    expect(readRateLimit({})).toBeNull()
  })
})

describe('the settings', () => {
  const given = { appId: '1234', region: 'eu', apiKey: 'k' }

  it('make the base URL where none is given', () => {
    expect(baseUrlOf(cometChatSettings.parse(given))).toBe('https://1234.api-eu.cometchat.io/v3')
    const baseUrl = 'http://127.0.0.1:4001/v3'
    expect(baseUrlOf(cometChatSettings.parse({ ...given, baseUrl }))).toBe(baseUrl)
  })

  it('take a uid in any case, as CometChat does', () => {
    expect(cometChatSettings.parse({ ...given, actAs: 'Nora' }).actAs).toBe('nora')
  })

  it.each([[{ region: 'mars' }], [{ apiKey: '' }], [{ appID: '1' }], [{ paidFilters: 'yes' }]])(
    'refuse %j',
    (wrong) => {
      expect(cometChatSettings.safeParse({ ...given, ...wrong }).success).toBe(false)
    },
  )
})

const DOCUMENT = new URL('../../../shared/providers/data/cometchat/chat-apis-2023.json', import.meta.url)

describe.skipIf(!existsSync(DOCUMENT))('the published examples (skipped where the vendor document is absent)', () => {
  const example = (path: string): unknown => {
    const { paths } = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
    const content = paths[path].get.responses['200'].content['application/json']
    return content.example ?? Object.values<{ value: unknown }>(content.examples)[0]?.value
  }
  const self = toPersonByUid('cc', 'superhero2')

  it('of a group conversation, an array of one, are read whole', () => {
    const wire = readOne(example('/groups/{guid}/conversation'), 'it')
    const { conversation, viewer } = toConversation(wire, { account: 'cc', self, tagsAsked: false })
    expect(conversation).toMatchObject({
      ref: groupRef('cc', 'project-group'),
      externalId: 'group_project-group',
      title: 'Project Group1',
      avatarUrl: 'http://placehold.it/120x120&text=image1',
      participantCount: 4,
      createdAt: at(1630071782),
      updatedAt: at(1630481413),
      lastActivityAt: at(1630305562),
      details: {
        group: {
          guid: 'project-group',
          description: 'project related discussions between members',
          updatedAt: at(1630308875),
          updatedBy: 'superhero4',
        },
      },
      lastMessage: {
        kind: 'activity',
        side: 'system',
        delivery: null,
        sender: { externalId: 'superhero4', displayName: 'Wolverine' },
        full: {
          details: {
            category: 'action',
            type: 'groupMember',
            action: {
              name: 'unbanned',
              by: { uid: 'superhero4' },
              onUser: { uid: 'superhero3', link: 'https://data-us.cometchat.io/assets', updatedAt: at(1629964825) },
              onMessage: null,
              forUser: null,
              forGroup: { guid: 'project-group', membersCount: 4, owner: 'superhero4' },
            },
          },
        },
      },
    })
    expect(viewer).toEqual({
      unread: { count: 0, precision: 'exact', scope: 'viewer' },
      readHorizon: null,
      labels: undefined,
    })
  })

  it('of lists of conversations, messages and members are all read', () => {
    const reader = { account: 'cc', self, tagsAsked: true }
    const scene = { conversation: directRef('cc', 'superhero3', 'superhero5'), isGroup: false, viewerUid: 'superhero3' }
    expect(readMany(example('/conversations'), 'it').map((wire) => toConversation(wire, reader))).toHaveLength(1)
    for (const path of ['/messages', '/users/{uid}/messages', '/groups/{guid}/messages', '/messages/{id}/thread']) {
      expect(readMany(example(path), 'it').map((wire) => toMessage(wire, scene))).not.toHaveLength(0)
    }
  })

  it('of a call give away nothing of its socket', () => {
    const scene = { conversation: PAIR, isGroup: false, viewerUid: 'alice' }
    const messages = readMany(example('/users/{uid}/messages'), 'it').map((wire) => toMessage(wire, scene))
    expect(messages[0]).toMatchObject({ kind: 'call', details: { action: { name: 'initiated', forUser: {} } } })
    expect(JSON.stringify(messages)).not.toMatch(/wsChannel|secret|identity/)
  })
})

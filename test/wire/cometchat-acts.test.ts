import { describe, expect, it, onTestFinished } from 'vitest'
import { capabilitiesOf } from '../../providers/cometchat/capabilities.ts'
import { cometChatSettings } from '../../providers/cometchat/config.ts'
import { directRef, groupRef, messageRef } from '../../providers/cometchat/refs.ts'
import { toConversation } from '../../providers/cometchat/to-conversation.ts'
import { toPersonByUid } from '../../providers/cometchat/to-person.ts'
import { Wire } from '../../providers/kit/wire.ts'
import { type Actor, CAPABILITIES, type Conversation, type Draft, type Mark } from '../../providers/port/index.ts'
import { callBy, callOf } from '../support/cometchat-app.ts'
import { type Script, startScriptedCometChat } from '../support/scripted-cometchat.ts'

const PAIR = directRef('shop', 'alice', 'bob')
const GROUP = groupRef('shop', 'g1')
const at = (seconds: number) => new Date(seconds * 1000)
const person = (native: string) => ({ kind: 'person', account: 'shop', native }) as const

const user = (uid: string) => ({ entityType: 'user', entity: { uid, name: uid.toUpperCase(), createdAt: 1 } })
const TEXT = {
  id: '51',
  muid: 'cg-key-1',
  conversationId: 'alice_user_bob',
  sender: 'alice',
  receiverType: 'user',
  receiver: 'bob',
  category: 'message',
  type: 'text',
  data: { text: 'hello', entities: { sender: user('alice'), receiver: user('bob') } },
  sentAt: 1_700_000_500,
  updatedAt: 1_700_000_500,
}
const CONVERSATION = {
  conversationId: 'alice_user_bob',
  conversationType: 'user',
  unreadMessageCount: '0',
  lastReadMessageId: '50',
  createdAt: 1_700_000_000,
  updatedAt: 1_700_000_500,
  conversationWith: { uid: 'bob', name: 'Bob' },
}
const IN_GROUP = {
  ...CONVERSATION,
  conversationId: 'group_g1',
  conversationType: 'group',
  conversationWith: { guid: 'g1', name: 'Readers', membersCount: 4, hasJoined: true },
}
const ACK = [{ body: { data: { success: true, message: 'done' } } }]
const draft = (over: Partial<Draft> = {}): Draft => ({
  text: 'hello',
  attachments: [],
  replyTo: null,
  audience: 'public',
  ...over,
})

/** What tells of an edit or a deletion. */
function note(action: string, id: string, inside: object) {
  return {
    ...TEXT,
    id,
    category: 'action',
    type: 'message',
    data: { action, entities: { by: user('alice'), on: { entityType: 'message', entity: inside }, for: user('bob') } },
    sentAt: 1_700_000_700,
  }
}

async function start(script: Script, settings: object = {}) {
  const vendor = await startScriptedCometChat(script, settings)
  onTestFinished(() => vendor.close())
  return { ...vendor, acts: vendor.provider.acts }
}

const AS_ALICE = { apikey: 'the-key', onbehalfof: 'alice' }
const JSON_AS_ALICE = { ...AS_ALICE, 'content-type': 'application/json' }
const alice = () => callOf('alice')

describe('sending to CometChat', () => {
  const SENT = { 'POST /messages': [{ body: { data: TEXT } }] }

  it('posts the text as the acting user, with the key as muid, and answers the message', async () => {
    const { acts, take } = await start(SENT)
    const done = await acts.send(PAIR, { draft: draft(), clientMessageId: 'key-1' }, alice())
    expect(take()).toEqual([
      {
        line: 'POST /v3/messages',
        headers: JSON_AS_ALICE,
        body: {
          receiver: 'bob',
          receiverType: 'user',
          category: 'message',
          type: 'text',
          muid: 'cg-key-1',
          data: { text: 'hello' },
        },
      },
    ])
    expect(done.value).toMatchObject({ ref: messageRef(PAIR, '51'), text: 'hello', clientMessageId: 'key-1' })
    expect(done.events).toEqual([
      {
        type: 'message-saved',
        conversation: PAIR,
        occurredAt: at(1_700_000_500),
        audience: 'public',
        message: done.value,
        isNew: true,
      },
    ])
  })

  it('addresses a group by its guid', async () => {
    const { acts, take } = await start({
      'POST /messages': [{ body: { data: { ...TEXT, receiverType: 'group', receiver: 'g1' } } }],
    })
    const { value } = await acts.send(GROUP, { draft: draft(), clientMessageId: 'key-1' }, alice())
    expect(take()[0]?.body).toMatchObject({ receiver: 'g1', receiverType: 'group' })
    expect(value.ref).toEqual(messageRef(GROUP, '51'))
  })

  it.each([
    [['https://files.example/a/Plan%20B.png?size=2'], 'image'],
    [['https://files.example/film.mp4'], 'video'],
    [['https://files.example/a.png', 'https://files.example/b.jpg'], 'image'],
    [['https://files.example/a.png', 'https://files.example/b.pdf'], 'file'],
    [['https://files.example/'], 'file'],
  ])('hands attachments on by URL: %j as %s', async (urls, type) => {
    const { acts, take } = await start(SENT)
    const attachments = urls.map((url) => ({ kind: 'url', url }) as const)
    await acts.send(PAIR, { draft: draft({ text: null, attachments }), clientMessageId: 'k' }, alice())
    const body = take()[0]?.body as { type: string; data: { attachments: readonly { url: string }[] } }
    expect([body.type, body.data.attachments.map(({ url }) => url)]).toEqual([type, urls])
    expect('text' in body.data).toBe(false)
  })

  it('says of an attachment what its name says, and puts the text under it', async () => {
    const { acts, take } = await start(SENT)
    const attachments = [{ kind: 'url', url: 'https://files.example/a/Plan%20B.PNG?size=2' } as const]
    await acts.send(PAIR, { draft: draft({ attachments }), clientMessageId: 'k' }, alice())
    expect(take()[0]?.body).toMatchObject({
      data: {
        text: 'hello',
        attachments: [
          {
            url: 'https://files.example/a/Plan%20B.PNG?size=2',
            name: 'Plan B.PNG',
            extension: 'png',
            mimeType: 'image/png',
          },
        ],
      },
    })
  })

  it.each([
    ['PRIVATE_NOTES', { audience: 'internal' }],
    ['REPLY_TO', { replyTo: messageRef(PAIR, '50') }],
    [
      'SEND_ATTACHMENT',
      { attachments: [{ kind: 'file', fileName: 'a', mimeType: 'a/b', sizeBytes: 0, open: async function* () {} }] },
    ],
  ] as const)('refuses what the REST API cannot send before it asks: %s', async (capability, over) => {
    const { acts, take, provider } = await start(SENT)
    const call = alice()
    const refused = acts.send(PAIR, { draft: draft(over), clientMessageId: 'k' }, call)
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
    expect(provider.capabilities(call.actor, null)[capability].level).not.toBe('native')
    expect(take()).toEqual([])
  })

  it('refuses to speak without anybody to speak as', async () => {
    const { acts, take } = await start(SENT)
    const sending = { draft: draft(), clientMessageId: 'k' }
    for (const call of [callBy({ kind: 'service' }), callOf(null)])
      await expect(acts.send(PAIR, sending, call)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        facts: { capability: 'SEND_TEXT' },
      })
    expect(take()).toEqual([])
  })

  it('refuses a message that is too long as JSON, though its text is not', async () => {
    const { acts, take } = await start(SENT)
    const refused = acts.send(PAIR, { draft: draft({ text: '"'.repeat(40_000) }), clientMessageId: 'k' }, alice())
    await expect(refused).rejects.toMatchObject({ code: 'INVALID', facts: { issues: [{ path: ['text'] }] } })
    expect(take()).toEqual([])
  })

  it.each([
    ['a connection that breaks', 'hang up'],
    ['a server that fails', { status: 500, body: { error: { code: 'ERR_EXCEPTION' } } }],
    ['a failure under status 200', { body: { error: { code: 'ERR_OPERATION_FAILED' } } }],
    ['an answer without a message', { body: { data: { id: '51' } } }],
    ['an answer without data', { body: {} }],
  ] as const)('leaves open what became of it after %s, and does not send twice', async (_, answer) => {
    const { acts, take } = await start({ 'POST /messages': [answer] })
    const sent = acts.send(PAIR, { draft: draft(), clientMessageId: 'k' }, alice())
    await expect(sent).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(take()).toHaveLength(1)
  })

  it.each([
    [{ status: 403, body: { error: { code: 'ERR_BLOCKED_RECEIVER' } } }, 'FORBIDDEN'],
    [{ status: 400, body: { error: { code: 'ERR_EMPTY_MESSAGE_TEXT' } } }, 'INVALID'],
    [{ status: 404, body: { error: { code: 'ERR_UID_NOT_FOUND' } } }, 'NOT_FOUND'],
    [{ status: 429, body: { error: { code: 'ERR_TOO_MANY_REQUESTS' } } }, 'RATE_LIMITED'],
  ])('tells why it was refused: %j', async (answer, code) => {
    const { acts } = await start({ 'POST /messages': [answer] })
    const sent = acts.send(PAIR, { draft: draft(), clientMessageId: 'k' }, alice())
    await expect(sent).rejects.toMatchObject({ code })
  })

  it("keeps one user's limit from stopping another", async () => {
    const tooMany = { status: 429, body: { error: { code: 'ERR_TOO_MANY_REQUESTS' } } }
    const { acts } = await start({ 'POST /messages': [tooMany, { body: { data: TEXT } }] })
    const sending = { draft: draft(), clientMessageId: 'k' }
    await expect(acts.send(PAIR, sending, alice())).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await expect(acts.send(PAIR, sending, alice())).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect((await acts.send(PAIR, sending, callOf('bob'))).value.externalId).toBe('51')
  })
})

describe('beginning a conversation at CometChat', () => {
  const script = (createdAt: number) => ({
    'POST /messages': [{ body: { data: TEXT } }],
    'GET /users/bob/conversation': [{ body: { data: { ...CONVERSATION, createdAt } } }],
    'GET /users/alice': [{ body: { data: user('alice').entity } }],
  })
  const beginning = {
    people: [{ kind: 'external', externalId: 'Bob' }],
    channel: null,
    title: null,
    firstMessage: draft(),
    clientMessageId: 'key-1',
  } as const

  it('sends the first message and reads what came of it', async () => {
    const { acts, take } = await start(script(1_700_000_500))
    const { value, events } = await acts.start(beginning, alice())
    expect(take().map(({ line }) => line)).toEqual([
      'POST /v3/messages',
      'GET /v3/users/bob/conversation',
      'GET /v3/users/alice',
    ])
    expect([value.conversation.conversation.ref, value.message?.externalId, value.existing]).toEqual([
      PAIR,
      '51',
      false,
    ])
    expect(events).toMatchObject([
      { type: 'conversation-created', conversation: PAIR, occurredAt: at(1_700_000_500), facts: {} },
      { type: 'message-saved', isNew: true },
    ])
  })

  it('says that a conversation older than the message was there', async () => {
    const { acts } = await start(script(1_700_000_000))
    const { value, events } = await acts.start(beginning, alice())
    expect([value.existing, events.map(({ type }) => type)]).toEqual([true, ['message-saved']])
  })

  it('leaves open what became of it where the conversation cannot be read afterwards', async () => {
    const { acts } = await start({ 'POST /messages': [{ body: { data: TEXT } }] })
    await expect(acts.start(beginning, alice())).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  })

  it.each([
    [{ firstMessage: null }, ['firstMessage']],
    [{ people: [] }, ['people']],
    [{ people: [person('alice')] }, ['people', '0']],
    [{ channel: 'another' }, ['channel']],
    [{ title: 'Us' }, ['title']],
  ])('needs somebody else, a first message, the only channel and no title: %j', async (over, path) => {
    const { acts, take } = await start({})
    const refused = acts.start({ ...beginning, ...over }, alice())
    await expect(refused).rejects.toMatchObject({ code: 'INVALID', facts: { issues: [{ path }] } })
    expect(take()).toEqual([])
  })

  it.each([
    [[person('bob'), person('carol')]],
    [[{ kind: 'email', email: 'bob@example.com' }]],
    [[{ kind: 'phone', phone: '+31' }]],
  ] as const)('refuses groups and people it cannot know: %j', async (people) => {
    const { acts, take } = await start({})
    const refused = acts.start({ ...beginning, people }, alice())
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'START_CONVERSATION' } })
    expect(take()).toEqual([])
  })

  it('looks for an attempt among the newest messages, as far back as it may be, and sends nothing', async () => {
    const page = (from: number) =>
      Array.from({ length: 100 }, (_, index) => ({ ...TEXT, id: String(from + index), muid: `other-${index}` }))
    const { acts, take } = await start({
      ...script(1_700_000_500),
      'GET /users/bob/messages': [{ body: { data: page(201) } }, { body: { data: [...page(102), TEXT] } }],
    })
    const found = await acts.findStarted(beginning, at(1_700_000_400), alice())
    expect([found?.message?.externalId, found?.existing]).toEqual(['51', false])
    const lines = take().map(({ line }) => line)
    expect(lines.slice(0, 2)).toEqual([
      'GET /v3/users/bob/messages?affix=prepend&limit=100&perPage=100',
      'GET /v3/users/bob/messages?affix=prepend&id=201&limit=100&perPage=100',
    ])
    expect(lines.filter((line) => !line.startsWith('GET'))).toEqual([])
  })

  it('finds nothing among messages that are all older than the attempt', async () => {
    const old = Array.from({ length: 100 }, (_, index) => ({ ...TEXT, id: String(index + 1), muid: 'other' }))
    const { acts, take } = await start({ 'GET /users/bob/messages': [{ body: { data: old } }] })
    expect(await acts.findStarted(beginning, at(1_700_100_000), alice())).toBeNull()
    expect(take()).toHaveLength(1)
  })
})

describe('changing a message at CometChat', () => {
  const EDITED = { ...TEXT, data: { ...TEXT.data, text: 'new' }, editedAt: 1_700_000_700, editedBy: 'alice' }
  const DELETED = { ...TEXT, data: {}, deletedAt: 1_700_000_800, deletedBy: 'alice' }

  it('puts the text and answers the message inside the action', async () => {
    const { acts, take } = await start({ 'PUT /messages/51': [{ body: { data: note('edited', '52', EDITED) } }] })
    const { value, events } = await acts.editMessage(messageRef(PAIR, '51'), 'new', alice())
    expect(take()).toEqual([{ line: 'PUT /v3/messages/51', headers: JSON_AS_ALICE, body: { data: { text: 'new' } } }])
    expect(value).toMatchObject({ ref: messageRef(PAIR, '51'), text: 'new', editedAt: at(1_700_000_700) })
    expect(events).toMatchObject([{ type: 'message-saved', isNew: false, occurredAt: at(1_700_000_700) }])
  })

  it.each([
    [false, null, AS_ALICE],
    [true, { permanent: true }, JSON_AS_ALICE],
  ])('deletes for good only when asked to (%j)', async (permanently, body, headers) => {
    const { acts, take } = await start({ 'DELETE /messages/51': [{ body: { data: note('deleted', '53', DELETED) } }] })
    const { value, events } = await acts.deleteMessage(messageRef(PAIR, '51'), permanently, alice())
    expect(take()).toEqual([{ line: 'DELETE /v3/messages/51', headers, body }])
    expect(value?.deleted ?? null).toEqual(permanently ? null : { at: at(1_700_000_800) })
    expect(events).toEqual([
      {
        type: 'message-deleted',
        conversation: PAIR,
        occurredAt: at(1_700_000_800),
        audience: 'public',
        message: messageRef(PAIR, '51'),
        isNew: true,
      },
    ])
  })

  it('answers no tombstone where CometChat only names the message', async () => {
    const short = { id: '51', conversationId: 'alice_user_bob', deletedAt: 1_700_000_800 }
    const { acts } = await start({ 'DELETE /messages/51': [{ body: { data: note('deleted', '53', short) } }] })
    const { value, events } = await acts.deleteMessage(messageRef(PAIR, '51'), false, alice())
    expect([value, events.length]).toEqual([null, 1])
  })

  it('tells that it is not the own message, and asks nothing for what cannot be one', async () => {
    const refusal = { status: 403, body: { error: { code: 'ERR_MESSAGE_NOT_A_SENDER' } } }
    const { acts, take } = await start({ 'PUT /messages/51': [refusal], 'DELETE /messages/51': [refusal] })
    const message = messageRef(PAIR, '51')
    await expect(acts.editMessage(message, 'x', alice())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(acts.deleteMessage(message, false, alice())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    take()
    await expect(acts.editMessage(messageRef(PAIR, '../1'), 'x', alice())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(acts.editMessage(message, 'x', callOf('carol'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(take()).toEqual([])
  })
})

describe('marking at CometChat', () => {
  const message = (id: string) => ({ kind: 'message', message: messageRef(PAIR, id) }) as const
  const marking = (over: Partial<Mark>): Mark => ({
    conversation: PAIR,
    kind: 'read',
    position: { kind: 'latest' },
    visibility: null,
    ...over,
  })
  const key = (id: number) => String(id).padStart(20, '0')
  const SEEN = { 'GET /users/bob/conversation': [{ body: { data: CONVERSATION } }] }
  const PAGE = [
    { ...TEXT, id: '49', sender: 'bob', receiver: 'alice' },
    { ...TEXT, id: '50', sender: 'bob', receiver: 'alice' },
    TEXT,
  ]

  it.each([
    ['users/bob', PAIR, CONVERSATION],
    ['groups/g1', GROUP, IN_GROUP],
  ])(
    'everything as read, by the newest message that the conversation names: %s',
    async (path, conversation, answer) => {
      const lastMessage = { ...TEXT, id: '52', sender: 'bob', receiver: 'alice' }
      const { acts, take } = await start({
        [`POST /${path}/conversation/read`]: ACK,
        [`GET /${path}/conversation`]: [{ body: { data: { ...answer, lastMessage } } }],
      })
      const { value, events } = await acts.mark(marking({ conversation, visibility: 'public' }), alice())
      expect(take()).toEqual([
        { line: `GET /v3/${path}/conversation`, headers: AS_ALICE, body: null },
        { line: `POST /v3/${path}/conversation/read`, headers: JSON_AS_ALICE, body: { messageId: 52 } },
      ])
      expect(value).toMatchObject({
        horizon: {
          holder: person('alice'),
          kind: 'read',
          sortKey: key(52),
          upToMessage: messageRef(conversation, '52'),
        },
        applied: true,
      })
      expect(events).toMatchObject([{ type: 'horizon-moved', conversation, movedBack: false, horizon: value.horizon }])
    },
  )

  it.each([
    ['read', true],
    ['delivered', null],
  ] as const)('up to a message as %s', async (kind, applied) => {
    const { acts, take } = await start({ [`POST /users/bob/conversation/${kind}`]: ACK, ...SEEN })
    const { value } = await acts.mark(marking({ kind, position: message('51') }), alice())
    expect(take().at(-1)).toEqual({
      line: `POST /v3/users/bob/conversation/${kind}`,
      headers: JSON_AS_ALICE,
      body: { messageId: 51 },
    })
    expect(value).toMatchObject({ horizon: { kind, sortKey: key(51) }, applied })
  })

  it.each(['20', '50'])('says that nothing moved where the user had got as far already: %s', async (id) => {
    const { acts, take } = await start({ 'POST /users/bob/conversation/read': ACK, ...SEEN })
    const { value } = await acts.mark(marking({ position: message(id) }), alice())
    expect(value).toMatchObject({ horizon: { sortKey: key(50) }, applied: false })
    expect(take()).toHaveLength(2)
  })

  it.each([
    ['0', null],
    ['3', true],
  ])('where CometChat does not tell how far the user had got, the %s unread messages do', async (count, applied) => {
    const { lastReadMessageId, ...silent } = CONVERSATION
    const { acts } = await start({
      'POST /users/bob/conversation/read': ACK,
      'GET /users/bob/conversation': [{ body: { data: { ...silent, unreadMessageCount: count } } }],
    })
    const { value } = await acts.mark(marking({ position: message('20') }), alice())
    expect(value).toMatchObject({ horizon: { sortKey: key(20) }, applied })
  })

  it.each([
    ['latest', { kind: 'latest' }],
    ['that message', message('51')],
  ] as const)('marks the newest of others where the newest of all is the own: %s', async (_, position) => {
    const { acts, take } = await start({
      'POST /users/bob/conversation/read': ACK,
      'GET /users/bob/conversation': [{ body: { data: { ...CONVERSATION, lastMessage: TEXT } } }],
      'GET /users/bob/messages': [{ body: { data: PAGE } }],
    })
    await acts.mark(marking({ position }), alice())
    expect(take().map(({ line, body }) => [line, body])).toEqual([
      ['GET /v3/users/bob/conversation', null],
      ['GET /v3/users/bob/messages?affix=prepend&limit=30&perPage=30', null],
      ['POST /v3/users/bob/conversation/read', { messageId: 50 }],
    ])
  })

  it('marks nothing where it cannot be read how far the user had got', async () => {
    const failing = { status: 500, body: { error: { code: 'ERR_EXCEPTION' } } }
    const { acts, take } = await start({ 'GET /users/bob/conversation': [failing] })
    await expect(acts.mark(marking({}), alice())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(take().filter(({ line }) => !line.startsWith('GET'))).toEqual([])
  })

  it('up to a time by the newest message of others until then, at the cost of one more call', async () => {
    const { acts, take } = await start({
      'GET /users/bob/messages': [{ body: { data: PAGE } }],
      'POST /users/bob/conversation/read': ACK,
      'POST /users/bob/conversation/delivered': ACK,
      ...SEEN,
    })
    const position = { kind: 'time', at: new Date(1_700_000_500_900) } as const
    await acts.mark(marking({ position }), alice())
    await acts.mark(marking({ kind: 'delivered', position }), alice())
    await acts.mark(marking({ kind: 'delivered' }), alice())
    expect(take().map(({ line, body }) => [line, body])).toEqual([
      ['GET /v3/users/bob/conversation', null],
      ['GET /v3/users/bob/messages?affix=prepend&sentAt=1700000501&limit=30&perPage=30', null],
      ['POST /v3/users/bob/conversation/read', { messageId: 50 }],
      ['GET /v3/users/bob/messages?affix=prepend&sentAt=1700000501&limit=30&perPage=30', null],
      ['POST /v3/users/bob/conversation/delivered', { messageId: 50 }],
      ['GET /v3/users/bob/messages?affix=prepend&limit=30&perPage=30', null],
      ['POST /v3/users/bob/conversation/delivered', { messageId: 50 }],
    ])
  })

  it('marks nothing where nothing was said until then', async () => {
    const { acts, take } = await start({ 'GET /users/bob/messages': [{ body: { data: [] } }], ...SEEN })
    const { value, events } = await acts.mark(marking({ position: { kind: 'time', at: at(1) } }), alice())
    expect(value).toMatchObject({ horizon: { sortKey: key(50) }, applied: false })
    expect(events).toEqual([])
    expect(take().filter(({ line }) => !line.startsWith('GET'))).toEqual([])
  })

  it.each([
    ['users/bob', PAIR, CONVERSATION],
    ['groups/g1', GROUP, IN_GROUP],
  ])(
    'as unread from a message on, in the body of a DELETE, and reads where that leaves the user: %s',
    async (path, conversation, answer) => {
      const { acts, take } = await start({
        [`DELETE /${path}/conversation/read`]: ACK,
        [`GET /${path}/conversation`]: [{ body: { data: { ...answer, lastReadMessageId: '48' } } }],
      })
      const position = { kind: 'message', message: messageRef(conversation, '50') } as const
      const { value, events } = await acts.mark(marking({ kind: 'unread', conversation, position }), alice())
      expect(take()[0]).toEqual({
        line: `DELETE /v3/${path}/conversation/read`,
        headers: JSON_AS_ALICE,
        body: { messageId: 50 },
      })
      expect(value).toMatchObject({ horizon: { kind: 'read', sortKey: key(48) } })
      expect(events).toMatchObject([{ type: 'horizon-moved', movedBack: true, horizon: { sortKey: key(48) } }])
    },
  )

  it('takes everything before the message for read where CometChat does not tell', async () => {
    const { lastReadMessageId, ...silent } = CONVERSATION
    const { acts } = await start({
      'DELETE /users/bob/conversation/read': ACK,
      'GET /users/bob/conversation': [{ body: { data: silent } }],
    })
    const { value } = await acts.mark(marking({ kind: 'unread', position: message('50') }), alice())
    expect(value.horizon).toMatchObject({ sortKey: key(49), upToMessage: null, upToTime: null })
  })

  it('as unread without a place: the newest message of others that stands', async () => {
    const page = [...PAGE, { ...TEXT, id: '52', sender: 'bob', receiver: 'alice', deletedAt: 1_700_000_600 }]
    const { acts, take } = await start({
      'GET /users/bob/messages': [{ body: { data: page } }],
      'DELETE /users/bob/conversation/read': ACK,
      ...SEEN,
    })
    await acts.mark(marking({ kind: 'unread' }), alice())
    expect(take()[1]?.body).toEqual({ messageId: 50 })
    await acts.mark(marking({ kind: 'unread', position: { kind: 'time', at: at(1_700_000_500) } }), alice())
    const [look, done] = take()
    expect(look?.line).toBe('GET /v3/users/bob/messages?affix=append&sentAt=1700000499&limit=30&perPage=30')
    expect(done?.body).toEqual({ messageId: 49 })
  })

  it('refuses to read in private, and a message of another conversation', async () => {
    const { acts, take } = await start({})
    await expect(acts.mark(marking({ visibility: 'private' }), alice())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'MARK_READ_PRIVATELY' },
    })
    const elsewhere = { kind: 'message', message: messageRef(GROUP, '50') } as const
    await expect(acts.mark(marking({ position: elsewhere }), alice())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(take()).toEqual([])
  })

  it('claims nothing in a group above 300 members, where CometChat agrees and does nothing', async () => {
    const large = { ...IN_GROUP, conversationWith: { ...IN_GROUP.conversationWith, membersCount: 301 } }
    const { acts } = await start({
      'POST /groups/g1/conversation/read': ACK,
      'POST /groups/g1/conversation/delivered': ACK,
      'DELETE /groups/g1/conversation/read': ACK,
      'GET /groups/g1/conversation': [{ body: { data: large } }],
    })
    const position = { kind: 'message', message: messageRef(GROUP, '50') } as const
    for (const kind of ['read', 'delivered', 'unread'] as const) {
      const done = await acts.mark(marking({ conversation: GROUP, kind, position }), alice())
      expect(done).toEqual({ value: { horizon: null, applied: null }, events: [] })
    }
  })
})

describe('changing a conversation at CometChat', () => {
  const LIST = {
    'GET /conversations': [{ body: { data: [{ ...CONVERSATION, tags: ['a', 'b'] }] } }],
    'GET /users/alice': [{ body: { data: user('alice').entity } }],
  }

  it.each([
    ['users/bob', PAIR],
    ['groups/g1', GROUP],
  ])('puts tags in the place of all tags: %s', async (path, conversation) => {
    const { acts, take } = await start({ [`PUT /${path}/conversation`]: [{ body: { data: CONVERSATION } }] })
    const done = await acts.updateConversation(conversation, { setLabels: ['vip', 'vip', 'new'] }, alice())
    expect(take()).toEqual([
      { line: `PUT /v3/${path}/conversation`, headers: JSON_AS_ALICE, body: { tags: ['vip', 'new'] } },
    ])
    expect(done).toEqual({ value: {}, events: [] })
  })

  it('adds and removes by what the list says there is', async () => {
    const { acts, take } = await start({ ...LIST, 'PUT /users/bob/conversation': [{ body: { data: CONVERSATION } }] })
    await acts.updateConversation(PAIR, { addLabels: ['c'], removeLabels: ['a'] }, alice())
    const lines = take()
    expect(lines.map(({ line }) => line)).toContain(
      'GET /v3/conversations?conversationType=user&perPage=1000&page=1&withTags=true',
    )
    expect(lines.at(-1)?.body).toEqual({ tags: ['b', 'c'] })
  })

  it('fails each part for itself: what CometChat has not, under the row that says so', async () => {
    const { acts, take, provider } = await start({ 'PUT /users/bob/conversation': [{ body: { data: CONVERSATION } }] })
    const call = alice()
    const { value } = await acts.updateConversation(
      PAIR,
      {
        setLabels: ['vip'],
        status: 'closed',
        snoozedUntil: null,
        assignee: null,
        team: '1',
        priority: null,
        customAttributes: {},
      },
      call,
    )
    const rows = Object.entries(value).map(([part, problem]) => [part, problem.code, problem.facts.capability])
    expect(rows).toEqual([
      ['status', 'UNSUPPORTED', 'STATUS'],
      ['snoozedUntil', 'UNSUPPORTED', 'SNOOZE'],
      ['assignee', 'UNSUPPORTED', 'ASSIGNEE'],
      ['team', 'UNSUPPORTED', 'TEAM'],
      ['priority', 'UNSUPPORTED', 'PRIORITY'],
      ['customAttributes', 'UNSUPPORTED', 'CUSTOM_ATTRIBUTES'],
    ])
    const capabilities = provider.capabilities(call.actor, null)
    for (const [, , capability] of rows)
      expect(capabilities[capability as keyof typeof capabilities].level).toBe('unsupported')
    expect(take()).toHaveLength(1)
  })

  it('tells of a refusal at every part that it concerns, and of too many labels before it asks', async () => {
    const gone = { status: 403, body: { error: { code: 'ERR_CONVERSATION_NOT_ACCESSIBLE' } } }
    const { acts, take } = await start({ ...LIST, 'PUT /users/bob/conversation': [gone] })
    const { value } = await acts.updateConversation(PAIR, { addLabels: ['c'], removeLabels: ['a'] }, alice())
    expect([value.addLabels?.code, value.removeLabels?.code]).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    take()
    const many = Array.from({ length: 26 }, (_, index) => `label-${index}`)
    for (const setLabels of [many, ['x'.repeat(101)]]) {
      const refused = (await acts.updateConversation(PAIR, { setLabels }, alice())).value.setLabels
      expect([refused?.code, refused?.facts.issues?.[0]?.path]).toEqual(['INVALID', ['setLabels']])
    }
    expect(take()).toEqual([])
  })

  it.each([
    ['users/bob', PAIR],
    ['groups/g1', GROUP],
  ])('deletes it for the user by what CometChat calls a reset: %s', async (path, conversation) => {
    const { acts, take } = await start({ [`DELETE /${path}/conversation`]: ACK })
    const done = await acts.deleteConversation(conversation, 'for-me', alice())
    expect(take()).toEqual([{ line: `DELETE /v3/${path}/conversation`, headers: AS_ALICE, body: null }])
    expect(done).toEqual({ value: null, events: [] })
  })

  it("deletes it for everyone under CometChat's own id, which is read and not made up", async () => {
    const { acts, take } = await start({
      'GET /users/bob/conversation': [{ body: { data: { ...CONVERSATION, conversationId: 'its-own_id' } } }],
      'DELETE /conversations/its-own_id': ACK,
    })
    const { events } = await acts.deleteConversation(PAIR, 'for-everyone', alice())
    expect(take().at(-1)).toEqual({ line: 'DELETE /v3/conversations/its-own_id', headers: AS_ALICE, body: null })
    expect(events).toMatchObject([{ type: 'conversation-removed', conversation: PAIR }])
  })
})

describe('changing who is in a group at CometChat', () => {
  const MEMBERS = {
    'GET /groups/g1/members': [
      { body: { data: ['alice', 'bob'].map((uid) => ({ ...user(uid).entity, scope: 'participant', joinedAt: 5 })) } },
    ],
  }
  const added = (uid: string) => ({
    success: true,
    data: {
      ...TEXT,
      id: '60',
      receiverType: 'group',
      receiver: 'g1',
      category: 'action',
      type: 'groupMember',
      data: {
        action: 'added',
        entities: { by: user('alice'), on: user(uid), for: { entityType: 'group', entity: {} } },
      },
    },
  })
  const unknown = { success: false, error: { code: 'ERR_UID_NOT_FOUND', message: 'there is no such user' } }

  it('posts the new ones in one call, deletes the others one by one, and answers who is there', async () => {
    const { acts, take } = await start({
      ...MEMBERS,
      'POST /groups/g1/members': [{ body: { data: { participants: { carol: added('carol') } } } }],
      'DELETE /groups/g1/members/bob': ACK,
    })
    const add = [{ kind: 'external', externalId: 'Carol' }] as const
    const { value, events } = await acts.changeParticipants(GROUP, add, [person('bob')], alice())
    expect(take()).toEqual([
      { line: 'GET /v3/groups/g1/members?perPage=1000&page=1', headers: AS_ALICE, body: null },
      { line: 'POST /v3/groups/g1/members', headers: JSON_AS_ALICE, body: { participants: ['carol'] } },
      { line: 'DELETE /v3/groups/g1/members/bob', headers: AS_ALICE, body: null },
    ])
    expect(value.map(({ person: { externalId } }) => externalId)).toEqual(['alice', 'carol'])
    expect(events).toMatchObject([
      { type: 'participant-changed', participant: { person: { displayName: 'CAROL' }, status: 'active', role: null } },
      { type: 'message-saved', isNew: true, message: { externalId: '60', kind: 'activity' } },
      { type: 'participant-changed', participant: { person: { displayName: 'BOB' }, status: 'left', joinedAt: null } },
    ])
  })

  it('lets in whom it can, and fails where it can let in nobody', async () => {
    const { acts } = await start({
      ...MEMBERS,
      'POST /groups/g1/members': [
        { body: { data: { participants: { carol: added('carol'), nobody: unknown } } } },
        { body: { data: { participants: { nobody: unknown } } } },
      ],
    })
    const { value } = await acts.changeParticipants(GROUP, [person('carol'), person('nobody')], [], alice())
    expect(value.map(({ person: { externalId } }) => externalId)).toEqual(['alice', 'bob', 'carol'])
    const failed = acts.changeParticipants(GROUP, [person('nobody')], [], alice())
    await expect(failed).rejects.toMatchObject({ code: 'NOT_FOUND', facts: { providerCode: 'ERR_UID_NOT_FOUND' } })
  })

  it.each([
    [PAIR, [person('carol')], 'UNSUPPORTED'],
    [GROUP, [{ kind: 'email', email: 'carol@example.com' }], 'UNSUPPORTED'],
    [GROUP, Array.from({ length: 26 }, (_, index) => person(`u${index}`)), 'INVALID'],
  ] as const)(
    'refuses a pair, people it cannot know, and more than 25 at once before it asks',
    async (conversation, add, code) => {
      const { acts, take, provider } = await start({})
      const call = alice()
      await expect(acts.changeParticipants(conversation, add, [], call)).rejects.toMatchObject({ code })
      expect(provider.capabilities(call.actor, null).CHANGE_PARTICIPANTS.level).toBe('partial')
      expect(take()).toEqual([])
    },
  )
})

describe('what CometChat has no call for', () => {
  it('is refused under its row', async () => {
    const { acts, take } = await start({})
    await expect(acts.setTyping(PAIR, true, alice())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'TYPING' },
    })
    await expect(acts.retryMessage(messageRef(PAIR, '51'), alice())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      facts: { capability: 'RETRY_MESSAGE' },
    })
    expect(take()).toEqual([])
  })

  it('is refused for everybody who is nobody here, whatever it is', async () => {
    const { acts, take, provider } = await start({})
    const call = callBy({ kind: 'service' })
    const people = [person('bob')]
    const attempts = [
      acts.start({ people, channel: null, title: null, firstMessage: draft(), clientMessageId: 'k' }, call),
      acts.editMessage(messageRef(PAIR, '51'), 'x', call),
      acts.deleteMessage(messageRef(PAIR, '51'), false, call),
      ...(['read', 'delivered', 'unread'] as const).map((kind) =>
        acts.mark({ conversation: PAIR, kind, position: { kind: 'latest' }, visibility: null }, call),
      ),
      acts.changeParticipants(GROUP, people, [], call),
      acts.deleteConversation(PAIR, 'for-me', call),
      acts.deleteConversation(PAIR, 'for-everyone', call),
    ]
    for (const outcome of await Promise.allSettled(attempts)) {
      const { code, facts } = (outcome as PromiseRejectedResult).reason
      expect(code).toBe('UNSUPPORTED')
      expect(provider.capabilities(call.actor, null)[facts.capability as 'TYPING'].level).toBe('unsupported')
    }
    expect(take()).toEqual([])
  })
})

describe("CometChat's rows", () => {
  const table = (actor: Actor, conversation: Conversation | null, settings: object = {}) =>
    capabilitiesOf(
      cometChatSettings.parse({ appId: 'app', region: 'us', apiKey: 'k', ...settings }),
      actor,
      conversation,
    )
  const agent = (native: string | null): Actor => ({
    kind: 'agent',
    person: native === null ? null : person(native),
    credential: null,
  })
  const conversationOf = (answer: object): Conversation =>
    toConversation(Wire.object(answer, 'conversation'), {
      account: 'shop',
      self: toPersonByUid('shop', 'alice'),
      tagsAsked: false,
    }).conversation
  const largeGroup = { ...IN_GROUP, conversationWith: { ...IN_GROUP.conversationWith, membersCount: 301 } }
  const conversations = [CONVERSATION, IN_GROUP, largeGroup].map(conversationOf)

  it('are native in every conversation where the account says native', () => {
    for (const actor of [agent('alice'), agent(null), { kind: 'service' } as const]) {
      for (const settings of [{}, { actAs: 'alice' }, { paidFilters: true }]) {
        const account = table(actor, null, settings)
        const native = CAPABILITIES.filter((capability) => account[capability].level === 'native')
        for (const conversation of conversations) {
          const here = table(actor, conversation, settings)
          expect(native.filter((capability) => here[capability].level !== 'native')).toEqual([])
        }
      }
    }
  })

  it('say what is different in a group, and above 300 members', () => {
    const levels = conversations.map((conversation) => {
      const { CHANGE_PARTICIPANTS, READ_HORIZONS, MESSAGE_STATUS, UNREAD_COUNT } = table(agent('alice'), conversation)
      return [CHANGE_PARTICIPANTS, READ_HORIZONS, MESSAGE_STATUS, UNREAD_COUNT].map(({ level }) => level)
    })
    expect(levels).toEqual([
      ['unsupported', 'native', 'native', 'native'],
      ['partial', 'native', 'partial', 'native'],
      ['partial', 'unsupported', 'unsupported', 'partial'],
    ])
  })

  it('say that an agent without a user speaks as another, and as nobody where there is none', () => {
    const { SEND_AS_VIEWER, SEND_TEXT } = table(agent(null), null, { actAs: 'alice' })
    expect([SEND_AS_VIEWER.level, SEND_TEXT.level]).toEqual(['unsupported', 'native'])
    expect(table(agent('alice'), null).SEND_AS_VIEWER.level).toBe('native')
    expect(table(agent(null), null).SEND_TEXT.level).toBe('unsupported')
  })

  it('carry the documented limits', () => {
    const { SEND_TEXT, SET_LABELS, ADD_AND_REMOVE_LABELS, CHANGE_PARTICIPANTS } = table(agent('alice'), null)
    expect([SEND_TEXT, SET_LABELS, ADD_AND_REMOVE_LABELS, CHANGE_PARTICIPANTS].map(({ limits }) => limits)).toEqual([
      { maxLength: 65_536 },
      { maxCount: 25, maxLength: 100 },
      { maxCount: 25, maxLength: 100 },
      { maxCount: 25 },
    ])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LARGE_GROUP, startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { type Asker, createAsker, type Json } from './cometchat-support.ts'

let emulator: Emulator
let asker: Asker

beforeEach(async () => {
  emulator = await startCometChatEmulator({ port: 0 })
  asker = createAsker(emulator)
})
afterEach(() => emulator.close())

async function change(method: string, path: string, body?: Json, headers = {}): Promise<Json> {
  const answer = await asker.ask(method, path, { headers, ...(body !== undefined && { body }) })
  return answer.body.data ?? `${answer.body.error.code} ${answer.status}`
}

const conversation = async (path: string) => (await asker.get(`${path}/conversation`)).data
const sendTo = (receiver: string, text: string, more: Json = {}) =>
  change('POST', '/messages', {
    receiver,
    receiverType: 'user',
    category: 'message',
    type: 'text',
    data: { text },
    ...more,
  })

describe('marks over REST', () => {
  it('spell their acknowledgement with a capital for users and without for groups', async () => {
    for (const kind of ['read', 'delivered']) {
      expect(Object.keys(await change('POST', `/users/ada/conversation/${kind}`))).toEqual(['success', 'Message'])
      expect(Object.keys(await change('POST', `/groups/front-desk/conversation/${kind}`))).toEqual([
        'success',
        'message',
      ])
    }
  })

  it('cover everything, or everything up to a message, named in text or as a number', async () => {
    const list = (await asker.get('/conversations?unread=true&conversationType=user')).data
    const { conversationWith } = list.find((row: Json) => Number(row.unreadMessageCount) > 3)
    const path = `/users/${conversationWith.uid}`
    const unread = (await asker.get(`${path}/messages?unread=1`)).data
    const left = async () => Number((await conversation(path)).unreadMessageCount)
    await change('POST', `${path}/conversation/read`, { messageId: unread[0].id })
    expect(await left()).toBe(unread.length - 1)
    await change('POST', `${path}/conversation/read`, { messageId: Number(unread[1].id) })
    expect(await left()).toBe(unread.length - 2)
    await change('POST', `${path}/conversation/read`)
    expect(await left()).toBe(0)
    await change('DELETE', `${path}/conversation/read`, { messageId: unread[1].id })
    expect(await left()).toBe(unread.length - 1)
  })

  it('refuse a message of another conversation, and more than five unread marks a minute', async () => {
    const own = (await asker.get('/users/ada/messages?limit=1')).data[0]
    expect(await change('POST', '/users/alan/conversation/read', { messageId: own.id })).toBe(
      'ERR_MESSAGE_ID_NOT_FOUND 404',
    )
    expect(await change('DELETE', '/users/ada/conversation/read')).toBe('ERR_BAD_REQUEST 400')
    const answers: Json[] = []
    for (let n = 0; n < 12; n += 1)
      answers.push(await change('DELETE', '/users/ada/conversation/read', { messageId: own.id }))
    expect(answers[0].success).toBe(true)
    expect(answers.at(-1)).toBe('ERR_TOO_MANY_REQUESTS 429')
  })

  it('move nothing in a group above 300 members', async () => {
    const path = `/groups/${LARGE_GROUP}`
    const before = await conversation(path)
    expect((await change('POST', `${path}/conversation/read`)).success).toBe(true)
    expect(await conversation(path)).toEqual(before)
  })
})

describe('changing conversations over REST', () => {
  it('tags replace the tags, 25 of 100 characters at most', async () => {
    const tags = (list: string[]) => change('PUT', '/users/ada/conversation', { tags: list })
    expect((await tags(['one', 'two'])).tags).toEqual(['one', 'two'])
    expect((await tags(['three'])).tags).toEqual(['three'])
    expect((await asker.get('/conversations?tags=three')).data).toHaveLength(1)
    expect(await tags(Array(26).fill('x'))).toBe('ERR_BAD_REQUEST 400')
    expect(await tags(['x'.repeat(101)])).toBe('ERR_BAD_REQUEST 400')
  })

  it('a reset deletes for one person until the next message', async () => {
    expect((await change('DELETE', '/users/ada/conversation')).message).toContain('ada_user_nora')
    expect(await asker.refusal('/users/ada/conversation')).toBe('ERR_CONVERSATION_NOT_ACCESSIBLE 403')
    expect((await asker.get('/users/nora/conversation', { onbehalfof: 'ada' })).data.conversationId).toBe(
      'ada_user_nora',
    )
    const { message } = await asker.act('say', { conversation: 'ada_user_nora', person: 'ada', text: 'Hello again' })
    expect((await conversation('/users/ada')).latestMessageId).toBe(message)
    expect((await asker.get('/users/ada/messages')).data).toHaveLength(1)
  })

  it('the deprecated delete and the permanent one take it from everybody', async () => {
    await change('DELETE', '/conversations/ada_user_nora')
    await change('DELETE', '/users/alan/conversation', { deleteMessagesPermanently: true })
    for (const uid of ['ada', 'alan'])
      expect(await asker.refusal('/users/nora/conversation', { onbehalfof: uid })).toBe(
        'ERR_CONVERSATION_NOT_ACCESSIBLE 403',
      )
    const { conversations } = await asker.state()
    expect(conversations.map((one: Json) => one.id)).not.toContain('alan_user_nora')
  })
})

describe('messages over REST', () => {
  it('are sent for the acting user, with the id that the client chose, and begin a conversation', async () => {
    const sent = await sendTo('vera', 'Welcome', { muid: 'mine-1', tags: ['starred'] })
    expect(sent).toMatchObject({ conversationId: 'nora_user_vera', sender: 'nora', muid: 'mine-1', tags: ['starred'] })
    expect((await conversation('/users/vera')).lastMessage.id).toBe(sent.id)
    expect((await sendTo('vera', 'Welcome', { muid: 'mine-1' })).id).not.toBe(sent.id)
  })

  it('come from the system where nobody acts', async () => {
    const body = {
      receiver: 'front-desk',
      receiverType: 'group',
      category: 'message',
      type: 'text',
      data: { text: 'Closing' },
    }
    expect((await change('POST', '/messages', body, { onbehalfof: '' })).sender).toBe('app_system')
  })

  it.each<[string, Json]>([
    ['ERR_EMPTY_RECEIVER 400', { receiver: '' }],
    ['ERR_INVALID_RECEIVER_TYPE 400', { receiverType: 'room' }],
    ['ERR_UID_NOT_FOUND 404', { receiver: 'nobody' }],
    ['ERR_EMPTY_MESSAGE_CATEGORY 400', { category: undefined }],
    ['ERR_INVALID_MESSAGE_CATEGORY 400', { category: 'action' }],
    ['ERR_EMPTY_MESSAGE_TYPE 400', { type: '' }],
    ['ERR_INVALID_MESSAGE_TYPE 400', { type: 'smell' }],
    ['ERR_EMPTY_MESSAGE_TEXT 400', { data: { text: ' ' } }],
    ['ERR_EMPTY_MESSAGE_FILE 400', { type: 'image' }],
    ['ERR_EMPTY_CUSTOM_DATA 400', { category: 'custom', type: 'order' }],
    ['ERR_INVALID_METADATA 400', { data: { text: 'x', metadata: 'y' } }],
    ['ERR_WRONG_MESSAGE_THREAD 400', { parentId: '999999' }],
    ['ERR_BLOCKED_RECEIVER 403', { receiver: 'wang' }],
    ['ERR_GROUP_NOT_JOINED 403', { receiver: 'night-shift', receiverType: 'group' }],
  ])('are refused with %s', async (refusal, wrong) => {
    expect(await sendTo('ada', 'hello', wrong)).toBe(refusal)
  })

  it('are answered in a thread, one level deep', async () => {
    const parent = await sendTo('ada', 'Which one?')
    const body = {
      receiver: 'ada',
      receiverType: 'user',
      category: 'message',
      type: 'text',
      data: { text: 'This one' },
    }
    const reply = await change('POST', `/messages/${parent.id}/thread`, body)
    expect(reply.parentId).toBe(parent.id)
    expect(await sendTo('ada', 'deeper', { parentId: reply.id })).toBe('ERR_MESSAGE_THREAD_NESTING 400')
    expect((await asker.get(`/messages/${parent.id}`)).data.replyCount).toBe(1)
  })

  it('are edited and deleted by their sender, which is told by an action message', async () => {
    const { id } = await sendTo('ada', 'Helo')
    const edited = await change('PUT', `/messages/${id}`, { data: { text: 'Hello' } })
    expect(edited).toMatchObject({ category: 'action', type: 'message', data: { action: 'edited' } })
    expect(edited.data.entities.on.entity).toMatchObject({ id, editedBy: 'nora', data: { text: 'Hello' } })
    const deleted = await change('DELETE', `/messages/${id}`)
    expect(deleted.data).toMatchObject({ action: 'deleted', entities: { on: { entity: { id, deletedBy: 'nora' } } } })
    expect('lastMessage' in (await conversation('/users/ada'))).toBe(false)
    expect(await change('PUT', `/messages/${id}`, { data: { text: 'x' } })).toBe('ERR_MESSAGE_ACTION_NOT_ALLOWED 403')
    const { id: gone } = await sendTo('ada', 'Forget it')
    await change('DELETE', `/messages/${gone}`, { permanent: true })
    expect(await asker.refusal(`/messages/${gone}`)).toBe('ERR_MESSAGE_ID_NOT_FOUND 404')
    const theirs = (await asker.get('/users/ada/messages')).data.find((row: Json) => row.sender === 'ada')
    expect(await change('PUT', `/messages/${theirs.id}`, { data: { text: 'x' } })).toMatch('ERR_MESSAGE')
  })

  it('are reacted to once per person and reaction', async () => {
    const { id } = await sendTo('ada', 'Look')
    const path = `/messages/${id}/reactions/${encodeURIComponent('🎉')}`
    await change('POST', path)
    expect((await change('POST', path)).data.reactions).toEqual([{ reaction: '🎉', count: 1, reactedByMe: true }])
    expect('reactions' in (await change('DELETE', path)).data).toBe(false)
  })
})

describe('members over REST', () => {
  it('are let in each for themselves, change their scope and are shown out, told by action messages', async () => {
    const path = '/groups/quiet-room/members'
    const data = await change('POST', path, { participants: ['vera', 'nobody'], admins: ['valentina'] })
    expect(data.participants.vera.data.data.action).toBe('added')
    expect(data.participants.nobody).toMatchObject({ success: false, error: { code: 'ERR_UID_NOT_FOUND' } })
    expect(data.admins.valentina.success).toBe(true)
    expect(await change('PUT', `${path}/vera`, { scope: 'moderator' })).toMatchObject({
      uid: 'vera',
      scope: 'moderator',
    })
    expect((await change('DELETE', `${path}/vera`)).success).toBe(true)
    expect((await conversation('/groups/quiet-room')).lastMessage.data.action).toBe('kicked')
    expect((await change('POST', path, { usersToBan: ['ada'] })).usersToBan).toEqual({ ada: { success: true } })
    expect((await conversation('/groups/quiet-room')).lastMessage.data.action).toBe('banned')
    const scopes = (await asker.get(`${path}?scopes=admin`)).data.map((member: Json) => member.uid)
    expect(scopes).toContain('valentina')
    expect(await change('POST', path, { participants: Array(26).fill('vera') })).toBe('ERR_BAD_REQUEST 400')
  })
})

describe('what a message may be', () => {
  it('is 65,536 characters of JSON, and thirty of them a minute and user, however many the app sends', async () => {
    expect(await sendTo('ada', 'x'.repeat(65_537))).toBe('ERR_BAD_REQUEST 400')
    const answers: Json[] = []
    for (let sent = 0; sent < 61; sent += 1) answers.push(await sendTo('ada', `message ${sent}`))
    expect(answers[0].data.text).toBe('message 0')
    expect(answers).toContain('ERR_TOO_MANY_REQUESTS 429')
    const message = { receiver: 'ada', receiverType: 'user', category: 'message', type: 'text', data: { text: 'x' } }
    expect((await change('POST', '/messages', message, { onbehalfof: '' })).sender).toBe('app_system')
  })
})

describe('the control route of state', () => {
  it('says what each person has of a conversation', async () => {
    const view = async (uid: string) =>
      (await asker.state()).conversations
        .find(({ id }: Json) => id === 'ada_user_nora')
        .views.find(({ person }: Json) => person === uid)
    const { id } = await sendTo('ada', 'Look')
    expect(await view('ada')).toMatchObject({ hasIt: true, unread: expect.any(Number) })
    await change('POST', '/users/nora/conversation/read', { messageId: id }, { onbehalfof: 'ada' })
    expect(await view('ada')).toMatchObject({ unread: 0, readUpTo: id, deliveredUpTo: id })
    await change('PUT', '/users/nora/conversation', { tags: ['dear'] }, { onbehalfof: 'ada' })
    await change('DELETE', '/users/nora/conversation', undefined, { onbehalfof: 'ada' })
    expect([(await view('ada')).tags, (await view('ada')).hasIt, (await view('nora')).hasIt]).toEqual([
      ['dear'],
      false,
      true,
    ])
  })
})

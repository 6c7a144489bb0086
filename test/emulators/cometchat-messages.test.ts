import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FOREIGN_GROUP, LARGE_GROUP, startCometChatEmulator } from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { type Asker, createAsker, type Json } from './cometchat-support.ts'

let emulator: Emulator
let asker: Asker
/** Of everybody, ascending. */
let all: Json[]

beforeAll(async () => {
  emulator = await startCometChatEmulator({ port: 0 })
  asker = createAsker(emulator)
  all = await walk('/messages?limit=1000&withTags=true', 'append', { onbehalfof: '' })
})
afterAll(() => emulator.close())

/** Every message that a walk meets, in the order of the walk. */
async function walk(path: string, affix: 'append' | 'prepend', headers: Record<string, string> = {}): Promise<Json[]> {
  const seen: Json[] = []
  for (let cursor = ''; ; ) {
    const { data } = await asker.get(`${path}&affix=${affix}${cursor}`, headers)
    if (data.length === 0) return seen
    seen.push(...(affix === 'append' ? data : data.toReversed()))
    cursor = `&id=${seen.at(-1).id}`
  }
}

const ids = (rows: Json[]) => rows.map((row) => row.id)
const rows = async (path: string): Promise<Json[]> => (await asker.get(path)).data
const ofKind = (category: string, type: string) => all.filter((row) => row.category === category && row.type === type)

describe('walking through messages', () => {
  it('meets each once, both ways, ascending within a page', async () => {
    const { conversations } = await asker.state()
    for (const [path, id] of [
      ['/users/ada/messages?perPage=7', 'ada_user_nora'],
      ['/groups/front-desk/messages?limit=7', 'group_front-desk'],
    ] as const) {
      const truth = conversations.find((one: Json) => one.id === id).messages.map((message: Json) => message.id)
      expect(ids(await walk(path, 'append'))).toEqual(truth)
      expect(ids(await walk(path, 'prepend'))).toEqual(truth.toReversed())
      const page = ids((await asker.get(`${path}&affix=prepend`)).data).map(Number)
      expect(page).toEqual(page.toSorted((left, right) => left - right))
    }
  })

  it('begins with the newest page backwards and with the oldest one forwards', async () => {
    const newest = await rows('/users/ada/messages?limit=2&affix=prepend')
    const oldest = await rows('/users/ada/messages?limit=2&affix=append')
    const whole = await rows('/users/ada/messages?perPage=1000')
    expect(ids(newest)).toEqual(ids(whole.slice(-2)))
    expect(ids(oldest)).toEqual(ids(whole.slice(0, 2)))
  })

  it('goes on from a time as well', async () => {
    const whole = await rows('/groups/front-desk/messages?limit=1000')
    const { sentAt } = whole[10]
    const later = await rows(`/groups/front-desk/messages?limit=1000&affix=append&sentAt=${sentAt}`)
    expect(ids(later)).toEqual(ids(whole.filter((row) => row.sentAt > sentAt)))
  })

  it('tells a group walk by next and previous, a dialogue by a cursor inside the meta', async () => {
    const group = await asker.get('/groups/front-desk/messages?limit=3&affix=prepend')
    const first = group.data[0]
    expect(group.meta).toEqual({
      current: { limit: 3, count: 3 },
      next: { affix: 'prepend', sentAt: first.sentAt, id: first.id },
    })
    const dialogue = await asker.get('/users/ada/messages?perPage=3&affix=prepend')
    expect(dialogue.meta).toEqual({
      pagination: { total: 0, count: 3, per_page: 3, current_page: 1, total_pages: 1 },
      cursor: { id: Number(dialogue.data[0].id), affix: 'prepend' },
    })
  })

  it('has ten a page by default, a hundred in a dialogue, a thousand at most', async () => {
    expect(await rows('/messages')).toHaveLength(10)
    expect(await rows('/groups/front-desk/messages')).toHaveLength(10)
    expect((await asker.get('/users/ada/messages')).meta.pagination.per_page).toBe(100)
    expect(await asker.refusal('/messages?limit=1001')).toBe('ERR_BAD_REQUEST 400')
    expect(await asker.refusal('/messages?id=abc')).toBe('ERR_BAD_REQUEST 400')
    expect(await asker.refusal('/messages?affix=before')).toBe('ERR_BAD_REQUEST 400')
  })

  it('has conversations of more than 250 messages', async () => {
    const { conversations } = await asker.state()
    expect(conversations.filter((one: Json) => one.messages.length > 250).length).toBeGreaterThanOrEqual(3)
  })

  it('shows the acting user only what is theirs', async () => {
    const own = await walk('/messages?limit=1000', 'append')
    expect(own.length).toBeLessThan(all.length)
    expect(own.some((row) => row.conversationId === 'ada_user_piet')).toBe(false)
    expect(await asker.refusal(`/groups/${FOREIGN_GROUP}/messages`)).toBe('ERR_GROUP_NOT_JOINED 403')
    const foreign = all.find((row) => row.conversationId === 'ada_user_piet')
    expect(await asker.refusal(`/messages/${foreign.id}`)).toBe('ERR_MESSAGE_NO_ACCESS 403')
    expect(await asker.refusal('/messages/999999')).toBe('ERR_MESSAGE_ID_NOT_FOUND 404')
  })
})

describe('filtering messages', () => {
  const every = '/messages?limit=1000&affix=prepend&withTags=true'

  it.each<[string, (row: Json) => boolean]>([
    ['category=call', (row) => row.category === 'call'],
    ['categories=action,custom', (row) => ['action', 'custom'].includes(row.category)],
    ['types=image,video', (row) => ['image', 'video'].includes(row.type)],
    ['receiverType=group', (row) => row.receiverType === 'group'],
    ['sender=piet', (row) => row.sender === 'piet'],
    ['conversationId=ada_user_nora', (row) => row.conversationId === 'ada_user_nora'],
    ['tags=starred', (row) => row.tags?.includes('starred')],
    ['hideReplies=true', (row) => !row.parentId],
    ['hideDeleted=1', (row) => !row.deletedAt],
    ['onlyDeleted=true', (row) => row.deletedAt],
    ['searchKey=shelf', (row) => row.data.text?.includes('shelf')],
    ['hasAttachments=true', (row) => row.data.attachments],
    ['attachmentTypes=audio', (row) => row.type === 'audio'],
    ['hasMentions=true', (row) => row.data.mentions],
    ['mentionedUids=nora', (row) => row.data.mentions?.nora],
    ['myMentionsOnly=true', (row) => row.data.mentions?.nora],
    ['hasReactions=true', (row) => row.data.reactions],
    ['fromTimestamp=1794900000&toTimestamp=1795000000', (row) => row.sentAt >= 1794900000 && row.sentAt <= 1795000000],
  ])('%s keeps those and only those', async (query, isWanted) => {
    const kept = await rows(`${every}&${query}`)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.every(isWanted)).toBe(true)
    const newest = await rows(every)
    const wanted = newest.filter(isWanted)
    expect(ids(kept)).toEqual(expect.arrayContaining(ids(wanted)))
  })

  it('lists and counts the unread alike, in bulk and for one', async () => {
    const counts = await rows('/messages?unread=1&count=1')
    const list = (await asker.get('/conversations')).data
    const expected = list.filter((row: Json) => row.unreadMessageCount !== '0')
    expect(counts).toHaveLength(expected.length)
    for (const row of expected) {
      const { uid, guid } = row.conversationWith
      expect(counts).toContainEqual({
        entityType: row.conversationType,
        entityId: uid ?? guid,
        count: Number(row.unreadMessageCount),
      })
    }
    const [first] = counts.filter((row) => row.entityType === 'user')
    expect(await rows(`/users/${first.entityId}/messages?unread=1&count=1`)).toEqual([first])
    expect(await rows(`/users/${first.entityId}/messages?unread=1`)).toHaveLength(first.count)
  })

  it('keeps tags back until asked', async () => {
    expect((await rows('/messages?limit=1000&affix=prepend')).some((row) => 'tags' in row)).toBe(false)
  })

  it('ignores what it does not know', async () => {
    expect(await rows('/messages?withThreadSubscribed=true&unheardOf=1')).toHaveLength(10)
  })
})

describe('the messages themselves', () => {
  it('have ids in text, growing with time, and no key without a value', () => {
    const numbers = all.map((row) => Number(row.id))
    expect(all.every((row) => typeof row.id === 'string')).toBe(true)
    expect(numbers).toEqual(numbers.toSorted((left, right) => left - right))
    const times = all.map((row) => row.sentAt)
    expect(times).toEqual(times.toSorted((left, right) => left - right))
    expect(JSON.stringify(all)).not.toContain(':null')
  })

  it('are texts, media, custom messages, calls and actions of every kind', () => {
    for (const type of ['image', 'audio', 'video', 'file']) {
      const { data } = ofKind('message', type)[0]
      expect(data.attachments[0]).toEqual({
        url: data.url,
        name: expect.any(String),
        mimeType: expect.any(String),
        extension: expect.any(String),
        size: expect.stringMatching(/^\d+$/),
      })
    }
    expect(ofKind('custom', 'order')[0].data.customData).toEqual({ order: expect.any(Number) })
    const actions = new Set(all.filter((row) => row.category === 'action').map((row) => row.data.action))
    expect([...actions].toSorted()).toEqual(
      ['added', 'banned', 'deleted', 'edited', 'joined', 'kicked', 'scopeChanged', 'unbanned'].toSorted(),
    )
    const calls = new Set(all.filter((row) => row.category === 'call').map((row) => row.data.action))
    expect([...calls]).toEqual(['initiated', 'ongoing', 'ended'])
  })

  it('hydrate sender and receiver, or who did what to whom', () => {
    const text = ofKind('message', 'text').find((row) => row.receiverType === 'user')
    const { sender, receiver } = text.data.entities
    expect([sender.entity.uid, receiver.entity.uid]).toEqual([text.sender, text.receiver])
    expect(receiver.entity.conversationId).toBe(text.conversationId)
    const action = ofKind('action', 'groupMember')[0].data.entities
    expect([action.by, action.on, action.for].map((one) => one.entityType)).toEqual(['user', 'user', 'group'])
    const edit = ofKind('action', 'message').find((row) => row.data.action === 'edited').data.entities.on.entity
    expect(edit).toMatchObject({ editedAt: expect.any(Number), editedBy: expect.any(String) })
  })

  it('lose their content when deleted and stay in the list', () => {
    const deleted = all.filter((row) => row.deletedAt)
    expect(deleted.length).toBeGreaterThan(0)
    expect(deleted.every((row) => row.deletedBy && Object.keys(row.data).join() === 'entities')).toBe(true)
  })

  it('know their thread from both ends', async () => {
    const reply = (await rows('/messages?limit=1000&affix=prepend')).find((row) => row.parentId)
    const { data } = await asker.get(`/messages/${reply.parentId}`)
    const thread = await asker.get(`/messages/${reply.parentId}/thread`)
    expect(ids(thread.data)).toContain(reply.id)
    expect(data.replyCount).toBe(thread.data.length)
    expect(ids(await rows(`/messages?limit=100&parentId=${reply.parentId}`))).toEqual(ids(thread.data))
    expect(thread.meta.next.affix).toBe('append')
  })

  it('quote, mention and are reacted to', async () => {
    expect(all.some((row) => row.quotedMessage?.data.text)).toBe(true)
    const reacted = (await rows('/messages?hasReactions=true&limit=1'))[0]
    const { data, meta } = await asker.get(`/messages/${reacted.id}/reactions`)
    const total = reacted.data.reactions.reduce((sum: number, one: Json) => sum + one.count, 0)
    expect(data).toHaveLength(total)
    expect(data[0]).toMatchObject({ messageId: reacted.id, uid: data[0].reactedBy.uid, reactedAt: expect.any(Number) })
    expect(meta.next).toEqual({ affix: 'append', id: data.at(-1).id })
    const one = encodeURIComponent(data[0].reaction)
    const same = await rows(`/messages/${reacted.id}/reactions/${one}`)
    expect(same.every((row) => row.reaction === data[0].reaction)).toBe(true)
    expect(reacted.data.reactions.every((row: Json) => typeof row.reactedByMe === 'boolean')).toBe(true)
  })
})

describe('receipts of messages', () => {
  it('stand on a 1-1 message as soon as its one reader has it', async () => {
    const own = await walk('/messages?limit=1000&receiverType=user&category=message&sender=nora', 'append')
    const states = new Set(own.map((row) => [row.deliveredAt !== undefined, row.readAt !== undefined].join()))
    expect([...states].toSorted()).toEqual(['false,false', 'true,false', 'true,true'])
    for (const row of own) expect(row.sentAt).toBeLessThanOrEqual(row.deliveredAt ?? row.sentAt)
    expect(own.some((row) => 'myReceipt' in row)).toBe(false)
  })

  it('stand on a group message once all members have it, and by member on the single read', async () => {
    const messages = await rows('/groups/front-desk/messages?limit=1000&category=message')
    const members = (await asker.get('/groups/front-desk/members')).data.length
    const open = messages.filter((row) => !row.readAt)
    expect(open.length).toBeGreaterThan(0)
    expect(messages.length).toBeGreaterThan(open.length)
    for (const row of [...open.slice(0, 3), ...messages.filter((one) => one.readAt).slice(0, 3)]) {
      const { data } = await asker.get(`/messages/${row.id}`)
      const read = data.receipts.data.filter((receipt: Json) => receipt.readAt)
      expect(read.length === members - 1).toBe(row.readAt !== undefined)
      expect(data.receipts.data[0].recipient.uid).toEqual(expect.any(String))
    }
  })

  it("tell the reader's own by myReceipt", async () => {
    const unread = (await rows('/messages?unread=1&limit=1000')).filter((row) => row.category === 'message')
    expect(unread.every((row) => row.myReceipt?.readAt === undefined)).toBe(true)
    const read = await rows('/users/ada/messages?limit=1000')
    expect(read.some((row) => row.sender === 'ada' && row.myReceipt?.readAt)).toBe(true)
  })

  it('are absent from actions, calls and groups above 300 members', async () => {
    const crowd = await rows(`/groups/${LARGE_GROUP}/messages?limit=1000`)
    const silent = [...crowd, ...all.filter((row) => row.category === 'action' || row.category === 'call')]
    expect(silent.some((row) => row.deliveredAt || row.readAt)).toBe(false)
    const text = crowd.find((row) => row.category === 'message')
    expect((await asker.get(`/messages/${text.id}`)).data.receipts).toEqual({ data: [] })
  })
})

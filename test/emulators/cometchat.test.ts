import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUTH_KEY,
  FOREIGN_GROUP,
  LARGE_GROUP,
  SILENT_GROUP,
  startCometChatEmulator,
} from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { type Asker, createAsker, type Json } from './cometchat-support.ts'

let emulator: Emulator
let asker: Asker
let list: Json[]

beforeAll(async () => {
  emulator = await startCometChatEmulator({ port: 0 })
  asker = createAsker(emulator)
  list = (await asker.get('/conversations?withTags=true')).data
})
afterAll(() => emulator.close())

const ids = (rows: Json[]) => rows.map((row) => row.conversationId)

describe('the door of the CometChat emulator', () => {
  it('hands out exactly the settings of the adapter', () => {
    expect(emulator.settings).toEqual({
      appId: expect.any(String),
      region: 'us',
      baseUrl: `${emulator.url}/v3`,
      apiKey: expect.stringMatching(/^[0-9a-f]{40}$/),
      actAs: 'nora',
      webhook: { username: 'lighthouse', passwords: [expect.any(String)] },
    })
  })

  it('serves the same API as v3 and as v3.0', async () => {
    const headers = { apikey: String(emulator.settings.apiKey), onBehalfOf: 'nora' }
    const answer = await fetch(`${emulator.url}/v3.0/users/ada`, { headers })
    expect(await answer.json()).toEqual(await asker.get('/users/ada'))
  })

  it('refuses a missing, unknown or too weak key, and an unknown app', async () => {
    expect(await asker.refusal('/users', { apikey: '' })).toBe('AUTH_ERR_EMPTY_APIKEY 401')
    expect(await asker.refusal('/users', { apikey: 'f'.repeat(40) })).toBe('AUTH_ERR_APIKEY_NOT_FOUND 401')
    expect(await asker.refusal('/users', { apikey: AUTH_KEY })).toBe('AUTH_ERR_NO_ACCESS 403')
    expect(await asker.refusal('/users', { appid: 'other' })).toBe('AUTH_ERR_INVALID_APPID 401')
  })

  it('answers an unknown path or method alike', async () => {
    expect(await asker.refusal('/nothing')).toBe('ERR_API_NOT_FOUND 404')
    expect(await asker.refusal('/conversations', {}, 'POST')).toBe('ERR_API_NOT_FOUND 404')
  })

  it('says which field was wrong, field by field', async () => {
    const { status, body } = await asker.ask('GET', '/conversations?perPage=1001')
    expect(status).toBe(400)
    expect(body.error).toEqual({
      code: 'ERR_BAD_REQUEST',
      message: expect.any(String),
      devMessage: expect.any(String),
      source: 'chat-api',
      details: { perPage: [expect.any(String)] },
    })
  })

  it('needs an acting user where the documents do, and knows them in any case', async () => {
    const { body } = await asker.ask('GET', '/users/ada/conversation', { headers: { onbehalfof: '' } })
    expect(Object.keys(body.error.details)).toEqual(['onBehalfOf'])
    expect(await asker.refusal('/conversations', { onbehalfof: 'nobody' })).toBe('ERR_UID_NOT_FOUND 404')
    expect((await asker.get('/users/ADA/conversation', { onbehalfof: 'NORA' })).data.conversationId).toBe(
      'ada_user_nora',
    )
  })

  it('carries both families of rate limit headers, on refusals too', async () => {
    for (const path of ['/users', '/users/nobody']) {
      const { headers } = await asker.ask('GET', path)
      expect(headers.get('x-ratelimit-limit')).toBe(headers.get('x-rate-limit'))
      expect(headers.get('x-ratelimit-remaining')).toBe(headers.get('x-rate-limit-remaining'))
      expect(Number(headers.get('x-rate-limit-reset'))).toBeGreaterThan(Date.now() / 1000)
    }
  })

  it('answers 429 with Retry-After once the minute is used up', async () => {
    const small = await startCometChatEmulator({ port: 0, requestsPerMinute: 1 })
    const ask = createAsker(small).ask
    const answers = [await ask('GET', '/users/ada'), await ask('GET', '/users/ada'), await ask('GET', '/users/ada')]
    const last = answers.at(-1)
    expect([last?.status, last?.body.error.code]).toEqual([429, 'ERR_TOO_MANY_REQUESTS'])
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    await small.close()
  })
})

describe('the list of conversations', () => {
  it('has at least 64 of the acting user, newest first, some in the same second', () => {
    expect(list.length).toBeGreaterThanOrEqual(64)
    const times = list.map((row) => row.updatedAt)
    expect(times).toEqual(times.toSorted((left, right) => right - left))
    expect(new Set(times).size).toBeLessThan(times.length)
  })

  it('is visited once each by pages of either spelling', async () => {
    for (const spelling of ['perPage', 'per_page']) {
      const seen: string[] = []
      for (let page = 1; ; page += 1) {
        const { data, meta } = await asker.get(`/conversations?${spelling}=10&page=${page}`)
        if (data.length === 0) break
        expect(meta.pagination).toMatchObject({
          total: list.length,
          count: data.length,
          per_page: 10,
          current_page: page,
        })
        seen.push(...ids(data))
      }
      expect(seen).toEqual(ids(list))
    }
  })

  it('names a 1-1 by its two uids in order, a group by its guid, and counts in text', () => {
    for (const row of list) {
      const other = row.conversationWith
      const expected = other.guid ? `group_${other.guid}` : [other.uid, 'nora'].toSorted().join('_user_')
      expect(row.conversationId).toBe(expected)
      expect(row.unreadMessageCount).toMatch(/^\d+$/)
      if (row.lastMessage) expect(row.lastMessage.id).toMatch(/^\d+$/)
    }
    expect(ids(list)).toContain('mirror_user_test_user_nora')
  })

  it('has no key at all where there is nothing to say', () => {
    expect(JSON.stringify(list)).not.toContain(':null')
    expect(list.some((row) => !('lastMessage' in row))).toBe(true)
    expect(list.some((row) => !('tags' in row))).toBe(true)
  })

  it('ends on texts, media, custom messages and actions', () => {
    const kinds = new Set(list.map((row) => `${row.lastMessage?.category}/${row.lastMessage?.type}`))
    expect([...kinds].toSorted()).toEqual(
      [
        'action/groupMember',
        'custom/order',
        'message/file',
        'message/image',
        'message/text',
        'undefined/undefined',
      ].toSorted(),
    )
    const action = list.find((row) => row.lastMessage?.category === 'action').lastMessage
    expect(action.receipts).toEqual({ data: [[]] })
  })

  it('filters by kind, unread, name, own tags and the tags of the other side', async () => {
    const rows = async (query: string) => (await asker.get(`/conversations?${query}`)).data
    expect(ids(await rows('conversationType=group'))).toEqual(
      ids(list.filter((row) => row.conversationType === 'group')),
    )
    expect(ids(await rows('unread=true'))).toEqual(ids(list.filter((row) => row.unreadMessageCount !== '0')))
    expect(ids(await rows('searchKey=hopper'))).toEqual(['grace_user_nora'])
    const tagged = await rows('tags=vip,returns')
    expect(ids(tagged)).toEqual(
      ids(list.filter((row) => row.tags?.some((tag: string) => ['vip', 'returns'].includes(tag)))),
    )
    expect(tagged.every((row: Json) => row.tags)).toBe(true)
    const events = await rows('groupTags=events')
    expect(events.every((row: Json) => row.conversationWith.tags.includes('events'))).toBe(true)
    expect((await rows('userTags=newsletter')).every((row: Json) => row.conversationType === 'user')).toBe(true)
    expect(await asker.refusal('/conversations?conversationType=room')).toBe('ERR_BAD_REQUEST 400')
  })

  it('carries tags only when asked, up to 25 of them', async () => {
    const plain = (await asker.get('/conversations')).data
    expect(plain.some((row: Json) => 'tags' in row || 'tags' in row.conversationWith)).toBe(false)
    expect(list.some((row) => row.tags?.length === 25)).toBe(true)
  })

  it('has pinned ones, by the person and for everybody', () => {
    const pins = list.filter((row) => row.pinnedAt).map((row) => row.pinnedBy)
    expect(pins.toSorted()).toEqual(['app_system', 'nora'])
  })

  it('shows who blocks whom', () => {
    const peer = (uid: string) => list.find((row) => row.conversationWith.uid === uid).conversationWith
    expect(peer('walter')).toMatchObject({ blockedByMe: true, blockedByMeAt: expect.any(Number) })
    expect(peer('wang')).toMatchObject({ hasBlockedMe: true, blockedAt: expect.any(Number) })
  })

  it('spans everybody without an acting user, person by person', async () => {
    const { data, meta } = await asker.get('/conversations?perPage=1000', { onbehalfof: '' })
    expect(meta.pagination.total).toBeGreaterThan(list.length * 2)
    expect(data[0].conversationWith.uid ?? data[0].conversationWith.guid).not.toBe(undefined)
  })

  it('refuses the paid filters on a plan without them', async () => {
    const poor = await startCometChatEmulator({ port: 0, paidPlan: false })
    const { refusal, get } = createAsker(poor)
    expect(await refusal('/conversations?unread=true')).toBe('ERR_PLAN_RESTRICTION 403')
    expect(await refusal('/conversations?searchKey=a')).toBe('ERR_PLAN_RESTRICTION 403')
    expect((await get('/conversations?perPage=1')).data).toHaveLength(1)
    await poor.close()
  })
})

describe('one conversation', () => {
  it('is one object, by user, by group and by the deprecated id', async () => {
    const user = (await asker.get('/users/ada/conversation')).data
    const group = (await asker.get('/groups/front-desk/conversation')).data
    expect([user.conversationId, group.conversationId]).toEqual(['ada_user_nora', 'group_front-desk'])
    expect((await asker.get('/conversations/ada_user_nora')).data).toEqual(user)
    expect(group.conversationWith).toMatchObject({ hasJoined: true, scope: 'admin', joinedAt: expect.any(Number) })
    expect('tags' in group).toBe(false)
  })

  it('is one for both sides', async () => {
    const own = (await asker.get('/users/ada/conversation')).data
    const theirs = (await asker.get('/users/nora/conversation', { onbehalfof: 'ada' })).data
    expect(theirs.conversationId).toBe(own.conversationId)
    expect(theirs.conversationWith.uid).toBe('nora')
  })

  it('is not there before a message, for strangers of a group, nor for one alone', async () => {
    for (const path of ['/users/vera', `/groups/${FOREIGN_GROUP}`, `/groups/${SILENT_GROUP}`, '/users/nora'])
      expect(await asker.refusal(`${path}/conversation`)).toBe('ERR_CONVERSATION_NOT_ACCESSIBLE 403')
    expect(await asker.refusal('/users/nobody/conversation')).toBe('ERR_UID_NOT_FOUND 404')
    expect(await asker.refusal('/groups/nothing/conversation')).toBe('ERR_GUID_NOT_FOUND 404')
    expect(await asker.refusal('/conversations/ada_user_piet')).toBe('ERR_CONVERSATION_NOT_FOUND 404')
  })

  it('stands still in a group above 300 members', async () => {
    const { data } = await asker.get(`/groups/${LARGE_GROUP}/conversation`)
    const newest = (await asker.get(`/groups/${LARGE_GROUP}/messages?affix=prepend&limit=1`)).data[0]
    expect(data.conversationWith.membersCount).toBeGreaterThan(300)
    expect(Number(newest.id)).toBeGreaterThan(Number(data.latestMessageId))
    expect(Number(data.unreadMessageCount)).toBeGreaterThan(0)
  })
})

describe('users and groups', () => {
  it('finds users by the beginning of a name or uid, by role, status and tag', async () => {
    const uids = async (query: string) => (await asker.get(`/users?${query}`)).data.map((user: Json) => user.uid)
    expect(await uids('searchKey=ro')).toEqual(['rosa', 'rosalind'])
    expect(await uids('searchKey=hopper')).toEqual([])
    expect(await uids('searchKey=Grace&searchIn=name')).toEqual(['grace'])
    expect(await uids('roles=staff')).toEqual(['nora', 'piet', 'quinn', 'rosa'])
    expect(await uids('onlyDeactivated=true')).toEqual(['gone'])
    const { data } = await asker.get('/users?tags=vip&status=offline')
    expect(data.every((user: Json) => user.tags.includes('vip') && user.status === 'offline')).toBe(true)
  })

  it('pages users with a total of 0 and the cursor beside the meta', async () => {
    const seen: string[] = []
    for (let page = 1; ; page += 1) {
      const body = await asker.get(`/users?perPage=100&page=${page}`)
      expect(body.meta.pagination).toMatchObject({ total: 0, count: body.data.length })
      if (body.data.length === 0) break
      expect(body.cursor).toEqual({ updatedAt: expect.any(Number), affix: 'prepend' })
      seen.push(...body.data.map((user: Json) => user.uid))
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength((await asker.state()).people.length - 1)
  })

  it('hides a deactivated user as if there were none', async () => {
    expect(await asker.refusal('/users/gone')).toBe('ERR_UID_NOT_FOUND 404')
  })

  it('relates a user to whoever asks, and to nobody otherwise', async () => {
    expect((await asker.get('/users/ada')).data.conversationId).toBe('ada_user_nora')
    expect('conversationId' in (await asker.get('/users/ada', { onbehalfof: '' })).data).toBe(false)
  })

  it('lists the members of a group of any size, with scope and joining time', async () => {
    const { data } = await asker.get(`/groups/${LARGE_GROUP}/members?perPage=1000`)
    expect(data).toHaveLength(320)
    expect(data.every((member: Json) => member.scope && member.joinedAt)).toBe(true)
    const admins = (await asker.get('/groups/front-desk/members?scopes=admin')).data
    expect(admins.map((member: Json) => member.uid)).toContain('nora')
  })

  it('lists groups by kind, membership and name, private ones for members only', async () => {
    const guids = async (query: string, headers = {}) =>
      (await asker.get(`/groups?${query}`, headers)).data.map((group: Json) => group.guid)
    expect(await guids('')).not.toContain(FOREIGN_GROUP)
    expect(await guids('', { onbehalfof: '' })).toContain(FOREIGN_GROUP)
    expect(await guids('searchKey=rare')).toEqual(['rare-books'])
    expect((await guids('types=password,private&hasJoined=true')).length).toBeGreaterThan(3)
    const sorted = await guids('sortBy=name&sortOrder=desc')
    expect(sorted[0]).toBe('window-display')
  })

  it('gives the acting user scopes of every kind', () => {
    const scopes = new Set(list.flatMap((row) => row.conversationWith.scope ?? []))
    expect([...scopes].toSorted()).toEqual(['admin', 'moderator', 'participant'])
  })
})

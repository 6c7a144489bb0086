import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOKENS, WEBHOOK_SECRET } from '../../providers/chatwoot/emulator/index.ts'
import { type Answer, type Desk, openDesk } from './chatwoot-desk.ts'

let desk: Desk
let all: readonly Answer['body'][]

beforeAll(async () => {
  desk = await openDesk()
  all = await desk.allConversations()
})
afterAll(() => desk.emulator.close())

const json = { accept: 'application/json' }

describe('the seeded account', () => {
  it('hands out exactly the settings that the adapter reads', () => {
    const { url, settings } = desk.emulator
    const known = { baseUrl: url, accountId: 1, token: TOKENS.nora }
    expect(settings).toEqual({ ...known, webhookSecrets: [WEBHOOK_SECRET] })
    expect(TOKENS.nora).toHaveLength(24)
  })

  it('has enough conversations, of every status, channel and kind of assignee', () => {
    expect(all.length).toBeGreaterThanOrEqual(66)
    const valuesOf = (read: (one: Answer['body']) => unknown) => new Set(all.map(read))
    expect(valuesOf(({ status }) => status)).toEqual(new Set(['open', 'pending', 'resolved', 'snoozed']))
    expect(valuesOf(({ meta }) => meta.channel).size).toBe(6)
    expect(valuesOf(({ meta }) => meta.assignee_type)).toEqual(new Set([undefined, 'User', 'AgentBot']))
    expect(valuesOf(({ priority }) => priority).size).toBe(5)
    expect(valuesOf(({ meta }) => meta.team?.name)).toEqual(new Set([undefined, 'billing', 'returns']))
    const snoozed = all.filter(({ status }) => status === 'snoozed')
    expect(new Set(snoozed.map(({ snoozed_until }) => snoozed_until === null))).toEqual(new Set([true, false]))
    expect(all.some(({ messages }) => messages.length === 0)).toBe(true)
    expect(all.some(({ muted }) => muted)).toBe(true)
    expect(all.some(({ messages }) => messages[0]?.private)).toBe(true)
  })

  it('never counts more than ten unread messages', async () => {
    const counts = all.map(({ unread_count }) => unread_count)
    expect(Math.max(...counts)).toBe(10)
    expect(new Set(counts).size).toBeGreaterThan(4)
    const unseen = all.find(({ unread_count, agent_last_seen_at }) => unread_count === 10 && agent_last_seen_at === 0)
    const { payload } = (await desk.get(`/conversations/${unseen.id}/messages?after=0`)).body
    expect(payload.filter((one: Answer['body']) => one.message_type === 0).length).toBeGreaterThan(10)
  })

  it('spreads activity over a month, with some conversations in the same second', () => {
    const times = all.map(({ last_activity_at }) => last_activity_at)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(28 * 86_400)
    expect(new Set(times).size).toBeLessThan(times.length)
  })

  it('is the same for the same seed and another for another', async () => {
    const desks = await Promise.all([{ seed: 7 }, { seed: 7 }, { seed: 8 }].map((options) => openDesk(options)))
    const [one, same, other] = await Promise.all(desks.map((each) => each.state()))
    await Promise.all(desks.map((each) => each.emulator.close()))
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('ends its story where it is told to', async () => {
    const early = await openDesk({ now: new Date('2026-03-01T00:00:00Z') })
    const { conversations } = await early.state()
    await early.emulator.close()
    const latest = conversations
      .flatMap(({ messages }) => messages.map(({ createdAt }) => createdAt))
      .toSorted()
      .at(-1)
    expect(latest?.slice(0, 7)).toBe('2026-02')
  })
})

describe('lists of conversations', () => {
  it('come in pages of 25 and are empty past the end', async () => {
    const sizes = await Promise.all(
      [1, 2, 3, 4, 99].map(
        async (page) => (await desk.get(`/conversations?status=all&page=${page}`)).body.data.payload.length,
      ),
    )
    expect(sizes).toEqual([25, 25, all.length - 50, 0, 0])
  })

  it.each(['0', '-3', 'text', ''])('take page "%s" for the first', async (page) => {
    const { payload } = (await desk.get(`/conversations?status=all&page=${page}`)).body.data
    expect(payload[0].id).toBe(all[0].id)
  })

  it('show the open ones unless asked otherwise, and nothing for an unknown status', async () => {
    const { payload, meta } = (await desk.get('/conversations')).body.data
    expect(new Set(payload.map(({ status }: Answer['body']) => status))).toEqual(new Set(['open']))
    expect(meta.all_count).toBe(all.filter(({ status }) => status === 'open').length)
    expect((await desk.get('/conversations?status=nonsense')).body.data.payload).toEqual([])
  })

  it('search what was said in every status', async () => {
    const { payload } = (await desk.get('/conversations?q=receipt')).body.data
    expect(new Set(payload.map(({ status }: Answer['body']) => status)).size).toBeGreaterThan(1)
  })

  it('count without regard to the assignee', async () => {
    const [mine, everyone] = await Promise.all([
      desk.get('/conversations?status=all&assignee_type=me'),
      desk.get('/conversations?status=all'),
    ])
    expect(mine.body.data.meta).toEqual(everyone.body.data.meta)
    expect(mine.body.data.payload.length).toBe(mine.body.data.meta.mine_count)
    expect((await desk.get('/conversations/meta?status=all')).body.meta).toEqual(everyone.body.data.meta)
  })

  it('count a conversation of the bot as unassigned', async () => {
    const { payload } = (await desk.get('/conversations?status=pending&assignee_type=unassigned')).body.data
    expect(payload.some(({ meta }: Answer['body']) => meta.assignee_type === 'AgentBot')).toBe(true)
  })

  it('forget the pages, not the counts, when asked for what changed lately', async () => {
    const { meta, payload } = (await desk.get('/conversations?status=all&updated_within=99999999&page=5')).body.data
    expect(payload).toHaveLength(all.length)
    const lately = (await desk.get('/conversations?status=all&updated_within=1')).body.data
    expect(lately).toEqual({ meta, payload: [] })
  })

  it.each([
    ['created_at_asc', (one: Answer['body']) => one.id],
    ['last_activity_at_asc', (one: Answer['body']) => one.last_activity_at],
    ['unread', (one: Answer['body']) => -one.unread_count],
    ['waiting_since_asc', (one: Answer['body']) => one.waiting_since || Number.MAX_SAFE_INTEGER],
    ['nonsense', (one: Answer['body']) => -one.last_activity_at],
  ])('sort by %s', async (sortBy, rank) => {
    const { payload } = (await desk.get(`/conversations?status=all&sort_by=${sortBy}`)).body.data
    const ranks = payload.map(rank)
    expect(ranks).toEqual(ranks.toSorted((one: number, other: number) => one - other))
  })

  it('show an agent the inboxes of that agent only', async () => {
    const { payload } = (await desk.get('/conversations?status=all', 'piet')).body.data
    const channels = new Set(payload.map(({ meta }: Answer['body']) => meta.channel))
    expect(channels).toEqual(new Set(['Channel::Api', 'Channel::WebWidget']))
    expect((await desk.get('/conversations?status=all', 'quinn')).body.data.payload).toEqual([])
  })

  it('keep a team member out of the list but let her see the conversation and its messages', async () => {
    const { id } = all.find(({ meta }) => meta.team?.name === 'returns')
    expect((await desk.get(`/conversations/${id}`, 'quinn')).status).toBe(200)
    expect((await desk.get(`/conversations/${id}/messages`, 'quinn')).status).toBe(200)
  })
})

describe('the filter', () => {
  const filter = (payload: unknown, page = 1) => desk.post(`/conversations/filter?page=${page}`, { payload })
  const byId = (values: readonly unknown[]) => ({
    attribute_key: 'display_id',
    filter_operator: 'equal_to',
    values,
    query_operator: null,
  })

  it('reads many conversations by number and leaves out unknown ones', async () => {
    const { body } = await filter([byId([3, '1', 999_999])])
    expect(body.meta.all_count).toBe(2)
    expect(body.payload.map(({ id }: Answer['body']) => id).toSorted()).toEqual([1, 3])
    expect(body.payload[0]).toEqual(all.find(({ id }) => id === body.payload[0].id))
  })

  it('pages by 25', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => index + 1)
    const pages = await Promise.all([1, 2, 3].map((page) => filter([byId(ids)], page)))
    expect(pages.map(({ body }) => body.payload.length)).toEqual([25, 5, 0])
  })

  it('chains conditions, AND before OR', async () => {
    const status = (value: string, query_operator: string | null) => ({
      attribute_key: 'status',
      filter_operator: 'equal_to',
      values: [value],
      query_operator,
    })
    const { body } = await filter([status('resolved', 'and'), status('open', 'OR'), status('snoozed', null)])
    expect(body.meta.all_count).toBe(all.filter((one) => one.status === 'snoozed').length)
  })

  it('filters by time, label, priority, team, contact and custom attribute', async () => {
    const since = new Date((all[10]?.last_activity_at - 1) * 1_000).toISOString()
    const ask = async (attribute_key: string, filter_operator: string, value: unknown) =>
      (await filter([{ attribute_key, filter_operator, values: [value], query_operator: null }])).body.meta.all_count
    expect(await ask('last_activity_at', 'is_greater_than', since)).toBe(11)
    expect(await ask('labels', 'equal_to', 'vip')).toBe(all.filter(({ labels }) => labels.includes('vip')).length)
    expect(await ask('priority', 'equal_to', 'urgent')).toBe(all.filter(({ priority }) => priority === 'urgent').length)
    expect(await ask('team_id', 'is_present', '')).toBe(all.filter(({ meta }) => meta.team !== undefined).length)
    expect(await ask('contact_id', 'equal_to', 15)).toBe(all.filter(({ meta }) => meta.sender.id === 15).length)
    expect(await ask('order', 'equal_to', 'A-1')).toBe(1)
  })

  it.each([
    ['text as a number', { ...byId(['one']) }],
    ['contains on a number', { ...byId([1]), filter_operator: 'contains' }],
  ])('breaks over %s', async (_, condition) => {
    const answer = await filter([condition])
    expect([answer.status, answer.body]).toEqual([500, { status: 500, error: 'Internal Server Error' }])
  })

  it('breaks without a payload and lists everything for an empty one', async () => {
    expect((await desk.post('/conversations/filter', {})).status).toBe(500)
    expect((await filter([])).body.meta.all_count).toBe(all.length)
  })

  it('of contacts looks at the first value only and knows no id', async () => {
    const by = (attribute_key: string, values: readonly unknown[]) =>
      desk.post('/contacts/filter', {
        payload: [{ attribute_key, filter_operator: 'equal_to', values, query_operator: null }],
      })
    expect((await by('identifier', ['crm-ada', 'crm-alan'])).body.meta).toEqual({ count: 1, current_page: 1 })
    expect((await by('id', [15])).status).toBe(422)
  })
})

describe('lists of messages', () => {
  const messagesOf = async (id: number, query = '') =>
    (await desk.get(`/conversations/${id}/messages${query}`)).body.payload
  const idsOf = (messages: readonly Answer['body'][]) => messages.map(({ id }) => id)
  let long: number
  let ids: readonly number[]

  beforeAll(async () => {
    const state = await desk.state()
    const found = state.conversations.find(({ messages }) => messages.length > 250)
    long = Number(found?.id)
    ids = found?.messages.map(({ id }) => Number(id)) ?? []
  })

  it('show the newest twenty, oldest first', async () => {
    expect(idsOf(await messagesOf(long))).toEqual(ids.slice(-20))
  })

  it('go back twenty at a time and end', async () => {
    expect(idsOf(await messagesOf(long, `?before=${ids[30]}`))).toEqual(ids.slice(10, 30))
    expect(idsOf(await messagesOf(long, `?before=${ids[0]}`))).toEqual([])
  })

  it('go forward a hundred at a time', async () => {
    expect(idsOf(await messagesOf(long, `?after=${ids[4]}`))).toEqual(ids.slice(5, 105))
    expect(idsOf(await messagesOf(long, `?after=${ids.at(-1)}`))).toEqual([])
  })

  it('give what lies between two ids, the first included', async () => {
    expect(idsOf(await messagesOf(long, `?after=${ids[3]}&before=${ids[240]}`))).toEqual(ids.slice(3, 240))
  })

  it('take text for zero and ignore a limit', async () => {
    expect(idsOf(await messagesOf(long, '?after=text'))).toEqual(ids.slice(0, 100))
    expect(await messagesOf(long, '?limit=5')).toHaveLength(20)
  })

  it('leave out notes and activities when asked', async () => {
    const messages = await messagesOf(long, '?after=0&filter_internal_messages=false')
    expect(messages.some((one: Answer['body']) => one.private || one.message_type === 2)).toBe(false)
  })

  it('come with read positions as ISO times', async () => {
    const seen = all.find(({ assignee_last_seen_at }) => assignee_last_seen_at > 0)
    const { meta } = (await desk.get(`/conversations/${seen.id}/messages`)).body
    expect(Math.floor(Date.parse(meta.assignee_last_seen_at) / 1_000)).toBe(seen.assignee_last_seen_at)
    expect(meta.assignee.type).toBe('user')
  })
})

describe('messages', () => {
  let every: readonly Answer['body'][]

  beforeAll(async () => {
    const pages = await Promise.all(
      all.map(({ id }) => desk.get(`/conversations/${id}/messages?after=0&before=999999`)),
    )
    every = pages.flatMap(({ body }) => body.payload)
  })

  it('are of every kind that a channel of the shop can carry', () => {
    const kinds = ['text', 'input_select', 'cards', 'form', 'article', 'incoming_email', 'input_csat', 'sticker']
    expect(new Set(every.map(({ content_type }) => content_type))).toEqual(new Set(kinds))
    expect(new Set(every.map(({ message_type }) => message_type))).toEqual(new Set([0, 1, 2, 3]))
    expect(new Set(every.map(({ status }) => status))).toEqual(new Set(['sent', 'delivered', 'read', 'failed']))
    expect(new Set(every.map(({ sender }) => sender?.type))).toEqual(
      new Set(['contact', 'user', 'agent_bot', undefined]),
    )
  })

  it('that failed say why, that were deleted say nothing more, and letters carry their mark-up', () => {
    const failed = every.filter(({ status }) => status === 'failed')
    expect(failed.every(({ content_attributes }) => typeof content_attributes.external_error === 'string')).toBe(true)
    const deleted = every.find(({ content }) => content === 'This message was deleted')
    expect(deleted.content_attributes).toEqual({ deleted: true })
    const letter = every.find(({ content_type }) => content_type === 'incoming_email')
    expect(letter.content_attributes.email.html_content.full).toContain('<p>')
    const reply = every.find(({ content_attributes }) => typeof content_attributes.in_reply_to === 'number')
    expect(every.some(({ id }) => id === reply.content_attributes.in_reply_to)).toBe(true)
  })

  it('have ids in the order of their times, from one sequence that does not begin at 1', () => {
    const byId = every.toSorted((one, other) => one.id - other.id)
    expect(byId[0].id).toBe(205)
    expect(byId.at(-1).id).toBe(204 + every.length)
    expect(byId.map(({ created_at }) => created_at)).toEqual(
      every.map(({ created_at }) => created_at).toSorted((one, other) => one - other),
    )
  })

  it.each([
    ['image', 'extension,content_type,data_url,thumb_url,file_size,width,height'],
    ['file', 'extension,content_type,data_url,thumb_url,file_size,width,height'],
    ['audio', 'extension,content_type,data_url,thumb_url,file_size,width,height,transcribed_text'],
    ['location', 'coordinates_lat,coordinates_long,fallback_title,data_url'],
    ['contact', 'fallback_title,meta'],
    ['fallback', 'fallback_title,data_url'],
  ])('carry attachments of type %s with the keys of that type', (type, keys) => {
    const attachments = every.flatMap((one) => one.attachments ?? []).filter(({ file_type }) => file_type === type)
    const forms = new Set(attachments.map((one) => Object.keys(one).join()))
    expect(forms).toEqual(new Set([`id,message_id,file_type,account_id,${keys}`]))
  })
})

describe('people and places', () => {
  it('leave contacts without any address out of the list but not out of reach', async () => {
    const { count } = (await desk.get('/contacts')).body.meta
    const { people } = await desk.state()
    expect(people.filter(({ id }) => id.startsWith('contact:')).length).toBe(count + 3)
    const visitor = people.find(({ name }) => name === 'quiet-leaf-215')
    const shown = await desk.get(`/contacts/${visitor?.id.split(':')[1]}`)
    expect(shown.body.payload).toMatchObject({ email: null, phone_number: null, identifier: null })
  })

  it('say the page as they were asked for it', async () => {
    expect((await desk.get('/contacts?page=2')).body.meta.current_page).toBe('2')
    expect((await desk.get('/contacts')).body.meta.current_page).toBe(1)
    expect((await desk.get('/contacts/search?q=a')).body.meta).toEqual({ count: 15, current_page: 1, has_more: true })
    expect((await desk.get('/contacts?page=99')).body.payload).toEqual([])
  })

  it('show secrets of an inbox to administrators only', async () => {
    const [seen, hidden] = await Promise.all([desk.get('/inboxes/6'), desk.get('/inboxes/6', 'piet')])
    expect(Object.keys(seen.body)).toEqual(expect.arrayContaining(['hmac_token', 'secret']))
    expect(Object.keys(hidden.body)).not.toContain('secret')
    expect((await desk.get('/inboxes/9', 'piet')).status).toBe(401)
  })

  it('let a bot see a conversation but no list', async () => {
    expect((await desk.get('/conversations/1', 'bot')).status).toBe(200)
    expect((await desk.get('/conversations/1/labels', 'bot')).status).toBe(200)
    expect((await desk.get('/conversations/1/messages', 'bot')).body).toEqual({
      error: 'Access to this endpoint is not authorized for bots',
    })
  })

  it('give files through a redirect that needs no token', async () => {
    const { id } = all.find(({ custom_attributes }) => custom_attributes.order === 'A-1')
    const { payload } = (await desk.get(`/conversations/${id}/attachments`)).body
    const redirect = await desk.request(new URL(payload[0].data_url).pathname)
    expect([redirect.status, redirect.headers.get('cache-control')]).toEqual([302, 'max-age=300, private'])
    const file = await fetch(redirect.headers.get('location') ?? '')
    expect((await file.arrayBuffer()).byteLength).toBe(payload[0].file_size)
    expect((await desk.request('/rails/active_storage/blobs/redirect/forged--0/x.png')).status).toBe(404)
  })
})

describe('the server beneath', () => {
  it('answers 304 to a tag that still holds', async () => {
    const first = await desk.get('/conversations/1')
    const headers = { 'api-access-token': TOKENS.nora, 'if-none-match': first.headers.get('etag') ?? '' }
    const again = await desk.request('/api/v1/accounts/1/conversations/1', { headers })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  it('shows a page to those who do not ask for JSON', async () => {
    const answer = await desk.request('/api/v1/accounts/1/nonsense', { headers: { accept: 'text/html' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
  })

  it('refuses a body that is not JSON', async () => {
    const init = { method: 'POST', body: '{', headers: { ...json, 'api-access-token': TOKENS.nora } }
    const answer = await desk.request('/api/v1/accounts/1/conversations/filter', init)
    expect([answer.status, answer.body]).toEqual([400, { status: 400, error: 'Bad Request' }])
  })

  it.each(['/conversations?page=99999999999999999999', '/search?q='])('breaks over %s', async (path) => {
    expect((await desk.get(path)).status).toBe(500)
  })

  it('lets browsers of any origin in', async () => {
    const init = { method: 'OPTIONS', headers: { origin: 'https://books.example' } }
    const { status, headers } = await desk.request('/api/v1/profile', init)
    expect([status, headers.get('access-control-allow-origin'), headers.get('access-control-max-age')]).toEqual([
      200,
      '*',
      '7200',
    ])
  })

  it('throttles nobody on loopback, unless told to', async () => {
    const strict = await openDesk({ throttling: 'everyone' })
    const askMeta = (at: Desk) => Promise.all(Array.from({ length: 31 }, () => at.get('/conversations/meta')))
    const [spared, limited] = await Promise.all([askMeta(desk), askMeta(strict)])
    await strict.emulator.close()
    expect(spared.filter(({ status }) => status === 429)).toHaveLength(0)
    const refused = limited.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.text).toBe('Retry later\n')
    expect(refused[0]?.headers.has('retry-after')).toBe(false)
  })
})

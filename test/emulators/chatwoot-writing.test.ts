import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { type Answer, type Desk, openDesk } from './chatwoot-desk.ts'
import { Corpus, outlineProblems } from './chatwoot-shape.ts'

const RECORDED: readonly Answer['body'][] = readFileSync(
  new URL('../fixtures/chatwoot/rest.jsonl', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))

const corpus = new Corpus()
for (const { response } of RECORDED) corpus.learn(response.body)

/** Everything that was done to conversation 1 of the recording, but what the emulator does not do. */
const ACTS = RECORDED.filter(
  ({ n, request }) =>
    n > 48 && n < 137 && request.method !== 'GET' && request.path.includes('/conversations/1') && isServed(request),
)

function isServed({ path, body, multipart }: Answer['body']): boolean {
  const isLong = path.endsWith('/messages') && body === undefined && multipart === undefined
  return !isLong
}

/** What an act makes true, of messages and of answers to acts. */
const TRUTHS = [
  ...['content', 'message_type', 'content_type', 'status', 'private', 'source_id', 'echo_id', 'priority', 'labels'],
  ...['muted', 'custom_attributes'],
]

describe('acts on one conversation, replayed from the recording', () => {
  let desk: Desk
  let id: number
  const ids = new Map<number, number>()

  beforeAll(async () => {
    desk = await openDesk()
    const all = await desk.allConversations()
    id = all.find(({ messages, meta }) => messages.length === 0 && meta.channel === 'Channel::Api').id
    const first = await desk.post(`/conversations/${id}/messages`, { content: 'Hello Ada, how can we help?' })
    ids.set(205, first.body.id)
    await desk.post(`/conversations/${id}/custom_attributes`, { custom_attributes: { order: 'A-1' } })
  })
  afterAll(() => desk.emulator.close())

  it.each(ACTS.map((entry) => [entry.n, entry.name, entry] as const))(
    'answer like recording %i, %s',
    async (_, __, entry) => {
      const { request, response } = entry
      const path = request.path
        .replace('/accounts/5/conversations/1', `/accounts/1/conversations/${id}`)
        .replace(
          /\/messages\/(\d+)/,
          (_: string, message: string) => `/messages/${ids.get(Number(message)) ?? message}`,
        )
      const answer = await desk.request(path, { method: request.method, ...contentOf(request, ids) })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        response.status,
        response.headers['content-type'],
      ])
      if (response.body === undefined) return
      if (response.status >= 400) return void expect(answer.body).toEqual(response.body)
      if (response.body?.conversation_id !== undefined) ids.set(response.body.id, answer.body.id)
      expect(outlineProblems(response.body, answer.body)).toEqual([])
      expect(corpus.differences(answer.body)).toEqual([])
      expect(truthsOf(answer.body)).toEqual(truthsOf(response.body))
    },
  )

  it('leave the lines in the thread that they left there', async () => {
    const { payload } = (await desk.get(`/conversations/${id}/messages?after=0`)).body
    const lines = payload
      .filter(({ message_type, sender }: Answer['body']) => message_type === 2 && sender === undefined)
      .map(({ content }: Answer['body']) => content)
    expect(lines).toEqual([
      'Conversation was marked resolved by Nora Admin',
      'Conversation was reopened by Nora Admin',
      'Conversation was snoozed by Nora Admin',
      'Conversation was reopened by Nora Admin',
      'Conversation was marked as pending by Nora Admin',
      'Conversation was reopened by Piet Agent',
      'Piet Agent self-assigned this conversation',
      'Nora Admin set the priority to urgent',
      'Nora Admin changed the priority from urgent to low',
      'Nora Admin removed the priority',
      'Nora Admin self-assigned this conversation',
      'Assigned to billing by Nora Admin',
      'Conversation unassigned by Nora Admin',
      'Assigned to Quinn Agent by Nora Admin',
      'Conversation unassigned by Nora Admin',
      'Unassigned from billing by Nora Admin',
      'Nora Admin added vip, refund',
      'Nora Admin removed vip, refund',
      'Nora Admin added bug, never defined',
    ])
  })
})

describe('new contacts and conversations', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk.emulator.close())

  it('are made, found again and of the recorded form', async () => {
    const made = await desk.post('/contacts', { inbox_id: 6, name: 'New Reader', email: 'New@example.com' })
    expect(corpus.differences(made.body)).toEqual([])
    const { contact, contact_inbox } = made.body.payload
    expect(contact.email).toBe('new@example.com')
    const { source_id } = contact_inbox
    const opened = await desk.post('/conversations', { source_id, message: { content: 'welcome' } })
    expect(corpus.differences(opened.body)).toEqual([])
    expect(opened.body).toMatchObject({ status: 'open', waiting_since: 0, unread_count: 0 })
    const shown = await desk.get(`/conversations/${opened.body.id}`)
    expect(shown.body.messages[0].content).toBe('welcome')
    expect(shown.body.meta.sender.id).toBe(contact.id)
  })

  it.each(RECORDED.filter(({ n }) => [35, 36, 345, 346, 347].includes(n)).map((one) => [one.name, one] as const))(
    'are refused like recorded: %s',
    async (_, { request, response }) => {
      const all = await desk.allConversations()
      const { source_id } = all.find(({ meta }) => meta.sender.id === 15).messages[0].conversation.contact_inbox
      const text = JSON.stringify(request.body)
        .replace('ada@reader.example', 'ada@example.com')
        .replace(/"source_id":"\w+-[^"]+"/, `"source_id":"${source_id}"`)
      const answer = await desk.post(request.path.replace('/api/v1/accounts/5', ''), JSON.parse(text))
      expect([answer.status, answer.body]).toEqual([response.status, response.body])
    },
  )
})

function truthsOf(body: Answer['body']): Record<string, unknown> {
  const own = Object.entries(body ?? {}).filter(([key]) => TRUTHS.includes(key))
  return { ...Object.fromEntries(own), current: body?.payload?.current_status, labels: body?.payload?.labels }
}

function contentOf({ as, body, multipart }: Answer['body'], ids: ReadonlyMap<number, number>): RequestInit {
  const headers = { accept: 'application/json', 'api-access-token': as === 'agent' ? TOKENS.piet : TOKENS.nora }
  if (multipart === undefined) {
    const text = JSON.stringify(body ?? {}).replace(
      /"in_reply_to":(\d+)/,
      (_, message) => `"in_reply_to":${ids.get(Number(message)) ?? message}`,
    )
    return { headers, body: text }
  }
  const form = new FormData()
  for (const { name, value, filename, type, bytes } of multipart) {
    if (filename === undefined) form.append(name, value)
    else form.append(name, new File([new Uint8Array(bytes)], filename, { type }))
  }
  return { headers, body: form }
}

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

/** What a contact's app did in its conversation 2, and where it was sent away. */
const AS_CONTACT = RECORDED.filter(({ n }) => [150, 151, 153, 154, 157, 164, 165, 168].includes(n))
const RECORDED_PLACE = '3160796c-6e10-48f2-9186-8ffe71ffce15/conversations/2'

describe('a contact’s app, replayed from the recording', () => {
  let desk: Desk
  let own: Answer['body']
  let place: string

  beforeAll(async () => {
    desk = await openDesk()
    const all = await desk.allConversations()
    own = all.find(({ meta, status, messages: [last] }) => {
      // The contact of the recording had no phone.
      const isAlike = meta.channel === 'Channel::Api' && meta.sender.phone_number === null
      return isAlike && status === 'open' && last !== undefined
    })
    place = `${own.messages[0].conversation.contact_inbox.source_id}/conversations/${own.id}`
  })
  afterAll(() => desk.emulator.close())

  it.each(AS_CONTACT.map((entry) => [entry.n, entry.name, entry] as const))(
    'is answered like recording %i, %s',
    async (_, __, { request, response }) => {
      const path = request.path.replace(RECORDED_PLACE, place)
      const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) }
      const answer = await desk.request(path, {
        method: request.method,
        headers: { accept: 'application/json' },
        ...body,
      })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        response.status,
        response.headers['content-type'],
      ])
      if (response.body === undefined) return void expect(answer.text).toBe('')
      if (response.status >= 400) return void expect(answer.body).toEqual(response.body)
      expect(outlineProblems(response.body, answer.body)).toEqual([])
      expect(corpus.differences(answer.body)).toEqual([])
      expect(answer.body.status).toBe(response.body.status)
    },
  )

  it('leaves what the recording left: a line in the thread, a position, and messages that were read', async () => {
    const { payload } = (await desk.get(`/conversations/${own.id}/messages`)).body
    expect(payload.at(-1)).toMatchObject({
      message_type: 2,
      content: `Conversation was resolved by ${own.meta.sender.name}`,
    })
    const shown = (await desk.get(`/conversations/${own.id}`)).body
    expect(shown).toMatchObject({ status: 'resolved', waiting_since: 0 })
    expect(shown.contact_last_seen_at).toBeGreaterThan(own.last_activity_at - 1)
  })

  it('finds nothing under another name or in another inbox', async () => {
    const root = '/public/api/v1/inboxes'
    const paths = [
      `${root}/6WP9ZTEiasnxv6KSPcdATTog/contacts/nonsense/conversations/${own.id}`,
      `${root}/x/contacts/${place}`,
    ]
    for (const path of paths) {
      const answer = await desk.request(path, { headers: { accept: 'application/json' } })
      expect([answer.status, answer.body]).toEqual([404, { status: 404, error: 'Not Found' }])
    }
  })
})

describe('what administrators alone do', () => {
  it('is deleting a conversation, as recorded: for good, and told to nobody', async () => {
    const desk = await openDesk()
    const [one] = (await desk.get('/conversations?inbox_id=6')).body.data.payload
    const path = `/api/v1/accounts/1/conversations/${one.id}`
    const remove = (token: string) =>
      desk.request(path, { method: 'DELETE', headers: { 'api-access-token': token, accept: 'application/json' } })
    const line = (n: number) => RECORDED.find((entry) => entry.n === n).response
    const refused = await remove(TOKENS.piet)
    expect([refused.status, refused.body]).toEqual([line(326).status, line(326).body])
    const done = await remove(TOKENS.nora)
    expect([done.status, done.text]).toEqual([line(327).status, ''])
    const gone = await desk.get(`/conversations/${one.id}`)
    expect([gone.status, gone.body]).toEqual([line(328).status, line(328).body])
    const made = await desk.post('/conversations', { inbox_id: 6, contact_id: one.meta.sender.id })
    expect(made.body.id).toBeGreaterThan((await desk.state()).conversations.length - 1)
    await desk.emulator.close()
  })
})

describe('a conversation that is opened', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk.emulator.close())

  const open = async (fields: Readonly<Record<string, string | File>>) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    const headers = { 'api-access-token': TOKENS.nora, accept: 'application/json' }
    return desk.request('/api/v1/accounts/1/conversations', { method: 'POST', headers, body })
  }

  it('by a form has what stands in brackets where it belongs', async () => {
    const { body } = await open({
      inbox_id: '6',
      contact_id: '15',
      'additional_attributes[source]': 'app',
      'message[content]': 'see here',
      'message[private]': 'true',
      'message[content_attributes]': '{"own":1}',
      'message[attachments][]': new File(['x'], 'label.txt', { type: 'text/plain' }),
    })
    expect(corpus.differences(body).filter((one) => !one.includes('attachments'))).toEqual([])
    expect(body.additional_attributes).toEqual({ source: 'app' })
    expect(body.messages[0]).toMatchObject({ content: 'see here', private: true, content_attributes: { own: 1 } })
    expect(body.messages[0].attachments).toHaveLength(1)
  })

  it('is the last one of that contact where the inbox keeps to one', async () => {
    const all = await desk.allConversations()
    const known = all.find(({ meta }) => meta.channel === 'Channel::Whatsapp')
    const { body } = await desk.post('/conversations', {
      inbox_id: known.inbox_id,
      contact_id: known.meta.sender.id,
      message: { content: 'again' },
    })
    expect([body.id, body.messages.at(-1).content]).toEqual([known.id, 'again'])
  })
})

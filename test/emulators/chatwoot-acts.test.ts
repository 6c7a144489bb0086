import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WEBHOOK_SECRET } from '../../providers/chatwoot/emulator/index.ts'
import { type Answer, type Desk, openDesk } from './chatwoot-desk.ts'
import { Corpus } from './chatwoot-shape.ts'

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly body: Answer['body']
}

const RECORDED_HOOKS = readFileSync(new URL('../fixtures/chatwoot/webhooks.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')

let desk: Desk
let receiver: Server
let deliveries: Delivery[]
let answerWith: number

beforeEach(async () => {
  desk = await openDesk()
  deliveries = []
  answerWith = 200
  receiver = createServer(async (request, response) => {
    const raw = await text(request)
    deliveries.push({ headers: request.headers, raw, body: JSON.parse(raw) })
    response.writeHead(answerWith).end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  await desk.act('deliver-webhooks-to', { url: `http://127.0.0.1:${port}/hook` })
})

afterEach(async () => {
  await desk.emulator.close()
  receiver.closeAllConnections()
  receiver.close()
})

/** The first conversation of that channel that passes, with whom it is. */
async function pick(channel: string, passes: (one: Answer['body']) => boolean = () => true) {
  const all = await desk.allConversations()
  const found = all.find((one) => one.meta.channel === channel && !one.muted && passes(one))
  return { id: String(found.id), contact: `contact:${found.meta.sender.id}`, before: found }
}

const isResolved = ({ status }: Answer['body']) => status === 'resolved'
const show = async (id: string) => (await desk.get(`/conversations/${id}`)).body
const messages = async (id: string) => (await desk.get(`/conversations/${id}/messages`)).body.payload
const heard = (count: number) => vi.waitFor(() => expect(deliveries.length).toBeGreaterThanOrEqual(count), 5_000)
const eventNames = () => deliveries.map(({ body }) => body.event)

describe('what a contact says', () => {
  it('arrives unread, wakes a resolved conversation and makes it wait', async () => {
    const { id, contact, before } = await pick('Channel::Api', ({ status }) => status === 'resolved')
    const { body } = await desk.act('say', { conversation: id, person: contact, text: 'one more thing' })
    const after = await show(id)
    expect(after.status).toBe('open')
    expect(after.unread_count).toBe(Math.min(10, before.unread_count + 1))
    expect(after.waiting_since).toBe(after.last_activity_at)
    expect(after.last_activity_at).toBeGreaterThan(before.last_activity_at)
    const [said, activity] = (await messages(id)).slice(-2)
    expect(said).toMatchObject({ id: Number(body.message), message_type: 0, content: 'one more thing', status: 'sent' })
    expect(activity).toMatchObject({
      message_type: 2,
      content: 'System reopened the conversation due to a new incoming message.',
    })
    expect(activity).not.toHaveProperty('sender')
  })

  it('leaves the conversation of a blocked contact closed', async () => {
    const all = await desk.allConversations()
    const blocked = all.find(({ muted }) => muted)
    const person = `contact:${blocked.meta.sender.id}`
    await desk.act('say', { conversation: String(blocked.id), person, text: 'hello?' })
    expect((await show(String(blocked.id))).status).toBe('resolved')
  })

  it('is told by signed webhooks, and its line in the thread by none', async () => {
    const { id, contact } = await pick('Channel::Api', ({ status }) => status === 'resolved')
    await desk.act('say', { conversation: id, person: contact, text: 'a <b> & c\n' })
    await heard(5)
    expect(eventNames()).toEqual([
      'contact_updated',
      'message_created',
      'conversation_status_changed',
      'conversation_updated',
      'conversation_updated',
    ])
    for (const { headers, raw } of deliveries) {
      const signed = `${headers['x-chatwoot-timestamp']}.${raw}`
      const digest = createHmac('sha256', WEBHOOK_SECRET).update(signed).digest('hex')
      expect(headers['x-chatwoot-signature']).toBe(`sha256=${digest}`)
      expect(headers['content-type']).toBe('application/json')
    }
    expect(new Set(deliveries.map(({ headers }) => headers['x-chatwoot-delivery'])).size).toBe(5)
    const created = deliveries[1]
    expect(created?.raw).toContain('a \\u003cb\\u003e \\u0026 c')
    expect(created?.body).toMatchObject({ content: 'a <b> & c', message_type: 'incoming', event: 'message_created' })
    expect(created?.body.created_at).toMatch(/Z$/)
    expect(created?.body).not.toHaveProperty('status')
    expect(created?.body.sender).not.toHaveProperty('type')
    expect(deliveries[2]?.body.changed_attributes).toBeNull()
    expect(deliveries[3]?.body.changed_attributes[0]).toEqual({
      status: { previous_value: 'resolved', current_value: 'open' },
    })
  })

  it('moves the time of a conversation to the top of the list', async () => {
    const { id, contact } = await pick('Channel::Line', ({ status }) => status === 'open')
    await desk.act('say', { conversation: id, person: contact, text: 'hi' })
    expect((await desk.get('/conversations')).body.data.payload[0].id).toBe(Number(id))
  })
})

describe('what an agent says', () => {
  it('ends the waiting and never reopens', async () => {
    const { id } = await pick('Channel::Email', ({ status }) => status === 'resolved')
    await desk.act('say', { conversation: id, person: 'user:11', text: 'done' })
    const after = await show(id)
    expect(after.status).toBe('resolved')
    expect(after.waiting_since).toBe(0)
    expect(after.last_non_activity_message.sender).toMatchObject({ id: 11, type: 'user' })
  })

  it('of a bot is no first reply', async () => {
    const { id } = await pick('Channel::Email', ({ messages: [last] }) => last === undefined)
    await desk.act('say', { conversation: id, person: 'bot:2', text: 'I am a bot' })
    expect(await show(id)).toMatchObject({ first_reply_created_at: 0, waiting_since: 0 })
    await desk.act('say', { conversation: id, person: 'user:8', text: 'I am not' })
    const after = await show(id)
    expect(after.first_reply_created_at).toBe(after.last_activity_at)
  })

  it('is delivered on LINE at once', async () => {
    const { id } = await pick('Channel::Line')
    await desk.act('say', { conversation: id, person: 'user:11', text: 'hi' })
    expect((await messages(id)).at(-1).status).toBe('delivered')
  })
})

describe('what a contact has got and read', () => {
  it('in an app is delivered message by message, then read with a position', async () => {
    const { id, contact } = await pick('Channel::Api', ({ status }) => status === 'open')
    const { body } = await desk.act('say', { conversation: id, person: 'user:8', text: 'on its way' })
    await desk.act('receive', { conversation: id, person: contact })
    expect((await messages(id)).at(-1).status).toBe('delivered')
    await desk.act('read', { conversation: id, person: contact })
    expect((await messages(id)).at(-1).status).toBe('read')
    expect((await show(id)).contact_last_seen_at).toBeGreaterThanOrEqual((await show(id)).last_activity_at)
    const state = (await desk.state()).conversations.find((one) => one.id === id)
    const told = state?.messages.find((one) => one.id === body.message)
    expect(told?.deliveredAt).not.toBeNull()
    expect(told?.readAt).not.toBeNull()
  })

  it('is told by updates without status that can be the same byte for byte', async () => {
    const { id, contact } = await pick('Channel::Api', ({ status }) => status === 'open')
    await desk.act('say', { conversation: id, person: 'user:8', text: 'first' })
    await desk.act('read', { conversation: id, person: contact })
    await desk.act('say', { conversation: id, person: 'user:8', text: 'second' })
    await heard(3)
    const settled = deliveries.length
    await desk.act('receive', { conversation: id, person: contact })
    await vi.waitFor(() => expect(deliveries.length).toBeGreaterThan(settled))
    const updated = deliveries.findLast(({ body }) => body.event === 'message_updated')
    expect(Object.keys(updated?.body)).not.toContain('status')
    expect(updated?.body.conversation.messages[0].status).toBe('delivered')
  })

  it('on WhatsApp changes messages only, not the position', async () => {
    const { id, contact } = await pick('Channel::Whatsapp', ({ status }) => status === 'open')
    await desk.act('say', { conversation: id, person: 'user:11', text: 'hello' })
    await desk.act('read', { conversation: id, person: contact })
    expect((await messages(id)).at(-1).status).toBe('read')
    expect((await show(id)).contact_last_seen_at).toBe(0)
  })

  it('reaches only as far as the message that was on the screen', async () => {
    const { id, contact } = await pick('Channel::WebWidget', ({ status }) => status === 'open')
    const { body } = await desk.act('say', { conversation: id, person: 'user:9', text: 'first' })
    await desk.act('say', { conversation: id, person: 'user:9', text: 'second' })
    await desk.act('read', { conversation: id, person: contact, upTo: body.message })
    expect((await messages(id)).slice(-2).map((one: Answer['body']) => one.status)).toEqual(['read', 'sent'])
  })
})

describe('what an agent reads', () => {
  it('empties the counter without an event or a trace in updated_at', async () => {
    const { id, before } = await pick('Channel::Api', ({ unread_count, meta }) => unread_count > 0 && meta.assignee)
    await desk.act('read', { conversation: id, person: 'user:8' })
    const after = await show(id)
    expect(after.unread_count).toBe(0)
    expect(after.agent_last_seen_at).toBeGreaterThan(before.agent_last_seen_at)
    expect(after.updated_at).toBe(before.updated_at)
    expect(after.assignee_last_seen_at).toBe(
      before.meta.assignee.id === 8 ? after.agent_last_seen_at : before.assignee_last_seen_at,
    )
    expect(deliveries).toEqual([])
  })
})

describe('the account webhook', () => {
  it('is sent once, even when nobody wants it', async () => {
    answerWith = 500
    const { id, contact } = await pick('Channel::Api', ({ status }) => status === 'open')
    await desk.act('say', { conversation: id, person: contact, text: 'hello' })
    await heard(2)
    const told = deliveries.length
    await desk.act('deliver-webhooks-to', { url: null })
    await desk.act('say', { conversation: id, person: contact, text: 'again' })
    expect(deliveries.length).toBe(told)
    const ids = deliveries.map(({ headers }) => headers['x-chatwoot-delivery'])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has the form of recorded ones, whatever it tells of', async () => {
    const corpus = new Corpus()
    for (const line of RECORDED_HOOKS) corpus.learn(JSON.parse(JSON.parse(line).body))
    const people = [await pick('Channel::Api', isResolved), await pick('Channel::WebWidget', isResolved)]
    for (const { id, contact } of people) {
      await desk.act('say', { conversation: id, person: contact, text: 'line\\\nline\n' })
      await desk.act('say', { conversation: id, person: 'user:9', text: 'yes' })
      await desk.act('say', { conversation: id, person: 'bot:2', text: 'indeed' })
      await desk.act('read', { conversation: id, person: contact })
    }
    await vi.waitFor(() => expect(new Set(eventNames()).size).toBe(5))
    await vi.waitFor(() => expect(eventNames().filter((name) => name === 'message_updated').length).toBeGreaterThan(5))
    expect(deliveries.flatMap(({ body }) => corpus.differences(body))).toEqual([])
  })

  it('is shown to administrators with its secret', async () => {
    const { webhooks } = (await desk.get('/webhooks')).body.payload
    expect(webhooks[0].secret).toBe(WEBHOOK_SECRET)
  })
})

describe('the control routes', () => {
  it.each([
    { conversation: '99999', person: 'user:8' },
    { conversation: '1', person: 'user:999' },
    { conversation: '1', person: 'contact:1' },
    { conversation: 'abc', person: 'user:8' },
  ])('know no %o', async (who) => {
    expect((await desk.act('say', { ...who, text: 'x' })).status).toBe(404)
    expect((await desk.act('read', who)).status).toBe(404)
  })

  it('name everybody by kind and number', async () => {
    const { people, conversations } = await desk.state()
    const ids = new Set(people.map(({ id }) => id))
    expect(ids.size).toBe(people.length)
    const named = conversations.flatMap((one) => [...one.people, ...one.messages.flatMap(({ person }) => person ?? [])])
    expect(named.every((id) => ids.has(id))).toBe(true)
  })
})

import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SIGNING_KEY, SUBSCRIBED_URL, sign } from '../../providers/bird/emulator/index.ts'
import { birdDocument, conversationsOf, type Desk, hasBirdData, type Json, onPlatform, openDesk } from './bird-desk.ts'

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: Json
}

/** Takes webhooks and answers each with the next of these statuses, then 204. */
async function openHook(...statuses: number[]): Promise<{ url: string; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      deliveries.push({ headers: request.headers, text, body: JSON.parse(text) })
      response.writeHead(statuses.shift() ?? 204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?of=bird%20one`, deliveries }
}

async function activeOn(desk: Desk, platform: string): Promise<Json> {
  const found = (await onPlatform(desk, platform, await conversationsOf(desk))).find(
    ({ status }) => status === 'active',
  )
  if (found === undefined) throw new Error(`nothing active on ${platform}`)
  return found
}

async function userOf(desk: Desk, conversation: Json): Promise<string> {
  const participants = (await desk.walk(`/conversations/${conversation.id}/participants`)).flat()
  return participants.find(({ type }) => type === 'user')?.id
}

describe('acting in the emulated Bird', () => {
  it('lets a contact write: the message is born delivered and refers to itself', async () => {
    const desk = await openDesk()
    const { id, initiatingParticipant } = await activeOn(desk, 'whatsapp')
    const { message } = await desk.control('say', {
      conversation: id,
      person: initiatingParticipant.id,
      text: 'Hello?',
    })
    const { body } = await desk.get(`/conversations/${id}/messages/${message}`)
    expect(body).toMatchObject({ status: 'delivered', source: 'channels', reference: message, interactions: null })
    expect(body.sender.id).toBe(initiatingParticipant.id)
    expect((await desk.get(`/conversations/${id}`)).body.lastMessage).toMatchObject({
      id: message,
      preview: { text: 'Hello?' },
    })
  })

  it('delivers what a user wrote when the contact receives, and only then', async () => {
    const desk = await openDesk()
    const conversation = await activeOn(desk, 'whatsapp')
    const person = await userOf(desk, conversation)
    const { message } = await desk.control('say', { conversation: conversation.id, person, text: 'Here it is' })
    const path = `/conversations/${conversation.id}/messages/${message}`
    expect((await desk.get(path)).body.status).toBe('sent')
    await desk.control('receive', { conversation: conversation.id, person: conversation.initiatingParticipant.id })
    expect((await desk.get(path)).body.status).toBe('delivered')
    const truth = (await desk.state()).conversations.find(({ id }) => id === conversation.id)
    expect(truth?.messages.at(-1)).toMatchObject({ id: message, person, deliveredAt: expect.any(String), readAt: null })
  })

  it('adds a read by the contact up to the given message, once, and changes no status', async () => {
    const desk = await openDesk()
    const conversation = await activeOn(desk, 'whatsapp')
    const { id, initiatingParticipant } = conversation
    const person = await userOf(desk, conversation)
    const first = (await desk.control('say', { conversation: id, person, text: 'One' })).message
    const second = (await desk.control('say', { conversation: id, person, text: 'Two' })).message
    for (const _ of [1, 2])
      await desk.control('read', { conversation: id, person: initiatingParticipant.id, upTo: first })
    const { body } = await desk.get(`/conversations/${id}/messages/${first}`)
    expect(body.status).toBe('sent')
    expect(body.interactions).toHaveLength(1)
    expect(body.interactions[0]).toMatchObject({
      type: 'read',
      messageId: first,
      context: { id: `${id}:${first}:${initiatingParticipant.id}` },
    })
    expect((await desk.get(`/conversations/${id}/messages/${second}`)).body.interactions).toBeNull()
    const truth = (await desk.state()).conversations.find((one) => one.id === id)?.messages
    expect(truth?.find((one) => one.id === first)?.readAt).not.toBeNull()
  })

  it('knows of reading that e-mails were opened, and nothing on SMS', async () => {
    const desk = await openDesk()
    for (const [platform, expected] of [
      ['email', ['opened']],
      ['sms', []],
    ] as const) {
      const conversation = await activeOn(desk, platform)
      const person = await userOf(desk, conversation)
      const { message } = await desk.control('say', { conversation: conversation.id, person, text: 'See?' })
      await desk.control('read', { conversation: conversation.id, person: conversation.initiatingParticipant.id })
      const { body } = await desk.get(`/conversations/${conversation.id}/messages/${message}`)
      expect((body.interactions ?? []).map(({ type }: Json) => type)).toEqual(expected)
    }
  })

  it('reopens a closed conversation, which lists asked for active ones then miss', async () => {
    const desk = await openDesk()
    const closed = (await conversationsOf(desk)).find(
      ({ status, platformStyle }) => status === 'closed' && platformStyle === 'email',
    )
    const act = { conversation: closed?.id, person: closed?.initiatingParticipant.id, text: 'One more thing' }
    await desk.control('say', act)
    expect((await desk.get(`/conversations/${closed?.id}`)).body.status).toBe('active')
    const active = (await desk.walk('/conversations?limit=100&status=active')).flat().map(({ id }) => id)
    expect(active).not.toContain(closed?.id)
  })

  it('puts a message into the conversation that is open where the named one is closed', async () => {
    const desk = await openDesk()
    const rows = await conversationsOf(desk)
    const isSame = (one: Json, other: Json) =>
      one.channelId === other.channelId && one.initiatingParticipant.id === other.initiatingParticipant.id
    const closed = rows.find(
      (row) => row.status === 'closed' && rows.some((one) => one.status === 'active' && isSame(one, row)),
    )
    const open = rows.find((row) => row.status === 'active' && isSame(row, closed as Json))
    const act = { conversation: closed?.id, person: closed?.initiatingParticipant.id, text: 'Again me' }
    const { message } = await desk.control('say', act)
    expect((await desk.get(`/conversations/${open?.id}`)).body.lastMessage.id).toBe(message)
    expect((await desk.get(`/conversations/${closed?.id}`)).body.status).toBe('closed')
  })

  it('answers 404 to acts of and in what is not there', async () => {
    const desk = await openDesk()
    const { id } = await activeOn(desk, 'sms')
    expect(await desk.control('say', { conversation: 'none', person: 'x', text: '' })).toHaveProperty('error')
    expect(await desk.control('receive', { conversation: id, person: 'nobody' })).toHaveProperty('error')
    const closed = (await conversationsOf(desk)).find(({ status }) => status === 'closed')
    expect(await desk.control('say', { conversation: closed?.id, person: 'nobody', text: '' })).toHaveProperty('error')
    expect((await desk.get(`/conversations/${closed?.id}`)).body).toEqual(closed)
  })

  it('lets a colleague join by writing, and not by receiving', async () => {
    const desk = await openDesk()
    const { id } = await activeOn(desk, 'sms')
    const state = await desk.state()
    const present = state.conversations.find((one) => one.id === id)?.people ?? []
    const quinn = state.people.find((person) => person.name === 'Quinn Agent' && !present.includes(person.id))
    expect(await desk.control('receive', { conversation: id, person: quinn?.id })).toHaveProperty('error')
    await desk.control('say', { conversation: id, person: quinn?.id, text: 'May I?' })
    expect((await desk.get(`/conversations/${id}/participants/${quinn?.id}`)).body.displayName).toBe('Quinn Agent')
  })
})

describe('the webhooks of the emulated Bird', () => {
  it('tell an outgoing message step by step, without what a user wrote', async () => {
    const [desk, hook] = await Promise.all([openDesk(), openHook()])
    await desk.control('deliver-webhooks-to', { url: hook.url })
    const conversation = await activeOn(desk, 'whatsapp')
    const person = await userOf(desk, conversation)
    const { message } = await desk.control('say', { conversation: conversation.id, person, text: 'On its way' })
    await desk.control('receive', { conversation: conversation.id, person: conversation.initiatingParticipant.id })
    await vi.waitFor(() => expect(hook.deliveries.length).toBeGreaterThanOrEqual(8))
    const own = hook.deliveries
      .map(({ body }) => body)
      .filter(({ payload }) => (payload.lastMessage ?? payload).id === message)
    expect(own.map(({ event, payload }) => `${event} ${(payload.lastMessage ?? payload).status}`)).toEqual(
      ['accepted', 'processing', 'sent', 'delivered'].flatMap((status) => [
        `whatsapp.outbound ${status}`,
        `conversation.updated ${status}`,
      ]),
    )
    expect(own[0]).toMatchObject({ service: 'channels', payload: { direction: 'outgoing' } })
    expect(own[0]?.payload).not.toHaveProperty('body')
    expect(own[1]).toMatchObject({ service: 'conversations', payload: { id: conversation.id } })
  })

  it('tell a step of an earlier message only to those who listen to its channel', async () => {
    const [desk, hook] = await Promise.all([openDesk(), openHook()])
    const conversation = await activeOn(desk, 'whatsapp')
    const { id, initiatingParticipant } = conversation
    const person = await userOf(desk, conversation)
    const { message } = await desk.control('say', { conversation: id, person, text: 'First' })
    await desk.control('say', { conversation: id, person: initiatingParticipant.id, text: 'Second' })
    await desk.control('deliver-webhooks-to', { url: hook.url })
    await desk.control('receive', { conversation: id, person: initiatingParticipant.id })
    await desk.control('say', { conversation: id, person: initiatingParticipant.id, text: 'Third' })
    await vi.waitFor(() => expect(hook.deliveries.at(-1)?.body.payload.lastMessage?.preview.text).toBe('Third'))
    const events = hook.deliveries.map(({ body }) => body.event)
    expect(hook.deliveries.some(({ body }) => body.payload.id === message)).toBe(true)
    expect(events.filter((event) => event === 'conversation.updated')).toHaveLength(1)
  })

  it('tell what came in and what was read', async () => {
    const [desk, hook] = await Promise.all([openDesk(), openHook()])
    await desk.control('deliver-webhooks-to', { url: hook.url })
    const conversation = await activeOn(desk, 'whatsapp')
    const { id, initiatingParticipant } = conversation
    const { message } = await desk.control('say', { conversation: id, person: initiatingParticipant.id, text: 'Hello' })
    await vi.waitFor(() => expect(hook.deliveries).toHaveLength(2))
    expect(hook.deliveries[0]?.body).toMatchObject({
      event: 'whatsapp.inbound',
      payload: { id: message, direction: 'incoming', status: 'delivered', body: { text: { text: 'Hello' } } },
    })
    const sent = (await desk.control('say', { conversation: id, person: await userOf(desk, conversation), text: 'Hi' }))
      .message
    await desk.control('read', { conversation: id, person: initiatingParticipant.id })
    const isRead = ({ body }: Delivery) => body.event === 'whatsapp.interaction' && body.payload.messageId === sent
    await vi.waitFor(() => expect(hook.deliveries.some(isRead)).toBe(true))
    expect(hook.deliveries.find(isRead)?.body.payload).toMatchObject({
      type: 'read',
      context: { type: 'conversation_message', id: `${id}:${sent}:${initiatingParticipant.id}` },
    })
    expect(hook.deliveries.at(-1)?.body.event).toBe('whatsapp.interaction')
  })

  it('are signed over time, address and body, and come again unchanged until any 2xx', async () => {
    const [desk, hook] = await Promise.all([openDesk({ webhookRetryDelaysMs: [1_100, 5] }), openHook(503, 500, 202)])
    await desk.control('deliver-webhooks-to', { url: hook.url })
    const { id, initiatingParticipant } = await activeOn(desk, 'sms')
    await desk.control('say', { conversation: id, person: initiatingParticipant.id, text: 'Tür zu! 🚪' })
    await vi.waitFor(() => expect(hook.deliveries).toHaveLength(4), { timeout: 5_000 })
    const first = hook.deliveries[0] as Delivery
    const again = hook.deliveries.filter(
      ({ headers }) => headers['messagebird-request-id'] === first.headers['messagebird-request-id'],
    )
    expect(again.length).toBeGreaterThanOrEqual(2)
    for (const { headers, text } of again) {
      expect(text).toBe(first.text)
      expect(headers['messagebird-request-timestamp']).toBe(first.headers['messagebird-request-timestamp'])
      expect(headers['messagebird-signature']).toBe(first.headers['messagebird-signature'])
    }
    const digest = createHash('sha256').update(first.text, 'utf8').digest()
    const signed = Buffer.concat([
      Buffer.from(`${first.headers['messagebird-request-timestamp']}\n${SUBSCRIBED_URL}\n`),
      digest,
    ])
    expect(first.headers['messagebird-signature']).toBe(
      createHmac('sha256', SIGNING_KEY).update(signed).digest('base64'),
    )
  })

  it('are listed as subscriptions, one for each event, under both prefixes and without the key', async () => {
    const desk = await openDesk()
    expect((await desk.get('/webhook-subscriptions')).body).toEqual({ results: [] })
    await desk.control('deliver-webhooks-to', { url: 'http://127.0.0.1:9/hooks' })
    const rows = (await desk.walk('/webhook-subscriptions')).flat()
    expect(rows.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['whatsapp.interaction', 'conversation.updated']),
    )
    expect(rows[0]).not.toHaveProperty('signingKey')
    expect(new Set(rows.map(({ url }) => url))).toEqual(new Set([SUBSCRIBED_URL]))
    const { organizationId, workspaceId } = rows[0] as Json
    const long = `${desk.url}/organizations/${organizationId}/workspaces/${workspaceId}/webhook-subscriptions`
    expect((await desk.get(`${long}?limit=100`)).body.results).toHaveLength(rows.length)
    const { body } = await desk.get('/available-webhooks?service=conversations')
    expect(body.results.map(({ service }: Json) => service)).toEqual(['conversations'])
  })

  describe.skipIf(!hasBirdData)('against the vectors of the fact sheet (skipped where ../shared is absent)', () => {
    it('sign as Bird does', () => {
      const { vectors } = birdDocument('webhook-signature-vectors.json')
      expect(vectors.length).toBeGreaterThan(0)
      for (const { signingKey, timestamp, url, body, signature } of vectors)
        expect(sign(signingKey, timestamp, url, body)).toBe(signature)
    })
  })
})

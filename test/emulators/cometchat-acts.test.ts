import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  APP_ID,
  LARGE_GROUP,
  startCometChatEmulator,
  WEBHOOK_ID,
  WEBHOOK_PASSWORD,
  WEBHOOK_USER,
} from '../../providers/cometchat/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { type Asker, createAsker, type Json } from './cometchat-support.ts'

let emulator: Emulator
let asker: Asker
const closings: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  emulator = await startCometChatEmulator({ port: 0 })
  asker = createAsker(emulator)
  closings.push(() => emulator.close())
})
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

const ADA = { conversation: 'ada_user_nora', person: 'ada' }
const NORA = { conversation: 'ada_user_nora', person: 'nora' }

describe('what people do in the CometChat emulator', () => {
  it('a word said moves the conversation to the top, unread for the other side only', async () => {
    await asker.act('read', NORA)
    const { message } = await asker.act('say', { ...ADA, text: 'Is it there yet?' })
    const { data } = await asker.get('/conversations?perPage=1')
    expect(data[0]).toMatchObject({
      conversationId: ADA.conversation,
      unreadMessageCount: '1',
      latestMessageId: message,
    })
    expect(data[0].lastMessage.data.text).toBe('Is it there yet?')
    const theirs = await asker.get('/users/nora/conversation', { onbehalfof: 'ada' })
    expect(theirs.data.latestMessageId).toBe(message)
    expect((await asker.get('/users/ada/messages?affix=prepend&limit=1')).data[0].id).toBe(message)
  })

  it('receiving and reading move watermarks over everything before, and never back', async () => {
    await asker.act('read', ADA)
    const first = (await asker.act('say', { ...NORA, text: 'one' })).message
    const second = (await asker.act('say', { ...NORA, text: 'two' })).message
    const read = async (id: string) => (await asker.get(`/messages/${id}`)).data
    expect('deliveredAt' in (await read(first))).toBe(false)
    await asker.act('receive', ADA)
    expect([(await read(first)).deliveredAt, 'readAt' in (await read(second))]).toEqual([expect.any(Number), false])
    await asker.act('read', { ...ADA, upTo: first })
    expect([(await read(first)).readAt, 'readAt' in (await read(second))]).toEqual([expect.any(Number), false])
    await asker.act('read', ADA)
    const { readAt, receipts } = await read(second)
    expect(receipts.data).toEqual([
      { recipient: expect.objectContaining({ uid: 'ada' }), deliveredAt: expect.any(Number), readAt },
    ])
  })

  it('the acting user reading empties the count', async () => {
    const { data } = await asker.get('/conversations?unread=true&conversationType=user&perPage=1')
    const { conversationId, conversationWith } = data[0]
    await asker.act('read', { conversation: conversationId, person: 'nora' })
    const after = (await asker.get(`/users/${conversationWith.uid}/conversation`)).data
    expect(after.unreadMessageCount).toBe('0')
    expect(Number(after.lastReadMessageId)).toBeGreaterThan(0)
  })

  it('in a group above 300 members words are said and nothing else moves', async () => {
    const path = `/groups/${LARGE_GROUP}/conversation`
    const before = (await asker.get(path)).data
    const conversation = `group_${LARGE_GROUP}`
    const { message } = await asker.act('say', { conversation, person: 'ada', text: 'Hello, all 320' })
    await asker.act('read', { conversation, person: 'nora' })
    expect((await asker.get(path)).data).toEqual(before)
    expect((await asker.get(`/messages/${message}`)).data.receipts.data).toEqual([])
  })

  it('the state tells the truth of every message', async () => {
    const { message } = await asker.act('say', { ...NORA, text: 'Good morning' })
    await asker.act('read', ADA)
    const { people, conversations } = await asker.state()
    expect(people).toContainEqual({ id: 'ada', name: 'Ada Lovelace' })
    const told = conversations.find((one: Json) => one.id === ADA.conversation)
    expect(told.people).toEqual(['ada', 'nora'])
    const { sentAt, deliveredAt, readAt } = (await asker.get(`/messages/${message}`)).data
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
    expect(told.messages.at(-1)).toEqual({
      id: message,
      person: 'nora',
      text: 'Good morning',
      createdAt: iso(sentAt),
      deliveredAt: iso(deliveredAt),
      readAt: iso(readAt),
      muid: null,
      files: [],
    })
  })

  it('acts on unknown things are refused', async () => {
    for (const body of [
      { ...ADA, conversation: 'nobody_user_nora' },
      { ...ADA, person: 'piet' },
    ])
      expect((await asker.ask('POST', '/__control/receive', { body })).status).toBe(404)
    const { status } = await asker.ask('POST', '/__control/read', { body: { ...ADA, upTo: '999999' } })
    expect(status).toBe(404)
  })
})

describe('one seed and time', () => {
  it('make equal apps, and another seed another one', async () => {
    const [same, other] = await Promise.all([1, 2].map((seed) => startCometChatEmulator({ port: 0, seed })))
    if (!same || !other) throw new Error('not started')
    closings.push(
      () => same.close(),
      () => other.close(),
    )
    const answers = async (one: Emulator) => {
      const { get, state } = createAsker(one)
      return [await state(), await get('/conversations?withTags=true&perPage=1000'), await get('/messages?limit=1000')]
    }
    expect(await answers(same)).toEqual(await answers(emulator))
    expect(await answers(other)).not.toEqual(await answers(emulator))
  })

  it('put every time before the end of the story', async () => {
    const now = new Date('2026-03-01T00:00:00Z')
    const early = await startCometChatEmulator({ port: 0, now })
    closings.push(() => early.close())
    const { conversations } = await createAsker(early).state()
    const times: string[] = conversations
      .flatMap((one: Json) => one.messages)
      .flatMap((one: Json) => [one.createdAt, one.deliveredAt, one.readAt])
      .filter(Boolean)
    expect(times.every((time) => time <= now.toISOString())).toBe(true)
  })
})

describe('the webhooks of the CometChat emulator', () => {
  interface Delivery {
    readonly authorization: string | undefined
    readonly payload: Json
  }

  /** Takes deliveries, answering each with the next status (200 once they run out). */
  async function receiver(...statuses: number[]) {
    const deliveries: Delivery[] = []
    let wake = () => {}
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const payload = JSON.parse(Buffer.concat(chunks).toString())
      deliveries.push({ authorization: request.headers.authorization, payload })
      response.writeHead(statuses.shift() ?? 200).end()
      wake()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closings.unshift(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async take(count: number): Promise<Delivery[]> {
        while (deliveries.length < count) await new Promise<void>((resolve) => (wake = resolve))
        return deliveries
      },
    }
  }

  it('tell a word, its receiving and its reading, with Basic auth', async () => {
    const hooks = await receiver()
    await asker.act('receive', ADA)
    await asker.act('read', ADA)
    await asker.act('deliver-webhooks-to', { url: hooks.url })
    const { message } = await asker.act('say', { ...NORA, text: 'It has come' })
    await asker.act('receive', ADA)
    await asker.act('read', ADA)
    await asker.act('read', ADA)
    await asker.act('say', { ...ADA, text: 'Wonderful' })
    const taken = await hooks.take(4)
    const credentials = Buffer.from(`${WEBHOOK_USER}:${WEBHOOK_PASSWORD}`).toString('base64')
    expect(taken.map((one) => one.authorization)).toEqual(Array(4).fill(`Basic ${credentials}`))
    const [sent, delivered, read, answered] = taken.map((one) => one.payload)
    const wrapper = { appId: APP_ID, region: 'us', webhook: WEBHOOK_ID }
    expect(sent).toMatchObject({
      ...wrapper,
      trigger: 'message_sent',
      data: { message: { id: message, sender: 'nora' } },
    })
    expect(read).toEqual({
      ...wrapper,
      trigger: 'message_read_receipt',
      data: {
        receiver: 'nora',
        receiverType: 'user',
        type: 'receipts',
        sender: 'ada',
        messageSender: 'nora',
        body: {
          action: 'read',
          messageId: message,
          timestamp: expect.any(Number),
          user: expect.objectContaining({ uid: 'ada', status: 'online' }),
        },
      },
    })
    expect([delivered.trigger, delivered.data.body.action]).toEqual(['message_delivery_receipt', 'delivered'])
    expect(answered.data.message.data.text).toBe('Wonderful')
  })

  it('tell edits, deletions and marks made over REST', async () => {
    const hooks = await receiver()
    const theirs = { onbehalfof: 'ada' }
    const { message } = await asker.act('say', { ...NORA, text: 'Helo' })
    await asker.act('deliver-webhooks-to', { url: hooks.url })
    await asker.ask('POST', '/users/nora/conversation/read', { headers: theirs, body: { messageId: message } })
    await asker.ask('PUT', `/messages/${message}`, { body: { data: { text: 'Hello' } } })
    await asker.ask('DELETE', `/messages/${message}`)
    const [read, edited, deleted] = (await hooks.take(3)).map((one) => one.payload)
    expect([read.trigger, read.data.body.messageId]).toEqual(['message_read_receipt', message])
    expect(edited.trigger).toBe('message_edited')
    expect(edited.data.message.data.entities.on.entity).toMatchObject({ id: message, data: { text: 'Hello' } })
    expect(deleted.trigger).toBe('message_deleted')
    expect('text' in deleted.data.message.data.entities.on.entity.data).toBe(false)
  })

  it('tell of all whom one call lets into a group or bans, of who is shown out, and of a change of scope', async () => {
    const hooks = await receiver()
    await asker.act('deliver-webhooks-to', { url: hooks.url })
    const path = '/groups/front-desk/members'
    const participants = ['vera', 'valentina', 'nobody']
    await asker.ask('POST', path, { body: { participants, usersToBan: ['ada'] } })
    await asker.ask('PUT', `${path}/vera`, { body: { scope: 'moderator' } })
    await asker.ask('DELETE', `${path}/vera`)
    const payloads = (await hooks.take(4)).map((one) => one.payload)
    expect(payloads.map(({ trigger, data }) => [trigger, Object.keys(data.members), data.by.uid])).toEqual([
      ['group_member_added', ['vera', 'valentina'], 'nora'],
      ['group_member_banned', ['ada'], 'nora'],
      ['group_member_scope_changed', ['vera'], 'nora'],
      ['group_member_kicked', ['vera'], 'nora'],
    ])
    expect(payloads[0].data.group).toMatchObject({ guid: 'front-desk', conversationId: 'group_front-desk' })
    expect('scope' in payloads[0].data.members.vera).toBe(false)
    expect(payloads[2].data.members.vera).toMatchObject({ scope: 'moderator', oldScope: 'participant' })
  })

  it('address the receipt of a group member to the group', async () => {
    const hooks = await receiver()
    const room = { conversation: 'group_front-desk' }
    await asker.act('say', { ...room, person: 'nora', text: 'All here?' })
    await asker.act('deliver-webhooks-to', { url: hooks.url })
    const { people } = (await asker.state()).conversations.find((one: Json) => one.id === room.conversation)
    const member = people.find((uid: string) => uid !== 'nora')
    await asker.act('read', { ...room, person: member })
    const [first] = await hooks.take(1)
    expect(first?.payload.data).toMatchObject({ receiver: 'front-desk', receiverType: 'group', messageSender: 'nora' })
  })

  it('are tried again ten and then thirty seconds after any answer but 200', async () => {
    const hooks = await receiver(201, 500)
    const waited: number[] = []
    const real = globalThis.setTimeout
    const isRetry = (delayMs?: number) => delayMs === 10_000 || delayMs === 30_000
    vi.stubGlobal('setTimeout', (run: () => void, delayMs?: number) => {
      if (isRetry(delayMs)) waited.push(delayMs ?? 0)
      return real(run, isRetry(delayMs) ? 0 : delayMs)
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    await asker.act('deliver-webhooks-to', { url: hooks.url })
    await asker.act('say', { ...NORA, text: 'again' })
    const [first, second, third] = await hooks.take(3)
    expect([second, third]).toEqual([first, first])
    expect(waited).toEqual([10_000, 30_000])
  })

  it('go twice and in another order on request', async () => {
    const hooks = await receiver()
    await asker.act('deliver-webhooks-to', { url: hooks.url, duplicate: true, shuffle: true })
    await asker.act('say', { ...NORA, text: 'twice' })
    const [one, two] = await hooks.take(2)
    expect(one?.payload).toEqual(two?.payload)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SIGNING_KEY, SUBSCRIBED_URL, startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import type { Emulator, EmulatorState } from '../../providers/kit/emulator/index.ts'
import { conversationsOf, type Desk, deskOf, type Json, onPlatform, openDesk } from './bird-desk.ts'

let emulator: Emulator
let desk: Desk
let conversations: Json[]

beforeAll(async () => {
  emulator = await startBirdEmulator({ port: 0 })
  desk = deskOf(emulator)
  conversations = await conversationsOf(desk)
})
afterAll(() => emulator.close())

function times(rows: Json[], field = 'createdAt'): number[] {
  return rows.map((row) => Date.parse(row[field]))
}

async function longest(): Promise<EmulatorState['conversations'][number]> {
  const { conversations } = await desk.state()
  return conversations.reduce((one, other) => (other.messages.length > one.messages.length ? other : one))
}

describe('the emulated Bird workspace', () => {
  it('hands out exactly the settings of the adapter', () => {
    expect(emulator.settings).toEqual({
      baseUrl: emulator.url,
      workspaceId: expect.any(String),
      accessKeyId: expect.any(String),
      accessKey: expect.any(String),
      webhook: { publicUrl: SUBSCRIBED_URL, signingKeys: [SIGNING_KEY] },
    })
  })

  it('is the same for the same seed and another for another', async () => {
    const [one, same, other] = await Promise.all([openDesk({ seed: 7 }), openDesk({ seed: 7 }), openDesk({ seed: 8 })])
    expect(await one.state()).toEqual(await same.state())
    expect(await one.state()).not.toEqual(await other.state())
    const bodyOf = async (asked: Desk) =>
      JSON.stringify(await asked.walk('/conversations?limit=40')).replaceAll(asked.url, '')
    expect(await bodyOf(one)).toBe(await bodyOf(same))
  })

  it('has conversations enough to page, of every status, created in another order than they were active', () => {
    expect(conversations.length).toBeGreaterThanOrEqual(64)
    expect(new Set(conversations.map(({ status }) => status))).toEqual(
      new Set(['active', 'closed', 'archived', 'spam']),
    )
    const created = times(conversations)
    const active = conversations.map(({ lastMessage }) => Date.parse(lastMessage.createdAt))
    expect(created).toEqual(created.toSorted((a, b) => b - a))
    expect(active).not.toEqual(active.toSorted((a, b) => b - a))
  })

  it('has histories of hundreds with every kind of body, failure, draft and interaction', async () => {
    const histories = await Promise.all(
      conversations.map(({ id }) => desk.walk(`/conversations/${id}/messages?limit=100`)),
    )
    expect(histories.filter((pages) => pages.flat().length >= 250).length).toBeGreaterThanOrEqual(3)
    const messages = histories.flat(2)
    const seen = (pick: (message: Json) => unknown) => new Set(messages.map(pick))
    const bodies = 'text html image file gif location carousel list section authentication action comment'.split(' ')
    for (const type of bodies) expect(seen(({ body }) => body?.type)).toContain(type)
    const senders = ['contact', 'user', 'accessKey', 'flow', 'bot', 'agent']
    expect(seen(({ sender }) => sender.type)).toEqual(new Set(senders))
    const statuses = ['accepted', 'processing', 'sent', 'delivered', 'sending_failed', 'delivery_failed', 'deleted']
    expect(seen(({ status }) => status)).toEqual(new Set(statuses))
    const failed = messages.filter(({ status }) => status.endsWith('_failed'))
    expect(failed.every(({ reason }) => typeof reason === 'string')).toBe(true)
    expect(messages.some(({ draft }) => draft)).toBe(true)
    const interactions = messages.flatMap((message) => message.interactions ?? []).map(({ type }) => type)
    expect(new Set(interactions)).toEqual(new Set(['read', 'opened', 'clicked', 'reaction']))
    const silent = [
      ...(await onPlatform(desk, 'sms', conversations)),
      ...(await onPlatform(desk, 'messenger', conversations)),
    ].map(({ id }) => id)
    expect(messages.some((message) => silent.includes(message.conversationId) && message.interactions)).toBe(false)
  })

  it('names e-mails by their subject and leaves WhatsApp threads without a name', async () => {
    expect((await onPlatform(desk, 'whatsapp', conversations)).every(({ name }) => name === '')).toBe(true)
    expect((await onPlatform(desk, 'email', conversations)).every(({ name }) => name !== '')).toBe(true)
  })

  it('sends e-mails to the first contact and to the others in copy', () => {
    const group = conversations.find(
      ({ platformStyle, lastMessage }) => platformStyle === 'group-multiple' && lastMessage.recipients,
    )
    expect(group?.lastMessage.recipients.map(({ type }: Json) => type)).toEqual(['to', 'cc', 'cc', 'cc'])
  })

  it('knows a contact by a user name where WhatsApp hides the phone number', async () => {
    const keys = (await onPlatform(desk, 'whatsapp', conversations)).map(
      (row) => row.featuredParticipants[0].contact.identifierKey,
    )
    expect(new Set(keys)).toEqual(new Set(['phonenumber', 'whatsappusername']))
  })

  it('keeps to one active conversation for each contact and channel', () => {
    const pairs = conversations
      .filter(({ status, platformStyle }) => status === 'active' && platformStyle !== 'group-multiple')
      .map(({ channelId, initiatingParticipant }) => `${channelId} ${initiatingParticipant.id}`)
    expect(new Set(pairs).size).toBe(pairs.length)
  })

  it('has WhatsApp threads inside the window of 24 hours and a month of activity before', async () => {
    const end = Date.parse('2026-11-20T12:00:00Z')
    const ages = times((await onPlatform(desk, 'whatsapp', conversations)).map(({ lastMessage }) => lastMessage)).map(
      (time) => end - time,
    )
    expect(ages.filter((age) => age < 86_400_000).length).toBeGreaterThanOrEqual(4)
    expect(Math.max(...ages)).toBeGreaterThan(20 * 86_400_000)
    expect(Math.min(...ages)).toBeGreaterThan(0)
  })

  it('cuts previews at 140 characters', () => {
    const lengths = conversations.map(({ lastMessage }) => lastMessage.preview.text.length)
    expect(Math.max(...lengths)).toBe(140)
  })

  it('prints times without the zeros at their end', async () => {
    const texts = JSON.stringify(await desk.walk('/conversations?limit=100')).match(/\d\dT[\d:.]+Z/g) ?? []
    expect(texts.filter((text) => /\.\d*0Z$/.test(text))).toEqual([])
    expect(new Set(texts.map((text) => text.length))).toContain('20T12:00:00.55Z'.length)
    expect(texts).toContain('11T12:00:00Z')
  })
})

describe('paging through the emulated Bird', () => {
  it('gives everything on one page of 100 and on several of 25, each once and in the same order', async () => {
    const one = await desk.walk('/conversations?limit=100')
    const several = await desk.walk('/conversations?limit=25')
    expect(one).toHaveLength(1)
    expect(several.length).toBeGreaterThanOrEqual(3)
    expect(several.flat()).toEqual(one.flat())
    expect(new Set(several.flat().map(({ id }) => id)).size).toBe(several.flat().length)
  })

  it('goes the other way with reverse, also between equal times', async () => {
    const forward = (await desk.walk('/conversations?limit=7')).flat().map(({ id }) => id)
    const back = (await desk.walk('/conversations?limit=7&reverse=true')).flat().map(({ id }) => id)
    expect(back).toEqual(forward.toReversed())
    expect(new Set(times(conversations)).size).toBeLessThan(conversations.length)
  })

  it('visits every message of a long history once, in both directions and with ties', async () => {
    const { id, messages } = await longest()
    const expected = messages.map((message) => message.id)
    const back = (await desk.walk(`/conversations/${id}/messages?limit=33`)).flat()
    const forward = (await desk.walk(`/conversations/${id}/messages?limit=33&reverse=true`)).flat()
    expect(forward.map((message) => message.id)).toEqual(expected)
    expect(back.map((message) => message.id)).toEqual(expected.toReversed())
    expect(new Set(times(back)).size).toBeLessThan(back.length)
  })

  it('makes ten rows a page unless told, and no token on the last page', async () => {
    const { body } = await desk.get('/conversations')
    expect(body.results).toHaveLength(10)
    const [time, id] = JSON.parse(Buffer.from(body.nextPageToken, 'base64').toString())
    expect(time).toMatch(/\.\d{9}Z$/)
    expect(id).toBe(body.results[9].id)
    expect(Object.keys((await desk.get('/conversations?limit=100')).body)).toEqual(['results'])
  })

  it('tells only messages created after dateFrom', async () => {
    const { id } = await longest()
    const path = `/conversations/${id}/messages?limit=100&reverse=true`
    const all = (await desk.walk(path)).flat()
    const from: string = all[40]?.createdAt
    const { body } = await desk.get(`${path}&dateFrom=${encodeURIComponent(from)}`)
    const later = all.filter(({ createdAt }) => Date.parse(createdAt) > Date.parse(from))
    expect(body.results).toEqual(later.slice(0, 100))
  })

  it.each(['limit=0', 'limit=101', 'limit=ten', 'reverse=maybe', 'pageToken=nonsense', `pageToken=${btoa('[1,2]')}`])(
    'refuses %s as an invalid request',
    async (query) => {
      const { status, body } = await desk.get(`/conversations?${query}`)
      expect(status).toBe(422)
      expect(body).toEqual({ code: 'InvalidPayload', message: expect.any(String), details: expect.any(Object) })
    },
  )
})

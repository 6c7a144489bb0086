import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import type { Emulator } from '../../providers/kit/emulator/index.ts'
import { conversationsOf, type Desk, deskOf, type Json, onPlatform, openDesk } from './bird-desk.ts'

const ABSENT = '00000000-0000-4000-8000-000000000000'
let emulator: Emulator
let desk: Desk
let conversations: Json[]

beforeAll(async () => {
  emulator = await startBirdEmulator({ port: 0 })
  desk = deskOf(emulator)
  conversations = await conversationsOf(desk)
})
afterAll(() => emulator.close())

describe('looking things up in the emulated Bird', () => {
  it('finds conversations by channel, status and resource', async () => {
    const [row] = await onPlatform(desk, 'sms', conversations)
    const ofChannel = await desk.walk(`/conversations?limit=100&channelId=${row?.channelId}`)
    expect(ofChannel.flat()).toEqual(await onPlatform(desk, 'sms', conversations))
    const closed = (await desk.walk('/conversations?limit=100&status=closed')).flat()
    expect(closed).toEqual(conversations.filter(({ status }) => status === 'closed'))
    const withTask = conversations.find(({ resource }) => resource !== undefined)
    expect((await desk.walk(`/conversations?resource=task:${withTask?.resource.id}`)).flat()).toEqual([withTask])
    expect((await desk.get(`/conversations?resource=${'x'.repeat(61)}`)).status).toBe(422)
  })

  it('finds the conversations of a participant on a channel by id and by identifier, and wants the channel', async () => {
    const [row] = (await onPlatform(desk, 'whatsapp', conversations)).filter(({ status }) => status === 'closed')
    const { id, contact }: Json = row?.featuredParticipants[0] ?? {}
    const own = conversations.filter(
      (other) => other.channelId === row?.channelId && other.initiatingParticipant.id === id,
    )
    const byIdentifier = `/participants/${contact.identifierKey}/${encodeURIComponent(contact.identifierValue)}/conversations`
    for (const path of [`/participants/${id}/conversations`, byIdentifier]) {
      expect((await desk.walk(`${path}?channelId=${row?.channelId}`)).flat()).toEqual(own)
      const closed = (await desk.walk(`${path}?channelId=${row?.channelId}&status=closed`)).flat()
      expect(closed.every(({ status }) => status === 'closed')).toBe(true)
      expect((await desk.get(path)).status).toBe(422)
      expect((await desk.get(`${path}?channelId=${row?.channelId}&status=spam`)).status).toBe(422)
    }
  })

  it('tells one conversation, message and participant as the list does', async () => {
    const conversation = conversations[5] as Json
    const path = `/conversations/${conversation.id}`
    expect((await desk.get(path)).body).toEqual(conversation)
    const [messages] = await desk.walk(`${path}/messages?limit=100`)
    expect((await desk.get(`${path}/messages/${messages?.[0]?.id}`)).body).toEqual(messages?.[0])
    const [participants] = await desk.walk(`${path}/participants`)
    expect((await desk.get(`${path}/participants/${participants?.[0]?.id}`)).body).toEqual(participants?.[0])
    const contact = participants?.find(({ type }) => type === 'contact')
    const identifier = `${contact?.contact.identifierKey}/${encodeURIComponent(contact?.contact.identifierValue)}`
    expect((await desk.get(`${path}/participants/${identifier}`)).body).toEqual(contact)
  })

  it('features a part of the participants only', async () => {
    const statuses = new Set<string>()
    const sizes = await Promise.all(
      conversations.map(async ({ id, featuredParticipants, activeParticipantCount, pendingParticipantCount }) => {
        const rows = (await desk.walk(`/conversations/${id}/participants`)).flat()
        const count = (status: string) => rows.filter((row) => row.status === status).length
        expect([count('active'), count('pending')]).toEqual([activeParticipantCount, pendingParticipantCount])
        for (const { status } of rows) statuses.add(status)
        const all = rows.map((participant) => participant.id)
        expect(all).toEqual(expect.arrayContaining(featuredParticipants.map((participant: Json) => participant.id)))
        return all.length - featuredParticipants.length
      }),
    )
    expect(sizes.some((missing) => missing > 0)).toBe(true)
    expect(statuses).toEqual(new Set(['active', 'pending', 'invited', 'inactive']))
  })

  it('tells a message again as a channel message with the way back to its conversation', async () => {
    const [row] = (await onPlatform(desk, 'whatsapp', conversations)).filter(
      ({ lastMessage }) => lastMessage.type === 'text',
    )
    const contact = row?.initiatingParticipant.id
    const messages = (await desk.walk(`/conversations/${row?.id}/messages?limit=100`)).flat()
    const carried = messages.filter(({ body, draft }) => body?.type !== 'comment' && !draft)
    for (const message of carried.slice(0, 20)) {
      const { body: twin } = await desk.get(`/channels/${row?.channelId}/messages/${message.id}`)
      expect(twin).toMatchObject({
        id: message.id,
        status: message.status,
        direction: message.sender.type === 'contact' ? 'incoming' : 'outgoing',
        context: { type: 'conversation_message', id: `${row?.id}:${message.id}:${contact}` },
      })
      expect(twin).not.toHaveProperty('conversationId')
      const { body } = await desk.get(`/channels/${row?.channelId}/messages/${message.id}/interactions`)
      expect(body.results).toEqual(message.interactions ?? [])
    }
  })

  it('has no channel message for comments and drafts', async () => {
    const pages = await Promise.all(conversations.map(({ id }) => desk.walk(`/conversations/${id}/messages?limit=100`)))
    const inner = pages.flat(2).filter(({ body, draft }) => body?.type === 'comment' || draft)
    expect(inner.length).toBeGreaterThan(2)
    for (const message of inner.slice(0, 10)) {
      const channelId = conversations.find(({ id }) => id === message.conversationId)?.channelId
      expect((await desk.get(`/channels/${channelId}/messages/${message.id}`)).status).toBe(404)
    }
  })

  it('tells channels and that they make conversations', async () => {
    const { body } = await desk.get('/channels')
    expect(body.results.map(({ platformId }: Json) => platformId)).toEqual(
      expect.arrayContaining(['whatsapp', 'sms', 'email', 'rcs', 'messenger']),
    )
    expect((await desk.get(`/channels/${body.results[0].id}/conversational`)).body).toEqual({ status: 'active' })
  })

  it('finds contacts one by one, by identifier and by address', async () => {
    const { body } = await desk.get('/contacts?limit=100')
    const contact = body.results[0]
    expect((await desk.get(`/contacts/${contact.id}`)).body).toEqual(contact)
    const [known] = contact.featuredIdentifiers
    for (const search of [{ identifier: known }, { platformAddress: known.value }]) {
      const response = await fetch(`${desk.root}/contacts/search`, {
        method: 'POST',
        headers: { authorization: `AccessKey ${desk.settings.accessKey}` },
        body: JSON.stringify(search),
      })
      expect(await response.json()).toEqual({ results: [contact] })
    }
    const identifiers = (await desk.walk(`/contacts/${contact.id}/identifiers?limit=2`)).flat()
    expect(identifiers).toHaveLength(contact.identifierCount)
  })

  it('keeps media behind the access key', async () => {
    const pages = await Promise.all(conversations.map(({ id }) => desk.walk(`/conversations/${id}/messages?limit=100`)))
    const image = pages.flat(2).find(({ body }) => body?.type === 'image')
    const link = image?.body.image.images[0].mediaUrl
    expect(link.startsWith(desk.root)).toBe(true)
    expect((await fetch(link)).status).toBe(401)
    const response = await fetch(link, { headers: { authorization: `AccessKey ${desk.settings.accessKey}` } })
    expect(response.headers.get('content-type')).toBe('image/png')
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(20)
  })
})

describe('what the emulated Bird refuses', () => {
  it.each([{}, { authorization: 'AccessKey wrong' }, { authorization: 'Bearer bird-emulator-access-key' }])(
    'answers 401 to %j',
    async (headers) => {
      const { status, body } = await desk.get('/conversations', headers as Record<string, string>)
      expect(status).toBe(401)
      expect(body).toEqual({ code: 'Unauthorized', message: expect.any(String) })
    },
  )

  it('answers 404 for what is not there', async () => {
    const { id, channelId } = conversations[0] as Json
    const paths = [
      `/conversations/${ABSENT}`,
      `/conversations/${ABSENT}/messages`,
      `/conversations/${id}/messages/${ABSENT}`,
      `/conversations/${id}/participants/${ABSENT}`,
      `/channels/${ABSENT}/conversational`,
      `/channels/${channelId}/messages/${ABSENT}`,
      `/contacts/${ABSENT}`,
      `/conversations/${id}/media/${ABSENT}`,
      '/nothing',
      `${desk.url}/workspaces/${ABSENT}/conversations`,
    ]
    for (const path of paths) {
      const { status, body } = await desk.get(path)
      expect(status, path).toBe(404)
      expect(body).toEqual({ code: 'ResourceNotFound', message: 'The requested resource does not exist' })
    }
  })

  it('keeps a key away from the paths that its role does not cover', async () => {
    const limited = await openDesk({
      keys: { narrow: ['/workspaces/*/conversations/*/messages'] },
      channelsForbidden: true,
    })
    const narrow = { authorization: 'AccessKey narrow' }
    const [{ id } = { id: '' }] = await conversationsOf(limited)
    expect((await limited.get(`/conversations/${id}`, narrow)).status).toBe(200)
    expect(await limited.get(`/conversations/${id}/messages`, narrow)).toMatchObject({
      status: 403,
      body: { code: 'Forbidden' },
    })
    expect((await limited.get('/channels', narrow)).status).toBe(200)
    expect((await limited.get('/channels')).status).toBe(403)
  })

  it('answers 429 to the 51st GET within a second where it limits, and recovers', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000)
    onTestFinished(() => clock.mockRestore())
    const limited = await openDesk({ limitRate: true })
    const burst = () => Promise.all(Array.from({ length: 60 }, () => limited.get('/channels')))
    const answers = await burst()
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
    clock.mockReturnValue(6_000)
    expect((await burst()).filter(({ status }) => status === 200)).toHaveLength(50)
  })
})

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startBirdEmulator } from '../../providers/bird/emulator/index.ts'
import type { Emulator, EmulatorState } from '../../providers/kit/emulator/index.ts'
import { conversationsOf, type Desk, deskOf, type Json, openDesk } from './bird-desk.ts'

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

function times(rows: Json[], field = 'createdAt'): number[] {
  return rows.map((row) => Date.parse(row[field]))
}

async function longest(): Promise<EmulatorState['conversations'][number]> {
  const { conversations } = await desk.state()
  return conversations.reduce((one, other) => (other.messages.length > one.messages.length ? other : one))
}

function onPlatform(platform: string, rows = conversations): Promise<Json[]> {
  return desk
    .get('/channels')
    .then(({ body }) => body.results.find((channel: Json) => channel.platformId === platform).id)
    .then((id) => rows.filter((row) => row.channelId === id))
}

describe('the emulated Bird workspace', () => {
  it('hands out exactly the settings of the adapter', () => {
    expect(emulator.settings).toEqual({
      baseUrl: emulator.url,
      workspaceId: expect.any(String),
      accessKey: expect.any(String),
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
    const silent = [...(await onPlatform('sms')), ...(await onPlatform('messenger'))].map(({ id }) => id)
    expect(messages.some((message) => silent.includes(message.conversationId) && message.interactions)).toBe(false)
  })

  it('names e-mails by their subject and leaves WhatsApp threads without a name', async () => {
    expect((await onPlatform('whatsapp')).every(({ name }) => name === '')).toBe(true)
    expect((await onPlatform('email')).every(({ name }) => name !== '')).toBe(true)
  })

  it('sends e-mails to the first contact and to the others in copy', () => {
    const group = conversations.find(
      ({ platformStyle, lastMessage }) => platformStyle === 'group-multiple' && lastMessage.recipients,
    )
    expect(group?.lastMessage.recipients.map(({ type }: Json) => type)).toEqual(['to', 'cc', 'cc', 'cc'])
  })

  it('knows a contact by a user name where WhatsApp hides the phone number', async () => {
    const keys = (await onPlatform('whatsapp')).map((row) => row.featuredParticipants[0].contact.identifierKey)
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
    const ages = times((await onPlatform('whatsapp')).map(({ lastMessage }) => lastMessage)).map((time) => end - time)
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

describe('looking things up in the emulated Bird', () => {
  it('finds conversations by channel, status and resource', async () => {
    const [row] = await onPlatform('sms')
    const ofChannel = await desk.walk(`/conversations?limit=100&channelId=${row?.channelId}`)
    expect(ofChannel.flat()).toEqual(await onPlatform('sms'))
    const closed = (await desk.walk('/conversations?limit=100&status=closed')).flat()
    expect(closed).toEqual(conversations.filter(({ status }) => status === 'closed'))
    const withTask = conversations.find(({ resource }) => resource !== undefined)
    expect((await desk.walk(`/conversations?resource=task:${withTask?.resource.id}`)).flat()).toEqual([withTask])
    expect((await desk.get(`/conversations?resource=${'x'.repeat(61)}`)).status).toBe(422)
  })

  it('finds the conversations of a participant on a channel by id and by identifier, and wants the channel', async () => {
    const [row] = (await onPlatform('whatsapp')).filter(({ status }) => status === 'closed')
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
    const [row] = (await onPlatform('whatsapp')).filter(({ lastMessage }) => lastMessage.type === 'text')
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

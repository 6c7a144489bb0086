import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { TOKENS } from '../../providers/chatwoot/emulator/index.ts'
import { RECORDED_FRAMES } from '../support/chatwoot-deliveries.ts'
import { type Answer, type Desk, openDesk } from './chatwoot-desk.ts'
import { Corpus } from './chatwoot-shape.ts'

/** A socket of the emulated server and everything that came over it. */
interface Line {
  readonly socket: WebSocket
  readonly frames: readonly Answer['body'][]
  send(frame: object | string): void
  subscribe(identifier: object): string
  /** The data of the events of that name; of all, where there is no name. */
  told(event?: string): readonly Answer['body'][]
}

let desk: Desk
let sockets: WebSocket[]

beforeEach(async () => {
  desk = await openDesk()
  sockets = []
})

afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await desk.emulator.close()
})

async function open(protocols: readonly string[] = ['actioncable-v1-json']): Promise<Line> {
  const frames: Answer['body'][] = []
  const socket = new WebSocket(`${desk.emulator.url.replace('http', 'ws')}/cable`, [...protocols])
  sockets.push(socket)
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  await once(socket, 'open')
  const send = (frame: object | string) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  return {
    socket,
    frames,
    send,
    subscribe: (identifier) => {
      // With a space, so that only the same text is the same identifier.
      const text = JSON.stringify(identifier, null, 1)
      send({ command: 'subscribe', identifier: text })
      return text
    },
    told: (event) =>
      frames.flatMap(({ message }) =>
        message?.event !== undefined && (event ?? message.event) === message.event ? [message.data] : [],
      ),
  }
}

async function roomOf(as: 'nora' | 'piet' | 'rosa' | 'stranger'): Promise<object> {
  const headers = { 'api-access-token': TOKENS[as] }
  const { body } = await desk.request('/api/v1/profile', { headers })
  return { channel: 'RoomChannel', pubsub_token: body.pubsub_token, account_id: body.account_id, user_id: body.id }
}

async function joined(room: object): Promise<Line> {
  const line = await open()
  const identifier = line.subscribe(room)
  await soon(() => expect(line.frames).toContainEqual({ identifier, type: 'confirm_subscription' }))
  return line
}

async function pick(channel: string) {
  const all = await desk.allConversations()
  const found = all.find(
    (one) => one.meta.channel === channel && one.status === 'open' && !one.muted && one.priority === null,
  )
  return { id: String(found.id), contact: `contact:${found.meta.sender.id}` }
}

const say = (id: string, who: string, text: string) => desk.act('say', { conversation: id, person: who, text })

/** Until it holds, also on a machine that has much else to do. */
const soon = (check: () => unknown) => vi.waitFor(check, 5_000)

describe('the socket of the server', () => {
  it('welcomes, and says every three seconds that it is there', { timeout: 10_000 }, async () => {
    const line = await open()
    const from = Date.now()
    await vi.waitFor(() => expect(line.frames).toHaveLength(3), 7_000)
    expect(line.frames[0]).toEqual({ type: 'welcome' })
    const pings = line.frames.slice(1).map(({ type, message }) => [type, Math.abs(message - from / 1000) < 7])
    expect(pings).toEqual([
      ['ping', true],
      ['ping', true],
    ])
    expect(Date.now() - from).toBeGreaterThan(5_900)
    expect(line.socket.protocol).toBe('actioncable-v1-json')
  })

  it('works without a subprotocol, is nowhere else, and nothing without an upgrade', async () => {
    const line = await open([])
    expect(line.socket.protocol).toBe('')
    await soon(() => expect(line.frames).toHaveLength(1))
    expect((await desk.request('/cable', { headers: { accept: 'application/json' } })).status).toBe(404)
    const elsewhere = new WebSocket(`${desk.emulator.url.replace('http', 'ws')}/graphql`)
    sockets.push(elsewhere)
    const [error] = await once(elsewhere, 'error')
    expect(error.message).toContain('404')
  })

  it('confirms with the identifier as it was sent, once, and shows who is there', async () => {
    const room = await roomOf('nora')
    const line = await joined(room)
    await soon(() => expect(line.told('presence.update')).toHaveLength(1))
    expect(line.told('presence.update')[0]).toMatchObject({ account_id: 1, users: { 8: 'online' } })
    const identifier = line.subscribe(room)
    line.send({ command: 'message', identifier, data: JSON.stringify({ action: 'update_presence' }) })
    await soon(() => expect(line.told('presence.update')).toHaveLength(2))
    expect(line.frames.filter(({ type }) => type === 'confirm_subscription')).toHaveLength(1)
  })

  it('meets everything that is wrong with silence, and then still lets in who is right', async () => {
    const room = await roomOf('nora')
    const line = await open()
    line.subscribe({ ...room, pubsub_token: 'wrong' })
    line.subscribe({ ...room, user_id: 9 })
    line.subscribe({ ...room, account_id: 2 })
    line.subscribe({ channel: 'OtherChannel' })
    line.send('no json')
    line.send({ command: 'dance', identifier: '{}' })
    line.send({ command: 'message', identifier: JSON.stringify(room), data: '{"action":"update_presence"}' })
    const identifier = line.subscribe(room)
    await soon(() => expect(line.told('presence.update')).toHaveLength(1))
    const silent = line.frames.filter(({ type }) => type !== 'ping')
    expect(silent.slice(0, 2)).toEqual([{ type: 'welcome' }, { identifier, type: 'confirm_subscription' }])
    expect(silent).toHaveLength(3)
  })

  it('repeats nothing to who was away, and tells nothing after an unsubscribe', async () => {
    const one = await pick('Channel::Api')
    await say(one.id, one.contact, 'too early')
    const room = await roomOf('nora')
    const line = await joined(room)
    await say(one.id, one.contact, 'just in time')
    await soon(() => expect(line.told('message.created').map(({ content }) => content)).toContain('just in time'))
    line.send({ command: 'unsubscribe', identifier: JSON.stringify(room, null, 1) })
    const other = await joined(room)
    await say(one.id, one.contact, 'too late')
    await soon(() => expect(other.told('message.created').map(({ content }) => content)).toContain('too late'))
    expect(line.told('message.created').map(({ content }) => content)).toEqual(['just in time'])
  })

  it('tells administrators and members of the inbox, and of contacts everybody in the account', async () => {
    const one = await pick('Channel::Api')
    const [nora, piet, rosa, stranger] = [
      await joined(await roomOf('nora')),
      await joined(await roomOf('piet')),
      await joined(await roomOf('rosa')),
      await joined(await roomOf('stranger')),
    ]
    await say(one.id, one.contact, 'hello')
    await soon(() => expect(rosa.told('contact.updated')).toHaveLength(1))
    await soon(() => expect(piet.told('message.created').length).toBe(nora.told('message.created').length))
    expect(nora.told('message.created').length).toBeGreaterThan(0)
    expect(rosa.told('message.created')).toEqual([])
    expect(stranger.told().filter(({ users }) => users === undefined)).toEqual([])
  })

  it('tells a contact what is said to them, without notes, lines in the thread, and other people', async () => {
    const one = await pick('Channel::Api')
    const nora = await joined(await roomOf('nora'))
    await say(one.id, one.contact, 'who am I?')
    await soon(() => expect(nora.told('message.created').length).toBeGreaterThan(0))
    const { body } = await desk.post(`/conversations/${one.id}/toggle_status`, { status: 'pending' })
    expect(body.payload.success).toBe(true)
    await soon(() => expect(nora.told('conversation.updated').length).toBeGreaterThan(0))
    const [{ contact_inbox: session }] = nora.told('conversation.updated').slice(-1)
    const contact = await joined({ channel: 'RoomChannel', pubsub_token: session.pubsub_token })
    await desk.post(`/conversations/${one.id}/messages`, { content: 'a note', private: true })
    await desk.post(`/conversations/${one.id}/labels`, { labels: ['bug'] })
    await desk.post(`/conversations/${one.id}/toggle_typing_status`, { typing_status: 'on', is_private: true })
    await desk.post(`/conversations/${one.id}/toggle_typing_status`, { typing_status: 'on' })
    await desk.post(`/conversations/${one.id}/messages`, { content: 'an answer', echo_id: 'mine-1' })
    await soon(() => expect(contact.told('message.created')).toHaveLength(1))
    expect(contact.told('message.created')[0]).toMatchObject({ content: 'an answer', echo_id: 'mine-1' })
    expect(contact.told('conversation.typing_on')).toMatchObject([{ is_private: false, user: { id: 8 } }])
    expect(contact.told('presence.update')).toEqual([{ account_id: 1, users: {} }])
    expect(contact.told('contact.updated')).toEqual([])
    expect(nora.told('conversation.typing_on')).toEqual([])
  })

  it('tells of a read the position first, and then what it does to each message', async () => {
    const one = await pick('Channel::Api')
    const nora = await joined(await roomOf('nora'))
    const { body } = await say(one.id, 'user:8', 'seen?')
    await desk.act('receive', { conversation: one.id, person: one.contact })
    await desk.act('read', { conversation: one.id, person: one.contact })
    await soon(() => {
      const updates = nora.told('message.updated').filter(({ id }) => String(id) === body.message)
      expect(updates.map(({ previous_changes }) => previous_changes.status)).toEqual([
        ['sent', 'delivered'],
        ['delivered', 'read'],
      ])
    })
    const names = nora.frames.flatMap(({ message }) => message?.event ?? [])
    expect(names.indexOf('conversation.read')).toBeGreaterThan(names.indexOf('message.updated'))
    expect(names.lastIndexOf('message.updated')).toBeGreaterThan(names.indexOf('conversation.read'))
    expect(nora.told('conversation.read')[0].contact_last_seen_at).toBeGreaterThan(0)
  })

  it('tells of a retry twice, of an assignment besides, and of a deletion with what was there', async () => {
    const one = await pick('Channel::Api')
    const nora = await joined(await roomOf('nora'))
    const { body } = await desk.post(`/conversations/${one.id}/messages`, { content: 'out' })
    const path = `/conversations/${one.id}/messages/${body.id}`
    const asNora = { 'api-access-token': String(desk.emulator.settings.token), 'content-type': 'application/json' }
    const send = (method: string, data: object) =>
      desk.request(`/api/v1/accounts/1${path}`, { method, headers: asNora, body: JSON.stringify(data) })
    await send('PATCH', { status: 'failed', external_error: 'no such number' })
    await desk.post(`${path}/retry`, {})
    await send('DELETE', {})
    await desk.post(`/conversations/${one.id}/assignments`, { assignee_id: 9 })
    await desk.post(`/conversations/${one.id}/assignments`, { team_id: 4 })
    await soon(() => expect(nora.told('team.changed')).toHaveLength(1))
    expect(nora.told('assignee.changed')).toHaveLength(1)
    const changes = nora.told('message.updated').map(({ previous_changes: { updated_at, ...rest } }) => rest)
    expect(changes).toEqual([
      { status: ['sent', 'failed'], content_attributes: [{}, { external_error: 'no such number' }] },
      {
        status: ['failed', 'sent'],
        content_attributes: [{ external_error: 'no such number' }, { external_error: null }],
      },
      { content_attributes: [{ external_error: null }, {}] },
      {
        content: ['out', 'This message was deleted'],
        content_attributes: [{}, { deleted: true }],
        processed_message_content: ['out', 'This message was deleted'],
      },
    ])
  })

  it('has frames of the form of recorded ones, whatever they tell of', async () => {
    const corpus = new Corpus()
    for (const { dir, frame } of RECORDED_FRAMES) if (dir === 'in') corpus.learn(withoutPerformer(frame))
    const nora = await joined(await roomOf('nora'))
    for (const { id, contact } of [await pick('Channel::Api'), await pick('Channel::WebWidget')]) {
      await say(id, contact, 'good morning')
      await say(id, 'user:9', 'and to you')
      await desk.act('read', { conversation: id, person: contact })
      await desk.post(`/conversations/${id}/assignments`, { assignee_id: 9 })
      await desk.post(`/conversations/${id}/toggle_typing_status`, { typing_status: 'on' }, 'piet')
      await desk.post(`/conversations/${id}/toggle_status`, { status: 'resolved' })
    }
    await soon(() => expect(nora.told('conversation.status_changed')).toHaveLength(2))
    const ours = nora.frames.map(withoutFreeKeys)
    expect(new Set(nora.frames.map(({ message }) => message?.event)).size).toBeGreaterThan(9)
    expect(ours.flatMap((frame) => corpus.differences(frame))).toEqual([])
  })
})

/** Nobody is named here as the one who did it, as in frames of jobs and contacts. */
function withoutPerformer(frame: Answer['body']): Answer['body'] {
  const { message } = frame
  if (message?.data === undefined) return frame
  const { performer, ...data } = message.data
  return withoutFreeKeys({ ...frame, message: { ...message, data } })
}

/** Keyed by ids, or by what happened to have changed. */
function withoutFreeKeys(frame: Answer['body']): Answer['body'] {
  const { message } = frame
  if (message?.data === undefined) return frame
  const { users, contacts, previous_changes, echo_id, ...data } = message.data
  return { ...frame, message: { ...message, data } }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestWorld, startWorld, VENDORS, type VendorName, type World } from '../support/world.ts'
import { ActingClient, type Picked } from './acting-client.ts'

let world: World
let client: ActingClient

beforeAll(async () => {
  world = await startWorld()
  client = new ActingClient(world)
})
afterAll(() => world.close())

/** Of each act an input for a conversation of any account, and the capabilities that it needs. */
const ACTS: readonly (readonly [mutation: string, needs: string, input: (conversation: Picked) => object])[] = [
  ['sendMessage', 'SEND_TEXT', ({ id }) => ({ conversationId: id, clientMessageId: 'a-key', text: 'hello' })],
  [
    'sendMessage',
    'PRIVATE_NOTES',
    ({ id }) => ({ conversationId: id, clientMessageId: 'a-key', text: 'hello', visibility: 'PRIVATE_NOTE' }),
  ],
  [
    'sendMessage',
    'REPLY_TO',
    ({ id, lastMessage }) => ({
      conversationId: id,
      clientMessageId: 'a-key',
      text: 'hello',
      replyToMessageId: lastMessage?.messageId,
    }),
  ],
  [
    'createAttachmentUpload',
    'SEND_ATTACHMENT',
    ({ id }) => ({ conversationId: id, fileName: 'a.png', mimeType: 'image/png', sizeBytes: 1 }),
  ],
  ['editMessage', 'EDIT_MESSAGE', ({ lastMessage }) => ({ messageId: lastMessage?.messageId, text: 'hello' })],
  ['deleteMessage', 'DELETE_MESSAGE', ({ lastMessage }) => ({ messageId: lastMessage?.messageId })],
  ['retryMessage', 'RETRY_MESSAGE', ({ lastMessage }) => ({ messageId: lastMessage?.messageId })],
  ['markRead', 'MARK_READ', ({ id }) => ({ conversationId: id, upTo: { latest: true } })],
  [
    'markRead',
    'MARK_READ MARK_READ_PRIVATELY',
    ({ id }) => ({ conversationId: id, upTo: { latest: true }, visibility: 'PRIVATE' }),
  ],
  ['markUnread', 'MARK_UNREAD', ({ id }) => ({ conversationId: id })],
  ['markDelivered', 'MARK_DELIVERED', ({ id }) => ({ conversationId: id, upTo: { latest: true } })],
  ['updateConversation', 'STATUS', ({ id }) => ({ conversationId: id, status: 'CLOSED' })],
  ['updateConversation', 'SNOOZE', ({ id }) => ({ conversationId: id, status: 'SNOOZED' })],
  ['updateConversation', 'SET_LABELS', ({ id }) => ({ conversationId: id, setLabels: ['vip'] })],
  ['updateConversation', 'ADD_AND_REMOVE_LABELS', ({ id }) => ({ conversationId: id, addLabels: ['vip'] })],
  ['updateConversation', 'ASSIGNEE', ({ id }) => ({ conversationId: id, assigneeId: null })],
  ['updateConversation', 'TEAM', ({ id }) => ({ conversationId: id, teamId: null })],
  ['updateConversation', 'PRIORITY', ({ id }) => ({ conversationId: id, priority: 'HIGH' })],
  ['updateConversation', 'CUSTOM_ATTRIBUTES', ({ id }) => ({ conversationId: id, customAttributes: { a: 'b' } })],
  ['deleteConversation', 'DELETE_FOR_ME', ({ id }) => ({ conversationId: id, scope: 'FOR_ME' })],
  ['deleteConversation', 'DELETE_FOR_EVERYONE', ({ id }) => ({ conversationId: id, scope: 'FOR_EVERYONE' })],
  ['setTyping', 'TYPING', ({ id }) => ({ conversationId: id, typing: true })],
]

describe.each(VENDORS)('where the account of %s says UNSUPPORTED', (vendor) => {
  it('every act is refused with the very row that the query shows, and nothing is called', async () => {
    const conversation = await client.conversation(vendor, ({ lastMessage }) => lastMessage?.messageId != null)
    const refused: string[] = []
    for (const [mutation, needs, input] of ACTS) {
      const rows = await Promise.all(needs.split(' ').map((capability) => client.row(vendor, capability)))
      const row = rows.find(({ level }) => level === 'UNSUPPORTED')
      if (row === undefined) continue
      let result: any
      const calls = await world.count(async () => {
        result = await client.act(mutation, input(conversation))
      })
      refused.push(row.capability)
      const code = 'CAPABILITY_NOT_SUPPORTED'
      expect(result).toMatchObject({ __typename: 'CapabilityNotSupportedError', code, support: row })
      expect(calls, `${mutation}: ${needs}`).toEqual({ cometchat: [], chatwoot: [], bird: [] })
    }
    expect(refused).toEqual(expect.arrayContaining([...REFUSED[vendor]]))
  })
})

/** Some of what each can surely not do: the loop above would be content with nothing. */
const REFUSED: Readonly<Record<VendorName, readonly string[]>> = {
  cometchat: ['PRIVATE_NOTES', 'REPLY_TO', 'MARK_READ_PRIVATELY', 'STATUS', 'TYPING'],
  chatwoot: ['EDIT_MESSAGE', 'MARK_DELIVERED', 'DELETE_FOR_ME'],
  bird: ['PRIVATE_NOTES', 'MARK_READ', 'MARK_UNREAD', 'MARK_DELIVERED', 'SET_LABELS', 'TEAM', 'TYPING'],
}

describe('where the account says PARTIAL', () => {
  it('the conversation is asked, and refuses with its own row', async () => {
    const { id } = await client.conversation('cometchat', ({ kind }) => kind === 'DIRECT')
    const general = await client.row('cometchat', 'CHANGE_PARTICIPANTS')
    const here = await client.row('cometchat', 'CHANGE_PARTICIPANTS', id)
    expect([general.level, here.level]).toEqual(['PARTIAL', 'UNSUPPORTED'])
    let result: any
    const calls = await world.count(async () => {
      result = await client.act('changeParticipants', { conversationId: id, add: [{ externalId: 'piet' }] })
    })
    expect(result).toMatchObject({ __typename: 'CapabilityNotSupportedError', support: here })
    expect(calls.cometchat).toEqual([expect.stringMatching(/^GET /)])
  })

  it('where files can only be named by URL, no place is made for the bytes of one', async () => {
    const { id } = await client.conversation('cometchat')
    const input = { conversationId: id, fileName: 'a.png', mimeType: 'image/png', sizeBytes: 1 }
    const refused = await client.act('createAttachmentUpload', input)
    expect(refused).toMatchObject({
      __typename: 'CapabilityNotSupportedError',
      support: await client.row('cometchat', 'SEND_ATTACHMENT'),
    })
  })

  it('a conversation that is not active takes no message', async () => {
    const { id } = await client.conversation('bird', ({ status }) => status === 'ARCHIVED')
    const input = { conversationId: id, clientMessageId: 'a-key', text: 'hello' }
    const { __typename, support } = await client.act('sendMessage', input)
    expect({ __typename, support }).toEqual({
      __typename: 'CapabilityNotSupportedError',
      support: await client.row('bird', 'SEND_TEXT', id),
    })
  })

  it('what its restriction excludes is refused with the row that names it', async () => {
    const bird = await client.conversation('bird', ({ status }) => status === 'OPEN')
    const assigning = await client.act('updateConversation', { conversationId: bird.id, assigneeId: null })
    expect(assigning.support).toEqual(await client.row('bird', 'ASSIGNEE', bird.id))
    expect(assigning.support.level).toBe('PARTIAL')
    const chatwoot = await client.conversation('chatwoot')
    const input = { conversationId: chatwoot.id, upTo: { latest: true }, visibility: 'PUBLIC' }
    const telling = await client.act('markRead', input)
    expect(telling.support).toEqual(await client.row('chatwoot', 'MARK_READ', chatwoot.id))
    expect(telling.support.level).toBe('PARTIAL')
  })
})

describe('what an account is configured to', () => {
  it('holds where the caller leaves it to the account, and is refused where it cannot be', async () => {
    const privately = await startTestWorld({ accounts: { cometchat: { markRead: 'private' } } })
    const own = new ActingClient(privately)
    const { id } = await own.conversation('cometchat', ({ kind }) => kind === 'DIRECT')
    const input = { conversationId: id, upTo: { latest: true } }
    const left = await own.act('markRead', input)
    expect(left).toMatchObject({ __typename: 'CapabilityNotSupportedError' })
    expect(left.support).toEqual(await own.row('cometchat', 'MARK_READ_PRIVATELY'))
    expect(await own.act('markRead', { ...input, visibility: 'PUBLIC' })).toMatchObject({ __typename: 'MarkSuccess' })
  })
})

import { describe, expect, it } from 'vitest'
import type { BirdConversation, BirdMessage } from '../../providers/bird/details.ts'
import {
  publicParticipant,
  toContactsMessage,
  toContactsView,
  withLastMessage,
} from '../../providers/bird/for-contact.ts'
import { conversationRef, personRef } from '../../providers/bird/refs.ts'
import { toConversationForViewer, toMessage, toParticipant } from '../../providers/bird/to-model.ts'
import { Wire } from '../../providers/kit/wire.ts'

const ADA = personRef('shop', 'contact', 'ada-id')
const reading = { account: 'shop', host: 'api.bird.com', channels: new Map(), forTeam: false }
const id = '0d0e1f2a-0000-4000-8000-000000000001'

const NOTHING_OF_VIEWERS = { unread: null, readHorizon: null, labels: null } as const

const contact = (name: string) => ({
  id: `${name}-id`,
  type: 'contact',
  displayName: name,
  contact: { identifierKey: 'emailaddress', identifierValue: `${name}@example.com`, platformAddress: `${name}@x` },
})
const agent = { id: 'nora-id', type: 'user', displayName: 'Nora', email: 'nora@shop.example' }

function seen(body: object) {
  const wire = Wire.object({ id, createdAt: '2026-03-01T10:00:00Z', ...body }, 'it')
  return toContactsView(toConversationForViewer(wire, reading), ADA).conversation
}

function seenMessage(body: object) {
  const wire = Wire.object({ id: 'one', createdAt: '2026-03-01T10:00:00Z', ...body }, 'it')
  return toContactsMessage(toMessage(wire, conversationRef('shop', id), reading, 'single'), ADA)
}

describe('a contact of Bird', () => {
  it('sees of a conversation nothing that the team keeps', () => {
    const secrets = {
      tags: ['secret'],
      assigneeId: 'nora-id',
      attributes: { secret: 'yes' },
      summary: 'secret',
      description: 'secret',
      privateAttributes: 'secret',
      starred: true,
      read: true,
      hasDraft: true,
      resource: { type: 'task', id: 'secret' },
      inbox: { type: 'x', id: 'secret', identifier: 'x', ownerId: 'x', ownerType: 'x' },
      updatedAt: '2026-03-09T10:00:00Z',
    }
    const conversation = seen({ ...secrets, featuredParticipants: [contact('ada'), contact('eve'), agent] })
    expect(JSON.stringify(conversation)).not.toMatch(/secret|eve@|nora@/)
    expect(conversation).toMatchObject({ labels: null, assignee: null, customAttributes: null })
    expect(conversation.details as BirdConversation).toMatchObject({ starred: null, read: null, hasDraft: null })
    expect(conversation.updatedAt).toEqual(new Date('2026-03-01T10:00:00Z'))
    expect(conversation.featuredParticipants.map(({ person }) => person.addresses.length)).toEqual([1, 0, 0])
  })

  it.each([
    ['a comment', { type: 'comment' }],
    ['a draft', { type: 'text', draft: true }],
  ])('is not told of %s, nor that it moved anything', (_what, of) => {
    const lastMessage = {
      id: 'two',
      createdAt: '2026-03-05T10:00:00Z',
      preview: { text: 'secret' },
      sender: agent,
      ...of,
    }
    const times = { lastMessageIncomingAt: '2026-03-02T10:00:00Z', lastMessageOutgoingAt: '2026-03-05T10:00:00Z' }
    const conversation = seen({ lastMessage, ...times })
    expect(conversation.lastMessage).toBeUndefined()
    expect(conversation.lastActivityAt).toEqual(new Date('2026-03-02T10:00:00Z'))
    expect(JSON.stringify(conversation)).not.toMatch(/secret|2026-03-05/)
  })

  it('is told of the last message that is public, and when it was', () => {
    const lastMessage = { id: 'two', type: 'text', createdAt: '2026-03-05T10:00:00Z', preview: { text: 'hello' } }
    expect(seen({ lastMessage })).toMatchObject({
      lastMessage: { text: 'hello' },
      lastActivityAt: new Date('2026-03-05T10:00:00Z'),
    })
  })

  it('cannot tell whether the team said something behind what was last said to them', () => {
    const sender = contact('ada')
    const said = { id: 'two', createdAt: '2026-03-04T10:00:00Z', sender, status: 'delivered' }
    const text = 'x'.repeat(200)
    const before = seen({ lastMessage: { ...said, type: 'text', preview: { text: text.slice(0, 140) } } })
    const noted = { id: 'three', type: 'comment', createdAt: '2026-03-05T10:00:00Z', sender: agent }
    const view = { conversation: seen({ lastMessage: noted }), viewer: NOTHING_OF_VIEWERS }
    const message = seenMessage({ ...said, body: { type: 'text', text: { text } } })!
    expect(withLastMessage(view, message).conversation).toEqual(before)
  })

  it('reads no comments and no drafts', () => {
    expect(seenMessage({ body: { type: 'comment', comment: { text: 'secret' } } })).toBeNull()
    expect(seenMessage({ draft: true, body: { type: 'text', text: { text: 'secret' } } })).toBeNull()
  })

  it('reads of a message neither hidden copies nor the addresses of others', () => {
    const to = (name: string, type: string) => ({ ...contact(name), ...contact(name).contact, type })
    const message = seenMessage({
      sender: agent,
      reference: 'secret',
      body: { type: 'text', text: { text: 'hello' } },
      recipients: [to('ada', 'to'), to('eve', 'cc'), to('mallory', 'bcc')],
      interactions: [{ type: 'opened', createdAt: '2026-03-01T10:00:00Z' }],
    })
    expect(message?.recipients.map(({ role, addresses }) => [role, addresses.length])).toEqual([
      ['TO', 1],
      ['CC', 0],
    ])
    expect(JSON.stringify(message)).not.toMatch(/secret|eve@|mallory|nora@/)
    expect(message?.details as BirdMessage).toMatchObject({ recipients: [], interactions: [], reference: null })
  })

  it('knows of who else takes part no address', () => {
    const told = publicParticipant(toParticipant(Wire.object(contact('eve'), 'it'), 'shop'), ADA)
    expect(JSON.stringify(told)).not.toMatch(/eve@/)
    const own = toParticipant(Wire.object(contact('ada'), 'it'), 'shop')
    expect(publicParticipant(own, ADA)).toEqual(own)
  })
})

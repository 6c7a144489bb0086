import { beforeEach, describe, expect, it } from 'vitest'
import type { Draft, OutgoingFile } from '../../providers/port/index.ts'
import {
  type ActingChatwoot,
  isWaiting,
  type Scene,
  startActingChatwoot,
  typesOf as types,
} from '../support/acting-chatwoot.ts'
import { callAs, endUser, PIET, personRef } from '../support/chatwoot-account.ts'

const draft = (over: Partial<Draft> = {}): Draft => ({
  text: 'On its way',
  attachments: [],
  replyTo: null,
  audience: 'public',
  ...over,
})

const FILE: OutgoingFile = {
  kind: 'file',
  fileName: 'proof – ö.txt',
  mimeType: 'text/plain',
  sizeBytes: 5,
  async *open() {
    yield Buffer.from('proof')
  },
}

let shop: ActingChatwoot
let app: Scene
beforeEach(async () => {
  shop = await startActingChatwoot(async () => FILE)
  app = await shop.scene('Channel::Api', isWaiting)
})

const truth = () => shop.truth(app.conversation)
const lastMessage = async () => (await truth()).messages.findLast(({ person }: any) => person !== null)

describe('a message that is sent', () => {
  it('is there once with its key, and no news when its webhook comes', async () => {
    const sending = { draft: draft(), clientMessageId: 'bubble-1' }
    const hooks = ['message_created', 'conversation_updated']
    const done = await shop.perform((acts, call) => acts.send(app.conversation, sending, call), hooks)
    expect(types(done.news)).toEqual(['message-added'])
    expect(done.later).toEqual([])
    expect(await lastMessage()).toMatchObject({
      id: done.value.ref.native,
      person: 'user:8',
      text: 'On its way',
      isPrivate: false,
      attributes: { client_message_id: 'bubble-1' },
    })
    const walk = { limit: 1, from: null, direction: 'older' } as const
    const [newest] = (await shop.provider.listMessages(app.conversation, walk, callAs())).rows
    expect(newest?.item).toMatchObject({ ref: done.value.ref, clientMessageId: 'bubble-1' })
  })

  it('with a token of one’s own is one’s own', async () => {
    const sending = { draft: draft({ audience: 'internal' }), clientMessageId: 'bubble-2' }
    const act = shop.perform((acts, call) => acts.send(app.conversation, sending, call), ['message_created'], PIET)
    expect((await act).later).toEqual([])
    expect(await lastMessage()).toMatchObject({ person: 'user:9', isPrivate: true })
  })

  it('carries files, also those that were named by URL, and what it replies to', async () => {
    const asked = (await truth()).messages.at(-1).id
    const attachments = [FILE, { kind: 'url', url: 'https://pictures.example/cat.png' } as const]
    const replyTo = { kind: 'message', conversation: app.conversation, native: asked } as const
    const sending = { draft: draft({ text: null, attachments, replyTo }), clientMessageId: 'bubble-3' }
    const hooks = ['message_created', 'conversation_updated']
    const { value, later } = await shop.perform((acts, call) => acts.send(app.conversation, sending, call), hooks)
    expect(later).toEqual([])
    expect(value).toMatchObject({ kind: 'media', replyTo, clientMessageId: 'bubble-3' })
    expect(await lastMessage()).toMatchObject({
      text: null,
      files: ['proof – ö.txt', 'proof – ö.txt'],
      attributes: { client_message_id: 'bubble-3', in_reply_to: Number(asked) },
    })
  })

  it('by the contact is an incoming one', async () => {
    const sending = { draft: draft({ text: 'Where is it?' }), clientMessageId: 'bubble-4' }
    const hooks = ['message_created', 'contact_updated']
    const actor = endUser(app.contact)
    const done = await shop.perform((acts, call) => acts.send(app.conversation, sending, call), hooks, actor)
    expect([done.value.side, types(done.news), done.later]).toEqual(['customer', ['message-added'], []])
    expect(await lastMessage()).toMatchObject({ person: app.contact, text: 'Where is it?' })
  })

  it('is deleted softly, once', async () => {
    const { id } = (await truth()).messages.at(-1)
    const message = { kind: 'message', conversation: app.conversation, native: id } as const
    const act = () => shop.perform((acts, call) => acts.deleteMessage(message, false, call), ['message_updated'])
    const { news, later } = await act()
    expect([types(news), later]).toEqual([['message-deleted'], []])
    expect((await truth()).messages.at(-1)).toMatchObject({ id, attributes: { deleted: true }, files: [] })
  })

  it('that failed is sent again', async () => {
    const scene = await shop.scene('Channel::Api', ({ messages }) => failed(messages) !== undefined)
    const { id } = failed((await shop.truth(scene.conversation)).messages)
    const message = { kind: 'message', conversation: scene.conversation, native: id } as const
    const hooks = ['message_updated', 'message_updated']
    const { value, news, later } = await shop.perform((acts, call) => acts.retryMessage(message, call), hooks)
    expect([value.delivery?.state, types(news), later]).toEqual(['sent', ['delivery-changed'], []])
    const { messages } = await shop.truth(scene.conversation)
    expect(messages.find((one: any) => one.id === id).status).toBe('sent')
  })
})

const failed = (messages: readonly any[]) => messages.find(({ status }) => status === 'failed')

describe('a conversation that is begun', () => {
  const beginning = (over: object = {}) => ({
    people: [{ kind: 'email', email: 'new.reader@example.com' } as const],
    channel: '6',
    title: null,
    firstMessage: draft({ text: 'Welcome' }),
    clientMessageId: 'start-1',
    ...over,
  })

  it('is there with its contact and message, and no news when its webhooks come', async () => {
    const hooks = ['contact_created', 'conversation_created', 'message_created', 'conversation_updated']
    const { value, news, later } = await shop.perform((acts, call) => acts.start(beginning(), call), hooks)
    expect([value.existing, types(news), later]).toEqual([false, ['conversation-added', 'message-added'], []])
    const made = await shop.truth(value.conversation.conversation.ref)
    expect(made.messages).toMatchObject([{ text: 'Welcome', attributes: { client_message_id: 'start-1' } }])
    const since = new Date(Date.now() - 1_000)
    const found = await shop.provider.acts.findStarted(beginning(), since, callAs())
    expect(found).toMatchObject({ existing: false, message: { ref: value.message?.ref } })
    const other = beginning({ clientMessageId: 'start-2' })
    expect(await shop.provider.acts.findStarted(other, since, callAs())).toBeNull()
  })

  it('with a file is the same', async () => {
    const firstMessage = draft({ text: 'Welcome', attachments: [FILE] })
    const hooks = ['contact_created', 'conversation_created', 'message_created', 'conversation_updated']
    const { value } = await shop.perform((acts, call) => acts.start(beginning({ firstMessage }), call), hooks)
    expect((await shop.truth(value.conversation.conversation.ref)).messages).toMatchObject([
      { text: 'Welcome', files: ['proof – ö.txt'] },
    ])
  })

  it('is the one that there was where the inbox keeps to one', async () => {
    const letter = await shop.scene('Channel::Whatsapp', ({ status }) => status === 'open')
    const people = [personRef(letter.contact)]
    const wanted = beginning({ people, channel: '10' })
    const since = new Date(Date.now() - 1_000)
    const before = await shop.truth(letter.conversation)
    const hooks = [
      'message_created',
      ...(before.messages.at(-1).person === letter.contact ? ['conversation_updated'] : []),
    ]
    const { value, news, later } = await shop.perform((acts, call) => acts.start(wanted, call), hooks)
    expect([value.existing, types(news), later]).toEqual([true, ['message-added'], []])
    expect(value.conversation.conversation.ref).toEqual(letter.conversation)
    expect(await shop.provider.acts.findStarted(wanted, since, callAs())).toMatchObject({ existing: true })
  })

  it('by a contact is begun by themselves, in an API inbox', async () => {
    const wanted = beginning({ people: [personRef(app.contact)], channel: null })
    const hooks = ['conversation_created', 'message_created', 'contact_updated']
    const actor = endUser(app.contact)
    const { value } = await shop.perform((acts, call) => acts.start(wanted, call), hooks, actor)
    const made = await shop.truth(value.conversation.conversation.ref)
    expect(made.messages).toMatchObject([{ person: app.contact, text: 'Welcome' }])
  })
})

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BirdTruth } from '../../providers/bird/emulator/state.ts'
import { bird } from '../../providers/bird/index.ts'
import type {
  Beginning,
  ConversationRef,
  Done,
  Draft,
  OutgoingFile,
  Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { type Desk, type Json, openDesk } from '../emulators/bird-desk.ts'
import { openBackground } from '../events/background-world.ts'
import { openHook } from '../inlets/receive.ts'
import { callAs } from '../support/bird-workspace.ts'

/** Acts through the adapter and over HTTP; what came of it is told by the emulator's own state. */
describe('acting at Bird', () => {
  let desk: Desk
  let provider: Provider
  let whatsapp: Json[]

  beforeEach(async () => {
    desk = await openDesk()
    provider = bird.create('shop', bird.settings.parse(desk.settings))
    onTestFinished(() => provider.close())
    const channels: Json[] = (await desk.get('/channels')).body.results
    const channelId = channels.find(({ platformId }) => platformId === 'whatsapp')?.id
    const rows = (await desk.walk('/conversations?limit=100')).flat()
    whatsapp = rows.filter((row) => row.channelId === channelId)
  })

  const acts = () => provider.acts
  const refOf = (native: string): ConversationRef => ({ kind: 'conversation', account: 'shop', native })
  const active = () => refOf(found(whatsapp.filter(isOpen)).id)
  const closed = () => refOf(found(whatsapp.filter(({ status }) => status === 'closed')).id)
  const truth = async () => (await desk.state()) as BirdTruth
  const truthOf = async ({ native }: ConversationRef) =>
    found((await truth()).conversations.filter(({ id }) => id === native))
  const lastOf = async (ref: ConversationRef) => {
    const last = (await truthOf(ref)).messages.at(-1)
    if (last === undefined) throw new Error('nothing was said')
    return last
  }

  describe('sending', () => {
    it('writes the text and the key into the message, as the key', async () => {
      const { value, events } = await acts().send(active(), sending('Hello there', 'key-1'), callAs())
      expect(await lastOf(active())).toMatchObject({
        id: value.externalId,
        text: 'Hello there',
        reference: 'cg-key-1',
        person: (desk.settings as Json).accessKeyId,
      })
      expect(value).toMatchObject({
        text: 'Hello there',
        clientMessageId: 'key-1',
        side: 'business',
        delivery: { state: 'accepted' },
        sender: { kind: 'automation' },
      })
      expect(events).toEqual([expect.objectContaining({ type: 'message-saved', isNew: true, message: value })])
    })

    it('is found again under its key in the list', async () => {
      const { value } = await acts().send(active(), sending('Hello there', 'key-1'), callAs())
      const walk = { limit: 5, from: null, direction: 'older' } as const
      const { rows } = await provider.listMessages(active(), walk, callAs())
      expect(rows[0]?.item).toMatchObject({ ref: value.ref, sortKey: value.sortKey, clientMessageId: 'key-1' })
    })

    it('speaks as a flow of the channel where the id of the key is not configured, for one call once the channel is known', async () => {
      const { accessKeyId: _, ...settings } = desk.settings as Json
      const other = bird.create('shop', bird.settings.parse(settings))
      onTestFinished(() => other.close())
      await other.acts.send(active(), sending('One'), callAs())
      expect((await lastOf(active())).person).toBe(whatsapp[0]?.channelId)
      await other.acts.send(active(), sending('Two'), callAs(undefined, 1))
      expect(await lastOf(active())).toMatchObject({ text: 'Two', person: whatsapp[0]?.channelId })
    })

    it('answers a message of the same conversation, and of no other', async () => {
      const [question] = (await truthOf(active())).messages
      const replyTo = { kind: 'message', conversation: active(), native: question?.id ?? '' } as const
      await acts().send(active(), sending('Indeed', 'k', { replyTo }), callAs())
      expect((await lastOf(active())).replyTo).toBe(question?.id)
      const foreign = { ...replyTo, conversation: closed() }
      const error = await refusalOf(acts().send(active(), sending('No', 'k', { replyTo: foreign }), callAs()))
      expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path: ['replyTo'] }] } })
    })

    it('puts files where Bird says, and shows them with the key only', async () => {
      const file = fileOf('shelf.png', 'image/png', 'pixels of a shelf')
      const { value } = await acts().send(active(), sending('Look', 'k', { attachments: [file] }), callAs())
      const [attachment] = value.attachments
      expect(attachment).toMatchObject({ fileName: 'shelf.png', opensFor: 'gateway' })
      const url = attachment?.url ?? ''
      expect((await fetch(url)).status).toBe(401)
      const answer = await fetch(url, { headers: { authorization: `AccessKey ${desk.settings.accessKey}` } })
      expect(answer.headers.get('content-type')).toBe('image/png')
      expect(await answer.text()).toBe('pixels of a shelf')
    })

    it.each([
      ['pictures', [['a.png', 'image/png']], 'image'],
      [
        'files',
        [
          ['a.png', 'image/png'],
          ['b.pdf', 'application/pdf'],
        ],
        'file',
      ],
    ] as const)('sends %s without a text as a body of their own', async (_, files, type) => {
      const attachments = files.map(([name, mimeType]) => fileOf(name, mimeType, name))
      const { value } = await acts().send(active(), sending(null, 'k', { attachments }), callAs())
      expect((await lastOf(active())).body?.type).toBe(type)
      expect(value.attachments).toHaveLength(files.length)
    })

    it('hands addresses on as they are', async () => {
      const attachments = [{ kind: 'url', url: 'https://example.com/a.pdf' }] as const
      const { value } = await acts().send(active(), sending(null, 'k', { attachments }), callAs(undefined, 1))
      expect(value.attachments).toMatchObject([{ url: 'https://example.com/a.pdf', opensFor: 'anyone' }])
    })

    it('says that a file is refused which is too big for Bird, and says nothing', async () => {
      const small = await openDesk({ maxUploadBytes: 10 })
      const other = bird.create('shop', bird.settings.parse(small.settings))
      onTestFinished(() => other.close())
      const before = await small.state()
      const attachments = [fileOf('a.txt', 'text/plain', 'more than ten bytes')]
      const error = await refusalOf(other.acts.send(active(), sending('x', 'k', { attachments }), callAs()))
      expect(error).toMatchObject({ code: 'INVALID', facts: { providerStatus: 400 } })
      expect(await small.state()).toEqual(before)
    })

    it('is refused with its row where the conversation is not active, and nothing is said', async () => {
      const error = await refusalOf(acts().send(closed(), sending('Hello?'), callAs()))
      expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'SEND_TEXT' } })
      expect(error.message).toContain('closed')
      const snapshot = await conversationOf(provider, closed())
      const rows = provider.capabilities({ kind: 'service' }, snapshot)
      expect([rows.SEND_TEXT.level, rows.SEND_ATTACHMENT.level]).toEqual(['unsupported', 'unsupported'])
      expect((await truthOf(closed())).messages.map(({ text }) => text)).not.toContain('Hello?')
    })

    it('answers a message that fails later with its failure, by the webhook', async () => {
      const hidden = (await truth()).conversations.find(({ id }) =>
        whatsapp.some(
          (row) =>
            row.id === id &&
            row.status === 'active' &&
            row.initiatingParticipant.contact.identifierKey === 'whatsappusername',
        ),
      )
      const ref = refOf(hidden?.id ?? '')
      await acts().send(ref, sending('Do you get this?'), callAs())
      await vi.waitFor(async () => expect((await lastOf(ref)).status).toBe('delivery_failed'))
      const [row] = (await provider.listMessages(ref, { limit: 1, from: null, direction: 'older' }, callAs())).rows
      expect(row?.item.delivery).toMatchObject({ state: 'failed', failure: { detail: expect.any(String) } })
    })

    it('does not know what became of it when the answer is lost or makes no sense', async () => {
      for (const how of ['reset', 'garbage', 'status'] as const) {
        await desk.control('misbehave', { how, times: 1 })
        const error = await refusalOf(acts().send(active(), sending('Once', how), callAs()))
        expect(error.code, how).toBe('OUTCOME_UNKNOWN')
      }
    })
  })

  describe('starting', () => {
    const newcomer = { kind: 'phone', phone: '+1 555 010 7777' } as const
    const beginningWith = (over: Partial<Beginning> = {}): Beginning => ({
      people: [newcomer],
      channel: whatsapp[0]?.channelId,
      title: 'A first word',
      firstMessage: draft('Welcome'),
      clientMessageId: 'start-1',
      ...over,
    })

    it('makes a conversation and says the first word in one POST, and reads it', async () => {
      const { value, events } = await acts().start(beginningWith(), callAs())
      const { ref } = value.conversation.conversation
      expect(value).toMatchObject({ existing: false, message: { text: 'Welcome', clientMessageId: 'start-1' } })
      expect(value.conversation.conversation).toMatchObject({ title: 'A first word', status: 'open' })
      expect(events.map(({ type }) => type)).toEqual(['conversation-created', 'message-saved'])
      expect(await truthOf(ref)).toMatchObject({
        name: 'A first word',
        messages: [{ text: 'Welcome', reference: 'cg-start-1' }],
      })
    })

    it('is called after whom it is begun with where nobody names it', async () => {
      const { value } = await acts().start(beginningWith({ title: null, firstMessage: null }), callAs())
      expect(await truthOf(value.conversation.conversation.ref)).toMatchObject({ name: '+15550107777', messages: [] })
      expect(value.message).toBeNull()
    })

    it('puts a file into the first message, once there is a conversation to put it into', async () => {
      const attachments = [fileOf('a.png', 'image/png', 'x')]
      const beginning = beginningWith({ firstMessage: draft('See', { attachments }) })
      const { value, events } = await acts().start(beginning, callAs())
      expect(value.message).toMatchObject({ text: 'See', attachments: [{ fileName: 'a.png' }] })
      expect(events.map(({ type }) => type)).toEqual(['conversation-created', 'message-saved'])
    })

    it('goes on in the conversation that the contact has open on that channel', async () => {
      const open = found(whatsapp.filter(isOpen))
      const person = { kind: 'person', account: 'shop', native: `contact:${open.initiatingParticipant.id}` } as const
      const before = (await truth()).conversations.length
      const { value, events } = await acts().start(beginningWith({ people: [person] }), callAs())
      expect(value).toMatchObject({
        existing: true,
        conversation: { conversation: { ref: refOf(open.id) } },
        message: { text: 'Welcome', clientMessageId: 'start-1' },
      })
      expect(events.map(({ type }) => type)).toEqual(['message-saved'])
      expect((await truth()).conversations).toHaveLength(before)
      expect(await lastOf(refOf(open.id))).toMatchObject({ text: 'Welcome', reference: 'cg-start-1' })
    })

    it.each([
      ['nobody', { people: [] }, ['people']],
      ['no channel among several', { channel: null }, ['channel']],
      ['half a number', { people: [{ kind: 'phone', phone: '0555' }] }, ['people', '0']],
      ['an address that is none', { people: [{ kind: 'email', email: 'nora' }] }, ['people', '0']],
    ] as const)('refuses %s, naming the place', async (_, over, path) => {
      const error = await refusalOf(acts().start(beginningWith(over), callAs()))
      expect(error).toMatchObject({ code: 'INVALID', facts: { issues: [{ path }] } })
    })

    it('finds what was started, with its message and without, and nothing where nothing was', async () => {
      const since = new Date()
      const beginning = beginningWith()
      expect(await acts().findStarted(beginning, since, callAs())).toBeNull()
      const { value } = await acts().start(beginning, callAs())
      const foundAgain = await acts().findStarted(beginning, since, callAs())
      expect(foundAgain).toMatchObject({ existing: false, message: { ref: value.message?.ref } })
      const silent = beginningWith({ firstMessage: null })
      expect(await acts().findStarted(silent, since, callAs())).toMatchObject({
        message: null,
        conversation: { conversation: { ref: value.conversation.conversation.ref } },
      })
      const other = beginningWith({ clientMessageId: 'start-2' })
      expect(await acts().findStarted(other, since, callAs())).toBeNull()
    })

    it('finds the first word also in a conversation that was open before', async () => {
      const open = found(whatsapp.filter(isOpen))
      const { identifierValue: phone } = open.initiatingParticipant.contact
      const beginning = beginningWith({ people: [{ kind: 'phone', phone }] })
      const since = new Date()
      await acts().start(beginning, callAs())
      expect(await acts().findStarted(beginning, since, callAs())).toMatchObject({
        existing: true,
        message: { text: 'Welcome' },
        conversation: { conversation: { ref: refOf(open.id) } },
      })
    })
  })

  describe('messages that are there', () => {
    it('edits a draft and keeps what hangs on it, and refuses what was sent', async () => {
      const { conversation, message } = await findDraft()
      const { value, events } = await acts().editMessage(message, 'Dear customer, here it is.', callAs())
      expect(value).toMatchObject({ ref: message, text: 'Dear customer, here it is.', isDraft: true })
      expect(events).toMatchObject([{ type: 'message-saved', isNew: false }])
      expect((await truthOf(conversation)).messages.find(({ id }) => id === message.native)).toMatchObject({
        text: 'Dear customer, here it is.',
        draft: true,
      })
      const sent = (await acts().send(active(), sending('Sent'), callAs())).value.ref
      const error = await refusalOf(acts().editMessage(sent, 'Too late', callAs()))
      expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'EDIT_MESSAGE' } })
    })

    it('deletes a message and answers what is left of it', async () => {
      const { value: sent } = await acts().send(active(), sending('A slip'), callAs())
      const { value, events } = await acts().deleteMessage(sent.ref, false, callAs())
      expect(value).toMatchObject({ ref: sent.ref, text: null, deleted: { at: null } })
      expect(events).toMatchObject([{ type: 'message-deleted', message: sent.ref }])
      expect(await lastOf(active())).toMatchObject({ id: sent.externalId, status: 'deleted', body: null })
      const nothing = { ...sent.ref, native: '00000000-0000-4000-8000-000000000000' }
      expect(await refusalOf(acts().deleteMessage(nothing, false, callAs()))).toMatchObject({ code: 'NOT_FOUND' })
    })

    async function findDraft() {
      for (const { id, messages } of (await truth()).conversations) {
        const one = messages.find(({ draft: isDraft }) => isDraft)
        const conversation = refOf(id)
        if (one !== undefined)
          return { conversation, message: { kind: 'message', conversation, native: one.id } as const }
      }
      throw new Error('there is no draft')
    }
  })

  describe('conversations that are there', () => {
    it('closes and opens again, and says so by what the answer says', async () => {
      const done = await acts().updateConversation(active(), { status: 'closed' }, callAs())
      expect(done).toMatchObject({
        value: {},
        events: [
          { type: 'conversation-observed', audience: 'public', facts: { status: 'closed' } },
          { type: 'conversation-observed', audience: 'internal' },
        ],
      })
      expect((await truthOf(active())).status).toBe('closed')
      const again = await acts().updateConversation(active(), { status: 'open' }, callAs())
      expect(again).toMatchObject({ value: {}, events: [{ facts: { status: 'open' } }, { audience: 'internal' }] })
      expect((await truthOf(active())).status).toBe('active')
    })

    it('sets and removes attributes one by one, and clears all of them', async () => {
      const change = (customAttributes: Json | null) =>
        acts().updateConversation(active(), { customAttributes }, callAs())
      await change(null)
      await change({ shelf: '3', order: '12' })
      await change({ shelf: null, gift: 'yes' })
      expect((await truthOf(active())).attributes).toEqual({ order: '12', gift: 'yes' })
      const { events } = await change(null)
      expect((await truthOf(active())).attributes).toEqual({})
      expect(events).toMatchObject([{ audience: 'public' }, { audience: 'internal', facts: { customAttributes: {} } }])
    })

    it('does each part for itself, and names what cannot be done by its row', async () => {
      const assignee = { kind: 'person', account: 'shop', native: 'user:x' } as const
      const change = {
        customAttributes: { size: 3 },
        status: 'closed',
        snoozedUntil: null,
        assignee,
        team: 't',
        priority: 'high',
        setLabels: ['a'],
        addLabels: ['b'],
        removeLabels: [],
      } as const
      const { value } = await acts().updateConversation(active(), change, callAs())
      const rows = provider.capabilities({ kind: 'service' }, await conversationOf(provider, active()))
      const refused = Object.entries(value).filter(([, error]) => error.code === 'UNSUPPORTED')
      expect(Object.fromEntries(refused.map(([key, error]) => [key, error.facts.capability]))).toEqual({
        snoozedUntil: 'SNOOZE',
        assignee: 'ASSIGNEE',
        team: 'TEAM',
        priority: 'PRIORITY',
        setLabels: 'SET_LABELS',
        addLabels: 'ADD_AND_REMOVE_LABELS',
        removeLabels: 'ADD_AND_REMOVE_LABELS',
      })
      for (const [, error] of refused) expect(rows[error.facts.capability ?? 'SEND_TEXT'].level).not.toBe('native')
      expect(value.customAttributes).toMatchObject({
        code: 'INVALID',
        facts: { issues: [{ path: ['customAttributes', 'size'] }] },
      })
      expect(value.status).toBeUndefined()
      expect((await truthOf(active())).status).toBe('closed')
    })

    it.each(['pending', 'snoozed', 'archived', 'spam', 'deleted'] as const)(
      'has no status %s to set',
      async (status) => {
        const { value } = await acts().updateConversation(active(), { status }, callAs(undefined, 0))
        expect(value.status).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'STATUS' } })
      },
    )

    it('waits until a message that was just sent has settled, so that its delivery does not undo the closing', async () => {
      await acts().send(active(), sending('Goodbye'), callAs())
      const before = Date.now()
      await acts().updateConversation(active(), { status: 'closed' }, callAs())
      expect(Date.now() - before).toBeGreaterThan(2_000)
      const [contact] = (await truthOf(active())).people
      await desk.control('receive', { conversation: active().native, person: contact })
      expect(await truthOf(active())).toMatchObject({ status: 'closed' })
      expect((await lastOf(active())).status).toBe('delivered')
    })

    it('has no time to wait for that in a short call, and then changes nothing', async () => {
      await acts().send(active(), sending('Goodbye'), callAs())
      const hurried = { ...callAs(), deadline: Date.now() + 500 }
      const { value } = await acts().updateConversation(active(), { status: 'closed' }, hurried)
      expect(value.status).toMatchObject({ code: 'TIMEOUT' })
      expect((await truthOf(active())).status).toBe('active')
    })

    it('names the other conversation that is active where one cannot be opened again', async () => {
      const isSame = (one: Json, other: Json) => one.initiatingParticipant.id === other.initiatingParticipant.id
      const shut = found(
        whatsapp.filter(
          (row) => row.status === 'closed' && whatsapp.some((one) => one.status === 'active' && isSame(one, row)),
        ),
      )
      const open = found(whatsapp.filter((row) => row.status === 'active' && isSame(row, shut)))
      const { value } = await acts().updateConversation(refOf(shut.id), { status: 'open' }, callAs())
      expect(value.status).toMatchObject({
        code: 'CONFLICT',
        facts: { existing: refOf(open.id), providerCode: 'ResourceAlreadyExists' },
      })
    })

    it('lets people in and out, once, and answers who is there then', async () => {
      const quinn = found((await truth()).people.filter(({ name }) => name === 'Quinn Agent'))
      const user = { kind: 'person', account: 'shop', native: `user:${quinn.id}` } as const
      const guest = { kind: 'email', email: 'guest@example.com' } as const
      const added = await acts().changeParticipants(active(), [user, guest, guest], [], callAs())
      const { people } = await truthOf(active())
      expect(people).toContain(quinn.id)
      expect(added.value.map(({ person }) => person.externalId).toSorted()).toEqual(people.toSorted())
      expect(added.events.map(({ type }) => type)).toEqual(Array(3).fill('participant-changed'))
      const removed = await acts().changeParticipants(active(), [], [user, user], callAs())
      expect((await truthOf(active())).people).not.toContain(quinn.id)
      expect(removed.events).toMatchObject([
        { participant: { status: 'left', person: { displayName: 'Quinn Agent' } } },
      ])
    })

    it('may not be left by its only contact', async () => {
      const [contact] = (await truthOf(active())).people
      const person = { kind: 'person', account: 'shop', native: `contact:${contact}` } as const
      expect(await refusalOf(acts().changeParticipants(active(), [], [person], callAs()))).toMatchObject({
        code: 'FORBIDDEN',
      })
    })

    it('is deleted for everyone, and for nobody alone', async () => {
      const ref = active()
      const error = await refusalOf(acts().deleteConversation(ref, 'for-me', callAs(undefined, 0)))
      expect(error).toMatchObject({ code: 'UNSUPPORTED', facts: { capability: 'DELETE_FOR_ME' } })
      const { events } = await acts().deleteConversation(ref, 'for-everyone', callAs())
      expect(events).toMatchObject([{ type: 'conversation-removed', conversation: ref }])
      expect((await truth()).conversations.map(({ id }) => id)).not.toContain(ref.native)
      const again = await refusalOf(acts().deleteConversation(ref, 'for-everyone', callAs()))
      expect(again.code).toBe('NOT_FOUND')
    })
  })

  it('refuses what Bird has no call for before any leaves, by a row that is not native', async () => {
    const message = { kind: 'message', conversation: active(), native: active().native } as const
    const call = () => callAs(undefined, 0)
    const mark = (kind: 'read' | 'unread' | 'delivered') => ({
      conversation: active(),
      kind,
      position: { kind: 'latest' } as const,
      visibility: null,
    })
    const refused = [
      ['MARK_READ', acts().mark(mark('read'), call())],
      ['MARK_UNREAD', acts().mark(mark('unread'), call())],
      ['MARK_DELIVERED', acts().mark(mark('delivered'), call())],
      ['RETRY_MESSAGE', acts().retryMessage(message, call())],
      ['TYPING', acts().setTyping(active(), true, call())],
      ['PRIVATE_NOTES', acts().send(active(), sending('psst', 'k', { audience: 'internal' }), call())],
    ] as const
    const rows = provider.capabilities({ kind: 'service' }, null)
    for (const [capability, act] of refused) {
      expect(await refusalOf(act)).toMatchObject({ code: 'UNSUPPORTED', facts: { capability } })
      expect(rows[capability].level).not.toBe('native')
    }
  })

  it('has every row that is native for the account native in every conversation', async () => {
    const account = provider.capabilities({ kind: 'service' }, null)
    const natives = Object.entries(account).filter(([, { level }]) => level === 'native')
    const page = await provider.listConversations({}, { limit: 100, after: null }, callAs())
    for (const { item } of page.rows)
      expect(provider.capabilities({ kind: 'service' }, item.conversation)).toMatchObject(
        Object.fromEntries(natives.map(([name]) => [name, { level: 'native' }])),
      )
  })

  describe('the webhooks that follow', () => {
    /** Takes the act in first, then everything that Bird tells of it, and gives what became news. */
    async function newsOf(act: () => Promise<Done<unknown>>, last: (body: Json) => boolean, order = 'act first') {
      const hook = await openHook()
      const background = openBackground('shop', provider)
      await seen(background)
      await desk.control('deliver-webhooks-to', { url: hook.url })
      const { events } = await act()
      await vi.waitFor(() => {
        const bodies = hook.deliveries.map(({ body }) => JSON.parse(Buffer.from(body).toString()) as Json)
        expect(bodies.some(last)).toBe(true)
      })
      const webhooks = async () => {
        for (const delivery of hook.deliveries) await takeIn(background, delivery)
      }
      if (order === 'webhooks first') await webhooks()
      const before = (await background.told()).length
      await background.ingest('shop', { deliveryId: null, events, nudges: [] }, 'mutation')
      const byAct = (await background.told()).slice(before)
      if (order === 'act first') await webhooks()
      const all = (await background.told()).map(typeAndStep)
      // A step is told of the message, and of the person whom the channel names.
      return { byAct: byAct.map(({ type }) => type), all: [...new Set(all)] }
    }

    type Background = ReturnType<typeof openBackground>

    /** What is known before: the conversation as it stands. */
    async function seen({ ingest }: Background) {
      const { title, status, labels, assignee, customAttributes } = await conversationOf(provider, active())
      const person = assignee !== null && 'ref' in assignee ? assignee.ref : assignee
      const facts = { title, status, labels: labels ?? [], assignee: person, customAttributes }
      const event = {
        type: 'conversation-observed',
        conversation: active(),
        occurredAt: null,
        audience: 'public',
      } as const
      await ingest('shop', { deliveryId: null, events: [{ ...event, facts }], nudges: [] }, 'reconcile', new Date())
    }

    async function takeIn({ ingest }: Background, delivery: Parameters<NonNullable<Provider['inlet']>['receive']>[0]) {
      const received = provider.inlet?.receive(delivery)
      if (received === undefined) throw new Error('there is no inlet')
      await ingest('shop', received, 'webhook')
      for (const nudge of received.nudges)
        if (nudge.type === 'reread') {
          const readAt = new Date()
          const messages = await provider.getMessages(nudge.around, callAs())
          const events = messages.flatMap((message) =>
            'code' in message
              ? []
              : [
                  {
                    type: 'message-saved',
                    conversation: nudge.conversation,
                    occurredAt: message.createdAt,
                    audience: message.audience,
                    message,
                    isNew: false,
                  } as const,
                ],
          )
          await ingest('shop', { deliveryId: null, events, nudges: [] }, 'webhook', readAt)
        }
    }

    it('tell of a sent message only its way', async () => {
      const { byAct, all } = await newsOf(
        () => acts().send(active(), sending('Hello'), callAs()),
        ({ event, payload }) => event === 'conversation.updated' && payload.lastMessage.status === 'sent',
      )
      expect(byAct).toEqual(['message-added'])
      expect(all).toEqual(['message-added', 'delivery-changed accepted sent'])
    })

    it('tell of a sent message before the act does, and then it has nothing to add', async () => {
      const { byAct, all } = await newsOf(
        () => acts().send(active(), sending('Hello', 'early'), callAs()),
        ({ event, payload }) => event === 'conversation.updated' && payload.lastMessage.status === 'sent',
        'webhooks first',
      )
      expect(byAct).toEqual([])
      expect(all.filter((type) => type === 'message-added')).toHaveLength(1)
    })

    it('tell nothing new of a conversation that was started', async () => {
      const beginning: Beginning = {
        people: [{ kind: 'phone', phone: '+15550108888' }],
        channel: whatsapp[0]?.channelId,
        title: null,
        firstMessage: draft('Welcome'),
        clientMessageId: 'k',
      }
      const { byAct, all } = await newsOf(
        () => acts().start(beginning, callAs()),
        ({ event, payload }) => event === 'conversation.updated' && payload.lastMessage.status === 'sent',
      )
      expect(byAct).toEqual(['conversation-added', 'message-added'])
      expect(all).toEqual(['conversation-added', 'message-added', 'delivery-changed accepted sent'])
    })

    it('tell nothing new of a change, of a deleted message, of a removed conversation', async () => {
      const change = await newsOf(
        () => acts().updateConversation(active(), { status: 'closed' }, callAs()),
        ({ payload }) => payload.status === 'closed',
      )
      expect(change.byAct).toEqual(['conversation-changed'])
      expect(change.all).toEqual(change.byAct)
      await acts().updateConversation(active(), { status: 'open' }, callAs())
      const { ref } = (await acts().send(active(), sending('A slip'), callAs())).value
      await vi.waitFor(async () => expect((await lastOf(active())).status).toBe('sent'))
      const slip = await newsOf(
        () => acts().deleteMessage(ref, false, callAs()),
        ({ payload }) => payload.lastMessage?.status === 'deleted',
      )
      expect(slip.byAct).toEqual(['message-deleted'])
      expect(slip.all).toEqual(slip.byAct)
      const removed = active()
      const gone = await newsOf(
        () => acts().deleteConversation(removed, 'for-everyone', callAs()),
        ({ event }) => event === 'conversation.deleted',
      )
      expect(gone.byAct).toEqual(['conversation-removed'])
      expect(gone.all).toEqual(gone.byAct)
    })
  })
})

function typeAndStep(event: { readonly type: string } & Partial<Record<'previous' | 'current', string>>): string {
  return [event.type, event.previous, event.current].filter((part) => part !== undefined).join(' ')
}

function isOpen({ status, lastMessage }: Json): boolean {
  return status === 'active' && lastMessage.status !== 'deleted'
}

function found<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('there is none')
  return first
}

function draft(text: string | null, over: Partial<Draft> = {}): Draft {
  return { text, attachments: [], replyTo: null, audience: 'public', ...over }
}

function sending(text: string | null, clientMessageId = 'key', over: Partial<Draft> = {}) {
  return { draft: draft(text, over), clientMessageId }
}

function fileOf(fileName: string, mimeType: string, content: string): OutgoingFile {
  const bytes = new TextEncoder().encode(content)
  return {
    kind: 'file',
    fileName,
    mimeType,
    sizeBytes: bytes.length,
    async *open() {
      yield bytes
    },
  }
}

async function refusalOf(act: Promise<unknown>): Promise<ProviderError> {
  return act.then(
    () => Promise.reject(new Error('it was done')),
    (error: ProviderError) => error,
  )
}

async function conversationOf(provider: Provider, ref: ConversationRef) {
  const [answer] = await provider.getConversations([ref], callAs())
  if (answer === undefined || 'code' in answer) throw new Error('it cannot be read')
  return answer.conversation
}

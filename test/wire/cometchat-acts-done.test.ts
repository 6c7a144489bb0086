import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LARGE_GROUP } from '../../providers/cometchat/emulator/index.ts'
import { directRef, groupRef, messageRef } from '../../providers/cometchat/refs.ts'
import type { ConversationRef, DomainEvent, Done, Draft, Mark, Message } from '../../providers/port/index.ts'
import { createIngest } from '../../src/events/ingest.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { callOf, startCometChatApp } from '../support/cometchat-app.ts'
import { catchWebhooks } from '../support/webhook-catcher.ts'

const PAIR = directRef('shop', 'ada', 'nora')
const PAIR_ID = 'ada_user_nora'
const DESK = groupRef('shop', 'front-desk')
const DESK_ID = 'group_front-desk'
const nora = () => callOf('nora')
const person = (native: string) => ({ kind: 'person', account: 'shop', native }) as const

async function start() {
  const app = await startCometChatApp()
  const hooks = await catchWebhooks()
  onTestFinished(async () => {
    await app.close()
    await hooks.close()
  })
  await app.act('deliver-webhooks-to', { url: hooks.url })
  const { acts, inlet } = app.provider

  /** What the next webhooks tell. */
  async function told(webhooks: number): Promise<readonly DomainEvent[]> {
    const deliveries = await hooks.take(webhooks)
    return deliveries.flatMap((delivery) => inlet?.receive(delivery).events ?? [])
  }

  return {
    app,
    acts,
    told,
    conversation: async (id: string) => {
      const found = (await app.state()).conversations.find((one) => one.id === id)
      if (found === undefined) throw new Error(`no conversation ${id}`)
      return found
    },
    view: async (id: string, uid: string) => {
      const found = (await app.state()).conversations.find((one) => one.id === id)
      return found?.views.find((one) => one.person === uid)
    },
    say: (text: string, conversation: ConversationRef = PAIR, by = 'nora', key = text) =>
      acts.send(conversation, { draft: draft(text), clientMessageId: key }, callOf(by)),
  }
}

const draft = (text: string): Draft => ({ text, attachments: [], replyTo: null, audience: 'public' })
const mark = (over: Partial<Mark>): Mark => ({
  conversation: PAIR,
  kind: 'read',
  position: { kind: 'latest' },
  visibility: null,
  ...over,
})
const upTo = ({ value }: Done<Message>): Partial<Mark> => ({ position: { kind: 'message', message: value.ref } })

/** What each of two tellers adds to what the other told before, as ids of logged events. */
async function newsOf(first: readonly DomainEvent[], second: readonly DomainEvent[]): Promise<readonly string[][]> {
  const database = new DatabaseSync(':memory:')
  const log = createSqliteLog(database)
  onTestFinished(async () => {
    await log.close()
    database.close()
  })
  const ingest = createIngest(log)
  const news: string[][] = []
  for (const events of [first, second]) {
    const taken = await ingest('shop', { deliveryId: null, events, nudges: [] }, 'webhook')
    news.push(taken.events.map(({ id }) => id))
  }
  return news
}

/** That the act and its webhook are one happening, whichever is heard of first. */
async function expectOne(done: readonly DomainEvent[], webhook: readonly DomainEvent[]): Promise<void> {
  const [news, more] = await newsOf(done, webhook)
  expect(news?.length).toBeGreaterThan(0)
  expect(more).toEqual([])
  expect(await newsOf(webhook, done)).toEqual([news, []])
}

describe('what was done at CometChat', () => {
  it('a message sent is there, under its key, and told once', async () => {
    const { acts, conversation, told, app } = await start()
    const sending = { draft: draft('Your book has come'), clientMessageId: 'key-1' }
    const { value, events } = await acts.send(PAIR, sending, nora())
    const last = (await conversation(PAIR_ID)).messages.at(-1)
    expect(last).toMatchObject({ id: value.externalId, person: 'nora', text: 'Your book has come' })
    const walk = { limit: 1, from: null, direction: 'older' } as const
    const newest = (await app.provider.listMessages(PAIR, walk, callOf('ada'))).rows[0]?.item
    expect([newest?.ref, newest?.clientMessageId]).toEqual([value.ref, 'key-1'])
    await expectOne(events, await told(1))
  })

  it('a message to a group, with attachments, is there and told once', async () => {
    const { acts, told, app } = await start()
    const attachments = [{ kind: 'url', url: 'https://files.example/plan.png' } as const]
    const sending = { draft: { ...draft('The plan'), attachments }, clientMessageId: 'key-2' }
    const { value, events } = await acts.send(DESK, sending, nora())
    const [seen] = await app.provider.getMessages([value.ref], nora())
    expect(seen).toMatchObject({
      kind: 'media',
      text: 'The plan',
      attachments: [{ url: 'https://files.example/plan.png', fileName: 'plan.png', mimeType: 'image/png' }],
    })
    await expectOne(events, await told(1))
  })

  it('a conversation begun is there for both, and found again under its key only', async () => {
    const { acts, conversation, told } = await start()
    const beginning = {
      people: [person('vera')],
      channel: null,
      title: null,
      firstMessage: draft('Welcome'),
      clientMessageId: 'key-3',
    }
    const before = new Date()
    expect(await acts.findStarted(beginning, before, nora())).toBeNull()
    const { value, events } = await acts.start(beginning, nora())
    expect([value.existing, value.conversation.conversation.ref]).toEqual([false, directRef('shop', 'nora', 'vera')])
    expect((await conversation('nora_user_vera')).messages).toMatchObject([{ person: 'nora', text: 'Welcome' }])
    const [created, ...more] = events
    expect(created).toMatchObject({ type: 'conversation-created', facts: {} })
    await expectOne(more, await told(1))
    const found = await acts.findStarted(beginning, before, nora())
    expect([found?.message?.ref, found?.existing]).toEqual([value.message?.ref, false])
    expect(await acts.findStarted({ ...beginning, clientMessageId: 'another' }, before, nora())).toBeNull()
  })

  it('a message edited says the new, and deleted it says nothing any more', async () => {
    const { acts, say, told, conversation } = await start()
    const { value } = await say('Helo')
    const saved = await told(1)
    const edited = await acts.editMessage(value.ref, 'Hello', nora())
    expect((await conversation(PAIR_ID)).messages.at(-2)).toMatchObject({ id: value.externalId, text: 'Hello' })
    const [, afterEdit] = await newsOf(saved, edited.events)
    expect(afterEdit).toHaveLength(1)
    await expectOne(edited.events, await told(1))
    const deleted = await acts.deleteMessage(value.ref, false, nora())
    expect(deleted.value).toMatchObject({ ref: value.ref, text: null, deleted: { at: expect.any(Date) } })
    const kept = (await conversation(PAIR_ID)).messages.find(({ id }) => id === value.externalId)
    expect(kept?.text).toBeNull()
    await expectOne(deleted.events, await told(1))
  })

  it('a message deleted for good is gone', async () => {
    const { acts, say, told, conversation } = await start()
    const { value } = await say('Oops')
    await told(1)
    const { events } = await acts.deleteMessage(value.ref, true, nora())
    expect((await conversation(PAIR_ID)).messages.map(({ id }) => id)).not.toContain(value.externalId)
    await expectOne(events, await told(1))
  })

  it("somebody else's message stays as it is", async () => {
    const { acts, say, conversation } = await start()
    const { value } = await say('Mine', PAIR, 'ada')
    await expect(acts.editMessage(value.ref, 'Yours', nora())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(acts.deleteMessage(value.ref, true, nora())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await conversation(PAIR_ID)).messages.at(-1)?.text).toBe('Mine')
  })

  it.each([
    ['a pair', PAIR, PAIR_ID, 'ada'],
    ['a group', DESK, DESK_ID, null],
  ])('marks in %s move the watermark, and are told once', async (_, conversation, id, other) => {
    const { acts, say, told, view, app } = await start()
    const people = (await app.state()).conversations.find((one) => one.id === id)?.people ?? []
    const by = other ?? people.find((uid) => uid !== 'nora') ?? ''
    const first = await say('one', conversation, by)
    const second = await say('two', conversation, by)
    await told(2)
    const delivered = await acts.mark(mark({ conversation, kind: 'delivered', ...upTo(first) }), nora())
    expect(await view(id, 'nora')).toMatchObject({ deliveredUpTo: first.value.externalId })
    await expectOne(delivered.events, await told(1))
    const read = await acts.mark(mark({ conversation, ...upTo(first) }), nora())
    expect(await view(id, 'nora')).toMatchObject({ readUpTo: first.value.externalId, unread: 1 })
    expect(read.value.applied).toBe(true)
    await expectOne(read.events, await told(1))
    const all = await acts.mark(mark({ conversation, visibility: 'public' }), nora())
    expect(all.value).toMatchObject({ applied: true, horizon: { upToMessage: second.value.ref } })
    expect(await view(id, 'nora')).toMatchObject({ readUpTo: second.value.externalId, unread: 0 })
    await expectOne(all.events, await told(1))
    const again = await acts.mark(mark({ conversation, ...upTo(first) }), nora())
    expect(again.value).toMatchObject({ applied: false, horizon: { upToMessage: second.value.ref } })
  })

  it('reading everything names the newest message of others, as the webhook does', async () => {
    const { acts, say, told } = await start()
    const theirs = await say('theirs', PAIR, 'ada')
    await say('ours')
    await told(2)
    const { value, events } = await acts.mark(mark({}), nora())
    expect(value.horizon?.upToMessage).toEqual(theirs.value.ref)
    await expectOne(events, await told(1))
  })

  it('marking up to a time stops at what was said by then', async () => {
    const { acts, conversation, view, app } = await start()
    const theirs = (await conversation(PAIR_ID)).messages.filter(({ person: who }) => who === 'ada')
    const [earlier] = theirs.toReversed()
    await app.act('say', { conversation: PAIR_ID, person: 'ada', text: 'later' })
    await acts.mark(mark({ position: { kind: 'time', at: new Date(earlier?.createdAt ?? '') } }), nora())
    expect(await view(PAIR_ID, 'nora')).toMatchObject({ readUpTo: earlier?.id, unread: 1 })
  })

  it('a message marked unread waits again, and all after it, five times a minute', async () => {
    const { acts, say, view } = await start()
    const first = await say('one', PAIR, 'ada')
    await say('two', PAIR, 'ada')
    const read = await acts.mark(mark({}), nora())
    const unread = await acts.mark(mark({ kind: 'unread', ...upTo(first) }), nora())
    expect(await view(PAIR_ID, 'nora')).toMatchObject({ unread: 2 })
    expect(unread.events).toMatchObject([{ type: 'horizon-moved', movedBack: true }])
    expect((await newsOf(read.events, unread.events))[1]).toHaveLength(1)
    await acts.mark(mark({}), nora())
    await acts.mark(mark({ kind: 'unread' }), nora())
    expect(await view(PAIR_ID, 'nora')).toMatchObject({ unread: 1 })
    const marks = await Promise.allSettled(
      Array.from({ length: 12 }, () => acts.mark(mark({ kind: 'unread', ...upTo(first) }), nora())),
    )
    expect(marks.map(({ status }) => status)).toContain('rejected')
    for (const outcome of marks)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'RATE_LIMITED' })
  })

  it('nothing moves in a group above 300 members', async () => {
    const { acts, say, view } = await start()
    const conversation = groupRef('shop', LARGE_GROUP)
    const id = `group_${LARGE_GROUP}`
    const said = await say('Hello, all', conversation, 'ada')
    const before = await view(id, 'nora')
    for (const kind of ['read', 'unread'] as const) {
      const { value, events } = await acts.mark(mark({ conversation, kind, ...upTo(said) }), nora())
      expect([value, events]).toEqual([{ horizon: null, applied: null }, []])
    }
    expect(await view(id, 'nora')).toEqual(before)
  })

  it.each([
    [PAIR, PAIR_ID],
    [DESK, DESK_ID],
  ])('labels are the own tags only: set, added, removed (%#)', async (conversation, id) => {
    const { acts, view } = await start()
    const tags = async (uid: string) => (await view(id, uid))?.tags
    const theirs = await tags('ada')
    const change = (labels: object) => acts.updateConversation(conversation, labels, nora())
    expect(await change({ setLabels: ['vip', 'new'] })).toEqual({ value: {}, events: [] })
    expect(await tags('nora')).toEqual(['vip', 'new'])
    await change({ addLabels: ['late'], removeLabels: ['new'] })
    expect(await tags('nora')).toEqual(['vip', 'late'])
    await change({ setLabels: [] })
    expect([await tags('nora'), await tags('ada')]).toEqual([[], theirs])
  })

  it('people let into a group and shown out of it are told once', async () => {
    const { acts, told, conversation } = await start()
    const { value, events } = await acts.changeParticipants(DESK, [person('vera'), person('nobody')], [], nora())
    expect(value.map(({ person: { externalId } }) => externalId)).toContain('vera')
    const { people } = await conversation(DESK_ID)
    expect(people).toContain('vera')
    const changes = events.filter(({ type }) => type === 'participant-changed')
    expect(events.length - changes.length).toBe(1)
    await expectOne(changes, await told(1))
    const out = await acts.changeParticipants(DESK, [], [person('vera')], nora())
    expect(out.value.map(({ person: { externalId } }) => externalId).toSorted()).toEqual(
      people.filter((uid) => uid !== 'vera').toSorted(),
    )
    expect((await conversation(DESK_ID)).people).not.toContain('vera')
    await expectOne(out.events, await told(1))
  })

  it.each([
    [PAIR, PAIR_ID, 'ada'],
    [DESK, DESK_ID, null],
  ])(
    'a conversation deleted for oneself stays with the others, and comes back with the next message (%#)',
    async (conversation, id, other) => {
      const { acts, say, view, app } = await start()
      const people = (await app.state()).conversations.find((one) => one.id === id)?.people ?? []
      const peer = other ?? people.find((uid) => uid !== 'nora') ?? ''
      expect(await acts.deleteConversation(conversation, 'for-me', nora())).toEqual({ value: null, events: [] })
      expect([(await view(id, 'nora'))?.hasIt, (await view(id, peer))?.hasIt]).toEqual([false, true])
      await say('Still there?', conversation, peer)
      expect((await view(id, 'nora'))?.hasIt).toBe(true)
    },
  )

  it('a conversation deleted for everyone is gone for everyone', async () => {
    const { acts, view, app } = await start()
    const { events } = await acts.deleteConversation(PAIR, 'for-everyone', nora())
    expect(events).toMatchObject([{ type: 'conversation-removed', conversation: PAIR }])
    expect([(await view(PAIR_ID, 'nora'))?.hasIt, (await view(PAIR_ID, 'ada'))?.hasIt]).toEqual([false, false])
    const [gone] = await app.provider.getConversations([PAIR], callOf('ada'))
    expect(gone).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('thirty messages a minute and user are sent, and the thirty-first is told to wait', async () => {
    const { acts, say } = await start()
    const outcomes: PromiseSettledResult<unknown>[] = []
    // Of which thirty may fall into one minute and thirty into the next.
    for (let sent = 0; sent < 63; sent += 21)
      outcomes.push(...(await Promise.allSettled(Array.from({ length: 21 }, (_, n) => say(`m${sent + n}`)))))
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refused.length).toBeGreaterThanOrEqual(3)
    for (const reason of refused) expect(reason).toMatchObject({ code: 'RATE_LIMITED' })
    const theirs = acts.send(PAIR, { draft: draft('Me too'), clientMessageId: 'k' }, callOf('ada'))
    expect((await theirs).value.text).toBe('Me too')
  })

  it('a message that nobody may know of is not found', async () => {
    const { acts } = await start()
    const message = messageRef(PAIR, '999999')
    await expect(acts.editMessage(message, 'x', nora())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(acts.deleteMessage(message, false, nora())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

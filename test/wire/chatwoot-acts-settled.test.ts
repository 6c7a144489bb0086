import { beforeEach, describe, expect, it } from 'vitest'
import type { Mark } from '../../providers/port/index.ts'
import {
  type ActingChatwoot,
  isWaiting,
  type Scene,
  startActingChatwoot,
  typesOf as types,
} from '../support/acting-chatwoot.ts'
import { callAs, endUser, PIET, personRef } from '../support/chatwoot-account.ts'
import { sending } from '../support/chatwoot-deeds.ts'

let shop: ActingChatwoot
let app: Scene
beforeEach(async () => {
  shop = await startActingChatwoot()
  app = await shop.scene('Channel::Api', isWaiting)
})

const truth = () => shop.truth(app.conversation)
const lastMessage = async () => (await truth()).messages.findLast(({ person }: any) => person !== null)

describe('a mark', () => {
  const mark = (over: Partial<Mark> = {}): Mark => ({
    conversation: app.conversation,
    kind: 'read',
    position: { kind: 'latest' },
    visibility: null,
    ...over,
  })

  it('of an agent moves our side and the assignee, and no webhook tells', async () => {
    await shop.provider.acts.updateConversation(app.conversation, { assignee: personRef('user:8') }, callAs())
    const before = await truth()
    const { value, news } = await shop.perform((acts, call) => acts.mark(mark(), call), [])
    expect(value.horizon).toMatchObject({ holder: personRef('user:8'), kind: 'read' })
    expect(new Set(types(news))).toEqual(new Set(['horizon-moved']))
    const after = await truth()
    expect(Date.parse(after.agentLastSeenAt)).toBeGreaterThan(Date.parse(before.agentLastSeenAt ?? 0))
    expect((await shop.perform((acts, call) => acts.mark(mark(), call), [])).news).toEqual([])
  })

  it('as unread takes them back to before the last incoming message', async () => {
    await shop.provider.acts.updateConversation(app.conversation, { assignee: personRef('user:8') }, callAs())
    await shop.perform((acts, call) => acts.mark(mark(), call), [])
    const { id, createdAt } = (await truth()).messages.findLast(({ person }: any) => person === app.contact)
    const position = {
      kind: 'message',
      message: { kind: 'message', conversation: app.conversation, native: id },
    } as const
    const { news } = await shop.perform((acts, call) => acts.mark(mark({ kind: 'unread', position }), call), [])
    expect(news).toMatchObject([
      { type: 'horizon-moved', movedBack: true },
      { type: 'horizon-moved', movedBack: true },
    ])
    expect(Date.parse((await truth()).agentLastSeenAt)).toBe(Date.parse(createdAt) - 1_000)
  })

  it('of the contact is told to all, message by message', async () => {
    await shop.say(app, 'user:8', 'Did you get it?')
    const unread = (await truth()).messages.filter(
      ({ person, status }: any) => person !== app.contact && status !== 'read' && status !== 'failed',
    )
    const hooks = unread.filter(({ person }: any) => person !== null).map(() => 'message_updated')
    const { value, news, later } = await shop.perform(
      (acts, call) => acts.mark(mark({ visibility: 'public' }), call),
      hooks,
      endUser(app.contact),
    )
    expect(value.horizon?.holder).toEqual(personRef(app.contact))
    expect([types(news), later]).toEqual([['horizon-moved'], []])
    expect((await truth()).contactLastSeenAt).not.toBeNull()
    expect((await lastMessage()).readAt).not.toBeNull()
  })
})

describe('a change', () => {
  it('of everything is so, and its own webhooks are no news', async () => {
    const until = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000)
    const change = {
      status: 'snoozed',
      snoozedUntil: until,
      assignee: personRef('user:9'),
      team: '4',
      priority: 'urgent',
      addLabels: ['lost-parcel'],
      customAttributes: { shelf: 'seven' },
    } as const
    const before = await truth()
    const hooks = ['conversation_status_changed', ...Array.from({ length: 6 }, () => 'conversation_updated')]
    const act = shop.perform((acts, call) => acts.updateConversation(app.conversation, change, call), hooks)
    const { value, news, later } = await act
    expect([value, later]).toEqual([{}, []])
    expect(types(news)).toEqual(['conversation-changed', 'conversation-changed'])
    expect(await truth()).toMatchObject({
      status: 'snoozed',
      snoozedUntil: until.toISOString(),
      assignee: 'user:9',
      team: '4',
      priority: 'urgent',
      labels: [...before.labels, 'lost-parcel'],
      customAttributes: { ...before.customAttributes, shelf: 'seven' },
    })
  })

  it('to nothing clears', async () => {
    const full = { team: '3', priority: 'low', setLabels: ['vip'], customAttributes: { a: 1 } } as const
    await shop.provider.acts.updateConversation(app.conversation, full, callAs())
    const none = { assignee: null, team: null, priority: null, setLabels: [], customAttributes: null }
    const { value } = await shop.provider.acts.updateConversation(app.conversation, none, callAs())
    expect(value).toEqual({})
    expect(await truth()).toMatchObject({
      assignee: null,
      team: null,
      priority: null,
      labels: [],
      customAttributes: {},
    })
  })

  it('that opens makes an agent the assignee, which is news of the same act', async () => {
    await shop.provider.acts.updateConversation(app.conversation, { status: 'closed' }, callAs())
    const { told } = await shop.perform(
      (acts, call) => acts.updateConversation(app.conversation, { status: 'open' }, call),
      ['conversation_status_changed', 'conversation_updated', 'conversation_updated'],
      PIET,
    )
    expect(told.slice(0, 2)).toMatchObject([
      { audience: 'public', facts: { status: 'open' } },
      { audience: 'internal', facts: { assignee: personRef('user:9') } },
    ])
  })

  it('by the contact closes', async () => {
    const { value, later } = await shop.perform(
      (acts, call) => acts.updateConversation(app.conversation, { status: 'closed' }, call),
      ['conversation_status_changed', 'conversation_updated'],
      endUser(app.contact),
    )
    expect([value, later]).toEqual([{}, []])
    expect((await truth()).status).toBe('resolved')
  })

  it('of who follows is so', async () => {
    const quiet = await shop.perform(
      (acts, call) => acts.changeParticipants(app.conversation, [personRef('user:9')], [], call),
      [],
    )
    expect(types(quiet.news)).toEqual(['participant-changed'])
    expect((await truth()).people).toContain('user:9')
    const left = await shop.perform(
      (acts, call) => acts.changeParticipants(app.conversation, [], [personRef('user:9')], call),
      [],
    )
    expect(left.news).toMatchObject([{ type: 'participant-changed', participant: { status: 'left' } }])
    expect((await truth()).people).not.toContain('user:9')
  })

  it('of who types is told', async () => {
    for (const [actor, name] of [
      [PIET, 'user:9'],
      [endUser(app.contact), app.contact],
    ] as const) {
      const typing = async () => {
        await shop.provider.acts.setTyping(app.conversation, true, callAs(actor))
        return { value: null, events: [] }
      }
      const { later } = await shop.perform(typing, ['conversation_typing_on'], actor)
      expect(later, name).toEqual([])
    }
  })

  it('that deletes it leaves nothing, and nobody else tells', async () => {
    const act = shop.perform((acts, call) => acts.deleteConversation(app.conversation, 'for-everyone', call), [])
    expect(types((await act).news)).toEqual(['conversation-removed'])
    expect(await truth()).toBeUndefined()
    await expect(shop.provider.acts.send(app.conversation, sending(), callAs())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

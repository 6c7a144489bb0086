import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../support/world.ts'
import { ActingClient, type Picked } from './acting-client.ts'

let world: World
let client: ActingClient

beforeAll(async () => {
  world = await startWorld()
  client = new ActingClient(world)
})
afterAll(() => world.close())

const MARKED = `applied
  horizon { upToMessageId origin }
  participant { person { displayName isViewer } }
  conversation { viewerState { unreadCount } }`

describe('marks at CometChat', () => {
  /** One in which somebody has just said so much to us. */
  async function unread(texts: readonly string[]): Promise<Picked> {
    const { externalId } = await client.conversation('cometchat', ({ kind }) => kind === 'DIRECT')
    const peer = externalId.split('_user_').find((uid) => uid !== 'nora')
    for (const text of texts) await world.control('cometchat', 'say', { conversation: externalId, person: peer, text })
    return client.conversation('cometchat', (found) => found.externalId === externalId)
  }

  it('say whether the position moved, whose it is and where it really is', async () => {
    const { id, lastMessage } = await unread(['one', 'two'])
    const input = { conversationId: id, upTo: { messageId: lastMessage?.messageId } }
    const first = await client.act('markRead', input, MARKED)
    expect(first).toEqual({
      __typename: 'MarkSuccess',
      applied: true,
      horizon: { upToMessageId: lastMessage?.messageId, origin: 'MUTATION' },
      participant: { person: { displayName: 'Nora Admin', isViewer: true } },
      conversation: { viewerState: { unreadCount: 0 } },
    })
    const second = await client.act('markRead', input, 'applied horizon { upToMessageId }')
    expect(second).toMatchObject({ applied: false, horizon: { upToMessageId: lastMessage?.messageId } })
  })

  it('take something back', async () => {
    const { id } = await unread(['three', 'four'])
    await client.act('markRead', { conversationId: id, upTo: { latest: true } })
    const { applied, conversation } = await client.act('markUnread', { conversationId: id }, MARKED)
    expect(applied).toBe(true)
    expect(conversation.viewerState.unreadCount).toBeGreaterThan(0)
  })

  it('say what has reached the viewer', async () => {
    const { id, lastMessage } = await unread(['five'])
    const { applied, horizon } = await client.act(
      'markDelivered',
      { conversationId: id, upTo: { latest: true } },
      'applied horizon { upToMessageId }',
    )
    expect({ applied, horizon }).toEqual({ applied: true, horizon: { upToMessageId: lastMessage?.messageId } })
  })
})

describe('marks at Chatwoot', () => {
  it('are the agent’s own', async () => {
    const { id } = await client.conversation('chatwoot', ({ status }) => status === 'OPEN')
    const input = { conversationId: id, upTo: { latest: true }, visibility: 'PRIVATE' }
    const marked = await client.act('markRead', input, 'applied conversation { viewerState { unreadCount } }')
    expect(marked).toMatchObject({ __typename: 'MarkSuccess', conversation: { viewerState: { unreadCount: 0 } } })
  })
})

const UPDATED = `problems { field problem { __typename code ... on CapabilityNotSupportedError { support { capability level } } } }
  conversation { status snoozedUntil labels assignee { displayName } team { name } priority customAttributes }`

describe('updateConversation', () => {
  it('changes all parts at Chatwoot at once, keeps what is absent and clears what is null', async () => {
    const { data } = await world.ask('{ accounts { key agents { id displayName } teams { id name } } }')
    const { agents, teams } = data.accounts.find(({ key }: any) => key === 'chatwoot')
    const { id } = await client.conversation('chatwoot', ({ status }) => status === 'OPEN')
    const update = (input: object) => client.act('updateConversation', { conversationId: id, ...input }, UPDATED)
    const assignee = agents.find(({ displayName }: any) => displayName === 'Nora Admin')
    const first = await update({
      status: 'PENDING',
      assigneeId: assignee.id,
      teamId: teams[0].id,
      priority: 'URGENT',
      setLabels: ['vip', 'bug', 'vip'],
      customAttributes: { plan: 'gold', seats: 3 },
    })
    expect(first.problems).toEqual([])
    expect(first.conversation).toMatchObject({
      status: 'PENDING',
      assignee: { displayName: 'Nora Admin' },
      team: { name: teams[0].name },
      priority: 'URGENT',
      customAttributes: { plan: 'gold', seats: 3 },
    })
    expect(first.conversation.labels.toSorted()).toEqual(['bug', 'vip'])
    const second = await update({
      assigneeId: null,
      priority: null,
      addLabels: ['gift'],
      removeLabels: ['bug'],
      customAttributes: { seats: null },
    })
    expect(second.problems).toEqual([])
    expect(second.conversation).toMatchObject({
      status: 'PENDING',
      assignee: null,
      team: { name: teams[0].name },
      priority: null,
    })
    expect(second.conversation.labels.toSorted()).toEqual(['gift', 'vip'])
    expect(second.conversation.customAttributes).not.toHaveProperty('seats')
    expect(second.conversation.customAttributes).toMatchObject({ plan: 'gold' })
  })

  it('puts aside until a time', async () => {
    const { id } = await client.conversation('chatwoot', ({ status }) => status === 'OPEN')
    const snoozeUntil = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000).toISOString()
    const input = { conversationId: id, status: 'SNOOZED', snoozeUntil }
    const { conversation, problems } = await client.act('updateConversation', input, UPDATED)
    expect(problems).toEqual([])
    expect(conversation.status).toBe('SNOOZED')
    expect(Date.parse(conversation.snoozedUntil)).toBe(Date.parse(snoozeUntil))
  })

  it('does what can be done, and names the rest by field', async () => {
    const bird = await client.conversation('bird', ({ status }) => status === 'OPEN')
    const input = { conversationId: bird.id, status: 'CLOSED', assigneeId: null, teamId: null, setLabels: ['vip'] }
    const { conversation, problems } = await client.act('updateConversation', input, UPDATED)
    expect(conversation.status).toBe('CLOSED')
    expect(problems).toEqual([
      refused('assigneeId', 'ASSIGNEE', 'PARTIAL'),
      refused('teamId', 'TEAM', 'UNSUPPORTED'),
      refused('setLabels', 'SET_LABELS', 'UNSUPPORTED'),
    ])
  })

  it('answers the first problem where nothing can be done', async () => {
    const { id } = await client.conversation('cometchat')
    const input = { conversationId: id, priority: 'LOW', status: 'SNOOZED', snoozeUntil: '2199-01-01T00:00:00Z' }
    const result = await client.act('updateConversation', input)
    expect(result).toMatchObject({ __typename: 'CapabilityNotSupportedError', support: { capability: 'SNOOZE' } })
  })

  it('sets the viewer’s own labels at CometChat', async () => {
    const { id } = await client.conversation('cometchat', ({ kind }) => kind === 'GROUP')
    const update = (input: object) => client.act('updateConversation', { conversationId: id, ...input }, UPDATED)
    expect((await update({ setLabels: ['one', 'two'] })).conversation.labels.toSorted()).toEqual(['one', 'two'])
    const changed = await update({ addLabels: ['three'], removeLabels: ['one'], priority: 'LOW' })
    expect(changed.conversation.labels.toSorted()).toEqual(['three', 'two'])
    expect(changed.problems).toEqual([refused('priority', 'PRIORITY', 'UNSUPPORTED')])
    expect((await update({ setLabels: null })).conversation.labels).toEqual([])
  })

  function refused(field: string, capability: string, level: string) {
    const problem = { __typename: 'CapabilityNotSupportedError', code: 'CAPABILITY_NOT_SUPPORTED' }
    return { field, problem: { ...problem, support: { capability, level } } }
  }
})

describe('changeParticipants', () => {
  it('answers everybody who takes part afterwards', async () => {
    const { id } = await client.conversation('cometchat', ({ title }) => title === "Translators' table")
    const selection = 'participants { id person { externalId } } conversation { participantCount }'
    const added = await client.act(
      'changeParticipants',
      { conversationId: id, add: [{ externalId: 'piet' }] },
      selection,
    )
    const uids = added.participants.map(({ person }: any) => person.externalId)
    expect(uids).toContain('piet')
    expect(added.conversation.participantCount).toBe(uids.length)
    const member = added.participants.find(({ person }: any) => person.externalId === 'piet')
    const removed = await client.act('changeParticipants', { conversationId: id, remove: [member.id] }, selection)
    expect(removed.participants.map(({ person }: any) => person.externalId)).toEqual(
      uids.filter((uid: string) => uid !== 'piet'),
    )
  })
})

describe('deleteConversation', () => {
  it('answers what is gone, and it is', async () => {
    const { id } = await client.conversation('bird', ({ kind }) => kind === 'UNKNOWN')
    const deleted = await client.act(
      'deleteConversation',
      { conversationId: id, scope: 'FOR_EVERYONE' },
      'deletedConversationId',
    )
    expect(deleted.deletedConversationId).toBe(id)
    const { data, errors } = await world.ask('query ($id: ID!) { conversation(id: $id) { id } }', { id })
    expect({ data, errors }).toEqual({ data: { conversation: null }, errors: undefined })
    const again = await client.act('deleteConversation', { conversationId: id, scope: 'FOR_EVERYONE' })
    expect(again).toMatchObject({ __typename: 'NotFoundError' })
  })
})

describe('setTyping', () => {
  it('answers the conversation, which is read only where it is asked for', async () => {
    const { id } = await client.conversation('chatwoot')
    const input = { conversationId: id, typing: true }
    const calls = await world.count(() => client.act('setTyping', input))
    expect(calls.chatwoot).toEqual([expect.stringMatching(/^POST .*toggle_typing_status/)])
    expect(await client.act('setTyping', input, 'conversation { id }')).toMatchObject({ conversation: { id } })
  })
})

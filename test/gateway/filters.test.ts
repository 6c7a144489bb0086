import { beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  return () => world.close()
})

const INBOX = `query ($filter: ConversationFilter) {
  conversations(first: 100, filter: $filter) {
    nodes {
      id provider title status labels lastActivityAt channel { type } assignee { id displayName }
      viewerState { unreadCount } featuredParticipants { person { id displayName addresses { kind value } } }
    }
    sources { account { key } state unsupported }
  }
}`

async function inbox(filter: object) {
  const { data, errors } = await world.ask(INBOX, { filter })
  expect(errors).toBeUndefined()
  const sources = Object.fromEntries(data.conversations.sources.map((row: any) => [row.account.key, row]))
  return { nodes: data.conversations.nodes as any[], sources }
}

describe('a filter', () => {
  it('by status counts conversations without one as open', async () => {
    const open = await inbox({ statuses: ['OPEN'] })
    expect(new Set(open.nodes.map(({ status }) => status))).toEqual(new Set([null, 'OPEN']))
    const closed = await inbox({ statuses: ['CLOSED', 'SNOOZED'] })
    expect(new Set(closed.nodes.map(({ provider }) => provider))).toEqual(new Set(['CHATWOOT', 'BIRD']))
    expect(closed.nodes.every(({ status }) => status === 'CLOSED' || status === 'SNOOZED')).toBe(true)
  })

  it('by label gives only what is marked so', async () => {
    const { nodes: all } = await inbox({})
    const label = all.flatMap(({ labels }) => labels ?? [])[0]
    const { nodes } = await inbox({ labelsAny: [label] })
    expect(nodes.length).toBeGreaterThan(0)
    expect(nodes.every(({ labels }) => labels.includes(label))).toBe(true)
  })

  it('that an account cannot apply leaves it out and names the filter in its row', async () => {
    const { nodes, sources } = await inbox({ assignee: { unassigned: true } })
    expect(sources.cometchat).toMatchObject({ state: 'UNSUPPORTED', unsupported: ['FILTER_ASSIGNEE'] })
    expect(nodes.length).toBeGreaterThan(0)
    expect(nodes.every(({ provider }) => provider !== 'COMETCHAT')).toBe(true)
    const unread = await inbox({ unreadOnly: true })
    expect(unread.sources.bird).toMatchObject({ state: 'UNSUPPORTED', unsupported: ['FILTER_UNREAD'] })
    expect(unread.nodes.length).toBeGreaterThan(0)
    expect(unread.nodes.every(({ viewerState }) => viewerState.unreadCount > 0)).toBe(true)
  })

  it('by channel gives only those channels', async () => {
    const { nodes } = await inbox({ channelTypes: ['WHATSAPP'] })
    expect(new Set(nodes.map(({ channel }) => channel.type))).toEqual(new Set(['WHATSAPP']))
    expect(new Set(nodes.map(({ provider }) => provider))).toEqual(new Set(['CHATWOOT', 'BIRD']))
    const inApp = await inbox({ channelTypes: ['IN_APP'] })
    expect(new Set(inApp.nodes.map(({ provider }) => provider))).toEqual(new Set(['COMETCHAT']))
  })

  it('by time gives only what happened since', async () => {
    const { nodes: all } = await inbox({})
    const middle = all[Math.floor(all.length / 2)].lastActivityAt
    const { nodes } = await inbox({ updatedAfter: middle })
    expect(nodes.length).toBeGreaterThan(0)
    expect(nodes.every(({ provider, lastActivityAt }) => provider === 'COMETCHAT' || lastActivityAt > middle)).toBe(
      true,
    )
  })

  it('by a person’s address asks every account and merges nobody', async () => {
    const { nodes, sources } = await inbox({ person: { email: 'ada@example.com' } })
    expect(sources.cometchat.state).toBe('UNSUPPORTED')
    expect(nodes.length).toBeGreaterThan(0)
    for (const { featuredParticipants } of nodes) {
      expect(featuredParticipants.some(({ person }: any) => person.displayName?.startsWith('Ada'))).toBe(true)
    }
  })

  it('by a person asks their account only', async () => {
    const { nodes: all } = await inbox({ providers: ['CHATWOOT'] })
    const person = all[0].featuredParticipants[0].person
    const { nodes, sources } = await inbox({ person: { personId: person.id } })
    expect(Object.keys(sources)).toEqual(['chatwoot'])
    expect(nodes.map(({ id }) => id)).toContain(all[0].id)
  })

  it('by assignee finds the viewer’s own', async () => {
    const { nodes, sources } = await inbox({ assignee: { me: true }, providers: ['CHATWOOT'] })
    expect(sources.chatwoot.state).toBe('OK')
    expect(new Set(nodes.map(({ assignee }) => assignee.displayName))).toEqual(new Set(['Nora Admin']))
  })

  it('by text says that it searches only as far as the provider does', async () => {
    const { nodes, sources } = await inbox({ text: 'signed edition' })
    expect(sources.chatwoot.state).toBe('PARTIAL')
    expect(nodes.some(({ provider }) => provider === 'CHATWOOT')).toBe(true)
  })

  it('with an id of the wrong kind is refused and says what would be right', async () => {
    const { nodes } = await inbox({})
    const { errors } = await world.ask(INBOX, { filter: { accountIds: [nodes[0].id] } })
    expect(errors?.[0]).toMatchObject({
      message: 'filter.accountIds: expected the id of an Account.',
      extensions: { code: 'VALIDATION_FAILED' },
    })
  })

  it('that gives two alternatives at once is refused, however often the query was asked before', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { errors } = await world.ask(INBOX, { filter: { assignee: { me: true, unassigned: true } } })
      expect(errors?.[0].message).toContain('Exactly one key must be specified for OneOf type "AssigneeFilter"')
    }
  })
})

describe('the viewer', () => {
  it('has totals of what is unread, as far as each provider can tell', async () => {
    const { data, errors } = await world.ask(`{ viewer { displayName kind unread {
      conversations conversationsIsLowerBound messages messagesIsLowerBound sources { account { key } state unsupported } } } }`)
    expect(errors).toBeUndefined()
    expect(data.viewer.unread.messages).toBeGreaterThan(0)
    expect(data.viewer.unread.messagesIsLowerBound).toBe(true)
    const bird = data.viewer.unread.sources.find((row: any) => row.account.key === 'bird')
    expect(bird).toMatchObject({ state: 'UNSUPPORTED', unsupported: ['UNREAD_COUNT'] })
  })
})

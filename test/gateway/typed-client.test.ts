import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { query, request } from '../client/client.ts'
import {
  AccountsDocument,
  ConversationDocument,
  type ConversationStatus,
  InboxDocument,
  NodeDocument,
  NodesDocument,
  ViewerDocument,
} from '../client/generated/graphql.ts'
import { type RunningDemo, startDemoGateway } from './demo-gateway.ts'

let demo: RunningDemo

beforeAll(async () => {
  demo = await startDemoGateway()
})

afterAll(() => demo.close())

describe('a client with generated documents', () => {
  test('reads the inbox page by page', async () => {
    const { conversations: first } = await query(demo.endpoint, InboxDocument, { first: 5 })
    const { conversations: second } = await query(demo.endpoint, InboxDocument, {
      first: 5,
      after: first.pageInfo.endCursor,
    })
    const nodes = [...first.edges, ...second.edges].map(({ node }) => node)
    const times = nodes.map(({ lastActivityAt }) => lastActivityAt)
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(10)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(first.sources.map(({ account }) => account.key).toSorted()).toEqual(['bird', 'chatwoot', 'cometchat'])
    expectTypeOf(nodes).items.toHaveProperty('status').toEqualTypeOf<ConversationStatus | null>()
  })

  test('opens a conversation of every provider with its newest messages, oldest first', async () => {
    const { conversations } = await query(demo.endpoint, InboxDocument, { first: 100 })
    for (const provider of ['COMETCHAT', 'CHATWOOT', 'BIRD'] as const) {
      const row = conversations.edges.find(({ node }) => node.provider === provider)
      const { conversation } = await query(demo.endpoint, ConversationDocument, { id: row?.node.id ?? '', last: 3 })
      const messages = conversation?.messages?.edges.map(({ node }) => node) ?? []
      const keys = messages.map(({ sortKey }) => sortKey)
      expect(conversation?.id).toBe(row?.node.id)
      expect(keys.length, provider).toBeGreaterThan(0)
      expect(keys).toEqual(keys.toSorted())
    }
  })

  test('reads accounts with what menus need', async () => {
    const { accounts } = await query(demo.endpoint, AccountsDocument, { firstPeople: 2 })
    expect(accounts.map(({ key }) => key).toSorted()).toEqual(['bird', 'chatwoot', 'cometchat'])
    for (const account of accounts) {
      expect(account.people?.nodes.length, account.key).toBe(2)
      expect(account.capabilities.length).toBeGreaterThan(40)
    }
    expect(accounts.find(({ key }) => key === 'chatwoot')?.agents?.length).toBeGreaterThan(0)
  })

  test('finds again by id what it was shown', async () => {
    const { accounts } = await query(demo.endpoint, AccountsDocument, { firstPeople: 1 })
    const { conversations } = await query(demo.endpoint, InboxDocument, { first: 3 })
    const ids = [
      ...accounts.flatMap(({ id, people }) => [id, ...(people?.nodes.map((person) => person.id) ?? [])]),
      ...conversations.edges.flatMap(({ node }) => [node.id, ...node.featuredParticipants.map(({ id }) => id)]),
    ]
    const { nodes } = await query(demo.endpoint, NodesDocument, { ids })
    expect(nodes.map((node) => node?.id)).toEqual(ids)
    const { node } = await query(demo.endpoint, NodeDocument, { id: ids[0] ?? '' })
    expect(node?.__typename).toBe('Account')
  })

  test('learns who it is', async () => {
    const { viewer } = await query(demo.endpoint, ViewerDocument)
    expect(viewer.kind).toBe('AGENT')
    expect(viewer.unread?.sources.length).toBe(3)
  })

  test('is told in errors why there is nothing', async () => {
    const { data, errors } = await request(demo.endpoint, InboxDocument, { after: 'made up' })
    expect(data).toBeNull()
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['CURSOR_INVALID'])
  })
})

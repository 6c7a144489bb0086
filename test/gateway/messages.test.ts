import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, VENDORS, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const MESSAGES = `query Messages($account: ID!, $externalId: String!, $first: Int, $after: String, $last: Int, $before: String, $around: ID) {
  conversationByExternalId(accountId: $account, externalId: $externalId) {
    id
    messages(first: $first, after: $after, last: $last, before: $before, around: $around) {
      edges { cursor node { id externalId sortKey createdAt } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`

async function accountId(key: string): Promise<string> {
  const { data } = await world.ask('{ accounts { id key } }')
  return data.accounts.find((account: any) => account.key === key).id
}

async function longestConversation(vendor: (typeof VENDORS)[number]) {
  const { conversations } = await world.state(vendor)
  const own = conversations.filter(({ people }) => vendor !== 'cometchat' || people.includes('nora'))
  return own.toSorted((one, other) => other.messages.length - one.messages.length)[0]!
}

async function page(account: string, externalId: string, args: object) {
  const { data, errors } = await world.ask(MESSAGES, { account, externalId, ...args })
  expect(errors).toBeUndefined()
  return data.conversationByExternalId.messages
}

describe.each(VENDORS)('the messages of a long conversation at %s', (vendor) => {
  it('page back from the newest to the first, each once, in order', async () => {
    const account = await accountId(vendor)
    const conversation = await longestConversation(vendor)
    expect(conversation.messages.length).toBeGreaterThan(200)
    let found: any[] = []
    let before: string | null = null
    for (;;) {
      const { edges, pageInfo } = await page(account, conversation.id, { last: 20, before })
      found = [...edges, ...found]
      if (!pageInfo.hasPreviousPage) break
      before = pageInfo.startCursor
    }
    const keys = found.map(({ node }) => node.sortKey)
    expect(keys).toEqual(keys.toSorted())
    expect(found.map(({ node }) => node.externalId).toSorted()).toEqual(
      conversation.messages.map(({ id }) => id).toSorted(),
    )
  })

  it('page forward from the first to the newest, each once, in order', async () => {
    const account = await accountId(vendor)
    const conversation = await longestConversation(vendor)
    const found: any[] = []
    let after: string | null = null
    for (;;) {
      const { edges, pageInfo } = await page(account, conversation.id, { first: 30, after })
      found.push(...edges)
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    const keys = found.map(({ node }) => node.sortKey)
    expect(keys).toEqual(keys.toSorted())
    expect(found.map(({ node }) => node.externalId).toSorted()).toEqual(
      conversation.messages.map(({ id }) => id).toSorted(),
    )
  })

  it('turn round at any edge', async () => {
    const account = await accountId(vendor)
    const { id } = await longestConversation(vendor)
    const newest = await page(account, id, { last: 12 })
    const forward = await page(account, id, { first: 5, after: newest.edges[3].cursor })
    expect(forward.edges.map(({ node }: any) => node.id)).toEqual(
      newest.edges.slice(4, 9).map(({ node }: any) => node.id),
    )
    const back = await page(account, id, { last: 3, before: forward.edges[4].cursor })
    expect(back.edges.map(({ node }: any) => node.id)).toEqual(newest.edges.slice(5, 8).map(({ node }: any) => node.id))
  })

  it('stand around a message', async () => {
    const account = await accountId(vendor)
    const { id } = await longestConversation(vendor)
    const newest = await page(account, id, { last: 60 })
    const middle = newest.edges[30].node
    const around = await page(account, id, { first: 11, around: middle.id })
    expect(around.edges.map(({ node }: any) => node.id)).toEqual(
      newest.edges.slice(25, 36).map(({ node }: any) => node.id),
    )
    expect(around.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startWorld, VENDORS, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const PAGE = `query Page($first: Int, $after: String, $filter: ConversationFilter) {
  conversations(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id provider externalId lastActivityAt updatedAt } }
    pageInfo { hasNextPage endCursor }
    sources { account { key } state code unsupported }
  }
}`

async function everyPage(first: number, filter?: object) {
  const edges: any[] = []
  let after: string | null = null
  for (let pages = 0; pages < 300; pages += 1) {
    const { data, errors }: Answer = await world.ask(PAGE, { first, after, filter })
    expect(errors).toBeUndefined()
    edges.push(...data.conversations.edges)
    if (!data.conversations.pageInfo.hasNextPage) return edges
    after = data.conversations.pageInfo.endCursor
  }
  throw new Error('the list never ends')
}

describe('the merged inbox', () => {
  it('interleaves all three providers and says how each did', async () => {
    const { data, errors } = await world.ask(PAGE, { first: 25 })
    expect(errors).toBeUndefined()
    const { edges, sources } = data.conversations
    expect(edges).toHaveLength(25)
    expect(new Set(edges.map((edge: any) => edge.node.provider)).size).toBe(3)
    expect(sources.map((row: any) => [row.account.key, row.state])).toEqual([
      ['cometchat', 'OK'],
      ['chatwoot', 'OK'],
      ['bird', 'PARTIAL'],
    ])
  })

  it.each([7, 25, 100])('shows every conversation of every provider exactly once, %i at a time', async (first) => {
    const ids = (await everyPage(first)).map((edge) => edge.node.externalId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const vendor of VENDORS) {
      const { conversations } = await world.state(vendor)
      const shown = (await everyPage(100, { providers: [vendor.toUpperCase()] })).map((edge) => edge.node.externalId)
      const visible = await visibleIn(vendor, conversations)
      expect(shown.toSorted()).toEqual(visible.toSorted())
    }
  })

  it('is ordered by last activity', async () => {
    const times = (await everyPage(25)).map(({ node }) =>
      Date.parse(node.provider === 'COMETCHAT' ? node.updatedAt : node.lastActivityAt),
    )
    expect(times).toEqual(times.toSorted((one, other) => other - one))
  })

  it('goes on behind any edge', async () => {
    const { data } = await world.ask(PAGE, { first: 20 })
    const edges = data.conversations.edges
    const { data: next } = await world.ask(PAGE, { first: 12, after: edges[7].cursor })
    expect(next.conversations.edges.map((edge: any) => edge.node.id)).toEqual(
      edges.slice(8).map((edge: any) => edge.node.id),
    )
  })

  it.each(['', 'x', 'bm90IG91cnM', Buffer.from('{}').toString('base64url')])(
    'refuses the cursor %j that it did not make',
    async (after) => {
      const { errors } = await world.ask(PAGE, { first: 5, after: after === '' ? ' ' : after })
      expect(errors?.[0].extensions.code).toBe('CURSOR_INVALID')
    },
  )

  it('refuses a cursor of another filter', async () => {
    const { data } = await world.ask(PAGE, { first: 5 })
    const after = data.conversations.pageInfo.endCursor
    const { errors } = await world.ask(PAGE, { first: 5, after, filter: { statuses: ['OPEN'] } })
    expect(errors?.[0].extensions.code).toBe('CURSOR_INVALID')
  })
})

/** What the acting person of that vendor can see, as the vendor knows it. */
async function visibleIn(
  vendor: string,
  conversations: readonly { id: string; people: readonly string[]; messages: readonly unknown[] }[],
) {
  if (vendor !== 'cometchat') return conversations.map(({ id }) => id)
  return conversations
    .filter(({ people, messages }) => people.includes('nora') && messages.length > 0)
    .map(({ id }) => id)
}

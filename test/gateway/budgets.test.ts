import { beforeAll, describe, expect, it } from 'vitest'
import { startWorld, VENDORS, type VendorName, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  // What is asked once per account, and the walk that fills Bird's index.
  await world.ask(
    '{ accounts { channels { type } agents { id } } conversations(first: 100) { edges { node { featuredParticipants { person { isViewer } } } } } }',
  )
  await settled()
  return () => world.close()
})

/** Bird's index is filled in the background: wait until nothing is asked any more. */
async function settled(): Promise<void> {
  for (let asked = 1; asked > 0; ) {
    asked = (await world.count(() => new Promise((resolve) => setTimeout(resolve, 300)))).bird.length
  }
}

interface Shape {
  readonly calls: Record<VendorName, number>
  readonly rows: Record<VendorName, number>
  readonly groups: number
}

/** The page of the inbox with this selection: what it cost, and whose rows were on it. */
async function inboxWith(selection: string): Promise<Shape> {
  let edges: any[] = []
  const calls = await world.count(async () => {
    const { data, errors } = await world.ask(
      `{ conversations(first: 25) { edges { node { provider kind ${selection} } } } }`,
    )
    expect(errors).toBeUndefined()
    edges = data.conversations.edges
  })
  const rowsOf = (vendor: VendorName) => edges.filter(({ node }) => node.provider === vendor.toUpperCase()).length
  return {
    calls: eachVendor((vendor) => calls[vendor].length),
    rows: eachVendor(rowsOf),
    groups: edges.filter(({ node }) => node.provider === 'COMETCHAT' && node.kind === 'GROUP').length,
  }
}

function eachVendor<T>(value: (vendor: VendorName) => T): Record<VendorName, T> {
  return { cometchat: value('cometchat'), chatwoot: value('chatwoot'), bird: value('bird') }
}

describe('upstream calls of a page of 25', () => {
  it.each([
    [
      'title lastMessage { text sender { displayName } } viewerState { unreadCount } replyPolicy { canReply } details { __typename }',
    ],
    ['lastMessage { text direction delivery { state } } featuredParticipants { person { displayName isViewer } }'],
    ['labels status priority teamReadHorizon { sortKey }'],
    ['channel { type name }'],
  ])('are three in all for { %s }', async (selection) => {
    expect((await inboxWith(selection)).calls).toEqual({ cometchat: 1, chatwoot: 1, bird: 1 })
  })

  it('are one more per row of Bird for whole last messages, which only Bird cuts', async () => {
    const { calls, rows } = await inboxWith('lastMessage { message { id } }')
    expect(calls).toEqual({ cometchat: 1, chatwoot: 1, bird: 1 + rows.bird })
  })

  it('are one more per row for participants, and none for a conversation of two', async () => {
    const { calls, rows, groups } = await inboxWith('participants { nodes { person { displayName } } }')
    expect(calls).toEqual({ cometchat: 1 + groups, chatwoot: 1 + rows.chatwoot, bird: 1 + rows.bird })
  })

  it('are one more per row for messages', async () => {
    const { calls, rows } = await inboxWith('messages(last: 20) { nodes { text delivery { state } } }')
    expect(calls).toEqual(eachVendor((vendor) => 1 + rows[vendor]))
  })

  it('are at most one more per row for assignees and for horizons', async () => {
    for (const selection of [
      'assignee { displayName }',
      'featuredParticipants { readHorizon { sortKey } deliveredHorizon { sortKey } }',
    ]) {
      const { calls, rows } = await inboxWith(selection)
      for (const vendor of VENDORS) expect(calls[vendor]).toBeLessThanOrEqual(1 + rows[vendor])
    }
  })
})

describe.each(VENDORS)('upstream calls at %s', (vendor) => {
  const ids = async (first: number) => {
    const filter = `filter: { providers: [${vendor.toUpperCase()}] }`
    const { data } = await world.ask(
      `{ conversations(first: ${first}, ${filter}) { edges { node { id externalId account { id } } } } }`,
    )
    return data.conversations.edges.map(({ node }: any) => node)
  }
  const callsFor = async (query: string, variables: object) => {
    const calls = await world.count(async () => {
      const { errors } = await world.ask(query, variables)
      expect(errors).toBeUndefined()
    })
    return calls[vendor].length
  }

  it('are one for a conversation by id and by external id', async () => {
    const [{ id, externalId, account }] = await ids(1)
    expect(await callsFor('query ($id: ID!) { conversation(id: $id) { title } }', { id })).toBe(1)
    const byExternalId =
      'query ($account: ID!, $externalId: String!) { conversationByExternalId(accountId: $account, externalId: $externalId) { title } }'
    expect(await callsFor(byExternalId, { account: account.id, externalId })).toBe(1)
  })

  it('are one for 25 conversations by id where the provider can, else one each', async () => {
    const wanted = (await ids(25)).map(({ id }: any) => id)
    const calls = await callsFor('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: wanted })
    expect(calls).toBe(vendor === 'chatwoot' ? 1 : 25)
  })

  it('are one for a message by id, and one more for its conversation', async () => {
    const [{ id }] = await ids(1)
    const messages = 'query ($id: ID!) { conversation(id: $id) { messages(last: 1) { nodes { id } } } }'
    const { data } = await world.ask(messages, { id })
    const message = data.conversation.messages.nodes[0].id
    expect(await callsFor('query ($id: ID!) { node(id: $id) { ... on Message { text } } }', { id: message })).toBe(1)
    expect(
      await callsFor('query ($id: ID!) { node(id: $id) { ... on Message { text conversation { title } } } }', {
        id: message,
      }),
    ).toBe(2)
  })
})

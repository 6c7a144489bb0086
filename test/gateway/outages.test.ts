import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, startWorld, VENDORS, type World } from '../support/world.ts'

const INBOX = `query Inbox($first: Int, $after: String) {
  conversations(first: $first, after: $after) {
    edges { node { id provider } }
    pageInfo { hasNextPage endCursor }
    sources { account { key } state code retryAfterMs itemCount }
  }
}`

// A fresh gateway for each case: a breaker that one case opened must not decide the next one.
let world: World
beforeEach(async () => {
  world = await startWorld()
  return () => world.close()
})

const row = (data: any, key: string) => data.conversations.sources.find((source: any) => source.account.key === key)

describe('with one provider in trouble', () => {
  it.each(VENDORS)('answers in under 6 s with the other two while %s hangs', async (vendor) => {
    // The first query of a process compiles what the later ones use.
    await world.ask(INBOX, { first: 25 })
    await world.control(vendor, 'misbehave', { how: 'hang', times: 100 })
    const startedAt = Date.now()
    const { data, errors } = await world.ask(INBOX, { first: 25 })
    expect(Date.now() - startedAt).toBeLessThan(6_000)
    expect(errors).toBeUndefined()
    expect(row(data, vendor)).toMatchObject({ state: 'TIMEOUT', code: 'PROVIDER_TIMEOUT', itemCount: 0 })
    expect(new Set(data.conversations.edges.map(({ node }: any) => node.provider)).size).toBe(2)
  })

  it.each([
    ['reset', {}, 'UNAVAILABLE', 'PROVIDER_UNAVAILABLE'],
    ['garbage', {}, 'UNAVAILABLE', 'PROVIDER_UNAVAILABLE'],
    ['status', { status: 503 }, 'UNAVAILABLE', 'PROVIDER_UNAVAILABLE'],
    ['status', { status: 401 }, 'UNAUTHENTICATED', 'PROVIDER_REJECTED'],
  ])('names it in one row when it answers %s %o', async (how, more, state, code) => {
    for (const vendor of VENDORS) {
      await world.control(vendor, 'misbehave', { how, times: 20, ...more })
      const { data, errors } = await world.ask(INBOX, { first: 25 })
      await world.control(vendor, 'misbehave', { how, times: 0 })
      expect(errors).toBeUndefined()
      expect(row(data, vendor)).toMatchObject({ state, code })
      expect(data.conversations.edges).toHaveLength(25)
    }
  })

  it('passes on how long to wait, and does not ask before', async () => {
    await world.control('cometchat', 'misbehave', { how: 'status', status: 429, retryAfter: 30, times: 1 })
    const first = await world.ask(INBOX, { first: 5 })
    expect(row(first.data, 'cometchat').state).toBe('RATE_LIMITED')
    expect(row(first.data, 'cometchat').retryAfterMs).toBeGreaterThan(29_000)
    const calls = await world.count(() => world.ask(INBOX, { first: 5 }))
    expect(calls.cometchat).toEqual([])
  })

  it('retries what may pass: one refused connection or 503 is not seen', async () => {
    await world.control('chatwoot', 'misbehave', { how: 'status', status: 503, times: 1 })
    const { data } = await world.ask(INBOX, { first: 5 })
    expect(row(data, 'chatwoot').state).toBe('OK')
  })

  it('asks an account that failed on page 1 again on page 2, and shows all it has once', async () => {
    await world.control('chatwoot', 'misbehave', { how: 'status', status: 500, times: 1 })
    const seen: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 50; pages += 1) {
      const { data }: Answer = await world.ask(INBOX, { first: 50, after })
      seen.push(...data.conversations.edges.map(({ node }: any) => node.id))
      if (!data.conversations.pageInfo.hasNextPage) break
      after = data.conversations.pageInfo.endCursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    const { conversations } = await world.state('chatwoot')
    const { data } = await world.ask(
      `{ conversations(first: 100, filter: { providers: [CHATWOOT] }) { edges { node { id } } } }`,
    )
    expect(data.conversations.edges).toHaveLength(conversations.length)
    for (const { node } of data.conversations.edges) expect(seen).toContain(node.id)
  })

  it('still answers when all three are down', async () => {
    for (const vendor of VENDORS) await world.control(vendor, 'misbehave', { how: 'status', status: 500, times: 20 })
    const { data, errors } = await world.ask(INBOX, { first: 5 })
    expect(errors).toBeUndefined()
    expect(data.conversations).toMatchObject({ edges: [], pageInfo: { hasNextPage: false } })
    expect(data.conversations.sources.map((source: any) => source.state)).toEqual([
      'UNAVAILABLE',
      'UNAVAILABLE',
      'UNAVAILABLE',
    ])
  })
})

describe('a sub-call that fails', () => {
  it('nulls one field of one row with one error, and 25 rows stay 25 rows', async () => {
    const query = `{ conversations(first: 25, filter: { providers: [CHATWOOT] }) {
      edges { node { id messages(last: 3) { edges { node { id } } } } } } }`
    // What is asked once per account comes first; then the list is one request and each row another.
    await world.ask(query)
    await world.control('chatwoot', 'misbehave', { how: 'status', status: 500, times: 1, skip: 1 })
    const { data, errors } = await world.ask(query)
    const { edges } = data.conversations
    expect(edges).toHaveLength(25)
    expect(edges.filter(({ node }: any) => node.messages === null)).toHaveLength(1)
    expect(errors).toHaveLength(1)
    expect(errors?.[0].extensions.code).toBe('PROVIDER_UNAVAILABLE')
    expect(errors?.[0].path.slice(0, 2)).toEqual(['conversations', 'edges'])
  })
})

describe('one conversation', () => {
  const CONVERSATION = 'query One($id: ID!) { conversation(id: $id) { externalId } }'
  const firstId = async () => {
    const { data } = await world.ask(
      '{ conversations(first: 1, filter: { providers: [BIRD] }) { edges { node { id } } } }',
    )
    return data.conversations.edges[0].node.id
  }

  it('that does not exist is null without an error', async () => {
    const id = await firstId()
    const other = Buffer.from(
      Buffer.from(id, 'base64url')
        .toString()
        .replace(/[0-9a-f]{12}"]$/, '000000000000"]'),
    ).toString('base64url')
    expect(await world.ask(CONVERSATION, { id: other })).toEqual({ data: { conversation: null } })
    expect(await world.ask(CONVERSATION, { id: 'nonsense' })).toEqual({ data: { conversation: null } })
  })

  it('that cannot be asked is null with an error', async () => {
    const id = await firstId()
    await world.control('bird', 'misbehave', { how: 'status', status: 500, times: 5 })
    const { data, errors } = await world.ask(CONVERSATION, { id })
    expect(data).toEqual({ conversation: null })
    expect(errors?.[0].extensions).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', account: 'bird' })
  })
})

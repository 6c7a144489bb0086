import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  return () => world.close()
})

const CONVERSATIONS = `query ($provider: Provider!, $after: String) {
  conversations(first: 8, after: $after, filter: { providers: [$provider] }) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id externalId kind receiptModel
      participants(first: 100) { nodes { person { id isViewer kind } readHorizon { sortKey } deliveredHorizon { sortKey } } }
      messages(last: 50) {
        nodes {
          id sortKey direction visibility kind isDeleted isDraft
          delivery { state precision }
        }
      }
    }
  }
}`

/** What a client that knows only sort keys would show under a message. */
function ticks(message: any, horizons: readonly any[]): string {
  const covers = (kind: string) =>
    horizons.some((participant) => participant[kind] && message.sortKey <= participant[kind].sortKey)
  return covers('readHorizon') ? 'READ' : covers('deliveredHorizon') ? 'DELIVERED' : 'SENT'
}

describe.each(['COMETCHAT', 'CHATWOOT'])('in the conversations of two at %s', (provider) => {
  it('a client computes from sort keys the very ticks that the query shows', async () => {
    const { data, errors } = await askAll(provider)
    expect(errors).toEqual([])
    let compared = 0
    for (const conversation of data) {
      if (conversation.receiptModel !== 'WATERMARK' || conversation.kind === 'GROUP') continue
      const others = conversation.participants.nodes.filter(
        ({ person }: any) => !person.isViewer && person.kind !== 'AGENT',
      )
      for (const message of conversation.messages.nodes) {
        if (!message.delivery || message.isDeleted || message.delivery.state === 'FAILED') continue
        const { state } = message.delivery
        const computed = ticks(message, others)
        // Where a channel tells of each delivery as well, a message may be known to be further than any position says.
        const isTold = state === 'DELIVERED' && computed === 'SENT' && message.delivery.precision === 'MESSAGE'
        expect({ id: message.id, state }).toEqual({ id: message.id, state: isTold ? 'DELIVERED' : computed })
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(50)
  })

  it('nobody’s delivered position is behind their read position', async () => {
    const { data } = await askAll(provider)
    for (const { participants } of data) {
      for (const { readHorizon, deliveredHorizon } of participants.nodes) {
        if (readHorizon) expect(deliveredHorizon.sortKey >= readHorizon.sortKey).toBe(true)
      }
    }
  })
})

describe('delivery', () => {
  it.each(['COMETCHAT', 'CHATWOOT', 'BIRD'])('at %s is told of outbound public messages only', async (provider) => {
    const { data } = await askAll(provider)
    for (const { messages } of data) {
      for (const message of messages.nodes) {
        const cannot =
          message.direction !== 'OUTBOUND' ||
          message.visibility !== 'PUBLIC' ||
          message.kind === 'ACTIVITY' ||
          message.isDraft
        if (cannot) expect(message.delivery).toBeNull()
      }
    }
  })

  it('follows a person who receives and reads in the provider’s own app', async () => {
    const { data: list } = await askAll('COMETCHAT')
    const open = list.find(
      ({ kind, messages }: any) => kind === 'DIRECT' && messages.nodes.at(-1)?.delivery?.state === 'SENT',
    )
    const [peer] = (await world.state('cometchat')).conversations
      .find(({ id }) => id === open.externalId)!
      .people.filter((person) => person !== 'nora')
    const newest = async () => {
      const { data } = await world.ask(
        'query ($id: ID!) { conversation(id: $id) { lastMessage { delivery { state } } } }',
        { id: open.id },
      )
      return data.conversation.lastMessage.delivery.state
    }
    await world.control('cometchat', 'receive', { conversation: open.externalId, person: peer })
    expect(await newest()).toBe('DELIVERED')
    await world.control('cometchat', 'read', { conversation: open.externalId, person: peer })
    expect(await newest()).toBe('READ')
  })
})

/** A few at a time, because each row costs calls and an operation may make only so many. */
async function askAll(provider: string): Promise<{ data: any[]; errors: any[] }> {
  const data: any[] = []
  const errors: any[] = []
  for (let after: string | null = null; ; ) {
    const answer: Answer = await world.ask(CONVERSATIONS, { provider, after })
    data.push(...answer.data.conversations.nodes)
    errors.push(...(answer.errors ?? []))
    const { hasNextPage, endCursor } = answer.data.conversations.pageInfo
    if (!hasNextPage) return { data, errors }
    after = endCursor
  }
}

describe('the receipts of a message', () => {
  const RECEIPTS = `query ($id: ID!) {
    node(id: $id) {
      ... on Message {
        direction isDeleted kind delivery { state }
        receipts { nodes { isRead isDelivered precision participant { person { displayName } } } }
        receiptSummary { recipientCount deliveredCount readCount }
      }
    }
  }`
  /** One by one, because each may take as many calls as an operation may make. */
  const receiptsOf = async (messages: readonly any[]) => {
    const told: any[] = []
    for (const { id } of messages) {
      const { data, errors } = await world.ask(RECEIPTS, { id })
      expect(errors).toBeUndefined()
      told.push(data.node)
    }
    return told
  }
  const messagesAt = async (provider: string) =>
    (await askAll(provider)).data.flatMap(({ messages }) => messages?.nodes ?? [])

  it.each(['BIRD', 'CHATWOOT'])('at %s say in numbers what its delivery says', async (provider) => {
    const outbound = (await messagesAt(provider)).filter(({ delivery }: any) => delivery)
    const told = (await receiptsOf(outbound.slice(0, 60))).filter(({ receiptSummary }) => receiptSummary)
    for (const { delivery, receiptSummary } of told) {
      const isDelivered = delivery.state === 'DELIVERED' || delivery.state === 'READ'
      expect(receiptSummary.deliveredCount > 0).toBe(isDelivered)
      expect(receiptSummary.readCount > 0).toBe(delivery.state === 'READ')
      expect(receiptSummary.readCount).toBeLessThanOrEqual(receiptSummary.recipientCount)
    }
    expect(told.length).toBeGreaterThan(20)
  })

  it('that came in at Bird are not known, which is not the same as none', async () => {
    const inbound = (await messagesAt('BIRD')).filter(({ direction }: any) => direction === 'INBOUND')
    const told = await receiptsOf(inbound.slice(0, 30))
    expect(told).toHaveLength(30)
    for (const message of told) expect(message).toMatchObject({ receipts: null, receiptSummary: null })
  })

  it('of a group at CometChat name the members one by one', async () => {
    const query = `{ conversations(first: 40, filter: { providers: [COMETCHAT] }) { nodes { id kind participantCount receiptModel } } }`
    const { data } = await world.ask(query)
    const group = data.conversations.nodes.find(
      ({ kind, receiptModel }: any) => kind === 'GROUP' && receiptModel === 'WATERMARK',
    )
    const { data: one } = await world.ask(
      'query ($id: ID!) { conversation(id: $id) { messages(last: 20) { nodes { id } } } }',
      { id: group.id },
    )
    const own = (await receiptsOf(one.conversation.messages.nodes)).filter(
      ({ direction, receipts }: any) => direction === 'OUTBOUND' && receipts?.nodes.length > 0,
    )
    expect(own.length).toBeGreaterThan(0)
    for (const { receipts, receiptSummary } of own) {
      expect(receiptSummary.recipientCount).toBe(group.participantCount - 1)
      expect(receiptSummary.deliveredCount).toBe(receipts.nodes.length)
      expect(receipts.nodes.every(({ participant }: any) => participant.person.displayName)).toBe(true)
    }
  })
})

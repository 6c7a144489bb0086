import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type LiveStream, openLiveStream } from '../support/live-stream.ts'
import { startTestWorld, type VendorName, type World } from '../support/world.ts'

const EVENTS = `
  __typename
  ... on ConversationEvent { eventId conversationId origin }
  ... on DeliveryChanged { messageId previous current participant { person { externalId } } }
  ... on HorizonMoved {
    kind movedBack participant { person { externalId } } horizon { sortKey precision upToMessageId upToTime }
  }`
const CONVERSATION_EVENTS = `subscription ($ids: [ID!]!, $after: EventCursor) {
  conversationEvents(filter: { conversationIds: $ids, kinds: [MESSAGE, DELIVERY, HORIZON] }, after: $after) {
    ${EVENTS}
    ... on MessageAdded { messageId messageEdge { node { text sortKey direction delivery { state } } } }
  }
}`
const RECEIPTS_CHANGED = `subscription ($ids: [ID!]!, $after: EventCursor) {
  receiptsChanged(conversationIds: $ids, after: $after) { ${EVENTS} }
}`
const TALK = `query ($id: ID!) {
  node(id: $id) {
    ... on Conversation {
      messages(last: 20) { eventCursor nodes { id sortKey isDeleted delivery { state } } }
    }
  }
}`
const TALKS = `query ($provider: Provider!) {
  conversations(first: 50, filter: { providers: [$provider] }) { nodes { id externalId kind receiptModel channel { type } } }
}`

/** One kind of channel of each way in which a provider tells of receipts, and how its receipts show. */
interface Case {
  readonly vendor: VendorName
  readonly channel: string
  readonly delivered: object
  readonly read: object
}

const upToMessage = { precision: 'UP_TO_MESSAGE', upToMessageId: expect.any(String) }
const upToTime = { precision: 'UP_TO_TIME', upToMessageId: null, upToTime: expect.any(String) }
const horizon = (kind: string, position: object) => ({
  __typename: 'HorizonMoved',
  kind,
  movedBack: false,
  horizon: position,
})
const delivery = (current: string) => ({ __typename: 'DeliveryChanged', current })

const CASES: readonly Case[] = [
  {
    vendor: 'cometchat',
    channel: 'IN_APP',
    delivered: horizon('DELIVERED', upToMessage),
    read: horizon('READ', upToMessage),
  },
  { vendor: 'chatwoot', channel: 'API', delivered: delivery('DELIVERED'), read: horizon('READ', upToTime) },
  { vendor: 'chatwoot', channel: 'WHATSAPP', delivered: delivery('DELIVERED'), read: delivery('READ') },
  {
    vendor: 'chatwoot',
    channel: 'MESSENGER',
    delivered: horizon('DELIVERED', upToMessage),
    read: horizon('READ', upToMessage),
  },
  { vendor: 'bird', channel: 'WHATSAPP', delivered: delivery('DELIVERED'), read: delivery('READ') },
]

describe.each(CASES)('what a person does at $vendor on $channel', ({ vendor, channel, delivered, read }) => {
  it('is seen by conversationEvents and receiptsChanged within a second, once, and makes the same ticks as asking', async () => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const room = await findTalk(world, vendor, channel)
    const start = (await world.ask(TALK, { id: room.id })).data.node
    const after = start.messages.eventCursor
    const all = await openLiveStream(world, CONVERSATION_EVENTS, { ids: [room.id], after })
    const receipts = await openLiveStream(world, RECEIPTS_CHANGED, { ids: [room.id], after })
    const delays: number[] = []

    const act = async (
      name: string,
      person: string,
      more: object,
      streams: readonly LiveStream[],
      expected: object,
    ) => {
      const known = new Set(streams.flatMap(({ items }) => items))
      const began = performance.now()
      await world.control(vendor, name, { conversation: room.externalId, person, ...more })
      for (const stream of streams) {
        const item = await stream.first((one) => !known.has(one) && matches(one, expected))
        delays.push(stream.cameAt(item) - began)
      }
    }
    const both = [all, receipts]
    const person = { participant: { person: { externalId: room.customerId } } }
    const added = {
      __typename: 'MessageAdded',
      messageEdge: { node: { text: 'Can you see me?', direction: 'OUTBOUND' } },
    }
    await act('say', room.agent, { text: 'Can you see me?' }, [all], added)
    await act('receive', room.customer, {}, both, { ...delivered, ...person })
    await act('read', room.customer, {}, both, { ...read, ...person })

    const fresh = (await world.ask(TALK, { id: room.id })).data.node
    expect(ticksAfter(start, all, room.customerId)).toEqual(ticksOf(fresh))
    const newest = fresh.messages.nodes
      .map(({ sortKey }: any) => sortKey)
      .toSorted()
      .at(-1)
    // What nudges make the gateway read comes later, and must bring nothing again.
    await sleep(500)
    for (const stream of both) {
      const ids = stream.items.flatMap(({ eventId }) => eventId ?? [])
      expect(new Set(ids).size).toBe(ids.length)
      const moves = stream.items.filter((item) => matches(item, { ...read, ...person }))
      // Messenger's messages become read one after the other: on its way to the newest the position may take several steps.
      const last = channel === 'MESSENGER' ? moves.filter((move) => reaches(move, newest)) : moves
      expect(last).toHaveLength(1)
      const steps = moves.map(stepOf)
      expect(steps).toEqual([...new Set(steps)])
    }
    const isReceipt = ({ __typename }: any) => /^(DeliveryChanged|HorizonMoved)$/.test(__typename)
    expect(receipts.items.filter(isReceipt)).toEqual(all.items.filter(isReceipt))
    expect(Math.max(...delays)).toBeLessThan(1_000)
  })
})

function reaches({ horizon: position }: any, sortKey: string): boolean {
  return position.sortKey >= sortKey
}

/** Of which message or to which position. */
function stepOf({ messageId, horizon: position }: any): string {
  return JSON.stringify([messageId, position?.sortKey])
}

async function findTalk(world: World, vendor: VendorName, channel: string) {
  const { data } = await world.ask(TALKS, { provider: vendor.toUpperCase() })
  const { conversations } = await world.state(vendor)
  for (const { id, externalId, kind, channel: found } of data.conversations.nodes) {
    const people = conversations.find((one) => one.id === externalId)?.people ?? []
    const [customer, agent] = pairOf(vendor, people)
    if (found?.type !== channel || people.length !== 2 || kind === 'GROUP' || !customer || !agent) continue
    return { id, externalId, customer, agent, customerId: customer.replace('contact:', '') }
  }
  throw new Error(`nobody talks on ${channel} at ${vendor}`)
}

/** The customer and our side. */
function pairOf(vendor: VendorName, people: readonly string[]): readonly (string | undefined)[] {
  const isOurs = { cometchat: /^nora$/, chatwoot: /^user:/, bird: /./ }[vendor]
  if (vendor === 'bird') return people
  return [people.find((person) => !isOurs.test(person)), people.find((person) => isOurs.test(person))]
}

function matches(item: any, expected: object): boolean {
  try {
    expect(item).toMatchObject(expected)
    return true
  } catch {
    return false
  }
}

/** What a client shows that asked once and then applied what it was told, knowing nothing but sort keys. */
function ticksAfter(start: any, stream: LiveStream, customer: string): Record<string, string> {
  const messages = new Map<string, any>(
    start.messages.nodes.filter(isShown).map((one: any) => [one.id, { ...one, own: one.delivery.state }]),
  )
  const horizons: { kind: string; sortKey: string }[] = []
  for (const item of stream.items) {
    const node = item.messageEdge?.node
    if (node?.delivery) messages.set(item.messageId, { ...node, own: node.delivery.state })
    const changed = messages.get(item.messageId)
    if (item.__typename === 'DeliveryChanged' && changed) changed.own = item.current
    if (item.__typename === 'HorizonMoved' && item.participant?.person.externalId === customer)
      horizons.push({ kind: item.kind, ...item.horizon })
  }
  const state = ({ own, sortKey }: any) => {
    if (own === 'FAILED' || own === 'ACCEPTED') return own
    const covered = horizons.filter((one) => sortKey <= one.sortKey).map(({ kind }) => kind)
    return [own, ...covered].reduce((one, other) => (RANKS.indexOf(one) > RANKS.indexOf(other) ? one : other))
  }
  return Object.fromEntries([...messages].map(([id, message]) => [id, state(message)]))
}

const RANKS = ['UNKNOWN', 'ACCEPTED', 'SENT', 'DELIVERED', 'READ']

function ticksOf({ messages }: any): Record<string, string> {
  return Object.fromEntries(messages.nodes.filter(isShown).map(({ id, delivery }: any) => [id, delivery.state]))
}

function isShown({ delivery, isDeleted }: any): boolean {
  return delivery !== null && !isDeleted
}

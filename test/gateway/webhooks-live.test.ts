import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { tail } from '../../src/tail.ts'
import { startTestWorld, type VendorName, type World } from '../support/world.ts'

/** An item of the stream as `tail` prints it. */
interface Item {
  readonly __typename: string
  readonly conversationId?: string
  readonly messageId?: string
  readonly eventId?: string
  readonly emittedAt: string
  readonly [field: string]: unknown
}

/** Everything that is pushed to somebody who listens to a world. */
async function listen(world: World): Promise<{ items: Item[]; of(type: string): Item[] }> {
  const items: Item[] = []
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  void tail({
    url: world.url,
    print: (line) => items.push(JSON.parse(line)),
    note: () => {},
    signal: ending.signal,
    pauseMs: 50,
  })
  const of = (type: string) => items.filter(({ __typename }) => __typename === type)
  await vi.waitFor(() => expect(of('CaughtUp')).toHaveLength(1), { timeout: 5_000 })
  return { items, of }
}

/** Two people who can be told what to do, our side last. */
const CAST: Record<VendorName, (people: readonly string[]) => readonly [customer: string, agent: string] | null> = {
  cometchat: ([first, second]) => (first === 'nora' && second !== undefined ? [second, first] : null),
  chatwoot: (people) => pairOf(people, (person) => person.startsWith('user:')),
  bird: ([first, second]) => (first !== undefined && second !== undefined ? [first, second] : null),
}

function pairOf(people: readonly string[], isOurs: (person: string) => boolean): readonly [string, string] | null {
  const [customer, agent] = [people.find((person) => !isOurs(person)), people.find(isOurs)]
  return customer === undefined || agent === undefined ? null : [customer, agent]
}

async function findRoom(world: World, vendor: VendorName) {
  const { conversations } = await world.state(vendor)
  for (const { id, people } of conversations) {
    const pair = people.length === 2 ? CAST[vendor](people) : null
    if (pair !== null) return { id, customer: pair[0], agent: pair[1] }
  }
  throw new Error(`nobody talks to anybody at ${vendor}`)
}

const SOON = { timeout: 5_000, interval: 10 }

describe.each(['cometchat', 'chatwoot', 'bird'] as const)('what people do at %s', (vendor) => {
  it('is pushed: the message, that it was delivered, that it was read, each once', async () => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const { items, of } = await listen(world)
    const room = await findRoom(world, vendor)
    const act = (name: string, person: string, more: object = {}) =>
      world.control(vendor, name, { conversation: room.id, person, ...more })

    const said = (text: string) => of('MessageAdded').filter((item) => textOf(item) === text)
    await act('say', room.agent, { text: 'a question' })
    await vi.waitFor(() => expect(said('a question')).toHaveLength(1), SOON)
    await act('receive', room.customer)
    await vi.waitFor(() => expect(items.some(isDelivered)).toBe(true), SOON)
    await act('read', room.customer)
    await vi.waitFor(() => expect(items.some(isRead)).toBe(true), SOON)
    await act('say', room.customer, { text: 'an answer' })
    await vi.waitFor(() => expect(said('an answer')).toHaveLength(1), SOON)

    await sleep(300)
    const ids = items.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]))
    expect(new Set(ids).size).toBe(ids.length)
  })
})

function textOf({ messageEdge }: Item): string | null {
  return (messageEdge as { node: { text: string | null } } | null)?.node.text ?? null
}

function isDelivered({ __typename, kind, current }: Item): boolean {
  return (__typename === 'HorizonMoved' && kind === 'DELIVERED') || current === 'DELIVERED'
}

function isRead({ __typename, kind, current }: Item): boolean {
  return (__typename === 'HorizonMoved' && kind === 'READ') || current === 'READ'
}

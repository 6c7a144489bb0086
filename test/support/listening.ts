import { expect, onTestFinished, vi } from 'vitest'
import { tail } from '../../src/tail.ts'
import type { VendorName, World } from './world.ts'

/** An item of the stream as `tail` prints it. */
export interface Item {
  readonly __typename: string
  readonly conversationId?: string
  readonly messageId?: string
  readonly eventId?: string
  readonly emittedAt: string
  readonly [field: string]: unknown
}

/** Everything that is pushed to somebody who listens to a world. */
export async function listen(world: World): Promise<{ items: Item[]; of(type: string): Item[] }> {
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

/** `except`: a conversation that is meant for something else. */
export async function findRoom(world: World, vendor: VendorName, except?: string) {
  const { conversations } = await world.state(vendor)
  for (const { id, people } of conversations) {
    const pair = people.length === 2 && id !== except ? CAST[vendor](people) : null
    if (pair !== null) return { id, customer: pair[0], agent: pair[1] }
  }
  throw new Error(`nobody talks to anybody at ${vendor}`)
}

/**
 * Has one thing more said and read, both delivered once and in order behind all that was delivered before, and waits until it
 * is told that they were: of what happened before nothing can come any more.
 */
export async function fence(
  world: World,
  vendor: VendorName,
  room: Awaited<ReturnType<typeof findRoom>>,
  items: readonly Item[],
): Promise<void> {
  await world.control(vendor, 'deliver-webhooks-to', { url: world.webhookUrl(vendor) })
  const text = `the end ${crypto.randomUUID()}`
  await world.control(vendor, 'say', { conversation: room.id, person: room.agent, text })
  const saidAt = () => items.findIndex((item) => item.__typename === 'MessageAdded' && textOf(item) === text)
  await vi.waitFor(() => expect(saidAt()).not.toBe(-1), FENCE_WAIT)
  // Until it is told: a vendor that counts in seconds does not tell of a second look in the same one.
  const readAgain = async () => {
    await world.control(vendor, 'read', { conversation: room.id, person: room.customer })
    expect(items.slice(saidAt()).some(isRead)).toBe(true)
  }
  await vi.waitFor(readAgain, { ...FENCE_WAIT, interval: 100 })
}

const FENCE_WAIT = { timeout: 10_000, interval: 10 }

export function isRead({ __typename, kind, current }: Item): boolean {
  return (__typename === 'HorizonMoved' && kind === 'READ') || current === 'READ'
}

/** What a new message says. */
export function textOf({ messageEdge }: Item): string | null {
  return (messageEdge as { node: { text: string | null } } | null)?.node.text ?? null
}

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

export async function findRoom(world: World, vendor: VendorName) {
  const { conversations } = await world.state(vendor)
  for (const { id, people } of conversations) {
    const pair = people.length === 2 ? CAST[vendor](people) : null
    if (pair !== null) return { id, customer: pair[0], agent: pair[1] }
  }
  throw new Error(`nobody talks to anybody at ${vendor}`)
}

/** What a new message says. */
export function textOf({ messageEdge }: Item): string | null {
  return (messageEdge as { node: { text: string | null } } | null)?.node.text ?? null
}

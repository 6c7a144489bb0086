import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../providers/port/index.ts'
import { deliveryRank } from '../../src/events/delivery-lattice.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'
import { ANNA, at, delivery, GuardWorld, message, say } from './guard-world.ts'
import { vendorHappenings } from './vendor-happenings.ts'

const HAPPENINGS: readonly DomainEvent[] = [
  say.saved(message('1', { delivery: delivery('accepted') })),
  say.reported('1', 'sent', 1),
  say.reported('1', 'delivered', 3),
  say.reported('1', 'read', 4),
  say.reported('1', 'failed', 2),
  say.saved(message('1', { text: 'edited', editedAt: at(5) }), false),
  say.deleted('1'),
]

/** How many are tried; for more: `GUARD_INTERLEAVINGS=100000 npm test -- test/events/guard-orders.test.ts`. */
const INTERLEAVINGS = Number(process.env.GUARD_INTERLEAVINGS ?? 3_000)

describe('in whatever order it is told', () => {
  it('a message ends in the same state, with each happening told twice: all 5,040 orders', () => {
    const ends = new Set<string>()
    let orders = 0
    for (const order of permutations(HAPPENINGS)) {
      orders += 1
      const world = new GuardWorld()
      for (const [index, event] of order.entries()) world.tell(event, order[(index * 3) % 7]!)
      ends.add(JSON.stringify(endOf(world)))
      expect(shownBy(world.told)).toEqual({ deleted: true })
    }
    expect(orders).toBe(5_040)
    expect([...ends]).toHaveLength(1)
  })

  it('a message that was not deleted is shown the same by whoever follows: all 720 orders', () => {
    const shown = new Set<string>()
    for (const order of permutations(HAPPENINGS.slice(0, 6))) {
      const world = new GuardWorld()
      for (const event of order) world.tell(event, event)
      shown.add(JSON.stringify(shownBy(world.told)))
    }
    expect([...shown]).toEqual([JSON.stringify({ deleted: false, text: 'edited', state: 'read' })])
  })

  it('nothing that is told falls back, is told twice, or follows a deletion', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVERYTHING), { maxLength: 40 }), (events) => {
        const world = new GuardWorld()
        for (const event of events) world.tell(event)
        expect(regressionsIn(world.told)).toEqual([])
      }),
      { numRuns: INTERLEAVINGS },
    )
  })

  it('the same holds where some of it comes along with something else, or is read', { timeout: 600_000 }, () => {
    const ways = fc.constantFrom('told', 'aside', 'reconcile', 'reread')
    // What is read after a failure may be a retry, which does go back.
    const isFailure = (event: DomainEvent) => event.type === 'delivery-reported' && event.delivery.state === 'failed'
    const happenings = fc.constantFrom(...EVERYTHING.filter((event) => !isFailure(event)))
    fc.assert(
      fc.property(fc.array(fc.tuple(happenings, ways), { maxLength: 40 }), (events) => {
        const world = new GuardWorld()
        for (const [event, way] of events) {
          if (way === 'told') world.tell(event)
          else if (way === 'aside') world.tell(say.aside(event))
          else world.read([say.aside(event)], way === 'reconcile' ? 'reconcile' : 'webhook')
        }
        expect(regressionsIn(world.told.filter(({ type }) => type !== 'message-updated'))).toEqual([])
      }),
      { numRuns: INTERLEAVINGS },
    )
  })
})

describe.each(await vendorHappenings())('in whatever order $vendor tell of it', ({ told }) => {
  const fates = Object.values(told)

  it(`a message ends in the same state, with each of ${Object.keys(told).join(', ')} told twice`, () => {
    const ends = new Set<string>()
    for (const order of permutations(fates)) {
      const world = new GuardWorld()
      for (const [index, events] of order.entries()) {
        world.tell(...events)
        world.tell(...order[(index * 2 + 1) % order.length]!)
      }
      ends.add(reachedIn(world))
      expect(regressionsIn(world.told)).toEqual([])
      expect(world.told.filter(({ type }) => type === 'message-deleted')).toHaveLength(1)
    }
    expect([...ends]).toHaveLength(1)
  })

  it('a message that was not deleted is shown the same by whoever follows', () => {
    const { deleted, ...others } = told
    const shown = new Set<string>()
    for (const order of permutations(Object.values(others))) {
      const world = new GuardWorld()
      for (const events of order) for (let times = 0; times < 2; times += 1) world.tell(...events)
      shown.add(JSON.stringify([shownBy(world.told), horizonsIn(world.told)]))
    }
    expect([...shown]).toHaveLength(1)
  })
})

const EVERYTHING: readonly DomainEvent[] = ['1', '2', '3'].flatMap((native) => [
  say.saved(message(native, { delivery: delivery('sent') })),
  ...(['accepted', 'sent', 'delivered', 'read'] as const).map((state) => say.reported(native, state)),
  say.reported(native, 'failed'),
  say.reported(native, 'read', 9, ANNA),
  say.saved(message(native, { text: 'b', editedAt: at(5) }), false),
  say.saved(message(native, { text: 'c', editedAt: at(6), delivery: delivery('delivered') }), false),
  ...(native === '1' ? [say.deleted(native)] : []),
  say.horizon(ANNA, 'delivered', native),
  say.horizon(ANNA, 'read', native),
  say.horizon('team', 'read', native),
])

/** What somebody shows who only applies what is told. */
function shownBy(told: readonly LoggedEvent[]) {
  const shown = { deleted: false, text: '', state: 'unknown' }
  for (const event of told) {
    if (event.type === 'message-deleted') return { deleted: true }
    if (event.type === 'delivery-changed') shown.state = event.current
    if (event.type !== 'message-added' && event.type !== 'message-updated') continue
    shown.text = event.message.text ?? ''
    shown.state = event.message.delivery?.state ?? ''
  }
  return shown
}

/** How far each holder is in the end, for whoever only applies what is told; what is read is delivered. */
function horizonsIn(told: readonly LoggedEvent[]): unknown {
  const moved = told.flatMap((event) => (event.type === 'horizon-moved' ? [event.horizon] : []))
  const ends = moved.flatMap(({ holder, kind, sortKey }) => {
    const kinds = kind === 'read' ? ['delivered', 'read'] : [kind]
    return kinds.map((one) => [JSON.stringify([holder, one]), sortKey] as const)
  })
  return [...new Map(ends)].sort()
}

/** When it was heard does not matter, and an empty list is none. */
function endOf({ memory }: GuardWorld): unknown {
  const ends = [...memory].map(([key, { value }]) => [key, { ...(value as object), heardAt: undefined }])
  return ends.filter(([, end]) => Object.keys(end as object).length > 1).sort()
}

/** The same without what only says when and how a state was reached: some vendors do not tell the time. */
function reachedIn(world: GuardWorld): string {
  const incidental = new Set(['heardAt', 'failedAt', 'onItsWayAt', 'anonymous'])
  return JSON.stringify(endOf(world), (key, value) => (incidental.has(key) ? undefined : value))
}

function regressionsIn(told: readonly LoggedEvent[]): readonly string[] {
  const found: string[] = []
  const highest = new Map<string, string>()
  const climb = (what: string, to: string) => {
    if ((highest.get(what) ?? '') >= to) found.push(`${what} from ${highest.get(what)} to ${to}`)
    highest.set(what, to)
  }
  const deleted = new Set<string>()
  for (const event of told) {
    climb(event.id, 'told')
    if (event.type === 'horizon-moved')
      climb(`${JSON.stringify(event.horizon.holder)} ${event.horizon.kind}`, event.horizon.sortKey)
    if (event.type === 'delivery-changed') {
      climb(`${event.message.native} ${event.person?.native}`, String(deliveryRank(event.current)))
      if (deliveryRank(event.previous) >= deliveryRank(event.current)) found.push(`${event.id} goes down`)
    }
    if (event.type === 'message-updated') climb(`${event.message.ref.native} edited`, event.message.text ?? '')
    const native = nativeIn(event)
    if (native !== null && deleted.has(native)) found.push(`${event.type} after deletion`)
    if (event.type === 'message-deleted') deleted.add(event.message.native)
  }
  return found
}

function nativeIn(event: LoggedEvent): string | null {
  if (event.type === 'message-added' || event.type === 'message-updated') return event.message.ref.native
  return event.type === 'message-deleted' || event.type === 'delivery-changed' ? event.message.native : null
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield []
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest]
  }
}

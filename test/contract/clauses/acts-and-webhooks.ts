import { expect, vi } from 'vitest'
import type { Received } from '../../../providers/port/index.ts'
import type { LoggedEvent } from '../../../src/events/logged-event.ts'
import { openBackground } from '../../events/background-world.ts'
import { openHook } from '../../inlets/receive.ts'
import { ActingDesk } from '../acting.ts'
import { ACTS } from '../acts.ts'
import { ACCOUNT, type Desk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

/** What is said last, behind everything that acts make a vendor tell of. */
const END = 'That is all.'

export function toldActClauses({ clause, facts, withDesk }: Clauses): void {
  clause('what an act tells is not told again by the webhooks that it makes the vendor send', () =>
    withDesk(async (desk) => {
      const acting = new ActingDesk(desk, facts())
      const hook = await openHook()
      await desk.deliverWebhooksTo(hook.url)
      const { ingest, reread } = openBackground(ACCOUNT, desk.provider)
      const take = async (received: Received, origin: 'mutation' | 'webhook') =>
        (await ingest(ACCOUNT, received, origin)).events
      const inlet = desk.provider.inlet!
      const [told, again]: [LoggedEvent[], LoggedEvent[]] = [[], []]
      for (const act of Object.values(ACTS)) {
        const prepared = await acting.prepare(act)
        if (!prepared?.isNative) continue
        const attempt = await acting.attempt(prepared)
        const events = attempt.kind === 'done' ? (attempt.done?.events ?? []) : []
        told.push(...(await take({ deliveryId: null, events, nudges: [] }, 'mutation')))
      }
      await sayLast(desk)
      const hasEnded = () => expect(hook.deliveries.some(({ body }) => Buffer.from(body).includes(END))).toBe(true)
      await vi.waitFor(hasEnded, { timeout: 10_000 })
      for (const delivery of hook.deliveries) {
        const received = inlet.receive(delivery)
        again.push(...(await take(received, 'webhook')))
        for (const nudge of received.nudges) {
          if (nudge.type !== 'reread') continue
          const { events, readAt } = await reread(nudge, desk.call())
          again.push(...(await ingest(ACCOUNT, { deliveryId: null, events, nudges: [] }, 'reconcile', readAt)).events)
        }
      }
      expect(told.length).toBeGreaterThan(5)
      expect(again.length).toBeGreaterThan(0)
      const names = new Set(told.flatMap((event) => [nameOf(event), ...afterwards(event)]))
      expect(again.map(nameOf).filter((name) => names.has(name))).toEqual([])
    }),
  )

  async function sayLast(desk: Desk): Promise<void> {
    const { conversation } = facts().rows.at(-1)!.item
    const person = (await desk.truthOf(conversation.externalId))?.people[0]
    expect(await desk.act('say', { conversation: conversation.externalId, person, text: END })).toBe(true)
  }
}

/** What happened to what: the same twice would have two ids. */
function nameOf(event: LoggedEvent): string {
  return [event.type, event.conversation.native, subjectOf(event)].join(' ')
}

/** That something is different about what was just said is none either. */
function afterwards(event: LoggedEvent): readonly string[] {
  return event.type === 'message-added' ? [nameOf({ ...event, type: 'message-updated' })] : []
}

function subjectOf(event: LoggedEvent): string {
  switch (event.type) {
    case 'message-added':
    case 'message-updated':
      return event.message.ref.native
    case 'message-deleted':
      return event.message.native
    case 'delivery-changed':
      return `${event.message.native} ${event.current}`
    case 'horizon-moved':
      return `${event.horizon.kind} ${JSON.stringify(event.horizon.holder)}`
    case 'participant-changed':
      return `${event.participant.person.ref.native} ${event.participant.status}`
    case 'conversation-changed':
      return event.changed.toSorted().join()
    default:
      return ''
  }
}

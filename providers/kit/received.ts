import type { DomainEvent, Nudge, Received } from '../port/index.ts'

/** What one webhook tells, in its order: facts, and hints to look for facts. */
export type Told = DomainEvent | Nudge

export function toReceived(deliveryId: string | null, told: readonly Told[]): Received {
  return {
    deliveryId,
    events: told.filter((item) => !isNudge(item)),
    nudges: told.filter(isNudge),
  }
}

function isNudge(told: Told): told is Nudge {
  return told.type === 'reread' || told.type === 'locate'
}

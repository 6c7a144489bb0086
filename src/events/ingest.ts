import type { DomainEvent, Received } from '../../providers/port/index.ts'
import { decide, keysOf } from './guard.ts'
import { createOrder } from './in-order.ts'
import type { EventLog } from './log.ts'
import type { EventOrigin, LoggedEvent } from './logged-event.ts'

export type TypingEvent = Extract<DomainEvent, { readonly type: 'typing-changed' }>

export interface Ingested {
  /** What was news, as it stands in the log by now. */
  readonly events: readonly LoggedEvent[]
  /** Who types: to be passed on to whoever listens, and kept nowhere. */
  readonly typing: readonly TypingEvent[]
}

/**
 * Takes in what was received: all that is news in it is in the log when this resolves. `readAt`: when the read began whose answer
 * it is; null: somebody told. Rejects with `LogUnavailable` where it cannot be stored now.
 */
export type Ingest = (
  account: string,
  received: Received,
  origin: EventOrigin,
  readAt?: Date | null,
) => Promise<Ingested>

export interface IngestOptions {
  /** Told what was stored, after it was. */
  readonly observe?: (account: string, events: readonly LoggedEvent[]) => void
  /** Told of accounts for which something is to be looked into. */
  readonly onNudges?: (account: string) => void
  readonly now?: () => Date
}

/** Something else was decided each time before this could be written. */
export class IngestContended extends Error {
  override readonly name = 'IngestContended'
}

/** Every conflict means that another commit went through: more than this in a row means that something is wrong. */
const MAX_TRIES = 50

export function createIngest(log: EventLog, options: IngestOptions = {}): Ingest {
  const { observe, onNudges, now = () => new Date() } = options
  const inOrder = createOrder()
  return (account, received, origin, readAt = null) =>
    inOrder(turnsOf(account, received), async () => {
      const hearing = { origin, readAt, recordedAt: now() }
      const events = await commit(log, account, received, hearing)
      if (events === null) return NOTHING
      if (events.length > 0) observe?.(account, events)
      if (received.nudges.length > 0) onNudges?.(account)
      return { events, typing: received.events.filter((event) => event.type === 'typing-changed') }
    })
}

const NOTHING: Ingested = { events: [], typing: [] }

/** Answers what was appended; null: this delivery was taken in before. */
async function commit(
  log: EventLog,
  account: string,
  { deliveryId, events, nudges }: Received,
  hearing: Parameters<typeof decide>[2],
): Promise<readonly LoggedEvent[] | null> {
  const keys = keysOf(events)
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const recalled = keys.length === 0 ? [] : await log.recall(account, keys)
    const decision = decide(events, recalled, hearing)
    if (deliveryId === null && nudges.length === 0 && isEmpty(decision)) return []
    const { outcome } = await log.commit(account, { deliveryId, nudges, ...decision })
    if (outcome === 'committed') return decision.append
    if (outcome === 'duplicate') return null
  }
  throw new IngestContended(`${MAX_TRIES} commits in ${account} met others`)
}

function isEmpty({ remember, append }: ReturnType<typeof decide>): boolean {
  return remember.length === 0 && append.length === 0
}

/** Batches of one conversation wait for each other here, so that only other instances can come in between. */
function turnsOf(account: string, { events }: Received): readonly string[] {
  return [...new Set(events.map(({ conversation }) => `${account} ${conversation.native}`))]
}

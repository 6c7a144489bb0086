import type { DeliveryState } from '../../providers/port/index.ts'

/**
 * What was ever reported of the delivery of one message. Reports are joined, so that it comes out the same in whatever order
 * and however often they arrive. All times in milliseconds since 1970.
 */
export interface DeliveryMemory {
  /** The highest state that is no failure. */
  readonly reached: DeliveryState
  /** When the message was last known to be on its way: a time after a failure is a retry. Null: no report said when. */
  readonly onItsWayAt: number | null
  readonly failedAt: number | null
  /** How often a failure was left by a retry. */
  readonly retries: number
  /** The highest state that was told for nobody in particular. */
  readonly anonymous: DeliveryState
  /** By the native id of the person for whom it was told. */
  readonly byPerson: Readonly<Record<string, DeliveryState>>
}

export interface DeliveryReport {
  readonly state: DeliveryState
  /** For whom; null: nobody in particular. */
  readonly person: string | null
  /** When it was so; null where that is unknown. */
  readonly at: number | null
  /** When at the latest it was so. */
  readonly heardAt: number
}

export interface DeliveryChange {
  readonly memory: DeliveryMemory
  readonly previous: DeliveryState
  readonly current: DeliveryState
}

export const NO_DELIVERY: DeliveryMemory = {
  reached: 'unknown',
  onItsWayAt: null,
  failedAt: null,
  retries: 0,
  anonymous: 'unknown',
  byPerson: {},
}

/**
 * UNKNOWN < ACCEPTED < SENT < FAILED < DELIVERED < READ: whatever got there did not fail, and whatever failed is on its way again
 * only when that was so later than the failure.
 */
export function deliveryRank(state: DeliveryState): number {
  return RANKS.indexOf(state)
}

const RANKS: readonly DeliveryState[] = ['unknown', 'accepted', 'sent', 'failed', 'delivered', 'read']

export function deliveryStateOf({ reached, onItsWayAt, failedAt }: DeliveryMemory): DeliveryState {
  const isFailed = failedAt !== null && (onItsWayAt === null || onItsWayAt <= failedAt)
  return isFailed && deliveryRank(reached) < deliveryRank('failed') ? 'failed' : reached
}

/** What a report makes of it. Nothing changed where `previous` and `current` are equal. */
export function reportDelivery(memory: DeliveryMemory, report: DeliveryReport): DeliveryChange {
  const joined = join(memory, report)
  const [before, after] = [deliveryStateOf(memory), deliveryStateOf(joined)]
  if (report.person === null) {
    const anonymous = before === after ? memory.anonymous : higher(memory.anonymous, report.state)
    return { memory: { ...joined, anonymous }, previous: before, current: after }
  }
  const previous = higher(memory.byPerson[report.person] ?? 'unknown', memory.anonymous)
  const isRetry = before === 'failed' && after !== 'failed'
  const current = isRetry ? report.state : higher(previous, report.state)
  const byPerson = { ...memory.byPerson, [report.person]: current }
  return { memory: { ...joined, byPerson }, previous, current }
}

function join(memory: DeliveryMemory, { state, at, heardAt }: DeliveryReport): DeliveryMemory {
  if (state === 'failed') return { ...memory, failedAt: latest(memory.failedAt, at ?? heardAt) }
  const joined = { ...memory, reached: higher(memory.reached, state) }
  if (state !== 'sent' && state !== 'accepted') return joined
  const onItsWayAt = latest(memory.onItsWayAt, at)
  const isRetry = deliveryStateOf(memory) === 'failed' && deliveryStateOf({ ...joined, onItsWayAt }) !== 'failed'
  return { ...joined, onItsWayAt, retries: memory.retries + (isRetry ? 1 : 0) }
}

function higher(one: DeliveryState, other: DeliveryState): DeliveryState {
  return deliveryRank(one) < deliveryRank(other) ? other : one
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

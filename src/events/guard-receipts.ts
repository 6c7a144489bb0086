import type {
  Delivery,
  DeliveryState,
  DomainEvent,
  Holder,
  Horizon,
  MessageRef,
  PersonRef,
  ReceiptKind,
} from '../../providers/port/index.ts'
import { type DeliveryChange, deliveryRank, deliveryStateOf, reportDelivery } from './delivery-lattice.ts'
import { idOf, repeated } from './event-id.ts'
import {
  conversationKey,
  type HorizonMemory,
  horizonKey,
  type Ledger,
  type MessageMemory,
  messageKey,
  NEW_CONVERSATION,
  NEW_HORIZON,
  NEW_MESSAGE,
} from './guard-memory.ts'

type Moved = Extract<DomainEvent, { readonly type: 'horizon-moved' }>

/** What one event says of the delivery of one message. */
export interface Report {
  readonly source: DomainEvent
  readonly message: MessageRef
  readonly state: DeliveryState
  readonly person: PersonRef | null
  /** When it was so, in milliseconds since 1970; null where the provider does not say. */
  readonly at: number | null
  readonly isNew: boolean
}

export function reportIn(source: Extract<DomainEvent, { readonly type: 'delivery-reported' }>): Report {
  const { message, delivery, person, occurredAt, isNew } = source
  return { source, message, person, state: delivery.state, at: occurredAt?.getTime() ?? timeOf(delivery), isNew }
}

/** What a message says of itself, the persons first: they are the more exact. */
export function reportsIn(source: Extract<DomainEvent, { readonly type: 'message-saved' }>): readonly Report[] {
  const { delivery, receipts, ref } = source.message
  if (delivery === null) return []
  const base = { source, message: ref, isNew: source.isNew }
  const persons = (receipts ?? []).flatMap(({ holder, kind, at }) =>
    holder === null || typeof holder === 'string'
      ? []
      : [{ ...base, state: kind, person: holder, at: at?.getTime() ?? null }],
  )
  return [...persons, { ...base, state: delivery.state, person: null, at: timeOf(delivery) }]
}

/** Tells of a step forward, or of the retry of a failure. What a horizon says anyway is only remembered. */
export function hearOfDelivery(ledger: Ledger, report: Report): void {
  const { source, message, person } = report
  const key = messageKey(message)
  const before = ledger.recall(key, NEW_MESSAGE)
  const { memory, previous, current } = stepFrom(before, report, joined(ledger, before, report))
  const isNothing = previous === current || before.isDeleted
  const isFound = !report.isNew && ledger.isUnheard(key) && ledger.isFirstSight(message.conversation)
  const untold = isFound ? current : isNothing ? before.untold : null
  if (memory !== before.delivery || untold !== before.untold)
    ledger.remember(key, { ...before, delivery: memory, untold })
  if (isNothing || isFound || isSaidByHorizon(ledger, report, before)) return
  const parts = ['msg', message.conversation.native, message.native, 'state', String(deliveryRank(current))]
  const id = repeated(idOf(...parts, ...(person === null ? [] : [person.native])), memory.retries)
  ledger.tell(source, id, { type: 'delivery-changed', message, person, previous, current })
}

/** Who reports the state in which a message was found tells it. */
function stepFrom({ untold }: MessageMemory, { isNew, state }: Report, change: DeliveryChange): DeliveryChange {
  const isUntold = isNew && state === untold && change.previous === change.current
  return isUntold ? { ...change, previous: 'unknown', current: state } : change
}

/** The state in which a message is found, unless it was known to be in it. */
export function foundState(before: MessageMemory, { delivery }: MessageMemory): DeliveryState | null {
  const state = deliveryStateOf(delivery)
  return state === deliveryStateOf(before.delivery) ? before.untold : state
}

/** Remembers the delivery of a message that is told as a whole, or no more. */
export function joinSilently(ledger: Ledger, source: Extract<DomainEvent, { readonly type: 'message-saved' }>): void {
  for (const report of reportsIn(source)) {
    const key = messageKey(report.message)
    const before = ledger.recall(key, NEW_MESSAGE)
    const { memory } = joined(ledger, before, report)
    if (memory !== before.delivery) ledger.remember(key, { ...before, delivery: memory })
  }
}

/** Forward by sort key; back only where the event says so, and nothing newer is known. Read implies delivered. */
export function hearOfHorizon(ledger: Ledger, event: Moved): void {
  const { conversation, horizon } = event
  const key = horizonKey(conversation, horizon.holder)
  const known = ledger.recall(key, NEW_HORIZON)
  const isForward = horizon.sortKey > known[horizon.kind]
  const isBack = event.movedBack && horizon.kind === 'read' && horizon.sortKey < known.read && isFresh(ledger, known)
  const isUntold = event.isNew && horizon.sortKey === known[horizon.kind] && known.untold.includes(horizon.kind)
  if (!isForward && !isBack && !isUntold) return
  const isFound = ledger.isUnheard(key) && isWhereItStood(ledger, event)
  const returns = known.returns + (isBack ? 1 : 0)
  const untold = isFound ? [...known.untold, horizon.kind] : untoldAfter(known, horizon)
  ledger.remember(key, { ...moved(known, horizon), returns, heardAt: ledger.heardAt, untold })
  coverMessages(ledger, event)
  if (isFound) return
  const parts = [conversation.native, ...holderParts(horizon.holder)]
  const id = isBack
    ? idOf('hor', ...parts, 'back', horizon.sortKey, String(returns))
    : repeated(idOf('hor', ...parts, horizon.kind, horizon.sortKey), returns)
  ledger.tell(event, id, { type: 'horizon-moved', horizon, movedBack: isBack })
}

/** What is found where nobody looked before is where things stand, not that they moved. */
function isWhereItStood(ledger: Ledger, { conversation, horizon, isNew }: Moved): boolean {
  if (ledger.hearing.origin === 'reconcile') return ledger.isFirstRead(conversation)
  return !isNew && ledger.isFirstSight(conversation) && !ledger.isRecent(horizon.occurredAt)
}

/** Whoever has read it has it. */
function untoldAfter(known: HorizonMemory, { kind, sortKey }: Horizon): readonly ReceiptKind[] {
  if (kind === 'read' && sortKey >= known.delivered) return []
  return known.untold.filter((one) => one !== kind)
}

function joined(ledger: Ledger, { delivery }: MessageMemory, { state, person, at }: Report): DeliveryChange {
  const isLow = state === 'sent' || state === 'accepted' || state === 'failed'
  const time = at ?? (isLow ? ledger.readAt : null)
  const report = { state, person: person?.native ?? null, at: time, heardAt: ledger.heardAt }
  const change = reportDelivery(delivery, report)
  return JSON.stringify(change.memory) === JSON.stringify(delivery) ? { ...change, memory: delivery } : change
}

function isSaidByHorizon(ledger: Ledger, { message, state }: Report, { sortKey }: MessageMemory): boolean {
  const { receiptModel, covered } = ledger.recall(conversationKey(message.conversation), NEW_CONVERSATION)
  if (receiptModel !== 'watermark' || (state !== 'read' && state !== 'delivered')) return false
  return sortKey !== null && sortKey <= covered[state]
}

/** Our own act is always fresh; a read is, unless something was heard after it began. */
function isFresh(ledger: Ledger, known: HorizonMemory): boolean {
  return ledger.readAt === null || ledger.readAt > known.heardAt
}

function moved(known: HorizonMemory, { kind, sortKey }: Horizon): HorizonMemory {
  const delivered = sortKey > known.delivered ? sortKey : known.delivered
  return { ...known, delivered, read: kind === 'read' ? sortKey : known.read }
}

/** How far our own team looked says nothing of what it sent. */
function coverMessages(ledger: Ledger, { conversation, horizon, audience }: Moved): void {
  if (audience === 'internal' || horizon.holder === 'team') return
  const key = conversationKey(conversation)
  const known = ledger.recall(key, NEW_CONVERSATION)
  const [delivered, read] = [known.covered.delivered, known.covered.read]
  const { kind, sortKey } = horizon
  if (sortKey <= (kind === 'read' ? read : delivered)) return
  const covered = { delivered: later(delivered, sortKey), read: kind === 'read' ? later(read, sortKey) : read }
  ledger.remember(key, { ...known, covered })
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

function timeOf({ state, sentAt, deliveredAt, readAt, failedAt }: Delivery): number | null {
  const times = { unknown: null, accepted: null, sent: sentAt, delivered: deliveredAt, read: readAt, failed: failedAt }
  return times[state]?.getTime() ?? null
}

function holderParts(holder: Holder): readonly string[] {
  return typeof holder === 'string' ? [holder] : [holder.native]
}

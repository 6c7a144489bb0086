import type { Conversation, Holder, Horizon, Message, Receipt, ReceiptPrecision } from '../providers/port/index.ts'
import { covers } from './horizon.ts'

/** What is known of one holder and one message, from all that was said of either. */
export interface KnownReceipt {
  /** Null: somebody, unknown who. */
  readonly holder: Holder | null
  readonly deliveredAt: Date | null
  readonly readAt: Date | null
  /** Who has read has received: a receipt is always at least a delivery. */
  readonly isRead: boolean
  readonly precision: ReceiptPrecision
}

/**
 * One receipt per holder: what the provider said of this message, and for the others what their positions say. A position
 * brings the fact and no time.
 */
export function receiptsOf(
  message: Message,
  said: readonly Receipt[],
  conversation: Conversation,
): readonly KnownReceipt[] {
  const byHolder = new Map<string, KnownReceipt>()
  const horizons: readonly Horizon[] = conversation.receiptModel === 'watermark' ? conversation.horizons : []
  for (const horizon of horizons) {
    if (horizon.holder === 'team' || !covers(horizon, message, conversation)) continue
    merge(byHolder, horizon.holder, { ...NOTHING, isRead: horizon.kind === 'read', precision: horizon.precision })
  }
  for (const { holder, kind, at } of said) {
    const time = kind === 'read' ? { readAt: at } : { deliveredAt: at }
    merge(byHolder, holder, { ...NOTHING, ...time, isRead: kind === 'read', precision: 'message' })
  }
  const known = [...byHolder.values()]
  return known.length > 0 ? known : receiptOfSomebody(message)
}

/** Where the provider says how far the message got but not with whom. */
function receiptOfSomebody({ delivery }: Message): readonly KnownReceipt[] {
  if (delivery?.state !== 'delivered' && delivery?.state !== 'read') return []
  const { deliveredAt, readAt, state } = delivery
  return [{ holder: null, deliveredAt, readAt, isRead: state === 'read', precision: 'message' }]
}

type Fact = Omit<KnownReceipt, 'holder'>

const NOTHING = { deliveredAt: null, readAt: null }

function merge(byHolder: Map<string, KnownReceipt>, holder: Holder | null, fact: Fact): void {
  const key = holder === null ? '' : typeof holder === 'string' ? holder : `:${holder.native}`
  const known = byHolder.get(key)
  byHolder.set(key, {
    holder,
    deliveredAt: fact.deliveredAt ?? known?.deliveredAt ?? null,
    readAt: fact.readAt ?? known?.readAt ?? null,
    isRead: fact.isRead || known?.isRead === true,
    precision: fact.precision,
  })
}

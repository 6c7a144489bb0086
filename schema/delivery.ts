import type {
  Conversation,
  Delivery,
  DeliveryState,
  Horizon,
  Message,
  ReceiptPrecision,
} from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { covers, isReceivable } from './horizon.ts'
import { DeliveryStateEnum, ReceiptPrecisionEnum } from './words.ts'

/** A delivery state with all that is known applied to it. */
export interface DerivedDelivery {
  readonly delivery: Delivery
  readonly state: DeliveryState
  readonly precision: ReceiptPrecision
}

/**
 * The further of what the provider said of this message and what everybody's positions say of it. A read position covers
 * delivery too. No time is ever taken from a position: when somebody read up to here is not when they read this.
 */
export function deriveDelivery(
  delivery: Delivery,
  message: Message | null,
  conversation: Conversation | null,
): DerivedDelivery {
  const said: DerivedDelivery = { delivery, state: delivery.state, precision: 'message' }
  if (message === null || conversation === null || conversation.receiptModel !== 'watermark') return said
  if (!isReceivable(message)) return said
  const covering = conversation.horizons.filter(
    (horizon) => covers(horizon, message, conversation) && reachesAll(horizon, conversation),
  )
  const furthest = covering.find((horizon) => horizon.kind === 'read') ?? covering[0]
  return furthest && RANK[furthest.kind] > RANK[delivery.state]
    ? { delivery, state: furthest.kind, precision: furthest.precision }
    : said
}

/** One member of a group is not all of them. */
function reachesAll({ holder }: Horizon, { kind }: Conversation): boolean {
  return holder === 'everyone' || (holder !== 'team' && kind !== 'group')
}

const RANK: Readonly<Record<DeliveryState, number>> = {
  unknown: 0,
  accepted: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
}

export const DeliveryRef = builder.objectRef<DerivedDelivery>('Delivery').implement({
  audience: 'public',
  description: 'How far an outgoing message has got.',
  fields: (t) => ({
    state: t.field({ type: DeliveryStateEnum, nullable: false, description: 'How far.', resolve: (row) => row.state }),
    precision: t.field({
      type: ReceiptPrecisionEnum,
      nullable: false,
      description: 'Whether the provider said so of this message or a position covers it.',
      resolve: (row) => row.precision,
    }),
    providerStatus: t.string({
      description: 'The provider’s own word.',
      resolve: ({ delivery }) => delivery.providerStatus,
    }),
    sentAt: t.field({
      type: 'DateTime',
      description: 'A time is null where only the fact is known; never copied from a horizon onto older messages.',
      resolve: ({ delivery }) => delivery.sentAt,
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      description: 'See sentAt.',
      resolve: ({ delivery }) => delivery.deliveredAt,
    }),
    readAt: t.field({ type: 'DateTime', description: 'See sentAt.', resolve: ({ delivery }) => delivery.readAt }),
    failedAt: t.field({ type: 'DateTime', description: 'See sentAt.', resolve: ({ delivery }) => delivery.failedAt }),
    failureCode: t.string({
      description: 'The provider’s code of the failure.',
      resolve: ({ delivery }) => delivery.failure?.code ?? null,
    }),
    failureDetail: t.string({
      description: 'The failure in words.',
      resolve: ({ delivery }) => delivery.failure?.detail ?? null,
    }),
    retryable: t.boolean({
      description: 'Whether the provider can be told to try again. Null: it did not fail.',
      resolve: ({ delivery }) => delivery.failure?.retryable ?? null,
    }),
  }),
})

import type { Holder, Horizon, Message, PersonRef, ReceiptKind } from '../providers/port/index.ts'
import { ask } from './ask.ts'
import { builder } from './builder.ts'
import { messageId } from './global-id.ts'
import type { ConversationNode } from './nodes.ts'
import { type Origin, OriginEnum, ReceiptPrecisionEnum } from './words.ts'

/** A position, and how it came where it was not read for this answer. */
export interface HorizonShape extends Horizon {
  readonly origin?: Origin
}

export const HorizonRef = builder.objectRef<HorizonShape>('Horizon').implement({
  description: 'How far somebody has got: everything up to here.',
  fields: (t) => ({
    sortKey: t.string({
      nullable: false,
      description: 'Message m is covered when m.sortKey <= this, compared bytewise.',
      resolve: (horizon) => horizon.sortKey,
    }),
    upToTime: t.field({
      type: 'DateTime',
      description: 'Null: the provider named a message and its time has not been read.',
      resolve: (horizon) => horizon.upToTime,
    }),
    upToMessageId: t.id({
      description: 'The message itself, where the provider named one.',
      resolve: ({ upToMessage }) => upToMessage && messageId(upToMessage),
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened. Null where the provider gives only the position.',
      resolve: (horizon) => horizon.occurredAt,
    }),
    precision: t.field({
      type: ReceiptPrecisionEnum,
      nullable: false,
      description: 'What the position was made from.',
      resolve: (horizon) => horizon.precision,
    }),
    origin: t.field({
      type: OriginEnum,
      nullable: false,
      description: 'How it reached the gateway.',
      resolve: ({ origin }) => origin ?? 'provider-api',
    }),
  }),
})

const fetched = new WeakMap<ConversationNode, Promise<readonly Horizon[]>>()

/**
 * Everybody's positions in a conversation: at once where its own answer carried them all, else by one call, however many of
 * its participants are asked for theirs.
 */
export function horizonsOf(node: ConversationNode): readonly Horizon[] | Promise<readonly Horizon[]> {
  const { conversation, source } = node
  if (conversation.horizonsComplete || conversation.receiptModel === 'none') return conversation.horizons
  const known = fetched.get(node)
  if (known) return known
  const asking = ask(source, (provider, call) => provider.listHorizons(conversation, call))
  fetched.set(node, asking)
  return asking
}

/** A holder's position of a kind. Who has read has received: a read position stands in for a delivered one that is behind it. */
export function horizonOf(horizons: readonly Horizon[], holder: Holder, kind: ReceiptKind): Horizon | null {
  const own = horizons.filter(
    (horizon) => isHolder(horizon.holder, holder) && (horizon.kind === kind || horizon.kind === 'read'),
  )
  return own.reduce<Horizon | null>(
    (furthest, horizon) => (furthest && furthest.sortKey >= horizon.sortKey ? furthest : horizon),
    null,
  )
}

export function isHolder(one: Holder, other: Holder): boolean {
  return typeof one === 'string' || typeof other === 'string' ? one === other : one.native === other.native
}

/**
 * Whether a horizon says something of a message: it is behind it, somebody else wrote it, and it is of the kind that can be
 * delivered and read at all.
 */
export function covers(horizon: Horizon, message: Message): boolean {
  return message.sortKey <= horizon.sortKey && isReceivable(message) && !isSender(horizon.holder, message)
}

/** Failed, not yet sent, draft, private and deleted messages, calls and activity are skipped when receipts are derived. */
export function isReceivable(message: Message): boolean {
  const state = message.delivery?.state
  const happened = message.kind === 'activity' || message.kind === 'call' || message.side === 'system'
  const skipped = message.isDraft || message.deleted !== null || message.audience === 'internal'
  return !happened && !skipped && state !== 'failed' && state !== 'accepted'
}

function isSender(holder: Holder, message: Message): boolean {
  const sender: PersonRef | undefined = message.sender?.ref
  return typeof holder !== 'string' && sender !== undefined && sender.native === holder.native
}

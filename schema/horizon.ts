import type { Conversation, Holder, Horizon, Message, PersonKind, ReceiptKind } from '../providers/port/index.ts'
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
  audience: 'public',
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
 * Whether a horizon says that a message has reached somebody: the message is behind it, somebody else wrote it, on the other
 * side of the conversation, and it is of the kind that can be delivered and read at all.
 */
export function covers(horizon: Horizon, message: Message, conversation: Conversation): boolean {
  const isBehind = message.sortKey <= horizon.sortKey
  return isBehind && isReceivable(message) && !isSpeakersOwn(horizon.holder, message, conversation)
}

/** Failed, not yet sent, draft, private and deleted messages, calls and activity are skipped when receipts are derived. */
export function isReceivable(message: Message): boolean {
  const state = message.delivery?.state
  const happened = message.kind === 'activity' || message.kind === 'call' || message.side === 'system'
  const skipped = message.isDraft || message.deleted !== null || message.audience === 'internal'
  return !happened && !skipped && state !== 'failed' && state !== 'accepted'
}

/** That a colleague has seen what we wrote says nothing of whom it was for. */
function isSpeakersOwn(holder: Holder, { sender, side }: Message, { featuredParticipants }: Conversation): boolean {
  if (typeof holder === 'string') return holder === 'team' && side === 'business'
  if (sender?.ref.native === holder.native) return true
  const person = featuredParticipants.find((participant) => isHolder(participant.person.ref, holder))?.person
  return side === 'business' && person !== undefined && OUR_SIDE.has(person.kind)
}

const OUR_SIDE: ReadonlySet<PersonKind> = new Set(['agent', 'bot', 'automation'])

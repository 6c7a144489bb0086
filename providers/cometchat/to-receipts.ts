import type { Wire } from '../kit/wire.ts'
import type { ConversationRef, Delivery, Holder, Horizon, Message, Receipt, ReceiptKind } from '../port/index.ts'
import { messageRef, personRef } from './refs.ts'
import { receiptEntries } from './wire.ts'

/** Where a message stands and who reads it there. */
export interface Scene {
  readonly conversation: ConversationRef
  readonly isGroup: boolean
  /** Null: nobody in particular, as in a webhook. */
  readonly viewerUid: string | null
}

/** In a group both times mean all members; in both kinds they are absent until it happened. */
export function toDelivery(message: Wire): Delivery {
  const deliveredAt = message.epochSeconds('deliveredAt')
  const readAt = message.epochSeconds('readAt')
  return {
    state: readAt ? 'read' : deliveredAt ? 'delivered' : 'sent',
    providerStatus: null,
    sentAt: message.epochSeconds('sentAt'),
    deliveredAt,
    readAt,
    failedAt: null,
    failure: null,
  }
}

/** All that this form of the message says, the most exact statement about each holder first. */
export function toReceipts(message: Wire, scene: Scene): readonly Receipt[] {
  const { account } = scene.conversation
  const uid = (value: string) => personRef(account, value)
  const named = receiptEntries(message).flatMap((entry) => {
    const recipient = entry.optionalObject('recipient')
    return recipient === null ? [] : readTimes(entry, uid(recipient.text('uid')))
  })
  const told = [
    ...named,
    ...readOwnTimes(message, scene),
    ...readTimes(message, scene.isGroup ? 'everyone' : uid(message.text('receiver'))),
  ]
  const ref = messageRef(scene.conversation, message.text('id'))
  return firstOfEach(told).map((receipt) => ({ message: ref, ...receipt }))
}

/**
 * What receipts of a message say about everything before it: a read one was delivered as well. That all have it means all but
 * its author, who may not have seen what others wrote before: so it is a fact of this message and no position of everyone.
 */
export function toHorizons(message: Message, receipts: readonly Receipt[]): readonly Horizon[] {
  const told = receipts.flatMap(({ holder, kind, at }) =>
    holder === null || holder === 'everyone' ? [] : [{ holder, kind, at }],
  )
  const implied = told.map(({ holder }) => ({ holder, kind: 'delivered' as const, at: null }))
  return firstOfEach([...told, ...implied]).map(({ holder, kind, at }) => ({
    holder,
    kind,
    sortKey: message.sortKey,
    upToTime: message.createdAt,
    upToMessage: message.ref,
    occurredAt: at,
    precision: 'up-to-message',
  }))
}

/** The farthest of each holder and kind. */
export function farthest(horizons: readonly Horizon[]): readonly Horizon[] {
  const byKey = new Map<string, Horizon>()
  for (const horizon of horizons) {
    const known = byKey.get(keyOf(horizon))
    if (known === undefined || known.sortKey < horizon.sortKey) byKey.set(keyOf(horizon), horizon)
  }
  return [...byKey.values()]
}

interface Told {
  readonly holder: Holder
  readonly kind: ReceiptKind
  readonly at: Date | null
}

/** The viewer's own receipt; of one's own message it means nothing. */
function readOwnTimes(message: Wire, { viewerUid, conversation }: Scene): readonly Told[] {
  if (viewerUid === null || message.text('sender') === viewerUid) return []
  const mine = message.optionalObject('myReceipt')
  return mine === null ? [] : readTimes(mine, personRef(conversation.account, viewerUid))
}

function readTimes(wire: Wire, holder: Holder): readonly Told[] {
  const times = [
    { holder, kind: 'delivered', at: wire.epochSeconds('deliveredAt') },
    { holder, kind: 'read', at: wire.epochSeconds('readAt') },
  ] as const
  return times.filter(({ at }) => at !== null)
}

function firstOfEach(told: readonly Told[]): readonly Told[] {
  const byKey = new Map<string, Told>()
  for (const fact of told) if (!byKey.has(keyOf(fact))) byKey.set(keyOf(fact), fact)
  return [...byKey.values()]
}

function keyOf({ holder, kind }: { readonly holder: Holder; readonly kind: ReceiptKind }): string {
  return `${kind} ${typeof holder === 'string' ? holder : `:${holder.native}`}`
}

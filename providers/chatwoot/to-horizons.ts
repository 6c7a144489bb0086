import type { Horizon, Message, PersonRef, ReceiptKind } from '../port/index.ts'

/**
 * How far the contact has got where only messages say so (Facebook, TikTok): up to the newest that is delivered, and up to the
 * newest that is read. Of messages newest first.
 */
export function messageHorizons(messages: readonly Message[], contact: PersonRef): readonly Horizon[] {
  const isRead = ({ delivery }: Message) => delivery?.state === 'read'
  const isDelivered = ({ delivery }: Message) => delivery?.state === 'read' || delivery?.state === 'delivered'
  return [...upTo('read', messages.find(isRead), contact), ...upTo('delivered', messages.find(isDelivered), contact)]
}

function upTo(kind: ReceiptKind, message: Message | undefined, holder: PersonRef): readonly Horizon[] {
  if (message === undefined) return []
  const position = { sortKey: message.sortKey, upToTime: message.createdAt, upToMessage: message.ref }
  return [{ ...position, holder, kind, occurredAt: null, precision: 'up-to-message' }]
}

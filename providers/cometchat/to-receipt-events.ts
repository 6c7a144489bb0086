import type { Wire } from '../kit/wire.ts'
import { type DomainEvent, type Holder, type Horizon, ProviderError, type ReceiptKind } from '../port/index.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import { conversationBetween, messageRef, personRef, type Sending, SYSTEM_UID } from './refs.ts'
import { messageSortKey } from './to-message.ts'

/** Somebody has, or has read, everything up to a message. Large groups have no receipts, whatever is sent. */
export function toReceiptEvents(
  data: Wire,
  { account, crowded }: { readonly account: string; readonly crowded: CrowdedGroups },
): readonly DomainEvent[] {
  const { sending, kind, messageId, occurredAt, isOfAll } = data.has('receiptType')
    ? readOldReceipt(data)
    : readReceipt(data)
  const conversation = conversationBetween(sending, account)
  if (sending.receiverType === 'group' && crowded.has(sending.receiver ?? '')) return []
  const horizon: Horizon = {
    holder: toHolder(sending.sender, isOfAll, account),
    kind,
    sortKey: messageSortKey(messageId),
    upToTime: null,
    upToMessage: messageRef(conversation, messageId),
    occurredAt,
    precision: 'up-to-message',
  }
  const event = { conversation, occurredAt, audience: 'public' } as const
  return [{ ...event, type: 'horizon-moved', horizon, movedBack: false, isNew: true }]
}

/** The sender of a receipt is who reads, the receiver whom it is told to: the author, or the group. */
interface ReceiptNote {
  readonly sending: Sending
  readonly kind: ReceiptKind
  readonly messageId: string
  readonly occurredAt: Date | null
  /** Told by the app once every member of a group has it. */
  readonly isOfAll: boolean
}

const ACTIONS: ReadonlyMap<string, Pick<ReceiptNote, 'kind' | 'isOfAll'>> = new Map([
  ['delivered', { kind: 'delivered', isOfAll: false }],
  ['read', { kind: 'read', isOfAll: false }],
  ['deliveredToAll', { kind: 'delivered', isOfAll: true }],
  ['readByAll', { kind: 'read', isOfAll: true }],
])

function readReceipt(data: Wire): ReceiptNote {
  const body = data.object('body')
  return {
    sending: {
      sender: data.filledText('sender'),
      receiver: data.filledText('receiver'),
      receiverType: data.text('receiverType'),
    },
    ...readAction(body, 'action'),
    messageId: body.text('messageId'),
    occurredAt: body.epochSeconds('timestamp'),
  }
}

/** As it was sent before the triggers were renamed. */
function readOldReceipt(data: Wire): ReceiptNote {
  return {
    sending: {
      sender: data.filledText('receiptSender'),
      receiver: data.filledText('receiptReceiver'),
      receiverType: data.text('receiverType'),
    },
    ...readAction(data, 'receiptType'),
    messageId: data.text('messageId'),
    occurredAt: data.epochSeconds('readAt') ?? data.epochSeconds('deliveredAt'),
  }
}

function readAction(wire: Wire, key: string): Pick<ReceiptNote, 'kind' | 'isOfAll'> {
  const action = wire.oneOf(key, ACTIONS)
  if (action === null)
    throw new ProviderError('MALFORMED', 'cometchat webhook: a receipt says neither delivered nor read')
  return action
}

function toHolder(sender: string | null, isOfAll: boolean, account: string): Holder {
  if (isOfAll || sender === SYSTEM_UID) return 'everyone'
  if (sender === null) throw new ProviderError('MALFORMED', 'cometchat webhook: a receipt does not say whose it is')
  return personRef(account, sender)
}

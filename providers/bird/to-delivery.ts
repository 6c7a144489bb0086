import type { Wire } from '../kit/wire.ts'
import type { Delivery, DeliveryState, MessageRef, PersonRef, Receipt } from '../port/index.ts'
import { personRef } from './refs.ts'
import type { Completeness } from './to-message.ts'
import { contactIdsOf } from './to-recipient.ts'
import { DELIVERY_STATES } from './wire.ts'

/** Whether the channel carried it to somebody. What came in is born `delivered`, which says nothing. */
export interface Carried {
  readonly isOutgoing: boolean
  readonly isComment: boolean
}

/**
 * The status, and READ from the interactions: an e-mail that was merely `opened` may have been opened by a machine. A state's
 * own time is the last change of the message.
 */
export function toDelivery(wire: Wire, carried: Carried): Delivery | null {
  if (!hasDelivery(wire, carried)) return null
  const state = toState(wire)
  const changedAt = wire.instant('updatedAt')
  const readAt = earliest(readsOf(wire).flatMap((read) => read.instant('createdAt') ?? []))
  return {
    state: readsOf(wire).length > 0 ? 'read' : state,
    providerStatus: wire.filledText('status'),
    sentAt: state === 'sent' ? changedAt : null,
    // Whether a read counts as a change is not documented: a delivery after the read would be none.
    deliveredAt: state === 'delivered' && (readAt === null || !isAfter(changedAt, readAt)) ? changedAt : null,
    readAt: readAt ?? (state === 'read' ? changedAt : null),
    failedAt: state === 'failed' ? changedAt : null,
    failure: state === 'failed' ? { code: null, detail: wire.filledText('reason'), retryable: false } : null,
  }
}

/** Previews have no times. */
export function toPreviewDelivery(wire: Wire, carried: Carried): Delivery | null {
  if (!hasDelivery(wire, carried)) return null
  const state = toState(wire)
  return {
    state,
    providerStatus: wire.filledText('status'),
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    failure: state === 'failed' ? { code: null, detail: null, retryable: false } : null,
  }
}

export interface ReceiptsQuestion extends Carried {
  readonly message: MessageRef
  readonly account: string
  readonly completeness: Completeness
}

/** Reads of an outgoing message. `undefined`: a list answer without interactions, which may be none or may have left them out. */
export function toReceipts(wire: Wire, question: ReceiptsQuestion): readonly Receipt[] | undefined {
  if (!hasDelivery(wire, question)) return []
  if (question.completeness === 'listed' && wire.list('interactions').length === 0) return undefined
  return readsOf(wire).map((read) => ({
    message: question.message,
    holder: toReader(read, wire, question.account),
    kind: 'read',
    at: read.instant('createdAt'),
  }))
}

function hasDelivery(wire: Wire, { isOutgoing, isComment }: Carried): boolean {
  return isOutgoing && !isComment && wire.optionalBoolean('draft') !== true
}

function toState(wire: Wire): DeliveryState {
  return wire.oneOf('status', DELIVERY_STATES) ?? 'unknown'
}

function readsOf(wire: Wire): readonly Wire[] {
  return wire.list('interactions').filter((interaction) => interaction.optionalText('type') === 'read')
}

/** `context.id` is `conversation:message:contact`; without it the only recipient, if there is but one. */
function toReader(read: Wire, message: Wire, account: string): PersonRef | null {
  const named = read.optionalObject('context')?.filledText('id')?.split(':')[2]
  const recipients = contactIdsOf(message)
  const contact = named || (recipients.length === 1 ? recipients[0] : undefined)
  return contact === undefined ? null : personRef(account, 'contact', contact)
}

function earliest(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((first, time) => (first === null || time < first ? time : first), null)
}

function isAfter(time: Date | null, other: Date): boolean {
  return time !== null && time > other
}

import { orError } from '../kit/answer-each.ts'
import { fixedWidth } from '../kit/sort-key.ts'
import {
  type CallContext,
  type Capability,
  type ConversationForViewer,
  type DomainEvent,
  type Done,
  type Horizon,
  type Mark,
  type Marked,
  ProviderError,
} from '../port/index.ts'
import { type ActParts, enter, type Stage } from './act-parts.ts'
import { findTarget, namedIn } from './mark-target.ts'
import { messageRef, personRef } from './refs.ts'
import { unsupported } from './refusals.ts'
import { messageSortKey } from './to-message.ts'

/**
 * Marks as the acting user, which the other side always learns of. CometChat only says that it was done: whether it moved
 * anything follows from where the user was before (read), where they are afterwards (unread), or cannot be told (delivered).
 */
export async function mark(parts: ActParts, wanted: Mark, call: CallContext): Promise<Done<Marked>> {
  if (wanted.kind === 'read' && wanted.visibility === 'private')
    throw unsupported('MARK_READ_PRIVATELY', 'the other side always learns of it')
  const stage = await enter(parts, wanted.conversation, call, CAPABILITIES[wanted.kind])
  if (wanted.kind === 'read') return markRead(parts, stage, wanted)
  const target = await findTarget(parts, stage, wanted)
  if (target === null) return NOTHING_THERE
  return wanted.kind === 'delivered' ? markDelivered(parts, stage, target) : markUnread(parts, stage, target)
}

const CAPABILITIES: Readonly<Record<Mark['kind'], Capability>> = {
  read: 'MARK_READ',
  delivered: 'MARK_DELIVERED',
  unread: 'MARK_UNREAD',
}

async function markRead(parts: ActParts, stage: Stage, wanted: Mark): Promise<Done<Marked>> {
  // Before anything is asked.
  namedIn(wanted)
  const before = await parts.conversations.reread(stage.as, stage.conversation)
  const target = await findReadTarget(parts, stage, wanted, before)
  const known = before.viewer.readHorizon
  if (target === null) return { value: { horizon: known, applied: false }, events: [] }
  await parts.client.mark(stage.as, stage.other, 'read', target)
  if (isCrowded(before)) return UNKNOWN
  const marked = horizonAt(stage, 'read', target)
  if (known !== null)
    return moved(stage, known.sortKey > marked.sortKey ? known : marked, known.sortKey < marked.sortKey)
  return moved(stage, marked, before.viewer.unread?.count ? true : null)
}

/** Of the newest message the conversation tells whose it is: only of others' messages receipts are sent. */
async function findReadTarget(
  parts: ActParts,
  stage: Stage,
  wanted: Mark,
  { conversation: { lastMessage } }: ConversationForViewer,
): Promise<string | null> {
  const last = lastMessage?.message?.native ?? null
  const isLast = last !== null && (wanted.position.kind === 'latest' || namedIn(wanted) === last)
  if (!isLast) return findTarget(parts, stage, wanted)
  const isOwn = lastMessage?.sender?.ref.native === stage.as.uid
  return isOwn ? findTarget(parts, stage, { ...wanted, position: { kind: 'latest' } }) : last
}

async function markDelivered(parts: ActParts, stage: Stage, target: string): Promise<Done<Marked>> {
  await parts.client.mark(stage.as, stage.other, 'delivered', target)
  if (stage.other.type === 'group' && parts.crowded.has(stage.other.id)) return UNKNOWN
  return moved(stage, horizonAt(stage, 'delivered', target), null)
}

/** Whether the message itself is unread afterwards is not documented: so the position is the one that is read back. */
async function markUnread(parts: ActParts, stage: Stage, target: string): Promise<Done<Marked>> {
  await parts.client.markUnread(stage.as, stage.other, target)
  const row = await readBack(parts, stage)
  if (isCrowded(row)) return UNKNOWN
  const now = row?.viewer.readHorizon ?? horizonBefore(stage, target)
  if (now.sortKey > messageSortKey(target)) return { value: { horizon: now, applied: false }, events: [] }
  return { value: { horizon: now, applied: null }, events: [toMoved(stage, now, true)] }
}

const NOTHING_THERE: Done<Marked> = { value: { horizon: null, applied: false }, events: [] }

/** In a large group CometChat says that it was done, and does nothing. */
const UNKNOWN: Done<Marked> = { value: { horizon: null, applied: null }, events: [] }

function moved(stage: Stage, horizon: Horizon, applied: Marked['applied']): Done<Marked> {
  return { value: { horizon, applied }, events: [toMoved(stage, horizon, false)] }
}

/** Null where it cannot be read: what was marked stays marked. */
async function readBack(
  { conversations }: ActParts,
  { conversation, as }: Stage,
): Promise<ConversationForViewer | null> {
  const row = await orError(() => conversations.reread(as, conversation))
  return row instanceof ProviderError ? null : row
}

function isCrowded(row: ConversationForViewer | null): boolean {
  return row?.conversation.receiptModel === 'none'
}

function horizonAt(stage: Stage, kind: Horizon['kind'], id: string): Horizon {
  return {
    ...horizonBefore(stage, id),
    kind,
    sortKey: messageSortKey(id),
    upToMessage: messageRef(stage.conversation, id),
  }
}

/** Everything before a message, whichever that is. */
function horizonBefore({ as, conversation }: Stage, id: string): Horizon {
  return {
    holder: personRef(conversation.account, as.uid),
    kind: 'read',
    sortKey: fixedWidth(BigInt(id) - 1n, 20),
    upToTime: null,
    upToMessage: null,
    occurredAt: null,
    precision: 'up-to-message',
  }
}

function toMoved({ conversation }: Stage, horizon: Horizon, movedBack: boolean): DomainEvent {
  const { occurredAt } = horizon
  return { type: 'horizon-moved', conversation, occurredAt, audience: 'public', horizon, movedBack, isNew: true }
}

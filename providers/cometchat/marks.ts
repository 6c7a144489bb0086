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
import { findTarget } from './mark-target.ts'
import { messageRef, personRef } from './refs.ts'
import { unsupported } from './refusals.ts'
import { messageSortKey } from './to-message.ts'

/**
 * Marks as the acting user, which the other side always learns of. CometChat only says that it was done; where the user has
 * really got to is read back for read and unread, and cannot be read for delivered. What is read back and fails is taken as marked.
 */
export async function mark(parts: ActParts, wanted: Mark, call: CallContext): Promise<Done<Marked>> {
  if (wanted.kind === 'read' && wanted.visibility === 'private')
    throw unsupported('MARK_READ_PRIVATELY', 'the other side always learns of it')
  const stage = enter(parts, wanted.conversation, call, CAPABILITIES[wanted.kind])
  if (wanted.kind === 'read' && wanted.position.kind === 'latest') return markAllRead(parts, stage)
  const target = await findTarget(parts.client, stage, wanted)
  if (target === null) return nothingThere(parts, stage, wanted.kind)
  if (wanted.kind === 'delivered') return markDelivered(parts, stage, target)
  return wanted.kind === 'read' ? markRead(parts, stage, target) : markUnread(parts, stage, target)
}

const CAPABILITIES: Readonly<Record<Mark['kind'], Capability>> = {
  read: 'MARK_READ',
  delivered: 'MARK_DELIVERED',
  unread: 'MARK_UNREAD',
}

/** Without a message it is everything there is when CometChat is asked. */
async function markAllRead(parts: ActParts, stage: Stage): Promise<Done<Marked>> {
  await parts.client.mark(stage.as, stage.other, 'read', null)
  const row = await readBack(parts, stage)
  const last = row?.conversation.lastMessage?.message ?? null
  const covered = last !== null && row?.viewer.unread?.count === 0 ? horizonAt(stage, 'read', last.native) : null
  const horizon = row?.viewer.readHorizon ?? covered
  return isCrowded(row) || horizon === null ? UNKNOWN : moved(stage, horizon, null)
}

async function markRead(parts: ActParts, stage: Stage, target: string): Promise<Done<Marked>> {
  await parts.client.mark(stage.as, stage.other, 'read', target)
  const row = await readBack(parts, stage)
  if (isCrowded(row)) return UNKNOWN
  const wanted = horizonAt(stage, 'read', target)
  const now = row?.viewer.readHorizon ?? wanted
  return moved(stage, now, now.sortKey > wanted.sortKey ? false : null)
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

async function nothingThere(parts: ActParts, stage: Stage, kind: Mark['kind']): Promise<Done<Marked>> {
  const row = kind === 'delivered' ? null : await readBack(parts, stage)
  return { value: { horizon: row?.viewer.readHorizon ?? null, applied: false }, events: [] }
}

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

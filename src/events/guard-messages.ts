import type { Audience, Delivery, DomainEvent, Message, MessageRef } from '../../providers/port/index.ts'
import { type DeliveryMemory, deliveryStateOf } from './delivery-lattice.ts'
import { fingerprint, idOf, repeated } from './event-id.ts'
import {
  conversationKey,
  type Ledger,
  type MessageMemory,
  messageKey,
  NEW_CONVERSATION,
  NEW_MESSAGE,
  type RecentMemory,
  recentKey,
} from './guard-memory.ts'
import { foundState, hearOfDelivery, joinSilently, reportsIn } from './guard-receipts.ts'

type Saved = Extract<DomainEvent, { readonly type: 'message-saved' }>
type Deleted = Extract<DomainEvent, { readonly type: 'message-deleted' }>

/** More than a page of any provider. */
const RECENT = 60

export function hearOfMessage(ledger: Ledger, event: Saved): void {
  const { message } = event
  const known = ledger.recall(messageKey(message.ref), NEW_MESSAGE)
  if (known.isDeleted) joinSilently(ledger, event)
  else if (message.deleted !== null) hearOfTombstone(ledger, event)
  else if (isNews(ledger, event, known)) add(ledger, event)
  else if (!known.isKnown) learn(ledger, event)
  else hearAgain(ledger, event, known)
}

export function hearOfDeletion(ledger: Ledger, event: Deleted): void {
  const { message, isNew, conversation } = event
  const isFound = !isNew && ledger.isUnheard(messageKey(message)) && ledger.isFirstSight(conversation)
  entomb(ledger, event, { message, isNew, isTold: !isFound })
}

/** Old tombstones that one comes across at first are no news. */
function hearOfTombstone(ledger: Ledger, event: Saved): void {
  const { isNew, conversation, message } = event
  const { isKnown } = ledger.recall(messageKey(message.ref), NEW_MESSAGE)
  const isToldOf = ledger.readAt === null && (isNew || !ledger.isFirstSight(conversation))
  entomb(ledger, event, { message: message.ref, isNew, isTold: isKnown || isToldOf || isMissed(ledger, event) })
  joinSilently(ledger, event)
}

/** The end of a message, which is told once: by whoever finds it, or else by whoever reports it. */
function entomb(
  ledger: Ledger,
  event: DomainEvent,
  { message, isNew, isTold }: { readonly message: MessageRef; readonly isNew: boolean; readonly isTold: boolean },
): void {
  const key = messageKey(message)
  const { delivery, isInternal, isDeleted, isDeletionTold } = ledger.recall(key, NEW_MESSAGE)
  if (isDeleted && (isDeletionTold || !isNew)) return
  const end = { isInternal, isDeleted: true, isDeletionTold: isTold, isKnown: true, isAdded: true }
  ledger.remember(key, { ...NEW_MESSAGE, delivery, ...end })
  forgetRecent(ledger, message)
  const id = idOf('msg', message.conversation.native, message.native, 'deleted')
  const audience = isInternal ? 'internal' : event.audience
  if (isTold) ledger.tell({ ...event, audience }, id, { type: 'message-deleted', message })
}

function isNews(ledger: Ledger, event: Saved, { isAdded, isKnown }: MessageMemory): boolean {
  return !isAdded && (event.isNew || (!isKnown && isMissed(ledger, event)))
}

/** The original of a message that was edited since says nothing of its content. */
function hearAgain(ledger: Ledger, event: Saved, known: MessageMemory): void {
  const isOriginal = event.isNew && event.message.editedAt === null && ledger.readAt === null
  if (!isOriginal) hearOfContent(ledger, event, known)
  for (const report of reportsIn(event)) hearOfDelivery(ledger, report)
}

function isMissed(ledger: Ledger, { message }: Saved): boolean {
  const { baseline } = ledger.recall(conversationKey(message.ref.conversation), NEW_CONVERSATION)
  if (baseline !== null) return message.sortKey > baseline
  return ledger.hearing.origin !== 'reconcile' && ledger.isRecent(message.createdAt)
}

function add(ledger: Ledger, event: Saved): void {
  const key = messageKey(event.message.ref)
  const known = ledger.recall(key, NEW_MESSAGE)
  const message = known.early ?? event.message
  joinSilently(ledger, event)
  const { delivery } = ledger.recall(key, NEW_MESSAGE)
  ledger.remember(key, {
    ...known,
    ...contentOf(message, event.audience, ledger),
    delivery,
    isAdded: true,
    early: null,
    untold: null,
  })
  rememberRecent(ledger, message)
  const id = idOf('msg', message.ref.conversation.native, message.ref.native, 'added')
  ledger.tell(event, id, { type: 'message-added', message: withState(message, delivery) })
}

/** An old message: no news, unless somebody tells of it because it was edited. Then its original may still be on the way. */
function learn(ledger: Ledger, event: Saved): void {
  const { message } = event
  const key = messageKey(message.ref)
  const isEdit = ledger.readAt === null && message.editedAt !== null
  const before = ledger.recall(key, NEW_MESSAGE)
  joinSilently(ledger, event)
  const known = ledger.recall(key, NEW_MESSAGE)
  const untold = isEdit ? null : foundState(before, known)
  ledger.remember(key, {
    ...known,
    ...contentOf(message, event.audience, ledger),
    early: isEdit ? message : null,
    untold,
  })
  rememberRecent(ledger, message)
  if (isEdit) tellUpdate(ledger, event)
}

function hearOfContent(ledger: Ledger, event: Saved, known: MessageMemory): void {
  const { message } = event
  const content = contentOf(message, event.audience, ledger)
  if (content.version === known.version || isOlder(ledger, content, known)) return
  const early = known.isAdded || known.early === null ? null : message
  ledger.remember(messageKey(message.ref), { ...known, ...content, early })
  tellUpdate(ledger, event)
}

/** Equal times break by content, so that everybody chooses alike. What is read after the other was heard is newer. */
function isOlder(ledger: Ledger, content: Content, known: MessageMemory): boolean {
  const [edited, before] = [content.editedAt ?? 0, known.editedAt ?? 0]
  if (edited !== before) return edited < before
  if (ledger.readAt !== null) return ledger.readAt <= known.heardAt
  return content.editedAt !== null && content.version < known.version
}

function tellUpdate(ledger: Ledger, event: Saved): void {
  const { ref } = event.message
  const known = ledger.recall(messageKey(ref), NEW_MESSAGE)
  ledger.remember(messageKey(ref), { ...known, updates: known.updates + 1 })
  const id = repeated(idOf('msg', ref.conversation.native, ref.native, known.version), known.updates)
  ledger.tell(event, id, { type: 'message-updated', message: withState(event.message, known.delivery) })
}

type Content = Pick<MessageMemory, 'isKnown' | 'isInternal' | 'sortKey' | 'version' | 'editedAt' | 'heardAt'>

function contentOf(message: Message, audience: Audience, { heardAt }: Ledger): Content {
  const { text, html, attachments, editedAt, isDraft, sortKey } = message
  // Not the addresses of attachments: some are signed anew with every answer.
  const version = fingerprint([text, html, attachments.map(({ key }) => key), editedAt, isDraft])
  return {
    isKnown: true,
    isInternal: audience === 'internal',
    sortKey,
    version,
    editedAt: editedAt?.getTime() ?? null,
    heardAt,
  }
}

/** The delivery as it came out: a report may have been quicker than the message. */
function withState(message: Message, memory: DeliveryMemory): Message {
  const state = deliveryStateOf(memory)
  if (message.delivery === null || message.delivery.state === state) return message
  return { ...message, delivery: corrected(message.delivery, state, memory) }
}

function corrected(delivery: Delivery, state: Delivery['state'], { failedAt }: DeliveryMemory): Delivery {
  if (state !== 'failed') return { ...delivery, state, failedAt: null, failure: null }
  return { ...delivery, state, failedAt: delivery.failedAt ?? (failedAt === null ? null : new Date(failedAt)) }
}

function rememberRecent(ledger: Ledger, { ref, sortKey }: Message): void {
  const key = recentKey(ref.conversation)
  const others = ledger.recall<RecentMemory>(key, []).filter(([native]) => native !== ref.native)
  const recent = [...others, [ref.native, sortKey] as const].sort(([, a], [, b]) => (a < b ? 1 : -1))
  ledger.remember(key, recent.slice(0, RECENT))
}

function forgetRecent(ledger: Ledger, { conversation, native }: MessageRef): void {
  const recent = ledger.recall<RecentMemory>(recentKey(conversation), [])
  const others = recent.filter(([other]) => other !== native)
  if (others.length < recent.length) ledger.remember(recentKey(conversation), others)
}

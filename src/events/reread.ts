import {
  type Audience,
  type CallContext,
  type Conversation,
  type ConversationRef,
  type DomainEvent,
  type Horizon,
  type Message,
  type MessageRef,
  type PersonRef,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import type { AccountHealth } from '../../schema/account-health.ts'
import { audienceOfMessage, audienceOfReading, internalFactsOf, publicFactsOf } from './facts.ts'
import { type RecentMemory, recentKey } from './guard-memory.ts'
import type { EventLog } from './log.ts'
import { type ReadBack, readBack } from './read-back.ts'
import { isBeyond, keepUp } from './read-positions.ts'

/** A conversation that is to be read again, because something moved in it. */
export interface RereadQuestion {
  readonly conversation: ConversationRef
  /** Messages of which it is known that something happened to them. */
  readonly around?: readonly MessageRef[]
  /** Everything that was said until then is known: what was said later is new. By the provider's clock. */
  readonly since?: Date | null
}

export interface RereadAnswer {
  readonly events: readonly DomainEvent[]
  /** When the read began. */
  readonly readAt: Date
  /** Whether more was missed than is read at once: then nobody will ever know of it. */
  readonly isCutShort: boolean
}

/** Reads a conversation and its messages back to what is known; what is remembered of them tells what is gone. Throws `ProviderError`. */
export type Reread = (question: RereadQuestion, call: CallContext) => Promise<RereadAnswer>

export interface RereadOptions {
  readonly account: string
  readonly provider: Provider
  readonly health: AccountHealth
  readonly log: EventLog
  readonly now?: () => Date
}

export function createReread({ account, provider, health, log, now = () => new Date() }: RereadOptions): Reread {
  return async (question, call) => {
    const readAt = now()
    // Before anything is read: what was remembered by then must be found.
    const recent = await recallRecent(log, account, question.conversation)
    const found = await health.watch(call.signal, () => readAnew({ account, provider, log, call, question, recent }))
    return { readAt, ...found }
  }
}

async function readAnew(reading: Reading): Promise<Found> {
  const { provider, call, question } = reading
  const { conversation } = question
  const [answer] = await provider.getConversations([conversation], call)
  if (answer === undefined || (answer instanceof ProviderError && answer.code === 'NOT_FOUND')) {
    const removed = { type: 'conversation-removed', conversation, occurredAt: null, audience: 'public' } as const
    return { events: [removed], isCutShort: false }
  }
  if (answer instanceof ProviderError) throw answer
  return readInside(reading, answer.conversation)
}

type Found = Omit<RereadAnswer, 'readAt'>

/** So many single messages are asked for beyond the page: the newest page tells most, horizons tell the rest. */
const MAX_SINGLE_READS = 3

interface Reading {
  readonly account: string
  readonly provider: Provider
  readonly log: EventLog
  readonly call: CallContext
  readonly question: RereadQuestion
  readonly recent: RecentMemory
}

async function recallRecent(log: EventLog, account: string, conversation: ConversationRef): Promise<RecentMemory> {
  const [remembered] = await log.recall(account, [recentKey(conversation)])
  return (remembered?.value ?? []) as RecentMemory
}

async function readInside(reading: Reading, conversation: Conversation): Promise<Found> {
  const { provider, call, question } = reading
  const { ref, horizons, horizonsComplete } = conversation
  const { since = null } = question
  const [pages, listedPositions] = await Promise.all([
    readBack({ ...reading, conversation: ref, since }, call),
    horizonsComplete ? horizons : provider.listHorizons(conversation, call),
  ])
  const { listed } = pages
  const others = await readOthers(reading, pages)
  const positions = await keepUp(provider, call, { conversation, positions: listedPositions, messages: listed })
  // As they were said: that is the order in which they are told.
  const found = [...others.found, ...listed].sort((one, other) => (one.sortKey < other.sortKey ? -1 : 1))
  const events = [
    ...conversationEvents(conversation, question),
    ...positions.map((horizon) => horizonEvent(conversation, horizon)),
    ...aroundEvents(conversation, found, positions, question),
    ...found.map((message) => messageEvent(message, question)),
    ...others.gone.map((message) => deletionEvent(message)),
  ]
  return { events, isCutShort: pages.isCutShort }
}

/** Messages that are not on the pages: asked for one by one, as what is gone should be gone for certain. */
async function readOthers({ provider, call, question, recent }: Reading, pages: ReadBack): Promise<Others> {
  const { listed, hasMore } = pages
  const onPage = new Set(listed.map(({ ref }) => ref.native))
  const around = (question.around ?? []).map(({ native }) => native).filter((native) => !onPage.has(native))
  const oldest = hasMore === false ? '' : (listed.at(-1)?.sortKey ?? null)
  const missing = recent.filter(([native, sortKey]) => !onPage.has(native) && oldest !== null && sortKey > oldest)
  const natives = new Set([...missing.map(([native]) => native), ...around].slice(0, MAX_SINGLE_READS))
  if (natives.size === 0) return { found: [], gone: [] }
  const refs = [...natives].map((native) => ({ kind: 'message', conversation: question.conversation, native }) as const)
  const answers = await provider.getMessages(refs, call)
  const found = answers.filter((answer) => 'ref' in answer)
  const gone = refs.filter((_, index) => isNotFound(answers[index]))
  return { found, gone }
}

interface Others {
  readonly found: readonly Message[]
  readonly gone: readonly MessageRef[]
}

function isNotFound(answer: Message | ProviderError | undefined): boolean {
  return answer instanceof ProviderError && answer.code === 'NOT_FOUND'
}

function conversationEvents(conversation: Conversation, { since }: RereadQuestion): readonly DomainEvent[] {
  const { ref, createdAt, updatedAt, receiptModel } = conversation
  const facts = publicFactsOf(conversation)
  const base = { conversation: ref, occurredAt: updatedAt } as const
  const created = { ...base, type: 'conversation-created', occurredAt: createdAt, audience: 'public', facts } as const
  return [
    ...(since != null && createdAt > since ? [created] : []),
    { ...base, type: 'conversation-observed', audience: 'public', facts, receiptModel },
    { ...base, type: 'conversation-observed', audience: 'internal', facts: internalFactsOf(conversation) },
  ]
}

/** A fresh read is believed, even where it is behind of what was known. */
function horizonEvent(conversation: Conversation, horizon: Horizon): DomainEvent {
  const { holder, occurredAt } = horizon
  const event = { conversation: conversation.ref, occurredAt, audience: audienceOfReading(conversation, holder) }
  return { ...event, type: 'horizon-moved', horizon, movedBack: true, isNew: false }
}

/** Something happened to these: their delivery is news even where nothing is known of them. */
function aroundEvents(
  conversation: Conversation,
  found: readonly Message[],
  positions: readonly Horizon[],
  { around = [] }: RereadQuestion,
): readonly DomainEvent[] {
  const reported = { type: 'delivery-reported', isNew: true } as const
  const moved = new Set(around.map(({ native }) => native))
  const isTelling = (message: Message) =>
    conversation.receiptModel !== 'watermark' || isBeyond(message, conversation, positions)
  return found.flatMap((message) => {
    const { ref, delivery } = message
    const audience = audienceOfMessage(message)
    if (delivery === null || !moved.has(ref.native) || !isTelling(message)) return []
    return [{ ...eventOf(ref.conversation, audience), ...reported, message: ref, delivery, person: readerOf(message) }]
  })
}

/** Who got so far with it, where that can be only one. */
function readerOf({ delivery, receipts = [] }: Message): PersonRef | null {
  const [holder, ...others] = receipts.filter(({ kind }) => kind === delivery?.state).map((receipt) => receipt.holder)
  return holder === undefined || others.length > 0 || typeof holder === 'string' ? null : holder
}

function messageEvent(message: Message, { since }: RereadQuestion): DomainEvent {
  const { ref, createdAt } = message
  const audience = audienceOfMessage(message)
  const isNew = since != null && createdAt > since
  return { ...eventOf(ref.conversation, audience), type: 'message-saved', occurredAt: createdAt, message, isNew }
}

function deletionEvent(message: MessageRef): DomainEvent {
  return { ...eventOf(message.conversation, 'public'), type: 'message-deleted', message, isNew: false }
}

function eventOf(conversation: ConversationRef, audience: Audience) {
  return { conversation, audience, occurredAt: null } as const
}

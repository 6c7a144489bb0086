import { orError } from '../kit/answer-each.ts'
import { pause } from '../kit/patience.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Capability,
  type ChangeProblems,
  type ConversationChange,
  type ConversationChangeKey,
  type ConversationRef,
  type ConversationStatus,
  type DomainEvent,
  type Done,
  type JsonObject,
  ProviderError,
} from '../port/index.ts'
import { unsupportedError } from './capabilities.ts'
import { understood } from './connection.ts'
import type { Desk } from './desk.ts'
import { invalid } from './invitees.ts'
import { conversationRef, readPersonRef, uuidOf } from './refs.ts'
import { contactsIn, toObserved } from './to-conversation.ts'

/** A PATCH for the status and one for the attributes, so that one may fail without the other; before each, a read. */
export async function updateConversation(
  ref: ConversationRef,
  change: ConversationChange,
  desk: Desk,
  call: CallContext,
): Promise<Done<ChangeProblems>> {
  const { status, customAttributes } = change
  const tries = [
    ...(customAttributes === undefined
      ? []
      : [await attempt('customAttributes', ref, desk, () => setAttributes(ref, customAttributes, desk, call))]),
    ...(status === undefined ? [] : [await attempt('status', ref, desk, () => setStatus(ref, status, desk, call))]),
  ]
  const problems: ChangeProblems = Object.assign(refusals(change), ...tries.map(({ problem }) => problem))
  return { value: problems, events: tries.flatMap(({ events }) => events) }
}

interface Tried {
  readonly problem: ChangeProblems
  readonly events: readonly DomainEvent[]
}

async function attempt(
  key: ConversationChangeKey,
  conversation: ConversationRef,
  { account }: Desk,
  change: () => Promise<Wire>,
): Promise<Tried> {
  const answer = await orError(async () => {
    const wire = await change()
    return understood(() => toObserved(wire, { conversation, occurredAt: wire.instant('updatedAt') }, account))
  })
  return answer instanceof ProviderError ? { problem: { [key]: answer }, events: [] } : { problem: {}, events: answer }
}

const REFUSED: Readonly<Partial<Record<ConversationChangeKey, Capability>>> = {
  snoozedUntil: 'SNOOZE',
  assignee: 'ASSIGNEE',
  team: 'TEAM',
  priority: 'PRIORITY',
  setLabels: 'SET_LABELS',
  addLabels: 'ADD_AND_REMOVE_LABELS',
  removeLabels: 'ADD_AND_REMOVE_LABELS',
}

function refusals(change: ConversationChange): ChangeProblems {
  const refused = Object.entries(REFUSED).filter(([key]) => Reflect.get(change, key) !== undefined)
  return Object.fromEntries(refused.map(([key, capability]) => [key, unsupportedError(capability)]))
}

// ------------------------------------------------------------------------------------------------------------ attributes

/** Whether Bird would keep what a PATCH leaves out is not documented: all of them are sent. */
async function setAttributes(
  ref: ConversationRef,
  given: JsonObject | null,
  { client }: Desk,
  call: CallContext,
): Promise<Wire> {
  const added = toTexts(given ?? {})
  const known = given === null ? {} : ((await client.getConversation(uuidOf(ref), call)).jsonObject('attributes') ?? {})
  const attributes = Object.entries({ ...known, ...added }).filter(([, value]) => value !== null)
  return client.updateConversation(uuidOf(ref), { attributes: Object.fromEntries(attributes) }, call)
}

function toTexts(given: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(given))
    if (value !== null && typeof value !== 'string')
      throw invalid(['customAttributes', key], 'Bird keeps texts as the values of attributes.')
  return given
}

// ---------------------------------------------------------------------------------------------------------------- status

const WORDS: Readonly<Partial<Record<ConversationStatus, 'active' | 'closed'>>> = { open: 'active', closed: 'closed' }

/** The news that a message was delivered opens again what was closed right after it was sent. */
const SETTLING_MS = 3_000

async function setStatus(
  ref: ConversationRef,
  wanted: ConversationStatus,
  desk: Desk,
  call: CallContext,
): Promise<Wire> {
  const status = WORDS[wanted]
  if (status === undefined) throw unsupportedError('STATUS')
  if (status === 'closed') await letSettle(ref, desk, call)
  try {
    return await desk.client.updateConversation(uuidOf(ref), { status }, call)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'CONFLICT' || error.facts.existing) throw error
    throw await namingOther(error, ref, desk, call)
  }
}

/**
 * Waits until the last message has been out for three seconds, whoever sent it: that is what the conversation itself says, so
 * that it holds for what other instances and people have sent too. Throws TIMEOUT, before anything is changed, where the call
 * has not that long.
 */
async function letSettle(ref: ConversationRef, { client }: Desk, call: CallContext): Promise<void> {
  const conversation = await client.getConversation(uuidOf(ref), call)
  const waitMs = unsettledMs(conversation.optionalObject('lastMessage'))
  if (waitMs === 0) return
  if (Date.now() + waitMs >= call.deadline) throw unclosed()
  await pause(waitMs, call.signal).catch((cause: unknown) => Promise.reject(unclosed(cause)))
}

function unclosed(cause?: unknown): ProviderError {
  return new ProviderError('TIMEOUT', 'bird: the time was over before the last message had settled', { cause })
}

const UNDER_WAY: ReadonlySet<string> = new Set(['accepted', 'processing', 'sent'])

function unsettledMs(last: Wire | null): number {
  const sentAt = last?.instant('createdAt') ?? null
  if (sentAt === null || !UNDER_WAY.has(last?.filledText('status') ?? '')) return 0
  const ageMs = Date.now() - sentAt.getTime()
  // Bird's clock may be a little ahead of ours.
  return Math.abs(ageMs) >= SETTLING_MS ? 0 : SETTLING_MS - Math.max(ageMs, 0)
}

/** Bird says that another one is active, but not which. */
async function namingOther(
  conflict: ProviderError,
  ref: ConversationRef,
  desk: Desk,
  call: CallContext,
): Promise<ProviderError> {
  const existing = await orError(() => findOther(ref, desk, call))
  if (existing === null || existing instanceof ProviderError) return conflict
  return new ProviderError('CONFLICT', conflict.message, { ...conflict.facts, existing, cause: conflict })
}

async function findOther(
  ref: ConversationRef,
  { client, account }: Desk,
  call: CallContext,
): Promise<ConversationRef | null> {
  const closed = await client.getConversation(uuidOf(ref), call)
  const [contact] = contactsIn(closed, account)
  const channel = closed.filledText('channelId')
  if (contact === undefined || channel === null) return null
  const query = { limit: 100, token: null }
  const { items } = await client.listConversationsOf(readPersonRef(contact).id, channel, query, call)
  const other = items.find((wire) => wire.filledText('status') === 'active' && wire.text('id') !== ref.native)
  return other === undefined ? null : conversationRef(account, other.text('id'))
}

import type { ConversationFacts, DomainEvent, Participant } from '../../providers/port/index.ts'
import { fingerprint, idOf, repeated } from './event-id.ts'
import {
  type ConversationMemory,
  conversationKey,
  type Ledger,
  NEW_CONVERSATION,
  type ParticipantMemory,
  participantKey,
  type RememberedFact,
} from './guard-memory.ts'
import type { ConversationField } from './logged-event.ts'

type Told<Type extends DomainEvent['type']> = Extract<DomainEvent, { readonly type: Type }>

/** Added once, and again when it came back after it was removed; whatever else it says is an observation. */
export function hearOfCreation(ledger: Ledger, event: Told<'conversation-created'>): void {
  const known = ledger.recall(conversationKey(event.conversation), NEW_CONVERSATION)
  const isBack = isBackAgain(ledger, event, known)
  if (isBack || !known.isAdded) add(ledger, event, known)
  else if (known.removedAt === null) observe(ledger, event, known)
}

function add(ledger: Ledger, event: Observation, known: ConversationMemory): void {
  const key = conversationKey(event.conversation)
  const isBack = known.removedAt !== null
  const returns = known.returns + (isBack ? 1 : 0)
  const base = isBack ? { ...known, facts: {}, removedAt: null } : known
  const { facts } = takeFacts(ledger, event, base)
  ledger.remember(key, {
    ...base,
    facts,
    returns,
    isAdded: true,
    isShown: true,
    // Nothing was said in it before it was there.
    baseline: base.baseline ?? '',
  })
  const id = repeated(idOf('conv', event.conversation.native, 'added'), returns)
  ledger.tell(event, id, { type: 'conversation-added', facts: resulting(facts, event) })
}

export function hearOfObservation(ledger: Ledger, event: Told<'conversation-observed'>): void {
  const known = ledger.recall(conversationKey(event.conversation), NEW_CONVERSATION)
  if (known.removedAt === null) observe(ledger, event, known)
  // Whoever can be read is there.
  else if (ledger.readAt !== null && ledger.readAt > known.removedAt) add(ledger, event, known)
}

export function hearOfRemoval(ledger: Ledger, event: Told<'conversation-removed'>): void {
  const key = conversationKey(event.conversation)
  const known = ledger.recall(key, NEW_CONVERSATION)
  if (known.removedAt !== null) return
  const removedAt = event.occurredAt?.getTime() ?? ledger.readAt ?? ledger.heardAt
  ledger.remember(key, { ...known, removedAt, isAdded: true })
  const id = repeated(idOf('conv', event.conversation.native, 'removed'), known.returns)
  ledger.tell(event, id, { type: 'conversation-removed' })
}

export function hearOfParticipant(ledger: Ledger, event: Told<'participant-changed'>): void {
  const { conversation, participant, occurredAt } = event
  const key = participantKey(conversation, participant.person.ref)
  const known = ledger.recall<ParticipantMemory | null>(key, null)
  const version = participantVersion(participant)
  const at = occurredAt?.getTime() ?? null
  if (known?.version === version || isOlder(at, known?.at ?? null)) return
  const changes = (known?.changes ?? -1) + 1
  ledger.remember(key, { version, at, changes })
  const id = repeated(idOf('mem', conversation.native, participant.person.ref.native, version), changes)
  ledger.tell(event, id, { type: 'participant-changed', participant })
}

/** What is known by now of the fields that the event speaks of. */
function resulting(facts: TakenFacts['facts'], event: Observation): ConversationFacts {
  const fields = FIELDS.filter((field) => event.facts[field] !== undefined)
  return Object.fromEntries(fields.map((field) => [field, facts[field]?.value]))
}

function isBackAgain(ledger: Ledger, { occurredAt }: DomainEvent, { removedAt }: ConversationMemory): boolean {
  if (removedAt === null) return false
  const createdAt = ledger.readAt ?? occurredAt?.getTime() ?? null
  return createdAt !== null && createdAt > removedAt
}

type Observation = Told<'conversation-created'> | Told<'conversation-observed'>

function observe(ledger: Ledger, event: Observation, known: ConversationMemory): void {
  const { facts, changed } = takeFacts(ledger, event, known)
  const receiptModel = ('receiptModel' in event ? event.receiptModel : undefined) ?? known.receiptModel
  const isRead = known.isRead || ledger.readAt !== null
  const news = changed.filter((field) => ledger.readAt === null || known.facts[field] !== undefined)
  const isSame = receiptModel === known.receiptModel && isRead === known.isRead && known.isShown
  if (isSame && changed.length === 0) return
  const changes = known.changes + (news.length > 0 ? 1 : 0)
  ledger.remember(conversationKey(event.conversation), {
    ...known,
    facts,
    receiptModel,
    isRead,
    isShown: true,
    changes,
  })
  if (news.length === 0) return
  const told = Object.fromEntries(news.map((field) => [field, event.facts[field]]))
  const id = repeated(idOf('conv', event.conversation.native, fingerprint(told)), known.changes)
  ledger.tell(event, id, { type: 'conversation-changed', changed: news, facts: told })
}

/** Field by field: what an older observation says of a field that nobody spoke of yet is news all the same. */
function takeFacts(ledger: Ledger, { facts, occurredAt }: Observation, known: ConversationMemory): TakenFacts {
  const at = occurredAt?.getTime() ?? null
  const changed = FIELDS.filter((field) => {
    if (facts[field] === undefined) return false
    const before = known.facts[field]
    if (before === undefined) return true
    const isFresh = ledger.readAt !== null && ledger.readAt > before.heardAt
    if (isOlder(at, before.at) && !isFresh) return false
    return fingerprint(before.value) !== fingerprint(facts[field])
  })
  const taken = changed.map((field) => [field, { value: facts[field], at, heardAt: ledger.heardAt }])
  return { changed, facts: { ...known.facts, ...Object.fromEntries(taken) } }
}

interface TakenFacts {
  readonly changed: readonly ConversationField[]
  readonly facts: Readonly<Partial<Record<ConversationField, RememberedFact>>>
}

const FIELDS = Object.keys({
  status: true,
  snoozedUntil: true,
  labels: true,
  assignee: true,
  team: true,
  priority: true,
  title: true,
  customAttributes: true,
} satisfies Record<keyof ConversationFacts, true>) as readonly ConversationField[]

function isOlder(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && one < other
}

/** The person's own picture or presence is no change of a membership. */
function participantVersion({ person, role, status, joinedAt, details }: Participant): string {
  return fingerprint([person.ref.native, role, status, joinedAt, details])
}

import type {
  ConversationRef,
  DeliveryState,
  DomainEvent,
  Holder,
  Message,
  MessageRef,
  PersonRef,
  ReceiptKind,
  ReceiptModel,
} from '../../providers/port/index.ts'
import { type DeliveryMemory, NO_DELIVERY } from './delivery-lattice.ts'
import { idOf } from './event-id.ts'
import type { Commit, Remembered } from './log.ts'
import type { ConversationField, EventOrigin, LoggedEvent } from './logged-event.ts'

/** What the guard remembers of a conversation. Times in milliseconds since 1970. */
export interface ConversationMemory {
  readonly isAdded: boolean
  /** How often it was added after it had been removed. */
  readonly returns: number
  readonly removedAt: number | null
  readonly facts: Readonly<Partial<Record<ConversationField, RememberedFact>>>
  /** Of `conversation-changed` events. */
  readonly changes: number
  readonly receiptModel: ReceiptModel | null
  /** Whether it was ever read. */
  readonly isRead: boolean
  /** Whether it was ever told of as a whole. */
  readonly isShown: boolean
  /** Messages behind this were said after it was first heard of. Null: none is known yet. */
  readonly baseline: string | null
  /** How far anybody but our own team has got. */
  readonly covered: Readonly<Record<ReceiptKind, string>>
}

export interface RememberedFact {
  readonly value: unknown
  /** When the provider says that it was so. */
  readonly at: number | null
  readonly heardAt: number
}

export interface MessageMemory {
  readonly isKnown: boolean
  /** Whether it was told as new. */
  readonly isAdded: boolean
  /** Whether the team alone was told of it: so of its end. */
  readonly isInternal: boolean
  readonly isDeleted: boolean
  /** False: it was found deleted, which nobody was told of. */
  readonly isDeletionTold: boolean
  readonly sortKey: string | null
  readonly version: string
  readonly editedAt: number | null
  readonly heardAt: number
  /** Of `message-updated` events. */
  readonly updates: number
  /** An edited message whose original is still to come. */
  readonly early: Message | null
  readonly delivery: DeliveryMemory
  /** A state in which it was found, and which nobody was told of. */
  readonly untold: DeliveryState | null
}

/** How far one holder has got: sort keys, `''` for nowhere. */
export interface HorizonMemory {
  readonly delivered: string
  readonly read: string
  readonly returns: number
  readonly heardAt: number
  /** Where it was found to stand, which nobody was told of. */
  readonly untold: readonly ReceiptKind[]
}

export interface ParticipantMemory {
  readonly version: string
  readonly at: number | null
  readonly changes: number
}

/** The newest messages that stand, with their sort keys. */
export type RecentMemory = readonly (readonly [native: string, sortKey: string])[]

/** How a batch of events came to the guard. */
export interface Hearing {
  readonly origin: EventOrigin
  readonly recordedAt: Date
  /** When the read began whose answer this is: what was heard before then is no newer. Null: somebody told. */
  readonly readAt?: Date | null
}

export const NEW_CONVERSATION: ConversationMemory = {
  isAdded: false,
  returns: 0,
  removedAt: null,
  facts: {},
  changes: 0,
  receiptModel: null,
  isRead: false,
  isShown: false,
  baseline: null,
  covered: { delivered: '', read: '' },
}

export const NEW_MESSAGE: MessageMemory = {
  isKnown: false,
  isAdded: false,
  isInternal: false,
  isDeleted: false,
  isDeletionTold: false,
  sortKey: null,
  version: '',
  editedAt: null,
  heardAt: 0,
  updates: 0,
  early: null,
  delivery: NO_DELIVERY,
  untold: null,
}

export const NEW_HORIZON: HorizonMemory = { delivered: '', read: '', returns: 0, heardAt: 0, untold: [] }

export function conversationKey({ native }: ConversationRef): string {
  return idOf('conv', native)
}

export function recentKey({ native }: ConversationRef): string {
  return idOf('recent', native)
}

export function messageKey({ conversation, native }: MessageRef): string {
  return idOf('msg', conversation.native, native)
}

export function horizonKey({ native }: ConversationRef, holder: Holder): string {
  return idOf('hor', native, ...holderParts(holder))
}

export function participantKey({ native }: ConversationRef, person: PersonRef): string {
  return idOf('mem', native, person.native)
}

function holderParts(holder: Holder): readonly string[] {
  return typeof holder === 'string' ? [holder] : ['person', holder.native]
}

const RECENT_MS = 2 * 60_000

/** One decision in the making: what is known by now, and what is to be told. */
export class Ledger {
  readonly hearing: Hearing
  readonly #known: Map<string, Slot>
  readonly #told: LoggedEvent[] = []

  constructor(keys: readonly string[], recalled: readonly Remembered[], hearing: Hearing) {
    this.hearing = hearing
    this.#known = new Map(
      keys.map((key, index) => {
        const { version, value } = recalled[index] ?? { version: 0, value: undefined }
        return [key, { version, before: value, value, isChanged: false }]
      }),
    )
  }

  /** The one place that knows that under a key is what the guard itself put there. */
  recall<Memory>(key: string, otherwise: Memory): Memory {
    const value = this.#known.get(key)?.value
    return value === undefined ? otherwise : (value as Memory)
  }

  remember(key: string, value: object): void {
    const slot = this.#known.get(key)
    if (slot === undefined) throw new Error(`the guard did not ask for ${key}`)
    slot.value = value
    slot.isChanged = true
  }

  tell(source: DomainEvent, id: string, news: News): void {
    const { conversation, occurredAt, audience } = source
    const { origin, recordedAt } = this.hearing
    this.#told.push({ id, origin, conversation, occurredAt, recordedAt, audience, ...news })
  }

  /** Whether nothing stood under this key before this batch. */
  isUnheard(key: string): boolean {
    return this.#known.get(key)?.before === undefined
  }

  /** Whether the conversation had never been read before this batch. */
  isFirstRead(conversation: ConversationRef): boolean {
    return this.#before(conversation)?.isRead !== true
  }

  /** Whether what comes along with this batch says where things stand, because nobody had shown the conversation before. */
  isFirstSight(conversation: ConversationRef): boolean {
    const isKnown = this.#before(conversation)?.isShown === true || !this.isFirstRead(conversation)
    return this.readAt === null && !isKnown
  }

  /** Whatever was so shortly before it is first heard of has just become so, whoever tells of it. */
  isRecent(date: Date | null): boolean {
    return date !== null && date.getTime() > this.heardAt - RECENT_MS
  }

  get heardAt(): number {
    return this.hearing.recordedAt.getTime()
  }

  get readAt(): number | null {
    return this.hearing.readAt?.getTime() ?? null
  }

  #before(conversation: ConversationRef): ConversationMemory | undefined {
    return this.#known.get(conversationKey(conversation))?.before as ConversationMemory | undefined
  }

  /** Everything that was recalled is checked, so that nothing is decided upon what is no longer so. */
  close(): Pick<Commit, 'remember' | 'append'> {
    const slots = [...this.#known]
    if (!slots.some(([, { isChanged }]) => isChanged)) return { remember: [], append: this.#told }
    const remember = slots.map(([key, { version, value, isChanged }]) => ({
      key,
      expectedVersion: version,
      value: isChanged ? value : undefined,
    }))
    return { remember, append: this.#told }
  }
}

interface Slot {
  readonly version: number
  /** As it was recalled. */
  readonly before: unknown
  value: unknown
  isChanged: boolean
}

/** What of a logged event differs by its type. */
export type News = DistributiveOmit<
  LoggedEvent,
  'id' | 'origin' | 'conversation' | 'occurredAt' | 'recordedAt' | 'audience'
>
type DistributiveOmit<Whole, Keys extends PropertyKey> = Whole extends unknown ? Omit<Whole, Keys> : never

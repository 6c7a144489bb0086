import type {
  ConversationFacts,
  DeliveryState,
  DomainEvent,
  Holder,
  Message,
  ReceiptKind,
} from '../../providers/port/index.ts'
import { decide, keysOf } from '../../src/events/guard.ts'
import type { Hearing } from '../../src/events/guard-memory.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'

export const TALK = { kind: 'conversation', account: 'desk', native: 'talk' } as const
export const ANNA = { kind: 'person', account: 'desk', native: 'anna' } as const
export const BEN = { kind: 'person', account: 'desk', native: 'ben' } as const

/** Seconds after an invented moment. */
export function at(seconds: number): Date {
  return new Date(1_790_000_000_000 + seconds * 1000)
}

export function ref(native: string) {
  return { kind: 'message', conversation: TALK, native } as const
}

export function message(native: string, over: Partial<Message> = {}): Message {
  return {
    ref: ref(native),
    externalId: native,
    sender: null,
    side: 'business',
    audience: 'public',
    kind: 'text',
    sortKey: native,
    text: `text of ${native}`,
    html: null,
    attachments: [],
    location: null,
    recipients: [],
    replyTo: null,
    createdAt: at(0),
    updatedAt: null,
    editedAt: null,
    isDraft: false,
    deleted: null,
    delivery: delivery('unknown'),
    receipts: undefined,
    clientMessageId: null,
    details: { shape: 'test' },
    ...over,
  }
}

export function delivery(state: DeliveryState) {
  const none = { providerStatus: null, sentAt: null, deliveredAt: null, readAt: null, failedAt: null, failure: null }
  return { state, ...none }
}

const base = { conversation: TALK, occurredAt: null, audience: 'public' } as const

export const say = {
  saved: (saved: Message, isNew = true): DomainEvent => ({ ...base, type: 'message-saved', message: saved, isNew }),
  deleted: (native: string): DomainEvent => ({ ...base, type: 'message-deleted', message: ref(native), isNew: true }),
  reported: (
    native: string,
    state: DeliveryState,
    seconds: number | null = null,
    person: typeof ANNA | typeof BEN | null = null,
  ): DomainEvent => ({
    ...base,
    type: 'delivery-reported',
    message: ref(native),
    delivery: delivery(state),
    person,
    occurredAt: seconds === null ? null : at(seconds),
    isNew: true,
  }),
  horizon: (holder: Holder, kind: ReceiptKind, sortKey: string, movedBack = false): DomainEvent => ({
    ...base,
    type: 'horizon-moved',
    movedBack,
    isNew: true,
    horizon: { holder, kind, sortKey, upToTime: null, upToMessage: null, occurredAt: null, precision: 'up-to-message' },
  }),
  /** The same, come across in the telling of something else. */
  aside: <Event extends DomainEvent>(event: Event): Event => ({ ...event, isNew: false }),
  created: (facts: ConversationFacts = {}, seconds: number | null = null): DomainEvent => ({
    ...base,
    type: 'conversation-created',
    facts,
    occurredAt: seconds === null ? null : at(seconds),
  }),
  observed: (facts: ConversationFacts, seconds: number | null = null): DomainEvent => ({
    ...base,
    type: 'conversation-observed',
    facts,
    occurredAt: seconds === null ? null : at(seconds),
  }),
  model: (receiptModel: 'watermark' | 'per-message'): DomainEvent => ({
    ...base,
    type: 'conversation-observed',
    facts: {},
    receiptModel,
  }),
  removed: (seconds: number | null = null): DomainEvent => ({
    ...base,
    type: 'conversation-removed',
    occurredAt: seconds === null ? null : at(seconds),
  }),
}

/** The guard with a memory that needs no engine. */
export class GuardWorld {
  readonly memory = new Map<string, { version: number; value: unknown }>()
  readonly told: LoggedEvent[] = []
  #seconds = 1_000

  /** Somebody tells. Answers what was news. */
  tell(...events: DomainEvent[]): readonly LoggedEvent[] {
    return this.hear(events, { origin: 'webhook', recordedAt: this.#tick() })
  }

  /** It is read, now unless told otherwise. */
  read(events: readonly DomainEvent[], origin: Hearing['origin'] = 'reconcile', readAt?: Date): readonly LoggedEvent[] {
    const begun = readAt ?? this.#tick()
    return this.hear(events, { origin, readAt: begun, recordedAt: this.#tick() })
  }

  hear(events: readonly DomainEvent[], hearing: Hearing): readonly LoggedEvent[] {
    const recalled = keysOf(events).map((key) => this.memory.get(key) ?? { version: 0, value: undefined })
    const { remember, append } = decide(events, recalled, hearing)
    for (const { key, expectedVersion, value } of remember) {
      if (value !== undefined) this.memory.set(key, { version: expectedVersion + 1, value })
    }
    this.told.push(...append)
    return append
  }

  now(): Date {
    return at(this.#seconds)
  }

  #tick(): Date {
    this.#seconds += 1
    return at(this.#seconds)
  }
}

export function types(events: readonly LoggedEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}

import type { Message } from '../../providers/port/index.ts'
import type { LoggedEvent } from '../../schema/logged-event.ts'

/** Invented events: `number` says which one it is. */
export function messageAdded(account: string, number: number, over: Partial<LoggedEvent> = {}): LoggedEvent {
  const event = {
    ...base(account, number),
    type: 'message-added',
    message: message(account, number),
    ...over,
  }
  return event as LoggedEvent
}

export function deliveryChanged(account: string, number: number): LoggedEvent {
  return {
    ...base(account, number),
    type: 'delivery-changed',
    message: message(account, number).ref,
    person: null,
    previous: 'sent',
    current: 'delivered',
  }
}

/** More was missed than can be found out. */
export function eventsLost(account: string, number: number, isOfAccount = false): LoggedEvent {
  return { ...base(account, number), type: 'events-lost', isOfAccount }
}

export function conversationOf(account: string) {
  return { kind: 'conversation', account, native: '999' } as const
}

function base(account: string, number: number) {
  return {
    id: `event ${number}`,
    origin: 'webhook',
    conversation: conversationOf(account),
    occurredAt: new Date(1_790_000_000_000 + number),
    recordedAt: new Date(1_790_000_000_500 + number),
    audience: 'public',
  } as const
}

function message(account: string, number: number): Message {
  return {
    ref: { kind: 'message', conversation: conversationOf(account), native: String(number) },
    externalId: String(number),
    sender: null,
    side: 'customer',
    audience: 'public',
    kind: 'text',
    sortKey: String(number).padStart(12, '0'),
    text: `text ${number}`,
    html: null,
    attachments: [],
    location: null,
    recipients: [],
    replyTo: null,
    createdAt: new Date(1_790_000_000_000 + number),
    updatedAt: null,
    editedAt: null,
    isDraft: false,
    deleted: null,
    delivery: null,
    receipts: [],
    clientMessageId: null,
    details: { shape: 'chatwoot-message' },
  }
}

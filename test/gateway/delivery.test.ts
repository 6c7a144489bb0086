import { describe, expect, it } from 'vitest'
import type { Conversation, Delivery, Horizon, Message } from '../../providers/port/index.ts'
import { deriveDelivery } from '../../schema/delivery.ts'

const READER = { kind: 'person', account: 'shop', native: 'bob' } as const

const SENT: Delivery = {
  state: 'sent',
  providerStatus: null,
  sentAt: new Date(1_000),
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  failure: null,
}

const READ_UP_TO_5 = {
  holder: READER,
  kind: 'read',
  sortKey: '5',
  occurredAt: new Date(9_000),
  precision: 'up-to-message',
} as Horizon

/** Only what deriving looks at. */
const message = (more: object = {}) =>
  ({
    sortKey: '3',
    kind: 'text',
    side: 'peer',
    audience: 'public',
    isDraft: false,
    deleted: null,
    sender: { ref: { ...READER, native: 'nora' } },
    delivery: SENT,
    ...more,
  }) as Message
const conversation = (more: object = {}) =>
  ({
    kind: 'direct',
    receiptModel: 'watermark',
    featuredParticipants: [],
    horizons: [READ_UP_TO_5],
    ...more,
  }) as unknown as Conversation

const stateOf = (one: Message, within: Conversation) => deriveDelivery(one.delivery ?? SENT, one, within).state

describe('how far a message has got', () => {
  it('is what the other one’s position says, without its time', () => {
    const derived = deriveDelivery(SENT, message(), conversation())
    expect(derived).toMatchObject({ state: 'read', precision: 'up-to-message' })
    expect(derived.delivery.readAt).toBeNull()
  })

  it('is not what one member of a group has seen, but what all have', () => {
    expect(stateOf(message(), conversation({ kind: 'group' }))).toBe('sent')
    const all = { kind: 'group', horizons: [{ ...READ_UP_TO_5, holder: 'everyone' }] }
    expect(stateOf(message(), conversation(all))).toBe('read')
  })

  it.each([
    ['behind the position', { sortKey: '6' }, {}, 'sent'],
    ['the reader’s own', { sender: { ref: READER } }, {}, 'sent'],
    ['failed', { delivery: { ...SENT, state: 'failed' } }, {}, 'failed'],
    ['on a channel where each message stands for itself', {}, { receiptModel: 'per-message' }, 'sent'],
    ['seen by our own team only', { side: 'business' }, { horizons: [{ ...READ_UP_TO_5, holder: 'team' }] }, 'sent'],
  ])('stays where it is when it is %s', (_what, ofMessage, ofConversation, state) => {
    expect(stateOf(message(ofMessage), conversation(ofConversation))).toBe(state)
  })
})

import type { ReceiptModel } from '../port/index.ts'

/** How receipts work on one kind of channel. */
export interface ReceiptRules {
  readonly model: ReceiptModel
  /** Whether `delivered` of a message means the customer's device has it. */
  readonly delivered: boolean
  readonly read: boolean
  /** Where a watermark is written: the contact's own last-seen time, or the newest message that says so. */
  readonly horizon: 'last-seen' | 'messages' | null
}

/** The rules of a channel by Chatwoot's own word; of an unknown one nothing is believed. */
export function receiptRulesOf(providerType: string | null): ReceiptRules {
  return (providerType === null ? undefined : RULES.get(providerType)) ?? NOTHING
}

const NOTHING: ReceiptRules = { model: 'none', delivered: false, read: false, horizon: null }

const RULES: ReadonlyMap<string, ReceiptRules> = new Map<string, ReceiptRules>([
  // A bridge behind an API inbox may report each message as well.
  ['Channel::Api', { model: 'watermark', delivered: true, read: true, horizon: 'last-seen' }],
  ['Channel::WebWidget', { model: 'watermark', delivered: false, read: true, horizon: 'last-seen' }],
  ['Channel::FacebookPage', { model: 'watermark', delivered: true, read: true, horizon: 'messages' }],
  // TikTok and LINE say `delivered` when a message is sent.
  ['Channel::Tiktok', { model: 'watermark', delivered: false, read: true, horizon: 'messages' }],
  ['Channel::Whatsapp', { model: 'per-message', delivered: true, read: true, horizon: null }],
  ['Channel::TwilioSms', { model: 'per-message', delivered: true, read: true, horizon: null }],
  ['Channel::Instagram', { model: 'per-message', delivered: false, read: true, horizon: null }],
  ['Channel::Sms', { model: 'per-message', delivered: true, read: false, horizon: null }],
])

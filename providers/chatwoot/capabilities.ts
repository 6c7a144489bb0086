import type { Actor, Capabilities, Capability, Conversation, Support } from '../port/index.ts'
import { somebody } from './acting.ts'
import { ofContacts } from './contact-capabilities.ts'
import { type ReceiptRules, receiptRulesOf } from './receipt-rules.ts'
import { NATIVE, SEND_ATTACHMENT, SEND_TEXT, support, UNSUPPORTED } from './support.ts'

/** What Chatwoot can do for this actor, and in this conversation; in general where none is given. */
export function capabilitiesOf(actor: Actor, conversation: Conversation | null): Capabilities {
  const receipts = conversation === null ? RECEIPTS_BY_CHANNEL : receiptCapabilities(conversation)
  const isNobody = somebody(actor) === null
  return {
    ...OF_AGENTS,
    ...receipts,
    SEND_AS_VIEWER: sendAsViewer(actor),
    ...(isNobody ? OF_THE_ACCOUNT : {}),
    ...(actor.kind === 'end-user' ? ofContacts(conversation) : {}),
  }
}

const BY_CHANNEL: Support = { level: 'partial', note: 'Depends on the channel: ask the conversation.' }

type ReceiptCapability =
  | 'MESSAGE_STATUS'
  | 'PER_PARTICIPANT_RECEIPTS'
  | 'READ_HORIZONS'
  | 'DELIVERED_HORIZONS'
  | 'READ_EVENTS'
  | 'DELIVERED_EVENTS'

const RECEIPTS_BY_CHANNEL: Readonly<Record<ReceiptCapability, Support>> = {
  MESSAGE_STATUS: BY_CHANNEL,
  PER_PARTICIPANT_RECEIPTS: BY_CHANNEL,
  READ_HORIZONS: BY_CHANNEL,
  DELIVERED_HORIZONS: BY_CHANNEL,
  READ_EVENTS: BY_CHANNEL,
  DELIVERED_EVENTS: BY_CHANNEL,
}

function receiptCapabilities(conversation: Conversation): Readonly<Record<ReceiptCapability, Support>> {
  const rules = rulesOf(conversation)
  const isWatermark = rules.model === 'watermark'
  return {
    MESSAGE_STATUS:
      rules.model === 'none'
        ? support('partial', 'Sent and failed only: this channel does not say what became of a message.')
        : NATIVE,
    PER_PARTICIPANT_RECEIPTS: rules.read || rules.delivered ? support('emulated', 'Of the contact.') : UNSUPPORTED,
    READ_HORIZONS: isWatermark ? horizons(rules) : UNSUPPORTED,
    DELIVERED_HORIZONS: isWatermark ? deliveredHorizons(rules) : UNSUPPORTED,
    READ_EVENTS: rules.read ? NATIVE : UNSUPPORTED,
    DELIVERED_EVENTS: rules.delivered ? deliveredEvents(conversation) : UNSUPPORTED,
  }
}

/** Twilio's plain SMS is never read. */
function rulesOf({ channel }: Conversation): ReceiptRules {
  const rules = receiptRulesOf(channel?.providerType ?? null)
  return channel?.type === 'sms' ? { ...rules, read: false } : rules
}

function horizons({ horizon }: ReceiptRules): Support {
  return horizon === 'last-seen' ? NATIVE : support('emulated', 'From the newest message that says it was read.')
}

function deliveredHorizons({ horizon, delivered }: ReceiptRules): Support {
  if (horizon === 'last-seen') return support('emulated', 'Only implied by what was read.')
  return delivered ? support('emulated', 'From the newest message that says it was delivered.') : UNSUPPORTED
}

function deliveredEvents({ channel }: Conversation): Support {
  return channel?.providerType === 'Channel::Api'
    ? support('partial', 'Only where the inbox’s bridge reports it.')
    : NATIVE
}

function sendAsViewer(actor: Actor): Support {
  const acting = somebody(actor)
  const hasToken = acting !== null && (acting.credential !== null || acting.person === null)
  return hasToken
    ? NATIVE
    : support('unsupported', 'Chatwoot lets the owner of the token speak: give the agent their own.')
}

const OF_AGENTS: Readonly<Record<Exclude<Capability, ReceiptCapability | 'SEND_AS_VIEWER'>, Support>> = {
  LIST_CONVERSATIONS: NATIVE,
  ACTIVITY_ORDER: NATIVE,
  GROUP_CONVERSATIONS: UNSUPPORTED,
  START_CONVERSATION: support('native', 'With one contact.', { maxCount: 1 }),
  DELETE_FOR_ME: UNSUPPORTED,
  DELETE_FOR_EVERYONE: support('native', 'Administrators only.'),
  LIST_PARTICIPANTS: support('partial', 'The contact, the assignee and the agents who follow it.'),
  CHANGE_PARTICIPANTS: support('partial', 'Agents who follow it.'),
  PEOPLE_SEARCH: support('native', 'Contacts with an e-mail address, a phone number or an identifier.', {
    maxCount: 100,
    windowSeconds: 60,
  }),
  MESSAGE_HISTORY: NATIVE,
  FILTER_STATUS: NATIVE,
  FILTER_LABELS: NATIVE,
  FILTER_ASSIGNEE: support('native', 'What is given to a bot counts as unassigned.'),
  FILTER_UNREAD: support('emulated', 'The conversations with the most unread messages, put in order here.'),
  FILTER_CHANNEL: NATIVE,
  FILTER_PERSON: support('partial', 'Contacts, not agents and bots.'),
  FILTER_UPDATED: support('partial', 'By last activity: changed attributes and what contacts read do not count.'),
  FILTER_TEXT: support('partial', 'In messages, not in names.'),
  SEND_TEXT,
  SEND_ATTACHMENT,
  REPLY_TO: NATIVE,
  EDIT_MESSAGE: UNSUPPORTED,
  DELETE_MESSAGE: support('partial', 'A placeholder stays: nothing is deleted permanently.'),
  RETRY_MESSAGE: support('native', 'A failed message.'),
  PRIVATE_NOTES: NATIVE,
  TYPING: NATIVE,
  IDEMPOTENT_SEND: support('emulated', 'By a key in the message, which is looked for before anything is sent again.'),
  REPLY_WINDOW: support('partial', 'Whether it is open, not when it closes.'),
  MARK_READ: support('partial', 'Everything up to now, and privately.'),
  MARK_READ_UP_TO_MESSAGE: UNSUPPORTED,
  MARK_READ_PRIVATELY: support('native', 'What an agent reads is told to nobody.'),
  MARK_UNREAD: support('partial', 'Back to the last message of the customer.'),
  MARK_DELIVERED: UNSUPPORTED,
  UNREAD_COUNT: support('partial', 'Counts to ten, for all agents together.', { maxCount: 10 }),
  TYPING_EVENTS: NATIVE,
  STATUS: NATIVE,
  SNOOZE: NATIVE,
  SET_LABELS: NATIVE,
  ADD_AND_REMOVE_LABELS: support('emulated', 'Chatwoot replaces the whole set.'),
  ASSIGNEE: NATIVE,
  TEAM: NATIVE,
  PRIORITY: NATIVE,
  CUSTOM_ATTRIBUTES: support('emulated', 'Chatwoot replaces the whole object.'),
  PRESENCE: support('partial', 'As last read.'),
}

/** What differs where nobody in particular acts. */
const OF_THE_ACCOUNT: Partial<Record<Capability, Support>> = {
  FILTER_ASSIGNEE: support('partial', 'There is no "me". What is given to a bot counts as unassigned.'),
}

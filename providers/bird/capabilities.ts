import { type Capabilities, type Capability, type Conversation, ProviderError, type Support } from '../port/index.ts'

/** In a conversation the channel decides, once it is known. */
export function capabilitiesOf(conversation: Conversation | null, speaksAsKey: boolean): Capabilities {
  if (conversation === null) return ACCOUNT
  return { ...ACCOUNT, ...bySending(conversation, speaksAsKey), ...byChannel(conversation) }
}

/** Flows are those of a channel. */
export const SPEAKS_ON_CHANNELS = 'Without the id of its access key the account speaks on channels only.'

/** Why something is not done, in the words of its row. */
export function unsupportedError(capability: Capability, why?: string): ProviderError {
  const reason = why ?? ACCOUNT[capability].note ?? 'Bird has no such thing.'
  return new ProviderError('UNSUPPORTED', `bird: ${reason}`, { capability })
}

/** A status that is not told says nothing. */
function bySending(conversation: Conversation, speaksAsKey: boolean): Partial<Capabilities> {
  const isMute = conversation.channel === null && !speaksAsKey
  const reason = isMute ? SPEAKS_ON_CHANNELS : conversation.cannotReplyReason
  if (reason !== null) return { SEND_TEXT: unsupported(reason), SEND_ATTACHMENT: unsupported(reason) }
  if (conversation.status !== 'open') return {}
  const { limits } = ACCOUNT.SEND_ATTACHMENT
  return { SEND_TEXT: NATIVE, SEND_ATTACHMENT: { level: 'native', ...(limits && { limits }) } }
}

function byChannel({ channel }: Conversation): Partial<Capabilities> {
  const type = channel?.type ?? 'unknown'
  if (type === 'unknown') return {}
  const tellsReads = type === 'whatsapp' || type === 'rcs'
  return {
    READ_EVENTS: tellsReads ? NATIVE : UNSUPPORTED,
    REPLY_WINDOW: type === 'whatsapp' ? ACCOUNT.REPLY_WINDOW : UNSUPPORTED,
  }
}

const NATIVE: Support = { level: 'native' }
const EMULATED: Support = { level: 'emulated' }
const UNSUPPORTED: Support = { level: 'unsupported' }

function partial(note: string): Support {
  return { level: 'partial', note }
}

function unsupported(note: string): Support {
  return { level: 'unsupported', note }
}

const MAX_UPLOAD_BYTES = 100 * 1024 * 1024

/** What Bird can do for the account as a whole; the same whoever asks, because the access key is its one actor. */
const ACCOUNT: Capabilities = {
  LIST_CONVERSATIONS: NATIVE,
  ACTIVITY_ORDER: unsupported('Bird lists conversations in the order in which they were made.'),
  GROUP_CONVERSATIONS: NATIVE,
  START_CONVERSATION: {
    level: 'native',
    note: 'With up to five people, on a channel; of several channels one has to be chosen.',
    limits: { maxCount: 5 },
  },
  DELETE_FOR_ME: UNSUPPORTED,
  DELETE_FOR_EVERYONE: NATIVE,
  LIST_PARTICIPANTS: NATIVE,
  CHANGE_PARTICIPANTS: NATIVE,
  PEOPLE_SEARCH: partial('By one whole e-mail address or phone number with its plus.'),
  MESSAGE_HISTORY: NATIVE,
  FILTER_STATUS: unsupported('The list takes a status, but leaves out conversations that were reopened.'),
  FILTER_LABELS: UNSUPPORTED,
  FILTER_ASSIGNEE: UNSUPPORTED,
  FILTER_UNREAD: unsupported('Bird counts nothing unread.'),
  FILTER_CHANNEL: UNSUPPORTED,
  FILTER_PERSON: UNSUPPORTED,
  FILTER_UPDATED: UNSUPPORTED,
  FILTER_TEXT: UNSUPPORTED,
  SEND_TEXT: partial('While the conversation is active.'),
  SEND_ATTACHMENT: {
    level: 'partial',
    note: 'While the conversation is active.',
    limits: { maxBytes: MAX_UPLOAD_BYTES },
  },
  SEND_AS_VIEWER: unsupported('The access key speaks, whoever asks.'),
  REPLY_TO: NATIVE,
  EDIT_MESSAGE: partial('Drafts only.'),
  DELETE_MESSAGE: NATIVE,
  RETRY_MESSAGE: UNSUPPORTED,
  PRIVATE_NOTES: unsupported('Comments can be read but not written.'),
  TYPING: UNSUPPORTED,
  IDEMPOTENT_SEND: EMULATED,
  REPLY_WINDOW: {
    level: 'partial',
    note: 'WhatsApp: 24 hours after the last message that came in.',
    limits: { windowSeconds: 86_400 },
  },
  MARK_READ: UNSUPPORTED,
  MARK_READ_UP_TO_MESSAGE: UNSUPPORTED,
  MARK_READ_PRIVATELY: UNSUPPORTED,
  MARK_UNREAD: UNSUPPORTED,
  MARK_DELIVERED: UNSUPPORTED,
  UNREAD_COUNT: UNSUPPORTED,
  MESSAGE_STATUS: NATIVE,
  PER_PARTICIPANT_RECEIPTS: NATIVE,
  READ_HORIZONS: unsupported('Each message has its own state.'),
  DELIVERED_HORIZONS: unsupported('Each message has its own state.'),
  READ_EVENTS: partial('WhatsApp and RCS only, and only of people who have not switched it off.'),
  DELIVERED_EVENTS: NATIVE,
  TYPING_EVENTS: UNSUPPORTED,
  STATUS: partial('Open and closed.'),
  SNOOZE: UNSUPPORTED,
  SET_LABELS: unsupported('Tags can be read but not written.'),
  ADD_AND_REMOVE_LABELS: unsupported('Tags can be read but not written.'),
  ASSIGNEE: partial('Can be read but not changed.'),
  TEAM: UNSUPPORTED,
  PRIORITY: UNSUPPORTED,
  CUSTOM_ATTRIBUTES: { level: 'native', note: 'Their values are texts.' },
  PRESENCE: UNSUPPORTED,
}

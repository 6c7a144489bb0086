import {
  type Actor,
  CAPABILITIES,
  type Capabilities,
  type Capability,
  type Conversation,
  type Support,
} from '../port/index.ts'
import { actingUid } from './acting.ts'
import type { CometChatSettings } from './config.ts'
import { MAX_TAG_CHARACTERS, MAX_TAGS } from './conversation-change.ts'
import { MAX_PEOPLE } from './membership.ts'
import { MAX_MESSAGE_CHARACTERS } from './outgoing-message.ts'
import { MAX_MEMBERS_WITH_RECEIPTS } from './to-conversation.ts'

/** What the account can do for this actor, and in this conversation where it differs there. */
export function capabilitiesOf(
  settings: CometChatSettings,
  actor: Actor,
  conversation: Conversation | null,
): Capabilities {
  return {
    ...(settings.paidFilters ? PAID : BASE),
    ...(conversation === null ? {} : conversation.kind === 'group' ? IN_GROUPS : IN_DIRECT),
    ...(conversation?.receiptModel === 'none' ? ABOVE_THE_LIMIT : {}),
    ...('person' in actor && actor.person === null ? AS_ANOTHER : {}),
    ...(actor.kind === 'end-user' ? OF_END_USERS : {}),
    ...(actingUid(actor, settings.actAs) === null ? WITHOUT_A_USER : {}),
  }
}

const native: Support = { level: 'native' }
const emulated: Support = { level: 'emulated' }
const unsupported: Support = { level: 'unsupported' }

function partial(note: string): Support {
  return { level: 'partial', note }
}

function no(note: string): Support {
  return { level: 'unsupported', note }
}

const NO_STATUS = no('Conversations have no status; in filters they count as open.')
const UP_TO_SIZE = { note: 'In groups up to 300 members.', limits: { maxCount: MAX_MEMBERS_WITH_RECEIPTS } } as const
/** For the account as a whole: each conversation says more. */
const RECEIPTS_BY_SIZE: Support = { level: 'partial', ...UP_TO_SIZE }
const RECEIPTS_IN_GROUPS: Support = { level: 'native', ...UP_TO_SIZE }
const BY_UID_IN_GROUPS: Support = {
  level: 'partial',
  note: 'In groups, people known by uid; 25 people a call.',
  limits: { maxCount: MAX_PEOPLE },
}
const LABEL_LIMITS = { maxCount: MAX_TAGS, maxLength: MAX_TAG_CHARACTERS } as const

const BASE: Capabilities = {
  LIST_CONVERSATIONS: native,
  ACTIVITY_ORDER: partial('Ordered by the last change, which editing tags is too.'),
  GROUP_CONVERSATIONS: native,
  START_CONVERSATION: partial('With one person known by uid, by a first message.'),
  DELETE_FOR_ME: native,
  DELETE_FOR_EVERYONE: partial(
    'By a deprecated call with the full-access key; CometChat contradicts itself on its reach.',
  ),
  LIST_PARTICIPANTS: native,
  CHANGE_PARTICIPANTS: BY_UID_IN_GROUPS,
  PEOPLE_SEARCH: { level: 'native', note: 'By the beginning of a name or uid.' },
  MESSAGE_HISTORY: native,
  FILTER_STATUS: { level: 'emulated', note: 'Conversations have no status and count as open.' },
  FILTER_LABELS: { level: 'native', note: "The viewer's own tags." },
  FILTER_ASSIGNEE: no('Conversations have no assignee.'),
  FILTER_UNREAD: { level: 'emulated', note: 'By reading on through the list, a bounded way at a time.' },
  FILTER_CHANNEL: { level: 'emulated', note: 'Everything is in-app.' },
  FILTER_PERSON: partial('The conversation of two only; by uid, not by e-mail or phone.'),
  FILTER_UPDATED: emulated,
  FILTER_TEXT: no('Needs a plan that allows searchKey.'),
  SEND_TEXT: {
    level: 'native',
    note: '30 messages a minute and user; 65,536 characters of JSON in all.',
    limits: { maxLength: MAX_MESSAGE_CHARACTERS },
  },
  SEND_ATTACHMENT: { level: 'partial', note: 'By URL; nothing can be uploaded.', limits: { maxBytes: 0 } },
  SEND_AS_VIEWER: native,
  REPLY_TO: no('Quoting is not documented for the REST API.'),
  EDIT_MESSAGE: { level: 'native', note: 'Own messages.' },
  DELETE_MESSAGE: { level: 'native', note: 'Own messages.' },
  RETRY_MESSAGE: no('A message is sent or it is not.'),
  PRIVATE_NOTES: unsupported,
  TYPING: no('The REST API has no call for it.'),
  IDEMPOTENT_SEND: { level: 'emulated', limits: { windowSeconds: 86_400 } },
  REPLY_WINDOW: unsupported,
  MARK_READ: native,
  MARK_READ_UP_TO_MESSAGE: native,
  MARK_READ_PRIVATELY: no('The other side always learns of it.'),
  MARK_UNREAD: { level: 'native', note: '5 times a minute and user.' },
  MARK_DELIVERED: native,
  UNREAD_COUNT: RECEIPTS_BY_SIZE,
  MESSAGE_STATUS: RECEIPTS_BY_SIZE,
  PER_PARTICIPANT_RECEIPTS: RECEIPTS_BY_SIZE,
  READ_HORIZONS: RECEIPTS_BY_SIZE,
  DELIVERED_HORIZONS: RECEIPTS_BY_SIZE,
  READ_EVENTS: RECEIPTS_BY_SIZE,
  DELIVERED_EVENTS: RECEIPTS_BY_SIZE,
  TYPING_EVENTS: no("Only the vendor's own SDK hears of it."),
  STATUS: NO_STATUS,
  SNOOZE: NO_STATUS,
  SET_LABELS: { level: 'native', note: "The viewer's own tags.", limits: LABEL_LIMITS },
  ADD_AND_REMOVE_LABELS: {
    level: 'partial',
    note: 'The write replaces all tags, and only the list has the current ones.',
    limits: LABEL_LIMITS,
  },
  ASSIGNEE: unsupported,
  TEAM: unsupported,
  PRIORITY: unsupported,
  CUSTOM_ATTRIBUTES: unsupported,
  PRESENCE: partial('Up to 1,000 users online at once.'),
}

const PAID: Capabilities = {
  ...BASE,
  FILTER_UNREAD: native,
  FILTER_TEXT: partial('Searches names only.'),
}

const IN_DIRECT: Partial<Capabilities> = {
  CHANGE_PARTICIPANTS: no('A conversation of two stays one.'),
  UNREAD_COUNT: native,
  MESSAGE_STATUS: native,
  PER_PARTICIPANT_RECEIPTS: native,
  READ_HORIZONS: native,
  DELIVERED_HORIZONS: native,
  READ_EVENTS: native,
  DELIVERED_EVENTS: native,
}

const IN_GROUPS: Partial<Capabilities> = {
  UNREAD_COUNT: RECEIPTS_IN_GROUPS,
  PER_PARTICIPANT_RECEIPTS: RECEIPTS_IN_GROUPS,
  READ_HORIZONS: RECEIPTS_IN_GROUPS,
  DELIVERED_HORIZONS: RECEIPTS_IN_GROUPS,
  READ_EVENTS: RECEIPTS_IN_GROUPS,
  DELIVERED_EVENTS: RECEIPTS_IN_GROUPS,
  MESSAGE_STATUS: partial('Delivered and read mean by all members.'),
}

const TOO_MANY = no('CometChat stops above 300 members.')

const ABOVE_THE_LIMIT: Partial<Capabilities> = {
  UNREAD_COUNT: partial('CometChat stopped counting at 300 members.'),
  MESSAGE_STATUS: TOO_MANY,
  PER_PARTICIPANT_RECEIPTS: TOO_MANY,
  READ_HORIZONS: TOO_MANY,
  DELIVERED_HORIZONS: TOO_MANY,
  READ_EVENTS: TOO_MANY,
  DELIVERED_EVENTS: TOO_MANY,
}

const AS_ANOTHER: Partial<Capabilities> = {
  SEND_AS_VIEWER: no('Whoever is nobody in this account speaks as the user whom it names for them.'),
}

const OF_END_USERS: Partial<Capabilities> = {
  PEOPLE_SEARCH: no('An end user knows whom they talk with.'),
  DELETE_FOR_EVERYONE: no('The full-access key would delete what an end user may not.'),
}

/** What needs nobody to act as. */
const FREE_OF_USERS: ReadonlySet<Capability> = new Set(['PEOPLE_SEARCH', 'PRESENCE'])

const NOBODY = no('There is no user to act as, and without one CometChat mixes the conversations of all.')

const WITHOUT_A_USER: Partial<Capabilities> = Object.fromEntries(
  CAPABILITIES.filter((capability) => !FREE_OF_USERS.has(capability)).map((capability) => [capability, NOBODY]),
)

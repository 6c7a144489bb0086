import type { Capability, Conversation, Support } from '../port/index.ts'
import { FILE_LIMITS, NATIVE, SEND_ATTACHMENT, SEND_LIMITS, SEND_TEXT, support, UNSUPPORTED } from './support.ts'

/** What differs for a contact: their own conversations, and of those what Chatwoot’s client API would tell. */
export function ofContacts(conversation: Conversation | null): Partial<Record<Capability, Support>> {
  if (conversation === null) return { ...OF_CONTACTS, ...CONTACTS_ACTS }
  const isApi = conversation.channel?.providerType === 'Channel::Api'
  return { ...OF_CONTACTS, ...(isApi ? CONTACTS_ACTS_IN_API_INBOXES : CONTACTS_ACTS_ELSEWHERE) }
}

const TEAMS_OWN = support('unsupported', 'Only the team sees this.')

const OF_CONTACTS: Partial<Record<Capability, Support>> = {
  LIST_CONVERSATIONS: support('partial', 'The contact’s own conversations.'),
  DELETE_FOR_EVERYONE: UNSUPPORTED,
  LIST_PARTICIPANTS: support('partial', 'The contact and the assignee.'),
  CHANGE_PARTICIPANTS: UNSUPPORTED,
  PEOPLE_SEARCH: UNSUPPORTED,
  MESSAGE_HISTORY: support('partial', 'Without private notes and activities.'),
  FILTER_LABELS: TEAMS_OWN,
  FILTER_ASSIGNEE: TEAMS_OWN,
  FILTER_UNREAD: TEAMS_OWN,
  FILTER_PERSON: support('partial', 'The contact themselves.'),
  FILTER_TEXT: support('unsupported', 'The search would find private notes.'),
  DELETE_MESSAGE: UNSUPPORTED,
  RETRY_MESSAGE: UNSUPPORTED,
  PRIVATE_NOTES: UNSUPPORTED,
  MARK_READ_PRIVATELY: support('unsupported', 'Agents see what a contact has read.'),
  MARK_UNREAD: UNSUPPORTED,
  UNREAD_COUNT: UNSUPPORTED,
  SNOOZE: UNSUPPORTED,
  SET_LABELS: TEAMS_OWN,
  ADD_AND_REMOVE_LABELS: TEAMS_OWN,
  ASSIGNEE: UNSUPPORTED,
  TEAM: TEAMS_OWN,
  PRIORITY: TEAMS_OWN,
  CUSTOM_ATTRIBUTES: TEAMS_OWN,
}

type ContactsAct =
  | 'START_CONVERSATION'
  | 'SEND_TEXT'
  | 'SEND_ATTACHMENT'
  | 'SEND_AS_VIEWER'
  | 'REPLY_TO'
  | 'TYPING'
  | 'MARK_READ'
  | 'STATUS'

const IN_API_INBOXES = 'In API inboxes.'

/** In general; in one conversation it is all or nothing. */
const CONTACTS_ACTS: Readonly<Record<ContactsAct, Support>> = {
  START_CONVERSATION: support('partial', 'In API inboxes, as themselves.', { maxCount: 1 }),
  SEND_TEXT: support('partial', IN_API_INBOXES, SEND_LIMITS),
  SEND_ATTACHMENT: support('partial', IN_API_INBOXES, FILE_LIMITS),
  SEND_AS_VIEWER: support('partial', IN_API_INBOXES),
  REPLY_TO: support('partial', IN_API_INBOXES),
  TYPING: support('partial', IN_API_INBOXES),
  MARK_READ: support('partial', IN_API_INBOXES),
  STATUS: support('partial', 'In API inboxes, and only to close.'),
}

const CONTACTS_ACTS_IN_API_INBOXES: Readonly<Record<ContactsAct, Support>> = {
  ...CONTACTS_ACTS,
  SEND_TEXT,
  SEND_ATTACHMENT,
  SEND_AS_VIEWER: NATIVE,
  REPLY_TO: NATIVE,
  TYPING: NATIVE,
  MARK_READ: support('native', 'Everything up to now.'),
  STATUS: support('partial', 'Only to close.'),
}

const NO_WAY_IN = support('unsupported', 'Contacts write in this channel itself.')

const CONTACTS_ACTS_ELSEWHERE: Readonly<Record<ContactsAct, Support>> = {
  START_CONVERSATION: CONTACTS_ACTS.START_CONVERSATION,
  SEND_TEXT: NO_WAY_IN,
  SEND_ATTACHMENT: NO_WAY_IN,
  SEND_AS_VIEWER: NO_WAY_IN,
  REPLY_TO: NO_WAY_IN,
  TYPING: NO_WAY_IN,
  MARK_READ: NO_WAY_IN,
  STATUS: NO_WAY_IN,
}

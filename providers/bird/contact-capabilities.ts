import type { Capability, Support } from '../port/index.ts'

const TEAMS_OWN: Support = { level: 'unsupported', note: 'Only the team sees this.' }
const CHANNEL_ONLY: Support = {
  level: 'unsupported',
  note: 'The access key cannot speak as a contact: contacts write on the channel itself.',
}

/** What differs for a contact: they read their own conversations, and act in none. */
export const OF_CONTACTS: Partial<Record<Capability, Support>> = {
  LIST_CONVERSATIONS: {
    level: 'partial',
    note: 'The contact’s own conversations, the newest hundred of each channel.',
  },
  START_CONVERSATION: CHANNEL_ONLY,
  DELETE_FOR_ME: CHANNEL_ONLY,
  DELETE_FOR_EVERYONE: CHANNEL_ONLY,
  CHANGE_PARTICIPANTS: CHANNEL_ONLY,
  PEOPLE_SEARCH: TEAMS_OWN,
  MESSAGE_HISTORY: { level: 'partial', note: 'Without comments and drafts.' },
  SEND_TEXT: CHANNEL_ONLY,
  SEND_ATTACHMENT: CHANNEL_ONLY,
  SEND_AS_VIEWER: CHANNEL_ONLY,
  REPLY_TO: CHANNEL_ONLY,
  EDIT_MESSAGE: CHANNEL_ONLY,
  DELETE_MESSAGE: CHANNEL_ONLY,
  RETRY_MESSAGE: CHANNEL_ONLY,
  PRIVATE_NOTES: TEAMS_OWN,
  IDEMPOTENT_SEND: CHANNEL_ONLY,
  STATUS: CHANNEL_ONLY,
  SET_LABELS: TEAMS_OWN,
  ADD_AND_REMOVE_LABELS: TEAMS_OWN,
  ASSIGNEE: TEAMS_OWN,
  CUSTOM_ATTRIBUTES: TEAMS_OWN,
}

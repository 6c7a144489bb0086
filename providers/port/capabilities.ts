/** What an account can do. Support is data, so that nobody learns it by catching an error. */

export const CAPABILITIES = [
  'LIST_CONVERSATIONS',
  'ACTIVITY_ORDER',
  'GROUP_CONVERSATIONS',
  'START_CONVERSATION',
  'DELETE_FOR_ME',
  'DELETE_FOR_EVERYONE',
  'LIST_PARTICIPANTS',
  'CHANGE_PARTICIPANTS',
  'PEOPLE_SEARCH',
  'MESSAGE_HISTORY',
  'FILTER_STATUS',
  'FILTER_LABELS',
  'FILTER_ASSIGNEE',
  'FILTER_UNREAD',
  'FILTER_CHANNEL',
  'FILTER_PERSON',
  'FILTER_UPDATED',
  'FILTER_TEXT',
  'SEND_TEXT',
  'SEND_ATTACHMENT',
  'SEND_AS_VIEWER',
  'REPLY_TO',
  'EDIT_MESSAGE',
  'DELETE_MESSAGE',
  'RETRY_MESSAGE',
  'PRIVATE_NOTES',
  'TYPING',
  'IDEMPOTENT_SEND',
  'REPLY_WINDOW',
  'MARK_READ',
  'MARK_READ_UP_TO_MESSAGE',
  'MARK_READ_PRIVATELY',
  'MARK_UNREAD',
  'MARK_DELIVERED',
  'UNREAD_COUNT',
  'MESSAGE_STATUS',
  'PER_PARTICIPANT_RECEIPTS',
  'READ_HORIZONS',
  'DELIVERED_HORIZONS',
  'READ_EVENTS',
  'DELIVERED_EVENTS',
  'TYPING_EVENTS',
  'STATUS',
  'SNOOZE',
  'SET_LABELS',
  'ADD_AND_REMOVE_LABELS',
  'ASSIGNEE',
  'TEAM',
  'PRIORITY',
  'CUSTOM_ATTRIBUTES',
  'PRESENCE',
] as const

export type Capability = (typeof CAPABILITIES)[number]

/** Numbers a client can use before it asks. A missing key: no limit known. */
export interface Limits {
  readonly maxCount?: number
  readonly maxLength?: number
  readonly maxBytes?: number
  readonly mimeTypes?: readonly string[]
  readonly windowSeconds?: number
}

/**
 * - `native` the provider does it
 * - `emulated` the gateway keeps or derives it
 * - `partial` works with restrictions, which `note` and `limits` name; outside them it is refused with this row
 * - `unsupported` always refused
 */
export type SupportLevel = 'native' | 'emulated' | 'partial' | 'unsupported'

export interface Support {
  readonly level: SupportLevel
  readonly note?: string
  readonly limits?: Limits
}

/** One row for every capability: a table with a hole does not compile. */
export type Capabilities = Readonly<Record<Capability, Support>>

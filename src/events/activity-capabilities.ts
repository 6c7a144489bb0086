import type { Capability, Support } from '../../providers/port/index.ts'

const FROM_SNAPSHOTS: Support = { level: 'emulated', note: 'Over the conversations that the gateway has come across.' }

/** What the activity index adds to whatever a provider can do. */
export const INDEXED_CAPABILITIES = {
  ACTIVITY_ORDER: {
    level: 'emulated',
    note: 'By an index that the gateway keeps; PARTIAL as long as no events feed it.',
  },
  FILTER_STATUS: FROM_SNAPSHOTS,
  FILTER_LABELS: FROM_SNAPSHOTS,
  FILTER_ASSIGNEE: FROM_SNAPSHOTS,
  FILTER_CHANNEL: {
    level: 'emulated',
    note: 'Once the channels are known: where they may not be listed, all are UNKNOWN.',
  },
  FILTER_PERSON: { level: 'emulated', note: 'Among the people whom the list names with each conversation.' },
  FILTER_UPDATED: { level: 'emulated', note: 'By last activity.' },
  FILTER_TEXT: { level: 'partial', note: 'In titles, names and the beginnings of last messages only.' },
} as const satisfies Partial<Record<Capability, Support>>

const FROM_OWN: Support = { level: 'emulated', note: 'Over the conversations of whoever asks.' }
const TEAMS_OWN: Support = { level: 'unsupported', note: 'Only the team sees this.' }

/** The same for end users, for whom no snapshots are used. */
export const CAPABILITIES_OF_END_USERS = {
  ACTIVITY_ORDER: FROM_OWN,
  FILTER_STATUS: FROM_OWN,
  FILTER_LABELS: TEAMS_OWN,
  FILTER_ASSIGNEE: TEAMS_OWN,
  FILTER_CHANNEL: INDEXED_CAPABILITIES.FILTER_CHANNEL,
  FILTER_PERSON: INDEXED_CAPABILITIES.FILTER_PERSON,
  FILTER_UPDATED: INDEXED_CAPABILITIES.FILTER_UPDATED,
  FILTER_TEXT: INDEXED_CAPABILITIES.FILTER_TEXT,
} as const satisfies Partial<Record<Capability, Support>>

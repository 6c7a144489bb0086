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

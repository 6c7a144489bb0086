import type { Capability, ConversationFilter } from '../port/index.ts'

const CAPABILITIES: Readonly<Record<keyof ConversationFilter, Capability>> = {
  statuses: 'FILTER_STATUS',
  labelsAny: 'FILTER_LABELS',
  assignee: 'FILTER_ASSIGNEE',
  unreadOnly: 'FILTER_UNREAD',
  channelTypes: 'FILTER_CHANNEL',
  person: 'FILTER_PERSON',
  updatedAfter: 'FILTER_UPDATED',
  text: 'FILTER_TEXT',
}

/** All that is asked for: Bird's list filters by nothing that can be relied on. `unreadOnly: false` asks for nothing. */
export function unsupportedFilters(filter: ConversationFilter): readonly Capability[] {
  return Object.entries(filter)
    .filter(([, condition]) => condition !== undefined && condition !== false)
    .flatMap(([key]) => (isFilterKey(key) ? CAPABILITIES[key] : []))
}

function isFilterKey(key: string): key is keyof ConversationFilter {
  return key in CAPABILITIES
}

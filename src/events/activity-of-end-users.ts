import {
  type CallContext,
  type Capability,
  type ConversationFilter,
  type ConversationPage,
  type PageRequest,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { toConditions } from './activity-filter.ts'

/** More than anybody has. */
const ALL = 10_000

/**
 * An end user's own conversations in the order of activity, as the provider knows them by person. They are few: each page is
 * cut out of all of them.
 */
export async function listOwn(
  provider: Provider,
  filter: ConversationFilter,
  { limit, after }: PageRequest,
  call: CallContext,
): Promise<ConversationPage> {
  const { actor } = call
  if (actor.kind !== 'end-user' || actor.person === null) throw nobodysOwn()
  const unsupported = TEAMS_FILTERS.filter(([key]) => filter[key] !== undefined && filter[key] !== false)
  if (unsupported.length > 0) return { ...NOTHING, unsupported: unsupported.map(([, capability]) => capability) }
  const all = await provider.listConversationsOf(actor.person, { limit: ALL, after }, call)
  const conditions = await toConditions(filter, provider, call)
  const rows = all.rows.filter(({ item }) => conditions.every((holds) => holds(item.conversation)))
  return {
    rows: rows.slice(0, limit),
    hasMore: rows.length > limit,
    complete: all.complete && filter.text === undefined,
    frontier: null,
    unsupported: [],
  }
}

const TEAMS_FILTERS: readonly (readonly [keyof ConversationFilter, Capability])[] = [
  ['labelsAny', 'FILTER_LABELS'],
  ['assignee', 'FILTER_ASSIGNEE'],
  ['unreadOnly', 'FILTER_UNREAD'],
]

const NOTHING = { rows: [], hasMore: false, complete: true, frontier: null } as const

function nobodysOwn(): ProviderError {
  return new ProviderError('UNSUPPORTED', 'nobody in particular has no conversations of their own', {
    capability: 'LIST_CONVERSATIONS',
  })
}

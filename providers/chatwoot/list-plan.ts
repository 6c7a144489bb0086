import type { Query } from '../kit/http.ts'
import type { Wire } from '../kit/wire.ts'
import type { FilterCondition } from './wire.ts'

/** What is wanted of a list, in Chatwoot's own words and numbers. Null: no condition. */
export interface Conditions {
  readonly statuses: readonly string[] | null
  readonly labels: readonly string[] | null
  readonly inboxes: readonly number[] | null
  /** `me`: whose token it is. A number: that agent. A conversation given to a bot counts as unassigned. */
  readonly assignee: 'me' | 'unassigned' | number | null
  /** The bot that has it; `assignee` is `unassigned` then. */
  readonly bot: number | null
  readonly contact: number | null
  readonly unreadOnly: boolean
  readonly text: string | null
}

/** How a list is got: from which of the two endpoints, and which conditions are looked at here because neither can. */
export interface ListPlan {
  readonly source:
    | { readonly kind: 'list'; readonly query: Query }
    | { readonly kind: 'filter'; readonly conditions: readonly FilterCondition[] }
    /** The list with the most unread messages first, in place of the newest activity. */
    | { readonly kind: 'unread'; readonly query: Query }
  readonly accepts: readonly ((conversation: Wire) => boolean)[]
}

/**
 * The list takes one status, one inbox, labels, "mine" or "unassigned" and text; the filter takes everything but text. Text
 * together with what only the filter can is looked for in the list, and the rest is looked at here.
 */
export function planList(conditions: Conditions): ListPlan {
  const plan = planWithoutBots(conditions)
  const { bot } = conditions
  return bot === null ? plan : { ...plan, accepts: [...plan.accepts, (row) => assigneeIdOf(row, 'AgentBot') === bot] }
}

function planWithoutBots(conditions: Conditions): ListPlan {
  if (conditions.text !== null) return planSearch(conditions, conditions.text)
  if (!isListable(conditions)) return planFilter(conditions)
  const query = { ...listQuery(conditions), status: conditions.statuses?.[0] ?? 'all' }
  return { source: { kind: conditions.unreadOnly ? 'unread' : 'list', query }, accepts: [] }
}

/** Whether the list can say it all. */
export function isListable({ statuses, inboxes, assignee, contact }: Conditions): boolean {
  const areSingle = (statuses?.length ?? 1) === 1 && (inboxes?.length ?? 1) === 1
  return areSingle && typeof assignee !== 'number' && contact === null
}

/** A search switches the status off, so that it is looked at here. */
function planSearch(conditions: Conditions, text: string): ListPlan {
  const { statuses, inboxes, assignee, contact, unreadOnly } = conditions
  const accepts = [
    ...(statuses === null ? [] : [(row: Wire) => statuses.includes(row.text('status'))]),
    ...(inboxes === null || inboxes.length === 1 ? [] : [(row: Wire) => inboxes.includes(row.integer('inbox_id'))]),
    ...(typeof assignee === 'number' ? [(row: Wire) => assigneeIdOf(row, 'User') === assignee] : []),
    ...(contact === null ? [] : [(row: Wire) => contactIdOf(row) === contact]),
    ...(unreadOnly ? [isUnread] : []),
  ]
  return { source: { kind: 'list', query: { ...listQuery(conditions), q: text, status: 'all' } }, accepts }
}

function listQuery({ labels, inboxes, assignee }: Conditions): Query {
  return {
    'labels[]': labels ?? undefined,
    inbox_id: inboxes?.length === 1 ? inboxes[0] : undefined,
    assignee_type: typeof assignee === 'string' ? assignee : undefined,
  }
}

function planFilter({ statuses, labels, inboxes, assignee, contact, unreadOnly }: Conditions): ListPlan {
  const conditions = [
    // Always there, because a filter without any condition has to have at least one.
    equalTo('status', statuses ?? ['all']),
    ...(labels === null ? [] : [equalTo('labels', labels)]),
    ...(inboxes === null ? [] : [equalTo('inbox_id', inboxes)]),
    ...(typeof assignee === 'number' ? [equalTo('assignee_id', [assignee])] : []),
    ...(assignee === 'unassigned' ? [UNASSIGNED] : []),
    ...(contact === null ? [] : [equalTo('contact_id', [contact])]),
  ]
  const source = { kind: 'filter', conditions: allOf(conditions) } as const
  return { source, accepts: unreadOnly ? [isUnread] : [] }
}

/** A batch read: one page has 25. */
export function displayIdIn(ids: readonly number[]): readonly FilterCondition[] {
  return allOf([equalTo('display_id', ids)])
}

export function contactIs(contact: number): readonly FilterCondition[] {
  return allOf([equalTo('contact_id', [contact])])
}

type OpenCondition = Omit<FilterCondition, 'query_operator'>

const UNASSIGNED: OpenCondition = { attribute_key: 'assignee_id', filter_operator: 'is_not_present', values: [] }

function equalTo(key: FilterCondition['attribute_key'], values: FilterCondition['values']): OpenCondition {
  return { attribute_key: key, filter_operator: 'equal_to', values }
}

function allOf(conditions: readonly OpenCondition[]): readonly FilterCondition[] {
  const last = conditions.length - 1
  return conditions.map((condition, index) => ({ ...condition, query_operator: index === last ? null : 'AND' }))
}

export function isUnread(conversation: Wire): boolean {
  return (conversation.optionalInteger('unread_count') ?? 0) > 0
}

function assigneeIdOf(conversation: Wire, type: 'User' | 'AgentBot'): number | null {
  const meta = conversation.object('meta')
  // Servers before 4.8 assign to users only and do not send the type.
  if ((meta.optionalText('assignee_type') ?? 'User') !== type) return null
  return meta.optionalObject('assignee')?.integer('id') ?? null
}

export function contactIdOf(conversation: Wire): number | null {
  return conversation.object('meta').optionalObject('sender')?.integer('id') ?? null
}

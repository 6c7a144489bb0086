import type {
  CallContext,
  Capability,
  ChannelType,
  ConversationFilter,
  ConversationStatus,
  PersonQuery,
  PersonRef,
} from '../port/index.ts'
import { type Contact, contactOf, somebody } from './acting.ts'
import type { Directory } from './directory.ts'
import { type Conditions, isListable } from './list-plan.ts'
import type { People } from './people.ts'
import { readPersonRef } from './refs.ts'
import { STATUSES } from './wire.ts'

/** A filter in Chatwoot's words; or nothing can match it; or it asks for what this actor cannot have. */
export type ConditionsAnswer =
  | { readonly kind: 'conditions'; readonly conditions: Conditions }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unsupported'; readonly capabilities: readonly Capability[] }

/** Translates filters, looking up what they name by another name: people by address, channels by type. */
export class ConditionReader {
  readonly #directory: Directory
  readonly #people: People

  constructor(directory: Directory, people: People) {
    this.#directory = directory
    this.#people = people
  }

  async read(filter: ConversationFilter, call: CallContext): Promise<ConditionsAnswer> {
    const contact = contactOf(call.actor)
    const capabilities = unsupportedOf(filter, call, contact)
    if (capabilities.length > 0) return { kind: 'unsupported', capabilities }
    const statuses = statusesOf(filter.statuses)
    const inboxes = filter.channelTypes === undefined ? null : await this.#inboxesOf(filter.channelTypes, call)
    const person = await this.#contactIdOf(filter.person, contact, call)
    const labels = filter.labelsAny ?? null
    const assignee = assigneeOf(filter.assignee, call)
    const bot = botOf(filter.assignee)
    const isNobody = person === 'nobody' || assignee === 'nobody'
    if (isNobody || [statuses, inboxes, labels].some(isEmpty)) return { kind: 'nothing' }
    const text = filter.text?.trim() || null
    const unreadOnly = filter.unreadOnly === true
    const conditions = { statuses, labels, inboxes, assignee, bot, contact: person, unreadOnly, text }
    return { kind: 'conditions', conditions: await this.#byNumber(conditions, call) }
  }

  /** Only the list knows "mine": where the filter is needed, it needs the number. */
  async #byNumber(conditions: Conditions, call: CallContext): Promise<Conditions> {
    if (conditions.assignee !== 'me' || conditions.text !== null || isListable(conditions)) return conditions
    return { ...conditions, assignee: Number((await this.#directory.tokenOwner(call)).externalId) }
  }

  async #inboxesOf(types: readonly ChannelType[], call: CallContext): Promise<readonly number[]> {
    const channels = [...(await this.#directory.channels(call)).values()]
    return channels.filter(({ type }) => types.includes(type)).map(({ externalId }) => Number(externalId))
  }

  /** An end user's lists are their own, whatever else is asked. */
  async #contactIdOf(
    query: PersonQuery | undefined,
    own: Contact | null,
    call: CallContext,
  ): Promise<number | 'nobody' | null> {
    if (query === undefined) return own?.id ?? null
    const id =
      query.kind === 'person' ? (readPersonRef(query)?.id ?? null) : await this.#people.findContact(query, call)
    return id === null || (own !== null && own.id !== id) ? 'nobody' : id
  }
}

/** Chatwoot knows conversations of contacts, not of agents; and a contact must not learn how the team sorts its work. */
function unsupportedOf(
  filter: ConversationFilter,
  { actor }: CallContext,
  contact: Contact | null,
): readonly Capability[] {
  const isAgents = filter.person?.kind === 'person' && (readPersonRef(filter.person)?.type ?? 'contact') !== 'contact'
  const isNobodysMe = filter.assignee === 'me' && somebody(actor) === null
  const isInternal = contact !== null
  const wanted: readonly [boolean, Capability][] = [
    [isInternal && filter.labelsAny !== undefined, 'FILTER_LABELS'],
    [isNobodysMe || (isInternal && filter.assignee !== undefined), 'FILTER_ASSIGNEE'],
    [isInternal && filter.unreadOnly === true, 'FILTER_UNREAD'],
    [isAgents || (isInternal && filter.person !== undefined && filter.person.kind !== 'person'), 'FILTER_PERSON'],
    [isInternal && filter.text !== undefined, 'FILTER_TEXT'],
  ]
  return wanted.flatMap(([isUnsupported, capability]) => (isUnsupported ? [capability] : []))
}

function statusesOf(statuses: readonly ConversationStatus[] | undefined): readonly string[] | null {
  if (statuses === undefined) return null
  const words = [...STATUSES].filter(([, status]) => statuses.includes(status)).map(([word]) => word)
  return words.length === STATUSES.size ? null : words
}

function assigneeOf(
  assignee: ConversationFilter['assignee'],
  { actor }: CallContext,
): Conditions['assignee'] | 'nobody' {
  if (assignee === undefined || assignee === 'unassigned') return assignee ?? null
  if (assignee !== 'me') return agentIdOf(assignee)
  // Without a token of their own the viewer is not the one whom Chatwoot calls "me".
  const { person = null, credential = null } = somebody(actor) ?? {}
  return person !== null && credential === null ? agentIdOf(person) : 'me'
}

/** What a bot has is unassigned to Chatwoot's lists. */
function agentIdOf(person: PersonRef): number | 'unassigned' | 'nobody' {
  const named = readPersonRef(person)
  if (named?.type === 'bot') return 'unassigned'
  return named?.type === 'user' ? named.id : 'nobody'
}

function botOf(assignee: ConversationFilter['assignee']): number | null {
  const named = typeof assignee === 'object' ? readPersonRef(assignee) : null
  return named?.type === 'bot' ? named.id : null
}

function isEmpty(list: readonly unknown[] | null): boolean {
  return list?.length === 0
}

import type { ConversationFilter, PersonQuery, PersonRef } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import type { GatewayContext, Source } from './context.ts'
import { clientError } from './errors.ts'
import { type GlobalId, type GlobalIdOf, isIdOf, parseGlobalId } from './global-id.ts'
import { PersonRefInput } from './person-ref-input.ts'
import { ProviderEnum, vendorOf } from './provider.ts'
import { ChannelTypeEnum, ConversationStatusEnum } from './words.ts'

const AssigneeFilterInput = builder.inputType('AssigneeFilter', {
  description: 'Who takes care of a conversation.',
  isOneOf: true,
  fields: (t) => ({
    me: t.boolean({ description: 'True: the viewer.' }),
    unassigned: t.boolean({ description: 'True: nobody.' }),
    personId: t.id({ description: 'This person; only their own account is asked.' }),
  }),
})

export const ConversationFilterInput = builder.inputType('ConversationFilter', {
  description:
    'All given conditions hold. What an account cannot filter is emulated by a bounded scan (its row says PARTIAL) or left out (UNSUPPORTED, and `unsupported` names it).',
  fields: (t) => ({
    providers: t.field({ type: [ProviderEnum], description: 'Only accounts at these.' }),
    accountIds: t.idList({ description: 'Only these accounts.' }),
    statuses: t.field({
      type: [ConversationStatusEnum],
      description: 'Any of these. A conversation without status counts as OPEN.',
    }),
    labelsAny: t.stringList({ description: 'Marked with any of these.' }),
    assignee: t.field({ type: AssigneeFilterInput, description: 'Taken care of by.' }),
    unreadOnly: t.boolean({ description: 'True: with something unread.' }),
    channelTypes: t.field({ type: [ChannelTypeEnum], description: 'Any of these.' }),
    person: t.field({ type: PersonRefInput, description: 'Somebody takes part.' }),
    updatedAfter: t.field({ type: 'DateTime', description: 'With activity after this.' }),
    text: t.string({ description: 'In titles, people’s names and message text, as far as the provider searches.' }),
  }),
})

type FilterInput = typeof ConversationFilterInput.$inferInput

/** Which accounts are asked, and for what. */
export interface ReadFilter {
  readonly sources: readonly Source[]
  readonly filter: ConversationFilter
  /** Equal for equal filters: part of what a cursor belongs to. */
  readonly fingerprint: string
}

/** Checks a filter and finds out whom it concerns. Throws VALIDATION_FAILED naming the part that makes no sense. */
export function readFilter(input: FilterInput | null | undefined, context: GatewayContext): ReadFilter {
  const filter = toFilter(input ?? {})
  const providers = input?.providers ?? null
  const keys = input?.accountIds?.map((id) => readId('accountIds', 'Account', id).account) ?? null
  const bound = [filter.person, filter.assignee].filter(isPersonRef).map((ref) => ref.account)
  const sources = context.sources.filter(
    ({ account }) =>
      (providers === null || providers.includes(vendorOf(account))) &&
      (keys === null || keys.includes(account.key)) &&
      bound.every((key) => key === account.key),
  )
  return { sources, filter, fingerprint: JSON.stringify([providers, keys, filter]) }
}

function toFilter(input: FilterInput): ConversationFilter {
  const { statuses, labelsAny, unreadOnly, channelTypes, updatedAfter, text } = input
  const assignee = readAssignee(input.assignee)
  const person = readPerson(input.person)
  return {
    ...(statuses && { statuses }),
    ...(labelsAny && { labelsAny }),
    ...(assignee && { assignee }),
    ...(unreadOnly && { unreadOnly }),
    ...(channelTypes && { channelTypes }),
    ...(person && { person }),
    ...(updatedAfter && { updatedAfter }),
    ...(text && { text }),
  }
}

function readAssignee(input: FilterInput['assignee']): ConversationFilter['assignee'] {
  if (!input) return undefined
  if (typeof input.personId === 'string') return readId('assignee.personId', 'Person', input.personId).person
  if (input.me === true) return 'me'
  if (input.unassigned === true) return 'unassigned'
  throw clientError(
    'VALIDATION_FAILED',
    'filter.assignee: me and unassigned can only be true: leave the filter out instead.',
  )
}

function readPerson(input: FilterInput['person']): PersonQuery | undefined {
  if (!input) return undefined
  const { personId, email, phone, externalId } = input
  if (typeof personId === 'string') return readId('person.personId', 'Person', personId).person
  if (typeof email === 'string') return { kind: 'email', email }
  if (typeof phone === 'string') return { kind: 'phone', phone }
  return { kind: 'external', externalId: externalId ?? '' }
}

function readId<Type extends GlobalId['type']>(where: string, type: Type, text: string): GlobalIdOf<Type> {
  const id = parseGlobalId(text)
  if (id !== null && isIdOf(type, id)) return id
  throw clientError(
    'VALIDATION_FAILED',
    `filter.${where}: expected the id of ${type === 'Account' ? 'an' : 'a'} ${type}.`,
  )
}

function isPersonRef(value: PersonQuery | ConversationFilter['assignee']): value is PersonRef {
  return typeof value === 'object' && value.kind === 'person'
}

import type { Capability, ConversationFilter, ConversationForViewer, PersonQuery } from '../port/index.ts'
import type { ConversationsQuery } from './client.ts'
import type { CometChatSettings } from './config.ts'
import { directRef } from './refs.ts'

/** How a filter is answered here. */
export type ListPlan =
  /** Conditions that this account cannot apply. */
  | { readonly kind: 'unsupported'; readonly capabilities: readonly Capability[] }
  /** No conversation can match. */
  | { readonly kind: 'nothing' }
  /** The one with this person. */
  | { readonly kind: 'pair'; readonly uid: string; readonly matches: Test }
  | {
      readonly kind: 'walk'
      readonly query: Omit<ConversationsQuery, 'perPage' | 'page'>
      /** Null: the query says it all. */
      readonly matches: Test | null
      readonly isPast: Test
      /** What the query needs a paid plan for. */
      readonly paid: readonly Capability[]
      /** `searchKey` finds names only, and of a person's conversations the groups are left out. */
      readonly isPartial: boolean
    }

export type Test = (row: ConversationForViewer) => boolean

export function planList(filter: ConversationFilter, settings: CometChatSettings, viewerUid: string): ListPlan {
  const capabilities = unsupportedIn(filter, settings)
  if (capabilities.length > 0) return { kind: 'unsupported', capabilities }
  if (matchesNothing(filter)) return { kind: 'nothing' }
  const uid = filter.person === undefined ? null : uidOf(filter.person)
  const isPast = isPastOf(filter)
  // A conversation read alone has no tags, and nothing to search in.
  if (uid !== null && filter.labelsAny === undefined && filter.text === undefined) {
    return { kind: 'pair', uid, matches: (row) => !isPast(row) && (!filter.unreadOnly || isUnread(row)) }
  }
  return planWalk(filter, settings, uid === null ? null : isWith(viewerUid, uid))
}

function unsupportedIn(filter: ConversationFilter, settings: CometChatSettings): readonly Capability[] {
  const capabilities: Capability[] = []
  if (filter.assignee !== undefined) capabilities.push('FILTER_ASSIGNEE')
  if (filter.text !== undefined && !settings.paidFilters) capabilities.push('FILTER_TEXT')
  if (filter.person !== undefined && uidOf(filter.person) === null) capabilities.push('FILTER_PERSON')
  return capabilities
}

/** Without a status of its own every conversation counts as open. */
function matchesNothing({ statuses, channelTypes, labelsAny }: ConversationFilter): boolean {
  const isOtherStatus = statuses !== undefined && !statuses.includes('open')
  const isOtherChannel = channelTypes !== undefined && !channelTypes.includes('in-app')
  return isOtherStatus || isOtherChannel || labelsAny?.length === 0
}

function planWalk(filter: ConversationFilter, settings: CometChatSettings, isWithPerson: Test | null): ListPlan {
  const asksUnread = filter.unreadOnly === true && settings.paidFilters
  const tests = [
    ...(isWithPerson === null ? [] : [isWithPerson]),
    ...(filter.unreadOnly === true && !asksUnread ? [isUnread] : []),
  ]
  return {
    kind: 'walk',
    query: {
      conversationType: isWithPerson === null ? undefined : 'user',
      tags: filter.labelsAny,
      unread: asksUnread ? true : undefined,
      searchKey: filter.text,
    },
    matches: tests.length === 0 ? null : (row) => tests.every((test) => test(row)),
    isPast: isPastOf(filter),
    paid: [...(asksUnread ? ['FILTER_UNREAD' as const] : []), ...(filter.text ? ['FILTER_TEXT' as const] : [])],
    isPartial: filter.text !== undefined || isWithPerson !== null,
  }
}

/** People are known by uid only: they have no e-mail and no phone here. */
function uidOf(person: PersonQuery): string | null {
  if (person.kind === 'person') return person.native
  return person.kind === 'external' ? person.externalId.toLowerCase() : null
}

function isWith(viewerUid: string, uid: string): Test {
  return ({ conversation }) => conversation.ref.native === directRef(conversation.ref.account, viewerUid, uid).native
}

function isUnread({ viewer }: ConversationForViewer): boolean {
  return (viewer.unread?.count ?? 0) > 0
}

/** The list is ordered by `updatedAt`: behind the first one that is too old there are only older ones. */
function isPastOf({ updatedAfter }: ConversationFilter): Test {
  return ({ conversation }) => updatedAfter !== undefined && conversation.updatedAt <= updatedAfter
}

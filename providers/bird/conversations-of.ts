import { mapBounded } from '../kit/answer-each.ts'
import { conversationSortKey } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Channel,
  type ConversationForViewer,
  type Page,
  type PageRequest,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import type { BirdClient } from './client.ts'
import { readPersonRef } from './refs.ts'
import { compareRows, type RowName, readPlace, writePlace } from './token-walk.ts'
import type { TokenPage } from './wire.ts'

export interface Asking {
  readonly client: BirdClient
  readonly channels: readonly Channel[]
  /** As the one who asks may see it; null: not at all. */
  readonly read: (wire: Wire) => Promise<ConversationForViewer | null>
  /** By which time, newest first. */
  readonly order: 'lastActivityAt' | 'createdAt'
  readonly call: CallContext
}

const PAGE_SIZE = 100

/**
 * Somebody's conversations, newest first. Bird answers for one channel at a time, so that is a call for each; what a
 * channel has beyond its first page is left out, and the answer not complete.
 */
export async function conversationsOf(
  person: PersonRef,
  { limit, after }: PageRequest,
  asking: Asking,
): Promise<Page<ConversationForViewer>> {
  const behind = after === null ? null : readPlace(after).place.behind
  if (after !== null && behind === null) throw new ProviderError('INVALID', 'this is no cursor of this list')
  const pages = await mapBounded(asking.channels, (channel) => pageOf(person, channel, asking))
  const rows = pages
    .flatMap(({ items }) => items.map((item) => ({ item, name: nameOf(item, asking.order) })))
    .filter(({ name }) => behind === null || compareRows(name, behind) < 0)
    .toSorted((one, other) => compareRows(other.name, one.name))
  return {
    rows: rows
      .slice(0, limit)
      .map(({ item, name }) => ({ item, sortKey: name.sortKey, cursor: writePlace({ token: null, behind: name }) })),
    hasMore: rows.length > limit,
    complete: pages.every(({ nextToken }) => nextToken === null),
    frontier: null,
  }
}

async function pageOf(person: PersonRef, channel: Channel, asking: Asking): Promise<TokenPage<ConversationForViewer>> {
  const { client, read, call } = asking
  try {
    const query = { limit: PAGE_SIZE, token: null }
    const page = await client.listConversationsOf(readPersonRef(person).id, channel.externalId, query, call)
    const views = await mapBounded(page.items, read)
    return { ...page, items: views.filter((view) => view !== null) }
  } catch (error) {
    // On a channel that has never met this person there is nothing.
    if (error instanceof ProviderError && error.code === 'NOT_FOUND') return { items: [], nextToken: null }
    throw error
  }
}

function nameOf({ conversation }: ConversationForViewer, order: Asking['order']): RowName {
  return { id: conversation.externalId, sortKey: conversationSortKey(conversation[order]) }
}

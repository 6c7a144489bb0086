import { mapBounded } from '../kit/answer-each.ts'
import { conversationSortKey } from '../kit/sort-key.ts'
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
import type { Reading } from './reading.ts'
import { readPersonRef } from './refs.ts'
import { toConversationForViewer } from './to-conversation.ts'
import { compareRows } from './token-walk.ts'
import type { TokenPage } from './wire.ts'

export interface Asking {
  readonly client: BirdClient
  readonly channels: readonly Channel[]
  readonly reading: Reading
  readonly call: CallContext
}

const PAGE_SIZE = 100

/**
 * Somebody's conversations, newest activity first. Bird answers for one channel at a time, so that is a call for each; what a
 * channel has beyond its first page is left out, and the answer not complete.
 */
export async function conversationsOf(
  person: PersonRef,
  { limit, after }: PageRequest,
  asking: Asking,
): Promise<Page<ConversationForViewer>> {
  const { id } = readPersonRef(person)
  const pages = await mapBounded(asking.channels, (channel) => pageOf(id, channel, asking))
  const rows = pages.flatMap(({ items }) => items).toSorted((one, other) => compareRows(nameOf(other), nameOf(one)))
  const start = after === null ? 0 : rows.findIndex(({ conversation }) => conversation.externalId === after) + 1
  if (after !== null && start === 0) throw new ProviderError('INVALID', 'this is no cursor of this list')
  const end = start + limit
  return {
    rows: rows.slice(start, end).map((item) => ({ item, sortKey: nameOf(item).sortKey, cursor: nameOf(item).id })),
    hasMore: end < rows.length,
    complete: pages.every(({ nextToken }) => nextToken === null),
    frontier: null,
  }
}

async function pageOf(id: string, channel: Channel, asking: Asking): Promise<TokenPage<ConversationForViewer>> {
  const { client, reading, call } = asking
  try {
    const query = { limit: PAGE_SIZE, token: null }
    const page = await client.listConversationsOf(id, channel.externalId, query, call)
    return { ...page, items: page.items.map((wire) => toConversationForViewer(wire, reading)) }
  } catch (error) {
    // On a channel that has never met this person there is nothing.
    if (error instanceof ProviderError && error.code === 'NOT_FOUND') return { items: [], nextToken: null }
    throw error
  }
}

function nameOf({ conversation }: ConversationForViewer): { readonly id: string; readonly sortKey: string } {
  return { id: conversation.externalId, sortKey: conversationSortKey(conversation.lastActivityAt) }
}

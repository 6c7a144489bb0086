import { conversationSortKey } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationForViewer,
  type Page,
  type PageRequest,
  ProviderError,
  type Row,
} from '../port/index.ts'
import type { ChatwootClient } from './client.ts'
import type { Conversations } from './conversations.ts'
import type { FilterCondition } from './wire.ts'

export interface Own {
  readonly client: ChatwootClient
  readonly conversations: Conversations
  readonly conditions: readonly FilterCondition[]
  /** Only what was active after it. */
  readonly since: Date | null
  readonly call: CallContext
}

/** Of 25 conversations each. */
const MAX_PAGES = 4

/**
 * What a contact has, newest public message first. Chatwoot's own order would tell of the notes that moved a conversation up,
 * so that all of theirs are read and put in order here; those beyond the first hundred are left out.
 */
export async function listOwn(own: Own, { limit, after }: PageRequest): Promise<Page<ConversationForViewer>> {
  const behind = after === null ? null : readCursor(after)
  const { found, complete } = await readAll(own)
  const views = await own.conversations.forViewer([...found.values()], own.call)
  const rows = views
    .filter(({ conversation }) => own.since === null || conversation.lastActivityAt > own.since)
    .map(toRow)
    .filter(({ cursor }) => behind === null || cursor < behind)
    .toSorted((one, other) => (one.cursor < other.cursor ? 1 : -1))
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit, complete, frontier: null }
}

async function readAll({ client, conditions, call }: Own) {
  const found = new Map<string, Wire>()
  for (let page = 1; ; page += 1) {
    const { rows, allCount } = await client.filterConversations(conditions, page, call)
    for (const row of rows) found.set(row.text('id'), row)
    if (rows.length === 0 || (allCount !== null && found.size >= allCount)) return { found, complete: true }
    if (page === MAX_PAGES || call.budget.remaining === 0) return { found, complete: false }
  }
}

const ID_DIGITS = 16

/** The cursor sorts like the rows: by time, then by number. */
function toRow(item: ConversationForViewer): Row<ConversationForViewer> {
  const { lastActivityAt, externalId } = item.conversation
  const sortKey = conversationSortKey(lastActivityAt)
  return { item, sortKey, cursor: `${sortKey}-${externalId.padStart(ID_DIGITS, '0')}` }
}

function readCursor(cursor: string): string {
  if (/^\d{15}-\d{16}$/.test(cursor)) return cursor
  throw new ProviderError('INVALID', 'this is no cursor of this list')
}

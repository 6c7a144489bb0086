import type { Query } from '../kit/http.ts'
import { conversationSortKey } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationFilter,
  type ConversationPage,
  type Page,
  type PageRequest,
  ProviderError,
  type Row,
  type UnreadTotals,
} from '../port/index.ts'
import { contactOf } from './acting.ts'
import type { ChatwootClient } from './client.ts'
import type { ConditionReader } from './conditions.ts'
import type { Conversations } from './conversations.ts'
import { isUnread, type ListPlan, planList } from './list-plan.ts'
import {
  nextOffsetStep,
  type OffsetPage,
  type OffsetPosition,
  type OffsetRow,
  readPosition,
  writePosition,
} from './offset-walk.ts'
import { listOwn } from './own-conversations.ts'
import { toUnreadCount } from './to-model.ts'
import { type ConversationsPage, readActivitySeconds } from './wire.ts'

/** How many pages one request looks through before it says that it is not complete. */
const MAX_SCANNED_PAGES = 4

/** Lists of conversations, newest activity first. */
export class ConversationList {
  readonly #client: ChatwootClient
  readonly #conditions: ConditionReader
  readonly #conversations: Conversations

  constructor(client: ChatwootClient, conditions: ConditionReader, conversations: Conversations) {
    this.#client = client
    this.#conditions = conditions
    this.#conversations = conversations
  }

  async list(filter: ConversationFilter, request: PageRequest, call: CallContext): Promise<ConversationPage> {
    const isOwn = contactOf(call.actor) !== null
    const from = request.after === null || isOwn ? null : readPosition(request.after)
    const conditions = await this.#conditions.read(filter, call)
    if (conditions.kind === 'unsupported') return { ...NOTHING, unsupported: conditions.capabilities }
    if (conditions.kind === 'nothing') return { ...NOTHING, unsupported: [] }
    const plan = planList(conditions.conditions)
    const stretch = { since: filter.updatedAfter ?? null, from, limit: request.limit }
    if (isOwn && plan.source.kind === 'filter') {
      const { conditions: own } = plan.source
      return {
        ...(await listOwn(
          { client: this.#client, conversations: this.#conversations, conditions: own, since: stretch.since, call },
          request,
        )),
        unsupported: [],
      }
    }
    const page =
      plan.source.kind === 'unread'
        ? await this.#listUnread(plan.source.query, plan, stretch, call)
        : await this.#scan(plan, stretch, call)
    // Chatwoot looks for text in messages only: names and titles are left out.
    const complete = page.complete && conditions.conditions.text === null
    return { ...page, complete, rows: await this.#forViewer(page.rows, call), unsupported: [] }
  }

  /** Counted on the list with the most unread first, down to the first without. */
  async countUnread(call: CallContext): Promise<UnreadTotals> {
    if (contactOf(call.actor) !== null) return { conversations: null, messages: null, complete: false }
    const { rows, complete } = await this.#readUnread({ status: 'all' }, call)
    const counts = rows.flatMap(({ item }) => toUnreadCount(item) ?? [])
    const messages = counts.reduce((sum, { count }) => sum + count, 0)
    return {
      conversations: rows.length,
      messages,
      complete: complete && counts.every(({ precision }) => precision === 'exact'),
    }
  }

  /** A page, or as many as it takes to find as many as wished for among those that are looked at here. */
  async #scan(plan: ListPlan, { since, from, limit }: Stretch, call: CallContext): Promise<Page<Wire>> {
    const rows: Row<Wire>[] = []
    let position = from
    for (let pages = 1; ; pages += 1) {
      const reading = nextOffsetStep((page) => this.#readPage(plan, page, call), position)
      const step = pages === 1 ? await reading : await unlessOverloaded(reading)
      if (step === null) return stoppedAt(rows, position)
      const recent = step.rows.filter(({ key }) => isSince(key, since))
      rows.push(...recent.filter((row) => isAccepted(row, plan)).map(toRow))
      position = step.rows.at(-1)?.position ?? position
      if (step.rows.length === 0 || recent.length < step.rows.length) return pageOf(rows, false)
      if (rows.length >= (plan.accepts.length === 0 ? 1 : limit)) return pageOf(rows, 'unknown')
      if (pages === MAX_SCANNED_PAGES || call.budget.remaining === 0) return stoppedAt(rows, position)
    }
  }

  /** All that are unread at once: their order is another, so that a second page would cost the same calls again. */
  async #listUnread(query: Query, plan: ListPlan, { since, from }: Stretch, call: CallContext): Promise<Page<Wire>> {
    const { rows: unread, complete } = await this.#readUnread(query, call)
    const wanted = unread.filter((row) => isSince(row.key, since) && isAccepted(row, plan))
    const sorted = wanted.toSorted((a, b) => b.key - a.key || b.id - a.id)
    const read = async (page: number) => ({ rows: page === 1 ? sorted : [], total: null })
    const { rows } = await nextOffsetStep(read, firstPage(from))
    return { ...pageOf(rows.map(toRow), false), complete }
  }

  async #readUnread(query: Query, call: CallContext): Promise<{ rows: readonly OffsetRow<Wire>[]; complete: boolean }> {
    const unread = new Map<number, OffsetRow<Wire>>()
    for (let page = 1; ; page += 1) {
      const { rows } = toOffsetPage(await this.#client.listConversations({ ...query, sort_by: 'unread', page }, call))
      const found = rows.filter(({ item }) => isUnread(item))
      for (const row of found) unread.set(row.id, row)
      if (found.length < rows.length || rows.length === 0) return { rows: [...unread.values()], complete: true }
      if (page === MAX_SCANNED_PAGES || call.budget.remaining === 0)
        return { rows: [...unread.values()], complete: false }
    }
  }

  async #readPage({ source }: ListPlan, page: number, call: CallContext): Promise<OffsetPage<Wire>> {
    return toOffsetPage(
      source.kind === 'filter'
        ? await this.#client.filterConversations(source.conditions, page, call)
        : await this.#client.listConversations({ ...source.query, page }, call),
    )
  }

  async #forViewer(rows: readonly Row<Wire>[], call: CallContext): Promise<ConversationPage['rows']> {
    const views = await this.#conversations.forViewer(
      rows.map(({ item }) => item),
      call,
    )
    return rows.flatMap(({ sortKey, cursor }, index) => {
      const item = views[index]
      return item === undefined ? [] : [{ item, sortKey, cursor }]
    })
  }
}

interface Stretch {
  /** Only what was active after it. */
  readonly since: Date | null
  readonly from: OffsetPosition | null
  readonly limit: number
}

const NOTHING: Page<never> = { rows: [], hasMore: false, complete: true, frontier: null }

/** A step may take more calls than are left: then what was found before it is given all the same. */
async function unlessOverloaded<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'OVERLOADED') return null
    throw error
  }
}

function toOffsetPage({ rows, allCount }: ConversationsPage): OffsetPage<Wire> {
  return {
    rows: rows.map((item) => ({ id: item.integer('id'), key: readActivitySeconds(item), item })),
    total: allCount,
  }
}

function toRow({ item, key, position }: OffsetRow<Wire> & { readonly position: OffsetPosition }): Row<Wire> {
  return { item, sortKey: sortKeyOf(key), cursor: writePosition(position) }
}

function sortKeyOf(seconds: number): string {
  return conversationSortKey(new Date(seconds * 1000))
}

function isAccepted({ item }: OffsetRow<Wire>, { accepts }: ListPlan): boolean {
  return accepts.every((accept) => accept(item))
}

function isSince(seconds: number, since: Date | null): boolean {
  return since === null || seconds * 1000 > since.getTime()
}

function firstPage(from: OffsetPosition | null): OffsetPosition | null {
  return from === null ? null : { ...from, page: 1 }
}

function pageOf(rows: readonly Row<Wire>[], hasMore: Page<Wire>['hasMore']): Page<Wire> {
  return { rows, hasMore, complete: true, frontier: null }
}

function stoppedAt(rows: readonly Row<Wire>[], position: OffsetPosition | null): Page<Wire> {
  const frontier = position === null ? null : { sortKey: sortKeyOf(position.key), cursor: writePosition(position) }
  return { rows, hasMore: 'unknown', complete: false, frontier }
}

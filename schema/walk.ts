import type { CallContext, Conversation, Page, Participant, Provider, Row } from '../providers/port/index.ts'

/** Rows of a list that may give less at once than is wanted. */
export interface Walked<T> {
  readonly rows: readonly Row<T>[]
  readonly hasMore: boolean
}

/** However large the list: what does not fit in so many answers is left for the next page. */
const MAX_ANSWERS = 10

/** Asks until `limit` rows are together or the list ends. */
export async function walk<T>(
  limit: number,
  after: string | null,
  ask: (limit: number, after: string | null) => Promise<Page<T>>,
): Promise<Walked<T>> {
  const rows: Row<T>[] = []
  let cursor = after
  for (let answers = 0; answers < MAX_ANSWERS; answers += 1) {
    const page = await ask(limit - rows.length, cursor)
    rows.push(...page.rows)
    const ended = page.hasMore === false || page.rows.length === 0
    if (ended || rows.length >= limit) return { rows: rows.slice(0, limit), hasMore: !ended || rows.length > limit }
    cursor = page.rows.at(-1)?.cursor ?? cursor
  }
  return { rows, hasMore: true }
}

/** Everybody in a conversation, as far as ten pages of a hundred reach. */
export async function allParticipants(
  provider: Provider,
  conversation: Conversation,
  call: CallContext,
): Promise<readonly Participant[]> {
  const { rows } = await walk(1_000, null, (_limit, after) =>
    provider.listParticipants(conversation, { limit: 100, after }, call),
  )
  return rows.map((row) => row.item)
}

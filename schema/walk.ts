import type { CallContext, Conversation, Page, Participant, Provider, Row } from '../providers/port/index.ts'

/** Rows of a list that may give less at once than is wanted. */
export interface Walked<T> {
  readonly rows: readonly Row<T>[]
  readonly hasMore: boolean
  /** False: part of it came from a scan that stopped, or an index that is not finished. */
  readonly complete: boolean
  /** Where to go on, which may be behind the last row; null: from the start. */
  readonly end: string | null
}

/** However large the list: what does not fit in so many answers is left for the next page. */
const MAX_ANSWERS = 10

/** Asks until `limit` rows are together, the list ends, or it does not get any further. */
export async function walk<T>(
  limit: number,
  after: string | null,
  ask: (limit: number, after: string | null) => Promise<Page<T>>,
): Promise<Walked<T>> {
  const rows: Row<T>[] = []
  let complete = true
  let end = after
  for (let answers = 1; ; answers += 1) {
    const page = await ask(limit - rows.length, end)
    rows.push(...page.rows)
    complete &&= page.complete
    if (rows.length > limit) return cut(rows, limit, { complete, after })
    const next = page.frontier?.cursor ?? page.rows.at(-1)?.cursor ?? end
    const hasMoved = next !== end
    end = next
    if (page.hasMore === false) return { rows, hasMore: false, complete, end }
    // A scan without calls left goes on with the next page, unless this one would be empty for ever.
    if (!hasMoved) return { rows, hasMore: !page.complete && rows.length > 0, complete, end }
    if (rows.length === limit || answers === MAX_ANSWERS) return { rows, hasMore: true, complete, end }
  }
}

function cut<T>(
  rows: readonly Row<T>[],
  limit: number,
  { complete, after }: { readonly complete: boolean; readonly after: string | null },
): Walked<T> {
  const kept = rows.slice(0, limit)
  return { rows: kept, hasMore: true, complete, end: kept.at(-1)?.cursor ?? after }
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

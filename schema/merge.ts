import type { Page, Row } from '../providers/port/index.ts'

/**
 * Several lists, each newest first, read as one. A position holds each list's own resume point and nothing else, so that a
 * page never depends on what other lists did meanwhile.
 */
export interface MergePosition {
  /** By account key. A missing one has not been read yet. */
  readonly [account: string]: ListPosition
}

/** `ended`: this list had nothing more. Otherwise go on after that cursor; null: from the start. */
export type ListPosition = { readonly after: string | null } | 'ended'

/** Asks for rows after a resume point. Null: the list failed (whoever fetches knows why). */
export type FetchPage<T> = (account: string, after: string | null, limit: number) => Promise<Page<T> | null>

export interface MergedPage<T> {
  readonly rows: readonly MergedRow<T>[]
  /** The position after the row of that index; -1: before the first. */
  positionAfter(index: number): MergePosition
  /** Where the next page begins. */
  readonly end: MergePosition
  readonly hasMore: boolean
}

export interface MergedRow<T> {
  readonly account: string
  readonly row: Row<T>
}

export interface MergeRequest<T> {
  /** In the order in which ties are resolved. */
  readonly accounts: readonly string[]
  readonly from: MergePosition
  readonly limit: number
  readonly fetch: FetchPage<T>
}

/** How often one list is asked again for one merged page, where it gives less at once than is wanted. */
const MAX_REFILLS = 4

/**
 * Reads the next rows of all lists in order. A list that fails is passed over and asked again from the same place for the next
 * page. A list that stopped short of its end holds the others back: nothing older than where it stopped is given out before it.
 */
export async function mergePages<T>(request: MergeRequest<T>): Promise<MergedPage<T>> {
  const lists = request.accounts.map((account) => new MergedList<T>(account, request.from[account]))
  await refill(lists, request)
  const rows: MergedRow<T>[] = []
  while (rows.length < request.limit) {
    await refill(lists, request)
    const next = newest(lists)
    if (next === null) break
    rows.push({ account: next.account, row: next.take() })
  }
  return describe(lists, rows, request.from)
}

async function refill<T>(lists: readonly MergedList<T>[], { fetch, limit }: MergeRequest<T>): Promise<void> {
  const dry = lists.filter((list) => list.isDry)
  if (dry.length > 0) await Promise.all(dry.map((list) => list.refill(fetch, limit)))
}

/** The list whose next row is the newest, or null when nothing may be given out any more. */
function newest<T>(lists: readonly MergedList<T>[]): MergedList<T> | null {
  // Bytewise: `Math.max` would be for numbers.
  const bound =
    lists
      .map((list) => list.bound)
      .sort()
      .at(-1) ?? ''
  let best: MergedList<T> | null = null
  for (const list of lists) {
    if (list.nextKey !== null && (best?.nextKey == null || list.nextKey > best.nextKey)) best = list
  }
  return best?.nextKey == null || best.nextKey < bound ? null : best
}

function describe<T>(
  lists: readonly MergedList<T>[],
  rows: readonly MergedRow<T>[],
  from: MergePosition,
): MergedPage<T> {
  const end = { ...from, ...Object.fromEntries(lists.map((list) => [list.account, list.position])) }
  const mayHaveMore = lists.some((list) => list.mayHaveMore)
  const failed = lists.some((list) => list.hasFailed)
  return {
    rows,
    end,
    // A page that brought nothing because of a failure is the last one, or a client would ask for ever.
    hasMore: mayHaveMore || (failed && rows.length > 0),
    positionAfter: (index) => (index === rows.length - 1 ? end : positionAfter(rows.slice(0, index + 1), from)),
  }
}

function positionAfter<T>(rows: readonly MergedRow<T>[], from: MergePosition): MergePosition {
  return { ...from, ...Object.fromEntries(rows.map(({ account, row }) => [account, { after: row.cursor }])) }
}

/** One list while it is being merged. */
class MergedList<T> {
  readonly account: string
  #after: string | null
  #rows: readonly Row<T>[] = []
  #taken = 0
  #state: 'more' | 'ended' | 'failed' | 'stopped'
  #frontier: Page<T>['frontier'] = null
  #fetches = 0
  #lastKey = ''

  constructor(account: string, position: ListPosition | undefined) {
    this.account = account
    this.#state = position === 'ended' ? 'ended' : 'more'
    this.#after = position === undefined || position === 'ended' ? null : position.after
  }

  /** Nothing at hand, though there may be more. */
  get isDry(): boolean {
    return this.#state === 'more' && this.#taken === this.#rows.length
  }

  get nextKey(): string | null {
    return this.#rows[this.#taken]?.sortKey ?? null
  }

  /** Nothing older than this may be given out before this list has been read further. */
  get bound(): string {
    return this.#state === 'stopped' && this.nextKey === null ? (this.#frontier?.sortKey ?? this.#lastKey) : ''
  }

  get hasFailed(): boolean {
    return this.#state === 'failed'
  }

  get mayHaveMore(): boolean {
    return this.nextKey !== null || this.#state === 'more' || this.#state === 'stopped'
  }

  get position(): ListPosition {
    if (this.#state === 'ended' && this.nextKey === null) return 'ended'
    if (this.nextKey === null && this.#frontier !== null) return { after: this.#frontier.cursor }
    return { after: this.#after }
  }

  take(): Row<T> {
    const row = this.#rows[this.#taken]
    if (row === undefined) throw new Error(`nothing to take from ${this.account}`)
    this.#taken += 1
    this.#after = row.cursor
    this.#lastKey = row.sortKey
    return row
  }

  async refill(fetch: FetchPage<T>, limit: number): Promise<void> {
    if (this.#fetches > MAX_REFILLS) {
      this.#state = 'stopped'
      return
    }
    this.#fetches += 1
    const page = await fetch(this.account, this.#after, limit)
    if (page === null) this.#state = 'failed'
    else this.#accept(page)
  }

  #accept(page: Page<T>): void {
    this.#rows = page.rows
    this.#taken = 0
    this.#frontier = page.frontier
    if (page.hasMore === false || isProofOfEnd(page)) {
      this.#state = 'ended'
    } else if (page.rows.length === 0 && (page.frontier?.cursor ?? this.#after) === this.#after) {
      // Says that there is more, yet has not moved: asking again at once would not help, nor would waiting for it.
      this.#state = 'failed'
    } else if (page.frontier !== null) {
      this.#state = 'stopped'
    }
  }
}

/** Nothing where nobody knew whether there is more; a scan that stopped before its first row proves nothing. */
function isProofOfEnd({ rows, hasMore, frontier, complete }: Page<unknown>): boolean {
  return hasMore === 'unknown' && rows.length === 0 && frontier === null && complete
}

import type { Page } from '../providers/port/index.ts'
import type { GatewayContext } from './context.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { type Connection, pageInfoOf, readPageSize } from './page.ts'
import { walk } from './walk.ts'

/** The arguments of a list that goes one way. */
export interface ForwardArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

export interface ForwardList<Item, Node> {
  /** Names the list, so that no other list takes its cursors. */
  readonly scope: string
  readonly ask: (limit: number, after: string | null) => Promise<Page<Item>>
  readonly toNode: (item: Item) => Node
}

/** One page of one account's list, as a connection. */
export async function forwardConnection<Item, Node>(
  context: GatewayContext,
  args: ForwardArguments,
  { scope, ask, toNode }: ForwardList<Item, Node>,
): Promise<Connection<Node>> {
  const after = args.after ? String(openCursor(context, scope, args.after)) : null
  const { rows, hasMore, end } = await walk(readPageSize('first', args.first), after, ask)
  const edges = rows.map((row) => ({ node: toNode(row.item), cursor: () => sealCursor(context, scope, row.cursor) }))
  const pageInfo = pageInfoOf(edges, { next: hasMore, previous: after !== null })
  const endCursor = () => (end === null ? null : sealCursor(context, scope, end))
  return { edges, pageInfo: { ...pageInfo, endCursor } }
}

import type { GatewayContext } from './context.ts'
import { sealCursor } from './cursor.ts'
import type { Edge } from './page.ts'

/** One thing to put in a list, without the list: its cursor is of none. */
export function singleEdge<Node>(node: Node, id: string, context: GatewayContext): Edge<Node> {
  return { node, cursor: () => sealCursor(context, 'a single edge', id) }
}

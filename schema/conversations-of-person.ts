import { answerOf } from './ask.ts'
import type { GatewayContext } from './context.ts'
import type { ConversationConnection } from './conversation-connection.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { providerErrorForClient } from './errors.ts'
import { conversationNode, type PersonNode } from './nodes.ts'
import { pageInfoOf, readPageSize } from './page.ts'
import type { ForwardArguments } from './paged-list.ts'
import { statusOfAnswer } from './source-status.ts'
import { walk } from './walk.ts'

/** One person's conversations in their account. */
export async function listConversationsOf(
  { source, person }: PersonNode,
  args: ForwardArguments,
  context: GatewayContext,
): Promise<ConversationConnection> {
  const scope = `conversations of ${source.account.key} ${person.ref.native}`
  const start = args.after ? String(openCursor(context, scope, args.after)) : null
  const answer = await answerOf(source, (provider, call) =>
    walk(readPageSize('first', args.first), start, (limit, after) =>
      provider.listConversationsOf(person.ref, { limit, after }, call),
    ),
  )
  if ('error' in answer) throw providerErrorForClient(source.account.key, answer.error)
  const { rows, hasMore, complete, end } = answer.value
  const edges = rows.map((row) => ({
    node: conversationNode(source, row.item),
    cursor: () => sealCursor(context, scope, row.cursor),
  }))
  const pageInfo = pageInfoOf(edges, { next: hasMore, previous: start !== null })
  const endCursor = () => (end === null ? null : sealCursor(context, scope, end))
  const found = { itemCount: rows.length, complete, unsupported: [] }
  return {
    edges,
    pageInfo: { ...pageInfo, endCursor },
    sources: [statusOfAnswer(source, answer.outcome, found)],
  }
}

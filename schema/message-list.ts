import type { Message, MessageWalk, Page } from '../providers/port/index.ts'
import { ask } from './ask.ts'
import type { GatewayContext } from './context.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { clientError } from './errors.ts'
import { conversationId, parseGlobalId } from './global-id.ts'
import { type ConversationNode, type MessageNode, messageNode } from './nodes.ts'
import { type Connection, pageInfoOf, readPageSize } from './page.ts'
import { type Walked, walk } from './walk.ts'

export interface MessageArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
  readonly around?: string | null | undefined
}

/** One page of a conversation's messages in time order. */
export function listMessages(
  node: ConversationNode,
  args: MessageArguments,
  context: GatewayContext,
): Promise<Connection<MessageNode>> {
  const list = new MessageList(node, context)
  const isForward = isGiven(args.first) || isGiven(args.after)
  const isBackward = isGiven(args.last) || isGiven(args.before)
  if (isForward && isBackward) {
    throw clientError('VALIDATION_FAILED', 'messages: take first and after, or last and before, not both.')
  }
  if (isGiven(args.around)) {
    if (isGiven(args.after) || isGiven(args.before)) {
      throw clientError('VALIDATION_FAILED', 'messages: around makes its own place: leave after and before out.')
    }
    return list.around(args.around, args.first ?? args.last)
  }
  return isForward ? list.newer(args.first, args.after) : list.older(args.last, args.before)
}

type Found = Walked<Message>

/** The messages of one conversation, walked either way. */
class MessageList {
  readonly #node: ConversationNode
  readonly #context: GatewayContext
  readonly #scope: string

  constructor(node: ConversationNode, context: GatewayContext) {
    this.#node = node
    this.#context = context
    this.#scope = `messages ${conversationId(node.conversation.ref)}`
  }

  async newer(first: number | null | undefined, after: string | null | undefined): Promise<Connection<MessageNode>> {
    const from = this.#open(after)
    const found = await this.#walk('newer', readPageSize('first', first), from)
    return this.#connection(found.rows, { next: found.hasMore, previous: from !== null })
  }

  async older(last: number | null | undefined, before: string | null | undefined): Promise<Connection<MessageNode>> {
    const from = this.#open(before)
    const found = await this.#walk('older', readPageSize('last', last), from)
    return this.#connection(found.rows.toReversed(), { next: from !== null, previous: found.hasMore })
  }

  /** Half of the page before the message, the message itself, and the rest after it. */
  async around(id: string, size: number | null | undefined): Promise<Connection<MessageNode>> {
    const message = this.#parse(id)
    const limit = readPageSize('first', size)
    const [older, newer] = await Promise.all([
      this.#walk('older', Math.floor(limit / 2), message),
      this.#walk('newer', Math.ceil(limit / 2), message),
    ])
    return this.#connection([...older.rows.toReversed(), ...newer.rows], {
      next: newer.hasMore,
      previous: older.hasMore,
    })
  }

  #walk(direction: MessageWalk['direction'], limit: number, start: MessageWalk['from']): Promise<Found> {
    const { source, conversation } = this.#node
    // Only the first answer may begin at a message: the following ones go on behind a row.
    return walk(limit, null, (wanted, after): Promise<Page<Message>> => {
      const from = after ?? start
      return ask(source, (provider, call) =>
        provider.listMessages(conversation.ref, { limit: wanted, from, direction }, call),
      )
    })
  }

  #connection(rows: Found['rows'], more: { next: boolean; previous: boolean }): Connection<MessageNode> {
    const edges = rows.map((row) => ({
      node: messageNode(this.#node.source, row.item, this.#node),
      cursor: () => sealCursor(this.#context, this.#scope, row.cursor),
    }))
    return { edges, pageInfo: pageInfoOf(edges, more) }
  }

  #open(cursor: string | null | undefined): string | null {
    return isGiven(cursor) ? String(openCursor(this.#context, this.#scope, cursor)) : null
  }

  #parse(id: string): MessageWalk['from'] {
    const parsed = parseGlobalId(id)
    const { ref } = this.#node.conversation
    if (
      parsed?.type === 'Message' &&
      parsed.message.conversation.native === ref.native &&
      parsed.account === ref.account
    ) {
      return parsed.message
    }
    throw clientError('VALIDATION_FAILED', 'messages: around: expected the id of a message of this conversation.')
  }
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

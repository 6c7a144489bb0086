import { Hono } from 'hono'
import { type Desk, isParty, type Request, requireViewer, type Vars } from './desk.ts'
import {
  conversationIdOf,
  counterpart,
  isGroup,
  type Json,
  type Message,
  pairOf,
  type Side,
  type User,
} from './entities.ts'
import { readLimit, selectMessages, type Walk, walkMessages, walkMeta } from './message-query.ts'
import { toMessage, toReaction } from './message-shapes.ts'
import { PAGE_LIMITS, readFlag, readList, readNumber, readPerPage } from './query.ts'
import { hasConversation, ownReceipt, unreadOf } from './receipts.ts'

/** Reading messages: of the app, of a dialogue, of a group, of a thread, one of them, its reactions. */
export function messageRoutes(desk: Desk): Hono<Vars> {
  const routes = new Hono<Vars>()
  const { state } = desk

  routes.get('/messages', (context) => {
    const viewer = context.get('viewer')
    if (countsOnly(context)) return context.json({ data: unreadCounts(state.sidesOf(requireViewer(context).uid)) })
    return answerWalk(context, viewer === null ? state.messages : ownMessages(state.messages, viewer))
  })

  routes.get('/users/:uid/messages', (context) => {
    const viewer = context.get('viewer')
    const user = desk.user(context.req.param('uid'))
    const shared = viewer && state.conversations.get(conversationIdOf(pairOf(viewer, user)))
    if (countsOnly(context)) return context.json({ data: unreadCounts(sidesIn([shared], requireViewer(context))) })
    const messages = viewer === null ? ownMessages(state.messages, user) : (shared?.messages ?? [])
    const walk = walkMessages(context, narrow(context, messages), sizeOf(context))
    return context.json({ data: showAll(context, walk), meta: cursorMeta(walk) })
  })

  routes.get('/groups/:guid/messages', (context) => {
    const viewer = context.get('viewer')
    const group = desk.group(context.req.param('guid'))
    if (viewer !== null) desk.member(viewer, group)
    const conversation = state.conversations.get(conversationIdOf(group))
    if (countsOnly(context))
      return context.json({ data: unreadCounts(sidesIn([conversation], requireViewer(context))) })
    return answerWalk(context, conversation?.messages ?? [])
  })

  routes.get('/messages/:id', (context) => {
    const viewer = context.get('viewer')
    const message = desk.message(context.req.param('id'), viewer)
    return context.json({ data: toMessage(message, viewer, { withTags: true, withReceipts: true }) })
  })

  routes.get('/messages/:id/thread', (context) => {
    const message = desk.message(context.req.param('id'), context.get('viewer'))
    const page = readNumber(context, 'page', { min: 1 }) ?? 1
    const walk = walkMessages(context, message.replies.slice((page - 1) * readPerPage(context)), readPerPage(context))
    return context.json({ data: showAll(context, walk), meta: walkMeta(walk) })
  })

  routes.get('/messages/:id/reactions', (context) => answerReactions(desk, context))
  routes.get('/messages/:id/reactions/:reaction', (context) => answerReactions(desk, context))

  return routes
}

function answerWalk(context: Request, messages: readonly Message[]): Response {
  const walk = walkMessages(context, narrow(context, messages), readLimit(context))
  return context.json({ data: showAll(context, walk), meta: walkMeta(walk) })
}

/** Shape B without a time: `{affix, id}`. */
function answerReactions(desk: Desk, context: Request): Response {
  const message = desk.message(context.req.param('id') ?? '', context.get('viewer'))
  const wanted = context.req.param('reaction')
  const affix = context.req.query('affix') === 'prepend' ? 'prepend' : 'append'
  const id = readNumber(context, 'id')
  const limit = readLimit(context)
  const all = message.reactions
    .filter((one) => wanted === undefined || one.reaction === wanted)
    .filter((one) => id === null || (affix === 'append' ? one.id > id : one.id < id))
  const rows = affix === 'append' ? all.slice(0, limit) : all.slice(-limit)
  const end = affix === 'append' ? rows.at(-1) : rows[0]
  const meta = { current: { limit, count: rows.length }, next: end && { affix, id: String(end.id) } }
  return context.json({ data: rows.map((one) => toReaction(one, message)), meta })
}

function showAll(context: Request, { rows }: Walk): readonly Json[] {
  const withTags = readFlag(context, 'withTags') || readList(context, 'tags') !== null
  return rows.map((message) => toMessage(message, context.get('viewer'), { withTags }))
}

/** What the acting user may see of them and asked for. */
function narrow(context: Request, messages: readonly Message[]): readonly Message[] {
  const viewer = context.get('viewer')
  const seen = viewer === null ? messages : messages.filter((message) => !isCleared(message, viewer))
  const chosen = selectMessages(context, seen)
  if (readFlag(context, 'unread')) return chosen.filter(isUnreadBy(requireViewer(context)))
  if (readFlag(context, 'undelivered')) return chosen.filter(isUndeliveredTo(requireViewer(context)))
  return chosen
}

function isCleared({ id, conversation }: Message, viewer: User): boolean {
  return id <= (conversation.sides.get(viewer.uid)?.clearedUpTo ?? 0)
}

function isUnreadBy(viewer: User): (message: Message) => boolean {
  const known = new Map<Side, ReadonlySet<Message>>()
  return (message) => {
    const side = message.conversation.sides.get(viewer.uid)
    if (side === undefined) return false
    const unread = known.get(side) ?? new Set(unreadOf(side))
    known.set(side, unread)
    return unread.has(message)
  }
}

function isUndeliveredTo(viewer: User): (message: Message) => boolean {
  return (message) => message.sender !== viewer && ownReceipt(message, viewer).deliveredAt === undefined
}

function ownMessages(messages: readonly Message[], user: User): readonly Message[] {
  return messages.filter((message) => isParty(user, message.conversation))
}

function countsOnly(context: Request): boolean {
  return readFlag(context, 'unread') && readFlag(context, 'count')
}

function unreadCounts(sides: readonly Side[]): readonly Json[] {
  return sides
    .filter(hasConversation)
    .map((side) => ({ other: counterpart(side), count: unreadOf(side).length }))
    .filter(({ count }) => count > 0)
    .map(({ other, count }) =>
      isGroup(other)
        ? { entityType: 'group', entityId: other.guid, count }
        : { entityType: 'user', entityId: other.uid, count },
    )
}

function sidesIn(
  conversations: readonly (Message['conversation'] | null | undefined)[],
  viewer: User,
): readonly Side[] {
  return conversations.flatMap((conversation) => conversation?.sides.get(viewer.uid) ?? [])
}

/** This one list takes two names for the size of a page, and its documents do not agree on the default. */
function sizeOf(context: Request): number {
  return readNumber(context, 'limit', PAGE_LIMITS) ?? readPerPage(context)
}

/** Shape A around a keyset: the total is never told. */
function cursorMeta({ rows, affix, limit }: Walk): Json {
  const end = affix === 'append' ? rows.at(-1) : rows[0]
  return {
    pagination: { total: 0, count: rows.length, per_page: limit, current_page: 1, total_pages: 1 },
    cursor: end && { id: end.id, affix },
  }
}

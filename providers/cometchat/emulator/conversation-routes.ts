import { Hono } from 'hono'
import { toConversation } from './conversation-shapes.ts'
import { type Desk, type Request, requireViewer, type Vars } from './desk.ts'
import { counterpart, isGroup, type Side } from './entities.ts'
import { compareBy, readFlag, readList, readPage, readWord, sharesOne } from './query.ts'
import { hasConversation, unreadOf } from './receipts.ts'
import { Refusal } from './refusal.ts'

/** Reading conversations. `paidPlan` false: the plan knows neither the unread filter nor the search. */
export function conversationRoutes(desk: Desk, paidPlan: boolean): Hono<Vars> {
  const routes = new Hono<Vars>()

  routes.get('/conversations', (context) => {
    if (!paidPlan) refusePaidFilters(context)
    const { rows, pagination } = readPage(context, selectSides(context, allSides(desk, context)))
    const look = {
      withTags: readFlag(context, 'withTags') || readList(context, 'tags') !== null,
      withEntityTags: ['withUserAndGroupTags', 'userTags', 'groupTags'].some((name) => context.req.query(name)),
      withOddReceipts: true,
    }
    return context.json({ data: rows.map((side) => toConversation(side, look)), meta: { pagination } })
  })

  routes.get('/conversations/:id', (context) => {
    const viewer = requireViewer(context)
    const id = context.req.param('id')
    const side = desk.state.conversations.get(id)?.sides.get(viewer.uid)
    if (side === undefined || !hasConversation(side))
      throw new Refusal('ERR_CONVERSATION_NOT_FOUND', `The conversation with ID ${id} does not exist.`)
    return context.json({ data: toConversation(side) })
  })

  routes.get('/users/:uid/conversation', (context) => {
    const side = desk.side(requireViewer(context), desk.user(context.req.param('uid')))
    return context.json({ data: toConversation(side) })
  })

  routes.get('/groups/:guid/conversation', (context) => {
    const side = desk.side(requireViewer(context), desk.group(context.req.param('guid')))
    return context.json({ data: toConversation(side) })
  })

  return routes
}

/** Without an acting user the list spans all users of the app, person by person. */
function allSides(desk: Desk, context: Request): readonly Side[] {
  const viewer = context.get('viewer')
  const uids = viewer === null ? [...desk.state.users.keys()] : [viewer.uid]
  return uids
    .flatMap((uid) => desk.state.sidesOf(uid))
    .filter(hasConversation)
    .toSorted(
      compareBy(
        (side) => side.user.uid,
        (side) => -side.updatedAt,
        (side) => keyOf(side),
      ),
    )
}

function selectSides(context: Request, sides: readonly Side[]): readonly Side[] {
  const type = readWord(context, 'conversationType', ['user', 'group'])
  const tags = readList(context, 'tags')
  const userTags = readList(context, 'userTags')
  const groupTags = readList(context, 'groupTags')
  const unreadOnly = readFlag(context, 'unread')
  const search = context.req.query('searchKey')?.toLowerCase()
  return sides
    .filter((side) => type === null || isGroup(counterpart(side)) === (type === 'group'))
    .filter((side) => sharesOne(tags, side.tags))
    .filter((side) => hasEntityTag(side, userTags, groupTags))
    .filter((side) => !unreadOnly || unreadOf(side).length > 0)
    .filter((side) => search === undefined || counterpart(side).name.toLowerCase().includes(search))
}

/** Each list speaks of its own kind only; given one, the other kind is out. */
function hasEntityTag(side: Side, userTags: readonly string[] | null, groupTags: readonly string[] | null): boolean {
  if (userTags === null && groupTags === null) return true
  const other = counterpart(side)
  const wanted = isGroup(other) ? groupTags : userTags
  return wanted !== null && sharesOne(wanted, other.tags)
}

function refusePaidFilters(context: Request): void {
  for (const name of ['unread', 'searchKey']) {
    if (context.req.query(name) !== undefined)
      throw new Refusal('ERR_PLAN_RESTRICTION', `The parameter ${name} is not part of the current plan.`)
  }
}

function keyOf(side: Side): string {
  const other = counterpart(side)
  return isGroup(other) ? other.guid : other.uid
}

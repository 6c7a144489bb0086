import { Hono } from 'hono'
import type { Desk, Request, Vars } from './desk.ts'
import type { Group, Json, User } from './entities.ts'
import { toGroup, toMember, toUser } from './people-shapes.ts'
import { compareBy, type PageOf, readFlag, readList, readNumber, readPage, readWord, sharesOne } from './query.ts'
import { invalid } from './refusal.ts'

/** Reading users, groups and the members of groups. */
export function peopleRoutes(desk: Desk): Hono<Vars> {
  const routes = new Hono<Vars>()

  routes.get('/users', (context) => {
    const page = readPage(context, selectUsers(context, [...desk.state.users.values()]))
    const look = { withTags: readFlag(context, 'withTags') || readList(context, 'tags') !== null }
    const data = page.rows.map((user) => toUser(user, context.get('viewer'), look))
    return context.json({ data, meta: uncounted(page), cursor: cursorAfter(page.rows) })
  })

  routes.get('/users/:uid', (context) => {
    const user = desk.user(context.req.param('uid'))
    return context.json({ data: toUser(user, context.get('viewer'), { withTags: true }) })
  })

  routes.get('/groups', (context) => {
    const page = readPage(context, selectGroups(context, [...desk.state.groups.values()]))
    const look = { withTags: readFlag(context, 'withTags') || readList(context, 'tags') !== null }
    const data = page.rows.map((group) => toGroup(group, context.get('viewer'), look))
    return context.json({ data, meta: { ...uncounted(page), cursor: cursorAfter(page.rows) } })
  })

  routes.get('/groups/:guid', (context) => {
    const group = desk.group(context.req.param('guid'))
    return context.json({ data: toGroup(group, context.get('viewer'), { withTags: true }) })
  })

  routes.get('/groups/:guid/members', (context) => {
    const page = readPage(context, selectMembers(context, desk.group(context.req.param('guid'))))
    const data = page.rows.map((member) => toMember(member, context.get('viewer')))
    return context.json({ data, meta: uncounted(page), cursor: cursorAfter(page.rows.map(({ user }) => user)) })
  })

  return routes
}

function selectUsers(context: Request, users: readonly User[]): readonly User[] {
  const roles = readList(context, 'role', 'roles')
  const tags = readList(context, 'tags')
  const status = readWord(context, 'status', ['available', 'offline'])
  const onlyDeactivated = readFlag(context, 'onlyDeactivated')
  const withDeactivated = onlyDeactivated || readFlag(context, 'withDeactivated')
  return users
    .filter((user) => (user.deactivatedAt === undefined ? !onlyDeactivated : withDeactivated))
    .filter((user) => status === null || user.status === status)
    .filter((user) => sharesOne(roles, [user.role]) && sharesOne(tags, user.tags))
    .filter((user) => isFound(context, { name: user.name, uid: user.uid }))
    .toSorted(
      compareBy(
        (user) => user.name,
        (user) => user.uid,
      ),
    )
}

function selectGroups(context: Request, groups: readonly Group[]): readonly Group[] {
  const viewer = context.get('viewer')
  const types = readList(context, 'type', 'types')
  const tags = readList(context, 'tags')
  const joinedOnly = readFlag(context, 'hasJoined')
  const isMember = (group: Group) => viewer !== null && group.members.has(viewer.uid)
  if (joinedOnly && viewer === null) throw invalid('hasJoined', 'The hasJoined filter needs the onBehalfOf header.')
  return groups
    .filter((group) => sharesOne(types, [group.type]) && sharesOne(tags, group.tags))
    .filter((group) => isFound(context, { name: group.name, guid: group.guid }))
    .filter((group) => (joinedOnly ? isMember(group) : viewer === null || group.type !== 'private' || isMember(group)))
    .filter(updatedBeyond(context))
    .toSorted(groupOrder(context))
}

function selectMembers(context: Request, { members }: Group) {
  const scopes = readList(context, 'scopes')
  const status = readWord(context, 'status', ['available', 'offline'])
  return [...members.values()]
    .filter(({ scope, user }) => sharesOne(scopes, [scope]) && (status === null || user.status === status))
    .toSorted(
      compareBy(
        ({ joinedAt }) => joinedAt,
        ({ user }) => user.uid,
      ),
    )
}

/** Finds by the beginning of any of the named values; `searchIn` names fewer of them. */
function isFound(context: Request, values: Readonly<Record<string, string>>): boolean {
  const search = context.req.query('searchKey')?.toLowerCase()
  const places = readList(context, 'searchIn') ?? Object.keys(values)
  return search === undefined || places.some((place) => values[place]?.toLowerCase().startsWith(search))
}

function updatedBeyond(context: Request): (group: Group) => boolean {
  const updatedAt = readNumber(context, 'updatedAt')
  const affix = readWord(context, 'affix', ['append', 'prepend']) ?? 'append'
  if (updatedAt === null) return () => true
  return (group) => (affix === 'append' ? lastChange(group) > updatedAt : lastChange(group) < updatedAt)
}

function groupOrder(context: Request): (left: Group, right: Group) => number {
  const by = readWord(context, 'sortBy', ['name', 'guid', 'createdAt']) ?? 'createdAt'
  const order = compareBy<Group>(
    (group) => group[by],
    (group) => group.guid,
  )
  return readWord(context, 'sortOrder', ['asc', 'desc']) === 'desc' ? (left, right) => order(right, left) : order
}

/** These lists count their page rightly and say 0 of the whole. */
function uncounted({ pagination }: PageOf<unknown>): { readonly pagination: Json } {
  return { pagination: { ...pagination, total: 0 } }
}

function cursorAfter(rows: readonly { readonly createdAt: number; readonly updatedAt?: number }[]): Json | undefined {
  const last = rows.at(-1)
  return last && { updatedAt: lastChange(last), affix: 'prepend' }
}

function lastChange({ createdAt, updatedAt }: { readonly createdAt: number; readonly updatedAt?: number }): number {
  return updatedAt ?? createdAt
}

import { Hono } from 'hono'
import type { Acts } from './acts.ts'
import { readBody } from './body.ts'
import { tellOfMember } from './deeds.ts'
import type { Desk, Request, Vars } from './desk.ts'
import { APP_SYSTEM, CROWD, type Group, type Json, type Message, type Scope, type User } from './entities.ts'
import { toMessage } from './message-shapes.ts'
import { invalid, Refusal } from './refusal.ts'

const MOST_AT_ONCE = 25

/** Letting people into groups, changing what they are there, showing them out. */
export function membershipRoutes(desk: Desk, acts: Acts): Hono<Vars> {
  const routes = new Hono<Vars>()

  routes.post('/groups/:guid/members', async (context) => {
    const group = desk.group(context.req.param('guid'))
    const wanted = readWanted(await readBody(context))
    if (wanted.length > MOST_AT_ONCE) throw invalid('participants', `There may not be more than ${MOST_AT_ONCE} users.`)
    const place = { desk, acts, context, group }
    const data: Record<string, Record<string, Json>> = {}
    for (const { list, scope, uid } of wanted) {
      data[list] = { ...data[list], [uid]: scope === null ? ban(place, uid) : admit(place, uid, scope) }
    }
    tellOfAll(place, wanted, data)
    return context.json({ data })
  })

  routes.put('/groups/:guid/members/:uid', async (context) => {
    const { group, member } = memberIn(desk, context)
    const body = await readBody(context)
    const scope = SCOPES.find(([, one]) => one === body.scope)?.[1]
    if (!scope) throw invalid('scope', 'The scope must be one of: admin, moderator, participant.')
    const old = member.scope
    member.scope = scope
    tell({ desk, acts, context, group }, 'scopeChanged', member.user, { scope: { old, new: scope } })
    acts.tellOfScope(group, member, old, context.get('viewer') ?? APP_SYSTEM)
    return context.json({ data: { guid: group.guid, uid: member.user.uid, scope, joinedAt: member.joinedAt } })
  })

  routes.delete('/groups/:guid/members/:uid', (context) => {
    const { group, member } = memberIn(desk, context)
    const { uid } = member.user
    expel({ desk, acts, context, group }, 'kicked', member.user)
    acts.tellOfMembers('kicked', group, [member.user], context.get('viewer') ?? APP_SYSTEM)
    const message = `The member with ${uid} has been kicked from the Group with ${group.guid}.`
    return context.json({ data: { success: true, message } })
  })

  return routes
}

/** The lists of a body and what they make of somebody. */
const SCOPES: readonly (readonly [list: string, scope: Scope | null])[] = [
  ['admins', 'admin'],
  ['moderators', 'moderator'],
  ['participants', 'participant'],
  ['usersToBan', null],
]

interface Place {
  readonly desk: Desk
  readonly acts: Acts
  readonly context: Request
  readonly group: Group
}

interface Wanted {
  readonly list: string
  /** Null: banned. */
  readonly scope: Scope | null
  readonly uid: string
}

/** One webhook for all whom the call let in, and one for all whom it banned. */
function tellOfAll(
  place: Place,
  wanted: readonly Wanted[],
  data: Readonly<Record<string, Readonly<Record<string, Json>>>>,
) {
  const { desk, acts, context, group } = place
  const done = wanted.filter(({ list, uid }) => data[list]?.[uid]?.success === true)
  const people = (isBan: boolean) =>
    done.filter(({ scope }) => (scope === null) === isBan).map(({ uid }) => desk.user(uid))
  acts.tellOfMembers('added', group, people(false), context.get('viewer') ?? APP_SYSTEM)
  acts.tellOfMembers('banned', group, people(true), context.get('viewer') ?? APP_SYSTEM)
}

function readWanted(body: Json): readonly Wanted[] {
  return SCOPES.flatMap(([list, scope]) => {
    const uids = body[list] ?? []
    if (!Array.isArray(uids)) throw invalid(list, `The ${list} must be an array.`)
    return uids.map((uid) => ({ list, scope, uid: String(uid).toLowerCase() }))
  })
}

function admit(place: Place, uid: string, scope: Scope): Json {
  const { desk, acts, group } = place
  return forUser(desk, uid, (user) => {
    const joinedAt = acts.now()
    group.members.set(uid, { user, scope, joinedAt })
    if (group.members.size > CROWD) group.crowdedSince ??= joinedAt
    return { success: true, data: toMessage(tell(place, 'added', user), null) }
  })
}

/** Whether or not they are in the group. */
function ban(place: Place, uid: string): Json {
  return forUser(place.desk, uid, (user) => {
    expel(place, 'banned', user)
    return { success: true }
  })
}

function expel(place: Place, action: 'kicked' | 'banned', user: User): void {
  tell(place, action, user)
  place.group.members.delete(user.uid)
  if (place.group.members.size <= CROWD) place.group.crowdedSince = null
}

/** Each for themselves: one unknown uid does not keep the others out. */
function forUser(desk: Desk, uid: string, act: (user: User) => Json): Json {
  try {
    return act(desk.user(uid))
  } catch (error) {
    if (error instanceof Refusal) return { success: false, ...error.body }
    throw error
  }
}

function tell({ desk, acts, context, group }: Place, action: string, on: User, extras?: Json): Message {
  const by = context.get('viewer') ?? APP_SYSTEM
  const conversation = desk.state.conversationOf(group)
  return desk.state.file(
    tellOfMember(group, { conversation, action, by, on, at: acts.now(), ...(extras && { extras }) }),
  )
}

function memberIn(desk: Desk, context: Request) {
  const group = desk.group(context.req.param('guid') ?? '')
  const user = desk.user(context.req.param('uid') ?? '')
  const member = group.members.get(user.uid)
  if (member === undefined)
    throw new Refusal('ERR_GROUP_NOT_JOINED', `The user ${user.uid} has not joined the group ${group.guid}.`)
  return { group, member }
}

import { type CastMember, CUSTOMERS, type Random, STAFF } from '../../kit/emulator/index.ts'
import { CROWD, type Group, type Membership, type Scope, type User } from './entities.ts'
import type { AppState } from './state.ts'

const DAY = 86_400

/** A uid may hold what looks like the middle of a conversation id. */
const LOOKALIKE = { key: 'mirror_user_test', name: 'Mirror Test' }
/** Customers who never exchanged a message with the acting user. */
const STRANGERS: readonly string[] = ['valentina', 'vera']
const CROWD_SIZE = CROWD + 20

/** Who is in the app. Everybody's uid is their key; `gone` is deactivated, and readers fill the one large group. */
export function seedUsers(state: AppState, random: Random, now: number): void {
  for (const member of STAFF) add(state, staffUser(member, random, now))
  for (const member of [...CUSTOMERS, LOOKALIKE]) add(state, customerUser(member, random, now))
  const readers = CROWD_SIZE - STAFF.length - CUSTOMERS.length
  for (let n = 1; n <= readers; n += 1) add(state, readerUser(n, now))
  add(state, { ...plainUser('gone', 'Gone Reader', now - 400 * DAY), deactivatedAt: now - 40 * DAY })
  state.users.get('nora')?.blocked.set('walter', now - 9 * DAY)
  state.users.get('wang')?.blocked.set('nora', now - 12 * DAY)
}

/** With whom that person of the staff has written. */
export function partnersOf(state: AppState, uid: string): readonly User[] {
  const keys = [...STAFF, ...CUSTOMERS, LOOKALIKE].map(({ key }) => key)
  return keys.filter((key) => key !== uid && !STRANGERS.includes(key)).flatMap((key) => state.users.get(key) ?? [])
}

/** Guid, name, kind, and what the acting user is in it; null: not a member. */
const ROOMS: readonly (readonly [guid: string, name: string, type: Group['type'], own: Scope | null])[] = [
  ['front-desk', 'Front desk', 'private', 'admin'],
  ['new-arrivals', 'New arrivals', 'public', 'admin'],
  ['poetry-circle', 'Poetry circle', 'public', 'moderator'],
  ['mystery-club', 'Mystery club', 'public', 'participant'],
  ['rare-books', 'Rare books', 'password', 'admin'],
  ['translators-table', "Translators' table", 'private', 'participant'],
  ['opening-hours', 'Opening hours', 'public', 'admin'],
  ['returns-desk', 'Returns desk', 'private', 'moderator'],
  ['book-fair-2026', 'Book fair 2026', 'public', 'participant'],
  ['science-shelf', 'Science shelf', 'public', 'participant'],
  ['first-editions', 'First editions', 'password', 'participant'],
  ['window-display', 'Window display', 'private', 'admin'],
  ['suppliers', 'Suppliers', 'private', 'moderator'],
  ['childrens-corner', "Children's corner", 'public', 'participant'],
  ['maths-evening', 'Maths evening', 'public', 'participant'],
  ['coffee-rota', 'Coffee rota', 'private', 'participant'],
  ['all-readers', 'All readers', 'public', 'participant'],
  ['quiet-room', 'Quiet room', 'public', 'participant'],
  ['night-shift', 'Night shift', 'private', null],
]

/** The group above the limit, the group where nothing was ever said, and the one that the acting user has not joined. */
export const LARGE_GROUP = 'all-readers'
export const SILENT_GROUP = 'quiet-room'
export const FOREIGN_GROUP = 'night-shift'

export function seedGroups(state: AppState, random: Random, now: number): void {
  for (const room of ROOMS) {
    const group = roomGroup(state, room, random, now)
    state.groups.set(group.guid, group)
  }
}

function roomGroup(state: AppState, room: (typeof ROOMS)[number], random: Random, now: number): Group {
  const [guid, name, type, own] = room
  const createdAt = now - random.between(60, 200) * DAY
  const owner = own === 'admin' ? 'nora' : random.pick(['piet', 'quinn', 'rosa'])
  const isLarge = guid === LARGE_GROUP
  return {
    guid,
    name,
    type,
    owner,
    createdAt,
    ...(random.chance(0.8) && { description: `${name} of the shop: news and questions.` }),
    ...(random.chance(0.6) && { icon: `https://assets.example.com/groups/${guid}.png` }),
    ...(random.chance(0.4) && { tags: random.sample(['books', 'events', 'staff'], 2) }),
    ...(random.chance(0.3) && { metadata: { floor: random.between(0, 2) } }),
    ...(random.chance(0.5) && { updatedAt: createdAt + 5 * DAY, updatedBy: owner }),
    members: new Map(
      chooseMembers(state, { own, owner, isLarge }, random).map((member) => [
        member.user.uid,
        { ...member, joinedAt: createdAt + random.between(0, 20) * DAY },
      ]),
    ),
    crowdedSince: null,
  }
}

function chooseMembers(
  state: AppState,
  { own, owner, isLarge }: { own: Scope | null; owner: string; isLarge: boolean },
  random: Random,
): readonly Omit<Membership, 'joinedAt'>[] {
  const others = [...state.users.values()].filter(
    ({ uid, deactivatedAt }) => uid !== 'nora' && deactivatedAt === undefined,
  )
  const casual = others.filter(({ uid }) => uid !== owner && !uid.startsWith('reader-'))
  const chosen = isLarge ? others.slice(0, CROWD_SIZE - 1) : random.sample(casual, random.between(3, 14))
  const scoped = chosen
    .filter(({ uid }) => uid !== owner)
    .map((user): Omit<Membership, 'joinedAt'> => ({ user, scope: random.chance(0.1) ? 'moderator' : 'participant' }))
  const ownerRow = others.filter(({ uid }) => uid === owner).map((user) => ({ user, scope: 'admin' as const }))
  const nora = state.users.get('nora')
  return [...ownerRow, ...(own !== null && nora ? [{ user: nora, scope: own }] : []), ...scoped]
}

function add(state: AppState, user: User): void {
  state.users.set(user.uid, user)
}

function staffUser({ key, name, email }: CastMember, random: Random, now: number): User {
  return {
    ...plainUser(key, name, now - random.between(320, 380) * DAY),
    role: 'staff',
    status: 'available',
    avatar: avatarOf(key),
    statusMessage: 'At the counter',
    metadata: { email },
    tags: ['staff'],
    lastActiveAt: now - random.between(10, 600),
    updatedAt: now - random.between(1, 50) * DAY,
  }
}

function customerUser(
  { key, name }: { readonly key: string; readonly name: string },
  random: Random,
  now: number,
): User {
  const known = plainUser(key, name, now - random.between(60, 300) * DAY)
  return {
    ...known,
    status: random.chance(0.3) ? 'available' : 'offline',
    ...(random.chance(0.8) && { avatar: avatarOf(key) }),
    ...(random.chance(0.3) && { link: `https://people.example.com/${key}` }),
    ...(random.chance(0.3) && { metadata: { customerNumber: random.between(1_000, 9_999) } }),
    ...(random.chance(0.5) && { tags: random.sample(['customer', 'vip', 'newsletter'], random.between(1, 2)) }),
    ...(random.chance(0.7) && { lastActiveAt: now - random.between(60, 20 * DAY) }),
    ...(random.chance(0.4) && { updatedAt: known.createdAt + random.between(1, 50) * DAY }),
  }
}

function readerUser(n: number, now: number): User {
  const number = String(n).padStart(3, '0')
  return plainUser(`reader-${number}`, `Reader ${number}`, now - 100 * DAY + n)
}

function plainUser(uid: string, name: string, createdAt: number): User {
  return { uid, name, role: 'default', status: 'offline', createdAt, blocked: new Map() }
}

function avatarOf(key: string): string {
  return `https://assets.example.com/avatars/${key}.png`
}

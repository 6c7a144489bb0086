import type { Wire } from '../kit/wire.ts'
import type { Participant, Person } from '../port/index.ts'
import type { CometChatGroup, CometChatUser } from './details.ts'
import { personRef, SYSTEM_UID } from './refs.ts'

/** A user object, wherever it stands. */
export function toPerson(account: string, user: Wire): Person {
  const details = toUserDetails(user)
  return {
    ...toPersonByUid(account, details.uid),
    displayName: details.name,
    avatarUrl: details.avatar,
    isOnline: user.oneOf('status', ONLINE),
    details,
  }
}

/** Somebody of whom only the uid is known. */
export function toPersonByUid(account: string, uid: string): Person {
  return {
    ref: personRef(account, uid),
    externalId: uid,
    kind: uid === SYSTEM_UID ? 'system' : 'end-user',
    displayName: null,
    avatarUrl: null,
    isOnline: null,
    addresses: [],
    details: undefined,
  }
}

export function toParticipant(person: Person): Participant {
  return { person, role: null, status: null, joinedAt: null, details: null }
}

/** A row of a group's members: a user with what he is there. */
export function toMember(account: string, member: Wire): Participant {
  return { ...toParticipant(toPerson(account, member)), ...readMembership(member) }
}

/** Of a member, or of the viewer as the group object tells it. */
export function readMembership(wire: Wire): Pick<Participant, 'role' | 'joinedAt'> {
  return { role: wire.filledText('scope'), joinedAt: wire.epochSeconds('joinedAt') }
}

export function toUserDetails(user: Wire): CometChatUser {
  return {
    shape: 'cometchat-user',
    uid: user.text('uid'),
    name: user.filledText('name'),
    avatar: user.url('avatar'),
    role: user.filledText('role'),
    status: user.filledText('status'),
    statusMessage: user.filledText('statusMessage'),
    link: user.url('link'),
    lastActiveAt: user.epochSeconds('lastActiveAt'),
    createdAt: user.epochSeconds('createdAt'),
    updatedAt: user.epochSeconds('updatedAt'),
  }
}

export function toGroupDetails(group: Wire): CometChatGroup {
  const { role, joinedAt } = readMembership(group)
  return {
    guid: group.text('guid'),
    name: group.filledText('name'),
    description: group.filledText('description'),
    icon: group.url('icon'),
    type: group.filledText('type'),
    owner: group.filledText('owner'),
    viewerScope: role,
    hasJoined: group.optionalBoolean('hasJoined'),
    joinedAt,
    membersCount: group.optionalInteger('membersCount'),
    createdAt: group.epochSeconds('createdAt'),
    updatedAt: group.epochSeconds('updatedAt'),
    updatedBy: group.filledText('updatedBy'),
  }
}

/** Documents say `available`, receipt webhooks `online`. */
const ONLINE: ReadonlyMap<string, boolean> = new Map([
  ['available', true],
  ['online', true],
  ['offline', false],
])

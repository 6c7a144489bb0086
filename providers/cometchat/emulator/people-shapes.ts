import { conversationIdOf, type Group, type Json, type Membership, pairOf, type User } from './entities.ts'

/**
 * Everything as CometChat writes it. A value that is not there has no key: `undefined` does not survive being written as JSON.
 * `viewer` is the acting user; null: the app itself asks.
 */
export function toUser(user: User, viewer: User | null, look: { readonly withTags?: boolean } = {}): Json {
  const { blocked, tags, ...known } = user
  return {
    ...known,
    tags: look.withTags ? tags : undefined,
    ...(viewer !== null && viewer !== user && relation(user, viewer)),
  }
}

export function toGroup(group: Group, viewer: User | null, look: { readonly withTags?: boolean } = {}): Json {
  const { members, crowdedSince, tags, ...known } = group
  return {
    ...known,
    tags: look.withTags ? tags : undefined,
    membersCount: members.size,
    conversationId: conversationIdOf(group),
    ...(viewer !== null && membershipOf(members.get(viewer.uid))),
  }
}

export function toMember({ user, scope, joinedAt }: Membership, viewer: User | null): Json {
  return { ...toUser(user, viewer), scope, joinedAt }
}

function relation(user: User, viewer: User): Json {
  const blockedByMeAt = viewer.blocked.get(user.uid)
  const blockedAt = user.blocked.get(viewer.uid)
  return {
    conversationId: conversationIdOf(pairOf(user, viewer)),
    ...(blockedByMeAt !== undefined && { blockedByMe: true, blockedByMeAt }),
    ...(blockedAt !== undefined && { hasBlockedMe: true, blockedAt }),
  }
}

function membershipOf(membership: Membership | undefined): Json {
  if (membership === undefined) return { hasJoined: false }
  return { scope: membership.scope, joinedAt: membership.joinedAt, hasJoined: true }
}

import type { Context } from 'hono'
import {
  type Conversation,
  conversationIdOf,
  type Group,
  type Message,
  pairOf,
  type Side,
  type User,
} from './entities.ts'
import { hasConversation } from './receipts.ts'
import { invalid, Refusal } from './refusal.ts'
import type { AppState } from './state.ts'

/** What the routes know of one request. */
export interface Vars {
  Variables: {
    /** The acting user; null: the app itself. */
    readonly viewer: User | null
  }
}

export type Request = Context<Vars>

/** Looks things up for the routes, and refuses in CometChat's words. Uids and guids are taken in any case. */
export class Desk {
  readonly state: AppState

  constructor(state: AppState) {
    this.state = state
  }

  /** A deactivated user is as good as none. */
  user(uid: string): User {
    const user = this.state.users.get(uid.toLowerCase())
    if (user === undefined || user.deactivatedAt !== undefined)
      throw new Refusal(
        'ERR_UID_NOT_FOUND',
        `The UID ${uid} does not exist, please make sure you have created a user with it.`,
      )
    return user
  }

  /** Whoever stands in a path that exists for users and for groups alike. */
  counterpart(kind: 'users' | 'groups', id: string): User | Group {
    return kind === 'users' ? this.user(id) : this.group(id)
  }

  group(guid: string): Group {
    const group = this.state.groups.get(guid.toLowerCase())
    if (group === undefined) throw new Refusal('ERR_GUID_NOT_FOUND', `The group with GUID ${guid} does not exist.`)
    return group
  }

  message(id: string, viewer: User | null): Message {
    const message = this.state.message(Number(id))
    if (message === undefined)
      throw new Refusal('ERR_MESSAGE_ID_NOT_FOUND', `The message with ID ${id} does not exist.`)
    if (viewer !== null && !isParty(viewer, message.conversation))
      throw new Refusal('ERR_MESSAGE_NO_ACCESS', `The user ${viewer.uid} has no access to the message ${id}.`)
    return message
  }

  /** The conversation of the acting user with `other`, who is a user or a group. */
  side(viewer: User, other: User | Group): Side {
    const between = 'guid' in other ? other : pairOf(viewer, other)
    const side = this.state.conversations.get(conversationIdOf(between))?.sides.get(viewer.uid)
    if (side === undefined || !hasConversation(side))
      throw new Refusal(
        'ERR_CONVERSATION_NOT_ACCESSIBLE',
        `The conversation ${conversationIdOf(between)} is not accessible for the user ${viewer.uid}.`,
      )
    return side
  }

  member(viewer: User, group: Group): void {
    if (!group.members.has(viewer.uid))
      throw new Refusal('ERR_GROUP_NOT_JOINED', `The user ${viewer.uid} has not joined the group ${group.guid}.`)
  }
}

/** The acting user of an endpoint that cannot do without one. */
export function requireViewer(context: Request): User {
  const viewer = context.get('viewer')
  if (viewer === null) throw invalid('onBehalfOf', 'The onBehalfOf header is required.')
  return viewer
}

export function isParty(user: User, { between }: Conversation): boolean {
  return 'guid' in between ? between.members.has(user.uid) : between.includes(user)
}

import {
  type Conversation,
  compose,
  type Entity,
  type Group,
  isGroup,
  type Json,
  type Message,
  receiverOf,
  type Sending,
  type User,
} from './entities.ts'

/** The message that tells of an edit or a deletion. */
export function tellOfMessage(action: 'edited' | 'deleted', message: Message, by: User, at: number): Message {
  const { conversation } = message
  const place = placeOf({ conversation, sender: by })
  const deed = { action, by, on: { entityType: 'message', entity: message }, for: place } as const
  return compose({ conversation, sender: by, sentAt: at, category: 'action', type: 'message', deed })
}

/** Something done to a member of a group. */
export interface MemberAct {
  readonly conversation: Conversation
  readonly action: string
  readonly by: User
  readonly on: User
  readonly at: number
  /** Of a change of scope: the old and the new one. */
  readonly extras?: Json
}

/** The message that tells of it. */
export function tellOfMember(group: Group, { conversation, action, by, on, at, extras }: MemberAct): Message {
  const deed = {
    action,
    by,
    on: { entityType: 'user', entity: on },
    for: { entityType: 'group', entity: group },
    ...(extras && { extras }),
  } as const
  return compose({ conversation, sender: by, sentAt: at, category: 'action', type: 'groupMember', deed })
}

/** Where something is done: a group, or with whom. */
export function placeOf(sending: Sending): Entity {
  const receiver = receiverOf(sending)
  return isGroup(receiver) ? { entityType: 'group', entity: receiver } : { entityType: 'user', entity: receiver }
}

import type { Details, JsonObject, MessageRef } from '../port/index.ts'

/** What only CometChat says. Null: the answer did not have it, which CometChat does not tell apart from there being none. */

export interface CometChatConversation extends Details {
  readonly shape: 'cometchat-conversation'
  /** `user` or `group`. */
  readonly conversationType: string
  /** The other one of a 1-1, seen from the viewer. */
  readonly peerUid: string | null
  readonly group: CometChatGroup | null
  readonly latestMessageId: string | null
  readonly lastReadMessageId: string | null
  readonly unreadMentionsCount: number | null
  readonly pinnedAt: Date | null
}

export interface CometChatGroup {
  readonly guid: string
  readonly name: string | null
  readonly description: string | null
  readonly icon: string | null
  /** `public`, `private`, `password`. */
  readonly type: string | null
  /** A uid. */
  readonly owner: string | null
  /** What the viewer is in it: `admin`, `moderator`, `participant`. */
  readonly viewerScope: string | null
  readonly hasJoined: boolean | null
  /** When the viewer joined. */
  readonly joinedAt: Date | null
  readonly membersCount: number | null
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
  /** A uid. */
  readonly updatedBy: string | null
}

export interface CometChatMessage extends Details {
  readonly shape: 'cometchat-message'
  /** `message`, `custom`, `action`, `call`, `interactive`, `agentic`, `card`. */
  readonly category: string
  readonly type: string
  /** Whatever the sending client chose. */
  readonly muid: string | null
  /** The message whose thread this belongs to. */
  readonly parentMessageId: string | null
  /** A uid or a guid, as `receiverType` says. */
  readonly receiver: string | null
  readonly receiverType: string | null
  readonly action: CometChatAction | null
  readonly metadata: JsonObject | null
  readonly customData: JsonObject | null
}

/** What happened, in a message of the category `action` or `call`. */
export interface CometChatAction {
  readonly name: string
  readonly by: CometChatUser | null
  readonly onUser: CometChatUser | null
  readonly onMessage: MessageRef | null
  readonly forUser: CometChatUser | null
  readonly forGroup: CometChatGroup | null
}

export interface CometChatUser extends Details {
  readonly shape: 'cometchat-user'
  readonly uid: string
  readonly name: string | null
  readonly avatar: string | null
  readonly role: string | null
  /** `available`, `online`, `offline`. */
  readonly status: string | null
  readonly statusMessage: string | null
  readonly link: string | null
  readonly lastActiveAt: Date | null
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
}

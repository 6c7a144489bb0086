import type { Details, JsonObject } from '../port/index.ts'

/** What only Chatwoot says of a conversation. Times are null for "never", which it writes as 0. */
export interface ChatwootConversation extends Details {
  readonly shape: 'chatwoot-conversation'
  readonly uuid: string | null
  readonly inboxId: number
  /** Chatwoot's own word: `Channel::Api`. */
  readonly channel: string | null
  readonly firstReplyCreatedAt: Date | null
  /** When any agent last opened it. */
  readonly agentLastSeenAt: Date | null
  readonly assigneeLastSeenAt: Date | null
  /** Moves on the website widget and in API inboxes only. */
  readonly contactLastSeenAt: Date | null
  /** Whether the contact is blocked. */
  readonly muted: boolean | null
  readonly hmacVerified: boolean | null
  readonly slaPolicyId: number | null
  /** Paid editions only, like `slaEvents`. */
  readonly appliedSla: JsonObject | null
  readonly slaEvents: readonly JsonObject[] | null
  readonly additionalAttributes: JsonObject | null
}

/** What only Chatwoot says of a message. The last four are in the form that stands inside a conversation, not in lists. */
export interface ChatwootMessage extends Details {
  readonly shape: 'chatwoot-message'
  readonly contentType: string | null
  /** 0 incoming, 1 outgoing, 2 activity, 3 template. */
  readonly messageType: number
  readonly sourceId: string | null
  /** Known keys only. */
  readonly contentAttributes: JsonObject | null
  readonly additionalAttributes: JsonObject | null
  readonly externalSourceIds: JsonObject | null
  readonly processedContent: string | null
  readonly sentiment: JsonObject | null
}

/** What only Chatwoot says of a contact. */
export interface ChatwootContact extends Details {
  readonly shape: 'chatwoot-contact'
  readonly contactId: number
  /** The id that the customer's own system gave them. */
  readonly identifier: string | null
  readonly blocked: boolean | null
  readonly availabilityStatus: string | null
  readonly lastActivityAt: Date | null
  readonly createdAt: Date | null
  readonly additionalAttributes: JsonObject | null
  readonly customAttributes: JsonObject | null
}

/**
 * What only Chatwoot says of an agent. Its list of agents carries a part; the rest (`displayName`, `messageSignature`,
 * `inviterId`, `uid`, `type`) is in the token owner's own profile only.
 */
export interface ChatwootAgent extends Details {
  readonly shape: 'chatwoot-agent'
  readonly agentId: number
  readonly role: string | null
  readonly availabilityStatus: string | null
  readonly availableName: string | null
  readonly displayName: string | null
  readonly confirmed: boolean | null
  readonly messageSignature: string | null
  readonly inviterId: number | null
  readonly authProvider: string | null
  readonly uid: string | null
  readonly type: string | null
  readonly customRoleId: number | null
  readonly autoOffline: boolean | null
  readonly customAttributes: JsonObject | null
}

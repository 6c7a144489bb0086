/** Names of things, as the adapters make them. */

/**
 * Names a conversation of one account. Only the adapter makes and reads `native`; equal conversations have equal strings for
 * EVERY viewer (CometChat's 1-1 is its two uids sorted, because the peer depends on who asks).
 */
export interface ConversationRef {
  readonly kind: 'conversation'
  /** The configured key of the account. */
  readonly account: string
  readonly native: string
}

/** Names a message; the conversation is part of the name because two of three providers cannot find a message without it. */
export interface MessageRef {
  readonly kind: 'message'
  readonly conversation: ConversationRef
  readonly native: string
}

/** Names somebody as one account knows them. A Chatwoot native carries its type: contact 1 is not user 1. */
export interface PersonRef {
  readonly kind: 'person'
  readonly account: string
  readonly native: string
}

/** Whose position: a person; our side where the provider does not say which of us; everyone (a group's read-by-all). */
export type Holder = PersonRef | 'team' | 'everyone'

import type { CallContext, Capability, ConversationRef } from '../port/index.ts'
import { type Acting, acting } from './acting.ts'
import type { CometChatClient } from './client.ts'
import type { CometChatSettings } from './config.ts'
import type { Conversations } from './conversations.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import { type Counterpart, counterpartIn } from './refs.ts'

/** What acts are done with. */
export interface ActParts {
  readonly account: string
  readonly settings: CometChatSettings
  readonly client: CometChatClient
  readonly conversations: Conversations
  readonly crowded: CrowdedGroups
}

/** Somebody about to do something in a conversation. */
export interface Stage {
  readonly as: Acting
  readonly other: Counterpart
  readonly conversation: ConversationRef
}

/** Throws `UNSUPPORTED`, naming the capability, where there is nobody to act as; `NOT_FOUND` in a conversation of two others. */
export function enter(
  { settings }: ActParts,
  conversation: ConversationRef,
  call: CallContext,
  capability: Capability,
): Stage {
  const as = acting(call, settings.actAs, capability)
  return { as, other: counterpartIn(conversation, as.uid), conversation }
}

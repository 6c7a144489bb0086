import { absent } from '../kit/absent.ts'
import type { CallContext, Capability, ConversationRef } from '../port/index.ts'
import { type Acting, acting } from './acting.ts'
import type { CometChatClient } from './client.ts'
import type { CometChatSettings } from './config.ts'
import type { Conversations } from './conversations.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import type { GroupDoor } from './group-door.ts'
import { type Counterpart, conversationOf, counterpartIn } from './refs.ts'

/** What acts are done with. */
export interface ActParts {
  readonly account: string
  readonly settings: CometChatSettings
  readonly client: CometChatClient
  readonly conversations: Conversations
  readonly crowded: CrowdedGroups
  readonly door: GroupDoor
}

/** Somebody about to do something in a conversation. */
export interface Stage {
  readonly as: Acting
  readonly other: Counterpart
  readonly conversation: ConversationRef
}

/** Throws `UNSUPPORTED`, naming the capability, where there is nobody to act as; `NOT_FOUND` in a conversation of others. */
export async function enter(
  { settings, door }: ActParts,
  conversation: ConversationRef,
  call: CallContext,
  capability: Capability,
): Promise<Stage> {
  const as = acting(call, settings.actAs, capability)
  const other = counterpartIn(conversation, as.uid)
  await door.enter(as, conversation, other)
  return { as, other, conversation }
}

/**
 * Answers the id of a message with which something is to be done. What an end user names is looked for first, because CometChat
 * would say of a message of others whether it is there. Throws `NOT_FOUND` where it is not in this conversation.
 */
export async function requireMessage({ client, account }: ActParts, stage: Stage, id: string): Promise<string> {
  const { as, conversation } = stage
  if (as.call.actor.kind !== 'end-user') return id
  const wire = await client.message(as, id)
  if (conversationOf(wire, account).native !== conversation.native) throw absent()
  return id
}

import type { Context } from 'hono'
import type { Deeds } from './deeds.ts'
import type { View } from './participant-shape.ts'
import type { Conversation, Message, Workspace } from './records.ts'
import { found } from './refusal.ts'
import type { Storage } from './storage.ts'
import type { Deliveries } from './webhooks.ts'

/** What the routes answer from. */
export interface Answers {
  readonly workspace: Workspace
  /** Asked for anew each time: the address is not known before the emulator listens. */
  view(): View
  readonly deliveries: Deliveries
  readonly deeds: Deeds
  readonly storage: Storage
}

/** The conversation that the path names, or a 404. */
export function askedConversation({ workspace }: Answers, context: Context): Conversation {
  return found(workspace.conversations.find(({ id }) => id === context.req.param('conversation')))
}

/** The message of that conversation that the path names, or a 404. */
export function askedMessage({ messages }: Conversation, context: Context): Message {
  return found(messages.find(({ id }) => id === context.req.param('message')))
}

import type { ObjectRef } from '@pothos/core'
import { builder, type Types } from '../builder.ts'
import { ConversationRef } from '../conversation.ts'

/** Of a success: the global id of the conversation in which something was done. */
export interface InConversation {
  readonly conversationId: string
}

/** Lets a success show the conversation. It is read only where it is asked for, and not before everything was done. */
export function withConversation<Success extends InConversation>(success: ObjectRef<Types, Success>): typeof success {
  builder.objectField(success, 'conversation', (t) =>
    t.field({
      type: ConversationRef,
      description: 'As it is now. Null with an error: it was done, but the conversation could not be read again.',
      resolve: ({ conversationId }) => conversationId,
    }),
  )
  return success
}

import type { DeletionScope } from '../../providers/port/index.ts'
import { builder, enumOfWords } from '../builder.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'

const DeletionScopeEnum = enumOfWords<DeletionScope>('DeletionScope', 'For whom a conversation is deleted.', {
  'for-me': 'For the viewer alone; the others keep it.',
  'for-everyone': 'For all, with its messages.',
})

const DeleteConversationInput = builder.inputType('DeleteConversationInput', {
  description: 'A conversation to delete.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Which conversation.' }),
    scope: t.field({ type: DeletionScopeEnum, required: true, description: 'For whom.' }),
  }),
})

const DeleteConversationSuccessRef = builder
  .objectRef<{ readonly deletedConversationId: string }>('DeleteConversationSuccess')
  .implement({
    audience: 'public',
    description: 'The provider has taken the order; some carry it out a little later.',
    fields: (t) => ({
      deletedConversationId: t.exposeID('deletedConversationId', { nullable: false, description: 'Which one.' }),
    }),
  })

const NEEDS = { 'for-me': 'DELETE_FOR_ME', 'for-everyone': 'DELETE_FOR_EVERYONE' } as const

builder.mutationField('deleteConversation', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('DeleteConversationResult', DeleteConversationSuccessRef),
    description: 'Deletes a conversation. See DELETE_FOR_ME and DELETE_FOR_EVERYONE.',
    args: { input: t.arg({ type: DeleteConversationInput, required: true, description: 'Which one, and for whom.' }) },
    resolve: (_root, { input: { conversationId, scope } }, context) =>
      actOn('Conversation', conversationId, context, async (place, { conversation }) => {
        await place.demand(NEEDS[scope])
        await place.ask(() =>
          context.acts.perform(place.source, (acts, call) => acts.deleteConversation(conversation, scope, call)),
        )
        return { deletedConversationId: conversationId }
      }),
  }),
)

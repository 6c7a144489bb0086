import { builder } from '../builder.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer is writing.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    typing: t.boolean({ required: true, description: 'False: stopped.' }),
  }),
})

const SetTypingSuccessRef = withConversation(
  builder
    .objectRef<InConversation>('SetTypingSuccess')
    .implement({ audience: 'public', description: 'The provider tells the others.' }),
)

builder.mutationField('setTyping', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('SetTypingResult', SetTypingSuccessRef),
    description: 'Says that the viewer is writing, or not any more. See TYPING.',
    args: { input: t.arg({ type: SetTypingInput, required: true, description: 'Where.' }) },
    resolve: (_root, { input: { conversationId, typing } }, context) =>
      actOn('Conversation', conversationId, context, async (place, { conversation }) => {
        await place.demand('TYPING')
        await place.ask(() =>
          context.acts.perform(place.source, async (acts, call) => {
            await acts.setTyping(conversation, typing, call)
            return { value: null, events: [] }
          }),
        )
        return { conversationId }
      }),
  }),
)

import { builder } from '../builder.ts'
import { actOn } from './acting.ts'
import { Issues } from './issues.ts'
import { MarkResultRef, mark } from './mark.ts'
import { PositionInput, readPosition } from './position.ts'

const MarkDeliveredInput = builder.inputType('MarkDeliveredInput', {
  description: 'What has reached the viewer.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    upTo: t.field({ type: PositionInput, required: true, description: 'This message and everything before it.' }),
  }),
})

builder.mutationField('markDelivered', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: MarkResultRef,
    description: 'Says what has reached the viewer’s device. See MARK_DELIVERED.',
    args: { input: t.arg({ type: MarkDeliveredInput, required: true, description: 'How far.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) => {
        const issues = new Issues()
        const position = readPosition(issues, 'upTo', input.upTo, conversation)
        const asked = { conversation, kind: 'delivered', position, visibility: null } as const
        return mark(place, asked, { needs: ['MARK_DELIVERED'], issues }, context)
      }),
  }),
)

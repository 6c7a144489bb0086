import { builder } from '../builder.ts'
import { actOn } from './acting.ts'
import { Issues } from './issues.ts'
import { MarkResultRef, mark } from './mark.ts'
import { PositionInput, readPosition } from './position.ts'

const MarkUnreadInput = builder.inputType('MarkUnreadInput', {
  description: 'What the viewer wants to read again.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    from: t.field({
      type: PositionInput,
      description: 'This message and everything after it; the newest message only where it is left out.',
    }),
  }),
})

builder.mutationField('markUnread', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: MarkResultRef,
    description: 'Moves the viewer’s read position back. See MARK_UNREAD.',
    args: { input: t.arg({ type: MarkUnreadInput, required: true, description: 'How far back.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) => {
        const issues = new Issues()
        const position = readPosition(issues, 'from', input.from ?? { latest: true }, conversation)
        const asked = { conversation, kind: 'unread', position, visibility: null } as const
        return mark(place, asked, { needs: ['MARK_UNREAD'], issues }, context)
      }),
  }),
)

import type { Capability, ReadVisibility } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { Source } from '../context.ts'
import { actOn } from './acting.ts'
import { Issues } from './issues.ts'
import { MarkResultRef, mark } from './mark.ts'
import { PositionInput, readPosition } from './position.ts'

const ReadVisibilityEnum = builder.enumType('ReadVisibility', {
  description: 'Whether the other side learns of what was read.',
  values: {
    PUBLIC: { value: 'public', description: 'It does. Refused where the provider would not tell.' },
    PRIVATE: { value: 'private', description: 'It does not. Refused where the provider would tell.' },
    ACCOUNT_DEFAULT: {
      value: 'account-default',
      description: 'As the account is configured; otherwise whatever is the provider’s way.',
    },
  } as const,
})

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'What the viewer has read.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    upTo: t.field({ type: PositionInput, required: true, description: 'This message and everything before it.' }),
    visibility: t.field({
      type: ReadVisibilityEnum,
      defaultValue: 'account-default',
      description: 'Whether the other side is to learn of it.',
    }),
  }),
})

builder.mutationField('markRead', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: MarkResultRef,
    description:
      'Says how far the viewer has read. Reading messages never does. See MARK_READ, MARK_READ_UP_TO_MESSAGE and MARK_READ_PRIVATELY.',
    args: { input: t.arg({ type: MarkReadInput, required: true, description: 'How far, and who learns of it.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) => {
        const issues = new Issues()
        const position = readPosition(issues, 'upTo', input.upTo, conversation)
        const visibility = visibilityFor(place.source, input.visibility ?? 'account-default')
        const needs: readonly Capability[] =
          visibility === 'private' ? ['MARK_READ', 'MARK_READ_PRIVATELY'] : ['MARK_READ']
        return mark(place, { conversation, kind: 'read', position, visibility }, { needs, issues }, context)
      }),
  }),
)

function visibilityFor({ account }: Source, asked: ReadVisibility | 'account-default'): ReadVisibility | null {
  return asked === 'account-default' ? account.readVisibility : asked
}

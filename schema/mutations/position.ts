import type { ConversationRef, MarkPosition } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { Issues } from './issues.ts'

export const PositionInput = builder.inputType('Position', {
  description: 'A place among the messages of a conversation.',
  isOneOf: true,
  fields: (t) => ({
    messageId: t.id({ description: 'At this message.' }),
    at: t.field({ type: 'DateTime', description: 'At the newest message that is not younger than this.' }),
    latest: t.boolean({ description: 'True: at the newest message there is when the provider is asked.' }),
  }),
})

/** Null after an issue. */
export function readPosition(
  issues: Issues,
  path: string,
  { messageId, at, latest }: typeof PositionInput.$inferInput,
  conversation: ConversationRef,
): MarkPosition | null {
  if (typeof messageId === 'string') {
    const message = issues.readMessage(`${path}.messageId`, messageId, conversation)
    return message && { kind: 'message', message }
  }
  if (at) return { kind: 'time', at }
  if (latest === true) return { kind: 'latest' }
  issues.add(`${path}.latest`, 'It can only be true: name a message or a time instead.')
  return null
}

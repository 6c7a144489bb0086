import type { Conversation, DomainEvent } from '../../providers/port/index.ts'
import { audienceOfReading, internalFactsOf, publicFactsOf } from './facts.ts'

/** Where a conversation stands when it is seen for the first time, as far as the list tells: no news, but what news is told by. */
export function standing(conversation: Conversation): readonly DomainEvent[] {
  const { ref, updatedAt, receiptModel, lastMessage } = conversation
  const base = { conversation: ref, occurredAt: updatedAt, audience: 'public' } as const
  const message = lastMessage?.full ?? null
  return [
    { ...base, type: 'conversation-observed', facts: publicFactsOf(conversation), receiptModel },
    { ...base, type: 'conversation-observed', facts: internalFactsOf(conversation), audience: 'internal' },
    ...positionsOf(conversation, false),
    ...(message === null ? [] : [{ ...base, type: 'message-saved', message, isNew: false } as const]),
  ]
}

/** How far everybody has looked, as a list says; `movedBack`: it is believed also where that is behind of what was known. */
export function positionsOf(conversation: Conversation, movedBack: boolean): readonly DomainEvent[] {
  return conversation.horizons.map((horizon) => {
    const { holder, occurredAt } = horizon
    const event = { conversation: conversation.ref, occurredAt, audience: audienceOfReading(conversation, holder) }
    return { ...event, type: 'horizon-moved', horizon, movedBack, isNew: false }
  })
}

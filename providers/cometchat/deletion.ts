import { z } from '../kit/settings.ts'
import type { Wire } from '../kit/wire.ts'
import type { CallContext, ConversationRef, DomainEvent, Nudge } from '../port/index.ts'
import type { CometChatClient } from './client.ts'
import { conversationOf, conversationOfId, messageRef, notFound } from './refs.ts'

/**
 * Of a deleted message a webhook tells little more than the ids: where neither the message nor the note of its deletion says
 * between whom it was sent, and the conversation's id does not say it for certain, the message itself has to be read.
 */
export function toDeletion(note: Wire, account: string): DomainEvent | Nudge {
  const entities = note.object('data').object('entities')
  const message = entities.object('on').object('entity')
  const id = message.text('id')
  const deletedAt = message.epochSeconds('deletedAt') ?? note.epochSeconds('sentAt')
  const conversation = placeOfDeletion(message, note, entities, account)
  return conversation === null ? toNudge(id, deletedAt) : toEvent(conversation, id, deletedAt)
}

/** Reads the message of such a nudge. Throws `NOT_FOUND` where it is gone for good. */
export async function locateDeletion(
  payload: string,
  account: string,
  client: CometChatClient,
  call: CallContext,
): Promise<readonly DomainEvent[]> {
  const { id, deletedAt } = readNudge(payload)
  const message = await client.message({ uid: null, call }, id)
  return [toEvent(conversationOf(message, account), id, deletedAt === null ? null : new Date(deletedAt))]
}

function placeOfDeletion(message: Wire, note: Wire, entities: Wire, account: string): ConversationRef | null {
  const telling = [message, note].find((wire) => wire.has('receiver') && wire.has('receiverType') && wire.has('sender'))
  if (telling !== undefined) return conversationOf(telling, account)
  const id = message.filledText('conversationId') ?? note.filledText('conversationId')
  const by = entities.optionalObject('by')?.optionalObject('entity')?.filledText('uid') ?? null
  return id === null ? null : conversationOfId(id, account, by)
}

function toEvent(conversation: ConversationRef, id: string, occurredAt: Date | null): DomainEvent {
  return {
    type: 'message-deleted',
    conversation,
    occurredAt,
    audience: 'public',
    message: messageRef(conversation, id),
    isNew: true,
  }
}

const nudgeShape = z.strictObject({ id: z.string(), deletedAt: z.number().nullable() })

function toNudge(id: string, deletedAt: Date | null): Nudge {
  return { type: 'locate', payload: JSON.stringify({ id, deletedAt: deletedAt?.getTime() ?? null }) }
}

function readNudge(payload: string): z.infer<typeof nudgeShape> {
  try {
    return nudgeShape.parse(JSON.parse(payload))
  } catch {
    throw notFound('message in a nudge that is none of ours')
  }
}

import { z } from '../kit/settings.ts'
import type { Wire } from '../kit/wire.ts'
import type { CallContext, ConversationRef, DomainEvent, MessageRef, Nudge } from '../port/index.ts'
import type { CometChatClient } from './client.ts'
import { conversationOf, conversationOfId, messageRef, notFound } from './refs.ts'
import { changedIn } from './to-saved.ts'

/**
 * Of a deleted message a webhook tells little more than the ids: where neither the message nor the note of its deletion says
 * between whom it was sent, and the conversation's id does not say it for certain, the message itself has to be read.
 */
export function toDeletion(note: Wire, account: string): DomainEvent | Nudge {
  const { id, deletedAt } = readDeletion(note)
  const conversation = placeOfDeletion(note, account)
  return conversation === null ? toNudge(id, deletedAt) : toDeleted(messageRef(conversation, id), deletedAt)
}

/** Which message the note is of, and when that was. */
export function readDeletion(note: Wire): { readonly id: string; readonly deletedAt: Date | null } {
  const message = changedIn(note)
  return { id: message.text('id'), deletedAt: message.epochSeconds('deletedAt') ?? note.epochSeconds('sentAt') }
}

export function toDeleted(message: MessageRef, occurredAt: Date | null): DomainEvent {
  return {
    type: 'message-deleted',
    conversation: message.conversation,
    occurredAt,
    audience: 'public',
    message,
    isNew: true,
  }
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
  const ref = messageRef(conversationOf(message, account), id)
  return [toDeleted(ref, deletedAt === null ? null : new Date(deletedAt))]
}

function placeOfDeletion(note: Wire, account: string): ConversationRef | null {
  const message = changedIn(note)
  const telling = [message, note].find((wire) => wire.has('receiver') && wire.has('receiverType') && wire.has('sender'))
  if (telling !== undefined) return conversationOf(telling, account)
  const id = message.filledText('conversationId') ?? note.filledText('conversationId')
  const by =
    note.object('data').object('entities').optionalObject('by')?.optionalObject('entity')?.filledText('uid') ?? null
  return id === null ? null : conversationOfId(id, account, by)
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

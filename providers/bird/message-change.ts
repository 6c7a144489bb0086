import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Done,
  type JsonObject,
  type Message,
  type MessageRef,
  ProviderError,
} from '../port/index.ts'
import { unsupportedError } from './capabilities.ts'
import { understood } from './connection.ts'
import type { Desk } from './desk.ts'
import { uuidOf } from './refs.ts'
import { audienceOfNews, toMessage } from './to-message.ts'

/** A read, which tells whether it is a draft, and a PATCH. What hangs on the draft stays. */
export async function editDraft(ref: MessageRef, text: string, desk: Desk, call: CallContext): Promise<Done<Message>> {
  const [conversation, id] = [uuidOf(ref.conversation), uuidOf(ref)]
  const body = toEditedBody(await desk.client.getMessage(conversation, id, call), text)
  const wire = await desk.client.updateMessage(conversation, id, { body }, call)
  return understood(() => {
    const message = toMessage(wire, ref.conversation, desk.reading(call), 'single')
    const { updatedAt: occurredAt } = message
    const audience = audienceOfNews(message)
    return {
      value: message,
      events: [{ type: 'message-saved', conversation: ref.conversation, occurredAt, audience, message, isNew: false }],
    }
  })
}

/** Only what is all text: another body would lose its pictures or buttons. */
function toEditedBody(draft: Wire, text: string): JsonObject {
  if (draft.optionalBoolean('draft') !== true) throw unsupportedError('EDIT_MESSAGE')
  const body = draft.optionalObject('body')
  const type = body?.filledText('type') ?? 'text'
  if (type !== 'text' && type !== 'html') throw unsupportedError('EDIT_MESSAGE', 'Only drafts of a text can be edited.')
  const { html: _, ...content } = body?.jsonObject(type) ?? {}
  return { type: 'text', text: { ...content, text } }
}

/** One DELETE, and a read of what is left of it. Bird has one way to delete, whether permanently or not it does not say. */
export async function deleteMessage(ref: MessageRef, desk: Desk, call: CallContext): Promise<Done<Message | null>> {
  const { conversation } = ref
  await desk.client.deleteMessage(uuidOf(conversation), uuidOf(ref), call)
  const message = await readTombstone(ref, desk, call)
  const occurredAt = message?.updatedAt ?? null
  return {
    value: message,
    events: [{ type: 'message-deleted', conversation, occurredAt, audience: 'public', message: ref, isNew: true }],
  }
}

/** Null where there is none, or where it cannot be had: the message is deleted all the same. */
async function readTombstone(ref: MessageRef, desk: Desk, call: CallContext): Promise<Message | null> {
  try {
    const wire = await desk.client.getMessage(uuidOf(ref.conversation), uuidOf(ref), call)
    const message = toMessage(wire, ref.conversation, desk.reading(call), 'single')
    return message.deleted === null ? null : message
  } catch (error) {
    if (error instanceof ProviderError) return null
    throw error
  }
}

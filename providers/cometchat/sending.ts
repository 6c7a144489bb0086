import type { CallContext, ConversationRef, Done, Message, MessageRef, Sending } from '../port/index.ts'
import { type ActParts, enter, requireMessage } from './act-parts.ts'
import { readDeletion, toDeleted } from './deletion.ts'
import { readOutcome } from './doubt.ts'
import { messageId } from './messages.ts'
import { toOutgoing } from './outgoing-message.ts'
import { changedIn, type Saved, toSaved } from './to-saved.ts'

/** As the acting user: nobody is spoken for. */
export async function send(
  parts: ActParts,
  conversation: ConversationRef,
  sending: Sending,
  call: CallContext,
): Promise<Done<Message>> {
  const { as, other } = await enter(parts, conversation, call, 'SEND_TEXT')
  const wire = await parts.client.send(as, toOutgoing(sending, other))
  return toDone(readOutcome(() => toSaved(wire, parts.account, true)))
}

/** Own messages only: CometChat refuses the others. */
export async function editMessage(
  parts: ActParts,
  message: MessageRef,
  text: string,
  call: CallContext,
): Promise<Done<Message>> {
  const stage = await enter(parts, message.conversation, call, 'EDIT_MESSAGE')
  const note = await parts.client.editMessage(
    stage.as,
    await requireMessage(parts, stage, String(messageId(message))),
    text,
  )
  return toDone(readOutcome(() => toSaved(changedIn(note), parts.account, false)))
}

/** Own messages only. What is not deleted for good stays as a tombstone. */
export async function deleteMessage(
  parts: ActParts,
  message: MessageRef,
  permanently: boolean,
  call: CallContext,
): Promise<Done<Message | null>> {
  const stage = await enter(parts, message.conversation, call, 'DELETE_MESSAGE')
  const note = await parts.client.deleteMessage(
    stage.as,
    await requireMessage(parts, stage, String(messageId(message))),
    permanently,
  )
  return readOutcome(() => {
    const changed = changedIn(note)
    const value = permanently || !changed.has('sentAt') ? null : toSaved(changed, parts.account, false).message
    return { value, events: [toDeleted(message, readDeletion(note).deletedAt)] }
  })
}

function toDone(saved: Saved): Done<Message> {
  return { value: saved.message, events: [saved] }
}

import type { Audience, ConversationRef, Draft, Support } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { Place } from '../place.ts'
import { MessageVisibilityEnum } from '../words.ts'
import { AttachmentInput, checkAttachments, nameAttachments } from './attachments.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Issues } from './issues.ts'

export const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'What to say: a text, attachments or both.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    clientMessageId: t.string({
      required: true,
      description:
        'Made by the client, unique per conversation for 24 hours: 1 to 64 signs of ASCII without blanks. Same key, same answer.',
    }),
    text: t.string({ description: 'The words. SEND_TEXT has the limits.' }),
    attachments: t.field({
      type: [AttachmentInput],
      description: 'The files, in this order. SEND_ATTACHMENT has the limits.',
    }),
    replyToMessageId: t.id({ description: 'A message of the same conversation that it answers. See REPLY_TO.' }),
    visibility: t.field({
      type: MessageVisibilityEnum,
      defaultValue: 'public',
      description: 'Who can see it. See PRIVATE_NOTES.',
    }),
  }),
})

export type MessageAsked = typeof SendMessageInput.$inferInput

/** What is to be sent, before any upload is opened. */
interface MessageToSend extends Omit<Draft, 'attachments'> {
  readonly attachments: NonNullable<MessageAsked['attachments']>
}

/** What makes no sense by itself becomes issues. */
export function readMessage(
  issues: Issues,
  { clientMessageId, text, attachments, replyToMessageId, visibility }: MessageAsked,
  conversation: ConversationRef,
): MessageToSend {
  const files = attachments ?? []
  const replyTo = replyToMessageId ? issues.readMessage('replyToMessageId', replyToMessageId, conversation) : null
  issues.checkClientMessageId(clientMessageId)
  if (typeof text === 'string') issues.checkText('text', text)
  else if (files.length === 0) issues.add('text', 'Expected a text, attachments or both.')
  checkAttachments(issues, files)
  return { text: text ?? null, attachments: files, replyTo, audience: visibility ?? 'public' }
}

/** Equal for what counts as the same message. */
export function fingerprintOfMessage({ text, attachments, replyTo, audience }: MessageToSend): string {
  return fingerprintOf([text, audience, replyTo?.native, nameAttachments(attachments)])
}

/** Throws `Refusal` for what cannot be done here at all; what is too much of it becomes issues. */
export async function checkSupport(
  place: Place,
  { text, attachments, replyTo, audience }: MessageToSend,
  issues: Issues,
): Promise<void> {
  if (replyTo !== null) await place.demand('REPLY_TO')
  const note = audience === 'internal' ? await place.demand('PRIVATE_NOTES') : null
  if (text !== null) issues.checkLength('text', text, note?.limits ? note : await textSupport(place, audience))
  if (attachments.length === 0) return
  issues.checkCount('attachments', attachments.length, await place.demand('SEND_ATTACHMENT'))
}

/** A note may be possible where nothing can be said any more, and is then as long as what could be said. */
async function textSupport(place: Place, audience: Audience): Promise<Support> {
  return audience === 'public' ? place.demand('SEND_TEXT') : (await place.supportOf('SEND_TEXT')).support
}

import type { Audience, ConversationRef, Draft, Message, Support } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import { messageId } from '../global-id.ts'
import { MessageEdgeRef } from '../message-connection.ts'
import { messageNode } from '../nodes.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { keyReused, Refusal } from '../problems.ts'
import { singleEdge } from '../single-edge.ts'
import { MessageVisibilityEnum } from '../words.ts'
import { actOn } from './acting.ts'
import { AttachmentInput, checkAttachments, nameAttachments, openAttachments } from './attachments.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'
import { fingerprintOf } from './fingerprint.ts'
import { Issues } from './issues.ts'

const SendMessageInput = builder.inputType('SendMessageInput', {
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

type SendMessageAsked = typeof SendMessageInput.$inferInput

interface SendMessageSuccess extends InConversation {
  readonly source: Source
  readonly message: Message
  readonly replayed: boolean
}

const SendMessageSuccessRef = withConversation(
  builder.objectRef<SendMessageSuccess>('SendMessageSuccess').implement({
    audience: 'public',
    description: 'The provider has the message.',
    fields: (t) => ({
      messageEdge: t.field({
        type: MessageEdgeRef,
        nullable: false,
        description: 'To put in a list. Its cursor is of no list: take that of a page to go on.',
        resolve: ({ source, message }, _args, context) =>
          singleEdge(messageNode(source, message, null), messageId(message.ref), context),
      }),
      replayed: t.exposeBoolean('replayed', {
        nullable: false,
        description: 'True: this key had been sent before, nothing was sent now.',
      }),
    }),
  }),
)

builder.mutationField('sendMessage', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('SendMessageResult', SendMessageSuccessRef),
    description: 'Says something in a conversation, once for each clientMessageId however often it is asked.',
    args: { input: t.arg({ type: SendMessageInput, required: true, description: 'What, and where.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) =>
        sendMessage(place, conversation, input, context),
      ),
  }),
)

async function sendMessage(
  place: Place,
  conversation: ConversationRef,
  input: SendMessageAsked,
  context: GatewayContext,
): Promise<SendMessageSuccess> {
  const { source } = place
  const { clientMessageId, attachments, ...said } = await readMessage(place, conversation, input)
  const { text, replyTo, audience } = said
  const done = await place.ask(() =>
    context.acts.send(source, {
      conversation,
      clientMessageId,
      fingerprint: fingerprintOf([text, audience, replyTo?.native, nameAttachments(attachments)]),
      draft: async () => ({ ...said, attachments: await openAttachments(context, source, conversation, attachments) }),
    }),
  )
  if (done.outcome === 'key-reused') throw new Refusal(keyReused())
  return { conversationId: input.conversationId, source, message: done.value, replayed: done.replayed }
}

/** What is to be sent, before any upload is opened. */
interface AskedMessage extends Omit<Draft, 'attachments'> {
  readonly clientMessageId: string
  readonly attachments: NonNullable<SendMessageAsked['attachments']>
}

async function readMessage(
  place: Place,
  conversation: ConversationRef,
  { clientMessageId, text, attachments, replyToMessageId, visibility }: SendMessageAsked,
): Promise<AskedMessage> {
  const issues = new Issues()
  const message: AskedMessage = {
    clientMessageId,
    text: text ?? null,
    attachments: attachments ?? [],
    replyTo: replyToMessageId ? issues.readMessage('replyToMessageId', replyToMessageId, conversation) : null,
    audience: visibility ?? 'public',
  }
  issues.checkClientMessageId(clientMessageId)
  if (message.text !== null) issues.checkText('text', message.text)
  else if (message.attachments.length === 0) issues.add('text', 'Expected a text, attachments or both.')
  checkAttachments(issues, message.attachments)
  if (replyToMessageId) await place.require('REPLY_TO')
  await checkSupport(place, message, issues)
  issues.refuse()
  return message
}

/** Throws `Refusal` for what cannot be done here at all; what is too much of it becomes an issue. */
async function checkSupport(
  place: Place,
  { text, attachments, audience }: AskedMessage,
  issues: Issues,
): Promise<void> {
  const note = audience === 'internal' ? await place.require('PRIVATE_NOTES') : null
  if (text !== null) issues.checkLength('text', text, note?.limits ? note : await textSupport(place, audience))
  if (attachments.length === 0) return
  issues.checkCount('attachments', attachments.length, await place.require('SEND_ATTACHMENT'))
}

/** A note may be possible where nothing can be said any more, and is then as long as what could be said. */
async function textSupport(place: Place, audience: Audience): Promise<Support> {
  return audience === 'public' ? place.require('SEND_TEXT') : (await place.supportOf('SEND_TEXT')).support
}

import type { ConversationRef, Message } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import { messageId } from '../global-id.ts'
import { MessageEdgeRef } from '../message-connection.ts'
import { messageNode } from '../nodes.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { keyReused, type Problem } from '../problems.ts'
import { singleEdge } from '../single-edge.ts'
import { actOn } from './acting.ts'
import { openAttachments } from './attachments.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'
import { Issues } from './issues.ts'
import {
  checkSupport,
  fingerprintOfMessage,
  type MessageAsked,
  readMessage,
  SendMessageInput,
} from './message-to-send.ts'

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
  input: MessageAsked,
  context: GatewayContext,
): Promise<SendMessageSuccess | Problem> {
  const { source } = place
  const issues = new Issues()
  const asked = readMessage(issues, input, conversation)
  const check = async () => {
    await checkSupport(place, asked, issues)
    issues.refuse()
  }
  // What was sent already is answered as it was then, whatever is possible now: only what is new has to be checked.
  if (issues.found) await check()
  const done = await context.acts.send(source, {
    conversation,
    clientMessageId: input.clientMessageId,
    fingerprint: fingerprintOfMessage(asked),
    draft: async () => {
      await check()
      return { ...asked, attachments: await openAttachments(context, source, conversation, asked.attachments) }
    },
  })
  if (done.outcome === 'key-reused') return keyReused()
  return { conversationId: input.conversationId, source, message: done.value, replayed: done.replayed }
}

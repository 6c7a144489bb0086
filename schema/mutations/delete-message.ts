import type { Message } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import type { GlobalIdOf } from '../global-id.ts'
import { MessageRef } from '../message.ts'
import { messageNode } from '../nodes.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'

const DeleteMessageInput = builder.inputType('DeleteMessageInput', {
  description: 'A message to take back.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Which message.' }),
    permanently: t.boolean({ defaultValue: false, description: 'True: nothing of it is to stay at the provider.' }),
  }),
})

interface DeleteMessageSuccess {
  readonly deletedMessageId: string
  readonly source: Source
  readonly tombstone: Message | null
}

const DeleteMessageSuccessRef = builder.objectRef<DeleteMessageSuccess>('DeleteMessageSuccess').implement({
  audience: 'public',
  description: 'The message was taken back.',
  fields: (t) => ({
    deletedMessageId: t.exposeID('deletedMessageId', { nullable: false, description: 'Which one.' }),
    message: t.field({
      type: MessageRef,
      description: 'The tombstone, where the provider keeps one.',
      resolve: ({ source, tombstone }) => tombstone && messageNode(source, tombstone, null),
    }),
  }),
})

builder.mutationField('deleteMessage', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('DeleteMessageResult', DeleteMessageSuccessRef),
    description: 'Takes a message back. See DELETE_MESSAGE.',
    args: { input: t.arg({ type: DeleteMessageInput, required: true, description: 'Which message.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Message', input.messageId, context, async (place, subject) => ({
        deletedMessageId: input.messageId,
        source: place.source,
        tombstone: await deleteMessage(place, subject, input.permanently === true, context),
      })),
  }),
)

async function deleteMessage(
  place: Place,
  { message }: GlobalIdOf<'Message'>,
  permanently: boolean,
  context: GatewayContext,
): Promise<Message | null> {
  await place.demand('DELETE_MESSAGE')
  const { value } = await place.ask(() =>
    context.acts.perform(place.source, (acts, call) => acts.deleteMessage(message, permanently, call)),
  )
  return value
}

import { builder } from '../builder.ts'
import type { GatewayContext } from '../context.ts'
import type { GlobalIdOf } from '../global-id.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'
import { type ChangedMessage, changedMessageRef } from './changed-message.ts'

const RetryMessageInput = builder.inputType('RetryMessageInput', {
  description: 'A message that did not arrive.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Which message: one whose delivery has FAILED.' }),
  }),
})

const RetryMessageSuccessRef = changedMessageRef('RetryMessageSuccess', 'The provider tries again.')

builder.mutationField('retryMessage', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('RetryMessageResult', RetryMessageSuccessRef),
    description: 'Has the provider deliver a failed message again. See RETRY_MESSAGE.',
    args: { input: t.arg({ type: RetryMessageInput, required: true, description: 'Which message.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Message', input.messageId, context, (place, subject) => retryMessage(place, subject, context)),
  }),
)

async function retryMessage(
  place: Place,
  { message }: GlobalIdOf<'Message'>,
  context: GatewayContext,
): Promise<ChangedMessage> {
  const { source } = place
  await place.demand('RETRY_MESSAGE')
  const { value } = await place.ask(() =>
    context.acts.perform(source, (acts, call) => acts.retryMessage(message, call)),
  )
  return { source, message: value }
}

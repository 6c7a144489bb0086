import { builder } from '../builder.ts'
import type { GatewayContext } from '../context.ts'
import type { GlobalIdOf } from '../global-id.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'
import { type ChangedMessage, changedMessageRef } from './changed-message.ts'
import { Issues } from './issues.ts'

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'Other words for a message.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Which message.' }),
    text: t.string({ required: true, description: 'What it is to say.' }),
  }),
})

const EditMessageSuccessRef = changedMessageRef('EditMessageSuccess', 'The message says something else now.')

builder.mutationField('editMessage', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('EditMessageResult', EditMessageSuccessRef),
    description: 'Gives a message other words. See EDIT_MESSAGE.',
    args: { input: t.arg({ type: EditMessageInput, required: true, description: 'Which message, and what it says.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Message', input.messageId, context, (place, subject) => editMessage(place, subject, input.text, context)),
  }),
)

async function editMessage(
  place: Place,
  { message }: GlobalIdOf<'Message'>,
  text: string,
  context: GatewayContext,
): Promise<ChangedMessage> {
  const { source } = place
  const issues = new Issues()
  const edit = await place.demand('EDIT_MESSAGE')
  issues.checkText('text', text)
  issues.checkLength('text', text, edit.limits ? edit : (await place.supportOf('SEND_TEXT')).support)
  issues.refuse()
  const { value } = await place.ask(() =>
    context.acts.perform(source, (acts, call) => acts.editMessage(message, text, call)),
  )
  return { source, message: value }
}

import type { ConversationRef, Participant, PersonRef } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext } from '../context.ts'
import { participantId } from '../global-id.ts'
import type { ParticipantNode } from '../nodes.ts'
import { ParticipantRef } from '../participant.ts'
import { PersonRefInput } from '../person-ref-input.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { actOn } from './acting.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'
import { Issues } from './issues.ts'
import { readMembers, readPeople } from './people.ts'

const ChangeParticipantsInput = builder.inputType('ChangeParticipantsInput', {
  description: 'Who is to come and who is to go.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'In which conversation.' }),
    add: t.field({ type: [PersonRefInput], description: 'Who is to take part. CHANGE_PARTICIPANTS has the limits.' }),
    remove: t.idList({ description: 'Who is to leave: ids of participants, or of their persons.' }),
  }),
})

type ChangeAsked = typeof ChangeParticipantsInput.$inferInput

interface ChangeParticipantsSuccess extends InConversation {
  readonly participants: readonly ParticipantNode[]
  readonly removedParticipantIds: readonly string[]
}

const ChangeParticipantsSuccessRef = withConversation(
  builder.objectRef<ChangeParticipantsSuccess>('ChangeParticipantsSuccess').implement({
    audience: 'public',
    description: 'They take part now, or not any more.',
    fields: (t) => ({
      participants: t.field({
        type: [ParticipantRef],
        nullable: false,
        description: 'Everybody who takes part now.',
        resolve: ({ participants }) => participants,
      }),
      removedParticipantIds: t.idList({
        nullable: false,
        description: 'Who was to leave and takes no part now: to take out of lists.',
        resolve: ({ removedParticipantIds }) => removedParticipantIds,
      }),
    }),
  }),
)

builder.mutationField('changeParticipants', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('ChangeParticipantsResult', ChangeParticipantsSuccessRef),
    description: 'Lets people take part in a conversation, or not any more. See CHANGE_PARTICIPANTS.',
    args: { input: t.arg({ type: ChangeParticipantsInput, required: true, description: 'Who, and where.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, async (place, { conversation }) => {
        const { present, removed } = await changeParticipants(place, conversation, input, context)
        return {
          conversationId: input.conversationId,
          participants: present.map((participant): ParticipantNode => {
            const { source } = place
            return { typename: 'Participant', source, conversationRef: conversation, conversation: null, participant }
          }),
          removedParticipantIds: [...new Set(removed.map((person) => participantId(conversation, person)))],
        }
      }),
  }),
)

async function changeParticipants(
  place: Place,
  conversation: ConversationRef,
  input: ChangeAsked,
  context: GatewayContext,
): Promise<{ readonly present: readonly Participant[]; readonly removed: readonly PersonRef[] }> {
  const { source } = place
  const issues = new Issues()
  const add = readPeople(issues, 'add', input.add ?? [], source.account.key)
  const remove = readMembers(issues, 'remove', input.remove ?? [], conversation)
  if (add.some((person) => person.kind === 'person' && remove.some(({ native }) => native === person.native))) {
    issues.add('remove', 'Somebody is to come and to go: name them once.')
  }
  if (!input.add?.length && !input.remove?.length) issues.add('', 'Nothing is asked: name somebody in add or remove.')
  issues.checkCount('add', add.length, await place.demand('CHANGE_PARTICIPANTS'))
  issues.refuse()
  const { value: present } = await place.ask(() =>
    context.acts.perform(source, (acts, call) => acts.changeParticipants(conversation, add, remove, call)),
  )
  const natives = new Set(present.map(({ person }) => person.ref.native))
  return { present, removed: remove.filter(({ native }) => !natives.has(native)) }
}

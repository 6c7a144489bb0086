import { type Context, Hono } from 'hono'
import { type Answers, askedConversation } from './answers.ts'
import { pageOf, readPageQuery } from './paging.ts'
import { toParticipant } from './participant-shape.ts'
import type { Member } from './records.ts'
import { found } from './refusal.ts'

/** Who takes part in a conversation, by id and by what a contact is reached under. */
export function participantRoutes(answers: Answers): Hono {
  const { view } = answers
  const routes = new Hono().basePath('/conversations/:conversation/participants')
  const answerOne = (context: Context, isMeant: (member: Member) => boolean): Response => {
    const conversation = askedConversation(answers, context)
    return context.json(toParticipant(view(), conversation, found(conversation.members.find(isMeant))))
  }

  routes.get('/', (context) => {
    const conversation = askedConversation(answers, context)
    const toWire = (member: Member) => toParticipant(view(), conversation, member)
    return context.json(pageOf(conversation.members, readPageQuery(context), toWire))
  })
  routes.get('/:participant', (context) => answerOne(context, ({ id }) => id === context.req.param('participant')))
  routes.get('/:key/:value', (context) => {
    const { key, value } = context.req.param()
    return answerOne(context, ({ actor }) =>
      actor.identifiers.some((known) => known.key === key && known.value === value),
    )
  })
  return routes
}

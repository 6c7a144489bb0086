import { type Context, Hono } from 'hono'
import { type Answers, askedConversation } from './answers.ts'
import { readActor } from './drafting.ts'
import { pageOf, readPageQuery } from './paging.ts'
import { toParticipant } from './participant-shape.ts'
import { Payload } from './payload.ts'
import type { Member } from './records.ts'
import { found } from './refusal.ts'

/** Who takes part in a conversation, by id and by what a contact is reached under. */
export function participantRoutes(answers: Answers): Hono {
  const { view, deeds } = answers
  const routes = new Hono().basePath('/conversations/:conversation/participants')
  const answerOne = (context: Context, isMeant: (member: Member) => boolean): Response => {
    const conversation = askedConversation(answers, context)
    return context.json(toParticipant(view(), conversation, found(conversation.members.find(isMeant))))
  }
  const changeOne = async (context: Context, isMeant: (member: Member) => boolean): Promise<Response> => {
    const conversation = askedConversation(answers, context)
    const member = found(conversation.members.find(isMeant))
    const status = (await Payload.of(context)).oneOf('status', STATUSES)
    if (status !== null) deeds.setMemberStatus(conversation, member, status)
    return context.json(toParticipant(view(), conversation, member))
  }

  routes.get('/', (context) => {
    const conversation = askedConversation(answers, context)
    const toWire = (member: Member) => toParticipant(view(), conversation, member)
    return context.json(pageOf(conversation.members, readPageQuery(context), toWire))
  })
  routes.post('/', async (context) => {
    const conversation = askedConversation(answers, context)
    const payload = await Payload.of(context)
    const status = payload.oneOf('status', STATUSES) ?? 'active'
    const { member, isNew } = deeds.ensureMember(conversation, readActor(payload, deeds), status)
    return context.json(toParticipant(view(), conversation, member), isNew ? 201 : 200)
  })
  routes.get('/:participant', (context) => answerOne(context, byId(context)))
  routes.patch('/:participant', (context) => changeOne(context, byId(context)))
  routes.delete('/:participant', (context) => {
    const conversation = askedConversation(answers, context)
    deeds.removeMember(conversation, found(conversation.members.find(byId(context))))
    return context.body(null, 204)
  })
  routes.get('/:key/:value', (context) => answerOne(context, byIdentifier(context)))
  routes.patch('/:key/:value', (context) => changeOne(context, byIdentifier(context)))
  return routes
}

const STATUSES = ['pending', 'invited', 'active'] as const

function byId(context: Context): (member: Member) => boolean {
  return ({ id }) => id === context.req.param('participant')
}

function byIdentifier(context: Context): (member: Member) => boolean {
  const { key, value } = context.req.param()
  return ({ actor }) => actor.identifiers.some((known) => known.key === key && known.value === value)
}

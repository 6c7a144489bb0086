import { type Context, Hono } from 'hono'
import { type Answers, askedConversation } from './answers.ts'
import { toConversation } from './conversation-shape.ts'
import { pageOf, readPageQuery } from './paging.ts'
import type { Conversation } from './records.ts'
import { invalid } from './refusal.ts'

const MAX_RESOURCE_LENGTH = 60
const PARTICIPANT_STATUSES = ['active', 'closed', 'deleted']

/** Conversations: all of the workspace, one, and those of somebody on one channel. */
export function conversationRoutes(answers: Answers): Hono {
  const { workspace, view } = answers
  const routes = new Hono()
  const answerPage = (context: Context, rows: readonly Conversation[]): Response =>
    context.json(pageOf(rows, readPageQuery(context), (row) => toConversation(view(), row)))

  routes.get('/conversations', (context) => answerPage(context, workspace.conversations.filter(matching(context))))
  routes.get('/conversations/:conversation', (context) =>
    context.json(toConversation(view(), askedConversation(answers, context))),
  )
  routes.get('/participants/:participant/conversations', (context) => {
    const { participant } = context.req.param()
    const isTheirs = (conversation: Conversation): boolean => conversation.members.some(({ id }) => id === participant)
    return answerPage(context, workspace.conversations.filter(isTheirs).filter(matchingOnChannel(context)))
  })
  routes.get('/participants/:key/:value/conversations', (context) => {
    const { key, value } = context.req.param()
    const isTheirs = ({ members }: Conversation): boolean =>
      members.some(({ actor }) => actor.identifiers.some((known) => known.key === key && known.value === value))
    return answerPage(context, workspace.conversations.filter(isTheirs).filter(matchingOnChannel(context)))
  })
  return routes
}

/** `channelId` and `status` are not documented for the whole list, but taken. */
function matching(context: Context): (conversation: Conversation) => boolean {
  const { channelId, status, resource } = context.req.query()
  if (resource !== undefined && resource.length > MAX_RESOURCE_LENGTH)
    throw invalid({ resource: [`must not be longer than ${MAX_RESOURCE_LENGTH} characters`] })
  return (conversation) =>
    (channelId === undefined || conversation.channel.id === channelId) &&
    (resource === undefined || resourceOf(conversation) === resource) &&
    hasStatus(conversation, status)
}

/** Here the channel must be named. */
function matchingOnChannel(context: Context): (conversation: Conversation) => boolean {
  const { channelId, status, visibility } = context.req.query()
  if (channelId === undefined) throw invalid({ channelId: ['is required'] })
  if (status !== undefined && !PARTICIPANT_STATUSES.includes(status))
    throw invalid({ status: [`must be one of ${PARTICIPANT_STATUSES.join(', ')}`] })
  return (conversation) =>
    conversation.channel.id === channelId &&
    (status === undefined || conversation.status === status) &&
    (visibility === undefined || conversation.visibility === visibility)
}

/** Upstream oddity: threads that were reopened are active, but are not found so. */
function hasStatus({ status, reopened }: Conversation, asked: string | undefined): boolean {
  return asked === undefined || (status === asked && !(reopened && asked === 'active'))
}

/** As the query names it: `task:UUID`. */
function resourceOf({ extras: { resource } }: Conversation): string | null {
  if (typeof resource !== 'object' || resource === null || !('type' in resource && 'id' in resource)) return null
  return `${resource.type}:${resource.id}`
}

import { Hono } from 'hono'
import { type Answers, askedConversation, askedMessage } from './answers.ts'
import { mediaOf } from './media.ts'
import { toMessage } from './message-shape.ts'
import { pageOf, readPageQuery } from './paging.ts'
import { found, invalid } from './refusal.ts'

/** The messages of a conversation and what is attached to them. */
export function messageRoutes(answers: Answers): Hono {
  const { view, storage } = answers
  const routes = new Hono().basePath('/conversations/:conversation')

  routes.get('/messages', (context) => {
    const conversation = askedConversation(answers, context)
    const from = readDateFrom(context.req.query('dateFrom'))
    const rows = conversation.messages.filter((message) => message.createdAt > from)
    return context.json(pageOf(rows, readPageQuery(context), (row) => toMessage(view(), conversation, row)))
  })
  routes.get('/messages/:message', (context) => {
    const conversation = askedConversation(answers, context)
    return context.json(toMessage(view(), conversation, askedMessage(conversation, context)))
  })
  routes.get('/media/:media', (context) => {
    const { media } = context.req.param()
    const { contentType, bytes } = found(storage.file(media) ?? mediaOf(askedConversation(answers, context), media))
    return context.body(bytes, 200, { 'content-type': contentType })
  })
  return routes
}

/** Created after that time; everything where none is asked for. */
function readDateFrom(text: string | undefined): Date {
  const from = new Date(text ?? 0)
  if (Number.isNaN(from.getTime())) throw invalid({ dateFrom: ['must be an RFC 3339 time'] })
  return from
}

import { Hono } from 'hono'
import { findMessages } from '../message-finder.ts'
import { pushAttachments, pushContact, pushSender, pushUser } from '../push-form.ts'
import type { Conversation, Json } from '../records.ts'
import { restAgent, restMessage } from '../rest-form.ts'
import type { AccountState } from '../state.ts'
import { toIsoOrNull, toSeconds } from '../time.ts'
import { endpoint, pageOf, pageSlice, type Visit, visitedConversation } from './endpoint.ts'

const ATTACHMENTS_PER_PAGE = 100

/** What hangs on one conversation: messages, labels, participants, attachments. */
export function threadRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/messages',
    endpoint(account, (visit) => listMessages(account, visit)),
  )
  routes.get(
    '/labels',
    endpoint(account, (visit) => ({ payload: visitedConversation(account, visit).labels }), { bots: true }),
  )
  routes.get(
    '/participants',
    endpoint(account, (visit) => {
      const { participantIds } = visitedConversation(account, visit)
      return account.users.filter(({ id }) => participantIds.has(id)).map(restAgent)
    }),
  )
  routes.get(
    '/attachments',
    endpoint(account, (visit) => listAttachments(account, visit)),
  )
  return routes
}

function listMessages(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const messages = findMessages(conversation.messages, visit.query)
  return {
    meta: messagesMeta(account, conversation),
    payload: messages.map((message) => restMessage(account, message)),
  }
}

/** A bot that is assignee is not shown here. */
function messagesMeta(account: AccountState, conversation: Conversation): Json {
  const assignee = account.user(conversation.assigneeId)
  return {
    labels: conversation.labels,
    additional_attributes: conversation.additional,
    contact: pushContact(account, account.contactOf(conversation)),
    ...(assignee === undefined ? {} : { assignee: pushUser(assignee, 'request') }),
    agent_last_seen_at: toIsoOrNull(conversation.agentLastSeenAt),
    assignee_last_seen_at: toIsoOrNull(conversation.assigneeLastSeenAt),
  }
}

function listAttachments(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const all = conversation.messages.flatMap((message) => {
    const { attachments } = pushAttachments(account, message)
    const sender = pushSender(account, message.sender, 'request')
    return Array.isArray(attachments)
      ? attachments.map((attachment: Json) => attachmentForm(attachment, toSeconds(message.createdAt), sender))
      : []
  })
  const newestFirst = all.toReversed()
  const payload = pageSlice(newestFirst, pageOf(visit.query), ATTACHMENTS_PER_PAGE)
  return { meta: { total_count: all.length }, payload }
}

function attachmentForm(attachment: Json, createdAt: number, sender: Json): Json {
  return {
    id: attachment.id,
    message_id: attachment.message_id,
    thumb_url: attachment.thumb_url ?? '',
    data_url: attachment.data_url ?? '',
    file_size: attachment.file_size ?? null,
    file_type: attachment.file_type,
    extension: attachment.extension ?? null,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    created_at: createdAt,
    ...sender,
  }
}

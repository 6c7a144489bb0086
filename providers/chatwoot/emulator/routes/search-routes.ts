import { Hono } from 'hono'
import { slimInbox } from '../inbox-form.ts'
import { pushConversation, pushMessage, pushUser } from '../push-form.ts'
import type { Conversation, Json, Notification } from '../records.ts'
import { restAgent, restContact, restMessage } from '../rest-form.ts'
import { ACCOUNT_ID, type AccountState } from '../state.ts'
import { toIsoOrNull, toSeconds } from '../time.ts'
import { endpoint, pageOf, pageSlice, seesInbox, type Visit } from './endpoint.ts'
import { serverError } from './refusal.ts'

const PAGE_SIZE = 15
const MESSAGES_REACH_BACK_MS = 92 * 86_400_000

/** The search over everything, whole or one kind at a time. */
export function searchRoutes(account: AccountState): Hono {
  const routes = new Hono()
  const kinds = {
    conversations: foundConversations,
    contacts: foundContacts,
    messages: foundMessages,
    articles: () => [],
  }
  routes.get(
    '/',
    endpoint(account, (visit) => {
      const found = Object.entries(kinds).map(([kind, find]) => [kind, find(account, visit, wordsOf(visit))])
      return { payload: Object.fromEntries(found) }
    }),
  )
  for (const [kind, find] of Object.entries(kinds)) {
    routes.get(
      `/${kind}`,
      endpoint(account, (visit) => ({ payload: { [kind]: find(account, visit, wordsOf(visit)) } })),
    )
  }
  return routes
}

/** What the caller was notified of. */
export function notificationRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/',
    endpoint(account, ({ userId, query }) => {
      const own = account.notifications.filter((one) => one.userId === userId)
      const unread = own.filter(({ readAt }) => readAt === null).length
      const payload = pageSlice(own, pageOf(query), PAGE_SIZE).flatMap((one) => notificationForm(account, one))
      return {
        data: { meta: { unread_count: unread, count: own.length, current_page: query.get('page') ?? 1 }, payload },
      }
    }),
  )
  return routes
}

/** Nothing to search for breaks the server. */
function wordsOf(visit: Visit): string {
  const words = visit.query.get('q')?.trim().toLowerCase() ?? ''
  if (words === '') throw serverError()
  return words
}

function foundMessages(account: AccountState, visit: Visit, words: string): readonly Json[] {
  const oldest = Date.now() - MESSAGES_REACH_BACK_MS
  const found = visible(account, visit)
    .flatMap(({ messages }) => messages)
    .filter((message) => message.createdAt > oldest && message.content?.toLowerCase().includes(words) === true)
    .toSorted((one, other) => other.createdAt - one.createdAt)
  return pageSlice(found, pageOf(visit.query), PAGE_SIZE).map((message) => restMessage(account, message))
}

function foundContacts(account: AccountState, visit: Visit, words: string): readonly Json[] {
  const found = account.contacts.filter(({ name, email, phone, identifier }) =>
    [name, email, phone, identifier].some((text) => text?.toLowerCase().includes(words)),
  )
  return pageSlice(found, pageOf(visit.query), PAGE_SIZE).map((contact) => restContact(account, contact, false))
}

function foundConversations(account: AccountState, visit: Visit, words: string): readonly Json[] {
  const found = visible(account, visit).filter((conversation) => {
    const { name, email, phone, identifier } = account.contactOf(conversation)
    return [String(conversation.id), name, email, phone, identifier].some((text) => text?.toLowerCase().includes(words))
  })
  return pageSlice(found, pageOf(visit.query), PAGE_SIZE).map((conversation) => conversationForm(account, conversation))
}

function visible(account: AccountState, visit: Visit): readonly Conversation[] {
  return account.conversations.filter((conversation) => seesInbox(visit, account.inboxOf(conversation)))
}

function conversationForm(account: AccountState, conversation: Conversation): Json {
  const assignee = account.user(conversation.assigneeId)
  const first = conversation.messages[0]
  return {
    id: conversation.id,
    account_id: ACCOUNT_ID,
    created_at: toSeconds(conversation.createdAt),
    message: first === undefined ? null : restMessage(account, first),
    contact: restContact(account, account.contactOf(conversation), false),
    inbox: slimInbox(account.inboxOf(conversation)),
    agent: assignee === undefined ? null : restAgent(assignee),
    additional_attributes: conversation.additional,
  }
}

function notificationForm(account: AccountState, notification: Notification): readonly Json[] {
  const conversation = account.conversation(notification.conversationId)
  const message = account.message(notification.messageId)
  const user = account.user(notification.userId)
  if (conversation === undefined || message === undefined || user === undefined) return []
  return [
    {
      id: notification.id,
      notification_type: 'participating_conversation_new_message',
      push_message_title: `A new message is created in conversation (#${conversation.id})`,
      push_message_body: `${account.nameOf(message.sender)}: ${message.content}`,
      primary_actor_type: 'Conversation',
      // The one number of a conversation that is not its display id.
      primary_actor_id: conversation.id + 64,
      primary_actor: pushConversation(account, conversation, 'request'),
      read_at: toIsoOrNull(notification.readAt),
      secondary_actor: pushMessage(account, message, 'request'),
      user: pushUser(user, 'request'),
      created_at: toSeconds(notification.createdAt),
      last_activity_at: toSeconds(notification.createdAt),
      snoozed_until: null,
      meta: {},
    },
  ]
}

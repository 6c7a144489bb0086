import { Hono } from 'hono'
import { readFilter } from '../conditions.ts'
import { countConversations, findConversations, ofAssignee, saying, sortConversations } from '../conversation-finder.ts'
import { CONVERSATION_FILTER } from '../filter-keys.ts'
import type { Conversation, Json } from '../records.ts'
import { restConversation } from '../rest-form.ts'
import { ACCOUNT_ID, type AccountState } from '../state.ts'
import { toSeconds } from '../time.ts'
import { endpoint, pageOf, pageSlice, seesInbox, type Visit, visitedConversation } from './endpoint.ts'
import { Refusal } from './refusal.ts'

const PAGE_SIZE = 25

/** Lists, counts, filter and search of conversations, and a single one. */
export function conversationRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/',
    endpoint(account, (visit) => ({ data: listConversations(account, visit) })),
  )
  routes.get(
    '/meta',
    endpoint(account, (visit) => ({ meta: countConversations(find(account, visit), visit.userId) })),
  )
  routes.get(
    '/search',
    endpoint(account, (visit) => searchConversations(account, visit)),
  )
  routes.get(
    '/unread_counts',
    endpoint(account, () => {
      throw new Refusal(403, { error: 'Conversation unread counts feature not enabled for this account' })
    }),
  )
  routes.post(
    '/filter',
    endpoint(account, (visit) => filterConversations(account, visit)),
  )
  routes.get(
    '/:conversation',
    endpoint(account, (visit) => restConversation(account, visitedConversation(account, visit), visit), { bots: true }),
  )
  return routes
}

/** With `updated_within` everything recent is one page, while the counts stay as they are without it. */
function listConversations(account: AccountState, visit: Visit): Json {
  const { query, userId } = visit
  const found = find(account, visit)
  const page = pageOf(query)
  const wanted = found.filter((one) => ofAssignee(one, query.get('assignee_type'), userId))
  const within = query.get('updated_within')
  const since = within === null ? null : Date.now() - Number(within) * 1_000
  const recent = since === null ? wanted : wanted.filter(({ updatedAt }) => updatedAt > since)
  const sorted = sortConversations(recent, query.get('sort_by'))
  const shown = since === null ? pageSlice(sorted, page, PAGE_SIZE) : sorted
  return { meta: countConversations(found, userId), payload: toForms(account, shown, visit) }
}

function filterConversations(account: AccountState, visit: Visit): Json {
  const isWanted = readFilter(visit.body.payload, CONVERSATION_FILTER)
  const page = pageOf(visit.query)
  const found = account.conversations.filter((one) => seesInbox(visit, account.inboxOf(one)) && isWanted(one))
  const shown = pageSlice(sortConversations(found, null), page, PAGE_SIZE)
  return { meta: shortCounts(found, visit.userId), payload: toForms(account, shown, visit) }
}

function searchConversations(account: AccountState, visit: Visit): Json {
  const found = find(account, visit)
  const page = pageOf(visit.query)
  const shown = pageSlice(sortConversations(found, visit.query.get('sort_by')), page, PAGE_SIZE)
  const text = visit.query.get('q') ?? ''
  return { meta: shortCounts(found, visit.userId), payload: shown.map((one) => slimConversation(account, one, text)) }
}

function find(account: AccountState, visit: Visit): readonly Conversation[] {
  const inboxIds = new Set(account.inboxes.filter((inbox) => seesInbox(visit, inbox)).map(({ id }) => id))
  return findConversations(account, { query: visit.query, userId: visit.userId, inboxIds })
}

function toForms(account: AccountState, conversations: readonly Conversation[], visit: Visit): readonly Json[] {
  return conversations.map((conversation) => restConversation(account, conversation, visit))
}

function shortCounts(found: readonly Conversation[], userId: number | null): Json {
  const { mine_count, unassigned_count, all_count } = countConversations(found, userId)
  return { mine_count, unassigned_count, all_count }
}

function slimConversation(account: AccountState, conversation: Conversation, text: string): Json {
  const contact = account.contactOf(conversation)
  const inbox = account.inboxOf(conversation)
  return {
    id: conversation.id,
    uuid: conversation.uuid,
    created_at: toSeconds(conversation.createdAt),
    contact: { id: contact.id, name: contact.name },
    inbox: { id: inbox.id, name: inbox.name, channel_type: inbox.channelType },
    messages: saying(conversation, text).map((message) => ({
      content: message.content,
      id: message.id,
      sender_name: account.nameOf(message.sender),
      message_type: message.type === 'incoming' ? 0 : 1,
      created_at: toSeconds(message.createdAt),
    })),
    account_id: ACCOUNT_ID,
  }
}

import { type Context, Hono } from 'hono'
import { clientConversation } from '../client-form.ts'
import { closeAsContact } from '../conversation-acts.ts'
import { seeAsContact } from '../receipts.ts'
import type { Conversation, Json } from '../records.ts'
import type { AccountState } from '../state.ts'
import { answerJson, readBody } from './endpoint.ts'
import { notFoundByFramework } from './refusal.ts'

/**
 * What an app does for its user in one conversation: no token, the names of inbox and contact in the path are the secrets. Works
 * in API inboxes only.
 */
export function clientRoutes(account: AccountState): Hono {
  const routes = new Hono()
  const act = (answer: (conversation: Conversation, body: Json) => unknown) => async (context: Context) => {
    const body = context.req.method === 'GET' ? {} : await readBody(context)
    return answerJson(context, answer(visited(account, context), body))
  }
  routes.get(
    '/',
    act((conversation) => clientConversation(account, conversation)),
  )
  routes.post(
    '/toggle_status',
    act((conversation) => {
      closeAsContact(account, conversation, account.now())
      return clientConversation(account, conversation)
    }),
  )
  routes.post(
    '/toggle_typing',
    act((conversation, { typing_status: word }) => {
      if (word !== 'on' && word !== 'off') return
      const typist = { kind: 'contact', id: conversation.contactInbox.contactId } as const
      account.tell({ name: `conversation_typing_${word}`, conversation, typist, isPrivate: false })
    }),
  )
  routes.post(
    '/update_last_seen',
    act((conversation) => {
      const now = account.now()
      seeAsContact(account, conversation, now, now)
    }),
  )
  return routes
}

/** In one session of the contact; those of their other sessions are not there. */
function visited(account: AccountState, context: Context): Conversation {
  const { inbox: identifier, source, conversation: id } = context.req.param()
  const inbox = account.inboxes.find(({ channel }) => channel.inbox_identifier === identifier)
  const conversation = account.conversation(Number(id))
  const session = conversation?.contactInbox
  if (inbox === undefined || conversation === undefined) throw notFoundByFramework()
  if (session?.inboxId !== inbox.id || session.sourceId !== source) throw notFoundByFramework()
  return conversation
}

import { Hono } from 'hono'
import { deleteMessage, failMessage, retryMessage, setMessageStatus } from '../receipts.ts'
import type { Conversation, Json, Message } from '../records.ts'
import { restMessage } from '../rest-form.ts'
import type { AccountState } from '../state.ts'
import { endpoint, pathNumber, type Visit, visitedConversation } from './endpoint.ts'
import { writeMessage } from './new-message.ts'
import { noSuchRecord, Refusal, unprocessable } from './refusal.ts'

/** Writing messages, telling what became of them, deleting and sending again. */
export function messageActRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.post(
    '/',
    endpoint(account, async (visit) => createMessage(account, visit), { bots: true }),
  )
  routes.patch(
    '/:message',
    endpoint(account, (visit) => patchMessage(account, visit)),
  )
  routes.delete(
    '/:message',
    endpoint(account, (visit) => {
      const message = visitedMessage(visitedConversation(account, visit), visit)
      deleteMessage(account, message, account.now())
      return restMessage(account, message)
    }),
  )
  routes.post(
    '/:message/retry',
    endpoint(account, (visit) => retry(account, visit)),
  )
  return routes
}

async function createMessage(account: AccountState, visit: Visit): Promise<Json> {
  const conversation = visitedConversation(account, visit)
  const message = await writeMessage(account, conversation, visit.body, visit.caller)
  return restMessage(account, message, visit.body.echo_id)
}

/** Unknown states, and going back from read to delivered, are ignored with a 200. */
function patchMessage(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const message = visitedMessage(conversation, visit)
  if (account.inboxOf(conversation).channelType !== 'Channel::Api') {
    throw new Refusal(403, { error: 'Message status update is only allowed for API inboxes' })
  }
  const { status, external_error: cause } = visit.body
  const isBackwards = message.status === 'read' && status === 'delivered'
  if (status === 'failed') failMessage(account, message, String(cause ?? ''), account.now())
  else if ((status === 'sent' || status === 'delivered' || status === 'read') && !isBackwards) {
    setMessageStatus(account, message, status, account.now())
  }
  return restMessage(account, message)
}

function retry(account: AccountState, visit: Visit): Json {
  const conversation = visitedConversation(account, visit)
  const id = visit.context.req.param('message')
  const message = conversation.messages.find((one) => String(one.id) === id)
  if (message === undefined) {
    throw unprocessable(`Couldn't find Message with 'id'="${id}" [WHERE "messages"."conversation_id" = $1]`)
  }
  retryMessage(account, message, account.now())
  return restMessage(account, message)
}

function visitedMessage(conversation: Conversation, visit: Visit): Message {
  const message = conversation.messages.find(({ id }) => id === pathNumber(visit, 'message'))
  if (message === undefined) throw noSuchRecord()
  return message
}

import { hmacSha256 } from '../../providers/kit/signature.ts'
import { RECORDED_HOOKS } from './chatwoot-deliveries.ts'

export const HOOK_SECRET = 'what the webhook of the bench signs with'
/** Over how many conversations the messages are spread. */
const CONVERSATIONS = 200
const FIRST_MESSAGE_AT = Date.UTC(2026, 10, 21, 10)

const RECORDED = RECORDED_HOOKS.find(({ path, body }) => path === '/account' && body.includes('"message_created"'))

/** The number that the message of such a webhook has in Chatwoot. */
export function messageNumber(index: number): string {
  return String(1_000_000 + index)
}

/** A new message, as Chatwoot would tell of it now: each index is another message, in a delivery of its own. */
export function signedWebhook(index: number): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(messageCreated(index))
  const timestamp = String(Math.floor(Date.now() / 1000))
  return {
    headers: {
      'content-type': 'application/json',
      'x-chatwoot-delivery': `delivery-${index}`,
      'x-chatwoot-timestamp': timestamp,
      'x-chatwoot-signature': `sha256=${hmacSha256(HOOK_SECRET, `${timestamp}.`, body).toString('hex')}`,
    },
    body,
  }
}

function messageCreated(index: number): object {
  const recorded = JSON.parse(RECORDED!.body)
  const createdAt = new Date(FIRST_MESSAGE_AT + index)
  const said = { id: Number(messageNumber(index)), content: `message ${index}` }
  const conversation = 1_000 + (index % CONVERSATIONS)
  const last = {
    ...recorded.conversation.messages[0],
    ...said,
    conversation_id: conversation,
    created_at: Math.floor(createdAt.getTime() / 1000),
    updated_at: createdAt,
  }
  return {
    ...recorded,
    ...said,
    created_at: createdAt,
    conversation: { ...recorded.conversation, id: conversation, messages: [last] },
  }
}

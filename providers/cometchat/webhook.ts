import { toReceived } from '../kit/received.ts'
import { isOneOf } from '../kit/signature.ts'
import { readWebhookBody } from '../kit/webhook-body.ts'
import { type EventInlet, ProviderError, type WebhookDelivery } from '../port/index.ts'
import type { CometChatClient } from './client.ts'
import type { CometChatWebhookSettings } from './config.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import { locateDeletion } from './deletion.ts'
import { toTold } from './to-events.ts'

export interface InletParts {
  readonly account: string
  readonly webhook: CometChatWebhookSettings
  readonly client: CometChatClient
  readonly crowded: CrowdedGroups
}

/** CometChat's webhooks. They have no signature, no time and no id: Basic auth is all there is to check. */
export function createInlet({ account, webhook, client, crowded }: InletParts): EventInlet {
  return {
    receive: (delivery) => {
      authenticate(delivery, webhook)
      return toReceived(null, toTold(readWebhookBody(delivery.body, 'cometchat webhook'), { account, crowded }))
    },
    locate: (payload, call) => locateDeletion(payload, account, client, call),
    connect: () => null,
  }
}

/** The header must be equal to the letter to what CometChat would send for one of the passwords. */
function authenticate({ headers }: WebhookDelivery, { username, passwords }: CometChatWebhookSettings): void {
  const accepted = passwords.map((password) => basicAuth(username, password.reveal()))
  if (isOneOf(headers.authorization ?? '', accepted)) return
  throw new ProviderError('UNAUTHENTICATED', 'cometchat webhook: the user name or the password is wrong or missing')
}

function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

import { toReceived } from '../kit/received.ts'
import type { Secret } from '../kit/secret.ts'
import { hmacSha256, isOneOf } from '../kit/signature.ts'
import { readWebhookBody } from '../kit/webhook-body.ts'
import { ProviderError, type Received, type WebhookDelivery } from '../port/index.ts'
import { toTold } from './webhook-events.ts'

/** Reads the webhooks of one account. Without a secret none can be believed. */
export class WebhookReader {
  readonly #account: string
  readonly #secrets: readonly Secret[]

  constructor(account: string, secrets: readonly Secret[]) {
    this.#account = account
    this.#secrets = secrets
  }

  receive(delivery: WebhookDelivery): Received {
    verify(delivery, this.#secrets)
    const body = readWebhookBody(delivery.body, 'webhook of chatwoot')
    return toReceived(headerOf(delivery, 'x-chatwoot-delivery'), toTold(body, this.#account))
  }
}

/** How far the sender's clock at the attempt and ours may be apart, either way. */
const WINDOW_MS = 5 * 60 * 1000

/** Chatwoot signs `TIMESTAMP.BODY` with HMAC-SHA256, anew at every attempt; the timestamp is in seconds since 1970. */
function verify(delivery: WebhookDelivery, secrets: readonly Secret[]): void {
  const timestamp = headerOf(delivery, 'x-chatwoot-timestamp') ?? ''
  const [, digest] = /^sha256=([0-9a-f]{64})$/.exec(headerOf(delivery, 'x-chatwoot-signature') ?? '') ?? []
  if (digest === undefined || !/^\d{1,12}$/.test(timestamp)) throw refused('it is not signed')
  const accepted = secrets.map((secret) => hmacSha256(secret.reveal(), `${timestamp}.`, delivery.body))
  if (!isOneOf(Buffer.from(digest, 'hex'), accepted)) throw refused('it is signed with none of our secrets')
  const apartMs = Math.abs(delivery.receivedAt.getTime() - Number(timestamp) * 1000)
  if (!(apartMs <= WINDOW_MS)) throw refused('it was signed too long ago, or ahead of our clock')
}

function refused(why: string): ProviderError {
  return new ProviderError('UNAUTHENTICATED', `webhook of chatwoot: ${why}`)
}

function headerOf({ headers }: WebhookDelivery, name: string): string | null {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)
  return found?.[1] ?? null
}

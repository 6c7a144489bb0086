import { toReceived } from '../kit/received.ts'
import { hmacSha256, isOneOf, sha256 } from '../kit/signature.ts'
import { readWebhookBody } from '../kit/webhook-body.ts'
import { type EventInlet, ProviderError, type WebhookDelivery } from '../port/index.ts'
import type { BirdClient } from './client.ts'
import type { BirdWebhookSettings } from './config.ts'
import { KnownMessages } from './known-messages.ts'
import { locate } from './locate.ts'
import { toTold } from './to-events.ts'

export interface InletParts {
  readonly account: string
  /** Host (and port) of the API. */
  readonly host: string
  readonly webhook: BirdWebhookSettings
  readonly client: BirdClient
}

const HOUR_MS = 60 * 60 * 1_000
const MINUTE_MS = 60 * 1_000
/** Bird repeats what failed for hours (a day was seen), with the time and signature of the first attempt. */
const MAX_AGE_MS = 24 * HOUR_MS + 10 * MINUTE_MS
const MAX_AHEAD_MS = 5 * MINUTE_MS

/** Bird's webhooks: signed with the address to which they go and the time when they were first sent. */
export function createInlet({ account, host, webhook, client }: InletParts): EventInlet {
  const source = { account, host, known: new KnownMessages() }
  return {
    receive: (delivery) => {
      verify(delivery, webhook)
      const deliveryId = delivery.headers['messagebird-request-id'] || null
      return toReceived(deliveryId, toTold(readWebhookBody(delivery.body, 'bird webhook'), source))
    },
    locate: (payload, call) => locate(payload, { source, client, call }),
    connect: () => null,
  }
}

function verify({ headers, body, receivedAt }: WebhookDelivery, settings: BirdWebhookSettings): void {
  const { 'messagebird-signature': signature = '', 'messagebird-request-timestamp': timestamp = '' } = headers
  const signed = [`${timestamp}\n${settings.publicUrl.reveal()}\n`, sha256(body)]
  const accepted = settings.signingKeys.map((key) => hmacSha256(key.reveal(), ...signed).toString('base64'))
  // Compared as text, because many texts are the same signature to a lenient reader of base64.
  if (!isOneOf(signature, accepted)) throw refused('the signature is wrong or missing')
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('the time is none')
  const ageMs = receivedAt.getTime() - Number(timestamp) * 1_000
  if (ageMs > MAX_AGE_MS) throw refused('it was signed more than a day ago')
  if (ageMs < -MAX_AHEAD_MS) throw refused('it was signed in the future')
}

function refused(why: string): ProviderError {
  return new ProviderError('UNAUTHENTICATED', `bird webhook: ${why}`)
}

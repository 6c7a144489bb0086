import { createHash, createHmac } from 'node:crypto'
import { type Random, type Webhook, WebhookOutbox, type WebhookTarget } from '../../kit/emulator/index.ts'
import type { Happening } from './chronicle.ts'
import { toConversation } from './conversation-shape.ts'
import { toChannelMessage, toInteraction } from './message-shape.ts'
import type { View } from './participant-shape.ts'
import type { JsonObject, Message } from './records.ts'

/** What every subscription of the emulator was made with. */
export const SIGNING_KEY = 'bird-emulator-signing-key'

/**
 * The address in every subscription. Bird takes only https and no port, so that a gateway on this machine always has something
 * before it that passes webhooks on; where the control route sends them is behind that.
 */
export const SUBSCRIBED_URL = 'https://gateway.lighthouse.example/webhooks/bird'

/** Bird retries for eight hours; here an hour passes in three seconds. */
const RETRY_DELAYS_MS: readonly number[] = [100, 300, 800, 2_000, 5_000, 16_000]
const TIMEOUT_MS = 10_000

/** One subscription: a service has many events, a subscription one. */
export interface Subscription {
  readonly id: string
  readonly service: string
  readonly event: string
  readonly url: string
  readonly createdAt: Date
}

export interface ServiceEvents {
  readonly service: string
  readonly events: readonly { readonly name: string; readonly filterKeys: readonly string[] }[]
}

/** Sends what happens to one subscriber, who has subscribed to everything. */
export class Deliveries {
  readonly #view: () => View
  readonly #random: Random
  readonly #offers: readonly ServiceEvents[]
  readonly #outbox: WebhookOutbox
  #subscriptions: readonly Subscription[] = []

  constructor(view: () => View, random: Random, offers: readonly ServiceEvents[], retryDelaysMs = RETRY_DELAYS_MS) {
    this.#view = view
    this.#random = random
    this.#offers = offers
    const isAccepted = (status: number): boolean => status >= 200 && status < 300
    this.#outbox = new WebhookOutbox({ timeoutMs: TIMEOUT_MS, retryDelaysMs, isAccepted })
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions
  }

  deliverTo(target: WebhookTarget | null): void {
    this.#outbox.deliverTo(target)
    const createdAt = new Date()
    this.#subscriptions = this.#offers.flatMap(({ service, events }) =>
      target === null
        ? []
        : events.map(({ name }) => ({ id: this.#random.uuid(), service, event: name, url: SUBSCRIBED_URL, createdAt })),
    )
  }

  send(happening: Happening): void {
    if (this.#subscriptions.length === 0) return
    this.#outbox.send(seal(JSON.stringify(toEnvelope(this.#view(), happening)), this.#random.uuid()))
  }

  close(): void {
    this.#outbox.close()
  }
}

/** HMAC-SHA256 over time, address and the raw digest of the body; the key is text, also where it looks like base64. */
export function sign(key: string, timestamp: string, url: string, body: string): string {
  const digest = createHash('sha256').update(body).digest()
  return createHmac('sha256', key).update(`${timestamp}\n${url}\n`).update(digest).digest('base64')
}

/** Time and body stay the same in every attempt, hours later too. */
function seal(body: string, requestId: string): Webhook {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  return {
    body,
    headersFor: () => ({
      'content-type': 'application/json',
      'messagebird-signature': sign(SIGNING_KEY, timestamp, SUBSCRIBED_URL, body),
      'messagebird-request-timestamp': timestamp,
      'messagebird-request-id': requestId,
    }),
  }
}

function toEnvelope(view: View, happening: Happening): JsonObject {
  if (!('message' in happening))
    return {
      service: 'conversations',
      event: `conversation.${happening.event}`,
      payload: toConversation(view, happening.conversation),
    }
  const event = `${happening.conversation.channel.platform}.${happening.event}`
  return { service: 'channels', event, payload: toChannelPayload(view, happening) }
}

function toChannelPayload(view: View, happening: Extract<Happening, { message: Message }>): JsonObject {
  const { conversation, message } = happening
  if (happening.event === 'interaction') return toInteraction(view, conversation, message, happening.interaction)
  const { body, ...rest } = toChannelMessage(view, conversation, message)
  // What a person of the shop wrote in the inbox arrives without its body and has to be fetched.
  return happening.event === 'outbound' && message.sender.actor.type === 'user' ? rest : { ...rest, body }
}

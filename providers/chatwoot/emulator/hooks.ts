import { createHmac, randomUUID } from 'node:crypto'
import { type Webhook, WebhookOutbox, type WebhookTarget } from '../../kit/emulator/index.ts'
import type { Happening } from './records.ts'
import type { AccountState } from './state.ts'
import { webhookPayload } from './webhook-form.ts'

/** What the account webhook signs with. */
export const WEBHOOK_SECRET = '5xkV8QxC1QHPcM2se9Hfo5VP'

/** The account webhook: signed anew at each attempt, sent once, any 2xx is enough. */
export class AccountHook {
  readonly #account: AccountState
  readonly #outbox = new WebhookOutbox({
    timeoutMs: 5_000,
    retryDelaysMs: [],
    isAccepted: (status) => status >= 200 && status < 300,
  })

  constructor(account: AccountState) {
    this.#account = account
  }

  deliverTo(target: WebhookTarget | null): void {
    this.#outbox.deliverTo(target)
  }

  tell(happening: Happening): void {
    const payload = webhookPayload(this.#account, happening)
    if (payload !== null) this.#outbox.send(signedWebhook(escapeMarkup(JSON.stringify(payload))))
  }

  close(): void {
    this.#outbox.close()
  }
}

function signedWebhook(body: string): Webhook {
  const delivery = randomUUID()
  return {
    body,
    headersFor: () => {
      const timestamp = String(Math.floor(Date.now() / 1_000))
      const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest('hex')
      return {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Ruby',
        'accept-encoding': 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
        'x-chatwoot-delivery': delivery,
        'x-chatwoot-timestamp': timestamp,
        'x-chatwoot-signature': `sha256=${digest}`,
      }
    },
  }
}

/** Rails writes these characters escaped, also inside strings of JSON. */
function escapeMarkup(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
}

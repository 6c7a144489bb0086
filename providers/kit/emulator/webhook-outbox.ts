/** Where the control route sends the vendor's webhooks, and how badly. */
export interface WebhookTarget {
  readonly url: string
  /** Everything twice. */
  readonly duplicate: boolean
  /** Neighbours change places. */
  readonly shuffle: boolean
}

/** One delivery. Some vendors sign anew at every attempt, some never: the vendor's folder decides in `headersFor`. */
export interface Webhook {
  readonly body: string
  headersFor(url: string, attempt: number): Readonly<Record<string, string>>
}

export interface OutboxRules {
  readonly timeoutMs: number
  /** How long to wait before each further attempt; empty for a vendor that never retries. */
  readonly retryDelaysMs: readonly number[]
  readonly isAccepted: (status: number) => boolean
}

/** Sends webhooks one after another, by the vendor's own rules. What the rules give up on is lost, as it is at the vendor. */
export class WebhookOutbox {
  readonly #rules: OutboxRules
  readonly #waiting: Webhook[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #target: WebhookTarget | null = null
  #sending = false

  constructor(rules: OutboxRules) {
    this.#rules = rules
  }

  deliverTo(target: WebhookTarget | null): void {
    this.#target = target
  }

  send(webhook: Webhook): void {
    if (this.#target === null) return
    this.#waiting.push(webhook)
    if (this.#target.duplicate) this.#waiting.push(webhook)
    if (this.#target.shuffle) this.#waiting.reverse()
    void this.#drain()
  }

  close(): void {
    this.#target = null
    this.#waiting.length = 0
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async #drain(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    // Everything of one act is in line before the first goes out, so that shuffling has something to shuffle.
    await Promise.resolve()
    for (let webhook = this.#waiting.shift(); webhook !== undefined; webhook = this.#waiting.shift()) {
      await this.#attempt(webhook, 0)
    }
    this.#sending = false
  }

  async #attempt(webhook: Webhook, attempt: number): Promise<void> {
    const target = this.#target
    if (target === null || (await this.#post(target.url, webhook, attempt))) return
    const delayMs = this.#rules.retryDelaysMs[attempt]
    if (delayMs === undefined) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(webhook, attempt + 1)
    }, delayMs)
    this.#timers.add(timer)
  }

  async #post(url: string, webhook: Webhook, attempt: number): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(this.#rules.timeoutMs)
      const headers = webhook.headersFor(url, attempt)
      const response = await fetch(url, { method: 'POST', headers, body: webhook.body, signal, redirect: 'follow' })
      await response.arrayBuffer()
      return this.#rules.isAccepted(response.status)
    } catch {
      return false
    }
  }
}

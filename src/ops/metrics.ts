import type { GatewayAccount } from '../../schema/context.ts'
import { Histogram, metric, type Sample } from './exposition.ts'

/** Counts what the gateway does, and writes it down in Prometheus' text format. */
export class Metrics {
  readonly #startedAt = performance.now()
  readonly #requests = new Map<string, RequestCount>()
  readonly #gauges: { readonly name: string; readonly help: string; read(): number }[] = []
  readonly #webhooks = new Map<string, number>()
  /** The shortest that a sender waits is two seconds. */
  readonly #acknowledgements = new Histogram([0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 1, 2, 5])

  countRequest(route: string, status: number, seconds: number): void {
    const labels = `route="${route}",status="${status}"`
    const known = this.#requests.get(labels) ?? { count: 0, seconds: 0 }
    this.#requests.set(labels, { count: known.count + 1, seconds: known.seconds + seconds })
  }

  /** Has a value printed that is looked up whenever somebody asks. */
  watch(name: string, help: string, read: () => number): void {
    this.#gauges.push({ name, help, read })
  }

  /** `result`: one of the few words of the webhook route. The time counts where the sender was told that it is stored. */
  countWebhook(provider: string, result: string, seconds: number): void {
    const labels = `provider="${provider}",result="${result}"`
    this.#webhooks.set(labels, (this.#webhooks.get(labels) ?? 0) + 1)
    if (result === 'accepted') this.#acknowledgements.observe(seconds)
  }

  /** Everything as of now; the accounts are asked for what they have last seen, not for more. */
  print(accounts: readonly GatewayAccount[]): string {
    const requests = [...this.#requests]
    const uptimeSeconds = (performance.now() - this.#startedAt) / 1000
    return [
      ...metric('gateway_uptime_seconds', 'gauge', 'Seconds since the start.', [['', uptimeSeconds]]),
      ...metric('gateway_resident_memory_bytes', 'gauge', 'Memory held.', [['', process.memoryUsage.rss()]]),
      ...metric(
        'gateway_http_requests_total',
        'counter',
        'Answered requests.',
        requests.map(([labels, { count }]) => [labels, count]),
      ),
      ...metric(
        'gateway_http_request_seconds_total',
        'counter',
        'Time spent on answered requests.',
        requests.map(([labels, { seconds }]) => [labels, seconds]),
      ),
      ...metric('gateway_webhook_received_total', 'counter', 'Webhooks, by what became of them.', [...this.#webhooks]),
      ...this.#acknowledgements.print('gateway_webhook_ack_seconds', 'From the first byte to the answer.'),
      ...this.#gauges.flatMap(({ name, help, read }) => metric(name, 'gauge', help, [['', read()]])),
      ...metric(
        'gateway_account_up',
        'gauge',
        'Whether the last question to an account went well.',
        accounts.flatMap(up),
      ),
      ...metric(
        'gateway_account_latency_seconds',
        'gauge',
        'How long the last question to an account took.',
        accounts.flatMap(latency),
      ),
      ...metric(
        'gateway_account_quota_remaining',
        'gauge',
        'Calls the provider still allows, where it says so.',
        accounts.flatMap(quota),
      ),
      '',
    ].join('\n')
  }
}

interface RequestCount {
  readonly count: number
  readonly seconds: number
}

function up({ key, health }: GatewayAccount): readonly Sample[] {
  return health.last === null ? [] : [[`account="${key}"`, health.last.error === null ? 1 : 0]]
}

function latency({ key, health }: GatewayAccount): readonly Sample[] {
  return health.last === null ? [] : [[`account="${key}"`, health.last.latencyMs / 1000]]
}

function quota({ key, provider }: GatewayAccount): readonly Sample[] {
  const remaining = provider.rateLimit()?.remaining ?? null
  return remaining === null ? [] : [[`account="${key}"`, remaining]]
}

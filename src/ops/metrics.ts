import type { GatewayAccount } from '../../schema/context.ts'

/** Counts what the gateway does, and writes it down in Prometheus' text format. */
export class Metrics {
  readonly #startedAt = performance.now()
  readonly #requests = new Map<string, RequestCount>()

  countRequest(route: string, status: number, seconds: number): void {
    const labels = `route="${route}",status="${status}"`
    const known = this.#requests.get(labels) ?? { count: 0, seconds: 0 }
    this.#requests.set(labels, { count: known.count + 1, seconds: known.seconds + seconds })
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

/** Its labels, without braces, and its value. */
type Sample = readonly [labels: string, value: number]

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): readonly string[] {
  const lines = samples.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
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

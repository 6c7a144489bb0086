import type { GatewayAccount } from '../../schema/context.ts'
import type { Metrics } from '../ops/metrics.ts'
import { answerText } from './answer.ts'
import type { Route } from './server.ts'

/** Whether new requests are welcome. Providers that are down do not change it: the others' data is still served. */
export class Readiness {
  #isReady = true

  get isReady(): boolean {
    return this.#isReady
  }

  end(): void {
    this.#isReady = false
  }
}

export const answerLive: Route = (_request, response) => answerText(response, 200, 'alive\n')

export function createReadyRoute(readiness: Readiness): Route {
  return (_request, response) =>
    readiness.isReady ? answerText(response, 200, 'ready\n') : answerText(response, 503, 'stopping\n')
}

export function createMetricsRoute(metrics: Metrics, accounts: readonly GatewayAccount[]): Route {
  return (_request, response) => answerText(response, 200, metrics.print(accounts), 'text/plain; version=0.0.4')
}

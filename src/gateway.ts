import { AccountHealth } from '../schema/account-health.ts'
import type { GatewayAccount } from '../schema/context.ts'
import { schema } from '../schema/index.ts'
import type { AccountConfig, Config } from './config.ts'
import { createGraphqlRoute } from './http/graphql.ts'
import { answerLive, createMetricsRoute, createReadyRoute, Readiness } from './http/health.ts'
import { answerHome } from './http/home.ts'
import { type Route, startServer } from './http/server.ts'
import { createOperationContext } from './operation.ts'
import type { Logger } from './ops/logger.ts'
import { Metrics } from './ops/metrics.ts'
import { openStore, type Store } from './store.ts'

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`, without a slash. */
  readonly url: string
  /** Lets running requests end, then closes everything. */
  close(): Promise<void>
}

/** Starts everything that a configuration names. Providers that are down do not keep it from starting. */
export async function createGateway(config: Config, log: Logger): Promise<Gateway> {
  const store = openStore(config.store)
  const accounts = config.accounts.map((account) => openAccount(account))
  const readiness = new Readiness()
  const metrics = new Metrics()
  const routes = createRoutes({ config, store, accounts, readiness, metrics, log })
  const release = async () => {
    await Promise.all(accounts.map(({ provider }) => provider.close()))
    store.close()
  }
  try {
    const server = await startServer({ port: config.port, routes, metrics, log })
    const close = async () => {
      readiness.end()
      await server.close()
      await release()
    }
    return { url: server.url, close }
  } catch (error) {
    await release()
    throw error
  }
}

interface Parts {
  readonly config: Config
  readonly store: Store
  readonly accounts: readonly GatewayAccount[]
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly log: Logger
}

function createRoutes({ config, store, accounts, readiness, metrics, log }: Parts): ReadonlyMap<string, Route> {
  const host = { viewer: { id: 'configured', ...config.viewer }, accounts, cursorKey: store.cursorKey }
  const createContext = (signal: AbortSignal) => createOperationContext(host, signal)
  return new Map([
    ['/', answerHome],
    ['/graphql', createGraphqlRoute({ schema, createContext, log })],
    ['/livez', answerLive],
    ['/readyz', createReadyRoute(readiness)],
    ['/metrics', createMetricsRoute(metrics, accounts)],
  ])
}

function openAccount({ key, displayName, createProvider }: AccountConfig): GatewayAccount {
  return { key, displayName, provider: createProvider(), health: new AccountHealth() }
}

import { AccountHealth } from '../schema/account-health.ts'
import type { GatewayAccount, Viewer } from '../schema/context.ts'
import { schema } from '../schema/index.ts'
import type { AccountConfig, Config } from './config.ts'
import { withActivityIndex } from './events/activity-index.ts'
import { type Feed, openFeed } from './events/feed.ts'
import type { EventLog } from './events/log.ts'
import { SnapshotStore } from './events/snapshot-store.ts'
import { createSqliteLog } from './events/sqlite-log.ts'
import { createGraphqlEndpoint, type GraphqlEndpoint } from './http/graphql.ts'
import { answerLive, createMetricsRoute, createReadyRoute, Readiness } from './http/health.ts'
import { answerHome } from './http/home.ts'
import { type Route, startServer } from './http/server.ts'
import { createCall, createOperationContext } from './operation.ts'
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
  const stopping = new AbortController()
  const parts = await createParts(config, log, stopping.signal)
  const release = async () => {
    stopping.abort()
    await parts.feed.close()
    await parts.events.close()
    await Promise.all(parts.accounts.map(({ provider }) => provider.close()))
    parts.store.close()
  }
  try {
    const graphql = createGraphql(parts)
    const server = await startServer({
      port: config.port,
      routes: createRoutes(parts, graphql),
      upgrades: new Map([['/graphql', graphql.upgrade]]),
      metrics: parts.metrics,
      log,
    })
    const close = async () => {
      parts.readiness.end()
      await Promise.all([graphql.drain(), server.close()])
      await release()
    }
    return { url: server.url, close }
  } catch (error) {
    await release()
    throw error
  }
}

interface Parts {
  readonly viewer: Viewer
  readonly accounts: readonly GatewayAccount[]
  readonly store: Store
  readonly events: EventLog
  readonly feed: Feed
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly log: Logger
}

async function createParts(config: Config, log: Logger, stopping: AbortSignal): Promise<Parts> {
  const store = openStore(config.store)
  const viewer = { id: 'configured', ...config.viewer }
  const accounts = config.accounts.map((account) => openAccount(account, { store, log, stopping }))
  const events = createSqliteLog(store.database)
  const feed = await openFeed({
    log: events,
    accounts: accounts.map(({ key }) => key),
    onFailure: (error, account) => log.warn({ err: error, account }, 'the log of events could not be read'),
  })
  return { viewer, accounts, store, events, feed, readiness: new Readiness(), metrics: new Metrics(), log }
}

function createGraphql({ viewer, accounts, store, feed, log }: Parts): GraphqlEndpoint {
  const host = { viewer, accounts, cursorKey: store.cursorKey, feed }
  return createGraphqlEndpoint({
    schema,
    createContext: (signal, listener) => createOperationContext(host, signal, listener),
    log,
  })
}

function createRoutes({ accounts, readiness, metrics }: Parts, graphql: GraphqlEndpoint): ReadonlyMap<string, Route> {
  return new Map([
    ['/', answerHome],
    ['/graphql', graphql.route],
    ['/livez', answerLive],
    ['/readyz', createReadyRoute(readiness)],
    ['/metrics', createMetricsRoute(metrics, accounts)],
  ])
}

interface Surroundings {
  readonly store: Store
  readonly log: Logger
  /** Aborted when the gateway ends: work in the background stops. */
  readonly stopping: AbortSignal
}

function openAccount(config: AccountConfig, { store, log, stopping }: Surroundings): GatewayAccount {
  const { key, displayName } = config
  const provider = withActivityIndex(config.createProvider(), {
    store: new SnapshotStore(store.database, key),
    backgroundCall: () => createCall({ kind: 'service' }, stopping, Date.now()),
    onWalkFailure: (error) =>
      log.warn({ err: error, account: key }, 'a walk through the conversations was interrupted'),
  })
  return { key, displayName, provider, health: new AccountHealth() }
}

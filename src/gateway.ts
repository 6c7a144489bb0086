import { setTimeout as sleep } from 'node:timers/promises'
import { AccountHealth } from '../schema/account-health.ts'
import type { GatewayAccount } from '../schema/context.ts'
import { schema } from '../schema/index.ts'
import { Acting } from './acts/acts.ts'
import type { AccountConfig, Config } from './config.ts'
import { withActivityIndex } from './events/activity-index.ts'
import { type Feed, openFeed } from './events/feed.ts'
import { SnapshotStore } from './events/snapshot-store.ts'
import { createGraphqlEndpoint } from './http/graphql.ts'
import { answerLive, createMetricsRoute, createReadyRoute } from './http/health.ts'
import { createHomeRoute } from './http/home.ts'
import { startServer } from './http/server.ts'
import { createUploadRoute } from './http/uploads.ts'
import { createWebhookRoute } from './http/webhooks.ts'
import type { Gatekeeper } from './identity/identity.ts'
import { openConfiguredGatekeeper } from './identity/open-gatekeeper.ts'
import { Intake } from './intake.ts'
import { createCall, createOperationContext } from './operation.ts'
import type { Logger } from './ops/logger.ts'
import { openSurroundings, type Surroundings } from './surroundings.ts'
import { openUploadStore } from './uploads/open-uploads.ts'
import { Uploads } from './uploads/uploads.ts'

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`, without a slash. */
  readonly url: string
  /** Lets running requests end, then closes everything. */
  close(): Promise<void>
}

/**
 * Starts everything that a configuration names. Providers that are down do not keep it from starting. Everything is closed in
 * the opposite order: nothing new comes in any more, what is on its way is finished, and the stores go last.
 */
export async function createGateway(config: Config, log: Logger): Promise<Gateway> {
  await using opening = new AsyncDisposableStack()
  const surroundings = await openSurroundings(config, log, opening)
  const accounts = config.accounts.map((account) => openAccount(account, surroundings))
  opening.defer(async () => void (await Promise.all(accounts.map(({ provider }) => provider.close()))))
  const feed = await openAccountFeed(accounts, surroundings)
  opening.defer(() => feed.close())
  for (const { key, health } of accounts) health.onChange(() => feed.tellSourceHealth(key))
  const gatekeeper = await openConfiguredGatekeeper(config, surroundings.common.log, log)
  opening.defer(() => gatekeeper.close())
  const intake = new Intake({ ...surroundings, config, accounts, feed })
  opening.defer(() => intake.close())
  opening.defer(() => surroundings.stopping.abort())
  const url = await openWays({ ...surroundings, config, accounts, feed, gatekeeper, intake }, opening)
  if (config.identity === null) log.info({ viewer: config.viewer }, 'nobody signs in: all callers are this viewer')
  intake.listen()
  opening.defer(() => intake.stopListening())
  opening.defer(() => surroundings.readiness.end())
  const opened = opening.move()
  return { url, close: () => opened.disposeAsync() }
}

function openAccount(config: AccountConfig, { store, log, stopping }: Surroundings): GatewayAccount {
  const { key, displayName, readVisibility } = config
  const provider = config.createProvider()
  const indexed = withActivityIndex(provider, {
    store: new SnapshotStore(store.database, key),
    backgroundCall: () => createCall({ kind: 'service' }, stopping.signal, Date.now()),
    fedByEvents: config.webhookToken !== null && provider.inlet !== null,
    onWalkFailure: (error) =>
      log.warn({ err: error, account: key }, 'a walk through the conversations was interrupted'),
  })
  return { key, displayName, provider: indexed, readVisibility, health: new AccountHealth() }
}

function openAccountFeed(accounts: readonly GatewayAccount[], { common, log }: Surroundings): Promise<Feed> {
  return openFeed({
    log: common.log,
    accounts: accounts.map(({ key }) => key),
    onFailure: (error, account) => log.warn({ err: error, account }, 'the log of events could not be read'),
  })
}

interface Opened extends Surroundings {
  readonly config: Config
  readonly accounts: readonly GatewayAccount[]
  readonly feed: Feed
  readonly gatekeeper: Gatekeeper
  readonly intake: Intake
}

interface Served extends Opened {
  readonly uploads: Uploads
  readonly acting: Acting
}

/** What is done for clients, and how they come to it. Answers where it listens. */
async function openWays(parts: Opened, opening: AsyncDisposableStack): Promise<string> {
  const { config, store, common, intake, log } = parts
  const kept = await openUploadStore(config, store)
  opening.defer(() => kept.close())
  let url = ''
  const uploads = new Uploads({ store: kept, baseUrl: () => config.publicUrl ?? url })
  const acting = new Acting({
    log: common.log,
    uploads,
    takeIn: (account, events) => intake.takeInAct(account, events),
    onUnnoted: (account, error) => log.warn({ err: error, account }, 'what came of an act could not be noted'),
  })
  opening.defer(() => Promise.race([acting.drain(), sleep(DRAIN_MS, undefined, { ref: false })]))
  url = await serve({ ...parts, uploads, acting }, opening)
  return url
}

/** Longer than any operation without files may take. */
const DRAIN_MS = 10_000

/** Answers where it listens. */
async function serve(parts: Served, opening: AsyncDisposableStack): Promise<string> {
  const { config, accounts, readiness, metrics, log, intake } = parts
  const graphql = createGraphql(parts)
  const routes = new Map([
    ['/', createHomeRoute(config.explorer)],
    ['/graphql', graphql.route],
    ['/livez', answerLive],
    ['/readyz', createReadyRoute(readiness)],
    ['/metrics', createMetricsRoute(metrics, accounts)],
  ])
  const webhooks = createWebhookRoute({
    accounts: config.accounts.map(({ key, vendor, webhookToken }, index) => {
      return { key, provider: vendor, token: webhookToken, inlet: accounts[index]?.provider.inlet ?? null }
    }),
    ingest: (account, received) => intake.takeIn(account, received, 'webhook'),
    isOpen: () => readiness.isReady,
    metrics,
    log,
  })
  const upgrades = new Map([['/graphql', graphql.upgrade]])
  const uploads = createUploadRoute(parts.uploads)
  const server = await startServer({
    port: config.port,
    host: config.host,
    doors: config,
    routes,
    upgrades,
    webhooks,
    uploads,
    metrics,
    log,
  })
  opening.defer(async () => void (await Promise.all([graphql.drain(), server.close()])))
  return server.url
}

function createGraphql({ config, accounts, common, feed, acting, gatekeeper, log }: Served) {
  const host = { accounts, cursorKey: common.cursorKey, feed, acting }
  return createGraphqlEndpoint({
    schema,
    createContext: (identity, signal, listener) => createOperationContext(host, identity, signal, listener),
    gatekeeper,
    explorer: config.explorer,
    documents: config.documents,
    log,
  })
}

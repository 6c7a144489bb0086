import { createClient } from 'graphql-ws'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startChatwootEmulator } from '../../providers/chatwoot/emulator/index.ts'
import { type Provider, ProviderError } from '../../providers/port/index.ts'
import { AccountHealth } from '../../schema/account-health.ts'
import type { GatewayContext, Viewer } from '../../schema/context.ts'
import { conversationId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { type Feed, openFeed } from '../../src/events/feed.ts'
import { createGraphqlEndpoint } from '../../src/http/graphql.ts'
import { startServer } from '../../src/http/server.ts'
import type { SocketLimits } from '../../src/http/socket-limits.ts'
import { createOperationContext } from '../../src/operation.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { Metrics } from '../../src/ops/metrics.ts'
import { findVendor } from '../../src/providers.ts'
import { MemoryLog } from '../events/feed-log.ts'
import { conversationOf } from '../events/happenings.ts'
import { gatekeeperOf } from '../support/identity.ts'
import { NOBODY_ACTS } from '../support/no-acts.ts'

/** The accounts of all listening gateways; each gateway's viewer sees some of them. */
export const ACCOUNTS = ['shop', 'school'] as const

/** The id of the conversation that invented events are about. */
export const TALK = conversationId(conversationOf('shop'))

export interface ListeningGateway {
  readonly url: string
  readonly log: MemoryLog
  readonly feed: Feed
  /** Every context made so far, with when. */
  readonly contexts: readonly GatewayContext[]
  ask(query: string, variables?: object): Promise<any>
  /** A graphql-ws client; it is disposed of with the test. */
  client(options?: { retryAttempts?: number }): ReturnType<typeof createClient>
  drain(): Promise<void>
  close(): Promise<void>
}

export interface ListeningOptions {
  readonly viewer?: Partial<Viewer>
  readonly accounts?: readonly string[]
  readonly providers?: Readonly<Record<string, Provider>>
  readonly socketLimits?: Partial<SocketLimits>
  /** Shared with another gateway. */
  readonly beside?: ListeningGateway
}

/** The gateway's way out in production composition, over a log in memory and providers that nobody answers for. */
export async function startListening(options: ListeningOptions = {}): Promise<ListeningGateway> {
  const { accounts: keys = ACCOUNTS, providers = {}, socketLimits = {}, beside } = options
  const memory = beside?.log ?? new MemoryLog()
  const feed = beside?.feed ?? (await openFeed({ log: memory, accounts: ACCOUNTS, onFailure: () => {} }))
  const accounts = keys.map((key) => {
    const provider = providers[key] ?? nobody(key)
    return { key, displayName: key, provider, readVisibility: null, health: new AccountHealth() }
  })
  const host = { accounts, cursorKey: new Uint8Array(32), feed, acting: NOBODY_ACTS }
  const log = createLogger('silent')
  const contexts: GatewayContext[] = []
  const remember = (context: GatewayContext): GatewayContext => {
    contexts.push(context)
    return { ...context, renew: () => remember(context.renew()) }
  }
  const graphql = createGraphqlEndpoint({
    schema,
    createContext: (identity, signal, listener) => remember(createOperationContext(host, identity, signal, listener)),
    gatekeeper: gatekeeperOf(options.viewer),
    explorer: true,
    socketLimits,
    log,
  })
  const server = await startServer({
    port: 0,
    routes: new Map([['/graphql', graphql.route]]),
    upgrades: new Map([['/graphql', graphql.upgrade]]),
    metrics: new Metrics(),
    log,
  })
  const url = `${server.url}/graphql`
  const close = async () => {
    await Promise.all([graphql.drain(), server.close()])
    await feed.close()
    await Promise.all(accounts.map(({ provider }) => provider.close()))
  }
  onTestFinished(close)
  return {
    url,
    log: memory,
    feed,
    contexts,
    ask: async (query, variables) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
      return answer.json()
    },
    client: ({ retryAttempts = 0 } = {}) => {
      const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts })
      onTestFinished(() => void client.dispose())
      return client
    },
    drain: graphql.drain,
    close,
  }
}

/** A Chatwoot with people in it, and the account that reads it. */
export async function startShop(): Promise<{
  readonly provider: Provider
  act(what: string, body: object): Promise<void>
}> {
  const emulator = await startChatwootEmulator({ port: 0 })
  onTestFinished(() => emulator.close())
  return {
    provider: findVendor('chatwoot')!.create('shop', emulator.settings),
    act: async (what, body) => {
      await fetch(`${emulator.url}/__control/${what}`, { method: 'POST', body: JSON.stringify(body) })
    },
  }
}

/** An account that shows one conversation and nothing else. */
export function onlyShowing(native: string): Provider {
  const getConversations: Provider['getConversations'] = async (refs) =>
    refs.map((ref) => (ref.native === native ? ({} as any) : new ProviderError('NOT_FOUND', 'not shown')))
  return new Proxy(nobody('shop'), {
    get: (provider: any, name) => {
      if (name === 'getConversations') return getConversations
      return typeof provider[name] === 'function' ? provider[name].bind(provider) : provider[name]
    },
  })
}

/** An account whose provider is not there. */
function nobody(key: string): Provider {
  return findVendor('chatwoot')!.create(key, { baseUrl: 'http://127.0.0.1:9', accountId: 1, token: 'x' })
}

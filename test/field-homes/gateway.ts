import { Writable } from 'node:stream'
import { parse, print, visit } from 'graphql'
import { pino } from 'pino'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { CallContext, Provider } from '../../providers/port/index.ts'
import { AccountHealth } from '../../schema/account-health.ts'
import type { GatewayContext } from '../../schema/context.ts'
import { schema } from '../../schema/index.ts'
import { Acting } from '../../src/acts/acts.ts'
import { openFeed } from '../../src/events/feed.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { createGraphqlEndpoint } from '../../src/http/graphql.ts'
import { startServer } from '../../src/http/server.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { createOperationContext } from '../../src/operation.ts'
import { Metrics } from '../../src/ops/metrics.ts'
import { findVendor } from '../../src/providers.ts'
import { openStore } from '../../src/store.ts'
import { createSqliteUploads } from '../../src/uploads/sqlite-uploads.ts'
import { Uploads } from '../../src/uploads/uploads.ts'
import { gatekeeperOf, NO_LIMITS } from '../support/identity.ts'
import { type Answers, type Stub, startStub } from './stub.ts'

/** The key of the only account. */
export const ACCOUNT = 'shop'

/** What a vendor's gateway is made of. */
export interface Setup {
  readonly vendor: 'cometchat' | 'chatwoot' | 'bird'
  /** Beside the address. */
  readonly settings: object
  /** Of the API, behind the stub's own. */
  readonly basePath: string
  readonly answers: Answers
}

/** The gateway over HTTP, with one account whose provider is a stub. */
export interface StubbedGateway {
  readonly stub: Stub
  /** Everything logged so far, at the finest level. */
  readonly log: readonly string[]
  /** Runs a document; every object of the answer says its `__typename`. */
  ask(document: string, variables?: object): Promise<any>
  /** Asks the provider itself; whatever it refuses with is logged whole, as some part of the gateway may do one day. */
  askProvider<T>(question: (provider: Provider, call: CallContext) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openStubbedGateway({ vendor, settings, basePath, answers }: Setup): Promise<StubbedGateway> {
  const stub = await startStub(answers)
  const provider = findVendor(vendor)!.create(ACCOUNT, { ...settings, baseUrl: stub.url + basePath })
  const gatekeeper = gatekeeperOf({ id: 'viewer', displayName: 'The viewer' })
  const { database, cursorKey } = openStore(':memory:')
  const events = createSqliteLog(database)
  const feed = await openFeed({ log: events, accounts: [ACCOUNT], onFailure: () => {} })
  const acting = new Acting({
    log: events,
    uploads: new Uploads({ store: createSqliteUploads(database), baseUrl: () => server.url }),
    takeIn: async () => [],
    onUnnoted: (_account, error) => logger.error({ err: error }, 'not noted'),
  })
  const log: string[] = []
  const logger = pino({ level: 'trace' }, linesInto(log))
  const account = { key: ACCOUNT, displayName: 'The shop', provider, readVisibility: null, health: new AccountHealth() }
  const host = { accounts: [account], cursorKey, feed, acting }
  const createContext = (identity: Identity, signal: AbortSignal) =>
    withoutLimits(createOperationContext(host, identity, signal))
  const options = { schema, createContext, gatekeeper, explorer: true, limits: NO_LIMITS, log: logger }
  const routes = new Map([['/graphql', createGraphqlEndpoint(options).route]])
  const server = await startServer({ port: 0, routes, metrics: new Metrics(), log: logger })
  return {
    stub,
    log,
    askProvider: async (question) => {
      const identity = await gatekeeper.admit({ authorization: null })
      const [source] = createContext(identity!, new AbortController().signal).sources
      const answer = await question(provider, source!.call)
      for (const error of [answer].flat()) if (error instanceof Error) logger.error({ err: error }, 'refused')
      return answer
    },
    ask: async (document, variables) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: withTypenames(document), variables }),
      })
      return response.json()
    },
    close: async () => {
      await server.close()
      await acting.drain()
      await provider.close()
      await stub.close()
      await feed.close()
      await events.close()
      database.close()
    },
  }
}

function linesInto(lines: string[]): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
}

/** These tests ask for far more at once than a client may: what they look for must not be hidden by a refusal. */
function withoutLimits(context: GatewayContext): GatewayContext {
  const deadline = Date.now() + 60_000
  const sources = context.sources.map((source) => ({
    ...source,
    call: { ...source.call, deadline, budget: createCallBudget(1_000) },
  }))
  return { ...context, sources }
}

const typename = { kind: 'Field', name: { kind: 'Name', value: '__typename' } } as any

function withTypenames(document: string): string {
  const enter = (set: any) => ({ ...set, selections: [typename, ...set.selections] })
  return print(visit(parse(document), { SelectionSet: { enter } }))
}

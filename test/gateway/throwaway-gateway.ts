import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { createSchema } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import { clientError } from '../../schema/errors.ts'
import { openFeed } from '../../src/events/feed.ts'
import { createGraphqlEndpoint } from '../../src/http/graphql.ts'
import { answerLive, createMetricsRoute, createReadyRoute, Readiness } from '../../src/http/health.ts'
import { createHomeRoute } from '../../src/http/home.ts'
import { type HttpServer, startServer } from '../../src/http/server.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { createOperationContext } from '../../src/operation.ts'
import { createLogger } from '../../src/ops/logger.ts'
import { Metrics } from '../../src/ops/metrics.ts'
import { MemoryLog } from '../events/feed-log.ts'
import { gatekeeperOf } from '../support/identity.ts'
import { NOBODY_ACTS } from '../support/no-acts.ts'

/** The HTTP side of the gateway around a schema that misbehaves on request. */
export interface ThrowawayGateway extends HttpServer {
  readonly endpoint: string
  readonly readiness: Readiness
  /** The signals of the operations so far. */
  readonly signals: readonly AbortSignal[]
  readonly contexts: readonly GatewayContext[]
}

export async function startThrowawayGateway(): Promise<ThrowawayGateway> {
  const log = createLogger('silent')
  const metrics = new Metrics()
  const readiness = new Readiness()
  const signals: AbortSignal[] = []
  const contexts: GatewayContext[] = []
  const gatekeeper = gatekeeperOf({ id: 'someone', displayName: 'Someone' })
  const feed = await openFeed({ log: new MemoryLog(), accounts: [], onFailure: () => {} })
  const createContext = (identity: Identity, signal: AbortSignal) => {
    signals.push(signal)
    const host = { accounts: [], cursorKey: new Uint8Array(32), feed, acting: NOBODY_ACTS }
    const context = createOperationContext(host, identity, signal)
    contexts.push(context)
    return context
  }
  const routes = new Map([
    ['/', createHomeRoute(true)],
    [
      '/graphql',
      createGraphqlEndpoint({ schema: misbehavingSchema(), createContext, gatekeeper, explorer: true, log }).route,
    ],
    ['/livez', answerLive],
    ['/readyz', createReadyRoute(readiness)],
    ['/metrics', createMetricsRoute(metrics, [])],
  ])
  const server = await startServer({ port: 0, routes, metrics, log })
  return { ...server, endpoint: `${server.url}/graphql`, readiness, signals, contexts }
}

function misbehavingSchema(): GraphQLSchema {
  return createSchema({
    typeDefs: /* GraphQL */ `
      type Query {
        hello(name: String = "world"): String
        viewer: String
        bug: String
        refusal: String
        libraryError: String
        impossible: Int!
        slow(ms: Int!): String
        rows(count: Int!): [Row!]
      }
      type Row { number: Int!, failing: String }
      type Mutation { change: String }
    `,
    resolvers: {
      Query: {
        hello: (_root, { name }: { name: string }) => `Hello ${name}`,
        viewer: (_root, _arguments, context: GatewayContext) => context.viewer.displayName,
        bug: () => {
          throw new TypeError('the password is hunter2')
        },
        refusal: () => {
          throw clientError('NOT_FOUND', 'There is no such thing.')
        },
        libraryError: () => {
          throw new GraphQLError('from some library', { originalError: new Error('inside') })
        },
        impossible: () => null,
        slow: (_root, { ms }: { ms: number }) => sleep(ms, 'at last'),
        rows: (_root, { count }: { count: number }) => Array.from({ length: count }, (_, number) => ({ number })),
      },
      Row: {
        failing: async ({ number }: { number: number }) => {
          if (number === 3) throw new Error('row three is broken')
          return 'fine'
        },
      },
      Mutation: { change: () => 'changed' },
    },
  })
}

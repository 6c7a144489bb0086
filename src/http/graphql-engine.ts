import type { ExecutionArgs, GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import { createErrorMask } from '../../schema/errors.ts'
import { streamItemCursor } from '../../schema/event-cursor.ts'
import type { Listener } from '../operation.ts'
import type { Logger } from '../ops/logger.ts'
import { createExecutor } from './execute.ts'
import { GRAPHIQL_TABS, renderGraphiqlPage } from './graphiql.ts'
import { KnownDocuments } from './known-documents.ts'
import { ServerSentEvents } from './server-sent-events.ts'
import { createSubscriber } from './subscribe.ts'

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** Makes what an operation works with; the signal is aborted when nobody waits for the answer any more. */
  readonly createContext: (signal: AbortSignal, listener: Listener) => GatewayContext
  readonly log: Logger
}

/** Who waits for the answer to an operation, and how they are told that a stream broke. */
export interface Asker {
  readonly clientGone: AbortSignal
  readonly listener: Listener
}

/** What all transports run operations with, so that limits and masking are the same everywhere. */
export type GraphqlEngine = ReturnType<typeof createGraphqlEngine>

export function createGraphqlEngine({ schema, createContext, log }: GraphqlOptions) {
  const documents = new KnownDocuments()
  const serverSentEvents = new ServerSentEvents()
  const execute = createExecutor()
  const maskError = createErrorMask((error, correlationId) => log.error({ err: error, correlationId }, 'unforeseen'))
  const subscribe = createSubscriber({ execute, eventIdOf: streamItemCursor, maskError })
  const yoga = createYoga<Asker, GatewayContext>({
    schema,
    context: ({ clientGone, listener }) => createContext(clientGone, listener),
    maskedErrors: { maskError },
    plugins: [
      {
        onExecute({ args, setExecuteFn }: ExecuteHook) {
          documents.remember(args.document)
          setExecuteFn(execute)
        },
        onSubscribe: ({ setSubscribeFn }: SubscribeHook) => setSubscribeFn(subscribe),
        onResultProcess: serverSentEvents.onResultProcess as never,
      },
    ],
    // A form can be posted from any page without the browser asking first; so can multipart.
    multipart: false,
    cors: false,
    maxRequestBodySize: false,
    landingPage: false,
    logging: false,
    graphiql: { title: 'Conversation Gateway', defaultTabs: [...GRAPHIQL_TABS], defaultEditorToolsVisibility: false },
    renderGraphiQL: renderGraphiqlPage,
  })
  return { yoga, documents, serverSentEvents, subscribe, maskError }
}

interface ExecuteHook {
  readonly args: ExecutionArgs
  setExecuteFn(execute: unknown): void
}

interface SubscribeHook {
  setSubscribeFn(subscribe: unknown): void
}

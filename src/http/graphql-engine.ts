import type { ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import { createErrorMask } from '../../schema/errors.ts'
import { streamItemCursor } from '../../schema/event-cursor.ts'
import type { DocumentsConfig } from '../config/documents.ts'
import type { Gatekeeper, Identity } from '../identity/identity.ts'
import { DEFAULT_LIMITS, type Limits } from '../limits/limits.ts'
import { createLimitsPlugin, withinLimits } from '../limits/plugin.ts'
import type { Listener } from '../operation.ts'
import type { Logger } from '../ops/logger.ts'
import { RecentMap } from '../recent-map.ts'
import { createExecutor } from './execute.ts'
import { KnownDocuments } from './known-documents.ts'
import { createDocumentsPlugin } from './persisted-documents.ts'
import { createSecrecyPlugin } from './schema-secrecy.ts'
import { ServerSentEvents } from './server-sent-events.ts'
import type { SocketLimits } from './socket-limits.ts'
import { createSubscriber } from './subscribe.ts'
import { unconditionalSubscriptions } from './unconditional-subscriptions.ts'

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** Makes what an operation works with; the signal is aborted when nobody waits for the answer any more. */
  readonly createContext: (identity: Identity, signal: AbortSignal, listener: Listener) => GatewayContext
  readonly gatekeeper: Gatekeeper
  /** Whether callers may look around: GraphiQL, introspection, and suggestions in errors. */
  readonly explorer: boolean
  readonly limits?: Limits
  readonly socketLimits?: Partial<SocketLimits>
  /** Documents that clients may name; none unless told otherwise. */
  readonly documents?: DocumentsConfig | null
  readonly log: Logger
}

/** Who waits for the answer to an operation, and how they are told that a stream broke. */
export interface Asker {
  readonly identity: Identity
  readonly clientGone: AbortSignal
  readonly listener: Listener
}

/** What all transports run operations with, so that limits and masking are the same everywhere. */
export type GraphqlEngine = ReturnType<typeof createGraphqlEngine>

export function createGraphqlEngine(options: GraphqlOptions) {
  const { schema, createContext, gatekeeper, explorer, limits = DEFAULT_LIMITS, documents = null, log } = options
  const known = new KnownDocuments()
  const serverSentEvents = new ServerSentEvents(gatekeeper)
  // Of the operation, and then of each event that it is told of: only the first is measured.
  const run = createExecutor({ hideSuggestions: !explorer })
  const execute = withinLimits(run, limits)
  const maskError = createErrorMask((error, correlationId) => log.error({ err: error, correlationId }, 'unforeseen'))
  const subscribe = withinLimits(
    createSubscriber({ execute: run, hideSuggestions: !explorer, eventIdOf: streamItemCursor, maskError }),
    limits,
  )
  const yoga = createYoga<Asker, GatewayContext>({
    schema,
    context: ({ identity, clientGone, listener }) => createContext(identity, clientGone, listener),
    maskedErrors: { maskError },
    plugins: [
      createDocumentsPlugin(documents),
      createLimitsPlugin(limits, (text) => known.find(text) !== null),
      ...(explorer ? [] : [createSecrecyPlugin()]),
      {
        onExecute({ args, setExecuteFn }: ExecuteHook) {
          known.remember(args.document)
          setExecuteFn(execute)
        },
        onValidate: ({ addValidationRule }: ValidateHook) => addValidationRule(unconditionalSubscriptions),
        onSubscribe: ({ setSubscribeFn }: SubscribeHook) => setSubscribeFn(subscribe),
        onResultProcess: serverSentEvents.onResultProcess as never,
      },
    ],
    parserAndValidationCache: {
      documentCache: new RecentMap(MAX_DOCUMENTS),
      errorCache: new RecentMap(MAX_DOCUMENTS),
    },
    // A form can be posted from any page without the browser asking first; so can multipart.
    multipart: false,
    cors: false,
    maxRequestBodySize: false,
    landingPage: false,
    logging: false,
    graphiql: false,
  })
  return { yoga, known, documents, serverSentEvents, subscribe, maskError, gatekeeper, explorer }
}

/** A parsed document may take half a megabyte; Yoga itself would keep a thousand, and as many that made no sense. */
const MAX_DOCUMENTS = 200

interface ExecuteHook {
  readonly args: ExecutionArgs
  setExecuteFn(execute: unknown): void
}

interface ValidateHook {
  addValidationRule(rule: ValidationRule): void
}

interface SubscribeHook {
  setSubscribeFn(subscribe: unknown): void
}

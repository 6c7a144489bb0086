import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ExecutionArgs, GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import { createErrorMask } from '../../schema/errors.ts'
import type { Logger } from '../ops/logger.ts'
import { answerGraphqlError, answerText } from './answer.ts'
import { readBody } from './body.ts'
import { createExecutor } from './execute.ts'
import { GRAPHIQL_TABS, renderGraphiqlPage } from './graphiql.ts'
import { KnownDocuments } from './known-documents.ts'
import { answerPlainPost } from './plain-post.ts'
import type { Route } from './server.ts'

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** Makes what an operation works with; the signal is aborted when nobody waits for the answer any more. */
  readonly createContext: (signal: AbortSignal) => GatewayContext
  readonly log: Logger
}

/** GraphQL over HTTP: GET and POST, answers as JSON or server-sent events, and GraphiQL for browsers. */
export function createGraphqlRoute(options: GraphqlOptions): Route {
  const documents = new KnownDocuments()
  const yoga = createGraphqlServer(options, documents)
  return async (request, response) => {
    if (request.method === 'POST' && !isJson(request.headers['content-type'])) {
      return answerGraphqlError(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.')
    }
    const body = request.method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : undefined
    if (body === null) {
      response.setHeader('connection', 'close')
      return answerGraphqlError(response, 413, 'BODY_TOO_LARGE', `The request is over ${MAX_BODY_BYTES} bytes.`)
    }
    const clientGone = signalOf(response)
    const plainPost = { yoga, documents, serverContext: { clientGone } }
    const plain = body === undefined ? null : await answerPlainPost(plainPost, request.headers.accept, body)
    if (plain !== null) return answerText(response, 200, plain.text, plain.type)
    const url = `http://${request.headers.host}${request.url}`
    await send(await yoga.fetch(url, toInit(request, body, clientGone), { clientGone }), response)
  }
}

const MAX_BODY_BYTES = 128 * 1024

interface ServerContext {
  readonly clientGone: AbortSignal
}

function createGraphqlServer({ schema, createContext, log }: GraphqlOptions, documents: KnownDocuments) {
  const execute = createExecutor()
  const maskError = createErrorMask((error, correlationId) => log.error({ err: error, correlationId }, 'unforeseen'))
  return createYoga<ServerContext, GatewayContext>({
    schema,
    context: ({ clientGone }) => createContext(clientGone),
    maskedErrors: { maskError },
    plugins: [
      {
        onExecute({ args, setExecuteFn }: ExecuteHook) {
          documents.remember(args.document)
          setExecuteFn(execute)
        },
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
}

interface ExecuteHook {
  readonly args: ExecutionArgs
  setExecuteFn(execute: unknown): void
}

/** A type that a page of another origin cannot send without a preflight, which is never answered. */
function isJson(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/json' || type === 'application/graphql+json'
}

function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}

function toInit(request: IncomingMessage, body: string | undefined, signal: AbortSignal): RequestInit {
  const init = { method: request.method ?? 'GET', headers: headersOf(request), signal }
  return body === undefined ? init : { ...init, body }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return headers
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(Readable.from(answer.body), response)
}

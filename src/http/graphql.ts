import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Identity, NOBODY } from '../identity/identity.ts'
import { answerGraphqlError, answerText } from './answer.ts'
import { readBody } from './body.ts'
import { type Asker, createGraphqlEngine, type GraphqlEngine, type GraphqlOptions } from './graphql-engine.ts'
import { answerPlainPost } from './plain-post.ts'
import type { Route, Upgrade } from './server.ts'
import { WebsocketEndpoint } from './websocket.ts'

/** GraphQL over every transport. */
export interface GraphqlEndpoint {
  /** GET and POST, answers as JSON or server-sent events, and GraphiQL for browsers. */
  readonly route: Route
  /** `graphql-transport-ws`. */
  readonly upgrade: Upgrade
  /** Ends what would go on for ever, so that clients come again; settles when all sockets are closed. */
  drain(): Promise<void>
}

export function createGraphqlEndpoint(options: GraphqlOptions): GraphqlEndpoint {
  const engine = createGraphqlEngine(options)
  const websocket = new WebsocketEndpoint({ engine, log: options.log })
  return {
    route: createRoute(engine),
    upgrade: websocket.upgrade,
    drain: () => {
      engine.serverSentEvents.drain()
      return websocket.drain()
    },
  }
}

function createRoute(engine: GraphqlEngine): Route {
  const { yoga, documents } = engine
  return async (request, response) => {
    if (request.method === 'POST' && !isJson(request.headers['content-type'])) {
      return answerGraphqlError(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.')
    }
    const body = request.method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : undefined
    if (body === null) {
      response.setHeader('connection', 'close')
      return answerGraphqlError(response, 413, 'BODY_TOO_LARGE', `The request is over ${MAX_BODY_BYTES} bytes.`)
    }
    const identity = await identityOf(request, engine)
    if (identity === null) {
      response.setHeader('www-authenticate', 'Bearer')
      return answerGraphqlError(response, 401, 'UNAUTHENTICATED', 'Show who you are: Authorization: Bearer …')
    }
    const asker = askerOf(request, response, identity)
    const plainPost = { yoga, documents, serverContext: asker }
    const plain = body === undefined ? null : await answerPlainPost(plainPost, request.headers.accept, body)
    if (plain !== null) return answerText(response, 200, plain.text, plain.type)
    const url = `http://${request.headers.host}${request.url}`
    await send(await yoga.fetch(url, toInit(request, body, asker.clientGone), asker), response)
  }
}

const MAX_BODY_BYTES = 128 * 1024
/** For the last item of a stream to get through. */
const GRACE_MS = 1_000

/** Null: they are not let in. The explorer's page is for everybody: it has to be loaded before anything can be shown. */
function identityOf(request: IncomingMessage, { gatekeeper, explorer }: GraphqlEngine): Promise<Identity | null> {
  if (explorer && isPageRequest(request)) return Promise.resolve(NOBODY)
  return gatekeeper.admit({ authorization: request.headers.authorization ?? null })
}

function isPageRequest({ method, headers, url }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true && url?.includes('?') === false
}

function askerOf(request: IncomingMessage, response: ServerResponse, identity: Identity): Asker {
  const lastEventId = request.headers['last-event-id']
  return {
    identity,
    clientGone: signalOf(response),
    listener: {
      resumeAfter: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null,
      onLost: () => void setTimeout(() => response.destroy(), GRACE_MS).unref(),
    },
  }
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

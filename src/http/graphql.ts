import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Identity } from '../identity/identity.ts'
import { answerText } from './answer.ts'
import { readBody } from './body.ts'
import { createGraphiqlRoute } from './graphiql-page.ts'
import { type Asker, createGraphqlEngine, type GraphqlEngine, type GraphqlOptions } from './graphql-engine.ts'
import { answerPlainPost } from './plain-post.ts'
import { MAX_BODY_BYTES, NOTHING_ACCEPTED, refusalOf, refuse, TOO_LARGE, UNAUTHENTICATED } from './refusals.ts'
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
  const websocket = new WebsocketEndpoint({ engine, limits: options.socketLimits ?? {}, log: options.log })
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
  const graphiql = createGraphiqlRoute()
  return async (request, response) => {
    // For everybody: it has to be there before anything can be shown in it.
    if (engine.explorer && isPageRequest(request)) return graphiql(request, response)
    const refused = refusalOf(request, engine.explorer)
    if (refused !== null) return refuse(response, refused)
    const body = request.method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : undefined
    if (body === null) return refuse(response, TOO_LARGE)
    const identity = await engine.gatekeeper.admit({ authorization: request.headers.authorization ?? null })
    if (identity === null) return refuse(response, UNAUTHENTICATED)
    const asker = askerOf(request, response, identity)
    const plain = body === undefined ? null : await answerPlainPost({ ...engine, asker }, request.headers.accept, body)
    if (plain !== null) return answerText(response, 200, plain.text, plain.type)
    const url = `http://${request.headers.host}${request.url}`
    const answer = await engine.yoga.fetch(url, toInit(request, body, asker.clientGone), asker)
    if (answer.status === NOTHING_ACCEPTED.status && answer.body === null) refuse(response, NOTHING_ACCEPTED)
    else await send(answer, response)
  }
}

/** For the last item of a stream to get through. */
const GRACE_MS = 1_000

function isPageRequest({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
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
  // Yoga knows them in lower case only.
  if (headers['content-type'] !== undefined) headers['content-type'] = headers['content-type'].toLowerCase()
  return headers
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(answer.body, response)
}

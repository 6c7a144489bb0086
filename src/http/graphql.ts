import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ErrorCode } from '../../schema/errors.ts'
import type { Identity } from '../identity/identity.ts'
import { answerGraphqlError, answerText } from './answer.ts'
import { readBody } from './body.ts'
import { createGraphiqlRoute } from './graphiql-page.ts'
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
    const refused = refusalOf(request, engine)
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

const MAX_BODY_BYTES = 128 * 1024
/** For the last item of a stream to get through. */
const GRACE_MS = 1_000

/** Why a request is answered without being looked into. */
interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

const TOO_LARGE: Refusal = {
  status: 413,
  code: 'BODY_TOO_LARGE',
  message: `The request is over ${MAX_BODY_BYTES} bytes.`,
  headers: { connection: 'close' },
}
const UNAUTHENTICATED: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'Show who you are: Authorization: Bearer …',
  headers: { 'www-authenticate': 'Bearer' },
}
const NO_JSON: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Send the operation as application/json.',
}
const NOTHING_ACCEPTED: Refusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message: 'Accept application/graphql-response+json, application/json or text/event-stream.',
}
const NO_GET: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'Send the operation by POST; only streams may be asked for by GET, as text/event-stream.',
  headers: { allow: 'POST' },
}
const NO_METHOD: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'Send the operation by POST, or by GET.',
  headers: { allow: 'GET, POST' },
}

/** Where nobody looks around, an address that somebody is led to asks for nothing; only an `EventSource` has no other way. */
function refusalOf({ method, headers }: IncomingMessage, { explorer }: GraphqlEngine): Refusal | null {
  if (method === 'POST') return isJson(headers['content-type']) ? null : NO_JSON
  if (method !== 'GET') return NO_METHOD
  return explorer || headers.accept?.trim() === 'text/event-stream' ? null : NO_GET
}

function refuse(response: ServerResponse, { status, code, message, headers = {} }: Refusal): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  answerGraphqlError(response, status, code, message)
}

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
  // Yoga knows them in lower case only.
  if (headers['content-type'] !== undefined) headers['content-type'] = headers['content-type'].toLowerCase()
  return headers
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(Readable.from(answer.body), response)
}

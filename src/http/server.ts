import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '../ops/logger.ts'
import type { Metrics } from '../ops/metrics.ts'
import { answerText } from './answer.ts'
import { answerCors, type Doors, isCalledByName, isFromAllowedPage } from './doors.ts'

/** Answers the requests to one path. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Makes a websocket of a request to one path. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

export interface ServerOptions {
  /** The address to listen on. */
  readonly host?: string
  readonly doors?: Doors
  /** 0: any free one. */
  readonly port: number
  /** By exact path. */
  readonly routes: ReadonlyMap<string, Route>
  /** By exact path. Whoever answers there ends its sockets before the server is closed. */
  readonly upgrades?: ReadonlyMap<string, Upgrade>
  /** Everything below `/webhooks/`. It logs for itself: the path holds a secret. */
  readonly webhooks?: Route
  /** Everything below `/uploads/`. */
  readonly uploads?: Route
  readonly metrics: Metrics
  readonly log: Logger
}

export interface HttpServer {
  /** `http://ADDRESS:PORT`, without a slash. */
  readonly url: string
  /** Takes no new connections, lets running requests end for a while, then ends them. */
  close(): Promise<void>
}

/** Serves over HTTP. Without a host on 127.0.0.1, where only this machine reaches it. */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const server = createServer({ shouldUpgradeCallback: isWebsocket }, (request, response) => {
    // Once it is closing, a connection that has had its answer would only keep it waiting.
    response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()))
    void answer(request, response, options)
  })
  server.on('upgrade', (request, socket, head) => upgrade(request, { socket, head }, options))
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.requestTimeout = UPLOAD_TIMEOUT_MS
  const { host = LOOPBACK } = options
  const port = await listen(server, options.port, host)
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close: () => close(server) }
}

const LOOPBACK = '127.0.0.1'
const OWN_DOORS: Doors = { hostNames: [], origins: [] }
const HEADERS_TIMEOUT_MS = 10_000
/** Of everything but uploads, which may last as long as their route allows. */
const REQUEST_TIMEOUT_MS = 30_000
const UPLOAD_TIMEOUT_MS = 6 * 60_000
/** Longer than any operation may take. */
const DRAIN_MS = 10_000

async function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const startedAt = performance.now()
  const path = pathOf(request)
  const { name, route } = findRoute(path, options)
  const late = name === UPLOADS ? undefined : setTimeout(endUnlessComplete, REQUEST_TIMEOUT_MS, request)
  response.once('close', () => {
    clearTimeout(late)
    const durationMs = performance.now() - startedAt
    const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED
    options.metrics.countRequest(name, status, durationMs / 1000)
    if (name === WEBHOOKS) return
    options.log.info({ method: request.method, route: name, status, durationMs: Math.round(durationMs) }, 'request')
  })
  const { doors = OWN_DOORS } = options
  for (const [header, value] of SECURITY_HEADERS) response.setHeader(header, value)
  try {
    // Senders come through a proxy under a public name, and prove who they are or know what nobody else does.
    if (name !== WEBHOOKS && name !== UPLOADS && !isCalledByName(request, doors))
      answerText(response, 421, 'This gateway does not answer to this name. See hostNames in its configuration.\n')
    else if (answerCors(request, response, doors)) return
    else if (route === undefined) answerText(response, 404, 'There is nothing here. See / for what there is.\n')
    else await route(request, response)
  } catch (error) {
    if (isClientGone(error)) return
    options.log.error({ err: error, route: name }, 'a route failed')
    if (response.headersSent) response.destroy()
    else answerText(response, 500, 'Something went wrong on our side.\n')
  }
}

/** Nothing here is to be shown in another page, guessed at by a browser, or kept by anybody in between. */
const SECURITY_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-site'],
  ['cache-control', 'no-store'],
] as const

const WEBHOOKS = '/webhooks/*'
const UPLOADS = '/uploads/*'

function findRoute(path: string, options: ServerOptions): { name: string; route: Route | undefined } {
  const { routes, webhooks, uploads } = options
  if (webhooks !== undefined && path.startsWith('/webhooks/')) return { name: WEBHOOKS, route: webhooks }
  if (uploads !== undefined && path.startsWith('/uploads/')) return { name: UPLOADS, route: uploads }
  const route = routes.get(path)
  return { name: route === undefined ? 'none' : path, route }
}

function endUnlessComplete(request: IncomingMessage): void {
  if (!request.complete) request.destroy()
}

/** Whatever else a client may want to change to, it is answered as if it had not asked. */
function isWebsocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

function upgrade(
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  { upgrades, doors = OWN_DOORS, log }: ServerOptions,
): void {
  socket.on('error', (error) => isClientGone(error) || log.error({ err: error }, 'an upgrade failed'))
  const accept = upgrades?.get(pathOf(request))
  if (!isCalledByName(request, doors)) refuseUpgrade(socket, '421 Misdirected Request')
  else if (!isFromAllowedPage(request, doors)) refuseUpgrade(socket, '403 Forbidden')
  else if (accept === undefined) refuseUpgrade(socket, '404 Not Found')
  else accept(request, socket, head)
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** What streams say when the other side has hung up: nobody is left to answer, and nothing is wrong here. */
function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && GONE_CODES.has(String(error.code))
}

const GONE_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'])

function pathOf({ url }: IncomingMessage): string {
  return url?.split('?', 1)[0] ?? ''
}

/** nginx's word for a client that did not wait for its answer. */
const CLIENT_CLOSED = 499

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(impatient)
      resolve()
    })
    server.closeIdleConnections()
  })
}

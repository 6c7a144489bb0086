import type { IncomingMessage, ServerResponse } from 'node:http'

/** Under which names this gateway may be called, and from whose pages. */
export interface Doors {
  readonly hostNames: readonly string[]
  readonly origins: readonly string[]
}

/** Any page in a browser may point a name of its own at this address, and would then be let in as same origin. */
export function isCalledByName({ headers }: IncomingMessage, { hostNames }: Doors): boolean {
  const [, name] = /^(\[[0-9a-f:]+\]|[^:]+)(?::\d+)?$/i.exec(headers.host ?? '') ?? []
  return name !== undefined && (OF_THIS_MACHINE.has(name) || hostNames.includes(name.toLowerCase()))
}

const OF_THIS_MACHINE: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether the page that sends this may: one of the gateway's own, or of an allowed origin. What is no page says no origin. */
export function isFromAllowedPage({ headers }: IncomingMessage, { origins }: Doors): boolean {
  const { origin, host } = headers
  if (origin === undefined || origins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/**
 * Tells browsers which pages may read the answer, and answers their questions beforehand; true where that was all. Nobody is
 * recognised by a cookie, so that credentials never go along by themselves.
 */
export function answerCors(request: IncomingMessage, response: ServerResponse, { origins }: Doors): boolean {
  const { origin } = request.headers
  if (origins.length > 0) response.setHeader('vary', 'Origin')
  if (origin === undefined || !origins.includes(origin)) return false
  response.setHeader('access-control-allow-origin', origin)
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, PREFLIGHT)
  response.end()
  return true
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT',
  'access-control-allow-headers': 'authorization, content-type, accept, last-event-id',
  'access-control-max-age': '600',
}

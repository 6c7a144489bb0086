import type { MiddlewareHandler } from 'hono'

/** Whom the limits hold for. The real server spares callers from loopback, judged by the forwarded address. */
export type Throttling = 'off' | 'remote' | 'everyone'

interface Limit {
  readonly path: RegExp
  readonly perMinute: number
  /** Requests with one key count together. */
  readonly keyOf: (request: Request, path: string) => string
}

const LIMITS: readonly Limit[] = [
  { path: /^/, perMinute: 3_000, keyOf: (request) => `address ${forwardedFor(request)}` },
  {
    path: /^\/api\/v1\/accounts\/[^/]+\/conversations\/meta$/,
    perMinute: 30,
    keyOf: ({ headers }, path) => `${path} ${headers.get('api-access-token') ?? headers.get('api_access_token')}`,
  },
  { path: /^\/api\/v1\/accounts\/[^/]+\/contacts\/search$/, perMinute: 100, keyOf: (_, path) => path },
]
const MINUTE_MS = 60_000

/** Answers 429 as plain text, without `Retry-After`. */
export function throttle(throttling: Throttling): MiddlewareHandler {
  const windows = new Map<string, { count: number; readonly endsAt: number }>()
  return async (context, next) => {
    const request = context.req.raw
    if (throttling === 'off' || (throttling === 'remote' && isLoopback(forwardedFor(request)))) return next()
    const { path } = context.req
    const limits = LIMITS.filter((limit) => limit.path.test(path))
    const counts = limits.map((limit) => countIn(windows, limit.keyOf(request, path)) > limit.perMinute)
    if (!counts.includes(true)) return next()
    return context.body('Retry later\n', 429, { 'content-type': 'text/plain', 'cache-control': 'no-cache' })
  }
}

function countIn(windows: Map<string, { count: number; readonly endsAt: number }>, key: string): number {
  const known = windows.get(key)
  const current =
    known === undefined || known.endsAt < Date.now() ? { count: 0, endsAt: Date.now() + MINUTE_MS } : known
  current.count += 1
  windows.set(key, current)
  return current.count
}

function forwardedFor(request: Request): string | null {
  return request.headers.get('x-forwarded-for')
}

/** The emulator listens on loopback only, so nobody without a forwarded address comes from elsewhere. */
function isLoopback(address: string | null): boolean {
  return address === null || address === '127.0.0.1' || address === '::1'
}

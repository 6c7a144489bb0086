import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'

const ALWAYS: Readonly<Record<string, string>> = {
  vary: 'Origin',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '0',
  'x-content-type-options': 'nosniff',
  'x-download-options': 'noopen',
  'x-permitted-cross-domain-policies': 'none',
  'referrer-policy': 'strict-origin-when-cross-origin',
}

/** What every answer carries. Browsers of any origin may call the API. */
export const stampAnswers: MiddlewareHandler = async (context, next) => {
  const startedAt = performance.now()
  const isFromBrowser = context.req.header('origin') !== undefined && /^\/(public\/)?api\//.test(context.req.path)
  if (isFromBrowser && context.req.method === 'OPTIONS') context.res = preflightAnswer()
  else await next()
  for (const [name, value] of Object.entries(ALWAYS)) context.header(name, value)
  if (isFromBrowser) context.header('access-control-allow-origin', '*')
  context.header('x-request-id', randomUUID())
  context.header('x-runtime', ((performance.now() - startedAt) / 1_000).toFixed(6))
}

function preflightAnswer(): Response {
  const headers = {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': '7200',
  }
  return new Response(null, { status: 200, headers })
}

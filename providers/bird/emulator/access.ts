import type { Context, Next } from 'hono'
import { Refusal } from './refusal.ts'

const GETS_PER_SECOND = 50

export interface AccessRules {
  /** Each key's secret and the resource paths that its role may not see; `*` stands for one part of a path. */
  readonly forbidden: Readonly<Record<string, readonly string[]>>
  /** Whether more than 50 GETs in a second are refused. */
  readonly limitRate: boolean
}

/** Lets in who holds a key, at the pace and on the paths that are allowed. */
export function guardAccess({ forbidden, limitRate }: AccessRules): (context: Context, next: Next) => Promise<void> {
  const isTooFast = limitRate ? paceWatch() : () => false
  return async (context, next) => {
    const secret = /^AccessKey (.+)$/.exec(context.req.header('authorization') ?? '')?.[1]
    const closed = secret !== undefined && Object.hasOwn(forbidden, secret) ? forbidden[secret] : undefined
    if (closed === undefined) throw new Refusal(401, 'Unauthorized', 'The access key is missing or not known')
    if (context.req.method === 'GET' && isTooFast())
      throw new Refusal(429, 'TooManyRequests', 'The rate limit was exceeded, the request was not processed')
    if (closed.some((pattern) => covers(pattern, context.req.path)))
      throw new Refusal(403, 'Forbidden', 'The access key has no access to the resource')
    await next()
  }
}

function covers(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const expected = pattern.split('/')
  return parts.length === expected.length && expected.every((part, index) => part === '*' || part === parts[index])
}

/** Answers whether this call is one too many within the last second; refused calls do not count. */
function paceWatch(): () => boolean {
  const recent: number[] = []
  return () => {
    const now = performance.now()
    while (recent[0] !== undefined && recent[0] <= now - 1_000) recent.shift()
    if (recent.length >= GETS_PER_SECOND) return true
    recent.push(now)
    return false
  }
}

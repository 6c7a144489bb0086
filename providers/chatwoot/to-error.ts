import type { Refusal } from '../kit/http.ts'
import { type InputIssue, ProviderError, type ProviderErrorCode } from '../port/index.ts'

/**
 * What a refusal means. Chatwoot answers 401 where 403 is meant, so its words decide; and 500 for much of what a caller did
 * wrong, so that no 500 is worth a second try.
 */
export function toProviderError(refusal: Refusal, what: string): ProviderError {
  const issues = readIssues(refusal.body)
  const isTooMany = issues.some(({ detail }) => detail === TOO_MANY_MESSAGES)
  return new ProviderError(isTooMany ? 'RATE_LIMITED' : codeOf(refusal), `${what}: answered ${refusal.status}`, {
    providerStatus: refusal.status,
    ...(issues.length === 0 ? {} : { issues }),
    ...(isTooMany ? { retryAfterMs: 60_000 } : {}),
  })
}

/** More than 200 a minute in one conversation, which Chatwoot takes for bad input. */
const TOO_MANY_MESSAGES = 'Validation failed: Too many messages'

const FORBIDDEN_WORDS = 'You are not authorized to do this action'

function codeOf({ status, body }: Refusal): ProviderErrorCode {
  if (status === 401) return isObject(body) && body.error === FORBIDDEN_WORDS ? 'FORBIDDEN' : 'UNAUTHENTICATED'
  return CODES.get(status) ?? (status >= 500 ? 'UNAVAILABLE' : 'MALFORMED')
}

const CODES: ReadonlyMap<number, ProviderErrorCode> = new Map([
  [400, 'INVALID'],
  // Beyond what the account's plan allows.
  [402, 'FORBIDDEN'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [422, 'INVALID'],
])

/** Four forms: `{error}`, `{message, attributes}`, `{errors: [text]}`, and the documented `{description, errors: [{…}]}`. */
function readIssues(body: unknown): readonly InputIssue[] {
  if (!isObject(body)) return []
  if (Array.isArray(body.errors)) return body.errors.flatMap(readIssue)
  const detail = body.error ?? body.message ?? body.description
  if (typeof detail !== 'string') return []
  return [{ path: Array.isArray(body.attributes) ? body.attributes.filter(isText) : [], detail }]
}

function readIssue(error: unknown): readonly InputIssue[] {
  if (isText(error)) return [{ path: [], detail: error }]
  if (!isObject(error) || !isText(error.message)) return []
  const path = isText(error.field) ? [error.field] : []
  return [{ path, detail: error.message, ...(isText(error.code) ? { providerCode: error.code } : {}) }]
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

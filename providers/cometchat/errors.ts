import type { IncomingHttpHeaders } from 'node:http'
import { absent, toldTo } from '../kit/absent.ts'
import type { Refusal } from '../kit/http.ts'
import {
  type CallContext,
  type InputIssue,
  ProviderError,
  type ProviderErrorCode,
  type RateLimit,
} from '../port/index.ts'
import { recordOf } from './wire.ts'

/** What a refusal means: by CometChat's own code, else by the HTTP status, because most statuses are not documented. */
export function toProviderError(refusal: Refusal, what: string): ProviderError {
  const { providerCode, issues } = readRefusal(refusal.body)
  const code = CODES.get(providerCode ?? '') ?? codeOfStatus(refusal.status)
  return new ProviderError(code, `${what}: ${providerCode ?? 'refused'} (HTTP ${refusal.status})`, {
    providerStatus: refusal.status,
    ...(providerCode === null ? {} : { providerCode }),
    ...(issues.length === 0 ? {} : { issues }),
  })
}

/** An end user is not told whether what is not theirs is there. */
export function asToldTo(call: CallContext, error: ProviderError): ProviderError {
  const isNotTheirs = call.actor.kind === 'end-user' && NOT_THEIRS.includes(error.facts.providerCode ?? '')
  return isNotTheirs ? absent(error) : toldTo(call, error)
}

/** Whether the body refuses, whatever the HTTP status says. */
export function isRefusal(body: unknown): boolean {
  const answer = recordOf(body)
  return answer !== null && recordOf(answer.error) !== null && answer.data === undefined
}

/** Whether the plan of the app does not have what was asked for. */
export function isPlanRefusal(error: unknown): boolean {
  return error instanceof ProviderError && PLAN_CODES.includes(error.facts.providerCode ?? '')
}

/** The quota headers, which have two spellings in CometChat's documents. */
export function readRateLimit(headers: IncomingHttpHeaders): RateLimit | null {
  const limit = numberOf(headers['x-ratelimit-limit'] ?? headers['x-rate-limit'])
  const remaining = numberOf(headers['x-ratelimit-remaining'] ?? headers['x-rate-limit-remaining'])
  const reset = numberOf(headers['x-ratelimit-reset'] ?? headers['x-rate-limit-reset'])
  if (limit === null && remaining === null && reset === null) return null
  return { limit, remaining, resetsAt: reset === null ? null : new Date(reset * 1000) }
}

const NOT_THEIRS: readonly string[] = [
  'ERR_NOT_A_MEMBER',
  'ERR_GROUP_NOT_JOINED',
  'ERR_BANNED_GROUPMEMBER',
  'ERR_MESSAGE_NO_ACCESS',
]

const PLAN_CODES: readonly string[] = ['ERR_PLAN_RESTRICTION', 'ERR_FEATURE_NOT_ACCESSIBLE']

const CODES: ReadonlyMap<string, ProviderErrorCode> = new Map([
  ...each(
    'NOT_FOUND',
    'ERR_UID_NOT_FOUND',
    'ERR_GUID_NOT_FOUND',
    'ERR_MESSAGE_ID_NOT_FOUND',
    'ERR_MSG_NOT_FOUND',
    'ERR_CONVERSATION_NOT_FOUND',
    'ERR_CONVERSATION_NOT_ACCESSIBLE',
  ),
  ...each(
    'UNAUTHENTICATED',
    'AUTH_ERR_EMPTY_APIKEY',
    'AUTH_ERR_APIKEY_NOT_FOUND',
    'AUTH_ERR_EMPTY_APPID',
    'AUTH_ERR_INVALID_APPID',
    'AUTH_ERR_EMPTY_AUTH_TOKEN',
    'AUTH_ERR_AUTH_TOKEN_NOT_FOUND',
  ),
  ...each(
    'FORBIDDEN',
    'AUTH_ERR_NO_ACCESS',
    'ERR_NOT_A_MEMBER',
    'ERR_GROUP_NOT_JOINED',
    'ERR_BANNED_GROUPMEMBER',
    'ERR_MESSAGE_NO_ACCESS',
    'ERR_MESSAGE_NOT_A_SENDER',
    'ERR_MESSAGE_ACTION_NOT_ALLOWED',
    'ERR_BLOCKED_RECEIVER',
    'ERR_BLOCKED_BY_EXTENSION',
    'ERR_PLAN_QUOTA_RESTRICTION',
    'ERR_SUBSCRIPTION_EXPIRED',
    ...PLAN_CODES,
  ),
  ...each('INVALID', 'ERR_BAD_REQUEST'),
  ...each('RATE_LIMITED', 'ERR_TOO_MANY_REQUESTS'),
  ...each('UNAVAILABLE', 'ERR_MISSION_FAILED', 'ERR_OPERATION_FAILED', 'ERR_EXCEPTION'),
  // The path itself is unknown there: whatever answers is not the API that this adapter speaks.
  ...each('MALFORMED', 'ERR_API_NOT_FOUND'),
])

const CODES_OF_STATUS: ReadonlyMap<number, ProviderErrorCode> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
])

function codeOfStatus(status: number): ProviderErrorCode {
  const known = CODES_OF_STATUS.get(status)
  if (known !== undefined) return known
  if (status >= 400 && status < 500) return 'INVALID'
  return status >= 500 ? 'UNAVAILABLE' : 'MALFORMED'
}

function each(code: ProviderErrorCode, ...words: readonly string[]): readonly (readonly [string, ProviderErrorCode])[] {
  return words.map((word) => [word, code])
}

/** Bodies of refusals come as JSON, as text and without their fields: nothing here may fail on them. */
function readRefusal(body: unknown): { readonly providerCode: string | null; readonly issues: readonly InputIssue[] } {
  const error = recordOf(recordOf(body)?.error)
  const code = error?.code
  const details = Object.entries(recordOf(error?.details) ?? {})
  return {
    providerCode: typeof code === 'string' && code !== '' ? code : null,
    issues: details.map(([field, problems]) => ({ path: [field], detail: [problems].flat().join(' ') })),
  }
}

function numberOf(header: string | string[] | undefined): number | null {
  const number = typeof header === 'string' && header.trim() !== '' ? Number(header) : Number.NaN
  return Number.isFinite(number) ? number : null
}

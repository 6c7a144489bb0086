import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'
import type { ProviderError, ProviderErrorCode } from '../providers/port/index.ts'

export const ERROR_CODES = [
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'CAPABILITY_NOT_SUPPORTED',
  'CONFLICT',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'OVERLOADED',
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_REJECTED',
  'OUTCOME_UNKNOWN',
  'CURSOR_INVALID',
  'INTERNAL',
  // Of the request as such: nothing was asked of anybody.
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'DOCUMENT_UNKNOWN',
  'DOCUMENT_NOT_ALLOWED',
  'TOO_MANY_TOKENS',
  'TOO_MANY_COMMENTS',
  'TOO_DEEP',
  'TOO_MANY_ALIASES',
  'TOO_MANY_ROOT_FIELDS',
  'ROOT_FIELD_TOO_OFTEN',
  'TOO_MANY_DIRECTIVES',
  'TOO_MANY_FRAGMENTS',
  'VARIABLES_TOO_DEEP',
  'TOO_MANY_ROWS',
  'TOO_COSTLY',
  'TOO_MANY_OPERATIONS',
] as const

/** Stable machine-readable reason, in `extensions.code` and in rows that tell of a failure. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** An error that a client is meant to see. */
export function clientError(code: ErrorCode, message: string, extensions: GraphQLErrorExtensions = {}): GraphQLError {
  return forClients(new GraphQLError(message, { extensions: { ...extensions, code } }))
}

/**
 * What a client may know of a provider's failure: which account, what kind, when to come back, the provider's own code. The
 * error's own message is for operators: it names paths of the provider's API.
 */
export function providerErrorForClient(account: string, error: ProviderError): GraphQLError {
  const { retryAfterMs, providerCode } = error.facts
  const extensions = {
    code: errorCodeOf(error),
    account,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(providerCode === undefined ? {} : { providerCode }),
  }
  return forClients(new GraphQLError(describeFailure(account, error), { originalError: error, extensions }))
}

export function errorCodeOf(error: ProviderError): ErrorCode {
  return CODES[error.code]
}

/** A sentence for people about what happened at an account. */
export function describeFailure(account: string, error: ProviderError): string {
  return `Account "${account}" ${SENTENCES[error.code]}`
}

/**
 * Makes the function that every transport masks errors with: what was made for clients passes, everything unforeseen becomes
 * one sentence with a correlation id, under which `report` is given the error itself.
 */
export function createErrorMask(
  report: (error: unknown, correlationId: string) => void,
): (error: unknown) => GraphQLError {
  return (error) => {
    if (isForClient(error)) return error
    const correlationId = crypto.randomUUID()
    report(error, correlationId)
    const path = isGraphQLError(error) ? { path: error.path ?? null, nodes: error.nodes ?? null } : {}
    return new GraphQLError('Something went wrong on our side.', {
      ...path,
      extensions: { code: 'INTERNAL', correlationId },
    })
  }
}

const FOR_CLIENTS = new WeakSet<Error>()

/** Whatever else has one of our codes may have it from anywhere: the errors of libraries are given codes too. */
function forClients(error: GraphQLError): GraphQLError {
  FOR_CLIENTS.add(error)
  return error
}

/**
 * Made by us for clients, or by graphql itself about the document (nothing was thrown) or its
 * variables (what a scalar said of one is the cause, but nothing ran yet: there is no path).
 */
function isForClient(error: unknown): error is GraphQLError {
  if (!isGraphQLError(error)) return false
  if (error.originalError === undefined || wasMadeForClients(error)) return true
  return error.path === undefined && isGraphQLError(error.originalError)
}

/** Where it was thrown in a resolver, it has been wrapped in another one that says where. */
function wasMadeForClients(error: Error): boolean {
  if (FOR_CLIENTS.has(error)) return true
  return isGraphQLError(error) && error.originalError !== undefined && wasMadeForClients(error.originalError)
}

/** By name, because two copies of graphql would not know each other's class. */
function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError'
}

const CODES: Readonly<Record<ProviderErrorCode, ErrorCode>> = {
  NOT_FOUND: 'NOT_FOUND',
  UNAUTHENTICATED: 'PROVIDER_REJECTED',
  FORBIDDEN: 'FORBIDDEN',
  INVALID: 'VALIDATION_FAILED',
  CONFLICT: 'CONFLICT',
  UNSUPPORTED: 'CAPABILITY_NOT_SUPPORTED',
  RATE_LIMITED: 'RATE_LIMITED',
  TIMEOUT: 'PROVIDER_TIMEOUT',
  UNAVAILABLE: 'PROVIDER_UNAVAILABLE',
  CIRCUIT_OPEN: 'PROVIDER_UNAVAILABLE',
  OVERLOADED: 'OVERLOADED',
  MALFORMED: 'PROVIDER_UNAVAILABLE',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
}

const SENTENCES: Readonly<Record<ProviderErrorCode, string>> = {
  NOT_FOUND: 'has no such thing.',
  UNAUTHENTICATED: 'is refused by its provider: the configured credential is not accepted.',
  FORBIDDEN: 'may not do this.',
  INVALID: 'does not accept this input.',
  CONFLICT: 'is in a state that does not allow this.',
  UNSUPPORTED: 'cannot do this: see its capabilities.',
  RATE_LIMITED: 'has been asked too often: come back after retryAfterMs.',
  TIMEOUT: 'did not answer in time.',
  UNAVAILABLE: 'could not be reached.',
  CIRCUIT_OPEN: 'is not asked for a moment, because its last answers failed.',
  OVERLOADED: 'was not asked: too many calls are needed, or under way already.',
  MALFORMED: 'answered something that makes no sense.',
  OUTCOME_UNKNOWN: 'may or may not have done it: look before you repeat it.',
}

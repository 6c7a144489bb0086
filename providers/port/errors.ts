import type { Capability } from './capabilities.ts'
import type { ConversationRef } from './refs.ts'

/**
 * Everything that may go wrong between the gateway and a provider. The set is closed; retryability follows from the code.
 *
 * - `NOT_FOUND` there is no such thing, or this actor may not know of it
 * - `UNAUTHENTICATED` the account's credential is refused
 * - `FORBIDDEN` the actor may not do this
 * - `INVALID` the input is wrong; `issues` say where
 * - `CONFLICT` the state does not allow it; `existing` says where to go instead
 * - `UNSUPPORTED` this account cannot do it at all; `capability` names the row that said so
 * - `RATE_LIMITED` refused before anything was done; `retryAfterMs` says for how long
 * - `TIMEOUT` no answer in time, nothing was changed
 * - `UNAVAILABLE` the provider could not be reached or failed
 * - `CIRCUIT_OPEN` not even tried, because the last calls failed
 * - `OVERLOADED` not even tried, because this operation or account has no room for another call
 * - `MALFORMED` the answer makes no sense
 * - `OUTCOME_UNKNOWN` it may have been done: look before repeating
 */
export type ProviderErrorCode =
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'INVALID'
  | 'CONFLICT'
  | 'UNSUPPORTED'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'CIRCUIT_OPEN'
  | 'OVERLOADED'
  | 'MALFORMED'
  | 'OUTCOME_UNKNOWN'

export interface InputIssue {
  readonly path: readonly string[]
  readonly detail: string
  readonly providerCode?: string
}

export interface ErrorFacts {
  readonly retryAfterMs?: number
  /** The provider's own code (`ERR_UID_NOT_FOUND`). */
  readonly providerCode?: string
  /** The HTTP status of the provider's answer. */
  readonly providerStatus?: number
  readonly issues?: readonly InputIssue[]
  readonly existing?: ConversationRef
  readonly capability?: Capability
  readonly cause?: unknown
}

/**
 * The only error that may leave an adapter. The message says what was attempted, on what, and what came back; it never
 * carries a credential or a body.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: ProviderErrorCode
  readonly facts: ErrorFacts

  constructor(code: ProviderErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.facts = facts
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

const RETRYABLE: ReadonlySet<ProviderErrorCode> = new Set([
  'RATE_LIMITED',
  'TIMEOUT',
  'UNAVAILABLE',
  'CIRCUIT_OPEN',
  'OVERLOADED',
])

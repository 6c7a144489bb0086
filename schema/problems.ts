import {
  type ConversationRef,
  type ErrorFacts,
  type InputIssue,
  ProviderError,
  type ProviderErrorCode,
} from '../providers/port/index.ts'
import type { CapabilitySupport } from './capability.ts'
import { describeFailure, type ErrorCode, errorCodeOf } from './errors.ts'
import type { Place } from './place.ts'
import { type SourceStatus, statusOfFailure } from './source-status.ts'

/** Why a mutation did not do what was asked. */
export type Problem =
  | ProblemOf<'ValidationError', { readonly issues: readonly InputIssue[] }>
  | ProblemOf<'NotFoundError'>
  | ProblemOf<'AccessError'>
  | ProblemOf<'ConflictError', { readonly existing: ConversationRef | null }>
  | ProblemOf<'CapabilityNotSupportedError', { readonly support: CapabilitySupport }>
  | ProblemOf<'RateLimitedError', { readonly source: SourceStatus; readonly retryAfterMs: number }>
  | ProblemOf<'ProviderError', { readonly source: SourceStatus; readonly retryable: boolean }>
  | ProblemOf<'OutcomeUnknownError', { readonly source: SourceStatus; readonly checkAfterMs: number | null }>

type ProblemOf<Typename extends string, More = unknown> = More & {
  readonly typename: Typename
  readonly code: ErrorCode
  /** For people. */
  readonly detail: string
  /** The provider's own code, where the provider refused. */
  readonly providerCode: string | null
}

/**
 * Stops a mutation with a problem that the gateway itself has found, wherever an act may be refused; the code says the same to
 * those who do not know problems.
 */
export class Refusal extends ProviderError {
  readonly problem: Problem

  constructor(code: ProviderErrorCode, problem: Problem) {
    super(code, problem.detail)
    this.problem = problem
  }
}

/** The same for what never was, what is gone and what the viewer may not know of. */
export function notFound(providerCode: string | null = null): Problem {
  const detail = 'There is no such thing, or the viewer may not know of it.'
  return { typename: 'NotFoundError', code: 'NOT_FOUND', detail, providerCode }
}

export function invalid(issues: readonly InputIssue[]): Problem {
  const detail = 'This input cannot be taken: see issues.'
  return { typename: 'ValidationError', code: 'VALIDATION_FAILED', detail, providerCode: null, issues }
}

export function notSupported(account: string, support: CapabilitySupport): Problem {
  const detail = support.support.note ?? `Account "${account}" cannot do this: see its capabilities.`
  return {
    typename: 'CapabilityNotSupportedError',
    code: 'CAPABILITY_NOT_SUPPORTED',
    detail,
    providerCode: null,
    support,
  }
}

export function keyReused(): Problem {
  const detail = 'This clientMessageId came before with something else to say: take a new one for each message.'
  return { typename: 'ConflictError', code: 'IDEMPOTENCY_KEY_REUSED', detail, providerCode: null, existing: null }
}

/** What a failure is to whoever asked for an act. A provider's own message is for operators. */
export async function problemOf(place: Place, error: ProviderError): Promise<Problem> {
  if (error instanceof Refusal) return error.problem
  const { source } = place
  const { facts } = error
  const providerCode = facts.providerCode ?? null
  const base = { code: errorCodeOf(error), detail: describeFailure(source.account.key, error), providerCode }
  switch (error.code) {
    case 'NOT_FOUND':
      return notFound(providerCode)
    case 'FORBIDDEN':
      return (await place.isHidden()) ? notFound() : { typename: 'AccessError', ...base }
    case 'INVALID':
      return { typename: 'ValidationError', ...base, issues: issuesOf(facts) }
    case 'CONFLICT':
      return { typename: 'ConflictError', ...base, existing: facts.existing ?? null }
    case 'UNSUPPORTED':
      return notSupported(source.account.key, await place.refusalRow(refusedCapability(error)))
    case 'RATE_LIMITED':
      return { typename: 'RateLimitedError', ...base, ...failureOf(place, error), retryAfterMs: waitMs(facts) }
    case 'OUTCOME_UNKNOWN':
      return {
        typename: 'OutcomeUnknownError',
        ...base,
        ...failureOf(place, error),
        checkAfterMs: facts.retryAfterMs ?? null,
      }
    default:
      return { typename: 'ProviderError', ...base, ...failureOf(place, error), retryable: error.retryable }
  }
}

/** Adapters name what they were given by the port's words, providers by their own, which stay. */
function issuesOf({ issues = [], providerStatus }: ErrorFacts): readonly InputIssue[] {
  if (providerStatus !== undefined) return issues
  return issues.map(({ path: [first, ...rest], ...issue }) => ({
    ...issue,
    path: first === undefined ? [] : [inputField(first), ...rest],
  }))
}

/** What clients call what the port calls so. */
export function inputField(word: string): string {
  return INPUT_FIELDS.get(word) ?? word
}

const INPUT_FIELDS: ReadonlyMap<string, string> = new Map([
  ['people', 'with'],
  ['channel', 'channelId'],
  ['replyTo', 'replyToMessageId'],
  ['assignee', 'assigneeId'],
  ['team', 'teamId'],
  ['snoozedUntil', 'snoozeUntil'],
])

function failureOf({ source }: Place, error: ProviderError): { readonly source: SourceStatus } {
  return { source: statusOfFailure(source, error) }
}

/** An adapter that refuses names the row that said so. */
function refusedCapability({ facts, message }: ProviderError): CapabilitySupport['capability'] {
  if (facts.capability === undefined) throw new Error(`refused without naming a capability: ${message}`)
  return facts.capability
}

function waitMs({ retryAfterMs }: ErrorFacts): number {
  return retryAfterMs ?? DEFAULT_WAIT_MS
}

/** Of a provider that does not say for how long. */
const DEFAULT_WAIT_MS = 1_000

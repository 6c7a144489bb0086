import type { Capability, ProviderError } from '../providers/port/index.ts'
import { AccountRef } from './account.ts'
import { type Outcome, stateOf } from './account-health.ts'
import { builder } from './builder.ts'
import { CapabilityEnum } from './capability-enum.ts'
import type { Source } from './context.ts'
import { describeFailure, errorCodeOf } from './errors.ts'
import { ErrorCodeEnum, type Origin, OriginEnum, type SourceState, SourceStateEnum } from './words.ts'

/** How one account did in one answer. */
export interface SourceStatus {
  readonly source: Source
  readonly state: SourceState
  readonly error: ProviderError | null
  readonly latencyMs: number | null
  readonly itemCount: number | null
  readonly unsupported: readonly Capability[]
  readonly origin: Origin
  readonly asOf: Date | null
}

/** The row of an account that was asked for rows. */
export function statusOfAnswer(
  source: Source,
  outcome: Outcome,
  found: { readonly itemCount: number; readonly complete: boolean; readonly unsupported: readonly Capability[] },
): SourceStatus {
  const { error, latencyMs, at } = outcome
  const state = error
    ? stateOf(error)
    : found.unsupported.length > 0
      ? 'unsupported'
      : found.complete
        ? 'ok'
        : 'partial'
  const { itemCount, unsupported } = found
  return { source, state, error, latencyMs, itemCount, unsupported, origin: 'provider-api', asOf: error ? null : at }
}

/** The row of an account that was not asked, because it had nothing more. */
export function statusOfSkipped(source: Source): SourceStatus {
  const nothing = { error: null, latencyMs: null, itemCount: 0, unsupported: [], asOf: null }
  return { source, state: 'skipped', origin: 'cache', ...nothing }
}

/** How an account did when it was last asked anything. */
export function currentStatus(
  source: Source,
  asOf: Date | null = source.account.health.last?.at ?? null,
): SourceStatus {
  const last = source.account.health.last
  const error = last?.error ?? null
  return {
    source,
    state: stateOf(error),
    error,
    latencyMs: last?.latencyMs ?? null,
    itemCount: null,
    unsupported: [],
    origin: 'provider-api',
    asOf,
  }
}

/** The row of an account that failed to do something. */
export function statusOfFailure(source: Source, error: ProviderError): SourceStatus {
  const nothing = { latencyMs: null, itemCount: null, unsupported: [], asOf: null }
  return { source, state: stateOf(error), error, origin: 'provider-api', ...nothing }
}

export const SourceStatusRef = builder.objectRef<SourceStatus>('SourceStatus').implement({
  audience: 'public',
  description: 'How one account did in this answer. Partial failure is data.',
  fields: (t) => ({
    account: t.field({
      type: AccountRef,
      nullable: false,
      description: 'The account that was asked.',
      resolve: ({ source }) => ({ typename: 'Account' as const, source }),
    }),
    state: t.field({ type: SourceStateEnum, nullable: false, description: 'How it did.', resolve: (row) => row.state }),
    code: t.field({
      type: ErrorCodeEnum,
      description: 'Why it failed; null when it did not.',
      resolve: ({ error }) => (error ? errorCodeOf(error) : null),
    }),
    detail: t.string({
      description: 'The same in a sentence for people.',
      resolve: ({ source, error }) => (error ? describeFailure(source.account.key, error) : null),
    }),
    retryAfterMs: t.int({
      description: 'When it makes sense to ask again, in milliseconds from now; null: any time.',
      resolve: ({ error }) => error?.facts.retryAfterMs ?? null,
    }),
    latencyMs: t.int({ description: 'How long it took, in milliseconds.', resolve: (row) => row.latencyMs }),
    itemCount: t.int({ description: 'How many rows of this page are from it.', resolve: (row) => row.itemCount }),
    unsupported: t.field({
      type: [CapabilityEnum],
      nullable: false,
      description: 'Parts of the question that this account cannot answer, such as FILTER_TEXT.',
      resolve: (row) => row.unsupported,
    }),
    origin: t.field({
      type: OriginEnum,
      nullable: false,
      description: 'Where the answer is from.',
      resolve: (row) => row.origin,
    }),
    asOf: t.field({
      type: 'DateTime',
      description: 'As of when the answer is; null: there is none.',
      resolve: (row) => row.asOf,
    }),
  }),
})

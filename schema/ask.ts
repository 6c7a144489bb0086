import { type CallContext, type Person, type PersonRef, type Provider, ProviderError } from '../providers/port/index.ts'
import type { Outcome } from './account-health.ts'
import type { GatewayContext, Source } from './context.ts'
import { providerErrorForClient } from './errors.ts'

export type Question<T> = (provider: Provider, call: CallContext) => Promise<T>

/** What an account answered, or why it did not. */
export type Answer<T> = { readonly outcome: Outcome } & ({ readonly value: T } | { readonly error: ProviderError })

/** Asks an account something and remembers how that went. What is not a `ProviderError` is a bug and is thrown on. */
export async function answerOf<T>(source: Source, question: Question<T>): Promise<Answer<T>> {
  const startedAt = Date.now()
  try {
    const value = await question(source.account.provider, source.call)
    return { outcome: record(source, null, startedAt), value }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { outcome: record(source, error, startedAt), error }
  }
}

/** Asks an account something; its failure becomes an error for clients. */
export async function ask<T>(source: Source, question: Question<T>): Promise<T> {
  const answer = await answerOf(source, question)
  if ('error' in answer) throw providerErrorForClient(source.account.key, answer.error)
  return answer.value
}

/** The account of that key, as far as the viewer may see it. */
export function sourceOf(context: GatewayContext, account: string): Source | null {
  return context.sources.find((source) => source.account.key === account) ?? null
}

/** Who the viewer is in this account; a promise only while it is not known. Null: the account acts as itself. */
export function selfOf(source: Source): Person | null | Promise<Person | null> {
  if (source.memo.self !== undefined) return source.memo.self
  const asking = ask(source, (provider, call) => provider.getSelf(call)).then((self) => {
    source.memo.self = self
    return self
  })
  source.memo.self = asking
  return asking
}

/** Whether that is the viewer. */
export function isSelf(source: Source, person: PersonRef): boolean | Promise<boolean> {
  const { actor } = source
  if (!('person' in actor)) return false
  if (actor.person) return actor.person.native === person.native
  const self = selfOf(source)
  return self instanceof Promise
    ? self.then((known) => known?.ref.native === person.native)
    : self?.ref.native === person.native
}

function record(source: Source, error: ProviderError | null, startedAt: number): Outcome {
  const at = new Date()
  const outcome = { error, latencyMs: at.getTime() - startedAt, at }
  // That one thing is not there, or not allowed, says nothing of how the account is doing.
  if (error === null || !ABOUT_THE_QUESTION.has(error.code)) source.account.health.record(outcome)
  return outcome
}

const ABOUT_THE_QUESTION: ReadonlySet<ProviderError['code']> = new Set([
  'NOT_FOUND',
  'FORBIDDEN',
  'INVALID',
  'CONFLICT',
  'UNSUPPORTED',
  'OVERLOADED',
])

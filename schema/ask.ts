import type { CallContext, Person, PersonRef, Provider } from '../providers/port/index.ts'
import type { Answer } from './account-health.ts'
import type { GatewayContext, Source } from './context.ts'
import { providerErrorForClient } from './errors.ts'

export type Question<T> = (provider: Provider, call: CallContext) => Promise<T>

/** Asks an account something and remembers how that went. What is not a `ProviderError` is a bug and is thrown on. */
export function answerOf<T>({ account, call }: Source, question: Question<T>): Promise<Answer<T>> {
  return account.health.ask(call.signal, () => question(account.provider, call))
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

import { ProviderError, type ProviderErrorCode } from '../providers/port/index.ts'
import type { SourceState } from './words.ts'

/** How one question to an account went. */
export interface Outcome {
  /** Null: well. */
  readonly error: ProviderError | null
  readonly latencyMs: number
  readonly at: Date
}

/** What an account answered, or why it did not. */
export type Answer<T> = { readonly outcome: Outcome } & ({ readonly value: T } | { readonly error: ProviderError })

/** How the last question to an account went; null until one was asked. One per account, as long as the process lives. */
export class AccountHealth {
  #last: Outcome | null = null
  readonly #listeners: (() => void)[] = []

  get last(): Outcome | null {
    return this.#last
  }

  /** Calls whenever the account does otherwise than before: not for every failure, but for the first of a kind. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Asks the account something and remembers how that went, unless it says nothing of the account: the fault may be the
   * question's, or whoever asked gave up. What is not a `ProviderError` is a bug and is thrown on.
   */
  async ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<Answer<T>> {
    const startedAt = Date.now()
    try {
      const value = await question()
      return { value, outcome: this.#record(null, startedAt) }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      const isTelling = !signal.aborted && !ABOUT_THE_QUESTION.has(error.code)
      return { error, outcome: isTelling ? this.#record(error, startedAt) : outcomeOf(error, startedAt) }
    }
  }

  /** The same for whoever wants the answer itself. Throws the `ProviderError`. */
  async watch<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
    const answer = await this.ask(signal, question)
    if ('error' in answer) throw answer.error
    return answer.value
  }

  #record(error: ProviderError | null, startedAt: number): Outcome {
    const before = stateOf(this.#last?.error ?? null)
    this.#last = outcomeOf(error, startedAt)
    if (stateOf(error) !== before) for (const listener of this.#listeners) listener()
    return this.#last
  }
}

/** How an account does that answered so. */
export function stateOf(error: ProviderError | null): SourceState {
  return error === null ? 'ok' : STATES[error.code]
}

function outcomeOf(error: ProviderError | null, startedAt: number): Outcome {
  const at = new Date()
  return { error, latencyMs: at.getTime() - startedAt, at }
}

/** That one thing is not there, or not allowed, says nothing of how the account is doing. */
const ABOUT_THE_QUESTION: ReadonlySet<ProviderErrorCode> = new Set([
  'NOT_FOUND',
  'FORBIDDEN',
  'INVALID',
  'CONFLICT',
  'UNSUPPORTED',
  'OVERLOADED',
])

const STATES: Readonly<Record<ProviderErrorCode, SourceState>> = {
  NOT_FOUND: 'unavailable',
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  INVALID: 'unavailable',
  CONFLICT: 'unavailable',
  UNSUPPORTED: 'unsupported',
  RATE_LIMITED: 'rate-limited',
  TIMEOUT: 'timeout',
  UNAVAILABLE: 'unavailable',
  CIRCUIT_OPEN: 'circuit-open',
  OVERLOADED: 'unavailable',
  MALFORMED: 'unavailable',
  OUTCOME_UNKNOWN: 'unavailable',
}

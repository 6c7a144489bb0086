import type { ProviderError } from '../providers/port/index.ts'

/** How one question to an account went. */
export interface Outcome {
  /** Null: well. */
  readonly error: ProviderError | null
  readonly latencyMs: number
  readonly at: Date
}

/** How the last question to an account went; null until one was asked. One per account, as long as the process lives. */
export class AccountHealth {
  #last: Outcome | null = null

  get last(): Outcome | null {
    return this.#last
  }

  record(outcome: Outcome): void {
    this.#last = outcome
  }
}

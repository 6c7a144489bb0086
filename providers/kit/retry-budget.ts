/**
 * Keeps retries from doubling the load on a provider that is already down: every failure takes a token, every success gives a
 * tenth of one back, and below half of the tokens nothing is retried.
 */
export class RetryBudget {
  static readonly #MAX_TOKENS = 10
  static readonly #TOKENS_PER_SUCCESS = 0.1
  #tokens = RetryBudget.#MAX_TOKENS

  succeeded(): void {
    this.#tokens = Math.min(RetryBudget.#MAX_TOKENS, this.#tokens + RetryBudget.#TOKENS_PER_SUCCESS)
  }

  failed(): void {
    this.#tokens = Math.max(0, this.#tokens - 1)
  }

  get allowsRetry(): boolean {
    return this.#tokens >= RetryBudget.#MAX_TOKENS / 2
  }
}

const BASE_MS = 100
const CAP_MS = 1_000

/** Full jitter: anything from now to twice as long as the last bound, so that callers who failed together come back apart. */
export function retryDelayMs(retry: number): number {
  return Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** retry)
}

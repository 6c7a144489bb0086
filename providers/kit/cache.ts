import { type CallContext, ProviderError } from '../port/index.ts'
import { ExchangeError } from './exchange.ts'
import { whileWanted } from './patience.ts'

/** Those that were asked for first are forgotten first. */
const MAX_KEYS = 10_000

/**
 * Keeps the last good answer of one call per key (the acting identity first) for `freshMs`. Concurrent askers share one call;
 * a failure is not kept and, while an older answer is at hand, not shown either. Whoever shares a call is not harmed by the
 * limits of the one who began it.
 */
export class AnswerCache<T> {
  readonly #freshMs: number
  readonly #staleMs: number
  readonly #entries = new Map<string, Entry<T>>()

  constructor(freshMs: number, staleMs: number) {
    this.#freshMs = freshMs
    this.#staleMs = staleMs
  }

  /** `load` spends what `call` allows; nobody waits for another's load longer than their own call may last. */
  async get(key: string, call: Limits, load: () => Promise<T>): Promise<T> {
    const entry = this.#entry(key)
    if (entry.answer !== null && Date.now() - entry.answer.at < this.#freshMs) return entry.answer.value
    while (entry.loading !== null) {
      try {
        return await whileWanted(entry.loading, call.deadline, call.signal)
      } catch (error) {
        if (error instanceof ExchangeError) throw new ProviderError('TIMEOUT', error.message, { cause: error })
        if (!isLimitOfAsker(error)) throw error
      }
    }
    return this.#begin(entry, load)
  }

  /** The last good answer that is still usable, without asking. */
  peek(key: string): T | null {
    const answer = this.#entries.get(key)?.answer
    return answer && Date.now() - answer.at < this.#staleMs ? answer.value : null
  }

  /** Whoever asks next begins anew. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  #entry(key: string): Entry<T> {
    const known = this.#entries.get(key)
    if (known) return known
    const entry: Entry<T> = { answer: null, loading: null }
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > MAX_KEYS && oldest !== undefined) this.#entries.delete(oldest)
    return entry
  }

  #begin(entry: Entry<T>, load: () => Promise<T>): Promise<T> {
    entry.loading = this.#load(entry, load)
    return entry.loading
  }

  async #load(entry: Entry<T>, load: () => Promise<T>): Promise<T> {
    try {
      const value = await load()
      entry.answer = { value, at: Date.now() }
      return value
    } catch (error) {
      if (entry.answer !== null && Date.now() - entry.answer.at < this.#staleMs) return entry.answer.value
      throw error
    } finally {
      entry.loading = null
    }
  }
}

type Limits = Pick<CallContext, 'deadline' | 'signal'>

/** Whether it only says that one caller's time or number of calls was over. */
function isLimitOfAsker(error: unknown): boolean {
  return error instanceof ProviderError && (error.code === 'TIMEOUT' || error.code === 'OVERLOADED')
}

interface Entry<T> {
  answer: { readonly value: T; readonly at: number } | null
  loading: Promise<T> | null
}

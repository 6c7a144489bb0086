import type { IncomingHttpHeaders } from 'node:http'
import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  SamplingBreaker,
  wrap,
} from 'cockatiel'
import { Pool } from 'undici'
import { type CallContext, ProviderError, type RateLimit } from '../port/index.ts'
import { toldTo } from './absent.ts'
import { ExchangeError, exchange, type RawAnswer, type RawRequest } from './exchange.ts'
import { pause, whileWanted } from './patience.ts'
import { RateGate, readRetryAfterMs } from './rate-gate.ts'
import { type ReadRequest, toRawRequest, type WriteRequest } from './raw-request.ts'
import { RetryBudget, retryDelayMs } from './retry-budget.ts'
import { withoutCredentials } from './scrub.ts'

export type { Query, ReadRequest, StreamBody, WriteRequest } from './raw-request.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The parsed JSON; null for an empty body. */
  readonly body: unknown
}

/** A refusal as it came: the body parsed where it was JSON, else its text. */
export interface Refusal {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface HttpOptions {
  /** For error messages: `chatwoot account "support"`. */
  readonly name: string
  readonly baseUrl: string
  /** Sent with every request: the credential. */
  readonly headers: () => Readonly<Record<string, string>>
  /** Which error a status that is neither 2xx nor 429 means. */
  readonly errorOf: (refusal: Refusal, what: string) => ProviderError
  /** Reads the quota headers, where the vendor has any. */
  readonly rateLimitOf?: (headers: IncomingHttpHeaders) => RateLimit | null
  readonly maxInFlight: number
}

/** How long one call and one try of it may take, and how often it is tried again. */
interface Patience {
  readonly callMs: number
  readonly tryMs: number
  readonly retries: number
}

const READ_PATIENCE: Patience = { callMs: 5_000, tryMs: 2_000, retries: 2 }
const WRITE_PATIENCE: Patience = { callMs: 5_000, tryMs: 5_000, retries: 0 }
/** Files of a hundred megabytes take their time. */
const STREAM_PATIENCE: Patience = { callMs: 60_000, tryMs: 60_000, retries: 0 }
const CONNECT_TIMEOUT_MS = 1_000
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024
/** Where a 429 does not say for how long: CometChat's advice. */
const DEFAULT_RETRY_AFTER_MS = 60_000
const RETRIED_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/**
 * All traffic of one account to one origin: a pool of its own, a bulkhead, a breaker, and reads that are retried within a
 * budget. Throws nothing but `ProviderError`.
 */
export class Http {
  readonly #options: HttpOptions
  readonly #basePath: string
  readonly #pool: Pool
  readonly #bulkhead: BulkheadPolicy
  readonly #policy: IPolicy
  readonly #retries = new RetryBudget()
  readonly #gate = new RateGate()
  #rateLimit: RateLimit | null = null

  constructor(options: HttpOptions) {
    this.#options = options
    const url = new URL(options.baseUrl)
    this.#basePath = url.pathname.replace(/\/$/, '')
    this.#pool = new Pool(url.origin, {
      connections: options.maxInFlight,
      pipelining: 1,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAliveTimeout: 30_000,
    })
    this.#bulkhead = bulkhead(options.maxInFlight, options.maxInFlight)
    this.#policy = wrap(this.#bulkhead, createBreaker())
  }

  /** The upstream quota as the last answer told it. */
  get rateLimit(): RateLimit | null {
    return this.#rateLimit
  }

  async read(request: ReadRequest, call: CallContext): Promise<HttpAnswer> {
    const asking = this.#begin({ method: 'GET', ...request }, READ_PATIENCE, call)
    try {
      const answer = await this.#perform(asking)
      return { ...answer, body: parseJson(answer.text, asking.what) }
    } catch (error) {
      throw toldTo(call, this.#toProviderError(error, asking.what))
    }
  }

  /**
   * Throws `OUTCOME_UNKNOWN` where it may have been done and must not be repeated blindly: the connection failed after something
   * had left, nobody answered in time, the server failed, or what it said makes no sense.
   */
  async write(request: WriteRequest, call: CallContext): Promise<HttpAnswer> {
    const patience = request.repeatable ? READ_PATIENCE : request.stream ? STREAM_PATIENCE : WRITE_PATIENCE
    const asking = this.#begin(request, patience, call)
    try {
      const answer = await this.#perform(asking)
      return { ...answer, body: parseJson(answer.text, asking.what) }
    } catch (error) {
      const known = toldTo(call, this.#toProviderError(error, asking.what))
      throw request.repeatable || !leavesDoubt(error, known) ? known : doubtful(known)
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  #begin(request: ReadRequest | WriteRequest, patience: Patience, call: CallContext): Asking {
    const what = `${request.method} ${request.path}`
    if (!call.budget.take(1)) throw this.#overloaded(what, 'this operation may make no further call')
    const deadline = Math.min(call.deadline, Date.now() + patience.callMs)
    return { request, what, patience, deadline, signal: call.signal, quota: request.quota ?? '' }
  }

  async #perform(asking: Asking): Promise<RawAnswer> {
    await this.#waitForGate(asking)
    const hasToQueue = this.#bulkhead.executionSlots === 0
    const answer = this.#policy.execute(() => this.#tryUntilAnswered(asking))
    // Once it is under way it watches its own limits.
    return hasToQueue ? whileWanted(answer, asking.deadline, asking.signal) : answer
  }

  async #waitForGate({ quota, deadline, signal, what }: Asking): Promise<void> {
    const waitMs = this.#gate.waitMs(quota)
    if (waitMs === 0) return
    if (Date.now() + waitMs >= deadline) throw this.#rateLimited(what, waitMs)
    await pause(waitMs, signal)
  }

  async #tryUntilAnswered(asking: Asking): Promise<RawAnswer> {
    const { request, patience, deadline } = asking
    const raw = () => toRawRequest(request, this.#basePath, this.#options.headers())
    for (let retry = 0; ; retry += 1) {
      const outcome = await this.#try(raw(), asking)
      const failed = outcome instanceof ExchangeError || outcome.status >= 500
      if (failed) this.#retries.failed()
      else this.#retries.succeeded()
      const delayMs = retryDelayMs(retry)
      const mayRetry = retry < patience.retries && this.#retries.allowsRetry && Date.now() + delayMs < deadline
      if (!mayRetry || !isRetried(outcome)) return this.#answerOf(outcome, asking)
      await pause(delayMs, asking.signal)
    }
  }

  async #try(raw: RawRequest, { patience, deadline, signal }: Asking): Promise<RawAnswer | ExchangeError> {
    const timeoutMs = Math.min(patience.tryMs, deadline - Date.now())
    if (timeoutMs <= 0) return new ExchangeError('unsent', 'the time was over before it was sent')
    if (signal.aborted) return new ExchangeError('unsent', 'the caller gave up')
    try {
      return await exchange(this.#pool, raw, { timeoutMs, maxResponseBytes: MAX_RESPONSE_BYTES, signal })
    } catch (error) {
      if (error instanceof ExchangeError) return error
      throw error
    }
  }

  #answerOf(outcome: RawAnswer | ExchangeError, { request, quota, what }: Asking): RawAnswer {
    if (outcome instanceof ExchangeError) throw outcome
    this.#rateLimit = this.#options.rateLimitOf?.(outcome.headers) ?? this.#rateLimit
    const { status, headers, text } = outcome
    if (status >= 200 && status < 300) return outcome
    if (status === 429) {
      const retryAfterMs = readRetryAfterMs(headers['retry-after']) ?? DEFAULT_RETRY_AFTER_MS
      this.#gate.close(quota, retryAfterMs)
      throw this.#rateLimited(what, retryAfterMs)
    }
    const words = withoutCredentials(text, this.#options.headers(), request.headers ?? {})
    throw this.#options.errorOf({ status, headers, body: jsonOrText(words) }, `${this.#options.name}: ${what}`)
  }

  #rateLimited(what: string, retryAfterMs: number): ProviderError {
    return new ProviderError('RATE_LIMITED', `${this.#options.name}: ${what}: too many requests`, {
      retryAfterMs,
      providerStatus: 429,
    })
  }

  #overloaded(what: string, why: string): ProviderError {
    return new ProviderError('OVERLOADED', `${this.#options.name}: ${what}: ${why}`)
  }

  #toProviderError(error: unknown, what: string): ProviderError {
    const name = this.#options.name
    if (error instanceof ProviderError) return error
    if (error instanceof ExchangeError) {
      return new ProviderError(CODES[error.how], `${name}: ${what}: ${error.message}`, { cause: error })
    }
    if (error instanceof BulkheadRejectedError) {
      return this.#overloaded(what, 'too many calls at once')
    }
    if (error instanceof BrokenCircuitError) {
      return new ProviderError('CIRCUIT_OPEN', `${name}: ${what}: not tried, the last calls failed`)
    }
    throw error
  }
}

/** One call on its way. */
interface Asking extends Pick<CallContext, 'deadline' | 'signal'> {
  readonly request: ReadRequest | WriteRequest
  readonly what: string
  readonly patience: Patience
  readonly quota: string
}

const CODES = {
  timeout: 'TIMEOUT',
  aborted: 'TIMEOUT',
  unsent: 'TIMEOUT',
  connect: 'UNAVAILABLE',
  reset: 'UNAVAILABLE',
  'too-large': 'MALFORMED',
} as const

/** Opens at half of ten or more calls in ten seconds; what the caller did wrong never counts. */
function createBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleWhen(countsAsFailure), {
    halfOpenAfter: new ExponentialBackoff({ initialDelay: 5_000, maxDelay: 60_000 }),
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1 }),
  })
}

function countsAsFailure(error: unknown): boolean {
  if (error instanceof ExchangeError) return error.how !== 'aborted' && error.how !== 'unsent'
  return error instanceof ProviderError && (error.code === 'UNAVAILABLE' || error.code === 'MALFORMED')
}

/** Only what surely did no harm and may pass: no connection, a reset, a gateway in between that is in trouble, silence. */
function isRetried(outcome: RawAnswer | ExchangeError): boolean {
  if (outcome instanceof ExchangeError) return !GIVEN_UP.has(outcome.how)
  return RETRIED_STATUSES.has(outcome.status)
}

const GIVEN_UP: ReadonlySet<ExchangeError['how']> = new Set(['aborted', 'unsent', 'too-large'])

/** Whether a write that failed so may have been done all the same. */
function leavesDoubt(error: unknown, known: ProviderError): boolean {
  if (error instanceof ExchangeError) return error.how !== 'connect' && error.how !== 'unsent'
  return known.code === 'UNAVAILABLE' || known.code === 'MALFORMED'
}

function doubtful(known: ProviderError): ProviderError {
  const { providerCode, providerStatus } = known.facts
  return new ProviderError('OUTCOME_UNKNOWN', known.message, {
    cause: known,
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(providerStatus === undefined ? {} : { providerStatus }),
  })
}

function parseJson(text: string, what: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    // What the parser says repeats a piece of the answer.
    throw new ProviderError('MALFORMED', `${what}: the answer is not JSON`)
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

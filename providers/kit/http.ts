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
import { ExchangeError, exchange, type RawAnswer, type RawRequest } from './exchange.ts'
import { pause, whileWanted } from './patience.ts'
import { RateGate, readRetryAfterMs } from './rate-gate.ts'
import { RetryBudget, retryDelayMs } from './retry-budget.ts'

/** One read of a provider. POST only where the vendor's query needs a body and changes nothing. */
export interface ReadRequest {
  readonly method?: 'GET' | 'POST'
  /** Behind the base URL, beginning with a slash; parts that come from data are already percent-encoded. */
  readonly path: string
  readonly query?: Query
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** A quota of its own, where the vendor limits this call apart from the others. */
  readonly quota?: string
}

/** `undefined` leaves a parameter out; a list repeats it. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

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

const CALL_TIMEOUT_MS = 5_000
const TRY_TIMEOUT_MS = 2_000
const CONNECT_TIMEOUT_MS = 1_000
const MAX_RETRIES = 2
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
    const what = `${request.method ?? 'GET'} ${request.path}`
    if (!call.budget.take(1)) throw this.#overloaded(what, 'this operation may make no further call')
    const deadline = Math.min(call.deadline, Date.now() + CALL_TIMEOUT_MS)
    try {
      await this.#waitForGate(request.quota ?? '', { deadline, signal: call.signal }, what)
      const hasToQueue = this.#bulkhead.executionSlots === 0
      const answer = this.#policy.execute(() => this.#readWithRetries(request, call, deadline, what))
      // Once it is under way it watches its own limits.
      return await (hasToQueue ? whileWanted(answer, deadline, call.signal) : answer)
    } catch (error) {
      throw this.#toProviderError(error, what)
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #waitForGate(
    quota: string,
    { deadline, signal }: Pick<CallContext, 'deadline' | 'signal'>,
    what: string,
  ): Promise<void> {
    const waitMs = this.#gate.waitMs(quota)
    if (waitMs === 0) return
    if (Date.now() + waitMs >= deadline) throw this.#rateLimited(what, waitMs)
    await pause(waitMs, signal)
  }

  async #readWithRetries(request: ReadRequest, call: CallContext, deadline: number, what: string): Promise<HttpAnswer> {
    const raw = this.#rawRequest(request)
    for (let retry = 0; ; retry += 1) {
      const outcome = await this.#try(raw, call, deadline)
      const failed = outcome instanceof ExchangeError || outcome.status >= 500
      if (failed) this.#retries.failed()
      else this.#retries.succeeded()
      const delayMs = retryDelayMs(retry)
      const mayRetry = retry < MAX_RETRIES && this.#retries.allowsRetry && Date.now() + delayMs < deadline
      if (!mayRetry || !isRetried(outcome)) return this.#answerOf(outcome, request.quota ?? '', what)
      await pause(delayMs, call.signal)
    }
  }

  async #try(raw: RawRequest, call: CallContext, deadline: number): Promise<RawAnswer | ExchangeError> {
    const timeoutMs = Math.min(TRY_TIMEOUT_MS, deadline - Date.now())
    if (timeoutMs <= 0) return new ExchangeError('aborted', 'the time was over before it was sent')
    if (call.signal.aborted) return new ExchangeError('aborted', 'the caller gave up')
    try {
      return await exchange(this.#pool, raw, { timeoutMs, maxResponseBytes: MAX_RESPONSE_BYTES, signal: call.signal })
    } catch (error) {
      if (error instanceof ExchangeError) return error
      throw error
    }
  }

  #rawRequest(request: ReadRequest): RawRequest {
    const body = request.body === undefined ? null : JSON.stringify(request.body)
    return {
      method: request.method ?? 'GET',
      path: this.#basePath + request.path + queryString(request.query),
      headers: {
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...this.#options.headers(),
        ...request.headers,
      },
      body,
    }
  }

  #answerOf(outcome: RawAnswer | ExchangeError, quota: string, what: string): HttpAnswer {
    if (outcome instanceof ExchangeError) throw outcome
    this.#rateLimit = this.#options.rateLimitOf?.(outcome.headers) ?? this.#rateLimit
    const { status, headers, text } = outcome
    if (status >= 200 && status < 300) return { status, headers, body: parseJson(text, what) }
    if (status === 429) {
      const retryAfterMs = readRetryAfterMs(headers['retry-after']) ?? DEFAULT_RETRY_AFTER_MS
      this.#gate.close(quota, retryAfterMs)
      throw this.#rateLimited(what, retryAfterMs)
    }
    throw this.#options.errorOf({ status, headers, body: jsonOrText(text) }, `${this.#options.name}: ${what}`)
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

const CODES = {
  timeout: 'TIMEOUT',
  aborted: 'TIMEOUT',
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
  if (error instanceof ExchangeError) return error.how !== 'aborted'
  return error instanceof ProviderError && (error.code === 'UNAVAILABLE' || error.code === 'MALFORMED')
}

/** Only what surely did no harm and may pass: no connection, a reset, a gateway in between that is in trouble, silence. */
function isRetried(outcome: RawAnswer | ExchangeError): boolean {
  if (outcome instanceof ExchangeError) return outcome.how !== 'aborted' && outcome.how !== 'too-large'
  return RETRIED_STATUSES.has(outcome.status)
}

function queryString(query: Query | undefined): string {
  if (query === undefined) return ''
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') for (const item of value) parameters.append(key, item)
    else parameters.append(key, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function parseJson(text: string, what: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ProviderError('MALFORMED', `${what}: the answer is not JSON`, { cause })
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

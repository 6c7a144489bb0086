import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/** One request and its answer on the wire. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | AsyncIterable<Uint8Array> | null
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/**
 * How one try may fail; the message is for operators and names no credential. `connect` and `unsent`: surely nothing of it has
 * left.
 */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  readonly how: 'timeout' | 'connect' | 'reset' | 'too-large' | 'aborted' | 'unsent'

  constructor(how: ExchangeError['how'], message: string, cause?: unknown) {
    super(message, { cause })
    this.how = how
  }
}

export interface ExchangeLimits {
  /** This try's own time; undici's body timeout would only measure the silence between two chunks. */
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  readonly signal: AbortSignal
}

/** Sends one request and reads the whole answer, on undici's lowest level because every layer above costs time per call. */
export function exchange(dispatcher: Dispatcher, request: RawRequest, limits: ExchangeLimits): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(limits, resolve, reject)
    const body = typeof request.body === 'object' && request.body !== null ? Readable.from(request.body) : request.body
    dispatcher.dispatch({ ...request, body, headersTimeout: 0, bodyTimeout: 0 }, handler)
  })
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits
  readonly #resolve: (answer: RawAnswer) => void
  readonly #reject: (error: ExchangeError) => void
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = () => this.#fail(new ExchangeError('aborted', 'the caller gave up'))
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | null = null
  #bytes = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #settled = false

  constructor(limits: ExchangeLimits, resolve: (answer: RawAnswer) => void, reject: (error: ExchangeError) => void) {
    this.#limits = limits
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(
      () => this.#fail(new ExchangeError('timeout', `no complete answer in ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    )
    limits.signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // The try may have ended while it waited for a connection: then nothing must be sent any more.
    if (this.#settled) controller.abort(new Error('ended before it was sent'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.maxResponseBytes) {
      this.#fail(new ExchangeError('too-large', `the answer is over ${this.#limits.maxResponseBytes} bytes`))
    } else {
      this.#chunks.push(chunk)
    }
  }

  onResponseEnd(): void {
    if (!this.#settle()) return
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#resolve({ status: this.#status, headers: this.#headers, text: body?.toString('utf8') ?? '' })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#settle()) return
    const how = CONNECT_ERRORS.has(codeOf(error)) ? 'connect' : 'reset'
    this.#reject(new ExchangeError(how, `the connection failed: ${codeOf(error) || error.message}`, error))
  }

  #fail(error: ExchangeError): void {
    if (!this.#settle()) return
    this.#controller?.abort(error)
    this.#reject(
      this.#controller === null ? new ExchangeError('unsent', `${error.message}, and nothing was sent`) : error,
    )
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    this.#limits.signal.removeEventListener('abort', this.#onAbort)
    return true
  }
}

const CONNECT_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

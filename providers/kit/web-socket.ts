import { on } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ProviderError } from '../port/index.ts'

export interface SocketOptions {
  /** For errors: `socket of chatwoot account "support"`. */
  readonly name: string
  /** `ws:` or `wss:`. */
  readonly url: string
  readonly protocol: string
  /** After how long without any message, or before the first one, the connection counts as dead. */
  readonly silenceMs: number
  readonly maxMessageBytes: number
}

/** Read ahead of a slow reader; beyond that the sender has to wait. */
const MOST_WAITING = 1_000

/** A web socket as its client reads it: text messages, one after another. */
export class SocketReader {
  readonly #options: SocketOptions
  readonly #socket: WebSocket
  #failure: ProviderError | null = null

  /** Begins to connect at once. */
  constructor(options: SocketOptions) {
    const { url, protocol, silenceMs, maxMessageBytes } = options
    this.#options = options
    this.#socket = new WebSocket(url, protocol, { handshakeTimeout: silenceMs, maxPayload: maxMessageBytes })
    // Also for what goes wrong when nobody reads any more, which would end the process.
    this.#socket.on('error', (error) => this.fail('UNAVAILABLE', error.message))
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  /** Gives the connection up; whoever reads is told why. Only the first reason counts. */
  fail(code: ProviderError['code'], why: string): void {
    this.#failure ??= new ProviderError(code, `${this.#options.name}: ${why}`)
    this.#socket.terminate()
  }

  /** Everything that comes until the connection ends, which always is an error. To stop earlier, leave the loop or abort. */
  async *messages(signal: AbortSignal): AsyncGenerator<string> {
    const { silenceMs } = this.#options
    const watchdog = setTimeout(() => this.fail('TIMEOUT', `nothing came for ${silenceMs} ms`), silenceMs)
    this.#socket.on('message', () => watchdog.refresh())
    try {
      const limits = { highWaterMark: MOST_WAITING, lowWaterMark: MOST_WAITING / 2 }
      for await (const [data] of on(this.#socket, 'message', { close: ['close'], signal, ...limits }))
        yield String(data)
      this.fail('UNAVAILABLE', 'the other side closed the connection')
    } catch (error) {
      this.fail('UNAVAILABLE', error instanceof Error ? error.message : 'the connection failed')
    } finally {
      clearTimeout(watchdog)
      this.#socket.terminate()
    }
    if (this.#failure !== null) throw this.#failure
  }
}

/** How long to wait before the next try: anything up to a limit that doubles with every failure, so that not all come at once. */
export function reconnectDelayMs(failures: number): number {
  return Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)
}

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000

/** Ends early, and without an error, when `signal` aborts. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined)
}

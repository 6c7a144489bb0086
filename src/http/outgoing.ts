import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** What is sent to one socket. Frames leave together: to write costs more than all else that is done for one. */
export class Outgoing {
  readonly #socket: WebSocket
  readonly #stream: Duplex
  readonly #writes: Writes

  /** `stream`: what the socket writes to. */
  constructor(socket: WebSocket, stream: Duplex, writes: Writes) {
    this.#socket = socket
    this.#stream = stream
    this.#writes = writes
  }

  /** A promise where nothing more should be sent before it settles: the other side does not keep up. */
  send(text: string): Promise<void> | undefined {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return untilClosed(socket)
    this.#writes.gather(this.#stream)
    if (socket.bufferedAmount < ENOUGH_BYTES) {
      socket.send(text)
      return undefined
    }
    // Also called where it cannot leave any more.
    return new Promise((resolve) => socket.send(text, () => resolve()))
  }
}

/**
 * The writes to any number of streams, a turn of the event loop at a time. After them there are none for as long as they took:
 * half of the time is always left for everything else, and the more there is to write, the more goes into one write.
 */
export class Writes {
  readonly #gathering = new Set<Duplex>()
  #restsUntil = 0

  /** Keeps what is written to the stream until it is its time. */
  gather(stream: Duplex): void {
    if (this.#gathering.has(stream)) return
    if (this.#gathering.size === 0) this.#schedule()
    this.#gathering.add(stream)
    stream.cork()
  }

  #schedule(): void {
    const restMs = this.#restsUntil - performance.now()
    if (restMs > 0) setTimeout(() => this.#write(), restMs)
    else setImmediate(() => this.#write())
  }

  #write(): void {
    const startedAt = performance.now()
    const streams = [...this.#gathering]
    this.#gathering.clear()
    for (const stream of streams) stream.uncork()
    const endedAt = performance.now()
    this.#restsUntil = endedAt + Math.min(endedAt - startedAt, MAX_REST_MS)
  }
}

const MAX_REST_MS = 100

/** What may wait in one socket: enough to keep a network busy. What waits beyond that does so where it is counted. */
const ENOUGH_BYTES = 64 * 1024

function untilClosed(socket: WebSocket): Promise<void> | undefined {
  if (socket.readyState === socket.CLOSED) return undefined
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

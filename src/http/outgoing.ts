import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/**
 * What is sent to one socket. All that comes in one turn of the event loop leaves in one write: to write costs more than all
 * else that is done for a frame.
 */
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

/** The writes of a turn, on any number of streams. */
export class Writes {
  readonly #gathering = new Set<Duplex>()

  /** Keeps what is written to the stream until the turn ends. */
  gather(stream: Duplex): void {
    if (this.#gathering.has(stream)) return
    if (this.#gathering.size === 0) setImmediate(() => this.#flush())
    this.#gathering.add(stream)
    stream.cork()
  }

  #flush(): void {
    const streams = [...this.#gathering]
    this.#gathering.clear()
    for (const stream of streams) stream.uncork()
  }
}

/** What may wait in one socket: enough to keep a network busy. What waits beyond that does so where it is counted. */
const ENOUGH_BYTES = 64 * 1024

function untilClosed(socket: WebSocket): Promise<void> | undefined {
  if (socket.readyState === socket.CLOSED) return undefined
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

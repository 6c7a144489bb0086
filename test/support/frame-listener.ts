import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What all listeners of one run get, frame by frame: the first who gets one says what the others must get. */
export class FrameRecord {
  readonly frames: Buffer[] = []
  /** How many frames came how many milliseconds after the gateway took the event in. */
  readonly delays: number[] = []
  readonly #takenInAt: number[] = []
  readonly #timeOf: (frame: Buffer) => number

  /** `timeOf`: when the event of a frame was taken in, as milliseconds of the epoch. */
  constructor(timeOf: (frame: Buffer) => number) {
    this.#timeOf = timeOf
  }

  /** Whether this is what everybody else got as theirs of this number. */
  take(index: number, frame: Buffer): boolean {
    const known = this.frames[index]
    if (known === undefined) {
      this.frames.push(Buffer.from(frame))
      this.#takenInAt.push(this.#timeOf(frame))
    } else if (!known.equals(frame)) return false
    const delay = Math.max(0, Date.now() - (this.#takenInAt[index] ?? 0))
    this.delays[delay] = (this.delays[delay] ?? 0) + 1
    return true
  }
}

/** The closing of a socket. */
export interface Closing {
  readonly code: number
  readonly reason: string
}

export interface FrameListenerOptions {
  /** `ws://…` */
  readonly url: string
  /** The first is sent when the socket is open, each other when the one before was answered. */
  readonly greetings: readonly string[]
  /** Whether a frame is one of those to count; the others are about the connection or the stream. */
  readonly counts: (frame: Buffer) => boolean
  /** The last frame that is not counted: from there on it listens. */
  readonly isReady: (frame: Buffer) => boolean
  readonly record: FrameRecord
}

/** One socket that reads frames as they are, and as cheaply as can be. */
export class FrameListener {
  /** How many frames were counted. */
  received = 0
  /** How many of them were not what the others got as theirs of this number. */
  wrong = 0
  readonly ready: Promise<void>
  readonly closed: Promise<Closing>
  readonly #socket: WebSocket

  constructor({ url, greetings, counts, isReady, record }: FrameListenerOptions) {
    const options = { perMessageDeflate: false, skipUTF8Validation: true } as const
    this.#socket = new WebSocket(url, 'graphql-transport-ws', options)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.ready = promise
    this.closed = once(this.#socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }))
    void this.closed.then(({ code, reason }) => reject(new Error(`it was closed with ${code} ${reason}`)), reject)
    const left = [...greetings]
    const greet = () => {
      const greeting = left.shift()
      if (greeting !== undefined) this.#socket.send(greeting)
    }
    this.#socket.once('open', greet)
    this.#socket.on('message', (frame: Buffer) => {
      if (counts(frame)) {
        if (!record.take(this.received, frame)) this.wrong += 1
        this.received += 1
      } else if (isReady(frame)) resolve()
      else greet()
    })
  }

  /** Takes nothing more from the network. */
  stall(): void {
    this.#socket.pause()
  }

  goOn(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.terminate()
  }
}

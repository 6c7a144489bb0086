import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { GapReason } from '../../schema/event-stream.ts'
import { NOBODY } from '../identity/identity.ts'
import type { Logger } from '../ops/logger.ts'
import type { GraphqlEngine } from './graphql-engine.ts'
import { Outgoing, Writes } from './outgoing.ts'
import type { Upgrade } from './server.ts'
import { createPace, type Seat, Seats, SOCKET_LIMITS, type SocketLimits } from './socket-limits.ts'
import { createSocketProtocol, type SocketContext, type SocketProtocol } from './socket-protocol.ts'

export interface WebsocketOptions {
  readonly engine: GraphqlEngine
  readonly limits?: Partial<SocketLimits>
  readonly log: Logger
}

/** GraphQL over websockets: the `graphql-transport-ws` protocol. */
export class WebsocketEndpoint {
  readonly #log: Logger
  readonly #sockets = new Set<WebSocket>()
  readonly #server = new WebSocketServer(SOCKET_OPTIONS)
  readonly #writes = new Writes()
  readonly #protocol: SocketProtocol
  readonly #limits: SocketLimits
  readonly #seats: Seats
  #isDraining = false

  constructor({ engine, limits, log }: WebsocketOptions) {
    this.#log = log
    this.#protocol = createSocketProtocol(engine)
    this.#limits = { ...SOCKET_LIMITS, ...limits }
    this.#seats = new Seats(this.#limits)
  }

  /** How many sockets are open. */
  get sockets(): number {
    return this.#sockets.size
  }

  readonly upgrade: Upgrade = (request, socket, head) => {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, socket, request))
  }

  /** Asks everybody to come again, here or elsewhere, but not all in the same moment; settles when all are gone. */
  async drain(): Promise<void> {
    this.#isDraining = true
    const sockets = [...this.#sockets]
    const pause = Math.min(DRAIN_SPREAD_MS / sockets.length, DRAIN_PAUSE_MS)
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of sockets) {
      socket.close(CLOSE.restart, 'restarting')
      await sleep(pause)
    }
    const impatient = setTimeout(() => {
      for (const socket of sockets) socket.terminate()
    }, DRAIN_PATIENCE_MS)
    await Promise.all(gone)
    clearTimeout(impatient)
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    // What is wrong with a frame, ws answers with the right close code.
    socket.on('error', (error) => this.#log.info({ err: error }, 'a websocket broke'))
    const seat = this.#isDraining || this.#sockets.size >= this.#limits.sockets ? null : this.#seats.take()
    if (this.#isDraining) refuse(socket, CLOSE.restart, 'restarting')
    else if (seat === null) refuse(socket, CLOSE.overload, 'too many sockets')
    else this.#serve(socket, seat, stream, request)
  }

  #serve(socket: WebSocket, seat: Seat, stream: Duplex, request: IncomingMessage): void {
    this.#sockets.add(socket)
    const gone = new AbortController()
    const stopHeartbeat = keepAlive(socket)
    const stopAgeing = endOfAge(socket, this.#limits)
    const outgoing = new Outgoing(socket, stream, this.#writes)
    const context: SocketContext = {
      identity: NOBODY,
      authorization: request.headers.authorization ?? null,
      send: (text) => outgoing.send(text),
      clientGone: gone.signal,
      listener: { resumeAfter: null, onLost: (reason) => closeSoon(socket, reason) },
      onSignIn: (identity) => {
        const hasSeat = seat.assign(identity)
        if (!hasSeat) socket.close(CLOSE.overload, 'too many sockets of yours')
        return hasSeat
      },
      onEnd: () => socket.close(CLOSE.forbidden, 'Forbidden'),
    }
    const closed = this.#protocol.opened(this.#transport(socket, outgoing), context)
    socket.once('close', (code, reason) => {
      this.#sockets.delete(socket)
      seat.leave()
      stopHeartbeat()
      stopAgeing()
      gone.abort()
      closed(code, reason.toString()).catch((error) => this.#log.error({ err: error }, 'a websocket ended badly'))
    })
  }

  #transport(socket: WebSocket, outgoing: Outgoing): Parameters<SocketProtocol['opened']>[0] {
    const mayGoOn = createPace(this.#limits)
    return {
      protocol: socket.protocol,
      send: (text) => outgoing.send(text),
      close: (code, reason) => socket.close(code, fitting(reason)),
      onMessage: (receive) => {
        socket.on('message', (data) => {
          // What was on its way when the socket was closed is not heard any more.
          if (socket.readyState !== socket.OPEN) return
          if (mayGoOn()) receive(data.toString()).catch((error) => this.#fail(socket, error))
          else socket.close(CLOSE.abuse, 'too many messages')
        })
      },
    }
  }

  #fail(socket: WebSocket, error: unknown): void {
    if (isOutOfPlace(error)) socket.close(CLOSE.badRequest, 'only a server may send this message')
    else {
      this.#log.error({ err: error }, 'a websocket message failed')
      socket.close(CLOSE.failure, 'something went wrong on our side')
    }
  }
}

const MAX_FRAME_BYTES = 64 * 1024
const MAX_FRAGMENTS = 32
/** How long somebody who does not read can still learn why their socket was closed. */
const CLOSE_MS = 120_000
const SOCKET_OPTIONS = {
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_FRAME_BYTES,
  maxFragments: MAX_FRAGMENTS,
  closeTimeout: CLOSE_MS,
  handleProtocols,
}
const HEARTBEAT_MS = 12_000
/** For the last item of a stream to get through. */
const GRACE_MS = 1_000
const DRAIN_SPREAD_MS = 3_000
const DRAIN_PAUSE_MS = 50
const DRAIN_PATIENCE_MS = 2_000

/** Clients come again after all of these but abuse and failure. */
const CLOSE = {
  abuse: 1008,
  failure: 1011,
  restart: 1012,
  overload: 1013,
  badRequest: 4400,
  forbidden: 4403,
  gap: 4410,
  slowConsumer: 4411,
}

/** graphql-ws throws over a message that only a server may send, as if it were our mistake. */
function isOutOfPlace(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unexpected message of type ')
}

/** A reason repeats the id of an operation, but has no room for a long one. */
function fitting(reason = ''): string {
  return Buffer.byteLength(reason) <= MAX_REASON_BYTES ? reason : `${reason.slice(0, MOST_SIGNS)}…`
}

/** RFC 6455, 5.5. A sign has at most four bytes. */
const MAX_REASON_BYTES = 123
const MOST_SIGNS = 30

/** Closes a socket whose other side does not answer: it does not read, or is not there any more. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const heartbeat = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return
    if (!isAlive) socket.close(CLOSE.slowConsumer, 'no answer to a ping')
    else socket.ping()
    isAlive = false
  }, HEARTBEAT_MS)
  return () => clearInterval(heartbeat)
}

/** Sockets end some time, so that they spread anew over the instances; not all at once. */
function endOfAge(socket: WebSocket, { maxAgeMs }: SocketLimits): () => void {
  const end = () => socket.close(CLOSE.restart, 'come again')
  const timer = setTimeout(end, maxAgeMs * (0.9 + 0.2 * Math.random())).unref()
  return () => clearTimeout(timer)
}

/** Nobody waits long for an answer to this. */
function refuse(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason)
  const impatient = setTimeout(() => socket.terminate(), GRACE_MS)
  socket.once('close', () => clearTimeout(impatient))
}

function closeSoon(socket: WebSocket, reason: GapReason): void {
  const code = reason === 'slow-consumer' ? CLOSE.slowConsumer : CLOSE.gap
  setTimeout(() => socket.close(code, reason), GRACE_MS).unref()
}

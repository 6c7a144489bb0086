import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLError } from 'graphql'
import { handleProtocols, makeServer, type Context as ProtocolContext, type SubscribePayload } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { clientError } from '../../schema/errors.ts'
import type { GapReason } from '../../schema/event-stream.ts'
import { type Identity, NOBODY } from '../identity/identity.ts'
import type { Logger } from '../ops/logger.ts'
import type { Asker, GraphqlEngine } from './graphql-engine.ts'
import { Outgoing, Writes } from './outgoing.ts'
import { Results } from './results.ts'
import type { Upgrade } from './server.ts'
import { type StreamResult, type StreamResults, type SubscriptionArgs, textOf } from './subscribe.ts'

export interface WebsocketOptions {
  readonly engine: GraphqlEngine
  readonly log: Logger
}

/** GraphQL over websockets: the `graphql-transport-ws` protocol. */
export class WebsocketEndpoint {
  readonly #log: Logger
  readonly #sockets = new Set<WebSocket>()
  readonly #server = new WebSocketServer(SOCKET_OPTIONS)
  readonly #writes = new Writes()
  readonly #protocol: ReturnType<typeof createProtocol>
  #isDraining = false

  constructor({ engine, log }: WebsocketOptions) {
    this.#log = log
    this.#protocol = createProtocol(engine)
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
    if (this.#isDraining) refuse(socket, CLOSE.restart, 'restarting')
    else if (this.#sockets.size >= MAX_SOCKETS) refuse(socket, CLOSE.overload, 'too many sockets')
    else this.#serve(socket, stream, request)
  }

  #serve(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    this.#sockets.add(socket)
    const gone = new AbortController()
    const stopHeartbeat = keepAlive(socket)
    const outgoing = new Outgoing(socket, stream, this.#writes)
    const context: SocketContext = {
      identity: NOBODY,
      authorization: request.headers.authorization ?? null,
      send: (text) => outgoing.send(text),
      clientGone: gone.signal,
      listener: { resumeAfter: null, onLost: (reason) => closeSoon(socket, reason) },
      onEnd: () => socket.close(CLOSE.forbidden, 'Forbidden'),
    }
    const closed = this.#protocol.opened(this.#transport(socket, outgoing), context)
    socket.once('close', (code, reason) => {
      this.#sockets.delete(socket)
      stopHeartbeat()
      gone.abort()
      closed(code, reason.toString()).catch((error) => this.#log.error({ err: error }, 'a websocket ended badly'))
    })
  }

  #transport(socket: WebSocket, outgoing: Outgoing): Parameters<ReturnType<typeof createProtocol>['opened']>[0] {
    return {
      protocol: socket.protocol,
      send: (text) => outgoing.send(text),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        socket.on('message', (data) => {
          receive(data.toString()).catch((error) => {
            this.#log.error({ err: error }, 'a websocket message failed')
            socket.close(CLOSE.failure, 'something went wrong on our side')
          })
        })
      },
    }
  }
}

const MAX_FRAME_BYTES = 64 * 1024
/** How long somebody who does not read can still learn why their socket was closed. */
const CLOSE_MS = 120_000
const SOCKET_OPTIONS = {
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_FRAME_BYTES,
  closeTimeout: CLOSE_MS,
  handleProtocols,
}
const MAX_SOCKETS = 10_000
const MAX_OPERATIONS = 50
const INIT_MS = 3_000
const HEARTBEAT_MS = 12_000
/** For the last item of a stream to get through. */
const GRACE_MS = 1_000
const DRAIN_SPREAD_MS = 3_000
const DRAIN_PAUSE_MS = 50
const DRAIN_PATIENCE_MS = 2_000

const CLOSE = { failure: 1011, restart: 1012, overload: 1013, forbidden: 4403, gap: 4410, slowConsumer: 4411 }

interface SocketContext extends Omit<Asker, 'identity'>, Record<PropertyKey, unknown> {
  /** Nobody, until they have said who they are. */
  identity: Identity
  /** What came with the request for the socket, where the client can send headers. */
  readonly authorization: string | null
  /** When they are no longer let in. */
  onEnd(): void
  send(text: string): Promise<void> | undefined
}

interface Prepared extends SubscriptionArgs {
  readonly run: ReturnType<GraphqlEngine['yoga']['getEnveloped']>
}

function createProtocol(engine: GraphqlEngine) {
  return makeServer<Record<string, unknown>, SocketContext>({
    connectionInitWaitTimeout: INIT_MS,
    onConnect: (context) => signIn(context, engine),
    onSubscribe: (context, _id, payload) => prepare(context, payload, engine),
    execute: (execution) => (execution as Prepared).run.execute(execution),
    // Not Yoga's own: that waits for each result anew, though it is the same for many and was there.
    subscribe: (execution) => engine.subscribe(execution as Prepared),
    onOperation: ({ extra }, id, _payload, _execution, result) =>
      result instanceof Results ? sendAll(result, id, extra) : undefined,
  })
}

/** False closes the socket with 4403, after which clients come again with a new token. */
async function signIn(
  { connectionParams, extra }: ProtocolContext<Record<string, unknown>, SocketContext>,
  { gatekeeper }: GraphqlEngine,
): Promise<boolean> {
  const shown = connectionParams?.authorization ?? connectionParams?.Authorization ?? extra.authorization
  const identity = await gatekeeper.admit({ authorization: typeof shown === 'string' ? shown : null })
  if (identity === null) return false
  extra.identity = identity
  const watch = gatekeeper.watch(identity, extra.onEnd)
  extra.clientGone.addEventListener('abort', watch.stop, { once: true })
  if (extra.clientGone.aborted) watch.stop()
  return true
}

/** Sends a stream's results itself and gives none on: what goes to many sockets is put into words once. */
function sendAll(results: StreamResults, id: string, { send }: SocketContext): AsyncIterableIterator<never, undefined> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  const end = { done: true, value: undefined } as const
  return {
    next: async () => {
      for (let next = await results.next(); !next.done; next = await results.next()) {
        for (let result: StreamResult | null = next.value; result !== null; result = results.takeNow()) {
          const room = send(`${head}${textOf(result)}}`)
          if (room !== undefined) await room
        }
      }
      return end
    },
    return: async () => {
      await results.return()
      return end
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** What goes wrong here is the answer to this operation alone: the socket and its other operations stay as they are. */
async function prepare(
  { extra, subscriptions }: ProtocolContext<Record<string, unknown>, SocketContext>,
  { query, variables, operationName }: SubscribePayload,
  engine: GraphqlEngine,
): Promise<Prepared | readonly GraphQLError[]> {
  if (Object.keys(subscriptions).length > MAX_OPERATIONS) {
    return [clientError('OVERLOADED', `At most ${MAX_OPERATIONS} operations may run on one socket.`)]
  }
  try {
    const run = engine.yoga.getEnveloped(extra)
    const document = run.parse(query)
    const errors = run.validate(run.schema, document)
    if (errors.length > 0) return errors
    const contextValue = await run.contextFactory()
    const optional = { ...(variables && { variableValues: variables }), ...(operationName && { operationName }) }
    return { run, schema: run.schema, document, contextValue, ...optional }
  } catch (error) {
    return [engine.maskError(error)]
  }
}

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

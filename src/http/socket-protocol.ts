import { type GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql'
import { makeServer, type Context as ProtocolContext, type SubscribePayload } from 'graphql-ws'
import { clientError } from '../../schema/errors.ts'
import type { Identity } from '../identity/identity.ts'
import type { Asker, GraphqlEngine } from './graphql-engine.ts'
import { type AskedDocument, findText } from './persisted-documents.ts'
import { Results } from './results.ts'
import { type StreamResult, type StreamResults, type SubscriptionArgs, textOf } from './subscribe.ts'

/** The protocol, as the socket of somebody sees it. */
export type SocketProtocol = ReturnType<typeof createSocketProtocol>

/** Somebody at the other end of a socket. */
export interface SocketContext extends Omit<Asker, 'identity'>, Record<PropertyKey, unknown> {
  /** Nobody, until they have said who they are. */
  identity: Identity
  /** What came with the request for the socket, where the client can send headers. */
  readonly authorization: string | null
  /** When they have said who they are; false where the socket ends for it. */
  onSignIn(identity: Identity): boolean
  /** When they are no longer let in. */
  onEnd(): void
  send(text: string): Promise<void> | undefined
}

const MAX_OPERATIONS = 50
/** In characters. */
const MAX_ID_LENGTH = 64
const INIT_MS = 3_000

/** `graphql-transport-ws`, with what all transports run operations with. */
export function createSocketProtocol(engine: GraphqlEngine) {
  return makeServer<Record<string, unknown>, SocketContext>({
    connectionInitWaitTimeout: INIT_MS,
    onConnect: (context) => signIn(context, engine),
    onSubscribe: (context, id, payload) => prepare(context, id, payload, engine),
    execute: (execution) => (execution as Prepared).run.execute(execution),
    // Not Yoga's own: that waits for each result anew, though it is the same for many and was there.
    subscribe: (execution) => engine.subscribe(execution as Prepared),
    onOperation: ({ extra }, id, _payload, _execution, result) =>
      result instanceof Results ? sendAll(result, id, extra) : undefined,
    onNext: (_context, _id, _payload, _execution, { errors, data }) =>
      errors && { ...(data !== undefined && { data }), errors: errors.map(forClient) },
    onError: (_context, _id, _payload, errors) => errors.map(forClient),
  })
}

/** False closes the socket with 4403, after which clients come again with a new token. */
async function signIn(
  { connectionParams, extra }: ProtocolContext<Record<string, unknown>, SocketContext>,
  { gatekeeper }: GraphqlEngine,
): Promise<boolean> {
  const shown = connectionParams?.authorization ?? connectionParams?.Authorization ?? extra.authorization
  const identity = await gatekeeper.admit({ authorization: typeof shown === 'string' ? shown : null })
  if (identity === null || extra.clientGone.aborted || !extra.onSignIn(identity)) return false
  extra.identity = identity
  const watch = gatekeeper.watch(identity, extra.onEnd)
  extra.clientGone.addEventListener('abort', watch.stop, { once: true })
  return true
}

interface Prepared extends SubscriptionArgs {
  readonly run: ReturnType<GraphqlEngine['yoga']['getEnveloped']>
}

/** What goes wrong here is the answer to this operation alone: the socket and its other operations stay as they are. */
async function prepare(
  { extra, subscriptions }: ProtocolContext<Record<string, unknown>, SocketContext>,
  id: string,
  payload: SubscribePayload & AskedDocument,
  engine: GraphqlEngine,
): Promise<Prepared | readonly GraphQLError[]> {
  if (id.length > MAX_ID_LENGTH) {
    return [clientError('BAD_REQUEST', `The id of an operation has at most ${MAX_ID_LENGTH} characters.`)]
  }
  if (Object.keys(subscriptions).length > MAX_OPERATIONS) {
    return [clientError('TOO_MANY_OPERATIONS', `At most ${MAX_OPERATIONS} operations may run on one socket.`)]
  }
  const { variables, operationName } = payload
  try {
    const run = engine.yoga.getEnveloped(extra)
    const document = run.parse(findText(payload, engine.documents) ?? '')
    const errors = run.validate(run.schema, document)
    if (errors.length > 0) return errors
    if (!getOperationAST(document, operationName)) {
      return [clientError('OPERATION_RESOLUTION_FAILURE', 'Say by operationName which operation is meant.')]
    }
    const contextValue = await run.contextFactory()
    const optional = { ...(variables && { variableValues: variables }), ...(operationName && { operationName }) }
    return { run, schema: run.schema, document, contextValue, ...optional }
  } catch (error) {
    return [engine.maskError(error)]
  }
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

/** Without what only an answer over HTTP has a use for. */
function forClient(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http: _http, ...extensions } = {}, ...rest } = error.toJSON()
  return Object.keys(extensions).length === 0 ? rest : { ...rest, extensions }
}

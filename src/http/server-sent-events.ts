import { isAsyncIterable } from 'graphql-yoga'
import { clientError } from '../../schema/errors.ts'
import type { Gatekeeper } from '../identity/identity.ts'
import type { Asker } from './graphql-engine.ts'
import { EVENT_ID, type StreamResult, textOf } from './subscribe.ts'

/**
 * Streams as server-sent events, in the form of the GraphQL over SSE protocol ("distinct connections"). Each event has the id
 * of its item, so that an `EventSource` that connects again goes on where it was.
 */
export class ServerSentEvents {
  readonly #open = new Set<() => void>()
  readonly #gatekeeper: Gatekeeper

  constructor(gatekeeper: Gatekeeper) {
    this.#gatekeeper = gatekeeper
  }

  /** Takes over from Yoga where it would answer with a stream. */
  readonly onResultProcess = ({ result, request, serverContext, setResultProcessor }: ResultHook): void => {
    if (!isAsyncIterable(result)) return
    const answer = acceptsEvents(request) ? this.#answer(serverContext) : refuse
    setResultProcessor(answer, EVENT_STREAM)
  }

  /** Ends the answers without saying that the streams are complete: clients come again, here or elsewhere. */
  drain(): void {
    for (const end of [...this.#open]) end()
  }

  #answer(asker: Asker): ProcessResults {
    return (results) => this.#stream(results, asker)
  }

  #stream(results: AsyncIterable<StreamResult>, { identity, clientGone }: Asker): Response {
    const iterator = results[Symbol.asyncIterator]()
    const encoder = new TextEncoder()
    let heartbeat: NodeJS.Timeout | undefined
    // Whoever waits for the next item is told that there is none, and closes the answer.
    const end = () => {
      if (!this.#open.delete(end)) return
      clearInterval(heartbeat)
      watch.stop()
      void iterator.return?.()
    }
    this.#open.add(end)
    const watch = this.#gatekeeper.watch(identity, end)
    clientGone.addEventListener('abort', end, { once: true })
    if (clientGone.aborted) end()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const comment = () => controller.enqueue(encoder.encode(COMMENT))
        heartbeat = setInterval(() => (controller.desiredSize ?? 0) > 0 && comment(), HEARTBEAT_MS)
        // Some browsers wait for the first bytes before they say that a stream is open.
        comment()
      },
      pull: async (controller) => {
        const { value, done } = await iterator.next()
        const wasEnded = !this.#open.has(end)
        if (!wasEnded) controller.enqueue(encoder.encode(done ? COMPLETE : format(value)))
        if (!done && !wasEnded) return
        end()
        controller.close()
      },
      cancel: end,
    })
    return new Response(body, { headers: HEADERS })
  }
}

interface ResultHook {
  readonly result: unknown
  readonly request: Request
  readonly serverContext: Asker
  setResultProcessor(process: ProcessResults, mediaType: string): void
}

type ProcessResults = (results: AsyncIterable<StreamResult>) => Response

/** Streams in other forms would not end when they should. */
function refuse(results: AsyncIterable<StreamResult>): Response {
  void results[Symbol.asyncIterator]().return?.()
  const error = clientError('NOT_ACCEPTABLE', `A subscription is answered as ${EVENT_STREAM}.`)
  return Response.json({ errors: [error] }, { status: 406 })
}

const EVENT_STREAM = 'text/event-stream'
const HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
}
const HEARTBEAT_MS = 12_000
const COMMENT = ':\n\n'
const COMPLETE = 'event: complete\ndata:\n\n'

function acceptsEvents(request: Request): boolean {
  return /text\/event-stream|\*\/\*/.test(request.headers.get('accept') ?? '*/*')
}

function format(result: StreamResult): string {
  const id = result[EVENT_ID]?.()
  return `event: next\n${id === undefined ? '' : `id: ${id}\n`}data: ${textOf(result)}\n\n`
}

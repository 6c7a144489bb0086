import { type FetchAPI, isAsyncIterable } from 'graphql-yoga'
import { EVENT_ID, type StreamResult } from './subscribe.ts'

/**
 * Streams as server-sent events, in the form of the GraphQL over SSE protocol ("distinct connections"). Each event has the id
 * of its item, so that an `EventSource` that connects again goes on where it was.
 */
export class ServerSentEvents {
  readonly #open = new Set<() => void>()

  /** Takes over from Yoga where it would answer with a stream. */
  readonly onResultProcess = ({ result, request, serverContext, setResultProcessor }: ResultHook): void => {
    if (!isAsyncIterable(result) || !acceptsEvents(request)) return
    const { clientGone } = serverContext
    setResultProcessor((results, api) => this.#answer(results, clientGone, api), EVENT_STREAM)
  }

  /** Ends the answers without saying that the streams are complete: clients come again, here or elsewhere. */
  drain(): void {
    for (const end of [...this.#open]) end()
  }

  #answer(results: AsyncIterable<StreamResult>, clientGone: AbortSignal, api: FetchAPI): Response {
    const iterator = results[Symbol.asyncIterator]()
    const encoder = new api.TextEncoder()
    let heartbeat: NodeJS.Timeout | undefined
    let end = () => {}
    const body = new api.ReadableStream<Uint8Array>({
      start: (controller) => {
        const write = (text: string) => controller.enqueue(encoder.encode(text))
        end = () => {
          if (!this.#open.delete(end)) return
          clearInterval(heartbeat)
          controller.close()
          void iterator.return?.()
        }
        this.#open.add(end)
        clientGone.addEventListener('abort', end, { once: true })
        heartbeat = setInterval(() => (controller.desiredSize ?? 0) > 0 && write(COMMENT), HEARTBEAT_MS)
        // Some browsers wait for the first bytes before they say that a stream is open.
        write(COMMENT)
      },
      pull: async (controller) => {
        const { value, done } = await iterator.next()
        if (!this.#open.has(end)) return
        controller.enqueue(encoder.encode(done ? COMPLETE : format(value)))
        if (done) end()
      },
      cancel: () => end(),
    })
    return new api.Response(body, { headers: HEADERS })
  }
}

interface ResultHook {
  readonly result: unknown
  readonly request: Request
  readonly serverContext: { readonly clientGone: AbortSignal }
  setResultProcessor(
    process: (results: AsyncIterable<StreamResult>, api: FetchAPI) => Response,
    mediaType: string,
  ): void
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
  return `event: next\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(result)}\n\n`
}

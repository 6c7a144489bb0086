import { setTimeout as sleep } from 'node:timers/promises'

export interface TailOptions {
  /** Of the GraphQL endpoint. */
  readonly url: string
  /** What is shown there to be let in; null: nothing. */
  readonly token?: string | null
  /** Told of every item of the stream, as one line of JSON without its line break. */
  readonly print: (line: string) => void
  /** Told, in a sentence, whenever the stream has to be opened again. */
  readonly note: (text: string) => void
  /** Ends it. */
  readonly signal: AbortSignal
  /** How long to wait before it is opened again, in milliseconds; a second unless told otherwise. */
  readonly pauseMs?: number
}

/** The gateway answers, but not with a stream: trying again would not help. */
export class TailRefused extends Error {
  override readonly name = 'TailRefused'
}

/**
 * Follows the live stream of a running gateway until the signal aborts. When it is cut, it goes on behind the last item it has
 * seen, so that nothing is missed and nothing comes twice. Throws `TailRefused` where the gateway does not know the stream.
 */
export async function tail({ url, token = null, print, note, signal, pauseMs = 1_000 }: TailOptions): Promise<void> {
  let after: string | null = null
  while (!signal.aborted) {
    try {
      for await (const item of listen({ url, token, after, signal })) {
        print(JSON.stringify(item))
        after = item.cursor
      }
      note('the stream ended')
    } catch (error) {
      if (error instanceof TailRefused) throw error
      if (!signal.aborted) note(`the stream cannot be read (${reasonOf(error)})`)
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
  }
}

const SUBSCRIPTION = /* GraphQL */ `
  subscription Tail($after: EventCursor) {
    conversationEvents(after: $after) {
      __typename
      ... on StreamItem { cursor emittedAt }
      ... on ConversationEvent { eventId occurredAt origin conversationId }
      ... on ConversationChanged { changedFields }
      ... on MessageAdded { messageId messageEdge { node { text } } }
      ... on MessageUpdated { messageId message { text } }
      ... on MessageDeleted { messageId }
      ... on DeliveryChanged { messageId previous current }
      ... on HorizonMoved { kind movedBack participant { person { displayName } } horizon { sortKey precision } }
      ... on TypingChanged { typing typist: person { displayName } }
      ... on StreamReady { recovered replaying }
      ... on CaughtUp { replayed }
      ... on SourceHealthChanged { source { state code account { key } } }
      ... on StreamGap { reason dropped accounts { key } }
    }
  }
`

interface Item {
  readonly cursor: string
}

interface Listening {
  readonly url: string
  readonly token: string | null
  readonly after: string | null
  readonly signal: AbortSignal
}

async function* listen({ url, token, after, signal }: Listening): AsyncIterable<Item> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: SUBSCRIPTION, variables: { after } }),
    signal,
  })
  if (response.status >= 400 && response.status < 500) throw new TailRefused(`${url} answers ${response.status}`)
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
  for await (const data of readEvents(response.body)) {
    const item = readItem(JSON.parse(data))
    if (item !== null) yield item
  }
}

/** The data of each server-sent event. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
      if (data.length > 0 && data[0] !== '') yield data.join('\n')
    }
  }
}

function readItem(result: unknown): Item | null {
  if (!isGroup(result)) return null
  const item = isGroup(result.data) ? result.data.conversationEvents : null
  if (isGroup(item) && typeof item.cursor === 'string') return { ...item, cursor: item.cursor }
  throw new TailRefused(`the gateway answers ${JSON.stringify(result.errors ?? result)}`)
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}

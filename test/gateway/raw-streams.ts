import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** One event of a stream of server-sent events. */
export interface RawEvent {
  readonly event: string | null
  readonly id: string | null
  readonly data: any
}

export interface RawStream {
  /** The next event that is not a comment; null at the end. */
  next(): Promise<RawEvent | null>
  close(): void
}

export interface EventSourceOptions {
  readonly variables?: object
  readonly lastEventId?: string
  readonly method?: string
  /** Shown to prove who listens. */
  readonly token?: string
}

/** Reads server-sent events byte by byte as they are, without any library for them. */
export async function openEventSource(
  url: string,
  query: string,
  { variables = {}, lastEventId, method = 'POST', token }: EventSourceOptions = {},
): Promise<RawStream> {
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const address =
    method === 'GET' ? `${url}?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}` : url
  const answer = await fetch(address, {
    method,
    headers: method === 'GET' ? headers : { ...headers, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify({ query, variables }) }),
    signal: ending.signal,
  })
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) throw new Error(await answer.text())
  const blocks = readBlocks(answer.body!)
  return {
    next: async () => {
      const { value, done } = await blocks.next()
      return done ? null : value
    },
    close: () => ending.abort(),
  }
}

async function* readBlocks(body: ReadableStream<Uint8Array>): AsyncGenerator<RawEvent, void> {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as any) as any) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) if (!block.startsWith(':')) yield parseBlock(block)
  }
}

function parseBlock(block: string): RawEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const data = field('data')
  return { event: field('event') ?? null, id: field('id') ?? null, data: data ? JSON.parse(data) : null }
}

/** A socket that speaks the protocol by hand. */
export interface RawSocket {
  readonly socket: WebSocket
  /** Code and reason, once it is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  readonly messages: any[]
  send(message: object | string): void
  /** The next message that fits; those that came before count too. */
  message(fits: (message: any) => boolean): Promise<any>
}

export async function openSocket(
  url: string,
  { origin, init = true, token }: { origin?: string; init?: boolean; token?: string } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(
    url.replace('http', 'ws'),
    'graphql-transport-ws',
    origin === undefined ? {} : { origin },
  )
  onTestFinished(() => socket.terminate())
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const messages: any[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)))
    for (const look of waiting) look()
  })
  await once(socket, 'open')
  const raw: RawSocket = {
    socket,
    closed,
    messages,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    message: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = messages.find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
  if (init) {
    const payload = token === undefined ? {} : { payload: { authorization: `Bearer ${token}` } }
    raw.send({ type: 'connection_init', ...payload })
    await raw.message(({ type }) => type === 'connection_ack')
  }
  return raw
}

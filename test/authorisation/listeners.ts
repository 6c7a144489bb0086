import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { MatrixViewer } from './tenants.ts'

/** A subscription that is to be opened, and by whom. */
export interface Wanted {
  readonly viewer: MatrixViewer
  readonly transport: 'websocket' | 'events'
  /** Such as `Subscription.receiptsChanged`. */
  readonly field: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** Sent along as the last event that was seen; over server-sent events only. */
  readonly lastEventId?: string
}

/** Everything that came over one subscription, as it came. */
export interface Listening extends Wanted {
  readonly texts: readonly string[]
  /** Settles when it has caught up, or was refused. */
  readonly ready: Promise<void>
  close(): void
}

export function listen(url: string, wanted: Wanted): Listening {
  return wanted.transport === 'websocket' ? overWebsocket(url, wanted) : overEvents(url, wanted)
}

function overWebsocket(url: string, wanted: Wanted): Listening {
  const texts: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
  const send = (message: object) => socket.send(JSON.stringify(message))
  const { query, variables, viewer } = wanted
  socket.once('open', () => send({ type: 'connection_init', payload: { authorization: viewer.authorization } }))
  socket.on('message', (data) => {
    const text = String(data)
    if (text.includes('"connection_ack"')) send({ type: 'subscribe', id: '1', payload: { query, variables } })
    else if (text.includes('"type":"ping"')) send({ type: 'pong' })
    else texts.push(text)
    if (isReady(text)) resolve()
  })
  socket.once('error', reject)
  socket.once('close', () => resolve())
  return { ...wanted, texts, ready: promise, close: () => socket.terminate() }
}

function overEvents(url: string, wanted: Wanted): Listening {
  const texts: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const ending = new AbortController()
  const read = async () => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        authorization: wanted.viewer.authorization,
        'content-type': 'application/json',
        ...(wanted.lastEventId !== undefined && { 'last-event-id': wanted.lastEventId }),
      },
      body: JSON.stringify({ query: wanted.query, variables: wanted.variables }),
      signal: ending.signal,
    })
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = parts.pop() ?? ''
      texts.push(...parts.filter((part) => !part.startsWith(':')))
      if (parts.some(isReady)) resolve()
    }
    if (rest !== '') texts.push(rest)
  }
  read()
    .catch(() => undefined)
    .finally(resolve)
  return { ...wanted, texts, ready: promise, close: () => ending.abort() }
}

function isReady(text: string): boolean {
  return text.includes('"CaughtUp"') || text.includes('"errors"') || text.includes('"type":"error"')
}

/** Waits until it holds, or gives up. */
export async function until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs
  while (!holds()) {
    if (Date.now() > end) return false
    await once(AbortSignal.timeout(20), 'abort')
  }
  return true
}

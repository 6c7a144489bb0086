import type { Answer } from '../support/world.ts'
import { openSocket } from './raw-streams.ts'

export interface Payload {
  readonly query?: string
  readonly variables?: object
  readonly operationName?: string
  readonly documentId?: string
  readonly extensions?: object
}

/** Runs one operation and gives its first result, as the client sees it. */
export type Transport = (url: string, payload: Payload, token?: string) => Promise<Answer>

/** All the ways in which a client may ask. */
export const TRANSPORTS: Readonly<Record<string, Transport>> = {
  HTTP: async (url, payload, token) =>
    (await post(url, payload, { accept: 'application/json' }, token)).json() as never,
  'server-sent events': async (url, payload, token) => {
    const answer = await post(url, payload, { accept: 'text/event-stream' }, token)
    return JSON.parse(await firstData(answer))
  },
  'a websocket': async (url, payload, token) => {
    const socket = await openSocket(url, token === undefined ? {} : { token })
    socket.send({ id: '1', type: 'subscribe', payload: { query: '', ...payload } })
    const message = await socket.message(({ id }) => id === '1')
    socket.socket.terminate()
    return message.type === 'error' ? { data: undefined, errors: message.payload } : message.payload
  },
}

/** What the first event says, or all where there are no events. */
async function firstData(answer: Response): Promise<string> {
  let text = ''
  for await (const chunk of answer.body as any) {
    text += Buffer.from(chunk).toString()
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? []
    if (data !== undefined) return data
  }
  return text
}

export function post(url: string, payload: object, headers: object = {}, token?: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(payload),
  })
}

export function codesOf({ errors = [] }: Answer): readonly unknown[] {
  return errors.map(({ extensions }) => extensions?.code)
}

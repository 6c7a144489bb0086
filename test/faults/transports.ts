import { openSocket } from '../gateway/raw-streams.ts'
import type { Question } from './questions.ts'

/** Asks, and gives everything that comes back: headers, bodies, messages, and with what a socket is closed. */
export type Transport = (question: Question) => Promise<string>

export function overHttp(url: string): Transport {
  return (question) => ask(url, question, 'application/json')
}

/** Of a stream the beginning. */
export function overServerSentEvents(url: string): Transport {
  return (question) => ask(url, question, 'text/event-stream')
}

export function overWebsocket(url: string): Transport {
  return async (question) => {
    const { send, message, messages, closed, socket } = await openSocket(url)
    send({ id: '1', type: 'subscribe', payload: { query: question.query, variables: question.variables() } })
    const outcome = await Promise.race([message(({ type }) => type !== 'connection_ack' && type !== 'ping'), closed])
    send({ id: '1', type: 'complete' })
    socket.close()
    return JSON.stringify([outcome, messages, await closed])
  }
}

async function ask(url: string, { query, variables }: Question, accept: string): Promise<string> {
  const leaving = new AbortController()
  const headers = { 'content-type': 'application/json', accept }
  const body = JSON.stringify({ query, variables: variables() })
  const answer = await fetch(url, { method: 'POST', headers, body, signal: leaving.signal })
  const told = [JSON.stringify([...answer.headers]), String(answer.status)]
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    told.push(decoder.decode(chunk, { stream: true }))
    // What a stream tells first is all that is asked here.
    if (told.some((text) => /^event: next/m.test(text))) break
  }
  leaving.abort()
  return told.join('\n')
}

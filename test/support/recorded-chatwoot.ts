import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { ChatwootProvider } from '../../providers/chatwoot/provider.ts'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { OpenPublicFile } from '../../providers/kit/public-file.ts'
import { Secret } from '../../providers/kit/secret.ts'
import type { Actor, CallContext, Provider } from '../../providers/port/index.ts'
import { chatwootExchange } from './chatwoot-recording.ts'

/** What the server was asked, as it was on the wire. */
export interface AskedOfChatwoot {
  /** `POST /conversations/1/messages`, without the part of the account. */
  readonly what: string
  readonly token: string | undefined
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
  /** JSON as a value, forms as text; undefined for none. */
  readonly body: any
}

export interface RecordedChatwoot {
  readonly provider: Provider
  readonly asked: AskedOfChatwoot[]
}

/** What to answer: the recorded line of that number, or something made up. */
export type Answering = Readonly<Record<string, number | { readonly status?: number; readonly body?: unknown }>>

/** A server that answers with lines of the recording, and the adapter that talks to it. Account 5, as there. */
export async function startRecordedChatwoot(answers: Answering, openFile?: OpenPublicFile): Promise<RecordedChatwoot> {
  const asked: AskedOfChatwoot[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers
    const what = `${request.method} ${decodeURIComponent(request.url ?? '').replace('/api/v1/accounts/5', '')}`
    const body = contentType === 'application/json' ? JSON.parse(text) : text === '' ? undefined : text
    const token = request.headers['api-access-token']
    asked.push({ what, token: token === undefined ? undefined : String(token), contentType, contentLength, body })
    const answer = answers[what]
    const known = typeof answer === 'number' ? chatwootExchange(answer).response : { status: 200, ...answer }
    const status = answer === undefined ? 404 : known.status
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(answer === undefined || known.body === undefined ? '' : JSON.stringify(known.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = { baseUrl, accountId: '5', token: new Secret('of-the-account'), socket: false }
  const provider = new ChatwootProvider('support', settings, openFile)
  onTestFinished(async () => {
    await provider.close()
    server.close().closeAllConnections()
  })
  return { provider, asked }
}

export const ADMIN: Actor = { kind: 'agent', person: null, credential: null }

export function recordedCall(actor: Actor = ADMIN): CallContext {
  return { actor, deadline: Date.now() + 5_000, signal: new AbortController().signal, budget: createCallBudget(20) }
}

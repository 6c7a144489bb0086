import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a stub answers, by method and path without query: `GET /v3/users/bob`. */
export type Answers = Readonly<Record<string, Answer>>

/** A body, a body with a status that is not 200, or what makes either of the query. */
export type Answer = object | Refusal | ((query: URLSearchParams) => object)

export interface Refusal {
  readonly status: number
  readonly body: object
}

export interface StubRequest {
  /** Method and path without query. */
  readonly route: string
  readonly headers: IncomingHttpHeaders
}

/** An HTTP server that gives prepared answers, so that every property of them is known, and remembers what went to and fro. */
export interface Stub {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly requests: readonly StubRequest[]
  /** Every body given so far, as text. */
  readonly given: readonly string[]
  /** From now on this route answers something else. */
  change(route: string, answer: Answer): void
  close(): Promise<void>
}

export async function startStub(prepared: Answers): Promise<Stub> {
  const answers = new Map(Object.entries(prepared))
  const requests: StubRequest[] = []
  const given: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://stub')
    const route = `${request.method} ${decodeURIComponent(url.pathname)}`
    requests.push({ route, headers: request.headers })
    const { status, body } = withStatus(answers.get(route), url.searchParams)
    given.push(JSON.stringify(body))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    given,
    change: (route, answer) => {
      answers.set(route, answer)
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function withStatus(answer: Answer | undefined, query: URLSearchParams): Refusal {
  if (answer === undefined) return { status: 404, body: { error: 'nothing is prepared for this route' } }
  if (typeof answer === 'function') return withStatus(answer(query), query)
  return isRefusal(answer) ? answer : { status: 200, body: answer }
}

function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer && 'body' in answer && typeof answer.status === 'number'
}

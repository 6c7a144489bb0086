import type { ServerResponse } from 'node:http'

export function answerText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** A refusal that a GraphQL client can read, for requests that never become an operation. */
export function answerGraphqlError(response: ServerResponse, status: number, code: string, message: string): void {
  answerText(response, status, JSON.stringify({ errors: [{ message, extensions: { code } }] }), 'application/json')
}

import type { ServerResponse } from 'node:http'
import type { ErrorCode } from '../../schema/errors.ts'
import type { Page } from './page.ts'

export function answerText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

export function answerPage(response: ServerResponse, { html, headers }: Page): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  answerText(response, 200, html, 'text/html')
}

/** A refusal that a GraphQL client can read, for requests that never become an operation. */
export function answerGraphqlError(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  answerText(response, status, JSON.stringify({ errors: [{ message, extensions: { code } }] }), 'application/json')
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode } from '../../schema/errors.ts'
import { answerGraphqlError } from './answer.ts'

export const MAX_BODY_BYTES = 128 * 1024

/** Why a request is answered without being looked into. */
export interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

export const TOO_LARGE: Refusal = {
  status: 413,
  code: 'BODY_TOO_LARGE',
  message: `The request is over ${MAX_BODY_BYTES} bytes.`,
  headers: { connection: 'close' },
}
export const UNAUTHENTICATED: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'Show who you are: Authorization: Bearer …',
  headers: { 'www-authenticate': 'Bearer' },
}
const NO_JSON: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'Send the operation as application/json.',
}
export const NOTHING_ACCEPTED: Refusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message: 'Accept application/graphql-response+json, application/json or text/event-stream.',
}
const NO_GET: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'Send the operation by POST; only streams may be asked for by GET, as text/event-stream.',
  headers: { allow: 'POST' },
}
const UNREADABLE: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'Write variables and extensions as JSON.',
}
const NO_METHOD: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'Send the operation by POST, or by GET.',
  headers: { allow: 'GET, POST' },
}

/** Where nobody looks around, an address that somebody is led to asks for nothing; only an `EventSource` has no other way. */
export function refusalOf({ method, url, headers }: IncomingMessage, explorer: boolean): Refusal | null {
  if (method === 'POST') return isJson(headers['content-type']) ? null : NO_JSON
  if (method !== 'GET') return NO_METHOD
  if (!explorer && headers.accept?.trim() !== 'text/event-stream') return NO_GET
  return isReadable(url) ? null : UNREADABLE
}

export function refuse(response: ServerResponse, { status, code, message, headers = {} }: Refusal): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  answerGraphqlError(response, status, code, message)
}

/** A type that a page of another origin cannot send without a preflight, which is never answered. */
function isJson(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/json' || type === 'application/graphql+json'
}

/** What is no JSON Yoga would take for a mistake of ours. */
function isReadable(url = ''): boolean {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  return ['variables', 'extensions'].every((name) => isJsonText(search.get(name) || 'null'))
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

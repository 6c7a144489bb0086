import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Receipt, Uploads } from '../uploads/uploads.ts'
import { answerText } from './answer.ts'
import type { Route } from './server.ts'

/**
 * `PUT /uploads/{id}`. 204 once all bytes of an announced file are stored. Whatever is refused says why as JSON, `{"code",
 * "detail"}`; then nothing is kept, and where the file itself was not refused it may be sent again.
 */
export function createUploadRoute(uploads: Uploads): Route {
  return async (request, response) => {
    if (request.method !== 'PUT') {
      response.setHeader('allow', 'PUT')
      return refuse(response, 405, { code: 'METHOD_NOT_ALLOWED', detail: 'Send the bytes by PUT.' })
    }
    const receipt = await uploads.receive(idOf(request), arrivalOf(request))
    if (receipt === 'stored') {
      response.writeHead(204).end()
      return
    }
    const { status, ...problem } = REFUSALS[receipt]
    if (status === 503 || status === 507) response.setHeader('retry-after', RETRY_AFTER_SECONDS)
    refuse(response, status, problem)
    // What is left of the body is not waited for.
    response.once('finish', () => request.destroy())
  }
}

const RETRY_AFTER_SECONDS = 5

const REFUSALS: Readonly<Record<Exclude<Receipt, 'stored'>, Problem & { readonly status: number }>> = {
  unknown: { status: 404, code: 'UPLOAD_UNKNOWN', detail: 'There is no such upload, or its time is over.' },
  taken: { status: 409, code: 'UPLOAD_TAKEN', detail: 'The bytes of this upload are here, or on their way.' },
  full: { status: 507, code: 'NO_ROOM', detail: 'There is no room for this file now. Try again later.' },
  unavailable: { status: 503, code: 'UNAVAILABLE', detail: 'Nothing can be stored now. Try again later.' },
  'wrong-type': { status: 415, code: 'WRONG_TYPE', detail: 'The content-type is not the one that was announced.' },
  'too-small': { status: 400, code: 'TOO_SMALL', detail: 'These are fewer bytes than were announced.' },
  'too-large': { status: 413, code: 'TOO_LARGE', detail: 'These are more bytes than were announced.' },
  'too-slow': { status: 408, code: 'TOO_SLOW', detail: 'The bytes did not come in time.' },
}

interface Problem {
  readonly code: string
  readonly detail: string
}

function idOf({ url }: IncomingMessage): string {
  return url?.split('?', 1)[0]?.slice('/uploads/'.length) ?? ''
}

function arrivalOf(request: IncomingMessage) {
  const { 'content-type': mimeType, 'content-length': length } = request.headers
  return {
    mimeType: mimeType ?? null,
    sizeBytes: length === undefined ? null : Number(length),
    // The answer goes out on the same connection, whatever becomes of the body.
    bytes: request.iterator({ destroyOnReturn: false }),
  }
}

function refuse(response: ServerResponse, status: number, problem: Problem): void {
  // What is left of the body would be taken for the next request.
  response.setHeader('connection', 'close')
  answerText(response, status, `${JSON.stringify(problem)}\n`, 'application/json')
}

import type { Refusal } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'
import { type ErrorFacts, ProviderError, type ProviderErrorCode } from '../port/index.ts'
import { conversationRef } from './refs.ts'

/** Bird says `{code, message, details?}`; what stands before Bird may say anything. */
export function toBirdError({ status, body }: Refusal, what: string, account: string): ProviderError {
  const error = readError(body)
  const facts: ErrorFacts = {
    providerStatus: status,
    ...(error.code !== null && { providerCode: error.code }),
    ...(error.conversationId !== null && { existing: conversationRef(account, error.conversationId) }),
  }
  return new ProviderError(codeOf(status), `${what}: ${status} ${error.text}`.trim(), facts)
}

interface BirdError {
  readonly code: string | null
  readonly text: string
  readonly conversationId: string | null
}

function readError(body: unknown): BirdError {
  try {
    const error = Wire.object(body, 'error')
    const code = error.filledText('code')
    const text = [code, error.filledText('message')].filter((part) => part !== null).join(': ')
    return { code, text, conversationId: error.optionalObject('details')?.filledText('conversationId') ?? null }
  } catch {
    return { code: null, text: '', conversationId: null }
  }
}

function codeOf(status: number): ProviderErrorCode {
  return CODES.get(status) ?? (status >= 500 ? 'UNAVAILABLE' : 'INVALID')
}

const CODES: ReadonlyMap<number, ProviderErrorCode> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
])

import { ProviderError } from '../port/index.ts'
import { Wire } from './wire.ts'

/** The JSON object in the body of a webhook. Only for bytes that have been verified. Throws `MALFORMED`. */
export function readWebhookBody(body: Uint8Array, what: string): Wire {
  return Wire.object(parse(body, what), what)
}

/** The reason stays unsaid: the parser's own message quotes the body. */
function parse(body: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new ProviderError('MALFORMED', `${what}: the body is not JSON`)
  }
}

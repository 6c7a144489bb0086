import type { Wire } from '../kit/wire.ts'
import type { JsonObject, Recipient } from '../port/index.ts'

/** What an e-mail inbox puts into `content_attributes.email` of an incoming message. */
export interface Email {
  readonly html: string | null
  readonly headers: JsonObject
}

export function readEmail(message: Wire): Email {
  const email = message.optionalObject('content_attributes')?.jsonObject('email') ?? {}
  const html = isObject(email.html_content) ? email.html_content.full : null
  return { html: typeof html === 'string' && html !== '' ? html : null, headers: email }
}

/** Everybody an e-mail names: of an incoming one its own headers, of an outgoing one what the sender chose. */
export function readRecipients(message: Wire): readonly Recipient[] {
  const chosen = message.jsonObject('content_attributes') ?? {}
  const { headers } = readEmail(message)
  return [
    ...toRecipients('FROM', headers.from),
    ...toRecipients('TO', headers.to ?? chosen.to_emails),
    ...toRecipients('CC', headers.cc ?? chosen.cc_emails),
    ...toRecipients('BCC', headers.bcc ?? chosen.bcc_emails),
  ]
}

function toRecipients(role: string, addresses: unknown): readonly Recipient[] {
  return readAddresses(addresses).map((value) => ({
    role,
    person: null,
    name: null,
    addresses: [{ kind: 'email', value }],
  }))
}

/** A list, or one text with commas. */
function readAddresses(addresses: unknown): readonly string[] {
  const all = typeof addresses === 'string' ? addresses.split(',') : Array.isArray(addresses) ? addresses : []
  return all.flatMap((address) => (typeof address === 'string' && address.trim() !== '' ? [address.trim()] : []))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

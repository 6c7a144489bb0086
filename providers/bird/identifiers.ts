import type { Wire } from '../kit/wire.ts'
import type { ChannelType } from '../port/index.ts'

/** An address as Bird names it: `phonenumber` with its plus, `emailaddress`, or a platform's own (`facebookid-…`). */
export interface Identifier {
  readonly key: string
  readonly value: string
}

/** Null for what is no whole e-mail address. */
export function toEmail(text: string): Identifier | null {
  const value = text.trim()
  return /^[^\s@]+@[^\s@]+$/.test(value) ? { key: 'emailaddress', value } : null
}

/** Null for what is no whole phone number with its plus. */
export function toPhone(text: string): Identifier | null {
  const value = text.replaceAll(/[\s().-]/g, '')
  return /^\+\d{5,15}$/.test(value) ? { key: 'phonenumber', value } : null
}

/** By what a contact is reached on such a channel; null where it is not. */
export function identifierFor(channel: ChannelType, contact: Wire): Identifier | null {
  const known = contact
    .list('featuredIdentifiers')
    .map((wire) => ({ key: wire.text('key'), value: wire.text('value') }))
  const reaches = REACHING[channel]
  return known.find(({ key }) => reaches === undefined || reaches.test(key)) ?? null
}

/** By the names of the identifiers; on channels that are not here, any will do. */
const REACHING: Readonly<Partial<Record<ChannelType, RegExp>>> = {
  email: /^emailaddress$/,
  sms: /^phonenumber$/,
  rcs: /^phonenumber$/,
  whatsapp: /^(phonenumber|whatsapp.*)$/,
  messenger: /^facebookid-/,
}

import { type CallContext, type Page, type Person, ProviderError } from '../port/index.ts'
import type { BirdClient } from './client.ts'
import { type Identifier, toEmail, toPhone } from './identifiers.ts'
import { toContact } from './to-person.ts'

/** Everybody with exactly this address. Throws UNSUPPORTED for what is no address: Bird does not search names. */
export async function searchContacts(
  client: BirdClient,
  account: string,
  search: string,
  call: CallContext,
): Promise<Page<Person>> {
  const { key, value } = toIdentifier(search)
  const found = await client.searchContacts(key, value, call)
  const people = found.map((wire) => toContact(wire, account))
  const rows = people.map((item) => ({ item, sortKey: '', cursor: item.externalId }))
  return { rows, hasMore: false, complete: true, frontier: null }
}

function toIdentifier(search: string): Identifier {
  const identifier = toEmail(search) ?? toPhone(search)
  if (identifier !== null) return identifier
  throw new ProviderError('UNSUPPORTED', 'Bird finds people by a whole e-mail address or phone number only', {
    capability: 'PEOPLE_SEARCH',
  })
}

import { type CallContext, type Page, type Person, ProviderError } from '../port/index.ts'
import type { BirdClient } from './client.ts'
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

function toIdentifier(search: string): { readonly key: string; readonly value: string } {
  const value = search.trim()
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return { key: 'emailaddress', value }
  const digits = value.replaceAll(/[\s().-]/g, '')
  if (/^\+\d{5,15}$/.test(digits)) return { key: 'phonenumber', value: digits }
  throw new ProviderError('UNSUPPORTED', 'Bird finds people by a whole e-mail address or phone number only', {
    capability: 'PEOPLE_SEARCH',
  })
}

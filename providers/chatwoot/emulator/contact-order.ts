import type { Contact } from './records.ts'

/** Sorts by one of the server's words, with a minus for descending; an unknown word leaves the order of ids. */
export function sortContacts(contacts: readonly Contact[], sort: string | null): readonly Contact[] {
  const isDescending = sort?.startsWith('-') === true
  const read = SORT_KEYS[sort?.replace(/^-/, '') ?? '']
  if (read === undefined) return contacts
  const ascending = contacts.toSorted((one, other) => compare(read(one), read(other)) || one.id - other.id)
  return isDescending ? ascending.toReversed() : ascending
}

const SORT_KEYS: Readonly<Record<string, (contact: Contact) => string | number>> = {
  name: ({ name }) => name.toLowerCase(),
  email: ({ email }) => email ?? '',
  phone_number: ({ phone }) => phone ?? '',
  last_activity_at: ({ lastActivityAt }) => lastActivityAt ?? 0,
  created_at: ({ createdAt }) => createdAt,
  company_name: ({ additional }) => String(additional.company_name ?? ''),
  city: ({ additional }) => String(additional.city ?? ''),
  country: ({ additional }) => String(additional.country ?? ''),
}

function compare(one: string | number, other: string | number): number {
  return one === other ? 0 : one < other ? -1 : 1
}

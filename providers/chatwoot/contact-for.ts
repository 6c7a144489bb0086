import { type CallContext, type PersonQuery, ProviderError } from '../port/index.ts'
import type { ActParts } from './act-parts.ts'
import { contactOf } from './acting.ts'
import { readPersonRef } from './refs.ts'
import { invalid } from './refusing.ts'

/** The number of the one contact meant; null if there is none with that address or identifier. */
export async function findContactFor(
  { people }: Pick<ActParts, 'people'>,
  wanted: readonly PersonQuery[],
  call: CallContext,
): Promise<number | null> {
  const [query, ...others] = wanted
  if (query === undefined || others.length > 0) throw invalid(['people'], 'A conversation is with exactly one contact.')
  const self = contactOf(call.actor)
  if (self !== null && (query.kind !== 'person' || query.native !== self.ref.native)) {
    throw invalid(['people', '0'], 'A contact begins conversations as themselves.')
  }
  if (query.kind !== 'person') return people.findContact(query, call)
  const named = readPersonRef(query)
  if (named?.type !== 'contact') throw invalid(['people', '0'], 'A conversation is with a contact, not with one of us.')
  return named.id
}

/** The same, made where there is none. Two who make the same one at once come to one: the second looks again. */
export async function findOrCreateContact(
  parts: Pick<ActParts, 'people' | 'client'>,
  wanted: readonly PersonQuery[],
  call: CallContext,
): Promise<number> {
  const known = await findContactFor(parts, wanted, call)
  const [query] = wanted
  if (known !== null) return known
  if (query === undefined || query.kind === 'person') throw new ProviderError('NOT_FOUND', 'there is no such contact')
  try {
    return (await parts.client.acts.createContact(toNewContact(query), call)).integer('id')
  } catch (error) {
    const isTaken = error instanceof ProviderError && (error.code === 'INVALID' || error.code === 'OUTCOME_UNKNOWN')
    const found = isTaken ? await parts.people.findContact(query, call) : null
    if (found === null) throw error
    return found
  }
}

function toNewContact(query: Exclude<PersonQuery, { readonly kind: 'person' }>): Readonly<Record<string, string>> {
  if (query.kind === 'email') return { email: query.email.trim() }
  if (query.kind === 'phone') return { phone_number: query.phone.trim() }
  return { identifier: query.externalId.trim() }
}

import { type Actor, type PersonRef, ProviderError } from '../port/index.ts'
import { isUuid, readPersonRef } from './refs.ts'

/**
 * The contact who asks; null where it is one of us. Bird keeps no contact out of anything: the access key reads for them, and
 * everything that is not theirs is kept from them here.
 */
export function contactOf(actor: Actor): PersonRef | null {
  if (actor.kind !== 'end-user') return null
  const named = actor.person === null ? null : readPersonRef(actor.person)
  if (actor.person === null || named?.type !== 'contact' || !isUuid(named.id)) {
    throw new ProviderError('FORBIDDEN', 'an end user of Bird has to be one of its contacts')
  }
  return actor.person
}

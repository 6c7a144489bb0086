import { type Actor, type PersonRef, ProviderError } from '../port/index.ts'
import { readPersonRef } from './refs.ts'

/** Somebody who acts; null where the account acts as itself. */
export function somebody(
  actor: Actor,
): { readonly person: PersonRef | null; readonly credential: string | null } | null {
  return actor.kind === 'end-user' || actor.kind === 'agent' ? actor : null
}

/** An end user, who is one of Chatwoot's contacts. */
export interface Contact {
  readonly id: number
  readonly ref: PersonRef
}

/**
 * The contact who asks; null where it is one of us. Chatwoot itself keeps contacts out of all this: the account's own token
 * reads for them, and everything that is not theirs is kept from them here.
 */
export function contactOf(actor: Actor): Contact | null {
  if (actor.kind !== 'end-user') return null
  const named = actor.person === null ? null : readPersonRef(actor.person)
  if (actor.person === null || named?.type !== 'contact') {
    throw new ProviderError('FORBIDDEN', 'an end user of Chatwoot has to be one of its contacts')
  }
  return { id: named.id, ref: actor.person }
}

import { type Actor, type CallContext, type Capability, ProviderError } from '../port/index.ts'

/** One call on behalf of somebody. */
export interface Acting {
  readonly uid: string
  readonly call: CallContext
}

/** Whose conversations a call is about; null where there is nobody: CometChat would then mix those of all users. */
export function actingUid(actor: Actor, actAs: string | undefined): string | null {
  if (!('person' in actor)) return null
  if (actor.person !== null) return actor.person.native.toLowerCase()
  return actor.kind === 'agent' ? (actAs ?? null) : null
}

/** Throws `UNSUPPORTED`, naming the capability, where there is nobody to act as. */
export function acting(call: CallContext, actAs: string | undefined, capability: Capability): Acting {
  const uid = actingUid(call.actor, actAs)
  if (uid !== null) return { uid, call }
  throw new ProviderError('UNSUPPORTED', 'cometchat: there is no user to act as', { capability })
}

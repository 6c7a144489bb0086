import type { CallContext } from '../port/index.ts'

/** Without underscores, which proxies such as nginx drop. */
export const TOKEN_HEADER = 'Api-Access-Token'

/** The actor's own token in place of the account's. */
export function credentialOf({ actor }: CallContext): Readonly<Record<string, string>> {
  const isPerson = actor.kind === 'end-user' || actor.kind === 'agent'
  return isPerson && actor.credential !== null ? { [TOKEN_HEADER]: actor.credential } : {}
}

import type { Actor } from '../../providers/port/index.ts'
import type { Viewer } from '../../schema/context.ts'

/** Somebody who was let in. */
export interface Identity {
  readonly viewer: Viewer
  readonly grants: Grants
  /** When what they have shown was made; null: not known. */
  readonly issuedAt: Date | null
  /** Null: until revoked. */
  readonly expiresAt: Date | null
  /** The names under which it can be revoked: `subject …`, `token …` or `api-key …`. */
  readonly revocableAs: readonly string[]
}

/** Who somebody is in each account, by its key. An account that is not among them does not exist for them. */
export interface Grants {
  actorIn(account: string): Actor | null
}

/** The same in every account there is. */
export function grantsEverywhere(actor: Actor): Grants {
  return { actorIn: () => actor }
}

/** Who may do nothing. */
export const NOBODY: Identity = {
  viewer: { id: 'nobody', displayName: 'Nobody', kind: 'end-user', operations: new Set() },
  grants: { actorIn: () => null },
  issuedAt: null,
  expiresAt: null,
  revocableAs: [],
}

/** What a caller has shown to prove who they are; null: nothing. */
export interface Credentials {
  /** The value of an `Authorization` header. */
  readonly authorization: string | null
}

/** Lets callers in, or not. */
export interface Gatekeeper {
  /** Null: nobody is let in with these. Why not is for the log alone. */
  admit(credentials: Credentials): Promise<Identity | null>
  /** Tells once when somebody is no longer let in: at the end of their time, or soon after a revocation. */
  watch(identity: Identity, onEnd: () => void): { stop(): void }
  close(): Promise<void>
}

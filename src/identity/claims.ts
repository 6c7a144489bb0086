import { z } from '../../providers/kit/settings.ts'
import type { Actor } from '../../providers/port/index.ts'
import { OPERATION_KINDS, type Viewer } from '../../schema/context.ts'
import { type Grants, grantsEverywhere } from './identity.ts'

const operations = z.array(z.enum(OPERATION_KINDS)).optional()
const someone = z.string().min(1).max(200)

/**
 * What a token or a key says of its holder:
 *
 *     { "kind": "end-user", "accounts": { "support": "contact:12", "community": "nora" } }
 *
 * `accounts` names for each account who they are there, in the words of its provider: an end user is always somebody; an agent
 * somebody or, with `true`, whoever owns the account's credential; services and admins are the account itself: `true`. For all
 * but end users `"all"` stands for `true` in every account. `operations`: what they may do; everything where it is left out.
 */
export const claimsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('end-user'), accounts: z.record(z.string(), someone), operations }),
  z.strictObject({
    kind: z.literal('agent'),
    accounts: z.union([z.literal('all'), z.record(z.string(), z.union([someone, z.literal(true)]))]),
    operations,
  }),
  z.strictObject({
    kind: z.enum(['service', 'admin']),
    accounts: z.union([z.literal('all'), z.record(z.string(), z.literal(true))]),
    operations,
  }),
])

export type Claims = z.infer<typeof claimsSchema>

/** What reading claims needs to know of a configured account. */
export interface IdentityAccount {
  readonly key: string
  /** Whether its provider could know somebody of this kind by this name. */
  isIdentity(kind: 'end-user' | 'agent', name: string): boolean
  /** That person's own credential, where the configuration has it. */
  credentialOf(name: string): string | null
}

/** Whose claims they are. */
export type Holder = Pick<Viewer, 'id' | 'displayName'>

export interface Claimed {
  readonly viewer: Viewer
  readonly grants: Grants
}

/** Who somebody is by their claims; null where a name could be nobody's. Accounts that are not configured count for nothing. */
export function readClaims(claims: Claims, holder: Holder, accounts: readonly IdentityAccount[]): Claimed | null {
  const { kind, operations: allowed = OPERATION_KINDS } = claims
  const viewer: Viewer = { ...holder, kind, operations: new Set(allowed) }
  if (claims.accounts === 'all') return { viewer, grants: grantsEverywhere(actorAs(kind)) }
  const actors = new Map<string, Actor>()
  for (const account of accounts) {
    const name = Object.hasOwn(claims.accounts, account.key) ? claims.accounts[account.key] : undefined
    if (name === undefined) continue
    const actor = name === true ? actorAs(kind) : namedActor(kind, name, account)
    if (actor === null) return null
    actors.set(account.key, actor)
  }
  return { viewer, grants: { actorIn: (account) => actors.get(account) ?? null } }
}

function actorAs(kind: Viewer['kind']): Actor {
  return kind === 'service' || kind === 'admin' ? { kind } : { kind, person: null, credential: null }
}

function namedActor(kind: Viewer['kind'], name: string, account: IdentityAccount): Actor | null {
  if (kind === 'service' || kind === 'admin' || !account.isIdentity(kind, name)) return null
  const person = { kind: 'person', account: account.key, native: name } as const
  return { kind, person, credential: account.credentialOf(name) }
}

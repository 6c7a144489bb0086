import type { Config } from './config.ts'
import type { EventLog } from './events/log.ts'
import { openCommonStore } from './events/open-log.ts'
import type { Claims } from './identity/claims.ts'
import { subjectName, tokenName } from './identity/gatekeeper.ts'
import { KeyRing, type StoredKey } from './identity/key-ring.ts'
import { Revocations } from './identity/revocations.ts'
import { openStore } from './store.ts'

/** The configuration does not take what is to be managed, or there is no such thing. The message says which. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused'
}

export interface ApiKeyRequest {
  readonly name: string
  readonly claims: Claims
  readonly expiresAt: Date | null
}

/** Answers the key, which is shown this once, and its id. Throws `AccessRefused` and `KeyRefused`. */
export function createApiKeyFor(
  config: Config,
  request: ApiKeyRequest,
): Promise<{ readonly key: string; readonly id: string }> {
  const unknown = unknownAccounts(config, request.claims)
  if (config.identity?.apiKeys !== true)
    throw new AccessRefused('API keys are not taken: set identity.apiKeys to true.')
  if (unknown.length > 0)
    throw new AccessRefused(`There is no account ${unknown.join(', ')}. There are: ${keysOf(config)}.`)
  return withSharedLog(config, async (log) => {
    const { key, stored } = await new KeyRing(log).create(request)
    return { key, id: stored.id }
  })
}

export function listApiKeys(config: Config): Promise<readonly StoredKey[]> {
  return withSharedLog(config, (log) => new KeyRing(log).list())
}

/** It is no longer let in anywhere within seconds. Throws `AccessRefused` where there is none of this id. */
export function revokeApiKey(config: Config, id: string): Promise<void> {
  return withSharedLog(config, async (log) => {
    if (!(await new KeyRing(log).revoke(id))) throw new AccessRefused(`There is no key with the id ${id}.`)
  })
}

/** Ends one token by its `jti`, or all that were issued to somebody so far, anywhere within seconds. */
export function revokeTokens(
  config: Config,
  which: { readonly subject: string } | { readonly token: string },
): Promise<void> {
  const name = 'subject' in which ? subjectName(which.subject) : tokenName(which.token)
  return withSharedLog(config, (log) => new Revocations(log).add(name))
}

async function withSharedLog<T>(config: Config, work: (log: EventLog) => Promise<T>): Promise<T> {
  const store = openStore(config.store)
  try {
    const { log } = await openCommonStore(config, store)
    return await work(log).finally(() => log.close())
  } finally {
    store.close()
  }
}

function unknownAccounts({ accounts }: Config, claims: Claims): readonly string[] {
  if (claims.accounts === 'all') return []
  return Object.keys(claims.accounts).filter((key) => accounts.every((account) => account.key !== key))
}

function keysOf({ accounts }: Config): string {
  return accounts.map(({ key }) => key).join(', ')
}

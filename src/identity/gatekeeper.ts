import { RecentMap } from '../recent-map.ts'
import { digestOf, isApiKey } from './api-key.ts'
import { type IdentityAccount, readClaims } from './claims.ts'
import type { Credentials, Gatekeeper, Identity } from './identity.ts'
import { TokenRefused, type TokenVerifier, type VerifiedToken } from './json-web-token.ts'
import type { KeyRing, StoredKey } from './key-ring.ts'
import type { Revocation, Revocations } from './revocations.ts'

export interface GatekeeperOptions {
  /** Null: tokens are not taken. */
  readonly tokens: TokenVerifier | null
  /** Null: API keys are not taken. */
  readonly keys: Pick<KeyRing, 'list' | 'keep'> | null
  readonly revocations: Pick<Revocations, 'list' | 'keep'>
  readonly accounts: readonly IdentityAccount[]
  /** Between two looks at the keys and revocations of all instances, in milliseconds. */
  readonly refreshMs?: number
  /** Told why somebody was not let in, or why keys and revocations could not be looked at. */
  readonly onRefusal: (reason: string) => void
  readonly onFailure: (error: unknown) => void
}

/** A revocation counts on every instance within five seconds. */
const REFRESH_MS = 2_000
const KEEP_MS = 24 * 60 * 60 * 1000
/** Timers hold no more, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** Checking a signature costs a tenth of a millisecond: what was found good stays so until its end. */
const MAX_REMEMBERED = 10_000

/** Lets in whoever shows a token or a key, as far as these are taken. Resolves when keys and revocations are known. */
export async function openGatekeeper(options: GatekeeperOptions): Promise<Gatekeeper> {
  const gatekeeper = new SigningInGatekeeper(options)
  await gatekeeper.refresh()
  gatekeeper.start()
  return gatekeeper
}

class SigningInGatekeeper implements Gatekeeper {
  readonly #options: GatekeeperOptions
  readonly #watches = new Set<Watch>()
  readonly #tokens = new RecentMap<string, Identity>(MAX_REMEMBERED)
  #keys: ReadonlyMap<string, StoredKey> = new Map()
  #revocations: ReadonlyMap<string, Revocation> = new Map()
  #timer: NodeJS.Timeout | undefined
  #keptAt = 0

  constructor(options: GatekeeperOptions) {
    this.#options = options
  }

  start(): void {
    const { refreshMs = REFRESH_MS, onFailure } = this.#options
    this.#timer = setInterval(() => void this.refresh().catch(onFailure), refreshMs)
    this.#timer.unref()
  }

  /** What was known stays known where it cannot be looked at. */
  async refresh(): Promise<void> {
    const { keys, revocations } = this.#options
    const [stored, revoked] = await Promise.all([keys?.list() ?? [], revocations.list()])
    this.#keys = new Map(stored.map((key) => [key.digest, key]))
    this.#revocations = new Map(revoked.map((revocation) => [revocation.name, revocation]))
    for (const watch of [...this.#watches]) if (!this.#isGood(watch.identity)) this.#end(watch)
    if (Date.now() - this.#keptAt > KEEP_MS) await this.#keep()
  }

  async #keep(): Promise<void> {
    const { keys, revocations } = this.#options
    await Promise.all([keys?.keep(), revocations.keep()])
    this.#keptAt = Date.now()
  }

  async admit({ authorization }: Credentials): Promise<Identity | null> {
    const shown = authorization === null ? null : readBearer(authorization)
    if (shown === null) return this.#refuse(authorization === null ? 'nothing was shown' : 'it is no bearer token')
    const identity = isApiKey(shown) ? this.#byKey(shown) : await this.#byToken(shown)
    if (identity === null || this.#isGood(identity)) return identity
    return this.#refuse('it is over, or revoked')
  }

  watch(identity: Identity, onEnd: () => void): { stop(): void } {
    const watch: Watch = { identity, onEnd, timer: undefined }
    this.#watches.add(watch)
    this.#arm(watch)
    return { stop: () => this.#forget(watch) }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const watch of this.#watches) this.#forget(watch)
  }

  #byKey(key: string): Identity | null {
    const stored = this.#keys.get(digestOf(key))
    if (stored === undefined) return this.#refuse('there is no such key')
    const { id, name, claims, createdAt, expiresAt } = stored
    const claimed = readClaims(claims, { id: `api-key ${id}`, displayName: name }, this.#options.accounts)
    if (claimed === null) return this.#refuse('its claims name nobody')
    return { ...claimed, issuedAt: createdAt, expiresAt, revocableAs: [keyName(id)] }
  }

  async #byToken(token: string): Promise<Identity | null> {
    if (this.#options.tokens === null) return this.#refuse('tokens are not taken')
    const digest = digestOf(token)
    const known = this.#tokens.get(digest)
    if (known !== undefined) return known
    try {
      const identity = this.#identityOf(await this.#options.tokens.verify(token))
      if (identity !== null) this.#tokens.set(digest, identity)
      return identity
    } catch (error) {
      if (error instanceof TokenRefused) return this.#refuse(error.message)
      throw error
    }
  }

  #identityOf({ subject, displayName, tokenId, claims, issuedAt, expiresAt }: VerifiedToken): Identity | null {
    const claimed = readClaims(claims, { id: subject, displayName }, this.#options.accounts)
    if (claimed === null) return this.#refuse('its claims name nobody')
    const revocableAs = [subjectName(subject), ...(tokenId === null ? [] : [tokenName(tokenId)])]
    return { ...claimed, issuedAt, expiresAt, revocableAs }
  }

  #refuse(reason: string): null {
    this.#options.onRefusal(reason)
    return null
  }

  #isGood({ expiresAt, issuedAt, revocableAs }: Identity): boolean {
    if (expiresAt !== null && expiresAt.getTime() <= Date.now()) return false
    return revocableAs.every((name) => {
      if (name.startsWith(KEY)) return this.#hasKey(name)
      const revocation = this.#revocations.get(name)
      return revocation === undefined || (issuedAt !== null && issuedAt > revocation.at)
    })
  }

  #hasKey(name: string): boolean {
    return [...this.#keys.values()].some(({ id }) => keyName(id) === name)
  }

  #arm(watch: Watch): void {
    const { expiresAt } = watch.identity
    if (expiresAt === null) return
    const left = expiresAt.getTime() - Date.now()
    const again = () => (left > MAX_TIMER_MS ? this.#arm(watch) : this.#end(watch))
    watch.timer = setTimeout(again, Math.max(0, Math.min(left, MAX_TIMER_MS))).unref()
  }

  #end(watch: Watch): void {
    this.#forget(watch)
    watch.onEnd()
  }

  #forget(watch: Watch): void {
    clearTimeout(watch.timer)
    this.#watches.delete(watch)
  }
}

interface Watch {
  readonly identity: Identity
  readonly onEnd: () => void
  timer: NodeJS.Timeout | undefined
}

const KEY = 'api-key '

function keyName(id: string): string {
  return KEY + id
}

/** How a revocation names everything that somebody has shown so far. */
export function subjectName(subject: string): string {
  return `subject ${subject}`
}

/** How a revocation names one token, by its `jti`. */
export function tokenName(id: string): string {
  return `token ${id}`
}

/** RFC 6750. */
function readBearer(authorization: string): string | null {
  return /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1] ?? null
}

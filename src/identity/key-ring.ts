import { randomBytes } from 'node:crypto'
import type { EventLog } from '../events/log.ts'
import { createApiKey, digestOf } from './api-key.ts'
import type { Claims } from './claims.ts'
import { SharedRecord } from './shared-record.ts'

/** A key as it is kept: whoever reads this cannot use it. */
export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly claims: Claims
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

export interface NewKey {
  readonly name: string
  readonly claims: Claims
  readonly expiresAt: Date | null
}

/** There is no room for this key; the message says what to do. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}

/** Two: the one in use, and the one that takes its place. */
const MAX_LIVE_PER_NAME = 2

/** The API keys of all instances together. */
export class KeyRing {
  readonly #record: SharedRecord<readonly StoredKey[]>

  constructor(log: EventLog) {
    this.#record = new SharedRecord<readonly StoredKey[]>(log, 'api-keys', [])
  }

  async list(): Promise<readonly StoredKey[]> {
    return (await this.#record.read()).filter(isLive)
  }

  /** Answers the key itself, which nobody can be told again. Throws `KeyRefused`. */
  async create({ name, claims, expiresAt }: NewKey): Promise<{ readonly key: string; readonly stored: StoredKey }> {
    const key = createApiKey()
    const id = randomBytes(4).toString('hex')
    const stored: StoredKey = { id, name, digest: digestOf(key), claims, createdAt: new Date(), expiresAt }
    await this.#record.change((keys) => {
      const live = keys.filter(isLive)
      if (live.filter((other) => other.name === name).length < MAX_LIVE_PER_NAME) return [...live, stored]
      throw new KeyRefused(`There are two live keys with the name "${name}" already: revoke one first.`)
    })
    return { key, stored }
  }

  /** See `SharedRecord.keep`. */
  keep(): Promise<void> {
    return this.#record.keep()
  }

  /** Answers whether there was one with this id. */
  async revoke(id: string): Promise<boolean> {
    let found = false
    await this.#record.change((keys) => {
      found = keys.some((key) => key.id === id)
      return keys.filter((key) => key.id !== id)
    })
    return found
  }
}

function isLive({ expiresAt }: StoredKey): boolean {
  return expiresAt === null || expiresAt.getTime() > Date.now()
}

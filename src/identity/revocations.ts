import type { EventLog } from '../events/log.ts'
import { SharedRecord } from './shared-record.ts'

export interface Revocation {
  /** One of the names in `Identity.revocableAs`. */
  readonly name: string
  /** Tokens that were issued later are good again. */
  readonly at: Date
  /** After this no token that it could be about is alive. */
  readonly until: Date
}

/** Longer than any sensible token lives. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Who is no longer let in, on all instances together. */
export class Revocations {
  readonly #record: SharedRecord<readonly Revocation[]>

  constructor(log: EventLog) {
    this.#record = new SharedRecord<readonly Revocation[]>(log, 'revocations', [])
  }

  list(): Promise<readonly Revocation[]> {
    return this.#record.read()
  }

  /** See `SharedRecord.keep`. */
  keep(): Promise<void> {
    return this.#record.keep()
  }

  async add(name: string): Promise<void> {
    const at = new Date()
    const revocation = { name, at, until: new Date(at.getTime() + KEPT_MS) }
    await this.#record.change((revocations) => [
      ...revocations.filter((other) => other.name !== name && other.until > at),
      revocation,
    ])
  }
}

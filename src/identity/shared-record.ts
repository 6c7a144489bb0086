import type { EventLog } from '../events/log.ts'

/** No account has such a key. */
const ROOM = '#identity'
/** Every conflict means that somebody else's change went through. */
const MAX_TRIES = 20

/** A value that all instances share, in the memory of their log. */
export class SharedRecord<T> {
  readonly #log: EventLog
  readonly #key: string
  readonly #empty: T

  constructor(log: EventLog, key: string, empty: T) {
    this.#log = log
    this.#key = key
    this.#empty = empty
  }

  async read(): Promise<T> {
    return (await this.#recall()).value
  }

  /** Rejects with whatever `change` throws, and `LogUnavailable`. */
  async change(change: (value: T) => T): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { version, value } = await this.#recall()
      const changed = change(value)
      const remember = [{ key: this.#key, expectedVersion: version, value: changed }]
      const { outcome } = await this.#log.commit(ROOM, { deliveryId: null, remember, append: [], nudges: [] })
      if (outcome === 'committed') return changed
    }
    throw new Error(`${this.#key} is changed by too many at once`)
  }

  /** The log forgets what nobody has changed for months: whoever lives by it says now and then that it still counts. */
  async keep(): Promise<void> {
    await this.change((value) => value)
  }

  async #recall(): Promise<{ readonly version: number; readonly value: T }> {
    const [remembered] = await this.#log.recall(ROOM, [this.#key])
    // Of what this class wrote.
    return { version: remembered?.version ?? 0, value: (remembered?.value ?? this.#empty) as T }
  }
}

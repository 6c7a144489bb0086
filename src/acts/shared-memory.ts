import { createHash } from 'node:crypto'
import { idOf } from '../events/event-id.ts'
import type { EventLog } from '../events/log.ts'

/** What becomes of what is known under a key. */
export interface Decision<Value, Answer> {
  readonly answer: Answer
  /** Null: it is forgotten. A missing key: it stays as it is. */
  readonly becomes?: { readonly value: Value; readonly until: number } | null
}

/** Something else was decided each time before this could be written. */
export class MemoryContended extends Error {
  override readonly name = 'MemoryContended'
}

/** Every conflict means that another change went through: more than this in a row means that something is wrong. */
const MAX_TRIES = 50
/**
 * The log's memory forgets nothing, so values stand together on shelves, and whatever is outdated on a shelf goes with the next
 * change of it. Few enough that what nobody clears away is little, many enough that a shelf holds little.
 */
const SHELVES = 4_096

/**
 * What all instances of a gateway know together for a limited time. It is kept in the memory of the event log, whose engines
 * write a change only where nobody came in between. Times are milliseconds since 1970 by the clocks of the instances, which
 * are taken to differ by less than a second.
 */
export class SharedMemory {
  readonly #log: Pick<EventLog, 'recall' | 'commit'>

  constructor(log: Pick<EventLog, 'recall' | 'commit'>) {
    this.#log = log
  }

  /**
   * Decides over what is known under a key (null: nothing) and makes it so, in one step for all instances: durable when it
   * resolves. `decide` may be asked several times. Throws `LogUnavailable`.
   */
  async change<Value, Answer>(
    account: string,
    key: string,
    decide: (known: Value | null) => Decision<Value, Answer>,
  ): Promise<Answer> {
    const shelfKey = shelfOf(key)
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { version, shelf } = await this.#take(account, shelfKey)
      const { answer, becomes } = decide(valueOn(shelf, key))
      if (becomes === undefined) return answer
      const value = arranged(shelf, key, becomes)
      const remember = [{ key: shelfKey, expectedVersion: version, value }]
      const { outcome } = await this.#log.commit(account, { deliveryId: null, remember, append: [], nudges: [] })
      if (outcome === 'committed') return answer
    }
    throw new MemoryContended(`${MAX_TRIES} changes in ${account} met others`)
  }

  /** The one place that knows that on a shelf is what was put there below. */
  async #take(account: string, key: string): Promise<{ readonly version: number; readonly shelf: Shelf }> {
    const [found] = await this.#log.recall(account, [key])
    return { version: found?.version ?? 0, shelf: (found?.value ?? []) as Shelf }
  }
}

type Shelf = readonly (readonly [key: string, kept: Kept])[]

interface Kept {
  readonly value: unknown
  readonly until: number
}

function shelfOf(key: string): string {
  const number = createHash('sha256').update(key).digest().readUInt32BE() % SHELVES
  return idOf('kept', String(number))
}

function valueOn<Value>(shelf: Shelf, key: string): Value | null {
  const [, kept] = shelf.find(([other]) => other === key) ?? []
  return kept === undefined || kept.until <= Date.now() ? null : (kept.value as Value)
}

function arranged(shelf: Shelf, key: string, becomes: Kept | null): Shelf {
  const now = Date.now()
  const others = shelf.filter(([other, { until }]) => other !== key && until > now)
  return becomes === null ? others : [...others, [key, becomes]]
}

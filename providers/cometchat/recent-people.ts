import type { Person } from '../port/index.ts'

/**
 * The people whom recent answers carried whole, so that whoever lists the two of a conversation need not ask for them again.
 * For each user who asked apart: one may be shown what another is not.
 */
export class RecentPeople {
  static readonly #MAX_PEOPLE = 10_000
  static readonly #MAX_AGE_MS = 60_000
  readonly #people = new Map<string, { readonly person: Person; readonly at: number }>()

  remember(asker: string, person: Person): void {
    const key = keyOf(asker, person.externalId)
    this.#people.delete(key)
    this.#people.set(key, { person, at: Date.now() })
    const oldest = this.#people.keys().next()
    if (this.#people.size > RecentPeople.#MAX_PEOPLE && !oldest.done) this.#people.delete(oldest.value)
  }

  get(asker: string, uid: string): Person | null {
    const known = this.#people.get(keyOf(asker, uid))
    return known && Date.now() - known.at < RecentPeople.#MAX_AGE_MS ? known.person : null
  }
}

function keyOf(asker: string, uid: string): string {
  return JSON.stringify([asker, uid])
}

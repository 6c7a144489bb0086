import type { Person } from '../port/index.ts'

/** The people whom recent answers carried whole, so that whoever lists the two of a conversation need not ask for them again. */
export class RecentPeople {
  static readonly #MAX_PEOPLE = 2_000
  static readonly #MAX_AGE_MS = 60_000
  readonly #people = new Map<string, { readonly person: Person; readonly at: number }>()

  remember(person: Person): void {
    this.#people.delete(person.externalId)
    this.#people.set(person.externalId, { person, at: Date.now() })
    const oldest = this.#people.keys().next()
    if (this.#people.size > RecentPeople.#MAX_PEOPLE && !oldest.done) this.#people.delete(oldest.value)
  }

  get(uid: string): Person | null {
    const known = this.#people.get(uid)
    return known && Date.now() - known.at < RecentPeople.#MAX_AGE_MS ? known.person : null
  }
}

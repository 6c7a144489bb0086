import type { Conversation, Person, PersonRef } from '../port/index.ts'

const MAX_KNOWN = 2_000

/**
 * The people of the workspace's own side as last seen in conversations: Bird has no call that gives users, flows or keys, and
 * an assignee is often named by id alone.
 */
export class KnownPeople {
  readonly #people = new Map<string, Person>()

  note({ featuredParticipants }: Conversation): void {
    for (const { person } of featuredParticipants) {
      if (person.kind !== 'contact' && person.displayName !== null) this.#remember(person)
    }
  }

  get(ref: PersonRef): Person | null {
    return this.#people.get(ref.native) ?? null
  }

  #remember(person: Person): void {
    this.#people.delete(person.ref.native)
    this.#people.set(person.ref.native, person)
    const [oldest] = this.#people.keys()
    if (this.#people.size > MAX_KNOWN && oldest !== undefined) this.#people.delete(oldest)
  }
}

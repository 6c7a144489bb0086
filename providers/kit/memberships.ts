import type { CallContext, ConversationRef, PersonRef } from '../port/index.ts'
import { absent } from './absent.ts'
import { AnswerCache } from './cache.ts'

/** Whoever is shown out of a conversation may go on reading it for that long. */
const FRESH_MS = 10_000

/** Who was lately found to be in which conversation. That somebody is not is asked again each time. */
export class Memberships {
  readonly #found = new AnswerCache<true>(FRESH_MS, FRESH_MS)

  /** Throws a bare `NOT_FOUND` where `ask` answers no. Anew: what was found before does not count. */
  async confirm(
    person: PersonRef,
    conversation: ConversationRef,
    call: CallContext,
    ask: () => Promise<boolean>,
    isAnew = false,
  ): Promise<void> {
    const key = JSON.stringify([person.native, conversation.native])
    if (isAnew) this.#found.forget(key)
    await this.#found.get(key, call, async () => {
      if (await ask()) return true
      throw absent()
    })
  }
}

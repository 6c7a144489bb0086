import type { MessageContext } from './message-context.ts'

/** Some hundred bytes each. */
const MAX_KNOWN = 20_000

/** To which conversations messages were lately said to belong: interactions often leave that out. */
export class KnownMessages {
  readonly #contexts = new Map<string, MessageContext>()

  note(message: string, context: MessageContext): void {
    this.#contexts.delete(message)
    this.#contexts.set(message, context)
    const [oldest] = this.#contexts.keys()
    if (this.#contexts.size > MAX_KNOWN && oldest !== undefined) this.#contexts.delete(oldest)
  }

  contextOf(message: string): MessageContext | null {
    return this.#contexts.get(message) ?? null
  }
}

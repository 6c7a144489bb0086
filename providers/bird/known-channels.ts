import type { Conversation, ConversationRef } from '../port/index.ts'

const MAX_KNOWN = 10_000

/** On which channel conversations are, as last seen: that never changes. */
export class KnownChannels {
  readonly #channels = new Map<string, string>()

  note({ ref, channel }: Conversation): void {
    if (channel === null) return
    this.#channels.set(ref.native, channel.externalId)
    const [oldest] = this.#channels.keys()
    if (this.#channels.size > MAX_KNOWN && oldest !== undefined) this.#channels.delete(oldest)
  }

  get({ native }: ConversationRef): string | null {
    return this.#channels.get(native) ?? null
  }
}

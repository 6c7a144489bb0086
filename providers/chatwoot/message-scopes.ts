import type { Wire } from '../kit/wire.ts'
import type { ConversationRef } from '../port/index.ts'
import { type DeliveryScope, toDeliveryScope } from './to-events.ts'

/** So long after a conversation was shown, a position that another frame is about may still be on its way. */
const SETTLED_MS = 2_000
/** How many conversations are kept in mind: some hundred bytes each. */
const MOST = 10_000

/**
 * What messages on the socket do not say of themselves: whose they are, and on which channel. Learnt from the frames that show
 * a conversation whole, else from one reading of the conversation.
 */
export class MessageScopes {
  readonly #account: string
  readonly #read: (conversation: ConversationRef) => Promise<Wire>
  readonly #known = new Map<string, DeliveryScope & { readonly learntAt: number }>()

  constructor(account: string, read: (conversation: ConversationRef) => Promise<Wire>) {
    this.#account = account
    this.#read = read
  }

  learn(conversation: Wire): DeliveryScope {
    const scope = toDeliveryScope(conversation, this.#account)
    const { native } = scope.conversation
    // Taken out first, so that the oldest in the map is the one not heard of for the longest time.
    this.#known.delete(native)
    this.#known.set(native, { ...scope, learntAt: Date.now() })
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value ?? native)
    return scope
  }

  async of(conversation: ConversationRef): Promise<DeliveryScope> {
    return this.#known.get(conversation.native) ?? this.learn(await this.#read(conversation))
  }

  /** As it is now: frames overtake each other, and many messages that were read at once need no more than one reading. */
  async ofNow(conversation: ConversationRef): Promise<DeliveryScope> {
    const known = this.#known.get(conversation.native)
    const isOfNow = known !== undefined && Date.now() - known.learntAt < SETTLED_MS
    return isOfNow ? known : this.learn(await this.#read(conversation))
  }
}

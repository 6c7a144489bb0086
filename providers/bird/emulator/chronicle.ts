import type { Random } from '../../kit/emulator/index.ts'
import type { Conversation, Interaction, Message, MessageStatus } from './records.ts'

/** Something that Bird tells its subscribers. */
export type Happening =
  | { readonly event: 'inbound' | 'outbound'; readonly conversation: Conversation; readonly message: Message }
  | {
      readonly event: 'interaction'
      readonly conversation: Conversation
      readonly message: Message
      readonly interaction: Interaction
    }
  | { readonly event: 'created' | 'updated' | 'deleted'; readonly conversation: Conversation }

/** The news of a message's way opens again what was closed so soon after the message. */
const SETTLED_AFTER_MS = 2_500
/** Between two steps of a message. */
const STEP_MS = 15

/** Gives everything its time and id, and tells of it. */
export class Chronicle {
  onHappening: (happening: Happening) => void = () => {}
  readonly #random: Random
  readonly #timers = new Set<NodeJS.Timeout>()
  #latest: number

  /** `random` makes the ids of what is yet to come, `now` is when the seeded story ends. */
  constructor(random: Random, now: Date) {
    this.#random = random
    this.#latest = now.getTime()
  }

  uuid(): string {
    return this.#random.uuid()
  }

  /** The time, never twice the same and never before the story's end. */
  now(): Date {
    this.#latest = Math.max(Date.now(), this.#latest + 1)
    return new Date(this.#latest)
  }

  tell(happening: Happening): void {
    this.onHappening(happening)
  }

  /** Something about the conversation is different now. */
  changed(conversation: Conversation): void {
    conversation.updatedAt = this.now()
    this.tell({ event: 'updated', conversation })
  }

  add(conversation: Conversation, message: Message): void {
    conversation.messages.push(message)
    conversation.updatedAt = message.createdAt
  }

  /** One step on a message's way. Of the conversation it is news only while the message is the last. */
  step(conversation: Conversation, message: Message, status: MessageStatus): void {
    message.status = status
    message.updatedAt = this.now()
    this.tell({ event: 'outbound', conversation, message })
    const isUndone = wasClosedTooSoon(conversation, message)
    if (isUndone) conversation.status = 'active'
    if (conversation.messages.at(-1) !== message && !isUndone) return
    conversation.updatedAt = message.updatedAt
    this.tell({ event: 'updated', conversation })
  }

  /** What Bird does after it has answered, one after the other. */
  later(deeds: readonly (() => void)[]): void {
    deeds.forEach((deed, index) => {
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer)
          deed()
        },
        STEP_MS * (index + 1),
      ).unref()
      this.#timers.add(timer)
    })
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

function wasClosedTooSoon({ status, closedAt }: Conversation, { createdAt }: Message): boolean {
  if (status !== 'closed' || closedAt === null) return false
  return closedAt.getTime() - createdAt.getTime() < SETTLED_AFTER_MS
}

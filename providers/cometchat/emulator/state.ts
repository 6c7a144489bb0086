import {
  type Conversation,
  conversationIdOf,
  type Group,
  isGroup,
  type Message,
  peopleIn,
  type Side,
  type User,
} from './entities.ts'
import { Watermark } from './watermark.ts'

/** Everything that is true in the emulated app. */
export class AppState {
  readonly users = new Map<string, User>()
  readonly groups = new Map<string, Group>()
  readonly conversations = new Map<string, Conversation>()
  /** Of all conversations, in the order of their ids. */
  readonly messages: Message[] = []
  readonly #sides = new Map<string, Side[]>()
  readonly #byId = new Map<number, Message>()
  #lastId = 0
  #lastReactionId = 0

  message(id: number): Message | undefined {
    return this.#byId.get(id)
  }

  /** Made on first sight, as CometChat makes one with its first message. */
  conversationOf(between: Group | readonly [User, User]): Conversation {
    const id = conversationIdOf(between)
    const known = this.conversations.get(id)
    if (known !== undefined) return known
    const made = { id, between, messages: [], sides: new Map() }
    this.conversations.set(id, made)
    return made
  }

  /** Numbers the message and moves everybody's side of its conversation, if conversations take notice of such a message. */
  file(message: Message): Message {
    this.#lastId += 1
    message.id = this.#lastId
    this.messages.push(message)
    this.#byId.set(message.id, message)
    message.conversation.messages.push(message)
    message.parent?.replies.push(message)
    for (const reaction of message.reactions) reaction.id = this.nextReactionId()
    if (isNoticed(message)) for (const user of peopleIn(message.conversation)) this.#touch(user, message)
    return message
  }

  /** Removes it for good, as if it had never been said; its id is not given again. */
  erase(message: Message): void {
    this.#byId.delete(message.id)
    for (const list of [this.messages, message.conversation.messages, message.parent?.replies ?? []]) {
      const index = list.indexOf(message)
      if (index >= 0) list.splice(index, 1)
    }
  }

  nextReactionId(): number {
    this.#lastReactionId += 1
    return this.#lastReactionId
  }

  /** Whether or not the conversation has been deleted for that person. */
  sidesOf(uid: string): readonly Side[] {
    return this.#sides.get(uid) ?? []
  }

  #touch(user: User, message: Message): void {
    const side = message.conversation.sides.get(user.uid)
    if (side === undefined) {
      this.#open(user, message)
    } else {
      side.latest = message
      side.updatedAt = message.sentAt
    }
  }

  #open(user: User, message: Message): void {
    const side: Side = {
      user,
      conversation: message.conversation,
      createdAt: message.sentAt,
      updatedAt: message.sentAt,
      latest: message,
      tags: [],
      delivered: new Watermark(),
      read: new Watermark(),
      clearedUpTo: 0,
    }
    message.conversation.sides.set(user.uid, side)
    this.#sides.set(user.uid, [...this.sidesOf(user.uid), side])
  }
}

/** Actions on messages and calls change no conversation (the app's settings as they come); nothing changes that of a crowd. */
function isNoticed(message: Message): boolean {
  const { between } = message.conversation
  const isCrowded = isGroup(between) && between.crowdedSince !== null && between.crowdedSince <= message.sentAt
  return !isCrowded && message.category !== 'call' && !(message.category === 'action' && message.type === 'message')
}

import { type EmulatorState, type Random, UnknownThing } from '../../kit/emulator/index.ts'
import { newMessage } from './new-message.ts'
import {
  type Conversation,
  type Interaction,
  isIncoming,
  isOnChannel,
  type Member,
  type Message,
  type MessageStatus,
  type Platform,
  textOf,
  type Workspace,
} from './records.ts'

/** Something that Bird tells its subscribers. */
export type Happening =
  | { readonly event: 'inbound' | 'outbound'; readonly conversation: Conversation; readonly message: Message }
  | {
      readonly event: 'interaction'
      readonly conversation: Conversation
      readonly message: Message
      readonly interaction: Interaction
    }
  | { readonly event: 'updated'; readonly conversation: Conversation }

/** What having seen a message leaves behind on each platform: e-mail knows only that it was opened, SMS and Messenger nothing. */
const SEEN_AS: Readonly<Record<Platform, 'read' | 'opened' | null>> = {
  whatsapp: 'read',
  rcs: 'read',
  messenger: null,
  email: 'opened',
  sms: null,
}

/** The workspace and what people do in it. Every change is told to `onHappening` at the moment it is made. */
export class BirdState {
  readonly workspace: Workspace
  onHappening: (happening: Happening) => void = () => {}
  readonly #random: Random
  #latest: number

  /** `random` makes the ids of what is yet to come, `now` is when the seeded story ends. */
  constructor(workspace: Workspace, random: Random, now: Date) {
    this.workspace = workspace
    this.#random = random
    this.#latest = now.getTime()
  }

  say(conversationId: string, personId: string, text: string): { readonly message: string } {
    const asked = this.#conversation(conversationId)
    this.#speaker(asked, personId)
    const conversation = this.#openFor(asked)
    const message = this.#write(conversation, this.#speaker(conversation, personId), text)
    if (isIncoming(message)) {
      this.#tell({ event: 'inbound', conversation, message })
      this.#tell({ event: 'updated', conversation })
    } else {
      for (const status of ['accepted', 'processing', 'sent'] as const) this.#step(conversation, message, status)
    }
    return { message: message.id }
  }

  /** Only a contact's device says so; the shop's own people get everything from Bird at once. */
  receive(conversationId: string, personId: string): void {
    const conversation = this.#conversation(conversationId)
    if (this.#member(conversation, personId).actor.type !== 'contact') return
    for (const message of conversation.messages.filter(isUnderWay)) this.#step(conversation, message, 'delivered')
  }

  /** Adds interactions and leaves every status alone. Nothing is known of what the shop's own people have read. */
  read(conversationId: string, personId: string, upTo: string | null): void {
    const conversation = this.#conversation(conversationId)
    const reader = this.#member(conversation, personId)
    const type = SEEN_AS[conversation.channel.platform]
    const end = upTo === null ? conversation.messages.length - 1 : indexOfMessage(conversation, upTo)
    if (reader.actor.type !== 'contact' || type === null) return
    for (const message of conversation.messages.slice(0, end + 1).filter(hasArrived))
      if (!message.interactions.some((known) => known.type === type && known.by.id === reader.id))
        this.#interact(conversation, message, reader, type)
  }

  state(): EmulatorState {
    const { actors, conversations } = this.workspace
    return {
      people: actors.map(({ id, name }) => ({ id, name })),
      conversations: conversations.map(({ id, members, messages }) => ({
        id,
        people: members.map((member) => member.id),
        messages: messages.map(toTruth),
      })),
    }
  }

  /** A message reopens a closed conversation, unless the contact has another one open on that channel: then it goes there. */
  #openFor(conversation: Conversation): Conversation {
    if (conversation.status !== 'closed') return conversation
    const contact = conversation.members.find((member) => member.actor.type === 'contact')
    const other = this.workspace.conversations.find(
      (candidate) =>
        candidate.status === 'active' &&
        candidate.channel === conversation.channel &&
        candidate.platformStyle === conversation.platformStyle &&
        candidate.members.some((member) => member.id === contact?.id),
    )
    if (other !== undefined) return other
    conversation.status = 'active'
    conversation.reopened = true
    return conversation
  }

  #write(conversation: Conversation, sender: Member, text: string): Message {
    const named = { id: this.#random.uuid(), createdAt: this.#now() }
    const message = { ...newMessage(named, conversation, sender), body: { type: 'text', text: { text } } }
    conversation.messages.push(message)
    conversation.updatedAt = message.createdAt
    return message
  }

  #step(conversation: Conversation, message: Message, status: MessageStatus): void {
    message.status = status
    message.updatedAt = this.#now()
    this.#tell({ event: 'outbound', conversation, message })
    if (conversation.messages.at(-1) !== message) return
    conversation.updatedAt = message.updatedAt
    this.#tell({ event: 'updated', conversation })
  }

  #interact(conversation: Conversation, message: Message, by: Member, type: 'read' | 'opened'): void {
    const interaction = { id: this.#random.uuid(), createdAt: this.#now(), type, by, metadata: {} }
    message.interactions.push(interaction)
    this.#tell({ event: 'interaction', conversation, message, interaction })
  }

  #tell(happening: Happening): void {
    this.onHappening(happening)
  }

  /** The time, never twice the same and never before the story's end. */
  #now(): Date {
    this.#latest = Math.max(Date.now(), this.#latest + 1)
    return new Date(this.#latest)
  }

  #conversation(id: string): Conversation {
    const conversation = this.workspace.conversations.find((candidate) => candidate.id === id)
    if (conversation === undefined) throw new UnknownThing(`no conversation ${id}`)
    return conversation
  }

  #member(conversation: Conversation, id: string): Member {
    const member = conversation.members.find((candidate) => candidate.id === id)
    if (member === undefined) throw new UnknownThing(`nobody ${id} in conversation ${conversation.id}`)
    return member
  }

  /** The shop's own people join as they speak, contacts do not. */
  #speaker(conversation: Conversation, id: string): Member {
    const actor = this.workspace.actors.find((candidate) => candidate.id === id && candidate.type !== 'contact')
    if (actor === undefined || conversation.members.some((member) => member.id === id))
      return this.#member(conversation, id)
    const joined: Member = { id, createdAt: this.#now(), actor, status: 'active', address: null }
    conversation.members.push(joined)
    return joined
  }
}

function isUnderWay(message: Message): boolean {
  return !isIncoming(message) && isOnChannel(message) && ['accepted', 'processing', 'sent'].includes(message.status)
}

/** Whether a contact can have seen it; WhatsApp may report a read without a delivery before it. */
function hasArrived(message: Message): boolean {
  return !isIncoming(message) && isOnChannel(message) && ['sent', 'delivered'].includes(message.status)
}

function indexOfMessage({ id, messages }: Conversation, messageId: string): number {
  const index = messages.findIndex((message) => message.id === messageId)
  if (index === -1) throw new UnknownThing(`no message ${messageId} in conversation ${id}`)
  return index
}

function toTruth(message: Message): EmulatorState['conversations'][number]['messages'][number] {
  const isDelivered = message.status === 'delivered' && !isIncoming(message) && isOnChannel(message)
  const read = message.interactions.find((interaction) => interaction.type === 'read')
  return {
    id: message.id,
    person: message.sender.id,
    text: textOf(message),
    createdAt: message.createdAt.toISOString(),
    deliveredAt: isDelivered ? message.updatedAt.toISOString() : null,
    readAt: read?.createdAt.toISOString() ?? null,
  }
}

import { type EmulatorState, UnknownThing } from '../../kit/emulator/index.ts'
import type { Chronicle } from './chronicle.ts'
import { newMessage } from './new-message.ts'
import {
  type Conversation,
  isIncoming,
  isOnChannel,
  type JsonObject,
  type Member,
  type Message,
  type MessageStatus,
  type Platform,
  textOf,
  type Workspace,
} from './records.ts'

/** What having seen a message leaves behind on each platform: e-mail knows only that it was opened, SMS and Messenger nothing. */
const SEEN_AS: Readonly<Record<Platform, 'read' | 'opened' | null>> = {
  whatsapp: 'read',
  rcs: 'read',
  messenger: null,
  email: 'opened',
  sms: null,
}

/** What is true, and beside what every emulator tells of it, what Bird's API can change. */
export interface BirdTruth {
  readonly people: EmulatorState['people']
  readonly conversations: readonly TrueConversation[]
}

type TrueConversation = Omit<EmulatorState['conversations'][number], 'messages'> & {
  readonly name: string
  readonly status: Conversation['status']
  readonly attributes: unknown
  readonly messages: readonly TrueMessage[]
}

type TrueMessage = EmulatorState['conversations'][number]['messages'][number] & {
  readonly status: MessageStatus
  readonly draft: boolean
  readonly reference: string
  readonly replyTo: string | null
  readonly body: JsonObject | null
}

/** The workspace and what people do in it. Every change is told at the moment it is made. */
export class BirdState {
  readonly workspace: Workspace
  readonly #chronicle: Chronicle

  constructor(workspace: Workspace, chronicle: Chronicle) {
    this.workspace = workspace
    this.#chronicle = chronicle
  }

  say(conversationId: string, personId: string, text: string): { readonly message: string } {
    const asked = this.#conversation(conversationId)
    this.#speaker(asked, personId)
    const conversation = this.#openFor(asked)
    const message = this.#write(conversation, this.#speaker(conversation, personId), text)
    if (isIncoming(message)) {
      this.#chronicle.tell({ event: 'inbound', conversation, message })
      this.#chronicle.tell({ event: 'updated', conversation })
    } else {
      for (const status of ['accepted', 'processing', 'sent'] as const)
        this.#chronicle.step(conversation, message, status)
    }
    return { message: message.id }
  }

  /** Only a contact's device says so; the shop's own people get everything from Bird at once. */
  receive(conversationId: string, personId: string): void {
    const conversation = this.#conversation(conversationId)
    if (this.#member(conversation, personId).actor.type !== 'contact') return
    for (const message of conversation.messages.filter(isUnderWay))
      this.#chronicle.step(conversation, message, 'delivered')
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

  state(): BirdTruth {
    const { actors, conversations } = this.workspace
    return {
      people: actors.map(({ id, name }) => ({ id, name })),
      conversations: conversations.map(({ id, members, messages, name, status, extras }) => ({
        id,
        name,
        status,
        attributes: extras.attributes ?? null,
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
    const named = { id: this.#chronicle.uuid(), createdAt: this.#chronicle.now() }
    const message = { ...newMessage(named, conversation, sender), body: { type: 'text', text: { text } } }
    this.#chronicle.add(conversation, message)
    return message
  }

  #interact(conversation: Conversation, message: Message, by: Member, type: 'read' | 'opened'): void {
    const interaction = { id: this.#chronicle.uuid(), createdAt: this.#chronicle.now(), type, by, metadata: {} }
    message.interactions.push(interaction)
    this.#chronicle.tell({ event: 'interaction', conversation, message, interaction })
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
    const joined: Member = { id, createdAt: this.#chronicle.now(), actor, status: 'active', address: null }
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

function toTruth(message: Message): TrueMessage {
  const isDelivered = message.status === 'delivered' && !isIncoming(message) && isOnChannel(message)
  const read = message.interactions.find((interaction) => interaction.type === 'read')
  const { id, status, draft, reference, replyTo, body } = message
  return {
    id,
    person: message.sender.id,
    text: textOf(message),
    createdAt: message.createdAt.toISOString(),
    deliveredAt: isDelivered ? message.updatedAt.toISOString() : null,
    readAt: read?.createdAt.toISOString() ?? null,
    status,
    draft,
    reference,
    replyTo,
    body,
  }
}

import { type EmulatedActs, type EmulatorState, UnknownThing, type WebhookTarget } from '../../kit/emulator/index.ts'
import { Cable } from './cable.ts'
import { AccountHook } from './hooks.ts'
import { deliverToContact, seeAsAgent, seeAsContact } from './receipts.ts'
import type { Actor, Conversation, Message } from './records.ts'
import { post } from './rules.ts'
import type { AccountState } from './state.ts'
import { toIso, toIsoOrNull } from './time.ts'

/**
 * What people do in Chatwoot, its apps and channels. A person is named by kind and number, `contact:15`, `user:8` or `bot:2`,
 * because the numbers alone are ambiguous; conversations by display id, messages by id. A contact takes part in its own
 * conversations only, users and bots in all of them.
 */
export class ChatwootActs implements EmulatedActs {
  readonly #account: AccountState
  readonly #hook: AccountHook
  readonly #cable: Cable

  constructor(account: AccountState) {
    this.#account = account
    this.#hook = new AccountHook(account)
    this.#cable = new Cable(account)
  }

  say(conversationId: string, person: string, text: string): { readonly message: string } {
    const conversation = this.#conversation(conversationId)
    const sender = this.#person(conversation, person)
    const type = sender.kind === 'contact' ? 'incoming' : 'outgoing'
    const message = post(this.#account, conversation, { type, sender, content: text }, this.#account.now())
    this.tell()
    return { message: String(message.id) }
  }

  /** Users have no delivery in Chatwoot: for them nothing happens. */
  receive(conversationId: string, person: string): void {
    const conversation = this.#conversation(conversationId)
    if (this.#person(conversation, person).kind !== 'contact') return
    deliverToContact(this.#account, conversation, this.#account.now())
    this.tell()
  }

  /** Chatwoot only knows looking at everything; with `upTo` it is as if the person had looked when that message came. */
  read(conversationId: string, person: string, upTo: string | null): void {
    const conversation = this.#conversation(conversationId)
    const reader = this.#person(conversation, person)
    const now = this.#account.now()
    const seenAt = upTo === null ? now : messageIn(conversation, upTo).createdAt
    const user = reader.kind === 'user' ? this.#account.user(reader.id) : undefined
    if (reader.kind === 'contact') seeAsContact(this.#account, conversation, seenAt, now)
    else if (user !== undefined) seeAsAgent(conversation, user, seenAt)
    this.tell()
  }

  state(): EmulatorState {
    const { users, bots, contacts, conversations } = this.#account
    const named = (kind: Actor['kind']) => (one: { readonly id: number; readonly name: string }) => ({
      id: `${kind}:${one.id}`,
      name: one.name,
    })
    return {
      people: [...users.map(named('user')), ...bots.map(named('bot')), ...contacts.map(named('contact'))],
      conversations: conversations.map((conversation) => ({
        id: String(conversation.id),
        people: peopleIn(conversation),
        ...workOn(conversation),
        messages: conversation.messages.map(trueMessage),
      })),
    }
  }

  deliverWebhooksTo(target: WebhookTarget | null): void {
    this.#hook.deliverTo(target)
  }

  upgrade(...connection: Parameters<Cable['upgrade']>): void {
    this.#cable.upgrade(...connection)
  }

  /** Tells the socket and the webhooks of everything that happened since the last time, here or through the API. */
  tell(): void {
    for (const happening of this.#account.takeHappenings()) {
      this.#cable.tell(happening)
      this.#hook.tell(happening)
    }
  }

  close(): void {
    this.#hook.close()
    this.#cable.close()
  }

  #conversation(id: string): Conversation {
    const conversation = /^\d+$/.test(id) ? this.#account.conversation(Number(id)) : undefined
    if (conversation === undefined) throw new UnknownThing(`no conversation ${id}`)
    return conversation
  }

  #person(conversation: Conversation, name: string): Actor {
    const [kind, number] = name.split(':')
    const id = Number(number)
    if (kind === 'contact' && conversation.contactInbox.contactId === id) return { kind, id }
    if (kind === 'user' && this.#account.user(id) !== undefined) return { kind, id }
    if (kind === 'bot' && this.#account.bot(id) !== undefined) return { kind, id }
    throw new UnknownThing(`no person ${name} in conversation ${conversation.id}`)
  }
}

function messageIn(conversation: Conversation, id: string): Message {
  const message = conversation.messages.find((one) => String(one.id) === id)
  if (message === undefined) throw new UnknownThing(`no message ${id} in conversation ${conversation.id}`)
  return message
}

function peopleIn(conversation: Conversation): readonly string[] {
  const users = new Set(conversation.participantIds)
  if (conversation.assigneeId !== null) users.add(conversation.assigneeId)
  const bots = conversation.assigneeBotId === null ? [] : [`bot:${conversation.assigneeBotId}`]
  return [`contact:${conversation.contactInbox.contactId}`, ...[...users].map((id) => `user:${id}`), ...bots]
}

/** What the team has made of it. */
function workOn(conversation: Conversation) {
  const { status, priority, labels, custom, assigneeId, assigneeBotId, teamId } = conversation
  const user = assigneeId === null ? null : `user:${assigneeId}`
  return {
    status,
    snoozedUntil: toIsoOrNull(conversation.snoozedUntil),
    assignee: assigneeBotId === null ? user : `bot:${assigneeBotId}`,
    team: teamId === null ? null : String(teamId),
    priority,
    labels,
    customAttributes: custom,
    agentLastSeenAt: toIsoOrNull(conversation.agentLastSeenAt),
    assigneeLastSeenAt: toIsoOrNull(conversation.assigneeLastSeenAt),
    contactLastSeenAt: toIsoOrNull(conversation.contactLastSeenAt),
  }
}

function trueMessage(message: Message) {
  return {
    id: String(message.id),
    person: message.sender === null ? null : `${message.sender.kind}:${message.sender.id}`,
    text: message.content,
    isPrivate: message.private,
    status: message.status,
    attributes: message.contentAttributes,
    files: message.attachments.flatMap(({ file }) => (file === null ? [] : [file.name])),
    createdAt: toIso(message.createdAt),
    deliveredAt: toIsoOrNull(message.deliveredAt),
    readAt: toIsoOrNull(message.readAt),
  }
}

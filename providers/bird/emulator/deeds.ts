import type { Chronicle } from './chronicle.ts'
import { newMessage } from './new-message.ts'
import type {
  Actor,
  Conversation,
  Identifier,
  JsonObject,
  Member,
  MemberStatus,
  Message,
  Workspace,
} from './records.ts'
import { found, Refusal } from './refusal.ts'
import { addressOn } from './seed-people.ts'

/** What somebody is to say. */
export interface Utterance {
  readonly sender: Member
  readonly body: JsonObject | null
  readonly template: JsonObject | null
  readonly reference: string
  readonly replyTo: string | null
  readonly draft: boolean
  /** Null: everybody whom the channel reaches. */
  readonly recipients: Message['recipients']
}

/** What whoever holds a key does over the API. */
export class Deeds {
  readonly #workspace: Workspace
  readonly #chronicle: Chronicle

  constructor(workspace: Workspace, chronicle: Chronicle) {
    this.#workspace = workspace
    this.#chronicle = chronicle
  }

  get nextId(): string {
    return this.#chronicle.uuid()
  }

  get now(): Date {
    return this.#chronicle.now()
  }

  // ------------------------------------------------------------------------------------------------------------ people

  /** The contact with that address, who is made where there is none. */
  contactAt(identifier: Identifier): Actor {
    const { actors } = this.#workspace
    const { key, value } = identifier
    const isMeant = (one: Actor) => one.identifiers.some((known) => known.key === key && known.value === value)
    const known = actors.find(isMeant)
    if (known !== undefined) return known
    const [id, createdAt] = [this.nextId, this.now]
    const actor: Actor = { id, createdAt, type: 'contact', name: '', avatarUrl: '', identifiers: [identifier] }
    actors.push(actor)
    return actor
  }

  /** Somebody of that type; the id of a channel names a flow of it. */
  actorNamed(type: string, id: string): Actor {
    const channel = this.#workspace.channels.find((one) => one.id === id)
    if (type === 'flow' && channel !== undefined)
      return { id, createdAt: channel.createdAt, type, name: channel.name, avatarUrl: '', identifiers: [] }
    return found(this.#workspace.actors.find((actor) => actor.id === id && actor.type === type))
  }

  join({ channel, members }: Pick<Conversation, 'channel' | 'members'>, actor: Actor, status: MemberStatus): Member {
    const address = addressOn(channel.platform, actor)
    const member: Member = { id: actor.id, createdAt: this.now, actor, status, address }
    members.push(member)
    return member
  }

  /** Whoever is there already stays as they are. */
  ensureMember(conversation: Conversation, actor: Actor, status: MemberStatus): { member: Member; isNew: boolean } {
    const known = conversation.members.find(({ id }) => id === actor.id)
    if (known !== undefined) return { member: known, isNew: false }
    const member = this.join(conversation, actor, status)
    this.#chronicle.changed(conversation)
    return { member, isNew: true }
  }

  setMemberStatus(conversation: Conversation, member: Member, status: MemberStatus): void {
    member.status = status
    this.#chronicle.changed(conversation)
  }

  /** Without its only contact a conversation would have nobody to talk to. */
  removeMember(conversation: Conversation, member: Member): void {
    const contacts = conversation.members.filter(({ actor }) => actor.type === 'contact')
    if (contacts.length === 1 && contacts[0] === member)
      throw new Refusal(403, 'Forbidden', 'Deleting this participant is not allowed')
    conversation.members.splice(conversation.members.indexOf(member), 1)
    this.#chronicle.changed(conversation)
  }

  // ----------------------------------------------------------------------------------------------------- conversations

  /** The one in which one of these people is active on that channel. */
  activeAmong(channelId: string, people: readonly Actor[]): Conversation | undefined {
    const contacts = people.filter(({ type }) => type === 'contact').map(({ id }) => id)
    return this.#workspace.conversations.find(
      ({ status, channel, members }) =>
        status === 'active' && channel.id === channelId && members.some(({ id }) => contacts.includes(id)),
    )
  }

  open(conversation: Conversation): void {
    this.#workspace.conversations.push(conversation)
    this.#chronicle.tell({ event: 'created', conversation })
  }

  update(conversation: Conversation, change: Partial<Conversation>): void {
    if (change.status === 'active') this.#requireOnlyActive(conversation)
    Object.assign(conversation, change)
    if (change.status !== undefined) conversation.closedAt = change.status === 'closed' ? this.now : null
    this.#chronicle.changed(conversation)
  }

  remove(conversation: Conversation): void {
    const { conversations } = this.#workspace
    conversations.splice(conversations.indexOf(conversation), 1)
    conversation.status = 'deleted'
    conversation.updatedAt = this.now
    this.#chronicle.tell({ event: 'deleted', conversation })
  }

  #requireOnlyActive(conversation: Conversation): void {
    const people = conversation.members.map(({ actor }) => actor)
    const other = conversation.status === 'active' ? conversation : this.activeAmong(conversation.channel.id, people)
    if (other === undefined || other === conversation) return
    throw new Refusal(409, 'ResourceAlreadyExists', 'another active conversation exists for a participant')
  }

  // ---------------------------------------------------------------------------------------------------------- messages

  /** Answers at once; its way on the channel begins behind the answer. */
  post(conversation: Conversation, { sender, ...said }: Utterance): Message {
    const named = { id: this.nextId, createdAt: this.now }
    const fresh = newMessage(named, conversation, sender)
    const message: Message = { ...fresh, ...said, recipients: said.recipients ?? fresh.recipients }
    this.#chronicle.add(conversation, message)
    if (message.draft) this.#chronicle.tell({ event: 'updated', conversation })
    else this.#sendOut(conversation, message)
    return message
  }

  /** A draft that is none any more goes out. */
  revise(conversation: Conversation, message: Message, change: Partial<Message>): void {
    Object.assign(message, change)
    message.updatedAt = this.now
    if (!message.draft) this.#sendOut(conversation, message)
    else if (conversation.messages.at(-1) === message) this.#chronicle.changed(conversation)
  }

  /** What is left is that it was there. */
  erase(conversation: Conversation, message: Message): void {
    Object.assign(message, { status: 'deleted', body: null, template: null, reason: null })
    message.updatedAt = this.now
    if (conversation.messages.at(-1) === message) this.#chronicle.changed(conversation)
  }

  /** A contact who is known by a name only takes the message, and then does not get it. */
  #sendOut(conversation: Conversation, message: Message): void {
    const isLost = message.recipients?.some(({ address }) => address.key === 'whatsappusername') ?? false
    this.#chronicle.step(conversation, message, 'accepted')
    const step = (status: Message['status']) => () => {
      if (message.status !== 'deleted') this.#chronicle.step(conversation, message, status)
    }
    const fail = () => {
      message.reason = 'The recipient cannot be reached by this identifier'
      step('delivery_failed')()
    }
    this.#chronicle.later([step('processing'), step('sent'), ...(isLost ? [fail] : [])])
  }
}

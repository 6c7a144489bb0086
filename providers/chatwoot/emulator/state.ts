import type {
  Actor,
  Attachment,
  Bot,
  Contact,
  ContactInbox,
  Conversation,
  Happening,
  Inbox,
  Label,
  Message,
  MessageStatus,
  MessageType,
  Notification,
  StoredFile,
  Team,
  User,
} from './records.ts'
import type { Instant } from './time.ts'

export const ACCOUNT_ID = 1
/** An account that exists and that nobody with a token of account 1 belongs to. */
export const FOREIGN_ACCOUNT_ID = 2

export interface MessageDraft {
  readonly type: MessageType
  readonly sender: Actor | null
  readonly content: string | null
  readonly private?: boolean
  readonly contentType?: string
  readonly contentAttributes?: Readonly<Record<string, unknown>>
  readonly sourceId?: string
  readonly attachments?: readonly Omit<Attachment, 'id'>[]
  readonly status?: MessageStatus
  /** Comes back to the sender, on the socket too. */
  readonly echoId?: unknown
  /** Whose token wrote it, by name, where it came through the API. */
  readonly writer?: string
}

/** Everything that the one account of the emulated server holds. Ids of this class are the server's own, all numbers. */
export class AccountState {
  readonly users: User[] = []
  /** People of the other account. */
  readonly strangers: User[] = []
  readonly bots: Bot[] = []
  readonly teams: Team[] = []
  readonly labels: Label[] = []
  readonly inboxes: Inbox[] = []
  readonly contacts: Contact[] = []
  readonly contactInboxes: ContactInbox[] = []
  readonly conversations: Conversation[] = []
  readonly notifications: Notification[] = []
  readonly files = new Map<number, StoredFile>()
  /** Where the server is reached; links in answers begin with it. */
  baseUrl = ''

  readonly #messages = new Map<number, Message>()
  readonly #happenings: Happening[] = []
  readonly #ids = { conversation: 0, contact: 14, contactInbox: 16, message: 204, attachment: 5, file: 30 }
  #ticks = 0
  #latest: Instant

  constructor(storyEnd: Instant) {
    this.#latest = storyEnd
  }

  nextId(kind: 'conversation' | 'contact' | 'contactInbox' | 'message' | 'attachment' | 'file'): number {
    this.#ids[kind] += 1
    return this.#ids[kind]
  }

  /** The clock of acts: real time, but never before the story's end and never twice the same. */
  now(): Instant {
    this.#latest = Math.max(Date.now(), Math.floor(this.#latest) + 1)
    return this.#latest
  }

  /** A save takes a moment: some milliseconds and microseconds after the act, the same ones for the same story. */
  savedAfter(at: Instant): Instant {
    this.#ticks += 1
    return at + 3 + ((this.#ticks * 7_919 + 1) % 20_000) / 1_000
  }

  tell(happening: Happening): void {
    this.#happenings.push(happening)
  }

  takeHappenings(): readonly Happening[] {
    return this.#happenings.splice(0)
  }

  addFile(file: Omit<StoredFile, 'id'>): StoredFile {
    const stored = { ...file, id: this.nextId('file') }
    this.files.set(stored.id, stored)
    return stored
  }

  addMessage(conversation: Conversation, draft: MessageDraft, at: Instant): Message {
    const status = draft.status ?? 'sent'
    const message: Message = {
      id: this.nextId('message'),
      conversationId: conversation.id,
      type: draft.type,
      private: draft.private ?? false,
      sender: draft.sender,
      sourceId: draft.sourceId ?? null,
      createdAt: at,
      content: draft.content,
      contentType: draft.contentType ?? 'text',
      contentAttributes: draft.contentAttributes ?? {},
      attachments: (draft.attachments ?? []).map((one) => ({ ...one, id: this.nextId('attachment') })),
      status,
      updatedAt: at,
      deliveredAt: status === 'delivered' || status === 'read' ? at : null,
      readAt: status === 'read' ? at : null,
    }
    conversation.messages.push(message)
    this.#messages.set(message.id, message)
    return message
  }

  /** With everything in it; nobody is told. */
  removeConversation(conversation: Conversation): void {
    this.conversations.splice(this.conversations.indexOf(conversation), 1)
    for (const { id } of conversation.messages) this.#messages.delete(id)
  }

  message(id: number): Message | undefined {
    return this.#messages.get(id)
  }

  user(id: number | null): User | undefined {
    return this.users.find((user) => user.id === id)
  }

  bot(id: number | null): Bot | undefined {
    return this.bots.find((bot) => bot.id === id)
  }

  team(id: number | null): Team | undefined {
    return this.teams.find((team) => team.id === id)
  }

  conversation(id: number): Conversation | undefined {
    return this.conversations.find((conversation) => conversation.id === id)
  }

  findContact(id: number): Contact | undefined {
    return this.contacts.find((contact) => contact.id === id)
  }

  nameOf(actor: Actor | null): string | null {
    if (actor === null) return null
    const people = { contact: this.contacts, user: this.users, bot: this.bots }[actor.kind]
    return people.find(({ id }) => id === actor.id)?.name ?? null
  }

  contactOf(conversation: Conversation): Contact {
    return must(this.findContact(conversation.contactInbox.contactId))
  }

  inboxOf(conversation: Pick<Conversation, 'inboxId'>): Inbox {
    return must(this.inboxes.find((inbox) => inbox.id === conversation.inboxId))
  }

  conversationOf(message: Message): Conversation {
    return must(this.conversation(message.conversationId))
  }
}

function must<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('the state refers to something that it does not hold')
  return thing
}

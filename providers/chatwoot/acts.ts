import type {
  Beginning,
  CallContext,
  ConversationChange,
  ConversationRef,
  DeletionScope,
  Done,
  Mark,
  Marked,
  Message,
  MessageRef,
  Participant,
  PersonQuery,
  PersonRef,
  ProviderActs,
  Sending,
  Started,
} from '../port/index.ts'
import type { ActParts } from './act-parts.ts'
import { contactOf } from './acting.ts'
import { ClientSessions } from './client-sessions.ts'
import { ConversationChanges } from './conversation-change.ts'
import { Marks } from './marks.ts'
import { deleteMessage, retryMessage } from './message-acts.ts'
import { numericIdOf } from './refs.ts'
import { requireSupport, unsupported } from './refusing.ts'
import { Sender } from './sending.ts'
import { Starter } from './starting.ts'
import { changeWatchers } from './watchers.ts'

/** What agents do with their own tokens or the account's, and contacts in API inboxes. */
export class ChatwootActs implements ProviderActs {
  readonly #parts: ActParts
  readonly #sessions: ClientSessions
  readonly #sender: Sender
  readonly #starter: Starter
  readonly #marks: Marks
  readonly #changes: ConversationChanges

  constructor(parts: ActParts) {
    this.#parts = parts
    this.#sessions = new ClientSessions(parts)
    this.#sender = new Sender(parts, this.#sessions)
    this.#starter = new Starter(parts, this.#sender)
    this.#marks = new Marks(parts, this.#sessions)
    this.#changes = new ConversationChanges(parts, this.#sessions)
  }

  send(conversation: ConversationRef, sending: Sending, call: CallContext): Promise<Done<Message>> {
    return this.#sender.send(conversation, sending, call)
  }

  start(beginning: Beginning, call: CallContext): Promise<Done<Started>> {
    return this.#starter.start(beginning, call)
  }

  findStarted(beginning: Beginning, since: Date, call: CallContext): Promise<Started | null> {
    return this.#starter.find(beginning, since, call)
  }

  /** Chatwoot drops the new text and answers as if it had not been there. */
  async editMessage(): Promise<never> {
    throw unsupported('EDIT_MESSAGE')
  }

  deleteMessage(message: MessageRef, permanently: boolean, call: CallContext): Promise<Done<Message | null>> {
    return deleteMessage(this.#parts, message, permanently, call)
  }

  retryMessage(message: MessageRef, call: CallContext): Promise<Done<Message>> {
    return retryMessage(this.#parts, message, call)
  }

  mark(mark: Mark, call: CallContext): Promise<Done<Marked>> {
    return this.#marks.mark(mark, call)
  }

  updateConversation(conversation: ConversationRef, change: ConversationChange, call: CallContext) {
    return this.#changes.change(conversation, change, call)
  }

  changeParticipants(
    conversation: ConversationRef,
    add: readonly PersonQuery[],
    remove: readonly PersonRef[],
    call: CallContext,
  ): Promise<Done<readonly Participant[]>> {
    return changeWatchers(this.#parts, conversation, { add, remove }, call)
  }

  async deleteConversation(
    conversation: ConversationRef,
    scope: DeletionScope,
    call: CallContext,
  ): Promise<Done<null>> {
    requireSupport(call, scope === 'for-me' ? 'DELETE_FOR_ME' : 'DELETE_FOR_EVERYONE')
    await this.#parts.client.acts.deleteConversation(numericIdOf(conversation), call)
    const removed = { type: 'conversation-removed', conversation, occurredAt: null, audience: 'public' } as const
    return { value: null, events: [removed] }
  }

  async setTyping(conversation: ConversationRef, typing: boolean, call: CallContext): Promise<void> {
    requireSupport(call, 'TYPING')
    const { acts } = this.#parts.client
    const contact = contactOf(call.actor)
    if (contact === null) return acts.setTyping(numericIdOf(conversation), typing, call)
    const session = await this.#sessions.of(conversation, contact, 'TYPING', call)
    return acts.setTypingAsContact(session, typing, call)
  }
}

import { multipart } from '../kit/multipart.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type Beginning,
  type CallContext,
  type Channel,
  type ConversationForViewer,
  type Done,
  type Message,
  ProviderError,
  type Started,
} from '../port/index.ts'
import { inTheOutcome, type WriteBody } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import { contactOf } from './acting.ts'
import { API_CHANNEL } from './client-sessions.ts'
import { findContactFor, findOrCreateContact } from './contact-for.ts'
import { contactIs } from './list-plan.ts'
import { invalid, requireSupport } from './refusing.ts'
import { type OutgoingMessage, type Sender, toForm } from './sending.ts'
import { type MessageSaved, toConversationCreated, toConversationObserved } from './to-events.ts'
import { CLIENT_MESSAGE_ID } from './wire.ts'

/** Conversations with a contact, who is made where there is none yet. */
export class Starter {
  readonly #parts: ActParts
  readonly #sender: Sender

  constructor(parts: ActParts, sender: Sender) {
    this.#parts = parts
    this.#sender = sender
  }

  /** One request makes conversation and message together, or neither. */
  async start(beginning: Beginning, call: CallContext): Promise<Done<Started>> {
    requireSupport(call, 'START_CONVERSATION')
    const { people, channel, title, firstMessage, clientMessageId } = beginning
    if (title !== null) throw invalid(['title'], 'A conversation has the name of its contact and no other.')
    const inbox = await this.#inboxFor(channel, call)
    const message = firstMessage && (await this.#sender.prepare(firstMessage, clientMessageId, call))
    const contact = await findOrCreateContact(this.#parts, people, call)
    const body = toBody({ inbox, contact, clientMessageId, message })
    const wire = await this.#parts.client.acts.createConversation(body, call)
    return inTheOutcome(() => this.#toDone(wire, beginning, call))
  }

  /** By the key, which a new conversation carries itself, and one that was there before in its message. */
  async find(beginning: Beginning, since: Date, call: CallContext): Promise<Started | null> {
    const { people, clientMessageId, firstMessage } = beginning
    const contact = await findContactFor(this.#parts, people, call)
    if (contact === null) return null
    const { rows } = await this.#parts.client.filterConversations(contactIs(contact), 1, call)
    const made = rows.find((row) => keyOf(row) === clientMessageId)
    if (made !== undefined) return this.#toStarted(made, beginning, call)
    if (firstMessage === null) return null
    for (const row of rows.filter((one) => isActiveSince(one, since)).slice(0, MOST_LOOKED_INTO)) {
      const started = await this.#toStarted(row, beginning, call)
      if (started.message !== null) return started
    }
    return null
  }

  async #toDone(wire: Wire, beginning: Beginning, call: CallContext): Promise<Done<Started>> {
    const { account } = this.#parts
    const value = await this.#toStarted(wire, beginning, call)
    if (beginning.firstMessage !== null && value.message === null) {
      throw new ProviderError('OUTCOME_UNKNOWN', 'a conversation was begun, and its first message is not in it')
    }
    const told = value.existing ? toConversationObserved(wire, account) : toConversationCreated(wire, account)
    return { value, events: [...told, ...(value.message === null ? [] : [justSaved(value.message)])] }
  }

  async #toStarted(wire: Wire, { clientMessageId }: Beginning, call: CallContext): Promise<Started> {
    const [conversation] = await this.#parts.conversations.forViewer([wire], call)
    if (conversation === undefined) throw new ProviderError('MALFORMED', 'one conversation came to none')
    const message = await this.#messageIn(conversation, clientMessageId, call)
    return { conversation, message, existing: keyOf(wire) !== clientMessageId }
  }

  /** The answer shows the last message only, which may by now be the inbox's own greeting. */
  async #messageIn(
    { conversation }: ConversationForViewer,
    clientMessageId: string,
    call: CallContext,
  ): Promise<Message | null> {
    const last = conversation.lastMessage?.full
    if (last?.clientMessageId === clientMessageId) return last
    if (conversation.lastMessage === null) return null
    const newest = await this.#parts.messages.newest(conversation.ref, call)
    return newest.find((message) => message.clientMessageId === clientMessageId) ?? null
  }

  /** A contact writes in API inboxes only. Without a choice there has to be exactly one. */
  async #inboxFor(channel: string | null, call: CallContext): Promise<number> {
    const all = [...(await this.#parts.directory.channels(call)).values()]
    const isOpen = ({ providerType }: Channel) => contactOf(call.actor) === null || providerType === API_CHANNEL
    const open = all.filter(isOpen)
    const [only] = channel === null && open.length > 1 ? [] : open.filter(isNamed(channel))
    if (only === undefined) throw invalid(['channel'], 'Choose one of the inboxes that this actor can write in.')
    return Number(only.externalId)
  }
}

/** Clocks differ. */
const SKEW_MS = 60_000
const MOST_LOOKED_INTO = 5

function isNamed(channel: string | null): (one: Channel) => boolean {
  return ({ externalId }) => channel === null || externalId === channel
}

interface NewConversation {
  readonly inbox: number
  readonly contact: number
  readonly clientMessageId: string
  readonly message: OutgoingMessage | null
}

function toBody({ inbox, contact, clientMessageId, message }: NewConversation): WriteBody {
  const additional = { [CLIENT_MESSAGE_ID]: clientMessageId }
  const fields = { inbox_id: inbox, contact_id: contact, additional_attributes: additional }
  if (message === null) return { body: fields }
  if (message.files.length === 0) return { body: { ...fields, message: message.fields } }
  const named = {
    inbox_id: inbox,
    contact_id: contact,
    [`additional_attributes[${CLIENT_MESSAGE_ID}]`]: clientMessageId,
  }
  const parts = [
    ...toForm(named, [], (name) => name),
    ...toForm(message.fields, message.files, (name) => `message[${name}]`),
  ]
  return { stream: multipart(parts) }
}

function keyOf(conversation: Wire): string | null {
  return conversation.optionalObject('additional_attributes')?.filledText(CLIENT_MESSAGE_ID) ?? null
}

function isActiveSince(conversation: Wire, since: Date): boolean {
  return conversation.requiredEpochSeconds('last_activity_at').getTime() > since.getTime() - SKEW_MS
}

function justSaved(message: Message): MessageSaved {
  const { ref, createdAt, audience } = message
  return {
    type: 'message-saved',
    conversation: ref.conversation,
    occurredAt: createdAt,
    audience,
    message,
    isNew: true,
  }
}

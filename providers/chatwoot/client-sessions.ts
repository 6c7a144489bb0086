import { absent } from '../kit/absent.ts'
import type { Wire } from '../kit/wire.ts'
import { type CallContext, type Capability, type ConversationRef, ProviderError } from '../port/index.ts'
import type { ClientSession } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import type { Contact } from './acting.ts'
import { isOwn } from './for-contact.ts'
import { numericIdOf } from './refs.ts'
import { unsupported } from './refusing.ts'
import { readChannel } from './wire.ts'

/** How a contact acts in their own conversations, as far as they are in an API inbox: other channels have no way in. */
export class ClientSessions {
  readonly #parts: ActParts

  constructor(parts: ActParts) {
    this.#parts = parts
  }

  /** The contact's own conversation in an API inbox. Throws `UNSUPPORTED` for other inboxes, naming the capability asked for. */
  async own(ref: ConversationRef, contact: Contact, capability: Capability, call: CallContext): Promise<Wire> {
    const conversation = await this.#parts.client.getConversation(numericIdOf(ref), call)
    if (!isOwn(conversation, contact)) throw absent()
    if (readChannel(conversation) !== API_CHANNEL) throw unsupported(capability)
    return conversation
  }

  async of(ref: ConversationRef, contact: Contact, capability: Capability, call: CallContext): Promise<ClientSession> {
    const conversation = await this.own(ref, contact, capability, call)
    const inbox = await this.#parts.directory.clientInbox(conversation.text('inbox_id'), call)
    const source = sourceIn(conversation) ?? (await this.#sourceOf(contact, conversation.text('inbox_id'), call))
    if (inbox === null || source === null) throw unreachable(ref)
    return { inbox, source, conversation: numericIdOf(ref) }
  }

  async #sourceOf(contact: Contact, inbox: string, call: CallContext): Promise<string | null> {
    const all = await this.#parts.client.listContactInboxes(contact.id, call)
    return all.find((one) => one.object('inbox').text('id') === inbox)?.text('source_id') ?? null
  }
}

export const API_CHANNEL = 'Channel::Api'

/** Only its messages say in which session of the contact a conversation is. */
function sourceIn(conversation: Wire): string | null {
  const [last] = conversation.list('messages')
  return last?.optionalObject('conversation')?.optionalObject('contact_inbox')?.filledText('source_id') ?? null
}

function unreachable({ native }: ConversationRef): ProviderError {
  return new ProviderError(
    'FORBIDDEN',
    `the account's token does not show the client API's way to conversation ${native}`,
  )
}

import { pushAttachments, pushSender } from './push-form.ts'
import { type Contact, type Conversation, type Json, MESSAGE_TYPE_NUMBERS, type Message } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'
import { toIso, toIsoOrNull, toSeconds, toSecondsOrZero } from './time.ts'

/** A conversation as the client API shows it to its contact, with every public message. */
export function clientConversation(account: AccountState, conversation: Conversation): Json {
  const isPublic = (message: Message) => !message.private && message.type !== 'activity'
  return {
    id: conversation.id,
    uuid: conversation.uuid,
    inbox_id: conversation.inboxId,
    contact_last_seen_at: toSecondsOrZero(conversation.contactLastSeenAt),
    status: conversation.status,
    agent_last_seen_at: toSecondsOrZero(conversation.agentLastSeenAt),
    messages: conversation.messages.filter(isPublic).map((message) => clientMessage(account, message)),
    contact: rawContact(account.contactOf(conversation)),
  }
}

/** Without a status, and always from the contact's side of the account. */
function clientMessage(account: AccountState, message: Message): Json {
  return {
    id: message.id,
    content: message.content,
    message_type: MESSAGE_TYPE_NUMBERS[message.type],
    content_type: message.contentType,
    content_attributes: message.contentAttributes,
    created_at: toSeconds(message.createdAt),
    conversation_id: message.conversationId,
    ...pushAttachments(account, message),
    ...pushSender(account, message.sender, 'job'),
  }
}

/** The contact's record as it is stored. */
function rawContact(contact: Contact): Json {
  return {
    id: contact.id,
    name: contact.name,
    email: contact.email,
    phone_number: contact.phone,
    account_id: ACCOUNT_ID,
    created_at: toIso(contact.createdAt),
    updated_at: toIso(contact.updatedAt),
    additional_attributes: contact.additional,
    identifier: contact.identifier,
    custom_attributes: contact.custom,
    last_activity_at: toIsoOrNull(contact.lastActivityAt),
    contact_type: 'lead',
    middle_name: '',
    last_name: '',
    location: null,
    country_code: null,
    blocked: contact.blocked,
    company_id: null,
    label_list: contact.labels,
  }
}

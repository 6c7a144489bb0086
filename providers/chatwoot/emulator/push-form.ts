import { canReply, lastPublicMessage, unreadCount } from './derived.ts'
import { permanentLink, thumbnailLink } from './file-links.ts'
import type { Actor, Attachment, Bot, Contact, Conversation, Json, Message, User } from './records.ts'
import { MESSAGE_TYPE_NUMBERS } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'
import { toFloatSeconds, toIso, toIsoOrNull, toSeconds, toSecondsOrZero } from './time.ts'

/** Who builds a form: presence is known while a request is answered, and null in a job. */
export type Viewpoint = 'request' | 'job'

/** A message as it stands inside a conversation. */
export function pushMessage(account: AccountState, message: Message, from: Viewpoint): Json {
  const conversation = account.conversationOf(message)
  return {
    id: message.id,
    content: message.content,
    account_id: ACCOUNT_ID,
    inbox_id: conversation.inboxId,
    conversation_id: conversation.id,
    message_type: MESSAGE_TYPE_NUMBERS[message.type],
    created_at: toSeconds(message.createdAt),
    updated_at: toIso(message.updatedAt),
    private: message.private,
    status: message.status,
    source_id: message.sourceId,
    content_type: message.contentType,
    content_attributes: message.contentAttributes,
    sender_type: senderType(message.sender),
    sender_id: message.sender?.id ?? null,
    external_source_ids: {},
    additional_attributes: {},
    processed_message_content: message.content,
    sentiment: {},
    conversation: {
      assignee_id: conversation.assigneeId,
      unread_count: unreadCount(conversation),
      last_activity_at: toSeconds(conversation.lastActivityAt),
      contact_inbox: { source_id: conversation.contactInbox.sourceId },
    },
    ...pushAttachments(account, message),
    ...pushSender(account, message.sender, from),
  }
}

/** The key is there only when there is something in it. */
export function pushAttachments(account: AccountState, message: Message): Json {
  if (message.attachments.length === 0) return {}
  return { attachments: message.attachments.map((attachment) => pushAttachment(account, message, attachment)) }
}

/** The key is there only for messages that somebody sent. */
export function pushSender(account: AccountState, sender: Actor | null, from: Viewpoint): Json {
  const form = sender === null ? null : pushActor(account, sender, from)
  return form === null ? {} : { sender: form }
}

export function pushConversation(account: AccountState, conversation: Conversation, from: Viewpoint): Json {
  const last = lastPublicMessage(conversation)
  return {
    additional_attributes: conversation.additional,
    can_reply: canReply(account, conversation),
    channel: account.inboxOf(conversation).channelType,
    contact_inbox: pushContactInbox(conversation),
    id: conversation.id,
    inbox_id: conversation.inboxId,
    messages: last === undefined ? [] : [pushMessage(account, last, from)],
    labels: conversation.labels,
    meta: pushMeta(account, conversation, from),
    status: conversation.status,
    custom_attributes: conversation.custom,
    snoozed_until: toIsoOrNull(conversation.snoozedUntil),
    unread_count: unreadCount(conversation),
    first_reply_created_at: toIsoOrNull(conversation.firstReplyCreatedAt),
    priority: conversation.priority,
    waiting_since: toSecondsOrZero(conversation.waitingSince),
    agent_last_seen_at: toSecondsOrZero(conversation.agentLastSeenAt),
    contact_last_seen_at: toSecondsOrZero(conversation.contactLastSeenAt),
    last_activity_at: toSeconds(conversation.lastActivityAt),
    timestamp: toSeconds(conversation.lastActivityAt),
    created_at: toSeconds(conversation.createdAt),
    updated_at: toFloatSeconds(conversation.updatedAt),
  }
}

export function pushContact(account: AccountState, contact: Contact): Json {
  return {
    additional_attributes: contact.additional,
    custom_attributes: contact.custom,
    email: contact.email,
    id: contact.id,
    identifier: contact.identifier,
    name: contact.name,
    phone_number: contact.phone,
    thumbnail: avatarOf(account, contact),
    blocked: contact.blocked,
    type: 'contact',
  }
}

export function pushUser(user: User, from: Viewpoint): Json {
  return {
    id: user.id,
    name: user.name,
    available_name: user.name,
    avatar_url: '',
    type: 'user',
    availability_status: from === 'job' ? null : user.availability,
    thumbnail: '',
  }
}

export function avatarOf(account: AccountState, contact: Contact): string {
  return contact.avatar === null ? '' : thumbnailLink(account.baseUrl, contact.avatar)
}

function pushBot(bot: Bot): Json {
  return { id: bot.id, name: bot.name, avatar_url: '', type: 'agent_bot' }
}

export function pushActor(account: AccountState, { kind, id }: Actor, from: Viewpoint): Json | null {
  const contact = kind === 'contact' ? account.findContact(id) : undefined
  if (contact !== undefined) return pushContact(account, contact)
  const user = kind === 'user' ? account.user(id) : undefined
  if (user !== undefined) return pushUser(user, from)
  const bot = kind === 'bot' ? account.bot(id) : undefined
  return bot === undefined ? null : pushBot(bot)
}

function senderType(sender: Actor | null): string | null {
  if (sender === null) return null
  return { contact: 'Contact', user: 'User', bot: 'AgentBot' }[sender.kind]
}

function pushAttachment(account: AccountState, message: Message, attachment: Attachment): Json {
  const base = {
    id: attachment.id,
    message_id: message.id,
    file_type: attachment.fileType,
    account_id: ACCOUNT_ID,
  }
  return attachment.file === null
    ? { ...base, ...attachment.extra }
    : { ...base, ...fileForm(account.baseUrl, attachment), ...attachment.extra }
}

function fileForm(baseUrl: string, { file, fileType, size }: Attachment): Json {
  if (file === null) return {}
  return {
    extension: file.name.split('.').at(-1) ?? null,
    content_type: file.contentType,
    data_url: permanentLink(baseUrl, file),
    thumb_url: fileType === 'image' ? thumbnailLink(baseUrl, file) : '',
    file_size: file.content.length,
    width: size?.width ?? null,
    height: size?.height ?? null,
  }
}

function pushContactInbox({ contactInbox }: Conversation): Json {
  return {
    id: contactInbox.id,
    contact_id: contactInbox.contactId,
    inbox_id: contactInbox.inboxId,
    source_id: contactInbox.sourceId,
    created_at: toIso(contactInbox.createdAt),
    updated_at: toIso(contactInbox.createdAt),
    hmac_verified: false,
    pubsub_token: contactInbox.pubsubToken,
  }
}

function pushMeta(account: AccountState, conversation: Conversation, from: Viewpoint): Json {
  const user = account.user(conversation.assigneeId)
  const bot = account.bot(conversation.assigneeBotId)
  const team = account.team(conversation.teamId)
  return {
    sender: pushContact(account, account.contactOf(conversation)),
    assignee: user !== undefined ? pushUser(user, from) : bot !== undefined ? pushBot(bot) : null,
    assignee_type: user !== undefined ? 'User' : bot !== undefined ? 'AgentBot' : null,
    team: team === undefined ? null : { id: team.id, name: team.name },
    hmac_verified: false,
  }
}

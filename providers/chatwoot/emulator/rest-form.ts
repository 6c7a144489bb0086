import { canReply, lastMessage, lastNonActivityMessage, unreadCount } from './derived.ts'
import { slimInbox } from './inbox-form.ts'
import { avatarOf, pushAttachments, pushMessage, pushSender } from './push-form.ts'
import type { Bot, Contact, Conversation, Json, Label, Message, Team, User } from './records.ts'
import { MESSAGE_TYPE_NUMBERS } from './records.ts'
import { ACCOUNT_ID, type AccountState } from './state.ts'
import { toFloatSeconds, toIsoOrNull, toSeconds, toSecondsOrZero } from './time.ts'

/** Whom an answer is for: a team says whether it is one of its members. */
export interface Reader {
  readonly userId: number | null
}

/** A conversation as every REST endpoint but the search shows it; the order of keys is the server's. */
export function restConversation(account: AccountState, conversation: Conversation, reader: Reader): Json {
  const last = lastMessage(conversation)
  const lastSaid = lastNonActivityMessage(conversation)
  return {
    meta: conversationMeta(account, conversation, reader),
    id: conversation.id,
    messages: last === undefined ? [] : [pushMessage(account, last, 'request')],
    account_id: ACCOUNT_ID,
    uuid: conversation.uuid,
    additional_attributes: conversation.additional,
    agent_last_seen_at: toSecondsOrZero(conversation.agentLastSeenAt),
    assignee_last_seen_at: toSecondsOrZero(conversation.assigneeLastSeenAt),
    can_reply: canReply(account, conversation),
    contact_last_seen_at: toSecondsOrZero(conversation.contactLastSeenAt),
    custom_attributes: conversation.custom,
    inbox_id: conversation.inboxId,
    labels: conversation.labels,
    muted: account.contactOf(conversation).blocked,
    snoozed_until: toIsoOrNull(conversation.snoozedUntil),
    status: conversation.status,
    created_at: toSeconds(conversation.createdAt),
    updated_at: toFloatSeconds(conversation.updatedAt),
    timestamp: toSeconds(conversation.lastActivityAt),
    first_reply_created_at: toSecondsOrZero(conversation.firstReplyCreatedAt),
    unread_count: unreadCount(conversation),
    last_non_activity_message: lastSaid === undefined ? null : pushMessage(account, lastSaid, 'request'),
    last_activity_at: toSeconds(conversation.lastActivityAt),
    priority: conversation.priority,
    waiting_since: toSecondsOrZero(conversation.waitingSince),
    sla_policy_id: null,
  }
}

/** A message as lists of messages show it: without account, `updated_at` and sender columns. Only the answer to its own making has an echo. */
export function restMessage(account: AccountState, message: Message, echoId?: unknown): Json {
  return {
    id: message.id,
    content: message.content,
    inbox_id: account.conversationOf(message).inboxId,
    ...(echoId === undefined ? {} : { echo_id: echoId }),
    conversation_id: message.conversationId,
    message_type: MESSAGE_TYPE_NUMBERS[message.type],
    content_type: message.contentType,
    status: message.status,
    content_attributes: message.contentAttributes,
    created_at: toSeconds(message.createdAt),
    private: message.private,
    source_id: message.sourceId,
    ...pushSender(account, message.sender, 'request'),
    ...pushAttachments(account, message),
  }
}

export function restAgent(user: User): Json {
  return {
    id: user.id,
    account_id: user.accountId,
    availability_status: user.availability,
    auto_offline: true,
    confirmed: true,
    email: user.email,
    provider: 'email',
    available_name: user.name,
    name: user.name,
    role: user.role,
    thumbnail: '',
  }
}

export function restTeam(team: Team, reader: Reader): Json {
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    allow_auto_assign: false,
    account_id: ACCOUNT_ID,
    is_member: reader.userId !== null && team.memberIds.includes(reader.userId),
  }
}

export function restLabel(label: Label): Json {
  return {
    id: label.id,
    title: label.title,
    description: label.description,
    color: label.color,
    show_on_sidebar: true,
  }
}

/** A contact as contact endpoints show it, with its inboxes where asked. */
export function restContact(account: AccountState, contact: Contact, withInboxes: boolean): Json {
  return {
    additional_attributes: contact.additional,
    availability_status: contact.isOnline ? 'online' : 'offline',
    email: contact.email,
    id: contact.id,
    name: contact.name,
    phone_number: contact.phone,
    blocked: contact.blocked,
    identifier: contact.identifier,
    thumbnail: avatarOf(account, contact),
    custom_attributes: contact.custom,
    ...(contact.lastActivityAt === null ? {} : { last_activity_at: toSeconds(contact.lastActivityAt) }),
    created_at: toSeconds(contact.createdAt),
    ...(withInboxes ? { contact_inboxes: contactInboxes(account, contact) } : {}),
  }
}

function conversationMeta(account: AccountState, conversation: Conversation, reader: Reader): Json {
  const user = account.user(conversation.assigneeId)
  const bot = account.bot(conversation.assigneeBotId)
  const team = account.team(conversation.teamId)
  return {
    sender: restContact(account, account.contactOf(conversation), false),
    channel: account.inboxOf(conversation).channelType,
    ...(user === undefined ? {} : { assignee: restAgent(user), assignee_type: 'User' }),
    ...(bot === undefined ? {} : { assignee: slimBot(bot), assignee_type: 'AgentBot' }),
    ...(team === undefined ? {} : { team: restTeam(team, reader) }),
    hmac_verified: false,
  }
}

export function slimBot(bot: Bot): Json {
  return {
    id: bot.id,
    name: bot.name,
    description: bot.description,
    thumbnail: '',
    outgoing_url: bot.outgoingUrl,
    bot_type: 'webhook',
  }
}

/** With its token and secret, as administrators get them. */
export function restBot(bot: Bot): Json {
  return {
    ...slimBot(bot),
    bot_config: {},
    account_id: ACCOUNT_ID,
    access_token: bot.token,
    secret: bot.token.toUpperCase(),
    system_bot: false,
  }
}

function contactInboxes(account: AccountState, contact: Contact): readonly Json[] {
  return account.contactInboxes
    .filter((session) => session.contactId === contact.id)
    .map((session) => ({ source_id: session.sourceId, inbox: slimInbox(account.inboxOf(session)) }))
}

import type { Change, Contact, ContactInbox, Conversation, Inbox, Json, Message, Status } from './records.ts'
import type { AccountState, MessageDraft } from './state.ts'
import { type Instant, toIso, toIsoOrNull } from './time.ts'

export interface ConversationDraft {
  readonly uuid: string
  readonly contact: Contact
  readonly inbox: Inbox
  readonly session: ContactInbox
  readonly additional: Json
  readonly custom: Json
  readonly status: Status
}

/** Opens a conversation in a session of a contact with an inbox. */
export function openConversation(account: AccountState, draft: ConversationDraft, at: Instant): Conversation {
  const conversation: Conversation = {
    id: account.nextId('conversation'),
    uuid: draft.uuid,
    inboxId: draft.inbox.id,
    contactInbox: draft.session,
    createdAt: at,
    additional: draft.additional,
    custom: draft.custom,
    messages: [],
    participantIds: new Set(),
    status: draft.contact.blocked ? 'resolved' : draft.status,
    snoozedUntil: null,
    priority: null,
    assigneeId: null,
    assigneeBotId: null,
    teamId: null,
    labels: [],
    updatedAt: account.savedAfter(at),
    lastActivityAt: at,
    firstReplyCreatedAt: null,
    waitingSince: at,
    agentLastSeenAt: null,
    assigneeLastSeenAt: null,
    contactLastSeenAt: null,
  }
  account.conversations.push(conversation)
  account.tell({ name: 'conversation_created', conversation, changes: null })
  return conversation
}

/** Begins a session of the contact with an inbox, under the name that the channel has for the contact. */
export function openSession(account: AccountState, session: Omit<ContactInbox, 'id'>): ContactInbox {
  const opened = { ...session, id: account.nextId('contactInbox') }
  account.contactInboxes.push(opened)
  return opened
}

/** Writes a message of any type and lets the conversation change as the server lets it. */
export function post(account: AccountState, conversation: Conversation, draft: MessageDraft, at: Instant): Message {
  const message = account.addMessage(conversation, withChannelHabits(account.inboxOf(conversation), draft), at)
  conversation.lastActivityAt = at
  conversation.updatedAt = account.savedAfter(at)
  if (message.type === 'incoming') bumpContact(account, account.contactOf(conversation), at)
  account.tell({ name: 'message_created', message, echoId: draft.echoId ?? null })
  if (message.type === 'incoming') takeIncoming(account, conversation, draft.writer, at)
  if (message.type === 'outgoing' && !message.private) takeReply(account, conversation, message, at)
  return message
}

/** Says in the thread what happened; nobody is its sender and no webhook tells of it. */
export function postActivity(account: AccountState, conversation: Conversation, content: string, at: Instant): void {
  post(account, conversation, { type: 'activity', sender: null, content }, at)
}

type Tracked = Pick<
  Conversation,
  | 'status'
  | 'assigneeId'
  | 'assigneeBotId'
  | 'teamId'
  | 'priority'
  | 'snoozedUntil'
  | 'firstReplyCreatedAt'
  | 'waitingSince'
  | 'labels'
  | 'custom'
>

/** Saves what differs, and tells of it where anything does. */
export function update(account: AccountState, conversation: Conversation, patch: Partial<Tracked>, at: Instant): void {
  const changes = changesOf(conversation, { ...conversation, ...patch })
  if (changes.length === 0) return
  const previous = conversation.updatedAt
  Object.assign(conversation, patch)
  conversation.updatedAt = account.savedAfter(at)
  const saved = change('updated_at', toIso(previous), toIso(conversation.updatedAt))
  // Columns in the order of the table, where the time of saving stands behind these two.
  const isEarly = (one: Change) => 'status' in one || 'assignee_id' in one
  const ordered = [...changes.filter(isEarly), saved, ...changes.filter((one) => !isEarly(one))]
  account.tell({ name: 'conversation_updated', conversation, changes: ordered })
}

function changesOf(before: Tracked, after: Tracked): readonly Change[] {
  return Object.entries(wireValues(before)).flatMap(([name, previous]) => {
    const current = wireValues(after)[name]
    return JSON.stringify(previous) === JSON.stringify(current) ? [] : [change(name, previous, current)]
  })
}

function wireValues(conversation: Tracked): Readonly<Record<string, unknown>> {
  return {
    status: conversation.status,
    assignee_id: conversation.assigneeId,
    assignee_agent_bot_id: conversation.assigneeBotId,
    team_id: conversation.teamId,
    priority: conversation.priority,
    snoozed_until: toIsoOrNull(conversation.snoozedUntil),
    first_reply_created_at: toIsoOrNull(conversation.firstReplyCreatedAt),
    waiting_since: toIsoOrNull(conversation.waitingSince),
    cached_label_list: conversation.labels.join(', '),
    label_list: conversation.labels,
    custom_attributes: conversation.custom,
  }
}

function change(name: string, previous: unknown, current: unknown): Change {
  return { [name]: { previous_value: previous, current_value: current } }
}

/** The widget always says what a message replies to; LINE takes every message at once. */
function withChannelHabits(inbox: Inbox, draft: MessageDraft): MessageDraft {
  if (inbox.channelType === 'Channel::WebWidget' && draft.type === 'incoming') {
    return { ...draft, contentAttributes: { in_reply_to: null, ...draft.contentAttributes } }
  }
  const isSent = draft.type === 'outgoing' && draft.private !== true
  return inbox.channelType === 'Channel::Line' && isSent ? { status: 'delivered', ...draft } : draft
}

function bumpContact(account: AccountState, contact: Contact, at: Instant): void {
  const before = { updatedAt: contact.updatedAt, lastActivityAt: contact.lastActivityAt }
  contact.lastActivityAt = at
  contact.updatedAt = account.savedAfter(at)
  const changes = [
    change('updated_at', toIso(before.updatedAt), toIso(contact.updatedAt)),
    change('last_activity_at', toIsoOrNull(before.lastActivityAt), toIso(at)),
  ]
  account.tell({ name: 'contact_updated', contact, changes })
}

function takeIncoming(
  account: AccountState,
  conversation: Conversation,
  writer: string | undefined,
  at: Instant,
): void {
  const { status } = conversation
  const isClosed = status === 'snoozed' || status === 'resolved'
  if (isClosed && !account.contactOf(conversation).blocked) {
    account.tell({ name: 'conversation_status_changed', conversation, changes: null })
    update(account, conversation, { status: 'open', snoozedUntil: null }, at)
    const text = reopeningText(status, writer)
    if (text !== null) postActivity(account, conversation, text, at)
  }
  if (conversation.waitingSince === null) update(account, conversation, { waitingSince: at }, at)
}

/** Waking a snoozed conversation is put down to whose token wrote the message, and to nobody where there is none. */
function reopeningText(from: Status, writer: string | undefined): string | null {
  if (from === 'resolved') return 'System reopened the conversation due to a new incoming message.'
  return writer === undefined ? null : `Conversation was reopened by ${writer}`
}

/** A person's first answer counts as the first reply; a bot's only ends the waiting. */
function takeReply(account: AccountState, conversation: Conversation, message: Message, at: Instant): void {
  if (message.sender === null) return
  const isFirst = message.sender.kind === 'user' && conversation.firstReplyCreatedAt === null
  if (isFirst) account.tell({ name: 'first_reply_created', message })
  update(account, conversation, { waitingSince: null, ...(isFirst ? { firstReplyCreatedAt: at } : {}) }, at)
  if (message.sender.kind === 'user') conversation.participantIds.add(message.sender.id)
}

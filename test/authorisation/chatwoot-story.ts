import type { Conversation, Message } from '../../providers/chatwoot/emulator/records.ts'
import type { AccountState } from '../../providers/chatwoot/emulator/state.ts'
import type { Holder, Marker, Mutable } from './canaries.ts'
import { keep, pick, type Story } from './truth.ts'

const MAX_MESSAGES = 24
/** Keys whose texts say what something is, or whose it is. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'type',
  'content_type',
  'message_id',
  'in_reply_to',
  'display_type',
  'uri',
  'link',
  'media_url',
  'from',
  'to',
  'cc',
  'cc_email',
  'source',
  'timestamp',
  'deleted',
])

const TEAM: Holder = { kind: 'team' }

/** Nine conversations of Chatwoot; every text in them is marked, and in every second one a note came last. */
export function chatwootStory(mark: Marker): Story<AccountState> {
  return {
    prepare: (state) => {
      cut(state)
      markStaff(state, mark)
      markContacts(state, mark)
      markInboxes(state, mark)
      state.conversations.forEach((conversation, index) => {
        markConversation(state, conversation, mark)
        if (index % 2 === 0) addNote(state, conversation, mark)
      })
    },
    customers,
    read: (state) => ({
      people: [
        ...state.contacts.map(({ id }) => `contact:${id}`),
        ...state.users.map(({ id }) => `user:${id}`),
        ...state.bots.map(({ id }) => `bot:${id}`),
      ],
      conversations: state.conversations.map((conversation) => ({
        native: String(conversation.id),
        externalId: String(conversation.id),
        room: String(conversation.id),
        customers: [contactOf(conversation)],
        people: peopleOf(conversation),
        channel: String(conversation.inboxId),
        messages: conversation.messages.map((message) => ({
          native: String(message.id),
          isInternal: isInternal(message),
        })),
        everything: JSON.stringify({ ...conversation, participantIds: [...conversation.participantIds] }),
        teamsOwn: JSON.stringify([
          conversation.priority,
          conversation.assigneeId,
          conversation.teamId,
          conversation.labels,
          conversation.custom,
          [...conversation.participantIds],
          conversation.agentLastSeenAt,
          conversation.assigneeLastSeenAt,
          // What is done is told in lines of its own.
          conversation.messages.filter((message) => message.private).map(({ id, content }) => [id, content]),
        ]),
      })),
    }),
  }
}

function customers(state: AccountState): readonly [string, string] {
  const [first, second] = [...new Set(state.conversations.map(contactOf))].toSorted(
    (one, other) => countOf(state, other) - countOf(state, one),
  )
  if (first === undefined || second === undefined) throw new Error('there are too few customers')
  return [first, second]
}

function countOf(state: AccountState, contact: string): number {
  return state.conversations.filter((conversation) => contactOf(conversation) === contact).length
}

function contactOf({ contactInbox }: Conversation): string {
  return `contact:${contactInbox.contactId}`
}

function isInternal({ private: isPrivate, type }: Message): boolean {
  return isPrivate || type === 'activity'
}

function peopleOf(conversation: Conversation): readonly string[] {
  const senders = conversation.messages.filter((message) => !isInternal(message)).map(({ sender }) => sender)
  const { assigneeId, assigneeBotId } = conversation
  return [
    contactOf(conversation),
    ...senders.flatMap((sender) => (sender === null ? [] : `${sender.kind}:${sender.id}`)),
    ...(assigneeId === null ? [] : [`user:${assigneeId}`]),
    ...(assigneeBotId === null ? [] : [`bot:${assigneeBotId}`]),
  ]
}

function cut(state: AccountState): void {
  const counts = Map.groupBy(state.conversations, contactOf)
  const [first, second] = [...counts.values()].toSorted((one, other) => other.length - one.length)
  const own = [...(first ?? []).slice(0, 3), ...(second ?? []).slice(0, 2)]
  const others = state.conversations.filter(
    (conversation) => ![first, second].some((list) => list?.includes(conversation)),
  )
  const wishes = [6, 8, 9, 10].map((inbox) => (conversation: Conversation) => conversation.inboxId === inbox)
  const kept = new Set([...own, ...pick(others, wishes)])
  for (const conversation of [...state.conversations])
    if (!kept.has(conversation)) state.removeConversation(conversation)
  const contacts = new Set([...kept].map(({ contactInbox }) => contactInbox.contactId))
  keep(state.contacts, ({ id }) => contacts.has(id) || id % 20 === 1)
  for (const { messages } of state.conversations) messages.splice(0, Math.max(0, messages.length - MAX_MESSAGES))
}

function markStaff(state: AccountState, mark: Marker): void {
  for (const user of state.users as Mutable<(typeof state.users)[number]>[]) {
    user.name = mark.text({ kind: 'person', native: `user:${user.id}` }, 'name of an agent', user.name)
    user.email = `${mark.word(TEAM, 'address of an agent')}@example.com`
  }
  for (const bot of state.bots as Mutable<(typeof state.bots)[number]>[]) {
    bot.name = mark.text({ kind: 'person', native: `bot:${bot.id}` }, 'name of a bot', bot.name)
    bot.description = mark.text(TEAM, 'description of a bot', bot.description)
  }
  for (const team of state.teams as Mutable<(typeof state.teams)[number]>[]) {
    team.name = mark.text(TEAM, 'name of a team', team.name)
    team.description = mark.text(TEAM, 'description of a team', team.description)
  }
  const titles = new Map<string, string>()
  for (const label of state.labels as Mutable<(typeof state.labels)[number]>[]) {
    const title = `${mark.word(TEAM, 'label')}-${label.title}`
    titles.set(label.title, title)
    label.title = title
    label.description = mark.text(TEAM, 'description of a label', label.description)
  }
  const renamed = (labels: readonly string[]) => labels.map((label) => titles.get(label) ?? label)
  for (const one of [...state.conversations, ...state.contacts] as { labels: readonly string[] }[])
    one.labels = renamed(one.labels)
}

function markContacts(state: AccountState, mark: Marker): void {
  for (const contact of state.contacts as Mutable<(typeof state.contacts)[number]>[]) {
    const native = `contact:${contact.id}`
    const self: Holder = { kind: 'self', native }
    contact.name = mark.text({ kind: 'person', native }, 'name of a contact', contact.name || 'nameless')
    contact.email = `${mark.word(self, 'address of a contact')}@example.com`
    contact.phone = mark.phone(self, 'number of a contact')
    contact.identifier = mark.word(self, 'identifier of a contact')
    contact.additional = mark.all(self, 'additional attributes of a contact', contact.additional)
    contact.custom = mark.all(self, 'custom attributes of a contact', contact.custom)
  }
}

function markInboxes(state: AccountState, mark: Marker): void {
  for (const inbox of state.inboxes as Mutable<(typeof state.inboxes)[number]>[])
    inbox.name = mark.text({ kind: 'channel', id: String(inbox.id) }, 'name of an inbox', inbox.name)
}

function markConversation(state: AccountState, conversation: Conversation, mark: Marker): void {
  const own: Holder = { kind: 'conversation', native: String(conversation.id) }
  const open = conversation as Mutable<Conversation>
  open.custom = { ...mark.all(TEAM, 'custom attributes', open.custom), margin: mark.word(TEAM, 'custom attribute') }
  open.additional = mark.all(own, 'additional attributes', open.additional, STRUCTURE)
  for (const message of conversation.messages as Mutable<Message>[]) {
    const holder = isInternal(message) ? TEAM : own
    const what = `message ${message.id}`
    if (message.content !== null) message.content = mark.text(holder, what, message.content)
    message.contentAttributes = mark.all(holder, `${what} attributes`, message.contentAttributes, STRUCTURE)
    message.attachments = message.attachments.map((attachment) => {
      const { file, extra } = attachment
      const name = `${mark.word(holder, `${what} file`)}-${file?.name}`
      return {
        ...attachment,
        file: file && state.addFile({ ...file, name }),
        extra: mark.all(holder, `${what} extra`, extra),
      }
    })
  }
}

function addNote(state: AccountState, conversation: Conversation, mark: Marker): void {
  const at = mark.teamMoment()
  const content = mark.text(TEAM, `last note of ${conversation.id}`, 'customer is in a hurry')
  state.addMessage(conversation, { type: 'outgoing', private: true, sender: { kind: 'user', id: 8 }, content }, at)
  conversation.lastActivityAt = at
  conversation.updatedAt = at
}

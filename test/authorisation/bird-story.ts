import {
  type Conversation,
  isComment,
  type Member,
  type Message,
  type Workspace,
} from '../../providers/bird/emulator/records.ts'
import type { Holder, Marker, Mutable } from './canaries.ts'
import { keep, pick, type Story } from './truth.ts'

const MAX_MESSAGES = 14
const STRUCTURE: ReadonlySet<string> = new Set([
  'type',
  'mediaUrl',
  'contentType',
  'url',
  'id',
  'projectId',
  'version',
  'locale',
  'emoji',
  'action',
  'ownerId',
  'ownerType',
  'assigneeId',
  'sourceUrl',
  'sourceType',
  'sourceId',
  'mediaType',
  'timestamp',
  'resourceUri',
  'privateAttributes',
  'email_headers',
])
const TEAM: Holder = { kind: 'team' }
/** Of all that may be set on a conversation, what is told to its customers. */
const TOLD: ReadonlySet<string> = new Set(['referral'])

/** Ten conversations of Bird; every text in them is marked, and in every second one a comment came last. */
export function birdStory(mark: Marker): Story<Workspace> {
  return {
    prepare: (workspace) => {
      cut(workspace)
      for (const channel of workspace.channels as Mutable<Workspace['channels'][number]>[])
        channel.name = mark.text({ kind: 'channel', id: channel.id }, 'name of a channel', channel.name)
      for (const actor of workspace.actors) markActor(actor, mark)
      workspace.conversations.forEach((conversation, index) => {
        markConversation(conversation, mark)
        if (index % 2 === 0) addComment(conversation, mark)
      })
    },
    customers: ({ conversations }) => {
      const counts = countCustomers(conversations)
      const [first, second] = [...counts.keys()].toSorted(
        (one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0),
      )
      if (first === undefined || second === undefined) throw new Error('there are too few customers')
      return [first, second]
    },
    read: ({ actors, conversations }) => ({
      people: actors.map(({ type, id }) => `${type}:${id}`),
      conversations: conversations.map((conversation) => ({
        native: conversation.id,
        externalId: conversation.id,
        room: conversation.id,
        customers: customersOf(conversation),
        people: [...conversation.members, ...conversation.messages.map(({ sender }) => sender)].map(nativeOf),
        channel: conversation.channel.id,
        messages: conversation.messages.map((message) => ({ native: message.id, isInternal: isInternal(message) })),
        everything: JSON.stringify([
          conversation.status,
          conversation.name,
          conversation.description,
          conversation.extras,
          conversation.members.map(({ id, status }) => [id, status]),
          // A sending goes on by itself.
          conversation.messages.map(({ id, body, draft, status }) => [id, body, draft, status === 'deleted']),
        ]),
        teamsOwn: JSON.stringify([
          conversation.extras,
          conversation.marks,
          conversation.name,
          conversation.description,
          conversation.messages.filter(isInternal).map(({ id, body }) => [id, body]),
        ]),
      })),
    }),
  }
}

function nativeOf({ actor }: Member): string {
  return `${actor.type}:${actor.id}`
}

function customersOf({ members }: Conversation): readonly string[] {
  return members.filter(({ actor, status }) => actor.type === 'contact' && status !== 'inactive').map(nativeOf)
}

function countCustomers(conversations: readonly Conversation[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const customer of conversations.flatMap(customersOf)) counts.set(customer, (counts.get(customer) ?? 0) + 1)
  return counts
}

function isInternal(message: Message): boolean {
  return message.draft || isComment(message)
}

function cut(workspace: Workspace): void {
  const { conversations } = workspace
  const counts = countCustomers(conversations)
  const [first, second] = [...counts.keys()].toSorted((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0))
  const of = (customer: string | undefined) => (conversation: Conversation) =>
    customer !== undefined && customersOf(conversation).includes(customer)
  const isOthers = (conversation: Conversation) => !of(first)(conversation) && !of(second)(conversation)
  const kept = new Set([
    ...conversations.filter(of(first)).slice(0, 3),
    ...conversations.filter(of(second)).slice(0, 3),
    ...pick(conversations, [
      ({ members }) => members.every(({ actor }) => actor.type !== 'contact'),
      (one) => isOthers(one) && one.messages.some(isComment),
      (one) => isOthers(one) && one.channel.platform === 'email',
      (one) => isOthers(one) && one.channel.platform === 'sms',
      (one) => isOthers(one) && one.messages.some(({ draft }) => draft),
    ]),
  ])
  keep(conversations, (conversation) => kept.has(conversation))
  const present = new Set(conversations.flatMap(({ members }) => members.map(({ id }) => id)))
  keep(workspace.actors, ({ type, id }) => type !== 'contact' || present.has(id) || /^[0]/.test(id))
  for (const { messages } of conversations) messages.splice(0, Math.max(0, messages.length - MAX_MESSAGES))
}

function markActor(actor: Mutable<Workspace['actors'][number]>, mark: Marker): void {
  const native = `${actor.type}:${actor.id}`
  const self: Holder = { kind: 'self', native }
  actor.name = mark.text({ kind: 'person', native }, `name of a ${actor.type}`, actor.name)
  if (actor.avatarUrl !== '')
    actor.avatarUrl = `https://example.com/avatars/${mark.word({ kind: 'person', native }, 'picture')}.png`
  for (const identifier of actor.identifiers as { key: string; value: string }[]) {
    if (identifier.key === 'phonenumber') identifier.value = mark.phone(self, 'number of a contact')
    else if (identifier.key === 'emailaddress') identifier.value = `${mark.word(self, 'address')}@example.com`
    else identifier.value = mark.word(self, 'identifier of a contact')
  }
}

function markConversation(conversation: Conversation, mark: Marker): void {
  const own: Holder = { kind: 'conversation', native: conversation.id }
  if (conversation.name !== '') conversation.name = mark.text(own, 'name', conversation.name)
  conversation.description = mark.text(TEAM, 'description', conversation.description)
  const extras = Object.entries(conversation.extras).map(([key, value]) => {
    const holder = TOLD.has(key) ? own : TEAM
    return [key, STRUCTURE.has(key) ? value : mark.all(holder, `extra ${key}`, value, STRUCTURE)]
  })
  const tags = [mark.word(TEAM, 'tag')]
  const privateAttributes = JSON.stringify({ margin: mark.word(TEAM, 'private attribute') })
  conversation.extras = { ...Object.fromEntries(extras), tags, privateAttributes, summary: mark.word(TEAM, 'summary') }
  for (const message of conversation.messages as Mutable<Message>[]) {
    const holder = isInternal(message) ? TEAM : own
    const what = `message ${message.id}`
    message.body = mark.all(holder, what, message.body, STRUCTURE)
    message.template = mark.all(holder, `${what} template`, message.template, STRUCTURE)
    if (message.reason !== null) message.reason = mark.text(holder, `${what} reason`, message.reason)
  }
}

function addComment(conversation: Conversation, mark: Marker): void {
  const author = conversation.members.find(({ actor }) => actor.type === 'user')
  const model = conversation.messages[0]
  if (author === undefined || model === undefined) return
  const at = new Date(mark.teamMoment())
  const id = crypto.randomUUID()
  const text = mark.text(TEAM, `last comment of ${conversation.id}`, 'customer is in a hurry')
  conversation.messages.push({
    ...model,
    id,
    createdAt: at,
    updatedAt: at,
    sender: author,
    draft: false,
    status: 'delivered',
    reason: null,
    reference: '',
    replyTo: null,
    source: 'conversations',
    body: { type: 'comment', comment: { text } },
    template: null,
    recipients: null,
    extraInformation: null,
    interactions: [],
  })
  conversation.updatedAt = at
}

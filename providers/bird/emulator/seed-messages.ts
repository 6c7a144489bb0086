import { dialogue, type Line, type Random } from '../../kit/emulator/index.ts'
import { newMessage } from './new-message.ts'
import { byAge, type Conversation, isComment, isIncoming, type Member, type Message } from './records.ts'
import { commentBody, htmlBody, SHARED_BODIES, SHOP_BODIES, templateOf, textBody } from './seed-bodies.ts'
import { seedInteractions } from './seed-interactions.ts'

/** What the history of a conversation is made from. */
export interface History {
  readonly random: Random
  readonly conversation: Conversation
  readonly workspaceId: string
  readonly length: number
  readonly endsAt: Date
}

/** Writes the conversation's messages, from its creation to its end. */
export function seedMessages(history: History): void {
  const { random, conversation } = history
  const times = seedTimes(history)
  const lines = dialogue(random, history.length)
  const messages = lines.map((line, index) => seedMessage(history, line, times[index] ?? history.endsAt))
  conversation.messages.push(...messages.toSorted(byAge))
  const lastWord = conversation.messages.findLastIndex(isIncoming)
  conversation.messages.forEach((message, index) => {
    message.interactions.push(...seedInteractions({ random, conversation, message, isAnswered: index < lastWord }))
  })
}

/** The last message of an active conversation is not always through yet. */
export function seedUnderWay(random: Random, { status, messages }: Conversation): void {
  const last = messages.at(-1)
  if (last === undefined || status !== 'active' || last.status !== 'delivered' || isIncoming(last)) return
  if (isComment(last) || last.interactions.length > 0) return
  last.status = random.pick(['accepted', 'processing', 'sent', 'delivered'])
}

/** A message that a user has begun and not sent. */
export function seedDraft({ random, conversation, endsAt }: History): void {
  const author = conversation.members.find(({ actor }) => actor.type === 'user')
  if (author === undefined) return
  const begun = { id: random.uuid(), createdAt: new Date(endsAt.getTime() + random.between(1_000, 60_000)) }
  const body = textBody('Dear customer, I will')
  conversation.messages.push({ ...newMessage(begun, conversation, author), draft: true, body })
}

/** From the creation of the conversation to its end, some within the same millisecond. */
function seedTimes({ random, conversation, length, endsAt }: History): readonly Date[] {
  const start = conversation.createdAt.getTime()
  const times = Array.from({ length: length - 2 }, () => random.between(start + 1, endsAt.getTime() - 1)).sort(
    (one, other) => one - other,
  )
  const crowded = times.map((time, index) => (index % 40 === 39 ? (times[index - 1] ?? time) : time))
  return [start, ...crowded, endsAt.getTime()].map((time) => new Date(time))
}

function seedMessage(history: History, line: Line, createdAt: Date): Message {
  const { random, conversation } = history
  const contacts = conversation.members.filter(({ actor }) => actor.type === 'contact')
  const colleagues = conversation.members.filter(({ actor, status }) => actor.type !== 'contact' && status === 'active')
  const isCustomer = line.by === 'customer' && contacts.length > 0
  const sender = random.pick(isCustomer || colleagues.length === 0 ? contacts : colleagues)
  const message = messageBy(random, conversation, sender, createdAt)
  return { ...message, ...fate(random, message), ...content(history, sender, line.text) }
}

/** A message that has gone all the way. */
function messageBy(random: Random, conversation: Conversation, sender: Member, createdAt: Date): Message {
  const message = newMessage({ id: random.uuid(), createdAt }, conversation, sender)
  if (isIncoming(message)) return message
  return { ...message, status: 'delivered', updatedAt: new Date(createdAt.getTime() + random.between(900, 40_000)) }
}

/** How the sending went: well, in all but a few cases. */
function fate(random: Random, message: Message): Partial<Message> {
  if (isIncoming(message) || random.chance(0.94)) return {}
  return random.pick([
    { status: 'sending_failed', reason: 'The recipient is not known on this platform' },
    { status: 'delivery_failed', reason: 'The carrier gave up after 24 hours' },
  ] as const)
}

function content(history: History, sender: Member, text: string): Partial<Message> {
  const { random, conversation, workspaceId } = history
  const words = { random, text, mediaPath: `/workspaces/${workspaceId}/conversations/${conversation.id}/media` }
  const { type, name } = sender.actor
  const isInbound = type === 'contact'
  const isEmail = conversation.channel.platform === 'email'
  if (random.chance(0.02)) return { body: null, status: 'deleted', reason: null }
  if (type === 'user' && random.chance(0.1))
    return { body: commentBody(text), status: 'delivered', reason: null, recipients: null }
  if (!isInbound && random.chance(0.03)) return { template: templateOf(random) }
  if (!isInbound && random.chance(0.12)) return { body: random.pick(SHOP_BODIES)(words) }
  if (random.chance(0.1)) return { body: random.pick(SHARED_BODIES)(words) }
  return { body: isEmail ? htmlBody(text, name) : textBody(text) }
}

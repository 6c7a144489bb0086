import type { Wire } from '../kit/wire.ts'
import type { Mark } from '../port/index.ts'
import { type ActParts, requireMessage, type Stage } from './act-parts.ts'
import type { MessagesQuery } from './client.ts'
import { messageId } from './messages.ts'
import { notFound } from './refs.ts'

/** Messages among which one is looked for that others wrote. */
const DEPTH = 30

/** The id of the message that the mark names; null: it names none. Throws `NOT_FOUND` for one of another conversation. */
export function namedIn({ position, conversation }: Mark): string | null {
  if (position.kind !== 'message') return null
  const { message } = position
  if (message.conversation.native !== conversation.native) throw notFound('such message in this conversation')
  return String(messageId(message))
}

/** The message to be marked, as an id; null: there is none there. A position that names no message costs one call. */
export async function findTarget(parts: ActParts, stage: Stage, mark: Mark): Promise<string | null> {
  const { as, other } = stage
  const { position, kind } = mark
  const named = namedIn(mark)
  if (named !== null) return requireMessage(parts, stage, named)
  const query = position.kind === 'time' ? around(position.at, kind) : NEWEST
  const messages = (await parts.client.messagesWith(as, other, query)).filter((message) => !isDeleted(message, kind))
  const nearestFirst = query.affix === 'prepend' ? messages.toReversed() : messages
  const byOthers = nearestFirst.find((message) => message.text('sender') !== as.uid && maySpeak(message, kind))
  return (byOthers ?? nearestFirst[0])?.text('id') ?? null
}

const NEWEST: MessagesQuery = { affix: 'prepend', limit: DEPTH }

/** Read and delivered cover what was said up to then; unread is what was said from then on. Their times are whole seconds. */
function around(at: Date, kind: Mark['kind']): MessagesQuery {
  const seconds = at.getTime() / 1000
  return kind === 'unread'
    ? { affix: 'append', sentAt: Math.ceil(seconds) - 1, limit: DEPTH }
    : { affix: 'prepend', sentAt: Math.floor(seconds) + 1, limit: DEPTH }
}

function isDeleted(message: Wire, kind: Mark['kind']): boolean {
  return kind === 'unread' && message.has('deletedAt')
}

/** Calls and notes of edits are no unread messages. */
function maySpeak(message: Wire, kind: Mark['kind']): boolean {
  const category = message.text('category')
  const isNote = category === 'call' || (category === 'action' && message.text('type') === 'message')
  return kind !== 'unread' || !isNote
}

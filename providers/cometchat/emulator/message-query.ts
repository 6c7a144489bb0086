import type { Request } from './desk.ts'
import { isGroup, type Json, type Message, receiverOf, type User } from './entities.ts'
import { PAGE_LIMITS, readFlag, readList, readNumber, readWord, sharesOne } from './query.ts'

type Condition = (message: Message) => boolean

/** Everything that the documents let a client ask of a list of messages; unknown parameters are ignored. */
export function selectMessages(context: Request, messages: readonly Message[]): readonly Message[] {
  const conditions = [...kindConditions(context), ...contentConditions(context), ...timeConditions(context)]
  return messages.filter((message) => conditions.every((holds) => holds(message)))
}

/** A page of a keyset walk: in ascending order of ids whichever way it goes. */
export interface Walk {
  readonly rows: readonly Message[]
  readonly affix: 'append' | 'prepend'
  readonly limit: number
  readonly hasCursor: boolean
}

/** `prepend` is what lies before the cursor, nearest first; `append` what lies after it. Both given, the id decides. */
export function walkMessages(context: Request, messages: readonly Message[], limit: number): Walk {
  const affix = readWord(context, 'affix', ['append', 'prepend']) ?? 'append'
  const id = readNumber(context, 'id')
  const sentAt = readNumber(context, 'sentAt')
  const distance = (message: Message) =>
    id !== null ? message.id - id : sentAt !== null ? message.sentAt - sentAt : affix === 'append' ? 1 : -1
  const side = messages.filter((message) => (affix === 'append' ? distance(message) > 0 : distance(message) < 0))
  const rows = affix === 'append' ? side.slice(0, limit) : side.slice(-limit)
  return { rows, affix, limit, hasCursor: id !== null || sentAt !== null }
}

export function readLimit(context: Request): number {
  return readNumber(context, 'limit', PAGE_LIMITS) ?? 10
}

/** Shape B: `next` goes on in the same direction, `previous` turns round. */
export function walkMeta({ rows, affix, limit, hasCursor }: Walk): Json {
  const first = rows[0]
  const last = rows.at(-1)
  const [ahead, behind] = affix === 'append' ? [last, first] : [first, last]
  const opposite = affix === 'append' ? 'prepend' : 'append'
  return {
    current: { limit, count: rows.length },
    next: ahead && { affix, sentAt: ahead.sentAt, id: String(ahead.id) },
    previous: hasCursor && behind ? { affix: opposite, sentAt: behind.sentAt, id: String(behind.id) } : undefined,
  }
}

function kindConditions(context: Request): readonly Condition[] {
  const categories = readList(context, 'category', 'categories')
  const types = readList(context, 'type', 'types')
  const receiverType = readWord(context, 'receiverType', ['user', 'group'])
  const conversationId = context.req.query('conversationId')
  const sender = context.req.query('sender')?.toLowerCase()
  const parentId = readNumber(context, 'parentId')
  return [
    (message) => sharesOne(categories, [message.category]),
    (message) => sharesOne(types, [message.type]),
    (message) => receiverType === null || isGroup(receiverOf(message)) === (receiverType === 'group'),
    (message) => conversationId === undefined || message.conversation.id === conversationId,
    (message) => sender === undefined || message.sender.uid === sender,
    (message) => parentId === null || message.parent?.id === parentId,
    ...when(readFlag(context, 'hideReplies'), (message) => message.parent === undefined),
    ...when(readFlag(context, 'hideDeleted'), (message) => message.deleted === undefined),
    ...when(readFlag(context, 'onlyDeleted'), (message) => message.deleted !== undefined),
  ]
}

function contentConditions(context: Request): readonly Condition[] {
  const viewer = context.get('viewer')
  const tags = readList(context, 'tags')
  const mentioned = readList(context, 'mentionedUids')
  const attachmentTypes = readList(context, 'attachmentTypes')
  const search = context.req.query('searchKey')?.toLowerCase()
  return [
    ...when(tags !== null, (message) => sharesOne(tags, message.tags)),
    ...said(mentioned !== null, (message) => sharesOne(mentioned, uidsOf(message.mentions))),
    ...said(attachmentTypes !== null, (message) => sharesOne(attachmentTypes, [message.type])),
    ...said(search !== undefined, (message) =>
      textOf(message)
        .toLowerCase()
        .includes(search ?? ''),
    ),
    ...said(readFlag(context, 'hasAttachments'), (message) => 'attachments' in message.data),
    ...said(readFlag(context, 'hasLinks'), (message) => /https?:\/\//.test(textOf(message))),
    ...said(readFlag(context, 'hasMentions'), (message) => message.mentions.length > 0),
    ...said(readFlag(context, 'hasReactions'), (message) => message.reactions.length > 0),
    ...said(readFlag(context, 'myMentionsOnly'), (message) => viewer !== null && message.mentions.includes(viewer)),
    ...when(
      readFlag(context, 'hideMessagesFromBlockedUsers'),
      (message) => viewer?.blocked.has(message.sender.uid) !== true,
    ),
  ]
}

/** The end of the span is ignored where its beginning is missing. */
function timeConditions(context: Request): readonly Condition[] {
  const from = readNumber(context, 'fromTimestamp')
  const to = readNumber(context, 'toTimestamp')
  if (from === null) return []
  return [(message) => message.sentAt >= from, (message) => to === null || message.sentAt <= to]
}

function when(isAsked: boolean, condition: Condition): readonly Condition[] {
  return isAsked ? [condition] : []
}

/** A condition on what was said, which a deleted message no longer says. */
function said(isAsked: boolean, condition: Condition): readonly Condition[] {
  return when(isAsked, (message) => message.deleted === undefined && condition(message))
}

function textOf({ data }: Message): string {
  return typeof data.text === 'string' ? data.text : ''
}

function uidsOf(users: readonly User[]): readonly string[] {
  return users.map((user) => user.uid)
}

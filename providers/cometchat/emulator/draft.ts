import { isObject, readTags } from './body.ts'
import type { Desk } from './desk.ts'
import { APP_SYSTEM, compose, type Group, isGroup, type Json, type Message, pairOf, type User } from './entities.ts'
import { invalid, Refusal, type RefusalCode } from './refusal.ts'

const CATEGORIES = ['message', 'custom'] as const
/** Of a message as JSON. */
const MOST_CHARACTERS = 65_536
const MESSAGE_TYPES: readonly string[] = ['text', 'image', 'audio', 'video', 'file']

export interface DraftContext {
  readonly desk: Desk
  /** Null: the app sends, or whom the body names. */
  readonly viewer: User | null
  readonly now: number
}

/** The message that a body asks for, not yet filed. What is wrong with it is refused under the documented code. */
export function readDraft(body: Json, { desk, viewer, now }: DraftContext): Message {
  if (JSON.stringify(body).length > MOST_CHARACTERS)
    throw invalid('data', `The message may not have more than ${MOST_CHARACTERS} characters.`)
  const sender = viewer ?? (typeof body.sender === 'string' ? desk.user(body.sender) : APP_SYSTEM)
  const receiver = readReceiver(body, desk)
  refuseBlocked(sender, receiver, desk)
  const category = readCategory(body)
  const type = readText(body.type, 'ERR_EMPTY_MESSAGE_TYPE')
  const data = readData(body)
  checkContent(category, type, data)
  const conversation = desk.state.conversationOf(isGroup(receiver) ? receiver : pairOf(sender, receiver))
  const parent = readParent(body, desk)
  if (parent !== null && parent.conversation !== conversation)
    refuse('ERR_WRONG_MESSAGE_THREAD', 'The parent message belongs to another conversation.')
  return compose({
    conversation,
    sender,
    sentAt: now,
    category,
    type,
    data,
    tags: readTags(body) ?? [],
    ...(parent !== null && { parent }),
    ...(typeof body.muid === 'string' && { muid: body.muid }),
  })
}

/** Text and metadata as far as given; the rest of what was said stays. */
export function readData(body: Json): Json {
  const data = isObject(body.data) ? body.data : {}
  if (data.metadata !== undefined && !isObject(data.metadata))
    refuse('ERR_INVALID_METADATA', 'The metadata is no object.')
  if (data.text !== undefined && typeof data.text !== 'string')
    refuse('ERR_INVALID_MESSAGE_TEXT', 'The text is no text.')
  const { entities, reactions, mentions, ...said } = data
  return said
}

function readReceiver(body: Json, desk: Desk): User | Group {
  const receiver = readText(body.receiver, 'ERR_EMPTY_RECEIVER')
  if (body.receiverType === 'user') return desk.user(receiver)
  if (body.receiverType === 'group') return desk.group(receiver)
  return refuse('ERR_INVALID_RECEIVER_TYPE', 'The receiverType is neither user nor group.')
}

function refuseBlocked(sender: User, receiver: User | Group, desk: Desk): void {
  if (isGroup(receiver)) {
    if (sender !== APP_SYSTEM) desk.member(sender, receiver)
  } else if (receiver.blocked.has(sender.uid) || sender.blocked.has(receiver.uid))
    refuse('ERR_BLOCKED_RECEIVER', `The receiver ${receiver.uid} is blocked.`)
}

function readCategory(body: Json): (typeof CATEGORIES)[number] {
  const category = readText(body.category, 'ERR_EMPTY_MESSAGE_CATEGORY')
  const known = CATEGORIES.find((one) => one === category)
  return known ?? refuse('ERR_INVALID_MESSAGE_CATEGORY', `There is no category ${category}.`)
}

function checkContent(category: string, type: string, data: Json): void {
  if (category === 'custom') {
    if (!isObject(data.customData)) refuse('ERR_EMPTY_CUSTOM_DATA', 'A custom message needs customData.')
    return
  }
  if (!MESSAGE_TYPES.includes(type)) refuse('ERR_INVALID_MESSAGE_TYPE', `There is no type ${type}.`)
  if (type === 'text') readText(data.text, 'ERR_EMPTY_MESSAGE_TEXT')
  else if (!Array.isArray(data.attachments) || data.attachments.length === 0)
    refuse('ERR_EMPTY_MESSAGE_FILE', 'A media message needs attachments.')
}

function readParent(body: Json, desk: Desk): Message | null {
  if (body.parentId === undefined) return null
  const parent = desk.state.message(Number(body.parentId))
  if (parent === undefined) return refuse('ERR_WRONG_MESSAGE_THREAD', 'The parent message does not exist.')
  return parent.parent === undefined
    ? parent
    : refuse('ERR_MESSAGE_THREAD_NESTING', 'The parent message is a reply itself.')
}

function readText(value: unknown, emptyCode: RefusalCode): string {
  return typeof value === 'string' && value.trim() !== ''
    ? value
    : refuse(emptyCode, 'Something that is needed is empty.')
}

function refuse(code: RefusalCode, message: string): never {
  throw new Refusal(code, message)
}

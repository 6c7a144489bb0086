import type { Random } from '../../kit/emulator/index.ts'
import { APP_ID, REGION } from './app.ts'
import { placeOf, tellOfMessage } from './deeds.ts'
import { type Attachment, compose, type Message, peopleIn } from './entities.ts'

/** Turns a plain text into whatever else a conversation holds; what it adds comes less than a minute later. */
type Embellishment = (plain: Message, before: readonly Message[], random: Random) => readonly Message[]

export const EMBELLISHMENT_NAMES = [
  'image',
  'audio',
  'video',
  'file',
  'custom',
  'metadata',
  'sent',
  'moderated',
  'tagged',
  'reactedTo',
  'mention',
  'reply',
  'quote',
  'edited',
  'deleted',
  'call',
] as const

export type EmbellishmentName = (typeof EMBELLISHMENT_NAMES)[number]

export const EMBELLISHMENTS: Readonly<Record<EmbellishmentName, Embellishment>> = {
  image: (plain, _, random) => [toMedia(plain, random, ['image', 'image/jpeg', 'jpg'])],
  audio: (plain, _, random) => [toMedia(plain, random, ['audio', 'audio/mpeg', 'mp3'])],
  video: (plain, _, random) => [toMedia(plain, random, ['video', 'video/mp4', 'mp4'])],
  file: (plain, _, random) => [toMedia(plain, random, ['file', 'application/pdf', 'pdf'])],
  custom: (plain, _, random) => [
    {
      ...plain,
      category: 'custom',
      type: 'order',
      data: { customData: { order: random.between(20_000, 29_999) }, subType: 'status' },
    },
  ],
  metadata: (plain, _, random) => [
    { ...plain, data: { ...plain.data, metadata: { source: 'till', receipt: random.between(20_000, 29_999) } } },
  ],
  sent: (plain, _, random) => [
    {
      ...plain,
      muid: random.uuid(),
      data: { ...plain.data, resource: `WEB-4_2_0-${random.uuid()}-${plain.sentAt * 1000}` },
    },
  ],
  moderated: (plain) => [{ ...plain, data: { ...plain.data, moderation: { status: 'approved' } } }],
  tagged: (plain, _, random) => [{ ...plain, tags: [random.pick(['starred', 'follow-up'])] }],
  reactedTo: (plain, _, random) => [{ ...plain, reactions: giveReactions(plain, random) }],
  mention: (plain, _, random) => mention(plain, random),
  reply: (plain, before, random) => answerTo(pickText(before, random), plain, (parent) => ({ ...plain, parent })),
  quote: (plain, before, random) => answerTo(pickText(before, random), plain, (quoted) => ({ ...plain, quoted })),
  edited: (plain) => edit(plain),
  deleted: (plain) => remove(plain),
  call: (plain, _, random) => [plain, ...call(plain, random)],
}

function toMedia(
  plain: Message,
  random: Random,
  [type, mimeType, extension]: readonly [type: string, mimeType: string, extension: string],
): Message {
  const name = `${type}-${random.between(100, 999)}.${extension}`
  const url = `https://files-${REGION}.cometchat.io/${APP_ID}/media/${random.uuid()}.${extension}`
  const size = String(random.between(20_000, 4_000_000))
  const attachments: readonly Attachment[] = [{ url, name, mimeType, extension, size }]
  const caption = type === 'image' ? plain.data : {}
  return { ...plain, type, data: { ...caption, url, attachments } }
}

function giveReactions(plain: Message, random: Random): Message['reactions'] {
  const people = random.sample(peopleIn(plain.conversation), random.between(1, 4))
  return people.map((user, index) => ({
    id: 0,
    reaction: random.pick(['👍', '📚', '🎉']),
    user,
    at: plain.sentAt + 5 + index,
  }))
}

function mention(plain: Message, random: Random): readonly Message[] {
  const others = peopleIn(plain.conversation).filter((user) => user !== plain.sender)
  const mentions = random.sample(others, 1)
  const text = `@${mentions[0]?.name} ${String(plain.data.text)}`
  return [{ ...plain, mentions, data: { ...plain.data, text } }]
}

function edit(plain: Message): readonly Message[] {
  const at = plain.sentAt + 20
  const by = plain.sender
  const message = {
    ...plain,
    data: { text: `${String(plain.data.text)} (edited)` },
    edited: { at, by: by.uid },
    updatedAt: at,
  }
  return [message, tellOfMessage('edited', message, by, at)]
}

function remove(plain: Message): readonly Message[] {
  const at = plain.sentAt + 25
  const message = { ...plain, deleted: { at, by: plain.sender.uid }, updatedAt: at }
  return [message, tellOfMessage('deleted', message, plain.sender, at)]
}

/** Rings, is taken, ends: three messages of one session. */
function call({ conversation, sender, sentAt }: Message, random: Random): readonly Message[] {
  const place = placeOf({ conversation, sender })
  const type = random.pick(['audio', 'video'] as const)
  const initiatedAt = sentAt + 10
  const session = { sessionid: random.uuid().replaceAll('-', ''), type, sender, conversation, initiatedAt }
  const ongoing = { ...session, startedAt: initiatedAt + 5 }
  return [
    { ...session, status: 'initiated' },
    { ...ongoing, status: 'ongoing' },
    { ...ongoing, status: 'ended', endedAt: initiatedAt + 30 },
  ].map((entity, index) => {
    const deed = { action: entity.status, by: sender, on: { entityType: 'call', entity }, for: place } as const
    return compose({ conversation, sender, sentAt: initiatedAt + index * 15, category: 'call', type, deed })
  })
}

function answerTo(earlier: Message | undefined, plain: Message, answer: (to: Message) => Message): readonly Message[] {
  return [earlier === undefined ? plain : answer(earlier)]
}

/** Something that was said and still stands, and is itself no reply. */
function pickText(before: readonly Message[], random: Random): Message | undefined {
  const texts = before.slice(-20).filter((message) => message.type === 'text' && !message.parent && !message.deleted)
  return texts.length === 0 ? undefined : random.pick(texts)
}

import type { ChannelType, Contact, Conversation, Inbox, User } from './records.ts'
import { openConversation, openSession } from './rules.ts'
import { type Cast, type Story, type StoryTime, spread } from './seed-beats.ts'
import { customAttributes, isReachable, openingAttributes, sourceIdIn } from './seed-channels.ts'
import { PICTURE, PLAIN_TEXT, SOME_BYTES } from './seed-files.ts'
import { tour } from './seed-kinds.ts'
import { isBotStory, looks, type Plot, thread } from './seed-story-beats.ts'
import type { AccountState } from './state.ts'
import type { Instant } from './time.ts'

const STORIES = 72
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** How much is said where the dice do not decide it. */
const LENGTHS: Readonly<Record<number, number>> = { 3: 282, 4: 0, 22: 0, 27: 262, 51: 255 }
const CHANNELS: readonly ChannelType[] = [
  ...(['Channel::Api', 'Channel::WebWidget', 'Channel::Api', 'Channel::Whatsapp', 'Channel::Email'] as const),
  ...(['Channel::WebWidget', 'Channel::FacebookPage', 'Channel::Line', 'Channel::Api', 'Channel::WebWidget'] as const),
]

/** Plays some seventy conversations of the last thirty days, beat by beat, as they would have crossed each other. */
export function playStories(account: AccountState, time: StoryTime): void {
  const files = storedFiles(account)
  const stories = [
    tourStory(account, time, files),
    ...Array.from({ length: STORIES }, (_, index) => plainStory(account, time, files, index)),
  ]
  const moments = stories.flatMap((story) => momentsOf(account, story))
  for (const { at, play } of moments.toSorted((one, other) => one.at - other.at)) play(at)
  notifyPiet(account)
}

/** The first moment opens the conversation that the others happen in. */
function momentsOf(account: AccountState, { opening, opensAt, beats }: Story) {
  const opened: Conversation[] = []
  const open = (at: Instant) => {
    const session = sessionFor(account, opening, at)
    opened.push(openConversation(account, { ...opening, session }, at))
  }
  const later = beats.map(({ at, play }) => ({
    at,
    play: (now: Instant) => {
      for (const conversation of opened) play(conversation, now)
    },
  }))
  return [{ at: opensAt, play: open }, ...later]
}

/** A contact who comes back to an inbox goes on in the same session. */
function sessionFor(account: AccountState, { contact, inbox, sourceId, pubsubToken }: Story['opening'], at: Instant) {
  const known = account.contactInboxes.find((one) => one.contactId === contact.id && one.inboxId === inbox.id)
  const session = { contactId: contact.id, inboxId: inbox.id, sourceId, pubsubToken, createdAt: at }
  return known ?? openSession(account, session)
}

/** Story by story ten hours further back; every twelfth ends in the same second as the one before it. */
function plainStory(account: AccountState, time: StoryTime, files: Cast['files'], index: number): Story {
  const { random } = time
  const inbox = inboxOfKind(account, CHANNELS[index % CHANNELS.length] ?? 'Channel::Api')
  const plot: Plot = {
    index,
    inbox,
    length: LENGTHS[index] ?? (index % 9 === 5 ? random.between(35, 60) : random.between(1, 18)),
  }
  const cast: Cast = {
    account,
    contact: contactFor(account, inbox, index),
    agent: agentIn(account, inbox, index),
    files,
  }
  const closesAt = closingTime(time, index)
  const opensAt = closesAt - random.between(15, 3_600) * MINUTE_MS
  const plays = thread(cast, time, plot)
  const beats = spread(random, plays, opensAt + 500, plays.length === 0 ? opensAt + 500 : closesAt)
  return { opening: opening(cast, time, plot, opensAt), opensAt, beats: [...beats, ...looks(cast, plot, beats)] }
}

/** Ada's thread in the app, with a message of every kind. */
function tourStory(account: AccountState, time: StoryTime, files: Cast['files']): Story {
  const inbox = inboxOfKind(account, 'Channel::Api')
  const cast: Cast = { account, contact: contactFor(account, inbox, 0), agent: agentIn(account, inbox, 0), files }
  const opensAt = time.end - 64 * HOUR_MS
  const opened = opening(cast, time, { index: 0, inbox, length: 0 }, opensAt)
  return {
    opening: { ...opened, additional: { source: 'app' }, custom: { order: 'A-1' } },
    opensAt,
    beats: spread(time.random, tour(cast), opensAt + 1_000, opensAt + 20 * MINUTE_MS),
  }
}

function opening({ contact }: Cast, { random }: StoryTime, { index, inbox }: Plot, at: Instant): Story['opening'] {
  return {
    uuid: random.uuid(),
    contact,
    inbox,
    sourceId: sourceIdIn(inbox, contact, random),
    pubsubToken: random.uuid().replaceAll('-', '').slice(0, 24),
    additional: openingAttributes(inbox.channelType, index, at),
    custom: customAttributes(index),
    status: isBotStory(index) ? 'pending' : 'open',
  }
}

function closingTime({ end }: StoryTime, index: number): Instant {
  const isWithNeighbour = index % 12 === 11
  const place = isWithNeighbour ? index - 1 : index
  const second = Math.floor((end - 4 * MINUTE_MS - place * 10 * HOUR_MS - ((place * 37) % 60) * 5 * MINUTE_MS) / 1_000)
  return second * 1_000 + (isWithNeighbour ? 640 : 210)
}

/** Everybody in turn, but only those whom the channel can reach; the last contacts have no conversation anywhere else. */
function contactFor(account: AccountState, inbox: Inbox, index: number): Contact {
  const { contacts } = account
  const turn = [...contacts.slice(index % contacts.length), ...contacts]
  const contact = turn.find((one) => isReachable(one, inbox.channelType))
  if (contact === undefined) throw new Error('the cast reaches nobody')
  return contact
}

function agentIn(account: AccountState, inbox: Inbox, index: number): User {
  const nora = account.user(8)
  const member = account.user(inbox.memberIds.at(-1) ?? null)
  const agent = index % 3 === 0 ? nora : (member ?? nora)
  if (agent === undefined) throw new Error('the shop has no staff')
  return agent
}

function inboxOfKind(account: AccountState, channel: ChannelType): Inbox {
  const inbox = account.inboxes.find(({ channelType }) => channelType === channel)
  if (inbox === undefined) throw new Error(`the shop has no ${channel}`)
  return inbox
}

function storedFiles(account: AccountState): Cast['files'] {
  return {
    picture: account.addFile({ name: 'label.png', contentType: 'image/png', content: PICTURE }),
    text: account.addFile({ name: 'order – ünï.txt', contentType: 'text/plain', content: PLAIN_TEXT }),
    data: account.addFile({ name: 'data.bin', contentType: 'application/octet-stream', content: SOME_BYTES }),
  }
}

/** Of the latest word in a conversation that Piet takes part in. */
function notifyPiet(account: AccountState): void {
  const conversation = account.conversations.find(({ participantIds }) => participantIds.has(9))
  const message = conversation?.messages.findLast(({ type }) => type === 'incoming')
  if (conversation === undefined || message === undefined) return
  const { id: conversationId } = conversation
  const { id: messageId, createdAt } = message
  account.notifications.push({ id: 28, userId: 9, conversationId, messageId, createdAt, readAt: null })
}

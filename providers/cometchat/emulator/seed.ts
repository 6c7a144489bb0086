import { Random } from '../../kit/emulator/index.ts'
import { tellOfMember } from './deeds.ts'
import { type Group, isGroup, type Message, pairOf, type Side, type User } from './entities.ts'
import { mark } from './receipts.ts'
import type { EmbellishmentName } from './seed-embellishments.ts'
import { FOREIGN_GROUP, LARGE_GROUP, partnersOf, SILENT_GROUP, seedGroups, seedUsers } from './seed-people.ts'
import { type Plot, tell, tellBeginning } from './seed-stories.ts'
import { AppState } from './state.ts'

const DAY = 86_400
/** The stories end spread over this span before `now`. */
const SPAN = 30 * DAY

/** Whom the demo acts as. */
export const ACTS_AS = 'nora'

/** The same seed and time make the same people, conversations, messages and ids. */
export function seedState(seed: number, now: Date): AppState {
  const state = new AppState()
  const random = new Random(seed)
  const end = Math.floor(now.getTime() / 1000)
  seedUsers(state, random, end)
  seedGroups(state, random, end)
  const plots = drawPlots(state, random, end)
  const told = plots.flatMap((plot) => tellPlot(plot, random))
  for (const message of told.toSorted((left, right) => left.sentAt - right.sentAt)) state.file(message)
  for (const plot of plots) settleReceipts(plot, random)
  decorateSides(state.sidesOf(ACTS_AS), random)
  return state
}

type Cast = Pick<Plot, 'host' | 'guests' | 'conversation'>

/** Long ones come first, and special ends go to those that are not unread. */
const LENGTHS: readonly number[] = [320, 262, 255]
const ENDINGS: readonly (EmbellishmentName | null)[] = [
  null,
  'deleted',
  'image',
  'call',
  'custom',
  'reply',
  'edited',
  'file',
]

function drawPlots(state: AppState, random: Random, end: number): readonly Plot[] {
  const casts = [...dialogues(state), ...rooms(state)]
  const ends = endingTimes(casts.length, random, end)
  return random.sample(casts, casts.length).map((cast, index): Plot => {
    const length = LENGTHS[index] ?? random.between(4, 45)
    const unread = index % 3 === 1 ? random.between(1, Math.min(length - 1, 14)) : 0
    const ending = unread > 0 ? null : (ENDINGS[index % ENDINGS.length] ?? null)
    return { ...cast, length, endsAt: ends[index] ?? end, unread, ending }
  })
}

/** The acting user writes with nearly everybody, and colleagues with some whom she then cannot see. */
function dialogues(state: AppState): readonly Cast[] {
  const cast = (host: User, guest: User): Cast => {
    return { host, guests: [guest], conversation: state.conversationOf(pairOf(host, guest)) }
  }
  const pairs = [
    ['piet', 'ada'],
    ['quinn', 'alan'],
    ['rosa', 'vera'],
  ].map((uids) => usersOf(state, uids))
  const nora = usersOf(state, [ACTS_AS])
  return [
    ...nora.flatMap((host) => partnersOf(state, host.uid).map((guest) => cast(host, guest))),
    ...pairs.flatMap(([host, guest]) => (host && guest ? [cast(host, guest)] : [])),
  ]
}

function rooms(state: AppState): readonly Cast[] {
  return [...state.groups.values()]
    .filter((group) => group.guid !== SILENT_GROUP)
    .flatMap((group) => {
      const people = [...group.members.values()].map((member) => member.user)
      const host = people.find((user) => user.uid === (group.guid === FOREIGN_GROUP ? group.owner : ACTS_AS))
      const guests = people.filter((user) => user !== host)
      return host ? [{ host, guests, conversation: state.conversationOf(group) }] : []
    })
}

/** Newest first. Every twelfth ends in the same second as the one before it. */
function endingTimes(count: number, random: Random, end: number): readonly number[] {
  const step = Math.floor(SPAN / count)
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const own = end - 300 - index * step - random.between(0, step - 600)
    times.push(index % 12 === 11 ? (times.at(-1) ?? own) : own)
  }
  return times
}

function tellPlot(plot: Plot, random: Random): readonly Message[] {
  const { between } = plot.conversation
  const story = tell(plot, random)
  if (!isGroup(between)) return story
  // Half of what is said in the large group comes too late for its members' conversations.
  if (between.guid === LARGE_GROUP) between.crowdedSince = story[Math.floor(story.length / 2)]?.sentAt ?? plot.endsAt
  const beginsAt = (story[0]?.sentAt ?? plot.endsAt) - DAY
  return [...tellBeginning(between, plot.conversation, beginsAt), ...story, ...tellArrival(between, plot, random)]
}

/** Where nothing is unread, some groups end on somebody being let in. */
function tellArrival(
  group: Group,
  { conversation, host, guests, endsAt, unread }: Plot,
  random: Random,
): readonly Message[] {
  const arrival = { conversation, action: 'added', by: host, on: random.pick(guests), at: endsAt }
  return unread === 0 && random.chance(0.5) ? [tellOfMember(group, arrival)] : []
}

/** Who speaks has seen what was said before. After the last word some have seen all, some only received it, some neither. */
function settleReceipts(plot: Plot, random: Random): void {
  for (const side of plot.conversation.sides.values()) {
    const isHost = side.user === plot.host
    followStory(side, isHost ? plot.unread : random.pick([0, 0, 1, 2, 5]), random)
  }
}

/** A group of hundreds keeps no receipts: nothing moves there. */
function followStory(side: Side, unread: number, random: Random): void {
  const { messages } = side.conversation
  const seen = messages.length - unread
  const arrived = random.chance(0.7) ? messages.length : seen
  messages.slice(0, arrived).forEach((message, index) => {
    mark('delivered', side, message.id, message.sentAt + random.between(1, 5))
    if (messages[index + 1]?.sender === side.user) mark('read', side, message.id, message.sentAt + random.between(6, 9))
  })
  const last = messages[seen - 1]
  if (last) mark('read', side, last.id, last.sentAt + random.between(20, 200))
}

/** The acting user's own tags and pins. */
function decorateSides(sides: readonly Side[], random: Random): void {
  for (const side of sides) {
    if (random.chance(0.3)) side.tags = random.sample(['vip', 'orders', 'returns', 'wholesale'], random.between(1, 2))
  }
  const [full, pinned, pinnedForAll] = random.sample(sides, 3)
  if (full) full.tags = Array.from({ length: 25 }, (_, index) => `tag-${index + 1}`)
  if (pinned) pinned.pinned = { at: pinned.updatedAt + 30, by: ACTS_AS }
  if (pinnedForAll) pinnedForAll.pinned = { at: pinnedForAll.updatedAt + 30, by: 'app_system' }
}

function usersOf(state: AppState, uids: readonly string[]): readonly User[] {
  return uids.flatMap((uid) => state.users.get(uid) ?? [])
}

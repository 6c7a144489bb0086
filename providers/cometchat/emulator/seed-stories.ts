import { dialogue, type Random } from '../../kit/emulator/index.ts'
import { tellOfMember } from './deeds.ts'
import { type Conversation, compose, type Group, type Message, type User } from './entities.ts'
import { EMBELLISHMENT_NAMES, EMBELLISHMENTS, type EmbellishmentName } from './seed-embellishments.ts'

const HOUR = 3_600

/** What happens in one conversation. */
export interface Plot {
  readonly conversation: Conversation
  /** Who speaks for the shop, and who may answer. */
  readonly host: User
  readonly guests: readonly User[]
  readonly length: number
  readonly endsAt: number
  /** How many messages at the end the host has not seen. */
  readonly unread: number
  readonly ending: EmbellishmentName | null
}

/** The texts of a plot with everything that people do beside writing. */
export function tell(plot: Plot, random: Random): readonly Message[] {
  const times = timesUntil(plot.endsAt, plot.length, random)
  const told: Message[] = []
  dialogue(random, plot.length).forEach((line, index) => {
    const isHost = line.by === 'staff' && index < plot.length - plot.unread
    const sender = isHost ? plot.host : random.pick(plot.guests)
    const sentAt = times[index] ?? plot.endsAt
    const plain = compose({ conversation: plot.conversation, sender, sentAt, data: { text: line.text } })
    told.push(...embellish(plain, told, { random, name: chooseFor(plot, index, random) }))
  })
  return told
}

/** How a group began: its owner let people in, somebody came by themselves, somebody did not stay. */
export function tellBeginning(group: Group, conversation: Conversation, beginsAt: number): readonly Message[] {
  const [owner, ...others] = [...group.members.values()].map((member) => member.user)
  const [first, second, third] = others
  if (!owner || !first || !second || !third) return []
  const acts: readonly [action: string, by: User, on: User, extras?: Message['data']][] = [
    ['added', owner, first],
    ['added', owner, second],
    ['joined', third, third],
    ['scopeChanged', owner, second, { scope: { old: 'participant', new: group.members.get(second.uid)?.scope } }],
    ['kicked', owner, third],
    ['banned', owner, third],
    ['unbanned', owner, third],
    ['joined', third, third],
  ]
  return acts.map(([action, by, on, extras], index) =>
    tellOfMember(group, { conversation, action, by, on, at: beginsAt + index * 30, ...(extras && { extras }) }),
  )
}

/** The end is the plot's own; before it one message in six is something else than a text. */
function chooseFor(plot: Plot, index: number, random: Random): EmbellishmentName | null {
  if (index === plot.length - 1) return plot.ending
  return random.chance(1 / 6) ? random.pick(EMBELLISHMENT_NAMES) : null
}

function embellish(
  plain: Message,
  before: readonly Message[],
  { random, name }: { readonly random: Random; readonly name: EmbellishmentName | null },
): readonly Message[] {
  return name === null ? [plain] : EMBELLISHMENTS[name](plain, before, random)
}

/** Ascending, a minute at least apart; now and then a night lies between. */
function timesUntil(endsAt: number, count: number, random: Random): readonly number[] {
  const times: number[] = []
  for (let at = endsAt; times.length < count; at -= gap(random)) times.push(at)
  return times.reverse()
}

function gap(random: Random): number {
  return random.chance(0.05) ? random.between(3 * HOUR, 10 * HOUR) : random.between(60, HOUR / 2)
}

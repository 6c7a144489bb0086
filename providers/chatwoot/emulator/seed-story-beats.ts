import { dialogue } from '../../kit/emulator/index.ts'
import { assignBot, assignTeam, assignUser, changeStatus, setLabels, setPriority } from './conversation-acts.ts'
import { deliverToContact, seeAsAgent, seeAsContact } from './receipts.ts'
import type { Inbox, Priority } from './records.ts'
import { post } from './rules.ts'
import type { Beat, Cast, Play, StoryTime } from './seed-beats.ts'
import { wordsOnChannel } from './seed-channels.ts'
import { greeting, hears, note, says, survey, unusualMessages } from './seed-kinds.ts'

/** Which story it is decides what happens in it. */
export interface Plot {
  readonly index: number
  readonly inbox: Inbox
  readonly length: number
}

const DAY_MS = 86_400_000
const PRIORITIES: readonly (Priority | null)[] = [null, 'low', null, 'high', 'urgent', null, 'medium']
const LABEL_SETS: readonly (readonly string[])[] = [[], ['bug'], [], ['refund', 'vip'], ['gift'], [], ['wholesale']]

/** Everything that happens in the thread, in order. */
export function thread(cast: Cast, time: StoryTime, plot: Plot): readonly Play[] {
  if (plot.length === 0) return []
  const [first, ...rest] = talk(cast, time, plot)
  const unusual = unusualMessages(cast, plot.inbox.channelType)
  const turn = Math.floor(plot.index / 10)
  const picked = [unusual[turn % unusual.length], unusual[(turn + 3) % unusual.length]]
  const middle = Math.ceil(rest.length / 2)
  return [
    first,
    ...(plot.inbox.channelType === 'Channel::WebWidget' ? [greeting(cast)] : []),
    ...sorting(cast, plot),
    ...rest.slice(0, middle),
    ...picked,
    ...rest.slice(middle),
    ...ending(cast, time, plot),
  ].filter((play) => play !== undefined)
}

/** Who looks at the thread and when: everything, half of it, or never. */
export function looks(cast: Cast, { index }: Plot, beats: readonly Beat[]): readonly Beat[] {
  const last = beats.at(-1)?.at
  const half = beats[Math.floor(beats.length / 2)]?.at
  if (last === undefined || half === undefined) return []
  const { account, agent } = cast
  const agentLooks: Play = (conversation, at) => seeAsAgent(conversation, agent, at)
  const contactHas: Play = (conversation, at) => deliverToContact(account, conversation, at)
  const contactLooks: Play = (conversation, at) => seeAsContact(account, conversation, at, at)
  return [
    ...(index % 5 === 1 ? [] : [{ at: half + 7, play: agentLooks }]),
    ...(index % 5 === 0 || index % 5 === 3 ? [{ at: last + 45_000, play: agentLooks }] : []),
    ...(index % 3 === 2 ? [] : [{ at: half + 9, play: contactLooks }]),
    ...(index % 4 === 3 ? [] : [{ at: last + 2_000, play: contactHas }]),
    ...(index % 3 === 0 ? [{ at: last + 50_000, play: contactLooks }] : []),
  ]
}

function talk(cast: Cast, { random }: StoryTime, { index, inbox, length }: Plot): readonly Play[] {
  const isBotFirst = isBotStory(index)
  return dialogue(random, length).map(({ by, text }): Play => {
    const words = wordsOnChannel(inbox.channelType, cast.contact, text, random)
    if (by === 'customer') return hears(cast, words)
    return isBotFirst ? botSays(cast, text) : says(cast, outgoing(words))
  })
}

/** Our own letters are plain text. */
function outgoing({ content, sourceId }: ReturnType<typeof wordsOnChannel>) {
  return { content, ...(sourceId === undefined ? {} : { sourceId }) }
}

function botSays({ account }: Cast, content: string): Play {
  const sender = { kind: 'bot', id: 2 } as const
  return (conversation, at) => void post(account, conversation, { type: 'outgoing', sender, content }, at)
}

export function isBotStory(index: number): boolean {
  return index % 8 === 4
}

/** Assignee, team, labels and priority, each with its line in the thread. */
function sorting(cast: Cast, { index }: Plot): readonly Play[] {
  const { account, agent: by } = cast
  const bot = account.bot(2)
  const nora = account.user(8) ?? by
  const team = account.team(index % 6 === 0 ? 3 : index % 6 === 3 ? 4 : null)
  const labels = LABEL_SETS[index % LABEL_SETS.length] ?? []
  const priority = PRIORITIES[index % PRIORITIES.length] ?? null
  const plays: (Play | false | undefined)[] = [
    isBotStory(index) && bot && ((conversation, at) => assignBot({ account, by: nora, at }, conversation, bot)),
    index % 4 === 1 && ((conversation, at) => assignUser({ account, by: nora, at }, conversation, by)),
    index % 4 === 2 && ((conversation, at) => assignUser({ account, by, at }, conversation, by)),
    team && ((conversation, at) => assignTeam({ account, by: nora, at }, conversation, team)),
    labels.length > 0 && ((conversation, at) => setLabels({ account, by, at }, conversation, labels)),
    priority !== null && ((conversation, at) => setPriority({ account, by, at }, conversation, priority)),
  ]
  return plays.filter((play) => play !== false && play !== undefined)
}

/** How the story stands when it ends: as it is, with a note, resolved or snoozed. */
function ending(cast: Cast, { end }: StoryTime, { index, inbox }: Plot): readonly Play[] {
  const { account, agent: by } = cast
  const kind = index % 8
  if (kind === 2) return [note(cast)]
  if (kind === 5 || kind === 6) {
    const resolve: Play = (conversation, at) => changeStatus({ account, by, at }, conversation, 'resolved', null)
    const hasSurvey = inbox.channelType === 'Channel::WebWidget'
    return hasSurvey ? [resolve, survey(cast, index % 2 === 0 ? 5 : null)] : [resolve]
  }
  if (kind !== 7) return []
  const until = index % 16 === 7 ? end + 2 * DAY_MS : null
  return [(conversation, at) => changeStatus({ account, by, at }, conversation, 'snoozed', until)]
}

import { type Random, SHOP } from '../../kit/emulator/index.ts'
import type { Actor, Channel, Conversation, Member, Platform, Workspace } from './records.ts'
import { extrasOf, mannerOf, marksOf, nameOf, statusOf } from './seed-manners.ts'
import { seedDraft, seedMessages, seedUnderWay } from './seed-messages.ts'
import { addressOn, type Cast, seedCast } from './seed-people.ts'
import { HOUR_MS, type Plot, plotsFor } from './seed-plots.ts'

/** The shop's workspace as it stands at `now`. The same random numbers make the same workspace. */
export function seedWorkspace(random: Random, now: Date): Workspace {
  const id = random.uuid()
  const organizationId = random.uuid()
  const channels = PLATFORMS.map(([platform, identifier], index) => ({
    id: random.uuid(),
    createdAt: new Date(now.getTime() - 500 * 24 * HOUR_MS + index * 86_410),
    platform,
    name: `${SHOP} ${platform}`,
    identifier,
    connectorId: random.uuid(),
  }))
  const cast = seedCast(random, now)
  const stage = { random, now, cast, channels, workspaceId: id }
  const conversations = plotsFor(cast).map((plot, index) => seedConversation(stage, plot, index))
  return { id, organizationId, channels, actors: [...cast.contacts, ...cast.users, ...cast.machines], conversations }
}

const PLATFORMS: readonly (readonly [Platform, identifier: string])[] = [
  ['whatsapp', '+15550100100'],
  ['email', 'hello@lighthouse.example.com'],
  ['sms', '+15550100200'],
  ['rcs', 'lighthouse-books'],
  ['messenger', '509207435603226'],
]

interface Stage {
  readonly random: Random
  readonly now: Date
  readonly cast: Cast
  readonly channels: readonly Channel[]
  readonly workspaceId: string
}

function seedConversation(stage: Stage, plot: Plot, index: number): Conversation {
  const { random, now, cast } = stage
  const channel = stage.channels.find(({ platform }) => platform === plot.platform)
  if (channel === undefined) throw new Error(`no channel for ${plot.platform}`)
  const endsAt = new Date(now.getTime() - Math.round(random.between(plot.endsAgo[0], plot.endsAgo[1])))
  const lastsMs = random.between(HOUR_MS, (plot.length > 100 ? 60 : 20) * 24 * HOUR_MS)
  const createdAt =
    plot.startsAgo === null ? new Date(endsAt.getTime() - lastsMs) : new Date(now.getTime() - plot.startsAgo)
  const conversation: Conversation = {
    id: random.uuid(),
    createdAt,
    updatedAt: endsAt,
    channel,
    name: nameOf(random, plot),
    description: index % 7 === 2 ? 'Came in through the shop window campaign' : '',
    status: plot.status ?? statusOf(index),
    reopened: false,
    closedAt: null,
    ...mannerOf(plot, index),
    members: [],
    featuredCount: Math.max(plot.contacts.length + (index % 2), 1),
    tellsLastTimes: index % 5 !== 0,
    extras: extrasOf({ random, cast, plot, index }),
    marks: marksOf(index),
    messages: [],
  }
  conversation.members.push(...seedMembers(conversation, plot, index, cast))
  const history = { random, conversation, workspaceId: stage.workspaceId, length: plot.length, endsAt }
  seedMessages(history)
  seedUnderWay(random, conversation)
  if (index % 19 === 3) seedDraft(history)
  return conversation
}

/** The contacts came first, then somebody of the staff; machines are in some, and in some a guest stands on the threshold. */
function seedMembers({ createdAt, channel }: Conversation, plot: Plot, index: number, cast: Cast): readonly Member[] {
  const { users } = cast
  const colleagues = plot.contacts.length === 0 ? users : users.filter((_, at) => at === index % users.length)
  const machines = cast.machines.filter((_, at) => index % (at + 3) === 0)
  const guests = users.filter((_, at) => index % 6 === 4 && at === (index + 1) % users.length)
  const member = (actor: Actor, at: number, status: Member['status']): Member => ({
    id: actor.id,
    createdAt: new Date(createdAt.getTime() + at * 1_000),
    actor,
    status,
    address: addressOn(channel.platform, actor),
  })
  const present = [...plot.contacts, ...colleagues, ...machines]
  const threshold = THRESHOLD[Math.floor(index / 6) % THRESHOLD.length] ?? 'pending'
  return [
    ...present.map((actor, at) => member(actor, at, 'active')),
    ...guests.map((actor, at) => member(actor, present.length + at, threshold)),
  ]
}

const THRESHOLD = ['pending', 'invited', 'inactive'] as const

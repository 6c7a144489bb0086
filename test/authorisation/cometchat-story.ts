import {
  type Conversation,
  type Group,
  isGroup,
  type Message,
  peopleIn,
  type User,
} from '../../providers/cometchat/emulator/entities.ts'
import type { AppState } from '../../providers/cometchat/emulator/state.ts'
import type { Holder, Marker, Mutable } from './canaries.ts'
import { keep, pick, type Story } from './truth.ts'

const MAX_MESSAGES = 14
const STRUCTURE: ReadonlySet<string> = new Set(['resource', 'mimeType', 'extension', 'size', 'status', 'subType'])
const [ADA, ALAN] = ['ada', 'alan'] as const

/** Eleven conversations of CometChat, some between others than the two customers; every text in them is marked. */
export function cometChatStory(mark: Marker): Story<AppState> {
  return {
    prepare: (app) => {
      cut(app)
      for (const user of app.users.values()) markUser(user, mark)
      for (const group of app.groups.values()) markGroup(group, mark)
      for (const conversation of app.conversations.values()) markConversation(conversation, mark)
    },
    customers: () => [ADA, ALAN],
    read: (app) => ({
      people: [...app.users.keys()],
      conversations: [...app.conversations.values()].map((conversation) => {
        const people = peopleIn(conversation).map(({ uid }) => uid)
        return {
          native: nativeOf(conversation),
          externalId: isGroup(conversation.between) ? conversation.between.guid : conversation.id,
          room: conversation.id,
          customers: people,
          people: [...people, ...conversation.messages.flatMap(namedIn)],
          channel: null,
          messages: conversation.messages.map(({ id }) => ({ native: String(id), isInternal: false })),
          everything: JSON.stringify([
            conversation.id,
            people,
            conversation.messages.map(({ id, data, deleted, edited, tags }) => [id, data, deleted, edited, tags]),
            [...conversation.sides.values()].map(({ user, tags, delivered, read, clearedUpTo }) => {
              return [user.uid, tags, delivered, read, clearedUpTo]
            }),
          ]),
          teamsOwn: '',
        }
      }),
    }),
  }
}

/** Also those who are gone are named where they wrote or were let in. */
function namedIn({ sender, deed }: Message): readonly string[] {
  const things = deed === undefined ? [] : [deed.on, deed.for]
  const others = things.flatMap((thing) => (thing.entityType === 'user' ? [thing.entity.uid] : []))
  return [sender.uid, ...others, ...(deed === undefined ? [] : [deed.by.uid])]
}

function nativeOf({ between }: Conversation): string {
  if (isGroup(between)) return `g${between.guid}`
  const [first, second] = between.map(({ uid }) => uid)
  return `u${first?.length}:${first}${second?.length}:${second}`
}

function cut(app: AppState): void {
  const conversations = [...app.conversations.values()]
  const isBetween = (one: string, other: string) => (conversation: Conversation) => {
    return !isGroup(conversation.between) && peopleIn(conversation).every(({ uid }) => [one, other].includes(uid))
  }
  const isRoom = (has: readonly string[], hasNot: readonly string[]) => (conversation: Conversation) => {
    const { between } = conversation
    if (!isGroup(between) || between.members.size > 50) return false
    return has.every((uid) => between.members.has(uid)) && !hasNot.some((uid) => between.members.has(uid))
  }
  const kept = new Set(
    pick(conversations, [
      isBetween('nora', ADA),
      isBetween('nora', ALAN),
      isBetween('piet', ADA),
      isBetween('quinn', ALAN),
      isBetween('rosa', 'vera'),
      isBetween('nora', 'grace'),
      isRoom([ADA], [ALAN]),
      isRoom([ALAN], [ADA]),
      isRoom([ADA, ALAN], []),
      isRoom(['nora'], [ADA, ALAN]),
      isRoom([], ['nora', ADA, ALAN]),
    ]),
  )
  for (const conversation of conversations) if (!kept.has(conversation)) remove(app, conversation)
  for (const [guid, group] of app.groups) {
    if (![...kept].some(({ between }) => between === group)) app.groups.delete(guid)
  }
  const present = new Set([...kept].flatMap(peopleIn))
  for (const [uid, user] of app.users) if (!present.has(user) && !STAYING.has(uid)) app.users.delete(uid)
  for (const { messages } of kept) {
    for (const message of messages.slice(0, Math.max(0, messages.length - MAX_MESSAGES))) app.erase(message)
  }
}

const STAYING: ReadonlySet<string> = new Set(['nora', 'piet', 'quinn', 'rosa', 'gone', 'hedy', 'tim'])

function remove(app: AppState, conversation: Conversation): void {
  for (const message of [...conversation.messages]) app.erase(message)
  for (const side of conversation.sides.values()) keep(app.sidesOf(side.user.uid), (one) => one !== side)
  app.conversations.delete(conversation.id)
}

function markUser(user: Mutable<User>, mark: Marker): void {
  const holder: Holder = { kind: 'person', native: user.uid }
  user.name = mark.text(holder, 'name of a user', user.name)
  user.statusMessage = mark.text(holder, 'status message', user.statusMessage ?? 'here')
  user.avatar = `https://assets.example.com/avatars/${mark.word(holder, 'picture')}.png`
  user.link = `https://people.example.com/${mark.word(holder, 'link')}`
  user.metadata = {
    ...mark.all(holder, 'metadata of a user', user.metadata ?? {}),
    more: mark.word(holder, 'metadata'),
  }
  user.tags = [mark.word(holder, 'tag of a user')]
}

function markGroup(group: Mutable<Group>, mark: Marker): void {
  const holder: Holder = { kind: 'conversation', native: `g${group.guid}` }
  group.name = mark.text(holder, 'name of a group', group.name)
  group.description = mark.text(holder, 'description of a group', group.description ?? 'a group')
  group.icon = `https://assets.example.com/groups/${mark.word(holder, 'icon')}.png`
  group.tags = [mark.word(holder, 'tag of a group')]
  group.metadata = { floor: mark.word(holder, 'metadata of a group') }
}

function markConversation(conversation: Conversation, mark: Marker): void {
  const holder: Holder = { kind: 'conversation', native: nativeOf(conversation) }
  for (const message of conversation.messages) {
    message.data = mark.all(holder, `message ${message.id}`, message.data, STRUCTURE)
    message.tags = message.tags.map((tag) => `${mark.word(holder, `tag of message ${message.id}`)}-${tag}`)
  }
  for (const side of conversation.sides.values()) {
    side.tags = [mark.word({ kind: 'self', native: side.user.uid }, 'somebody’s own tag')]
  }
}

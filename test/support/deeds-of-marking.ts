import type { Picked } from '../gateway/acting-client.ts'
import type { ActingStage } from './acting-stage.ts'
import type { Deed } from './deeds.ts'
import type { Truth } from './vendor-truth.ts'

/** Two things that the other side has just said. */
interface News {
  readonly first: string
  readonly last: string
}

interface Position {
  readonly name: string
  place(stage: ActingStage, room: Picked, news: News): Promise<object | null>
}

const LAST: Position = {
  name: 'the newest message',
  place: async (stage, room, { last }) => ({ messageId: await stage.messageId(room, { id: last }) }),
}
const BEFORE: Position = {
  name: 'an older message',
  place: async (stage, room, { first }) => ({ messageId: await stage.messageId(room, { id: first }) }),
}
const TIME: Position = {
  name: 'a time',
  place: async (stage, room, { last }) => {
    const { messages } = await stage.presentTruth(room)
    return { at: messages.find(({ id }) => id === last)?.createdAt }
  },
}
const LATEST: Position = { name: 'latest', place: async () => ({ latest: true }) }

type IsMarked = (truth: Truth, news: News) => boolean

const isRead: IsMarked = ({ readUpTo, unread }, { last }) => readUpTo === last && unread === 0
const isReadBefore: IsMarked = ({ readUpTo }, { first }) => readUpTo === first
const isUnread: IsMarked = ({ unread }) => unread !== null && unread > 0
const isDelivered: IsMarked = ({ deliveredUpTo }, { last }) => deliveredUpTo === last

function marking(mutation: string, position: Position, isMarked: IsMarked, more: object = {}, how?: string): Deed {
  const word = mutation === 'markUnread' ? 'from' : 'upTo'
  return {
    mutation,
    how: how ?? position.name,
    perform: async (stage) => {
      const room = await findTalk(stage)
      const first = await stage.hear(room, 'Are you there?')
      const news = { first, last: await stage.hear(room, 'Hello?') }
      if (mutation === 'markUnread')
        await stage.client.act('markRead', { conversationId: room.id, upTo: { latest: true } })
      const place = await position.place(stage, room, news)
      const input = { conversationId: room.id, ...(place && { [word]: place }), ...more }
      const answer = await stage.client.act(mutation, input)
      return { answer, isDone: async () => isMarked(await stage.presentTruth(room), news) }
    },
  }
}

/** Of two, because of what a group has read less is told. */
function findTalk(stage: ActingStage): Promise<Picked> {
  return stage.pick(({ kind, status }) => kind !== 'GROUP' && (status ?? 'OPEN') === 'OPEN')
}

const NOWHERE: Position = { name: 'the newest message by default', place: async () => null }

export const marks: readonly Deed[] = [
  marking('markRead', LAST, isRead),
  marking('markRead', BEFORE, isReadBefore),
  marking('markRead', TIME, isRead),
  marking('markRead', LATEST, isRead, { visibility: 'ACCOUNT_DEFAULT' }, 'latest, as the account does'),
  marking('markRead', LATEST, isRead, { visibility: 'PUBLIC' }, 'latest, PUBLIC'),
  marking('markRead', LATEST, isRead, { visibility: 'PRIVATE' }, 'latest, PRIVATE'),
  marking('markDelivered', LAST, isDelivered),
  marking('markDelivered', TIME, isDelivered),
  marking('markDelivered', LATEST, isDelivered),
  marking('markUnread', LAST, isUnread),
  marking('markUnread', BEFORE, isUnread),
  marking('markUnread', TIME, isUnread),
  marking('markUnread', LATEST, isUnread),
  marking('markUnread', NOWHERE, isUnread),
]

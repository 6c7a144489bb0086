import type { Random } from '../../kit/emulator/index.ts'
import {
  type Conversation,
  type Interaction,
  isIncoming,
  isOnChannel,
  type JsonObject,
  type Member,
  type Message,
} from './records.ts'

/** A message and whether its reader has written since. */
export interface Reading {
  readonly random: Random
  readonly conversation: Conversation
  readonly message: Message
  readonly isAnswered: boolean
}

/** What the contacts did with a message that reached them, as far as the platform tells. */
export function seedInteractions(reading: Reading): readonly Interaction[] {
  const { conversation, message } = reading
  if (isIncoming(message) || !isOnChannel(message) || message.status !== 'delivered') return []
  const readers = conversation.members.filter(({ address }) => address !== null)
  return readers.flatMap((reader) => interactionsOf(reading, reader))
}

function interactionsOf({ random, conversation, message, isAnswered }: Reading, by: Member): readonly Interaction[] {
  const { platform } = conversation.channel
  const make = (type: Interaction['type'], metadata: JsonObject = {}): Interaction => ({
    id: random.uuid(),
    createdAt: new Date(message.updatedAt.getTime() + random.between(1_000, 240_000)),
    type,
    by,
    metadata,
  })
  const isSeen = isAnswered || random.chance(0.4)
  if (!isSeen || platform === 'sms' || platform === 'messenger') return []
  const clicks = hasLink(message) || random.chance(0.05) ? [make('clicked', LINK)] : []
  if (platform === 'email') return [make('opened', { prefetched: random.chance(0.3) }), ...clicks]
  const reads = sendsReadReceipts(by) ? [make('read')] : []
  return random.chance(0.06) ? [...reads, make('reaction', REACTION), ...clicks] : [...reads, ...clicks]
}

const LINK = { link: { name: 'See the book', url: 'https://example.com/books' } }
const REACTION = { reaction: { emoji: '❤️', action: 'react' } }

function hasLink({ body }: Message): boolean {
  return JSON.stringify(body).includes('"link"')
}

/** People can switch them off: about one in eight has. */
function sendsReadReceipts({ id }: Member): boolean {
  return !/[01]$/.test(id)
}

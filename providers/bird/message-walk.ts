import { absent } from '../kit/absent.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationRef,
  type Message,
  type MessageWalk,
  type Page,
  ProviderError,
} from '../port/index.ts'
import type { BirdClient } from './client.ts'
import { uuidOf } from './refs.ts'
import { timeOfSortKey } from './to-message.ts'
import {
  atMost,
  type Place,
  type RowName,
  readPageSize,
  readPlace,
  readRows,
  START,
  type Walked,
  writePlace,
} from './token-walk.ts'

/** One of Bird's lists of the messages of a conversation, in pages of one size, and a place in it. */
interface Lane {
  readonly direction: MessageWalk['direction']
  /** Frozen in the cursors: with another size the tokens would stand elsewhere. */
  readonly pageSize: number
  /** Only newer walks begin at a time. */
  readonly dateFrom: Date | null
  readonly place: Place
}

/** Null: not for the one who asks. */
type MessageReader = (wire: Wire) => Message | null

/** For the search from the newest message down to a given one. */
const SEARCH_PAGE_SIZE = 100

/**
 * Bird lists newest first, or oldest first (`reverse`) and then from a time on (`dateFrom`), but never older than a time. So a
 * walk towards newer messages can begin anywhere, while one towards older messages that has no token looks for its beginning
 * from the newest message down: a scan, which may stop with `complete: false`.
 */
export class MessageWalker {
  readonly #client: BirdClient
  readonly #conversation: ConversationRef
  readonly #toMessage: MessageReader
  readonly #call: CallContext

  constructor(client: BirdClient, conversation: ConversationRef, toMessage: MessageReader, call: CallContext) {
    this.#client = client
    this.#conversation = conversation
    this.#toMessage = toMessage
    this.#call = call
  }

  async walk(walk: MessageWalk): Promise<Page<Message>> {
    const lane = await this.#laneOf(walk)
    return atMost(walk.limit, await readRows(this.#listOf(lane), lane.place, this.#call))
  }

  async #laneOf({ from, direction, limit }: MessageWalk): Promise<Lane> {
    if (from === null) return { direction, pageSize: limit, dateFrom: null, place: START }
    if (typeof from === 'string') return goOn(readLane(from), direction, limit)
    const message = this.#toMessage(await this.#client.getMessage(uuidOf(this.#conversation), uuidOf(from), this.#call))
    if (message === null) throw absent()
    const { sortKey } = message
    // No message has an empty id: the one that is named comes directly behind this place.
    return laneBehind({ id: direction === 'newer' ? '' : from.native, sortKey }, direction, limit)
  }

  #listOf(lane: Lane): Walked<Message> {
    const { direction, pageSize, dateFrom } = lane
    return {
      order: direction === 'newer' ? 'rising' : 'falling',
      nameOf: ({ externalId, sortKey }) => ({ id: externalId, sortKey }),
      cursorAt: (place) => writeLane({ ...lane, place }),
      read: async (token) => {
        const query = { limit: pageSize, token, reverse: direction === 'newer', dateFrom }
        const page = await this.#client.listMessages(uuidOf(this.#conversation), query, this.#call)
        return { ...page, items: page.items.map(this.#toMessage).filter((message) => message !== null) }
      },
    }
  }
}

/** The cursor's own lane, or, when the walk turns round, one that begins at its row. */
function goOn(lane: Lane, direction: Lane['direction'], limit: number): Lane {
  if (lane.direction === direction) return lane
  const { behind } = lane.place
  if (behind === null) throw new ProviderError('INVALID', 'this cursor names no message from which to turn round')
  return laneBehind(behind, direction, limit)
}

function laneBehind(behind: RowName, direction: Lane['direction'], limit: number): Lane {
  const place = { token: null, behind }
  if (direction === 'older') return { direction, pageSize: SEARCH_PAGE_SIZE, dateFrom: null, place }
  return { direction, pageSize: limit, dateFrom: justBefore(behind.sortKey), place }
}

/** Bird says "after" of `dateFrom`, and its times have more digits than a Date: one millisecond earlier is surely before. */
function justBefore(sortKey: string): Date {
  return new Date(timeOfSortKey(sortKey).getTime() - 1)
}

function writeLane({ direction, pageSize, dateFrom, place }: Lane): string {
  return writePlace(place, direction, String(pageSize), dateFrom?.toISOString() ?? '')
}

function readLane(cursor: string): Lane {
  const { place, extras } = readPlace(cursor)
  const [direction, pageSize, dateFrom] = extras
  if (direction !== 'older' && direction !== 'newer')
    throw new ProviderError('INVALID', 'this is no cursor of messages')
  const from = dateFrom ? new Date(dateFrom) : null
  if (from !== null && Number.isNaN(from.getTime())) throw new ProviderError('INVALID', 'this is no cursor of messages')
  return { direction, pageSize: readPageSize(pageSize), dateFrom: from, place }
}

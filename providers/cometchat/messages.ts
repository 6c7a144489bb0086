import { answerEach } from '../kit/answer-each.ts'
import { z } from '../kit/settings.ts'
import type { Wire } from '../kit/wire.ts'
import type {
  CallContext,
  Conversation,
  ConversationRef,
  Horizon,
  Message,
  MessageRef,
  MessageWalk,
  Page,
  ProviderError,
} from '../port/index.ts'
import { type Acting, acting } from './acting.ts'
import type { CometChatClient, MessagesQuery } from './client.ts'
import type { CometChatSettings } from './config.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { GroupDoor } from './group-door.ts'
import { type Counterpart, conversationOf, counterpartIn, notFound } from './refs.ts'
import { messageSortKey, toMessage, toSingleMessage } from './to-message.ts'
import { farthest, type Scene, toHorizons, toReceipts } from './to-receipts.ts'

const MAX_LIMIT = 999
/** Newest messages among which the positions of people are looked for. */
const HORIZON_DEPTH = 50

const placeShape = z.strictObject({ id: z.string().regex(/^\d{1,20}$/) })

/** Messages, which CometChat orders by their ids, and what they say about who has read how far. */
export class Messages {
  readonly #settings: CometChatSettings
  readonly #client: CometChatClient
  readonly #door: GroupDoor

  constructor(settings: CometChatSettings, client: CometChatClient, door: GroupDoor) {
    this.#settings = settings
    this.#client = client
    this.#door = door
  }

  async list(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    const scene = await this.#enter(conversation, call)
    const limit = Math.min(Math.max(walk.limit, 1), MAX_LIMIT)
    const answered = await this.#read(scene, { ...startOf(walk), limit: limit + 1 })
    const messages = inOrder(answered, walk.direction).map((wire) => toMessage(wire, scene))
    const rows = messages.slice(0, limit).map((item) => ({
      item,
      sortKey: item.sortKey,
      cursor: encodeCursor({ id: item.externalId }),
    }))
    return { rows, hasMore: messages.length > limit, complete: true, frontier: null }
  }

  get(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      const scene = await this.#enter(ref.conversation, call)
      const wire = await this.#client.message(scene.as, ref.native)
      if (!isOf(wire, ref.conversation)) throw notFound(`message ${ref.native} in this conversation`)
      return toSingleMessage(wire, scene)
    })
  }

  /** A 1-1 by its newest messages; a group also by who has the newest of them that can say so. */
  async horizons(conversation: Conversation, call: CallContext): Promise<readonly Horizon[]> {
    if (conversation.receiptModel === 'none') return []
    const scene = await this.#enter(conversation.ref, call)
    const newest = inOrder(await this.#read(scene, { affix: 'prepend', limit: HORIZON_DEPTH }), 'older')
    const told = newest.flatMap((wire) => horizonsOf(wire, scene))
    const telling = scene.isGroup ? tellingMessage(newest, scene.as.uid) : null
    if (telling === null) return farthest(told)
    const single = await this.#client.message(scene.as, telling)
    return farthest([...horizonsOf(single, scene), ...told])
  }

  async #enter(conversation: ConversationRef, call: CallContext): Promise<ActedScene> {
    const as = acting(call, this.#settings.actAs, 'MESSAGE_HISTORY')
    const other = counterpartIn(conversation, as.uid)
    await this.#door.enter(as, conversation, other)
    return { conversation, other, as, isGroup: other.type === 'group', viewerUid: as.uid }
  }

  #read({ as, other }: ActedScene, query: MessagesQuery): Promise<readonly Wire[]> {
    return this.#client.messagesWith(as, other, query)
  }
}

interface ActedScene extends Scene {
  readonly other: Counterpart
  readonly as: Acting
}

/** CometChat looks strictly before or behind an id; the id need not exist. */
function startOf({ from, direction }: MessageWalk): Pick<MessagesQuery, 'affix' | 'id'> {
  const isOlder = direction === 'older'
  if (from === null) return isOlder ? { affix: 'prepend' } : { affix: 'append', id: '0' }
  if (typeof from === 'string') return { affix: isOlder ? 'prepend' : 'append', ...decodeCursor(from, placeShape) }
  const id = messageId(from)
  return isOlder ? { affix: 'prepend', id: String(id) } : { affix: 'append', id: String(id - 1n) }
}

/** Throws `NOT_FOUND` for what cannot be one. */
export function messageId({ native }: MessageRef): bigint {
  if (!/^[1-9]\d{0,19}$/.test(native)) throw notFound(`message ${native}`)
  return BigInt(native)
}

/** Pages come in ascending order whichever way one goes. */
function inOrder(messages: readonly Wire[], direction: MessageWalk['direction']): readonly Wire[] {
  const keyed = messages.map((wire) => ({ wire, key: messageSortKey(wire.text('id')) }))
  const ascending = keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ wire }) => wire)
  return direction === 'older' ? ascending.toReversed() : ascending
}

function horizonsOf(wire: Wire, scene: Scene): readonly Horizon[] {
  const message = toMessage(wire, scene)
  return message.side === 'system' ? [] : toHorizons(message, toReceipts(wire, scene))
}

/** The viewer's own newest message, because its sender learns who has it; else the newest anybody wrote. */
function tellingMessage(newestFirst: readonly Wire[], viewerUid: string): string | null {
  const spoken = newestFirst.filter((wire) => wire.text('category') !== 'action')
  const telling = spoken.find((wire) => wire.text('sender') === viewerUid) ?? spoken[0]
  return telling?.text('id') ?? null
}

function isOf(message: Wire, conversation: ConversationRef): boolean {
  return conversationOf(message, conversation.account).native === conversation.native
}

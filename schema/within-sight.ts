import type { ConversationRef } from '../providers/port/index.ts'
import { answerOf, sourceOf } from './ask.ts'
import type { GatewayContext } from './context.ts'
import type { GapItem, GapReason, HappeningItem, StreamItem } from './event-stream.ts'
import { conversationId } from './global-id.ts'

/**
 * What of a stream the viewer may know of. Whoever works for the team sees all of an account. An end user sees the
 * conversations that their provider shows to them and no others. Where it cannot be asked, or where it does not show one any
 * more that it showed before, that is a gap: they have to ask again for what they show.
 */
export function withinSight(
  items: AsyncIterableIterator<StreamItem>,
  context: GatewayContext,
): AsyncIterableIterator<StreamItem> {
  return context.viewer.kind === 'end-user' ? new WithinSight(items, context) : items
}

/** `lost`: it was in sight before. */
type Sight = 'seen' | 'hidden' | 'lost' | 'unknown'

const GAPS = { lost: 'access-changed', unknown: 'provider-outage' } as const

class WithinSight implements AsyncIterableIterator<StreamItem> {
  readonly #items: AsyncIterableIterator<StreamItem>
  readonly #context: GatewayContext
  readonly #looked = new Map<string, { readonly sight: Sight; readonly at: number }>()
  #passed = 0

  constructor(items: AsyncIterableIterator<StreamItem>, context: GatewayContext) {
    this.#items = items
    this.#context = context
  }

  async next(): Promise<IteratorResult<StreamItem>> {
    for (;;) {
      const result = await this.#items.next()
      if (result.done) return result
      const item = await this.#seen(result.value)
      if (item !== null) return { done: false, value: item }
    }
  }

  /** How much happened is told as far as it was seen: what happens to others is not counted either. */
  async #seen(item: StreamItem): Promise<StreamItem | null> {
    if (item.type === 'ready') return { ...item, replaying: 0 }
    if (item.type === 'caught-up') return { ...item, replayed: this.#passed }
    if (item.type === 'gap') return item
    const sight = await this.#sightOf(item)
    if (sight === 'hidden') return null
    if (sight !== 'seen') return this.#endWithGap(item, GAPS[sight])
    this.#passed += 1
    return item
  }

  async return(): Promise<IteratorResult<StreamItem>> {
    await this.#items.return?.()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #endWithGap({ happening, position, at }: HappeningItem, reason: GapReason): Promise<GapItem> {
    await this.return()
    const accounts = 'conversation' in happening ? [happening.conversation.account] : null
    return { type: 'gap', reason, dropped: null, accounts, position, at }
  }

  async #sightOf({ happening }: HappeningItem): Promise<Sight> {
    if (happening.type === 'source-health-changed') return 'hidden'
    const id = conversationId(happening.conversation)
    const known = this.#looked.get(id)
    // What was in sight is told to be gone; it could not be found any more.
    if (happening.type === 'conversation-removed' && known) return known.sight
    // Who is in and who is out may have changed with this very event.
    const isFresh = happening.type !== 'participant-changed' && known && Date.now() - known.at < SIGHT_MS
    if (isFresh) return known.sight
    const sight = await this.#look(happening.conversation)
    if (sight !== 'unknown') this.#looked.set(id, { sight, at: Date.now() })
    return sight === 'hidden' && known?.sight === 'seen' ? 'lost' : sight
  }

  async #look(conversation: ConversationRef): Promise<Sight> {
    const source = sourceOf(this.#context.renew(), conversation.account)
    if (source === null) return 'hidden'
    const answer = await answerOf(source, (provider, call) => provider.getConversations([conversation], call))
    const found = 'error' in answer ? answer.error : answer.value[0]
    if (!(found instanceof Error)) return found === undefined ? 'hidden' : 'seen'
    return found.code === 'NOT_FOUND' || found.code === 'FORBIDDEN' ? 'hidden' : 'unknown'
  }
}

/** For how long a look at a conversation counts. */
const SIGHT_MS = 60_000

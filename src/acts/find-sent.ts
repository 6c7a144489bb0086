import {
  type CallContext,
  type ConversationRef,
  type Message,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'

/** How far a provider's clock may be behind ours: what was created longer than this before an attempt is not of it. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000
const PAGE = 25

/**
 * The message that was sent since then under a key; null: it is not there. Reads the conversation backwards as long as there may
 * be one; `since` null: the newest ones only. Throws where that cannot be said.
 */
export async function findSent(
  provider: Provider,
  sent: { readonly conversation: ConversationRef; readonly clientMessageId: string; readonly since: Date | null },
  call: CallContext,
): Promise<Message | null> {
  const { conversation, clientMessageId, since } = sent
  const earliest = since === null ? Number.POSITIVE_INFINITY : since.getTime() - CLOCK_DIFFERENCE_MS
  for (let from: string | null = null; ; ) {
    const { rows, hasMore, complete } = await provider.listMessages(
      conversation,
      { limit: PAGE, from, direction: 'older' },
      call,
    )
    const found = rows.find(({ item }) => item.clientMessageId === clientMessageId)
    if (found !== undefined) return found.item
    if (!complete) throw new ProviderError('UNAVAILABLE', 'the conversation could not be looked through')
    const last = rows.at(-1)
    if (last === undefined || hasMore === false || last.item.createdAt.getTime() < earliest) return null
    from = last.cursor
  }
}

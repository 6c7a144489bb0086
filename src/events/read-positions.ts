import {
  type CallContext,
  type Conversation,
  type Horizon,
  type Message,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import { audienceOfReading } from './facts.ts'

/**
 * What messages say that were read after the conversation may be ahead of its positions. Then these are asked for again, as one
 * of them may say what otherwise had to be told of each message. Throws `ProviderError`.
 */
export async function keepUp(
  provider: Provider,
  call: CallContext,
  read: {
    readonly conversation: Conversation
    readonly positions: readonly Horizon[]
    readonly messages: readonly Message[]
  },
): Promise<readonly Horizon[]> {
  const { conversation, positions, messages } = read
  const isWatermark = conversation.receiptModel === 'watermark' && conversation.horizonsComplete
  const isAhead = (message: Message) => message.delivery?.state === 'read' && isBeyond(message, conversation, positions)
  if (!isWatermark || !messages.some(isAhead)) return positions
  const [answer] = await provider.getConversations([conversation.ref], call)
  return answer === undefined || answer instanceof ProviderError ? positions : answer.conversation.horizons
}

/** Where positions cover messages: whether this one failed, or has got further than they say. */
export function isBeyond(
  { delivery, sortKey }: Message,
  conversation: Conversation,
  positions: readonly Horizon[],
): boolean {
  const state = delivery?.state
  if (state === 'failed') return true
  if (state !== 'delivered' && state !== 'read') return false
  const covering = positions.filter(({ kind }) => kind === 'read' || kind === state)
  return !covering.some(
    (horizon) => sortKey <= horizon.sortKey && audienceOfReading(conversation, horizon.holder) === 'public',
  )
}

import { orError } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type Beginning,
  type CallContext,
  type ConversationRef,
  type Message,
  ProviderError,
  type Started,
} from '../port/index.ts'
import type { Desk } from './desk.ts'
import type { Identifier } from './identifiers.ts'
import { uuidOf } from './refs.ts'
import { toParty } from './starting.ts'
import { toMessage, toReference } from './to-message.ts'

const PAGE_SIZE = 100
/** Clocks differ. */
const SKEW_MS = 60_000

/**
 * Looks through the conversations of the first person on that channel for the first message, which carries the key; where none
 * was asked for, for a conversation that was made since. Whoever finds nothing may start again: Bird lets nobody have two
 * active conversations on a channel.
 */
export async function findStarted(
  beginning: Beginning,
  since: Date,
  desk: Desk,
  call: CallContext,
): Promise<Started | null> {
  const from = new Date(since.getTime() - SKEW_MS)
  const conversations = await conversationsWith(beginning, desk, call)
  for (const wire of conversations.filter((one) => mayBe(one, beginning, from))) {
    const conversation = desk.toConversation(wire, call)
    const existing = wire.requiredInstant('createdAt') < from
    if (beginning.firstMessage === null) return { conversation, message: null, existing }
    const { ref } = conversation.conversation
    const message = await findMessage(ref, toReference(beginning.clientMessageId), from, desk, call)
    if (message !== null) return { conversation, message, existing }
  }
  return null
}

async function conversationsWith(beginning: Beginning, desk: Desk, call: CallContext): Promise<readonly Wire[]> {
  const { channel, founders } = await toParty(beginning, desk, call)
  const first = founders.find(({ identifier }) => identifier !== null)
  const by: Identifier | string | null = first?.identifier ?? idOf(founders[0]?.participant.id)
  if (by === null) return []
  const query = { limit: PAGE_SIZE, token: null }
  const page = await orError(() => desk.client.listConversationsOf(by, channel.externalId, query, call))
  if (!(page instanceof ProviderError)) return page.items
  // Whom Bird has never met has no conversations.
  if (page.code === 'NOT_FOUND') return []
  throw page
}

function idOf(id: unknown): string | null {
  return typeof id === 'string' ? id : null
}

/** Made since, or spoken in since. */
function mayBe(wire: Wire, { firstMessage }: Beginning, from: Date): boolean {
  if (wire.requiredInstant('createdAt') >= from) return true
  const lastAt = wire.optionalObject('lastMessage')?.instant('createdAt') ?? null
  return firstMessage !== null && lastAt !== null && lastAt >= from
}

async function findMessage(
  ref: ConversationRef,
  reference: string,
  from: Date,
  desk: Desk,
  call: CallContext,
): Promise<Message | null> {
  const query = { limit: PAGE_SIZE, token: null, reverse: true, dateFrom: from }
  const { items } = await desk.client.listMessages(uuidOf(ref), query, call)
  const found = items.find((wire) => wire.filledText('reference') === reference)
  return found === undefined ? null : toMessage(found, ref, desk.reading(call), 'listed')
}

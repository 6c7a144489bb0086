import type { CallContext, ConversationRef, Message, Page, Provider } from '../../providers/port/index.ts'
import { type MessageMemory, messageKey, type RecentMemory } from './guard-memory.ts'
import type { EventLog } from './log.ts'

export interface ReadBackQuestion {
  readonly account: string
  readonly provider: Provider
  readonly log: EventLog
  readonly conversation: ConversationRef
  /** Until then everything is known; null: up to what is remembered. */
  readonly since: Date | null
  readonly recent: RecentMemory
}

export interface ReadBack {
  /** Newest first. */
  readonly listed: readonly Message[]
  readonly hasMore: Page<Message>['hasMore']
  /** Whether more was missed than is read at once. */
  readonly isCutShort: boolean
}

const PAGE_SIZE = 30
/** Where an outage was long, asking anew is cheaper for everybody than telling of each message. */
const MAX_MESSAGES = 300

/** Reads the messages of a conversation, from the newest back to what is known. Throws `ProviderError`. */
export async function readBack(question: ReadBackQuestion, call: CallContext): Promise<ReadBack> {
  const { provider, conversation } = question
  const listed: Message[] = []
  let from: string | null = null
  for (;;) {
    const range = { limit: PAGE_SIZE, from, direction: 'older' } as const
    const page: Page<Message> = await provider.listMessages(conversation, range, call)
    listed.push(...page.rows.map(({ item }) => item))
    from = page.rows.at(-1)?.cursor ?? null
    const oldest = listed.findLast(({ deleted }) => deleted === null) ?? null
    const { hasMore } = page
    if (hasMore === false || from === null || isReached(oldest, question)) return { listed, hasMore, isCutShort: false }
    if (listed.length >= MAX_MESSAGES) return { listed, hasMore, isCutShort: !(await isKnown(oldest, question)) }
  }
}

/**
 * Whether nothing before this message was missed: it is from the time until which everything is known; else it is known itself,
 * or older than all that is.
 */
function isReached(oldest: Message | null, { since, recent }: ReadBackQuestion): boolean {
  if (oldest === null) return false
  if (since !== null) return oldest.createdAt <= since
  const firstKnown = recent.at(-1)?.[1] ?? null
  return firstKnown === null || oldest.sortKey < firstKnown || recent.some(([native]) => native === oldest.ref.native)
}

async function isKnown(message: Message | null, { log, account }: ReadBackQuestion): Promise<boolean> {
  if (message === null) return false
  const [remembered] = await log.recall(account, [messageKey(message.ref)])
  return (remembered?.value as MessageMemory | undefined)?.isKnown === true
}

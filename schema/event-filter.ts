import type { ConversationRef } from '../providers/port/index.ts'
import { builder, enumOfWords } from './builder.ts'
import type { GatewayContext, Source } from './context.ts'
import { clientError } from './errors.ts'
import type { Happening, StreamRequest } from './event-stream.ts'
import { conversationId, parseGlobalId } from './global-id.ts'
import { ProviderEnum, vendorOf } from './provider.ts'

type EventKind = 'message' | 'delivery' | 'horizon' | 'conversation' | 'participant' | 'typing' | 'source'

const EventKindEnum = enumOfWords<EventKind>('EventKind', 'What events are about.', {
  message: 'MessageAdded, MessageUpdated, MessageDeleted.',
  delivery: 'DeliveryChanged.',
  horizon: 'HorizonMoved.',
  conversation: 'ConversationAdded, ConversationChanged, ConversationRemoved.',
  participant: 'ParticipantChanged.',
  typing: 'TypingChanged.',
  source: 'SourceHealthChanged.',
})

export const EventFilterInput = builder.inputType('EventFilter', {
  description: 'All given conditions hold. Empty: all the viewer may see.',
  fields: (t) => ({
    conversationIds: t.idList({ description: 'Only these conversations.' }),
    accountIds: t.idList({ description: 'Only these accounts.' }),
    providers: t.field({ type: [ProviderEnum], description: 'Only accounts at these.' }),
    kinds: t.field({ type: [EventKindEnum], description: 'Only these kinds of events.' }),
  }),
})

type FilterInput = typeof EventFilterInput.$inferInput

/** Which accounts are listened to, and for what. */
export type ReadEventFilter = Pick<StreamRequest, 'accounts' | 'conversations' | 'accepts'>

/** Checks a filter. Throws VALIDATION_FAILED naming the part that makes no sense. */
export function readEventFilter(input: FilterInput | null | undefined, context: GatewayContext): ReadEventFilter {
  const { conversationIds, accountIds, providers, kinds } = input ?? {}
  const conversations = conversationIds?.map(readConversation)
  const keys = accountIds?.map((id) => readAccountKey(id)) ?? null
  const isWanted = ({ account }: Source) =>
    (conversations === undefined || conversations.some((ref) => ref.account === account.key)) &&
    (keys === null || keys.includes(account.key)) &&
    (providers === null || providers === undefined || providers.includes(vendorOf(account)))
  const accounts = context.sources.filter(isWanted).map(({ account }) => account.key)
  return { accounts, conversations, accepts: acceptance(context, conversationIds ?? null, kinds ?? null) }
}

/** What the team says among itself is not for its customers, whatever is asked for. */
function acceptance(
  { viewer }: GatewayContext,
  conversationIds: readonly string[] | null,
  kinds: readonly EventKind[] | null,
): StreamRequest['accepts'] {
  const conversations = conversationIds && new Set(conversationIds)
  const kindsWanted = kinds && new Set(kinds)
  return (happening) => {
    // It may have been anything.
    if (happening.type === 'events-lost' && happening.isOfAccount) return true
    if (happening.type === 'events-lost') return conversations?.has(conversationId(happening.conversation)) ?? true
    if (kindsWanted !== null && !kindsWanted.has(KINDS[happening.type])) return false
    if (isTeams(happening) && viewer.kind === 'end-user') return false
    if (happening.type === 'source-health-changed') return true
    return conversations === null || conversations.has(conversationId(happening.conversation))
  }
}

/** How the accounts do is the team's matter, too. */
function isTeams(happening: Happening): boolean {
  return happening.type === 'source-health-changed' || happening.audience === 'internal'
}

const KINDS: Readonly<Record<Exclude<Happening['type'], 'events-lost'>, EventKind>> = {
  'conversation-added': 'conversation',
  'conversation-changed': 'conversation',
  'conversation-removed': 'conversation',
  'participant-changed': 'participant',
  'message-added': 'message',
  'message-updated': 'message',
  'message-deleted': 'message',
  'delivery-changed': 'delivery',
  'horizon-moved': 'horizon',
  'typing-changed': 'typing',
  'source-health-changed': 'source',
}

function readConversation(text: string): ConversationRef {
  const id = parseGlobalId(text)
  if (id?.type === 'Conversation') return id.conversation
  throw clientError('VALIDATION_FAILED', 'filter.conversationIds: expected ids of type Conversation.')
}

function readAccountKey(text: string): string {
  const id = parseGlobalId(text)
  if (id?.type === 'Account') return id.account
  throw clientError('VALIDATION_FAILED', 'filter.accountIds: expected ids of type Account.')
}

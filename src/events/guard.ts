import type { ConversationRef, DomainEvent } from '../../providers/port/index.ts'
import { hearOfCreation, hearOfObservation, hearOfParticipant, hearOfRemoval } from './guard-conversations.ts'
import {
  conversationKey,
  type Hearing,
  horizonKey,
  Ledger,
  messageKey,
  NEW_CONVERSATION,
  participantKey,
  recentKey,
} from './guard-memory.ts'
import { hearOfDeletion, hearOfMessage } from './guard-messages.ts'
import { hearOfDelivery, hearOfHorizon, reportIn } from './guard-receipts.ts'
import type { Commit, Remembered } from './log.ts'

/**
 * Decides what of a batch of events is news: pure, so that any engine may write the decision at once or not at all, and any
 * instance decides alike. The same happening is told once however often, late and disordered it comes; states never fall back;
 * what is told is the state that came out of it.
 *
 * - deliveries climb UNKNOWN, ACCEPTED, SENT, FAILED, DELIVERED, READ; FAILED is left downwards by a retry only, which is a
 *   report of a later time or a later read; where the receipt model is known to be WATERMARK, what a horizon says is not said again
 * - horizons move forward, and back only where the event says so
 * - where things stand when a conversation is first heard of is remembered and not told, unless it was reported, then or later
 * - a message is added once; what is read behind the place where a conversation was first heard of was missed, and is added;
 *   newer content updates it; deleted is the end
 * - a conversation is added once, changes where a field differs, and is removed until it is there again
 */
export function decide(
  events: readonly DomainEvent[],
  recalled: readonly Remembered[],
  hearing: Hearing,
): Pick<Commit, 'remember' | 'append'> {
  const ledger = new Ledger(keysOf(events), recalled, hearing)
  for (const event of events) hear(ledger, event)
  for (const conversation of conversationsOf(events)) noteBaseline(ledger, conversation, events)
  return ledger.close()
}

/** Under which keys stands what has to be known of a batch; `decide` takes the answers in this order. */
export function keysOf(events: readonly DomainEvent[]): readonly string[] {
  return [...new Set(events.flatMap(keysOfEvent))]
}

function keysOfEvent(event: DomainEvent): readonly string[] {
  const { conversation } = event
  const key = conversationKey(conversation)
  switch (event.type) {
    case 'message-saved':
      return [key, recentKey(conversation), messageKey(event.message.ref)]
    case 'message-deleted':
      return [key, recentKey(conversation), messageKey(event.message)]
    case 'delivery-reported':
      return [key, messageKey(event.message)]
    case 'horizon-moved':
      return [key, horizonKey(conversation, event.horizon.holder)]
    case 'participant-changed':
      return [key, participantKey(conversation, event.participant.person.ref)]
    case 'typing-changed':
      return []
    default:
      return [key]
  }
}

function hear(ledger: Ledger, event: DomainEvent): void {
  switch (event.type) {
    case 'conversation-created':
      hearOfCreation(ledger, event)
      break
    case 'conversation-observed':
      hearOfObservation(ledger, event)
      break
    case 'conversation-removed':
      hearOfRemoval(ledger, event)
      break
    case 'participant-changed':
      hearOfParticipant(ledger, event)
      break
    case 'message-saved':
      hearOfMessage(ledger, event)
      break
    case 'message-deleted':
      hearOfDeletion(ledger, event)
      break
    case 'delivery-reported':
      hearOfDelivery(ledger, reportIn(event))
      break
    case 'horizon-moved':
      hearOfHorizon(ledger, event)
      break
    case 'typing-changed':
      break
  }
}

function conversationsOf(events: readonly DomainEvent[]): readonly ConversationRef[] {
  return [...new Map(events.map(({ conversation }) => [conversation.native, conversation])).values()]
}

/** Where a conversation stood when it was first heard of: at its newest message, of those that came with it. */
function noteBaseline(ledger: Ledger, conversation: ConversationRef, events: readonly DomainEvent[]): void {
  const [newest] = events
    .flatMap((event) => (event.type === 'message-saved' ? [event.message] : []))
    .filter(({ ref }) => ref.conversation.native === conversation.native)
    .map(({ sortKey }) => sortKey)
    .sort()
    .reverse()
  if (newest === undefined) return
  const key = conversationKey(conversation)
  const known = ledger.recall(key, NEW_CONVERSATION)
  if (known.baseline === null) ledger.remember(key, { ...known, baseline: newest })
}

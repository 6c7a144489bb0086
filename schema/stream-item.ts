import { builder } from './builder.ts'
import { ConversationRef } from './conversation.ts'
import { sealEventCursor } from './event-cursor.ts'
import type { HappeningItem, StreamItem } from './event-stream.ts'
import { conversationId } from './global-id.ts'
import type { LoggedEvent } from './logged-event.ts'
import { OriginEnum } from './words.ts'

/** A logged event of one type on its way to a listener. */
export type EventItem<Type extends LoggedEvent['type'] = LoggedEvent['type']> = HappeningItem<
  Extract<LoggedEvent, { type: Type }>
>

export const StreamItemRef = builder.interfaceRef<StreamItem>('StreamItem').implement({
  audience: 'public',
  description: 'Everything on a stream has a cursor to resume after.',
  fields: (t) => ({
    cursor: t.field({
      type: 'EventCursor',
      nullable: false,
      description: 'Subscribe after this to go on behind this item.',
      resolve: ({ position }, _args, context) => sealEventCursor(context, position),
    }),
    emittedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the gateway took it in, or said it where it is about the stream itself.',
      resolve: ({ at }) => at,
    }),
  }),
  resolveType: typenameOf,
})

export const ConversationEventRef = builder.interfaceRef<EventItem>('ConversationEvent').implement({
  audience: 'public',
  description:
    'Something happened in a conversation. Ids are always there; the objects behind them cost a read and may fail or be gone, and never take the event along.',
  interfaces: [StreamItemRef],
  fields: (t) => ({
    eventId: t.string({
      nullable: false,
      description: 'Equal however the same happening arrived.',
      resolve: ({ happening }) => happening.id,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it happened, as the provider says; where it does not, when the gateway took it in.',
      resolve: ({ happening }) => happening.occurredAt ?? happening.recordedAt,
    }),
    origin: t.field({
      type: OriginEnum,
      nullable: false,
      description: 'How it reached the gateway.',
      resolve: ({ happening }) => happening.origin,
    }),
    conversationId: t.id({
      nullable: false,
      description: 'In which conversation.',
      resolve: ({ happening }) => conversationId(happening.conversation),
    }),
    conversation: t.field({
      cost: { calls: 1 },
      type: ConversationRef,
      description: 'The conversation as it is now. Null: it is gone, or could not be asked.',
      resolve: ({ happening }) => conversationId(happening.conversation),
    }),
  }),
  resolveType: typenameOf,
})

/** The type that shows an item. */
export function typenameOf(item: StreamItem): string {
  return item.type === 'happening' ? HAPPENINGS[item.happening.type] : MARKS[item.type]
}

const MARKS = { ready: 'StreamReady', 'caught-up': 'CaughtUp', gap: 'StreamGap' } as const

const HAPPENINGS = {
  'conversation-added': 'ConversationAdded',
  'conversation-changed': 'ConversationChanged',
  'conversation-removed': 'ConversationRemoved',
  'participant-changed': 'ParticipantChanged',
  'message-added': 'MessageAdded',
  'message-updated': 'MessageUpdated',
  'message-deleted': 'MessageDeleted',
  'delivery-changed': 'DeliveryChanged',
  'horizon-moved': 'HorizonMoved',
  'typing-changed': 'TypingChanged',
  'source-health-changed': 'SourceHealthChanged',
  // The stream makes a gap of it.
  'events-lost': 'StreamGap',
} as const

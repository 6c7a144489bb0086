import { builder } from './builder.ts'
import type { GatewayContext } from './context.ts'
import {
  ConversationAddedRef,
  ConversationChangedRef,
  ConversationRemovedRef,
  DeliveryChangedRef,
  HorizonMovedRef,
  MessageAddedRef,
  MessageDeletedRef,
  MessageUpdatedRef,
  ParticipantChangedRef,
} from './conversation-events.ts'
import { openEventCursor } from './event-cursor.ts'
import { EventFilterInput, type ReadEventFilter, readEventFilter } from './event-filter.ts'
import type { StreamItem } from './event-stream.ts'
import { typenameOf } from './stream-item.ts'
import { CaughtUpRef, SourceHealthChangedRef, StreamGapRef, StreamReadyRef, TypingChangedRef } from './stream-marks.ts'
import { withinSight } from './within-sight.ts'

const ConversationStreamItemRef = builder.unionType('ConversationStreamItem', {
  description: 'What `conversationEvents` tells. New kinds may be added: clients keep a default branch.',
  types: [
    StreamReadyRef,
    ConversationAddedRef,
    ConversationChangedRef,
    ConversationRemovedRef,
    ParticipantChangedRef,
    MessageAddedRef,
    MessageUpdatedRef,
    MessageDeletedRef,
    DeliveryChangedRef,
    HorizonMovedRef,
    TypingChangedRef,
    CaughtUpRef,
    StreamGapRef,
    SourceHealthChangedRef,
  ],
  resolveType: typenameOf,
})

const ReceiptStreamItemRef = builder.unionType('ReceiptStreamItem', {
  description: 'What `receiptsChanged` tells. New kinds may be added: clients keep a default branch.',
  types: [StreamReadyRef, DeliveryChangedRef, HorizonMovedRef, CaughtUpRef, StreamGapRef],
  resolveType: typenameOf,
})

builder.subscriptionType({ description: 'Everything that can be listened to.' })

builder.subscriptionField('conversationEvents', (t) =>
  t.field({
    audience: 'public',
    type: ConversationStreamItemRef,
    nullable: false,
    description:
      'Everything the viewer may see, in order per conversation: StreamReady, replay of what came after the cursor, CaughtUp, then live.',
    args: {
      filter: t.arg({ type: EventFilterInput, description: 'Which events; all where it is left out.' }),
      after: t.arg({ type: 'EventCursor', description: 'Of an item or of a list. Without it: from now on.' }),
    },
    subscribe: (_root, { filter, after }, context) => listen(readEventFilter(filter, context), after, context),
    resolve: (item) => item as never,
  }),
)

builder.subscriptionField('receiptsChanged', (t) =>
  t.field({
    audience: 'public',
    type: ReceiptStreamItemRef,
    nullable: false,
    description: 'Delivered and read changes alone.',
    args: {
      conversationIds: t.arg.idList({ required: true, description: 'Of these conversations.' }),
      after: t.arg({ type: 'EventCursor', description: 'Of an item or of a list. Without it: from now on.' }),
    },
    subscribe: (_root, { conversationIds, after }, context) =>
      listen(readEventFilter({ conversationIds, kinds: ['delivery', 'horizon'] }, context), after, context),
    resolve: (item) => item as never,
  }),
)

function listen(
  filter: ReadEventFilter,
  after: string | null | undefined,
  context: GatewayContext,
): AsyncIterableIterator<StreamItem> {
  const cursor = context.resumeAfter ?? after
  const position = cursor ? openEventCursor(context, cursor) : null
  return withinSight(context.events.subscribe({ ...filter, after: position }), context)
}

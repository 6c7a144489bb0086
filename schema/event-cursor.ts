import { GraphQLError } from 'graphql'
import { AccountRef } from './account.ts'
import { builder } from './builder.ts'
import type { GatewayContext } from './context.ts'
import { ConversationConnectionRef } from './conversation-connection.ts'
import { openCursor, sealCursor } from './cursor.ts'
import type { EventPosition, StreamItem } from './event-stream.ts'
import { MessageConnectionRef } from './message-connection.ts'

builder.scalarType('EventCursor', {
  description: 'Opaque position in one viewer’s event stream. Expires with the retention of the event log.',
  serialize: String,
  parseValue: readText,
})

/** Whatever text it is, whether it is a cursor is for those to say who open it. */
function readText(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('An event cursor is a text.')
  return value
}

builder.objectField(AccountRef, 'lastEventAt', (t) =>
  t.field({
    audience: 'internal',
    type: 'DateTime',
    description: 'When its newest event came in. Null: none since this gateway runs.',
    resolve: ({ source }, _args, { events }) => events.lastEventAt(source.account.key),
  }),
)

builder.objectField(ConversationConnectionRef, 'eventCursor', (t) =>
  t.field({
    type: 'EventCursor',
    nullable: false,
    description: 'Taken before anything was read: subscribe after this and nothing is missed.',
    resolve: (_page, _args, context) => sealEventCursor(context, context.eventPosition),
  }),
)

builder.objectField(MessageConnectionRef, 'eventCursor', (t) =>
  t.field({
    type: 'EventCursor',
    nullable: false,
    description: 'Taken before anything was read.',
    resolve: (_page, _args, context) => sealEventCursor(context, context.eventPosition),
  }),
)

/** A cursor that only the same viewer can go on from. */
export function sealEventCursor(context: GatewayContext, position: EventPosition): string {
  return sealCursor(context, SCOPE, position)
}

/** Throws CURSOR_INVALID for what was not made for this viewer. The seal proves that this gateway wrote it. */
export function openEventCursor(context: GatewayContext, cursor: string): EventPosition {
  return openCursor(context, SCOPE, cursor) as EventPosition
}

/** What makes the cursor of an item of a stream; null for anything else. */
export function streamItemCursor(item: unknown, context: GatewayContext): (() => string) | null {
  return isStreamItem(item) ? () => sealEventCursor(context, item.position) : null
}

function isStreamItem(item: unknown): item is StreamItem {
  return typeof item === 'object' && item !== null && 'position' in item
}

const SCOPE = 'events'

import { sourceOf } from './ask.ts'
import { builder } from './builder.ts'
import type { GatewayContext } from './context.ts'
import { ConversationRef } from './conversation.ts'
import { ConversationEdgeRef } from './conversation-connection.ts'
import { conversationId, messageId, participantId } from './global-id.ts'
import { HorizonRef } from './horizon.ts'
import type { ConversationField } from './logged-event.ts'
import { MessageRef } from './message.ts'
import { MessageEdgeRef } from './message-connection.ts'
import { type ConversationNode, type MessageNode, messageNode, type ParticipantNode } from './nodes.ts'
import { ParticipantRef } from './participant.ts'
import { singleEdge } from './single-edge.ts'
import { ConversationEventRef, type EventItem, StreamItemRef } from './stream-item.ts'
import { DeliveryStateEnum, ReceiptKindEnum } from './words.ts'

const ConversationFieldEnum = builder.enumType('ConversationField', {
  description: 'What of a conversation changed.',
  values: {
    STATUS: { value: 'status', description: 'Where it stands.' },
    SNOOZED_UNTIL: { value: 'snoozedUntil', description: 'Until when it is put aside.' },
    LABELS: { value: 'labels', description: 'Its labels.' },
    ASSIGNEE: { value: 'assignee', description: 'Who takes care of it.' },
    TEAM: { value: 'team', description: 'Which team takes care of it.' },
    PRIORITY: { value: 'priority', description: 'How urgent it is.' },
    TITLE: { value: 'title', description: 'Its heading.' },
    CUSTOM_ATTRIBUTES: { value: 'customAttributes', description: 'What the provider’s customer keeps about it.' },
    VIEWER_STATE: { value: 'viewerState', description: 'What belongs to the viewer: ask for it again.' },
    OTHER: { value: 'other', description: 'Something else.' },
  } as const satisfies Record<string, { value: ConversationField | 'viewerState' | 'other'; description: string }>,
})

const EVENT = [ConversationEventRef, StreamItemRef]

export const ConversationAddedRef = builder.objectRef<EventItem<'conversation-added'>>('ConversationAdded').implement({
  audience: 'public',
  description: 'A conversation began, or was seen for the first time.',
  interfaces: EVENT,
  fields: (t) => ({
    conversationEdge: t.field({
      cost: { calls: 1 },
      type: ConversationEdgeRef,
      description: 'To put in a list. Its cursor is of no list: take that of a page to go on.',
      resolve: async ({ happening }, _args, context) => {
        const id = conversationId(happening.conversation)
        const node: ConversationNode | null = await ConversationRef.getDataloader(context).load(id)
        return node && singleEdge(node, id, context)
      },
    }),
  }),
})

export const ConversationChangedRef = builder
  .objectRef<EventItem<'conversation-changed'>>('ConversationChanged')
  .implement({
    audience: 'public',
    description: 'Something about a conversation is different now.',
    interfaces: EVENT,
    fields: (t) => ({
      changedFields: t.field({
        type: [ConversationFieldEnum],
        nullable: false,
        description: 'What.',
        resolve: ({ happening }) => happening.changed,
      }),
    }),
  })

export const ConversationRemovedRef = builder
  .objectRef<EventItem<'conversation-removed'>>('ConversationRemoved')
  .implement({ audience: 'public', description: 'A conversation is gone.', interfaces: EVENT })

export const ParticipantChangedRef = builder
  .objectRef<EventItem<'participant-changed'>>('ParticipantChanged')
  .implement({
    audience: 'public',
    description: 'Somebody joined or left, or their membership changed.',
    interfaces: EVENT,
    fields: (t) => ({
      participant: t.field({
        type: ParticipantRef,
        description: 'The membership as it is now.',
        resolve: ({ happening }, _args, context) => seenParticipant(happening, context),
      }),
    }),
  })

export const MessageAddedRef = builder.objectRef<EventItem<'message-added'>>('MessageAdded').implement({
  audience: 'public',
  description: 'Somebody said something.',
  interfaces: EVENT,
  fields: (t) => ({
    messageId: t.id({
      nullable: false,
      description: 'Which message.',
      resolve: ({ happening }) => messageId(happening.message.ref),
    }),
    messageEdge: t.field({
      cost: { calls: 1 },
      type: MessageEdgeRef,
      description: 'To put in a list. Its cursor is of no list: take that of a page to go on.',
      resolve: async ({ happening }, _args, context) => {
        const node = await seenMessage(happening, context)
        return node && singleEdge(node, messageId(happening.message.ref), context)
      },
    }),
  }),
})

export const MessageUpdatedRef = builder.objectRef<EventItem<'message-updated'>>('MessageUpdated').implement({
  audience: 'public',
  description: 'A message says something else now.',
  interfaces: EVENT,
  fields: (t) => ({
    messageId: t.id({
      nullable: false,
      description: 'Which message.',
      resolve: ({ happening }) => messageId(happening.message.ref),
    }),
    message: t.field({
      type: MessageRef,
      description: 'As it is now.',
      resolve: ({ happening }, _args, context) => seenMessage(happening, context),
    }),
  }),
})

export const MessageDeletedRef = builder.objectRef<EventItem<'message-deleted'>>('MessageDeleted').implement({
  audience: 'public',
  description: 'A message was taken back.',
  interfaces: EVENT,
  fields: (t) => ({
    messageId: t.id({
      nullable: false,
      description: 'Which message.',
      resolve: ({ happening }) => messageId(happening.message),
    }),
    message: t.field({
      type: MessageRef,
      description: 'The tombstone, where there is one.',
      resolve: ({ happening }) => messageId(happening.message),
    }),
  }),
})

export const DeliveryChangedRef = builder.objectRef<EventItem<'delivery-changed'>>('DeliveryChanged').implement({
  audience: 'public',
  description: 'One message’s delivery state moved; nothing follows for earlier messages.',
  interfaces: EVENT,
  fields: (t) => ({
    messageId: t.id({
      nullable: false,
      description: 'Which message.',
      resolve: ({ happening }) => messageId(happening.message),
    }),
    message: t.field({
      type: MessageRef,
      description: 'As it is now. Null: it is gone, or could not be asked.',
      resolve: ({ happening }) => messageId(happening.message),
    }),
    participant: t.field({
      type: ParticipantRef,
      description: 'For whom, where the provider says.',
      resolve: ({ happening: { conversation, person } }) => person && participantId(conversation, person),
    }),
    previous: t.field({
      type: DeliveryStateEnum,
      nullable: false,
      description: 'Where it was.',
      resolve: ({ happening }) => happening.previous,
    }),
    current: t.field({
      type: DeliveryStateEnum,
      nullable: false,
      description: 'Where it is now.',
      resolve: ({ happening }) => happening.current,
    }),
  }),
})

export const HorizonMovedRef = builder.objectRef<EventItem<'horizon-moved'>>('HorizonMoved').implement({
  audience: 'public',
  description: 'Somebody’s delivered or read position moved; it covers every earlier message.',
  interfaces: EVENT,
  fields: (t) => ({
    kind: t.field({
      type: ReceiptKindEnum,
      nullable: false,
      description: 'Which of the two.',
      resolve: ({ happening }) => happening.horizon.kind,
    }),
    participant: t.field({
      type: ParticipantRef,
      description: 'Whose. Null: our team or everybody, unknown who.',
      resolve: ({ happening: { conversation, horizon } }) =>
        typeof horizon.holder === 'string' ? null : participantId(conversation, horizon.holder),
    }),
    horizon: t.field({
      type: HorizonRef,
      nullable: false,
      description: 'Where it is now.',
      resolve: ({ happening }) => ({ ...happening.horizon, origin: happening.origin }),
    }),
    movedBack: t.boolean({
      nullable: false,
      description: 'True: marked unread.',
      resolve: ({ happening }) => happening.movedBack,
    }),
  }),
})

/** The membership as it is told to the team; an end user is told no more than their provider shows them. */
function seenParticipant(
  { conversation, participant }: EventItem<'participant-changed'>['happening'],
  context: GatewayContext,
): ParticipantNode | string | null {
  if (context.viewer.kind === 'end-user') return participantId(conversation, participant.person.ref)
  const source = sourceOf(context, conversation.account)
  return source && { typename: 'Participant', source, conversationRef: conversation, conversation: null, participant }
}

/** The message as it is told to the team; for an end user it is read again, as theirs. */
async function seenMessage(
  { conversation, message }: EventItem<'message-added' | 'message-updated'>['happening'],
  context: GatewayContext,
): Promise<MessageNode | null> {
  if (context.viewer.kind === 'end-user') return MessageRef.getDataloader(context).load(messageId(message.ref))
  const source = sourceOf(context, conversation.account)
  return source && messageNode(source, message, null)
}

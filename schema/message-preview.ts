import type { MessagePreview } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { DeliveryRef, type DerivedDelivery, deriveDelivery } from './delivery.ts'
import { type Direction, directionOf } from './direction.ts'
import { messageId } from './global-id.ts'
import { MessageRef } from './message.ts'
import { type ConversationNode, messageNode, personNode } from './nodes.ts'
import { PersonRef } from './person.ts'
import { MessageDirectionEnum, MessageKindEnum, MessageVisibilityEnum } from './words.ts'

/** A preview, and the conversation in whose answer it stood. */
export interface PreviewOf {
  readonly preview: MessagePreview
  readonly conversation: ConversationNode
}

export const MessagePreviewRef = builder.objectRef<PreviewOf>('MessagePreview').implement({
  audience: 'public',
  description:
    'The newest message as the list shows it. Not an entity: some providers cut its text, and it must not overwrite the whole message in a client’s cache.',
  fields: (t) => ({
    messageId: t.id({
      description: 'Of the whole message. Null: the provider does not name it.',
      resolve: ({ preview }) => preview.message && messageId(preview.message),
    }),
    text: t.string({ description: 'The words, maybe cut.', resolve: ({ preview }) => preview.text }),
    isTruncated: t.boolean({
      nullable: false,
      description: 'Whether the text may go on.',
      resolve: ({ preview }) => preview.isTruncated,
    }),
    kind: t.field({
      type: MessageKindEnum,
      nullable: false,
      description: 'What it consists of.',
      resolve: ({ preview }) => preview.kind,
    }),
    visibility: t.field({
      type: MessageVisibilityEnum,
      nullable: false,
      description: 'Who can see it.',
      resolve: ({ preview }) => preview.audience,
    }),
    direction: t.field({
      type: MessageDirectionEnum,
      nullable: false,
      description: 'Seen from the viewer.',
      resolve: ({ preview, conversation }) => directionOf(conversation.source, preview),
    }),
    isDraft: t.boolean({ nullable: false, description: 'Not sent yet.', resolve: ({ preview }) => preview.isDraft }),
    isDeleted: t.boolean({ nullable: false, description: 'Taken back.', resolve: ({ preview }) => preview.isDeleted }),
    sender: t.field({
      type: PersonRef,
      description: 'Who said it. Null: nobody, or not told.',
      resolve: ({ preview, conversation }) => preview.sender && personNode(conversation.source, preview.sender),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When.',
      resolve: ({ preview }) => preview.createdAt,
    }),
    delivery: t.field({
      type: DeliveryRef,
      description: 'Null for what came in, for activity, notes and drafts.',
      resolve: (row) => deliveryOfPreview(row),
    }),
    message: t.field({
      cost: { calls: 1 },
      type: MessageRef,
      description: 'The whole message. Costs a call where the list answer had only a preview.',
      resolve: ({ preview, conversation }) => {
        if (preview.full) return messageNode(conversation.source, preview.full, conversation)
        return preview.message && messageId(preview.message)
      },
    }),
  }),
})

function deliveryOfPreview({
  preview,
  conversation,
}: PreviewOf): DerivedDelivery | null | Promise<DerivedDelivery | null> {
  const { delivery } = preview
  if (delivery === null || preview.isDraft || preview.audience === 'internal') return null
  const show = (direction: Direction) =>
    direction === 'outbound' ? deriveDelivery(delivery, preview.full, conversation.conversation) : null
  const direction = directionOf(conversation.source, preview)
  return direction instanceof Promise ? direction.then(show) : show(direction)
}

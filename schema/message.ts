import type { Attachment, Location, Recipient } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { ConversationRef } from './conversation.ts'
import { DeliveryRef, type DerivedDelivery, deriveDelivery } from './delivery.ts'
import { MessageDetailsRef, messageDetails } from './details/index.ts'
import { type Direction, directionOf } from './direction.ts'
import { conversationId, messageId, personId } from './global-id.ts'
import { loadMessages } from './load-nodes.ts'
import { NodeRef } from './node.ts'
import { type MessageNode, personNode } from './nodes.ts'
import { ContactAddressRef, PersonRef } from './person.ts'
import { MessageDirectionEnum, MessageKindEnum, MessageVisibilityEnum } from './words.ts'

export const MessageRef = builder.loadableObjectRef<MessageNode, string>('Message', { load: loadMessages })

interface AttachmentOf {
  readonly attachment: Attachment
  readonly message: MessageNode
}

interface RecipientOf {
  readonly recipient: Recipient
  readonly message: MessageNode
}

const AttachmentRef = builder.objectRef<AttachmentOf>('Attachment').implement({
  audience: 'public',
  description: 'A file that belongs to a message.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Unique among all attachments.',
      resolve: ({ attachment, message }) => `${messageId(message.message.ref)}.${attachment.key}`,
    }),
    url: t.field({
      type: 'URL',
      nullable: false,
      description: 'Where it is.',
      resolve: ({ attachment }) => attachment.url,
    }),
    thumbnailUrl: t.field({
      type: 'URL',
      description: 'A small picture of it.',
      resolve: ({ attachment }) => attachment.thumbnailUrl,
    }),
    mimeType: t.string({
      description: 'As the provider says; never guessed.',
      resolve: ({ attachment }) => attachment.mimeType,
    }),
    fileName: t.string({ description: 'As the provider says.', resolve: ({ attachment }) => attachment.fileName }),
    sizeBytes: t.int({
      description: 'As the provider says; never guessed.',
      resolve: ({ attachment }) => attachment.sizeBytes,
    }),
    width: t.int({ description: 'Of a picture, in pixels.', resolve: ({ attachment }) => attachment.width }),
    height: t.int({ description: 'Of a picture, in pixels.', resolve: ({ attachment }) => attachment.height }),
    urlExpiresAt: t.field({
      type: 'DateTime',
      description: 'Until when the url works. Null: not known.',
      resolve: ({ attachment }) => attachment.urlExpiresAt,
    }),
  }),
})

const LocationRef = builder.objectRef<Location>('Location').implement({
  audience: 'public',
  description: 'A place on earth.',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { nullable: false, description: 'In degrees, north positive.' }),
    longitude: t.exposeFloat('longitude', { nullable: false, description: 'In degrees, east positive.' }),
    title: t.exposeString('title', { description: 'What the sender calls it.' }),
    url: t.expose('url', { type: 'URL', description: 'A page about it.' }),
  }),
})

const RecipientRef = builder.objectRef<RecipientOf>('Recipient').implement({
  audience: 'public',
  description: 'To whom a message went, where the provider addresses messages.',
  fields: (t) => ({
    role: t.string({ description: 'For e-mail FROM, TO, CC or BCC.', resolve: ({ recipient }) => recipient.role }),
    person: t.field({
      type: PersonRef,
      description: 'Who it is, where the provider knows them.',
      resolve: ({ recipient }) => recipient.person && personId(recipient.person),
    }),
    name: t.string({ description: 'The name beside the address.', resolve: ({ recipient }) => recipient.name }),
    addresses: t.field({
      type: [ContactAddressRef],
      nullable: false,
      description: 'The addresses.',
      resolve: ({ recipient }) => recipient.addresses,
    }),
  }),
})

MessageRef.implement({
  audience: 'public',
  description: 'One thing said, or one thing that happened, in a conversation.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Opaque global id.', resolve: ({ message }) => messageId(message.ref) }),
    externalId: t.string({
      nullable: false,
      description: 'The provider’s own id.',
      resolve: ({ message }) => message.externalId,
    }),
    conversationId: t.id({
      nullable: false,
      description: 'In which conversation.',
      resolve: ({ message }) => conversationId(message.ref.conversation),
    }),
    conversation: t.field({
      cost: { calls: 1 },
      type: ConversationRef,
      description: 'The conversation itself. Null: it is gone, or could not be asked.',
      resolve: ({ conversation, message }) => conversation ?? conversationId(message.ref.conversation),
    }),
    sender: t.field({
      type: PersonRef,
      description: 'Who said it. Null: nobody, or not told.',
      resolve: ({ source, message }) => message.sender && personNode(source, message.sender),
    }),
    kind: t.field({
      type: MessageKindEnum,
      nullable: false,
      description: 'What it consists of.',
      resolve: ({ message }) => message.kind,
    }),
    visibility: t.field({
      type: MessageVisibilityEnum,
      nullable: false,
      description: 'Who can see it.',
      resolve: ({ message }) => message.audience,
    }),
    direction: t.field({
      type: MessageDirectionEnum,
      nullable: false,
      description: 'Seen from the viewer.',
      resolve: ({ source, message }) => directionOf(source, message),
    }),
    sortKey: t.string({
      nullable: false,
      description: 'Orders the messages of one conversation, compared bytewise.',
      resolve: ({ message }) => message.sortKey,
    }),
    text: t.string({ description: 'The words.', resolve: ({ message }) => message.text }),
    html: t.string({
      description: 'As the provider sent it: sanitise before showing.',
      resolve: ({ message }) => message.html,
    }),
    attachments: t.field({
      type: [AttachmentRef],
      nullable: false,
      description: 'The files.',
      resolve: (node) => node.message.attachments.map((attachment) => ({ attachment, message: node })),
    }),
    location: t.field({
      type: LocationRef,
      description: 'The place, where it is about one.',
      resolve: ({ message }) => message.location,
    }),
    recipients: t.field({
      type: [RecipientRef],
      nullable: false,
      description: 'To whom it went, where the provider addresses messages (e-mail).',
      resolve: (node) => node.message.recipients.map((recipient) => ({ recipient, message: node })),
    }),
    replyTo: t.field({
      cost: { calls: 1 },
      type: MessageRef,
      description: 'The message it answers. Costs a call.',
      resolve: ({ message }) => message.replyTo && messageId(message.replyTo),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it was said.',
      resolve: ({ message }) => message.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When anything about it changed. Null: not told.',
      resolve: ({ message }) => message.updatedAt,
    }),
    editedAt: t.field({
      type: 'DateTime',
      description: 'When its words changed. Null: never, or not told.',
      resolve: ({ message }) => message.editedAt,
    }),
    isDraft: t.boolean({ nullable: false, description: 'Not sent yet.', resolve: ({ message }) => message.isDraft }),
    isDeleted: t.boolean({
      nullable: false,
      description: 'Taken back.',
      resolve: ({ message }) => message.deleted !== null,
    }),
    deletedAt: t.field({
      type: 'DateTime',
      description: 'When it was taken back. Null: it was not, or the provider does not say when.',
      resolve: ({ message }) => message.deleted?.at ?? null,
    }),
    delivery: t.field({
      type: DeliveryRef,
      description:
        'Null for inbound, activity and private messages and drafts: the providers’ status says nothing there.',
      resolve: deliveryOf,
    }),
    clientMessageId: t.string({
      description: 'The idempotency key given at send, where this gateway sent it.',
      resolve: ({ message }) => message.clientMessageId,
    }),
    details: t.field({
      type: MessageDetailsRef,
      nullable: false,
      description: 'Everything this provider says beyond the common model, typed.',
      resolve: ({ message }) => messageDetails(message.details),
    }),
  }),
})

function deliveryOf({
  source,
  message,
  conversation,
}: MessageNode): DerivedDelivery | null | Promise<DerivedDelivery | null> {
  const { delivery } = message
  if (delivery === null || message.isDraft || message.audience === 'internal') return null
  const show = (direction: Direction) =>
    direction === 'outbound' ? deriveDelivery(delivery, message, conversation?.conversation ?? null) : null
  const direction = directionOf(source, message)
  return direction instanceof Promise ? direction.then(show) : show(direction)
}

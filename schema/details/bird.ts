import type {
  BirdConversation,
  BirdInbox,
  BirdInteraction,
  BirdMessage,
  BirdParticipant,
  BirdRecipient,
  BirdReferral,
  BirdResource,
} from '../../providers/bird/details.ts'
import { builder } from '../builder.ts'
import { participantNode } from '../nodes.ts'
import { ParticipantRef } from '../participant.ts'
import { ContactAddressRef } from '../person.ts'
import type { DetailsOfConversation } from './details-of.ts'

const BirdInboxRef = builder.objectRef<BirdInbox>('BirdInbox').implement({
  audience: 'public',
  description: 'Where in Bird a conversation is shown.',
  fields: (t) => ({
    type: t.exposeString('type', { nullable: false, description: '`personal`, `shared` or `support`.' }),
    inboxId: t.exposeString('id', { nullable: false, description: 'Bird’s id.' }),
    identifier: t.exposeString('identifier', { nullable: false, description: 'Its address.' }),
    ownerId: t.exposeString('ownerId', { nullable: false, description: 'Bird’s id of its owner.' }),
    ownerType: t.exposeString('ownerType', { nullable: false, description: '`user` or `group`.' }),
  }),
})

const BirdReferralRef = builder.objectRef<BirdReferral>('BirdReferral').implement({
  audience: 'public',
  description: 'The advertisement from which somebody began to chat.',
  fields: (t) => ({
    sourceId: t.exposeString('sourceId', { nullable: false, description: 'The advertisement’s id.' }),
    sourceType: t.exposeString('sourceType', { description: 'What it was.' }),
    sourceUrl: t.expose('sourceUrl', { type: 'URL', description: 'Where it stood.' }),
    caption: t.exposeString('caption', { description: 'Its caption.' }),
    mediaType: t.exposeString('mediaType', { description: 'What kind of picture or film.' }),
    mediaUrl: t.expose('mediaUrl', { type: 'URL', description: 'The picture or film.' }),
    text: t.exposeString('text', { description: 'Its words.' }),
    timestamp: t.expose('timestamp', { type: 'DateTime', description: 'When it was followed.' }),
    title: t.exposeString('title', { description: 'Its title.' }),
    username: t.exposeString('username', { description: 'Who followed it.' }),
  }),
})

const BirdResourceRef = builder.objectRef<BirdResource>('BirdResource').implement({
  audience: 'public',
  description: 'The thing in Bird’s other products that a conversation is about.',
  fields: (t) => ({
    type: t.exposeString('type', { nullable: false, description: '`task`, `sales-lead` and so on.' }),
    resourceId: t.exposeString('id', { nullable: false, description: 'Bird’s id of it.' }),
  }),
})

export const BirdConversationRef = builder
  .objectRef<DetailsOfConversation<BirdConversation>>('BirdConversation')
  .implement({
    audience: 'public',
    description: 'What only Bird says of a conversation. Its words are open: new ones may come.',
    fields: (t) => ({
      visibility: t.string({ description: 'Who can see it.', resolve: ({ details }) => details.visibility }),
      accessibility: t.string({ description: 'Who can join.', resolve: ({ details }) => details.accessibility }),
      style: t.string({ description: 'How Bird treats it.', resolve: ({ details }) => details.style }),
      platformStyle: t.string({
        description: 'How its channel treats it.',
        resolve: ({ details }) => details.platformStyle,
      }),
      category: t.string({ description: 'As the customer sorts it.', resolve: ({ details }) => details.category }),
      description: t.string({ description: 'What it is about.', resolve: ({ details }) => details.description }),
      directory: t.string({ description: 'Where the customer keeps it.', resolve: ({ details }) => details.directory }),
      summary: t.string({ description: 'What was said, in short.', resolve: ({ details }) => details.summary }),
      read: t.boolean({
        description: 'As it came: nothing documented sets it.',
        resolve: ({ details }) => details.read,
      }),
      starred: t.boolean({
        description: 'As it came: nothing documented sets it.',
        resolve: ({ details }) => details.starred,
      }),
      hasDraft: t.boolean({
        description: 'Whether an unsent message waits.',
        resolve: ({ details }) => details.hasDraft,
      }),
      privateAttributes: t.string({
        description: 'The team’s own; null for end users.',
        resolve: ({ details }) => details.privateAttributes,
      }),
      resourceUri: t.string({ description: 'Bird’s path to it.', resolve: ({ details }) => details.resourceUri }),
      pendingParticipantCount: t.int({
        description: 'How many wait to be let in.',
        resolve: ({ details }) => details.pendingParticipantCount,
      }),
      lastMessageIncomingAt: t.field({
        type: 'DateTime',
        description: 'When the customer last wrote.',
        resolve: ({ details }) => details.lastMessageIncomingAt,
      }),
      lastMessageOutgoingAt: t.field({
        type: 'DateTime',
        description: 'When our side last wrote.',
        resolve: ({ details }) => details.lastMessageOutgoingAt,
      }),
      initiatingParticipant: t.field({
        type: ParticipantRef,
        description: 'Who began it.',
        resolve: ({ details, node }) =>
          details.initiatingParticipant && participantNode(node, details.initiatingParticipant),
      }),
      inbox: t.field({
        type: BirdInboxRef,
        description: 'Where Bird shows it.',
        resolve: ({ details }) => details.inbox,
      }),
      referral: t.field({
        type: BirdReferralRef,
        description: 'The advertisement it began from.',
        resolve: ({ details }) => details.referral,
      }),
      resource: t.field({
        type: BirdResourceRef,
        description: 'What it is about in Bird’s other products.',
        resolve: ({ details }) => details.resource,
      }),
    }),
  })

const BirdRecipientRef = builder.objectRef<BirdRecipient>('BirdRecipient').implement({
  audience: 'public',
  description: 'To whom a message went, as Bird tells it.',
  fields: (t) => ({
    type: t.exposeString('type', { description: '`to`, `cc` or `bcc`.' }),
    contactId: t.exposeString('id', { description: 'Bird’s id of them.' }),
    annotationName: t.exposeString('annotationName', { description: 'The name beside the address.' }),
    countryCode: t.exposeString('countryCode', { description: 'Of a telephone number.' }),
    identifierKey: t.exposeString('identifierKey', { description: 'What kind of address.' }),
    identifierValue: t.exposeString('identifierValue', { description: 'The address.' }),
    identifiers: t.expose('identifiers', { type: [ContactAddressRef], nullable: false, description: 'All addresses.' }),
    platformAddress: t.exposeString('platformAddress', { description: 'The address that the channel used.' }),
    platformAddressSelector: t.exposeString('platformAddressSelector', { description: 'How the channel chose it.' }),
    receiverExpression: t.exposeString('receiverExpression', { description: 'A rule instead of an address.' }),
    receiverValue: t.exposeString('receiverValue', { description: 'What the rule gave.' }),
  }),
})

const BirdInteractionRef = builder.objectRef<BirdInteraction>('BirdInteraction').implement({
  audience: 'public',
  description: 'What somebody did with a message.',
  fields: (t) => ({
    type: t.exposeString('type', {
      nullable: false,
      description: '`read`, `clicked`, `opened`, `reaction` and others.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When.' }),
    messageReference: t.exposeString('messageReference', { description: 'What the sender called the message.' }),
  }),
})

export const BirdMessageRef = builder.objectRef<BirdMessage>('BirdMessage').implement({
  audience: 'public',
  description: 'What only Bird says of a message.',
  fields: (t) => ({
    type: t.exposeString('type', {
      nullable: false,
      description: 'Bird’s word for the body; `template` where there is one instead.',
    }),
    body: t.expose('body', { type: 'JSON', description: 'The body as it came.' }),
    reference: t.exposeString('reference', { description: 'What the sender called it.' }),
    source: t.exposeString('source', {
      description: '`conversations`: sent in Bird; `channels`: came in or was sent by the channel.',
    }),
    receiverTypes: t.exposeStringList('receiverTypes', {
      description: 'E-mail that came in: whether we were `to`, `cc` or `bcc`.',
    }),
    recipients: t.expose('recipients', { type: [BirdRecipientRef], nullable: false, description: 'To whom it went.' }),
    interactions: t.expose('interactions', {
      type: [BirdInteractionRef],
      nullable: false,
      description: 'What was done with it.',
    }),
  }),
})

export const BirdParticipantRef = builder.objectRef<BirdParticipant>('BirdParticipant').implement({
  audience: 'public',
  description: 'What only Bird says of a membership.',
  fields: (t) => ({
    type: t.exposeString('type', { nullable: false, description: 'Bird’s word for who it is.' }),
    status: t.exposeString('status', { description: 'Bird’s word for how it stands.' }),
    resourceUri: t.exposeString('resourceUri', { description: 'Bird’s path to it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed.' }),
    platformAddress: t.exposeString('platformAddress', { description: 'The address that the channel uses.' }),
    platformAddressSelector: t.exposeString('platformAddressSelector', { description: 'How the channel chose it.' }),
    identifierKey: t.exposeString('identifierKey', { description: 'What kind of address.' }),
    identifierValue: t.exposeString('identifierValue', { description: 'The address.' }),
  }),
})

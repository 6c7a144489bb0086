import { BIRD, CONVERSATION_ROUTE } from './bird-case.ts'
import { fixture } from './fixture.ts'
import { both, main, type Place, reader, type Special, UNKNOWN_WORD, unknown, type Words } from './words.ts'

const CONVERSATION = fixture('bird/conversation')
const bird = { vendor: BIRD, route: CONVERSATION_ROUTE }

function withMember(changes: object): object {
  const [first, ...others] = CONVERSATION.featuredParticipants
  return { ...CONVERSATION, featuredParticipants: [{ ...first, ...changes }, ...others] }
}

function withPreview(changes: object): object {
  return { ...CONVERSATION, lastMessage: { ...CONVERSATION.lastMessage, ...changes } }
}

function withoutContacts(conversation: any): object {
  const isOurs = ({ type }: { type: string }) => type !== 'contact'
  return { ...conversation, featuredParticipants: conversation.featuredParticipants.filter(isOurs), participants: [] }
}

const birdStatus: Place = {
  where: 'Bird status',
  change: (status) => ({ ...CONVERSATION, status }),
  path: 'conversation.status',
  type: 'ConversationStatus',
}
const participantType: Place = {
  where: 'Bird participant type',
  change: (type) => withMember({ type }),
  path: 'conversation.featuredParticipants.0.person.kind',
  type: 'PersonKind',
}
const participantStatus: Place = {
  where: 'Bird participant status',
  change: (status) => withMember({ status }),
  path: 'conversation.featuredParticipants.0.status',
  type: 'ParticipantStatus',
}
const platformStyle: Place = {
  where: 'Bird platformStyle, first',
  change: (style) => ({ ...CONVERSATION, style: 'default', platformStyle: style }),
  path: 'conversation.kind',
  type: 'ConversationKind',
}
const style: Place = {
  where: 'Bird style, second',
  change: (word) => ({ ...CONVERSATION, style: word }),
  path: 'conversation.kind',
  type: 'ConversationKind',
}
const previewStatus: Place = {
  where: 'Bird lastMessage.status',
  change: (status) => withPreview({ status }),
  path: 'conversation.lastMessage.delivery.state',
  type: 'DeliveryState',
}
const previewType: Place = {
  where: 'Bird lastMessage.type',
  change: (type) => withPreview({ type }),
  path: 'conversation.lastMessage.kind',
  type: 'MessageKind',
}

const ofBirdStatus = reader(birdStatus)
const ofParticipantType = reader(participantType)
const ofParticipantStatus = reader(participantStatus)
const ofPlatformStyle = reader(platformStyle)
const ofStyle = reader(style)
const ofPreviewStatus = reader(previewStatus)
const ofPreviewType = reader(previewType)
const ofPreviewVisibility = reader({
  ...previewType,
  path: 'conversation.lastMessage.visibility',
  type: 'MessageVisibility',
})

const AMONG_US: Special = { given: 'without a contact', value: 'UNKNOWN', change: withoutContacts }
const BY_STYLE: Special = {
  given: 'with style directMessage',
  value: 'DIRECT',
  change: (conversation) => ({ ...conversation, style: 'directMessage' }),
}

/** The rows of Bird in the table of words. */
export const BIRD_WORDS: readonly Words[] = [
  {
    ...bird,
    where: birdStatus.where,
    readings: {
      ...ofBirdStatus('active', 'OPEN'),
      ...ofBirdStatus('closed', 'CLOSED'),
      ...ofBirdStatus('archived', 'ARCHIVED'),
      ...ofBirdStatus('spam', 'SPAM'),
      ...ofBirdStatus('deleted', 'DELETED'),
    },
    unknown: unknown(birdStatus.change, {
      'Conversation.status': main('status', null),
      'Conversation.providerStatus': main('providerStatus', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: participantType.where,
    readings: {
      ...ofParticipantType('contact', 'CONTACT'),
      ...ofParticipantType('user, agent', 'AGENT'),
      ...ofParticipantType('bot', 'BOT'),
      ...ofParticipantType('flow, connector, accessKey, collaborationAutomation', 'AUTOMATION'),
      ...ofParticipantType('channel', 'CHANNEL'),
    },
    unknown: unknown(participantType.change, {
      'PersonKind.UNKNOWN': main('featuredParticipants.0.person.kind', 'UNKNOWN'),
      'BirdParticipant.type': main('featuredParticipants.0.details.type', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: participantStatus.where,
    readings: {
      ...ofParticipantStatus('invited', 'INVITED'),
      ...ofParticipantStatus('pending', 'PENDING'),
      ...ofParticipantStatus('active', 'ACTIVE'),
      ...ofParticipantStatus('inactive', 'INACTIVE'),
    },
    unknown: unknown(participantStatus.change, {
      'Participant.status': main('featuredParticipants.0.status', null),
      'BirdParticipant.status': main('featuredParticipants.0.details.status', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: platformStyle.where,
    readings: {
      ...ofPlatformStyle('group-multiple', 'GROUP', { ...BY_STYLE, value: 'GROUP' }),
      ...ofPlatformStyle('direct, direct-multiple, direct-threaded, email', 'SUPPORT', AMONG_US, BY_STYLE),
    },
    unknown: unknown(platformStyle.change, {
      'ConversationKind.SUPPORT': main('kind', 'SUPPORT'),
      'BirdConversation.platformStyle': main('details.platformStyle', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: style.where,
    readings: {
      ...ofStyle('chatChannel, groupInbox', 'GROUP'),
      ...ofStyle('directMessage', 'DIRECT'),
      ...ofStyle('support', 'SUPPORT', { given: 'without a contact', value: 'SUPPORT', change: withoutContacts }),
      ...ofStyle('default, personalInbox, resource', 'SUPPORT', AMONG_US),
    },
    unknown: unknown(style.change, {
      'ConversationKind.SUPPORT': main('kind', 'SUPPORT'),
      'BirdConversation.style': main('details.style', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: previewStatus.where,
    readings: {
      ...ofPreviewStatus('accepted, processing', 'ACCEPTED'),
      ...ofPreviewStatus('sent', 'SENT'),
      ...ofPreviewStatus('delivered', 'DELIVERED'),
      ...ofPreviewStatus('sending_failed, delivery_failed', 'FAILED'),
      deleted: [
        {
          word: 'deleted',
          given: '',
          answer: previewStatus.change('deleted'),
          shows: { 'MessagePreview.isDeleted': main('lastMessage.isDeleted', true) },
        },
      ],
    },
    unknown: unknown(previewStatus.change, {
      'DeliveryState.UNKNOWN': main('lastMessage.delivery.state', 'UNKNOWN'),
      'Delivery.providerStatus': main('lastMessage.delivery.providerStatus', UNKNOWN_WORD),
    }),
  },
  {
    ...bird,
    where: previewType.where,
    readings: {
      ...ofPreviewType('text, html', 'TEXT'),
      ...ofPreviewType('image, file, gif', 'MEDIA'),
      ...ofPreviewType('location', 'LOCATION'),
      ...ofPreviewType('carousel, list, section, authentication, action', 'INTERACTIVE'),
      ...both(ofPreviewType('comment', 'TEXT'), ofPreviewVisibility('comment', 'PRIVATE_NOTE')),
    },
    unknown: unknown(previewType.change, { 'MessageKind.OTHER': main('lastMessage.kind', 'OTHER') }),
  },
]

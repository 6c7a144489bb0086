import { BIRD, CONVERSATION_ROUTE as BIRD_ROUTE } from './bird-case.ts'
import { CHATWOOT, CONVERSATION_ROUTE as CHATWOOT_ROUTE } from './chatwoot-case.ts'
import type { HomesOfVendor } from './describe-homes.ts'
import { fixture } from './fixture.ts'
import type { Home } from './homes.ts'
import { at } from './homes.ts'

/** A provider's words where they stand, and what each becomes. */
export interface Words {
  /** As the document calls the place. */
  readonly where: string
  readonly vendor: Omit<HomesOfVendor, 'homes'>
  /** The answer in which the word stands. */
  readonly route: string
  /** By the document's cell, which may name several. */
  readonly readings: Readonly<Record<string, readonly Reading[]>>
  /** What becomes of a word that nobody knows. */
  readonly unknown: Reading
}

/** One word in its surroundings. */
export interface Reading {
  readonly word: string
  /** What else has to be so. */
  readonly given: string
  readonly answer: object
  readonly shows: Home['shows']
}

export const UNKNOWN_WORD = 'canary-word'

type Change = (word: string) => object

interface Place {
  readonly where: string
  readonly change: Change
  /** Where the word, translated, is seen. */
  readonly path: string
  readonly type: string
}

/** What differs from the plain reading of a word. */
interface Special {
  readonly given: string
  readonly value: string
  /** The answer in which the word's own answer is changed once more. */
  readonly change?: (answer: any) => object
}

function reader({ change, path, type }: Place) {
  return (
    words: string,
    value: string,
    ...specials: readonly Special[]
  ): Readonly<Record<string, readonly Reading[]>> => ({
    [words]: words.split(', ').flatMap((word) => [
      { word, given: '', answer: change(word), shows: { [`${type}.${value}`]: at('main', path, value) } },
      ...specials.map((special) => ({
        word,
        given: ` ${special.given}`,
        answer: special.change?.(change(word)) ?? change(word),
        shows: { [`${type}.${special.value}`]: at('main', path, special.value) },
      })),
    ]),
  })
}

function unknown(change: Change, shows: Home['shows']): Reading {
  return { word: UNKNOWN_WORD, given: '', answer: change(UNKNOWN_WORD), shows }
}

const main = (path: string, value: unknown) => at('main', `conversation.${path}`, value)

// ------------------------------------------------------------------------------------------------------------ Chatwoot

const CHATWOOT_CONVERSATION = fixture('chatwoot/conversation')
const chatwoot = { vendor: CHATWOOT, route: CHATWOOT_ROUTE }

/** A conversation whose last message is a little different. */
function withLast(changes: object, conversation = CHATWOOT_CONVERSATION): any {
  const last = { ...conversation.last_non_activity_message, ...changes }
  return { ...conversation, last_non_activity_message: last }
}

function inChannel(channel: string): (conversation: any) => object {
  return (conversation) => ({ ...conversation, meta: { ...conversation.meta, channel } })
}

const chatwootStatus: Place = {
  where: 'Chatwoot status',
  change: (status) => ({ ...CHATWOOT_CONVERSATION, status }),
  path: 'conversation.status',
  type: 'ConversationStatus',
}
const messageDirection: Place = {
  where: 'Chatwoot message_type',
  change: (type) => withLast({ message_type: Number(type) }),
  path: 'conversation.lastMessage.message.direction',
  type: 'MessageDirection',
}
const messageKind: Place = {
  where: 'Chatwoot message_type',
  change: (type) => withLast({ message_type: Number(type) }),
  path: 'conversation.lastMessage.message.kind',
  type: 'MessageKind',
}
const contentType: Place = {
  where: 'Chatwoot content_type',
  change: (type) => withLast({ content_type: type }),
  path: 'conversation.lastMessage.message.kind',
  type: 'MessageKind',
}
const messageStatus: Place = {
  where: 'Chatwoot message status',
  change: (status) => withLast({ status }),
  path: 'conversation.lastMessage.message.delivery.state',
  type: 'DeliveryState',
}
const senderType: Place = {
  where: 'Chatwoot sender_type',
  change: (type) => withLast({ sender_type: type, sender: undefined }),
  path: 'conversation.lastMessage.message.sender.kind',
  type: 'PersonKind',
}

const ofChatwootStatus = reader(chatwootStatus)
const ofDirection = reader(messageDirection)
const ofMessageType = reader(messageKind)
const ofContentType = reader(contentType)
const ofMessageStatus = reader(messageStatus)
const ofSenderType = reader(senderType)

/** Two readings of the same words. */
function both(
  one: Readonly<Record<string, readonly Reading[]>>,
  other: Readonly<Record<string, readonly Reading[]>>,
): Readonly<Record<string, readonly Reading[]>> {
  return Object.fromEntries(
    Object.entries(one).map(([words, readings]) => [words, [...readings, ...(other[words] ?? [])]]),
  )
}

const WITHOUT_TEXT: Special = {
  given: 'without text, with attachments',
  value: 'MEDIA',
  change: (conversation) => withLast({ content: null }, conversation),
}
const WITH_BUTTONS: Special = {
  given: 'with content_type input_select',
  value: 'INTERACTIVE',
  change: (conversation) => withLast({ content_type: 'input_select' }, conversation),
}

const CHATWOOT_WORDS: readonly Words[] = [
  {
    ...chatwoot,
    where: chatwootStatus.where,
    readings: {
      ...ofChatwootStatus('open', 'OPEN'),
      ...ofChatwootStatus('pending', 'PENDING'),
      ...ofChatwootStatus('resolved', 'CLOSED'),
      ...ofChatwootStatus('snoozed', 'SNOOZED'),
    },
    unknown: unknown(chatwootStatus.change, {
      'Conversation.status': main('status', null),
      'Conversation.providerStatus': main('providerStatus', UNKNOWN_WORD),
    }),
  },
  {
    ...chatwoot,
    where: messageDirection.where,
    readings: {
      ...ofDirection('0', 'INBOUND'),
      ...ofDirection('1', 'OUTBOUND'),
      ...both(ofDirection('2', 'SYSTEM'), ofMessageType('2', 'ACTIVITY')),
      ...both(ofDirection('3', 'OUTBOUND'), ofMessageType('3', 'TEMPLATE', WITH_BUTTONS)),
    },
    unknown: {
      ...unknown(() => withLast({ message_type: 9 }), {
        'Message.direction': main('lastMessage.message.direction', 'SYSTEM'),
        'ChatwootMessage.messageType': main('lastMessage.message.details.messageType', 9),
      }),
      word: '9',
    },
  },
  {
    ...chatwoot,
    where: contentType.where,
    readings: {
      ...ofContentType('text, incoming_email', 'TEXT', WITHOUT_TEXT),
      ...ofContentType(
        'input_text, input_textarea, input_email, input_select, cards, form, article, input_csat',
        'INTERACTIVE',
      ),
      ...ofContentType('sticker', 'MEDIA'),
      ...ofContentType('voice_call', 'CALL'),
      ...ofContentType('integrations', 'OTHER'),
    },
    unknown: unknown(contentType.change, {
      'MessageKind.OTHER': main('lastMessage.message.kind', 'OTHER'),
      'ChatwootMessage.contentType': main('lastMessage.message.details.contentType', UNKNOWN_WORD),
    }),
  },
  {
    ...chatwoot,
    where: messageStatus.where,
    readings: {
      ...ofMessageStatus('sent', 'SENT'),
      ...ofMessageStatus(
        'delivered',
        'DELIVERED',
        { given: 'by LINE', value: 'SENT', change: inChannel('Channel::Line') },
        { given: 'by TikTok', value: 'SENT', change: inChannel('Channel::Tiktok') },
      ),
      ...ofMessageStatus('read', 'READ'),
      ...ofMessageStatus('failed', 'FAILED'),
    },
    unknown: unknown(messageStatus.change, {
      'DeliveryState.UNKNOWN': main('lastMessage.message.delivery.state', 'UNKNOWN'),
      'Delivery.providerStatus': main('lastMessage.message.delivery.providerStatus', UNKNOWN_WORD),
    }),
  },
  {
    ...chatwoot,
    where: senderType.where,
    readings: {
      ...ofSenderType('Contact', 'CONTACT'),
      ...ofSenderType('User', 'AGENT'),
      ...ofSenderType('AgentBot, Captain::Assistant', 'BOT'),
    },
    unknown: unknown(senderType.change, { 'Message.sender': main('lastMessage.message.sender', null) }),
  },
]

// ---------------------------------------------------------------------------------------------------------------- Bird

const BIRD_CONVERSATION = fixture('bird/conversation')
const bird = { vendor: BIRD, route: BIRD_ROUTE }

function withMember(changes: object): object {
  const [first, ...others] = BIRD_CONVERSATION.featuredParticipants
  return { ...BIRD_CONVERSATION, featuredParticipants: [{ ...first, ...changes }, ...others] }
}

function withPreview(changes: object): object {
  return { ...BIRD_CONVERSATION, lastMessage: { ...BIRD_CONVERSATION.lastMessage, ...changes } }
}

function withoutContacts(conversation: any): object {
  const isOurs = ({ type }: { type: string }) => type !== 'contact'
  return { ...conversation, featuredParticipants: conversation.featuredParticipants.filter(isOurs), participants: [] }
}

const birdStatus: Place = {
  where: 'Bird status',
  change: (status) => ({ ...BIRD_CONVERSATION, status }),
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
  change: (style) => ({ ...BIRD_CONVERSATION, style: 'default', platformStyle: style }),
  path: 'conversation.kind',
  type: 'ConversationKind',
}
const style: Place = {
  where: 'Bird style, second',
  change: (word) => ({ ...BIRD_CONVERSATION, style: word }),
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

const BIRD_WORDS: readonly Words[] = [
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

/** The document's table of words. CometChat's are in its rows. */
export const WORDS: readonly Words[] = [...CHATWOOT_WORDS, ...BIRD_WORDS]

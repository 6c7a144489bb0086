import { CHATWOOT, CONVERSATION_ROUTE } from './chatwoot-case.ts'
import { fixture } from './fixture.ts'
import { both, main, type Place, reader, type Special, UNKNOWN_WORD, unknown, type Words } from './words.ts'

const CONVERSATION = fixture('chatwoot/conversation')
const chatwoot = { vendor: CHATWOOT, route: CONVERSATION_ROUTE }

/** A conversation whose last message is a little different. */
function withLast(changes: object, conversation = CONVERSATION): any {
  const last = { ...conversation.last_non_activity_message, ...changes }
  return { ...conversation, last_non_activity_message: last }
}

function inChannel(channel: string): (conversation: any) => object {
  return (conversation) => ({ ...conversation, meta: { ...conversation.meta, channel } })
}

const chatwootStatus: Place = {
  where: 'Chatwoot status',
  change: (status) => ({ ...CONVERSATION, status }),
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

/** The rows of Chatwoot in the table of words. */
export const CHATWOOT_WORDS: readonly Words[] = [
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

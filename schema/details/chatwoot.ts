import type {
  ChatwootAgent,
  ChatwootContact,
  ChatwootConversation,
  ChatwootMessage,
} from '../../providers/chatwoot/details.ts'
import { builder } from '../builder.ts'
import type { DetailsOfConversation } from './details-of.ts'

export const ChatwootConversationRef = builder
  .objectRef<DetailsOfConversation<ChatwootConversation>>('ChatwootConversation')
  .implement({
    audience: 'public',
    description: 'What only Chatwoot says of a conversation.',
    fields: (t) => ({
      uuid: t.string({ description: 'Its second id.', resolve: ({ details }) => details.uuid }),
      inboxId: t.int({ nullable: false, description: 'Where it came in.', resolve: ({ details }) => details.inboxId }),
      channel: t.string({
        description: 'Chatwoot’s word for the channel: `Channel::Api`.',
        resolve: ({ details }) => details.channel,
      }),
      firstReplyCreatedAt: t.field({
        type: 'DateTime',
        description: 'When the team first answered.',
        resolve: ({ details }) => details.firstReplyCreatedAt,
      }),
      agentLastSeenAt: t.field({
        type: 'DateTime',
        description: 'When any agent last opened it.',
        resolve: ({ details }) => details.agentLastSeenAt,
      }),
      assigneeLastSeenAt: t.field({
        type: 'DateTime',
        description: 'When its assignee last opened it.',
        resolve: ({ details }) => details.assigneeLastSeenAt,
      }),
      contactLastSeenAt: t.field({
        type: 'DateTime',
        description: 'When the contact last opened it: on the website and in API inboxes only.',
        resolve: ({ details }) => details.contactLastSeenAt,
      }),
      muted: t.boolean({ description: 'Whether the contact is blocked.', resolve: ({ details }) => details.muted }),
      hmacVerified: t.boolean({
        description: 'Whether the contact’s identity was proven.',
        resolve: ({ details }) => details.hmacVerified,
      }),
      slaPolicyId: t.int({
        description: 'Paid editions: the service level agreement.',
        resolve: ({ details }) => details.slaPolicyId,
      }),
      appliedSla: t.field({
        type: 'JSON',
        description: 'Paid editions: how the agreement stands.',
        resolve: ({ details }) => details.appliedSla,
      }),
      slaEvents: t.field({
        type: ['JSON'],
        nullable: { list: true, items: false },
        description: 'Paid editions: what happened to the agreement.',
        resolve: ({ details }) => details.slaEvents,
      }),
      additionalAttributes: t.field({
        type: 'JSON',
        description: 'What Chatwoot keeps beside: browser, referer and the like.',
        resolve: ({ details }) => details.additionalAttributes,
      }),
    }),
  })

export const ChatwootMessageRef = builder.objectRef<ChatwootMessage>('ChatwootMessage').implement({
  audience: 'public',
  description: 'What only Chatwoot says of a message.',
  fields: (t) => ({
    contentType: t.exposeString('contentType', {
      description: 'Chatwoot’s word: `text`, `cards`, `input_csat` and so on.',
    }),
    messageType: t.exposeInt('messageType', { description: '0 incoming, 1 outgoing, 2 activity, 3 template.' }),
    sourceId: t.exposeString('sourceId', { description: 'Its id in the channel that it came from.' }),
    contentAttributes: t.expose('contentAttributes', {
      type: 'JSON',
      description: 'The known keys of what makes up its content.',
    }),
    additionalAttributes: t.expose('additionalAttributes', {
      type: 'JSON',
      description: 'In the form that conversations embed.',
    }),
    externalSourceIds: t.expose('externalSourceIds', {
      type: 'JSON',
      description: 'In the form that conversations embed.',
    }),
    processedContent: t.exposeString('processedContent', { description: 'In the form that conversations embed.' }),
    sentiment: t.expose('sentiment', { type: 'JSON', description: 'In the form that conversations embed.' }),
  }),
})

export const ChatwootContactRef = builder.objectRef<ChatwootContact>('ChatwootContact').implement({
  audience: 'public',
  description: 'What only Chatwoot says of a contact.',
  fields: (t) => ({
    contactId: t.exposeInt('contactId', { nullable: false, description: 'Chatwoot’s id among contacts.' }),
    identifier: t.exposeString('identifier', { description: 'The id that the customer’s own system gave.' }),
    blocked: t.exposeBoolean('blocked', { description: 'Whether they are shut out.' }),
    availabilityStatus: t.exposeString('availabilityStatus', { description: '`online` or `offline`.' }),
    lastActivityAt: t.expose('lastActivityAt', { type: 'DateTime', description: 'When they last did something.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when they are known.' }),
    additionalAttributes: t.expose('additionalAttributes', {
      type: 'JSON',
      description: 'What Chatwoot keeps beside: city, company and the like.',
    }),
    customAttributes: t.expose('customAttributes', {
      type: 'JSON',
      description: 'What the provider’s customer keeps.',
    }),
  }),
})

export const ChatwootAgentRef = builder.objectRef<ChatwootAgent>('ChatwootAgent').implement({
  audience: 'public',
  description: 'What only Chatwoot says of an agent. Some of it only of the one whose token the account uses.',
  fields: (t) => ({
    agentId: t.exposeInt('agentId', { nullable: false, description: 'Chatwoot’s id among users.' }),
    role: t.exposeString('role', { description: '`agent` or `administrator`.' }),
    availabilityStatus: t.exposeString('availabilityStatus', { description: '`online`, `busy` or `offline`.' }),
    availableName: t.exposeString('availableName', { description: 'The name that customers see.' }),
    displayName: t.exposeString('displayName', { description: 'The name they chose; token owner only.' }),
    confirmed: t.exposeBoolean('confirmed', { description: 'Whether their address was confirmed.' }),
    messageSignature: t.exposeString('messageSignature', { description: 'Under their messages; token owner only.' }),
    inviterId: t.exposeInt('inviterId', { description: 'Who invited them; token owner only.' }),
    authProvider: t.exposeString('authProvider', { description: 'How they sign in.' }),
    uid: t.exposeString('uid', { description: 'What they sign in with; token owner only.' }),
    type: t.exposeString('type', { description: '`SuperAdmin`, or null; token owner only.' }),
    customRoleId: t.exposeInt('customRoleId', { description: 'Paid editions: the role’s id.' }),
    autoOffline: t.exposeBoolean('autoOffline', { description: 'Whether leaving the app makes them offline.' }),
    customAttributes: t.expose('customAttributes', {
      type: 'JSON',
      description: 'What the provider’s customer keeps.',
    }),
  }),
})

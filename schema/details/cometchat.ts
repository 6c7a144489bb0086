import type {
  CometChatAction,
  CometChatConversation,
  CometChatGroup,
  CometChatMessage,
  CometChatUser,
} from '../../providers/cometchat/details.ts'
import { builder } from '../builder.ts'
import { messageId } from '../global-id.ts'
import type { DetailsOfConversation } from './details-of.ts'

export const CometChatUserRef = builder.objectRef<CometChatUser>('CometChatUser').implement({
  audience: 'public',
  description: 'A user as CometChat describes one.',
  fields: (t) => ({
    uid: t.exposeString('uid', { nullable: false, description: 'CometChat’s id, chosen by the app.' }),
    name: t.exposeString('name', { description: 'Display name.' }),
    avatar: t.expose('avatar', { type: 'URL', description: 'A picture.' }),
    role: t.exposeString('role', { description: 'The role that the app gave.' }),
    status: t.exposeString('status', { description: '`available`, `online` or `offline`.' }),
    statusMessage: t.exposeString('statusMessage', { description: 'What they say of themselves.' }),
    link: t.exposeString('link', { description: 'A link that the app gave.' }),
    lastActiveAt: t.expose('lastActiveAt', { type: 'DateTime', description: 'When they were last online.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they were made known.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When anything about them changed.' }),
  }),
})

const CometChatGroupRef = builder.objectRef<CometChatGroup>('CometChatGroup').implement({
  audience: 'public',
  description: 'A group as CometChat describes one.',
  fields: (t) => ({
    guid: t.exposeString('guid', { nullable: false, description: 'CometChat’s id, chosen by the app.' }),
    name: t.exposeString('name', { description: 'Display name.' }),
    description: t.exposeString('description', { description: 'What it is about.' }),
    icon: t.expose('icon', { type: 'URL', description: 'A picture.' }),
    type: t.exposeString('type', { description: '`public`, `private` or `password`.' }),
    owner: t.exposeString('owner', { description: 'The owner’s uid.' }),
    viewerScope: t.exposeString('viewerScope', {
      description: 'What the viewer is in it: `admin`, `moderator` or `participant`.',
    }),
    hasJoined: t.exposeBoolean('hasJoined', { description: 'Whether the viewer is a member.' }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When the viewer joined.' }),
    membersCount: t.exposeInt('membersCount', { description: 'How many are in it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When anything about it changed.' }),
    updatedBy: t.exposeString('updatedBy', { description: 'The uid of who changed it.' }),
  }),
})

const CometChatActionRef = builder.objectRef<CometChatAction>('CometChatAction').implement({
  audience: 'public',
  description: 'What an action message tells of.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: '`joined`, `added`, `edited`, `deleted` and so on.' }),
    by: t.expose('by', { type: CometChatUserRef, description: 'Who did it.' }),
    onUser: t.expose('onUser', { type: CometChatUserRef, description: 'To whom, where it was done to somebody.' }),
    onMessageId: t.id({
      description: 'To which message, where it was done to one.',
      resolve: ({ onMessage }) => onMessage && messageId(onMessage),
    }),
    forUser: t.expose('forUser', { type: CometChatUserRef, description: 'For whom.' }),
    forGroup: t.expose('forGroup', { type: CometChatGroupRef, description: 'In which group.' }),
  }),
})

export const CometChatConversationRef = builder
  .objectRef<DetailsOfConversation<CometChatConversation>>('CometChatConversation')
  .implement({
    audience: 'public',
    description: 'What only CometChat says of a conversation.',
    fields: (t) => ({
      conversationType: t.string({
        nullable: false,
        description: '`user` or `group`.',
        resolve: ({ details }) => details.conversationType,
      }),
      peerUid: t.string({
        description: 'The other one of a 1-1, seen from the viewer.',
        resolve: ({ details }) => details.peerUid,
      }),
      group: t.field({
        type: CometChatGroupRef,
        description: 'The group, where it is one.',
        resolve: ({ details }) => details.group,
      }),
      latestMessageId: t.string({
        description: 'CometChat’s id of the newest message.',
        resolve: ({ details }) => details.latestMessageId,
      }),
      lastReadMessageId: t.string({
        description: 'CometChat’s id of the last message that the viewer has read.',
        resolve: ({ details }) => details.lastReadMessageId,
      }),
      unreadMentionsCount: t.int({
        description: 'How often the viewer is mentioned in what they have not read.',
        resolve: ({ details }) => details.unreadMentionsCount,
      }),
      pinnedAt: t.field({
        type: 'DateTime',
        description: 'When it was pinned; null: it is not.',
        resolve: ({ details }) => details.pinnedAt,
      }),
    }),
  })

export const CometChatMessageRef = builder.objectRef<CometChatMessage>('CometChatMessage').implement({
  audience: 'public',
  description: 'What only CometChat says of a message.',
  fields: (t) => ({
    category: t.exposeString('category', {
      nullable: false,
      description: '`message`, `custom`, `action`, `call` and newer ones.',
    }),
    type: t.exposeString('type', {
      nullable: false,
      description: 'What kind within the category; custom ones are the app’s own.',
    }),
    muid: t.exposeString('muid', { description: 'What the sending client called it.' }),
    parentMessageId: t.exposeString('parentMessageId', {
      description: 'CometChat’s id of the message whose thread it is in.',
    }),
    receiver: t.exposeString('receiver', { description: 'A uid or guid.' }),
    receiverType: t.exposeString('receiverType', { description: '`user` or `group`.' }),
    action: t.expose('action', { type: CometChatActionRef, description: 'What happened, in action messages.' }),
    metadata: t.expose('metadata', { type: 'JSON', description: 'What the app put beside the text.' }),
    customData: t.expose('customData', { type: 'JSON', description: 'The content of a custom message.' }),
  }),
})

import { expect } from 'vitest'
import { baseUrlOf, cometChatSettings } from '../../providers/cometchat/config.ts'
import { DIRECT, EDIT, GROUP, idOf, idOfMessage } from './cometchat-case.ts'
import { at, config, type Homes, nowhere, type Sight, secret, shown } from './homes.ts'
import { credential, hidden, seen, sent } from './proofs.ts'

const GROUP_ID = 'group_canary-guid-conversation'
const DIRECT_ID = 'canary-peer_user_canary-viewer'

const group = (path: string, value: unknown): Sight => at('group', `conversation.${path}`, value)
const direct = (path: string, value: unknown): Sight => at('direct', `conversation.${path}`, value)
const custom = (path: string, value: unknown): Sight => at('custom', `conversation.${path}`, value)
/** Of a group's object, which is `conversationWith`. */
const withGroup = (path: string, value: unknown): Sight => group(`details.group.${path}`, value)
const preview = (path: string, value: unknown): Sight => group(`lastMessage.${path}`, value)
const message = (path: string, value: unknown): Sight => preview(`message.${path}`, value)
const action = (path: string, value: unknown): Sight =>
  at('action', `conversation.lastMessage.message.details.action.${path}`, value)
const edit = (path: string, value: unknown): Sight =>
  at('edit', `conversation.lastMessage.message.details.action.${path}`, value)

/** That it was done; whether anything moved is for the recorded events to say. */
const MARKED = { applied: expect.any(Boolean) }

/** A time on the wire as clients get it. */
function seconds(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString()
}

const baseUrlIn = (region: string) =>
  baseUrlOf(cometChatSettings.parse({ appId: 'canary-app', region, apiKey: 'canary-secret-api-key' }))

export const COMETCHAT_HOMES: Homes = {
  'CometChat, get group conversation: the call': {
    'GET /groups/{guid}/conversation': shown(
      {
        'Query.conversation': at('group', 'conversation', { externalId: GROUP_ID }),
        'Query.node': at('node', 'node', { externalId: GROUP_ID }),
        'Query.conversationByExternalId': at('byExternalId', 'conversationByExternalId', { externalId: GROUP_ID }),
      },
      { proofs: [sent('GET /v3/groups/canary-guid/conversation')] },
    ),
    'header onBehalfOf (required)': config(
      "The viewer's uid in this account.",
      sent('GET /v3/groups/canary-guid/conversation', 'onbehalfof', 'canary-viewer'),
      seen(at('viewer', 'viewer.displayName', 'The viewer')),
    ),
    'path guid': shown({ 'CometChatGroup.guid': withGroup('guid', 'canary-guid') }),
    'server appId': config('Part of the address.', () =>
      expect(baseUrlIn('eu')).toBe('https://canary-app.api-eu.cometchat.io/v3'),
    ),
    'server region us\\|eu\\|in': config('Part of the address.', () =>
      expect(['us', 'eu', 'in'].map(baseUrlIn)).toEqual([
        'https://canary-app.api-us.cometchat.io/v3',
        'https://canary-app.api-eu.cometchat.io/v3',
        'https://canary-app.api-in.cometchat.io/v3',
      ]),
    ),
    'security apikey': secret('The credential of the account.', credential('apikey', 'canary-secret-api-key')),
    'response data object in schema, array in example': nowhere(
      'An envelope, read in both forms.',
      seen(group('title', 'canary-group-name')),
      seen(custom('title', 'canary-custom-name')),
    ),
  },

  'CometChat, get group conversation: the answer': {
    conversationId: shown({
      'Conversation.externalId': [group('externalId', GROUP_ID), direct('externalId', DIRECT_ID)],
    }),
    conversationType: shown({
      'Conversation.kind': [group('kind', 'GROUP'), direct('kind', 'DIRECT')],
      'CometChatConversation.conversationType': [
        group('details.conversationType', 'group'),
        direct('details.conversationType', 'user'),
      ],
    }),
    unreadMessageCount: shown({
      'ViewerState.unreadCount': [group('viewerState.unreadCount', 7), direct('viewerState.unreadCount', 8)],
      'ViewerState.unreadCountPrecision': group('viewerState.unreadCountPrecision', 'EXACT'),
    }),
    createdAt: shown({ 'Conversation.createdAt': group('createdAt', seconds(1767261601)) }),
    updatedAt: shown({ 'Conversation.updatedAt': group('updatedAt', seconds(1767261602)) }),
    lastMessage: shown({
      'Conversation.lastMessage': [
        group('lastMessage', { message: { text: 'canary-text' } }),
        direct('lastMessage', null),
      ],
    }),
    'lastMessage.id': shown({
      'MessagePreview.messageId': preview('messageId', idOfMessage(GROUP, '501')),
      'Message.externalId': message('externalId', '501'),
    }),
    'lastMessage.conversationId': shown({ 'Message.conversationId': message('conversationId', idOf(GROUP)) }),
    'lastMessage.sender': shown({
      'MessagePreview.sender': preview('sender', { externalId: 'canary-sender', displayName: 'canary-sender-name' }),
      'Message.sender': [
        message('sender', { externalId: 'canary-sender' }),
        custom('lastMessage.message.sender', { externalId: 'canary-sender', displayName: null }),
      ],
    }),
    'lastMessage.receiverType': shown({ 'CometChatMessage.receiverType': message('details.receiverType', 'group') }),
    'lastMessage.receiver': shown({ 'CometChatMessage.receiver': message('details.receiver', 'canary-guid') }),
    'lastMessage.category': shown({
      'CometChatMessage.category': [
        message('details.category', 'message'),
        custom('lastMessage.message.details.category', 'custom'),
      ],
    }),
    'lastMessage.type': shown({
      'CometChatMessage.type': [
        message('details.type', 'image'),
        custom('lastMessage.message.details.type', 'canary-custom-type'),
      ],
      'Message.kind': [message('kind', 'MEDIA'), custom('lastMessage.message.kind', 'OTHER')],
    }),
    'lastMessage.data': shown({
      'Message.text': message('text', 'canary-text'),
      'Message.attachments': message('attachments', [
        {
          url: 'https://canary.example/picture.png',
          fileName: 'canary-picture.png',
          mimeType: 'image/png',
          sizeBytes: 4711,
        },
      ]),
      'CometChatMessage.metadata': message('details.metadata', { 'canary-metadata': 'canary-metadata-value' }),
      'CometChatMessage.customData': custom('lastMessage.message.details.customData', {
        'canary-custom': 'canary-custom-value',
      }),
    }),
    'lastMessage.data.action': shown({ 'CometChatAction.name': action('name', 'canary-action-name') }),
    'lastMessage.data.entities': shown({
      'CometChatMessage.action': [
        at('action', 'conversation.lastMessage.message.details.action', {
          by: { uid: 'canary-by' },
          onUser: { uid: 'canary-on' },
          forGroup: { guid: 'canary-for' },
        }),
        message('details.action', null),
      ],
    }),
    'lastMessage.data.entities.by': shown({ 'CometChatAction.by': action('by', { uid: 'canary-by' }) }),
    'lastMessage.data.entities.on': shown({
      'CometChatAction.onUser': [action('onUser', { uid: 'canary-on' }), edit('onUser', null)],
      'CometChatAction.onMessageId': [edit('onMessageId', idOfMessage(EDIT, '799')), action('onMessageId', null)],
    }),
    'lastMessage.data.entities.for': shown({
      'CometChatAction.forGroup': [action('forGroup', { guid: 'canary-for' }), edit('forGroup', null)],
      'CometChatAction.forUser': [edit('forUser', { uid: 'canary-for-user' }), action('forUser', null)],
    }),
    'lastMessage.data.entities.by.entityType': nowhere(
      'Only users do anything, and only they fill the field.',
      seen(action('by', { uid: 'canary-by' })),
    ),
    'lastMessage.data.entities.on.entityType': nowhere(
      'Told by which field is filled.',
      seen(action('onMessageId', null)),
      seen(edit('onUser', null)),
    ),
    'lastMessage.data.entities.for.entityType': nowhere(
      'Told by which field is filled.',
      seen(action('forUser', null)),
      seen(edit('forGroup', null)),
    ),
    'lastMessage.data.entities.by.entity': shown({ 'CometChatAction.by': action('by', { name: 'canary-by-name' }) }),
    'lastMessage.data.entities.on.entity': shown({
      'CometChatAction.onUser': action('onUser', { name: 'canary-on-name' }),
    }),
    'lastMessage.data.entities.for.entity': shown({
      'CometChatAction.forGroup': action('forGroup', { name: 'canary-for-name' }),
      'CometChatAction.forUser': edit('forUser', { name: 'canary-for-user-name' }),
    }),
    'lastMessage.data.entities.by.entity.uid': shown({ 'CometChatUser.uid': action('by.uid', 'canary-by') }),
    'lastMessage.data.entities.on.entity.uid': shown({ 'CometChatUser.uid': action('onUser.uid', 'canary-on') }),
    'lastMessage.data.entities.by.entity.name': shown({ 'CometChatUser.name': action('by.name', 'canary-by-name') }),
    'lastMessage.data.entities.on.entity.name': shown({
      'CometChatUser.name': action('onUser.name', 'canary-on-name'),
    }),
    'lastMessage.data.entities.by.entity.role': shown({ 'CometChatUser.role': action('by.role', 'canary-by-role') }),
    'lastMessage.data.entities.on.entity.role': shown({
      'CometChatUser.role': action('onUser.role', 'canary-on-role'),
    }),
    'lastMessage.data.entities.by.entity.avatar': shown({
      'CometChatUser.avatar': action('by.avatar', 'https://canary.example/by.png'),
    }),
    'lastMessage.data.entities.on.entity.avatar': shown({
      'CometChatUser.avatar': action('onUser.avatar', 'https://canary.example/on.png'),
    }),
    'lastMessage.data.entities.by.entity.status': shown({ 'CometChatUser.status': action('by.status', 'offline') }),
    'lastMessage.data.entities.on.entity.status': shown({
      'CometChatUser.status': action('onUser.status', 'available'),
    }),
    'lastMessage.data.entities.by.entity.createdAt': shown({
      'CometChatUser.createdAt': action('by.createdAt', seconds(1767261903)),
    }),
    'lastMessage.data.entities.on.entity.createdAt': shown({
      'CometChatUser.createdAt': action('onUser.createdAt', seconds(1767261904)),
    }),
    'lastMessage.data.entities.on.entity.link': shown({
      'CometChatUser.link': action('onUser.link', 'https://canary.example/on-link'),
    }),
    'lastMessage.data.entities.on.entity.updatedAt': shown({
      'CometChatUser.updatedAt': action('onUser.updatedAt', seconds(1767261905)),
    }),
    'lastMessage.data.entities.on.entity.conversationId': nowhere(
      "The reader's own conversation with that user, which is another one.",
      hidden('canary-hidden-conversation-of-on'),
    ),
    'lastMessage.data.entities.for.entity.guid': shown({
      'CometChatGroup.guid': action('forGroup.guid', 'canary-for'),
    }),
    'lastMessage.data.entities.for.entity.icon': shown({
      'CometChatGroup.icon': action('forGroup.icon', 'https://canary.example/for.png'),
    }),
    'lastMessage.data.entities.for.entity.name': shown({
      'CometChatGroup.name': action('forGroup.name', 'canary-for-name'),
    }),
    'lastMessage.data.entities.for.entity.type': shown({ 'CometChatGroup.type': action('forGroup.type', 'private') }),
    'lastMessage.data.entities.for.entity.owner': shown({
      'CometChatGroup.owner': action('forGroup.owner', 'canary-for-owner'),
    }),
    'lastMessage.data.entities.for.entity.createdAt': shown({
      'CometChatGroup.createdAt': action('forGroup.createdAt', seconds(1767261906)),
    }),
    'lastMessage.data.entities.for.entity.updatedAt': shown({
      'CometChatGroup.updatedAt': action('forGroup.updatedAt', seconds(1767261907)),
    }),
    'lastMessage.data.entities.for.entity.updatedBy': shown({
      'CometChatGroup.updatedBy': action('forGroup.updatedBy', 'canary-for-updater'),
    }),
    'lastMessage.data.entities.for.entity.description': shown({
      'CometChatGroup.description': action('forGroup.description', 'canary-for-description'),
    }),
    'lastMessage.data.entities.for.entity.membersCount': shown({
      'CometChatGroup.membersCount': action('forGroup.membersCount', 42),
    }),
    'lastMessage.data.entities.for.entity.conversationId': shown({
      'Conversation.externalId': at('action', 'conversation.externalId', 'group_canary-action-conversation'),
    }),
    'lastMessage.sentAt': shown({
      'MessagePreview.createdAt': preview('createdAt', seconds(1767261604)),
      'Message.createdAt': message('createdAt', seconds(1767261604)),
    }),
    'lastMessage.updatedAt': shown({ 'Message.updatedAt': message('updatedAt', seconds(1767261605)) }),
    conversationWith: shown({
      'CometChatConversation.group': [group('details.group', { guid: 'canary-guid' }), direct('details.group', null)],
      'Conversation.featuredParticipants': direct('featuredParticipants', [
        { person: { externalId: 'canary-peer', displayName: 'canary-peer-name' } },
        { person: { externalId: 'canary-viewer' } },
      ]),
      'CometChatConversation.peerUid': [direct('details.peerUid', 'canary-peer'), group('details.peerUid', null)],
    }),
    'conversationWith.guid': shown({ 'CometChatGroup.guid': withGroup('guid', 'canary-guid') }),
    'conversationWith.name': shown({
      'Conversation.title': [group('title', 'canary-group-name'), direct('title', 'canary-peer-name')],
      'CometChatGroup.name': withGroup('name', 'canary-group-name'),
    }),
    'conversationWith.description': shown({
      'CometChatGroup.description': withGroup('description', 'canary-group-description'),
    }),
    'conversationWith.icon': shown({
      'Conversation.avatarUrl': [
        group('avatarUrl', 'https://canary.example/group.png'),
        direct('avatarUrl', 'https://canary.example/peer.png'),
      ],
      'CometChatGroup.icon': withGroup('icon', 'https://canary.example/group.png'),
    }),
    'conversationWith.type': shown({ 'CometChatGroup.type': withGroup('type', 'password') }),
    'conversationWith.scope': shown({
      'CometChatGroup.viewerScope': withGroup('viewerScope', 'moderator'),
      'Participant.role': group('featuredParticipants.0.role', 'moderator'),
    }),
    'conversationWith.membersCount': shown({
      'Conversation.participantCount': group('participantCount', 41),
      'CometChatGroup.membersCount': withGroup('membersCount', 41),
    }),
    'conversationWith.joinedAt': shown({
      'CometChatGroup.joinedAt': withGroup('joinedAt', seconds(1767261606)),
      'Participant.joinedAt': group('featuredParticipants.0.joinedAt', seconds(1767261606)),
    }),
    'conversationWith.conversationId': shown({ 'Conversation.externalId': group('externalId', GROUP_ID) }),
    'conversationWith.hasJoined': shown({
      'CometChatGroup.hasJoined': [withGroup('hasJoined', true), custom('details.group.hasJoined', false)],
      'ReplyPolicy.canReply': [custom('replyPolicy.canReply', false), group('replyPolicy.canReply', null)],
    }),
    'conversationWith.createdAt': shown({ 'CometChatGroup.createdAt': withGroup('createdAt', seconds(1767261607)) }),
    'conversationWith.owner': shown({ 'CometChatGroup.owner': withGroup('owner', 'canary-group-owner') }),
    'conversationWith.updatedAt': shown({ 'CometChatGroup.updatedAt': withGroup('updatedAt', seconds(1767261608)) }),
    'conversationWith.updatedBy': shown({ 'CometChatGroup.updatedBy': withGroup('updatedBy', 'canary-group-updater') }),
  },

  'CometChat, conversations overview: the fifteen operations': {
    'List Conversations: GET /conversations': shown(
      {
        'Query.conversations': at('inbox', 'conversations', {
          nodes: expect.arrayContaining([{ externalId: GROUP_ID }, { externalId: DIRECT_ID }]),
        }),
      },
      { proofs: [sent('GET /v3/conversations')] },
    ),
    'Get Conversation (deprecated): GET /conversations/{id}': shown(
      { 'Query.conversationByExternalId': at('byExternalId', 'conversationByExternalId', { externalId: GROUP_ID }) },
      { proofs: [sent(`GET /v3/conversations/${GROUP_ID}`)] },
    ),
    'Delete Conversation (deprecated): DELETE /conversations/{id}': shown(
      {
        'Mutation.deleteConversation': at('deleteGroup', 'deleteConversation', { deletedConversationId: idOf(GROUP) }),
        'DeletionScope.FOR_EVERYONE': at('deleteGroup', 'deleteConversation.deletedConversationId', idOf(GROUP)),
      },
      { proofs: [sent(`DELETE /v3/conversations/${GROUP_ID}`)] },
    ),
    'Get User Conversation: GET /users/{uid}/conversation': shown(
      {
        'Query.conversation': at('direct', 'conversation', { externalId: DIRECT_ID }),
        'ConversationFilter.person': at('withPeer', 'conversations.nodes', [{ externalId: DIRECT_ID }]),
      },
      { proofs: [sent('GET /v3/users/canary-peer/conversation')] },
    ),
    'Get Group Conversation: GET /groups/{guid}/conversation': shown(
      { 'Query.conversation': at('group', 'conversation', { externalId: GROUP_ID }) },
      { proofs: [sent('GET /v3/groups/canary-guid/conversation')] },
    ),
    'Update User Conversation: PUT /users/{uid}/conversation': shown(
      {
        'Mutation.updateConversation': at('tagDirect', 'updateConversation', {
          conversation: { externalId: DIRECT_ID },
        }),
        'UpdateConversationInput.setLabels': at('tagDirect', 'updateConversation.conversation.externalId', DIRECT_ID),
      },
      { proofs: [sent('PUT /v3/users/canary-peer/conversation')] },
    ),
    'Update Group Conversation: PUT /groups/{guid}/conversation': shown(
      {
        'Mutation.updateConversation': at('tagGroup', 'updateConversation', { conversation: { externalId: GROUP_ID } }),
      },
      { proofs: [sent('PUT /v3/groups/canary-guid/conversation')] },
    ),
    'Reset User Conversation: DELETE /users/{uid}/conversation': shown(
      {
        'Mutation.deleteConversation': at('resetDirect', 'deleteConversation', { deletedConversationId: idOf(DIRECT) }),
        'DeletionScope.FOR_ME': at('resetDirect', 'deleteConversation.deletedConversationId', idOf(DIRECT)),
      },
      { proofs: [sent('DELETE /v3/users/canary-peer/conversation')] },
    ),
    'Reset Group Conversation: DELETE /groups/{guid}/conversation': shown(
      { 'DeletionScope.FOR_ME': at('resetGroup', 'deleteConversation.deletedConversationId', idOf(GROUP)) },
      { proofs: [sent('DELETE /v3/groups/canary-guid/conversation')] },
    ),
    'Mark User Read: POST /users/{uid}/conversation/read': shown(
      { 'Mutation.markRead': at('readDirect', 'markRead', MARKED) },
      { proofs: [sent('POST /v3/users/canary-peer/conversation/read')] },
    ),
    'Mark Group Read: POST /groups/{guid}/conversation/read': shown(
      { 'Mutation.markRead': at('readGroup', 'markRead', MARKED) },
      { proofs: [sent('POST /v3/groups/canary-guid/conversation/read')] },
    ),
    'Mark User Delivered: POST /users/{uid}/conversation/delivered': shown(
      { 'Mutation.markDelivered': at('deliveredDirect', 'markDelivered', MARKED) },
      { proofs: [sent('POST /v3/users/canary-peer/conversation/delivered')] },
    ),
    'Mark Group Delivered: POST /groups/{guid}/conversation/delivered': shown(
      { 'Mutation.markDelivered': at('deliveredGroup', 'markDelivered', MARKED) },
      { proofs: [sent('POST /v3/groups/canary-guid/conversation/delivered')] },
    ),
    'Mark User Unread: DELETE /users/{uid}/conversation/read': shown(
      {
        'Mutation.markUnread': at('unreadDirect', 'markUnread', MARKED),
        'MarkUnreadInput.from': at('unreadDirect', 'markUnread', MARKED),
      },
      { proofs: [sent('DELETE /v3/users/canary-peer/conversation/read')] },
    ),
    'Mark Group Unread: DELETE /groups/{guid}/conversation/read': shown(
      { 'Mutation.markUnread': at('unreadGroup', 'markUnread', MARKED) },
      { proofs: [sent('DELETE /v3/groups/canary-guid/conversation/read')] },
    ),
  },

  'CometChat, conversations overview: properties and rules': {
    'conversationId property (text user_{uid})': shown({
      'Conversation.externalId': direct('externalId', DIRECT_ID),
    }),
    conversationType: shown({
      'Conversation.kind': direct('kind', 'DIRECT'),
      'CometChatConversation.conversationType': direct('details.conversationType', 'user'),
    }),
    'unreadMessageCount integer': shown({ 'ViewerState.unreadCount': direct('viewerState.unreadCount', 8) }),
    'lastMessage "not present if deleted"': shown({ 'Conversation.lastMessage': direct('lastMessage', null) }),
    conversationWith: shown({
      'CometChatConversation.group': group('details.group', { name: 'canary-group-name' }),
      'CometChatConversation.peerUid': direct('details.peerUid', 'canary-peer'),
    }),
    'createdAt / updatedAt': shown({
      'Conversation.createdAt': direct('createdAt', seconds(1767261701)),
      'Conversation.updatedAt': direct('updatedAt', seconds(1767261702)),
    }),
    'rule: created with first message': shown(
      {
        'Mutation.startConversation': at('start', 'startConversation', {
          conversationEdge: { node: { externalId: DIRECT_ID } },
        }),
        'StartConversationInput.firstMessage': at(
          'start',
          'startConversation.messageEdge.node.text',
          'canary-first-message',
        ),
      },
      { proofs: [sent('POST /v3/messages')] },
    ),
    'rule: groups > 300 members not updated': shown({
      'CountPrecision.STALE': custom('viewerState.unreadCountPrecision', 'STALE'),
      'ViewerState.unreadCountPrecision': custom('viewerState.unreadCountPrecision', 'STALE'),
      'ReceiptModel.NONE': custom('receiptModel', 'NONE'),
      'Capability.UNREAD_COUNT': custom('capabilities.1.capability', 'UNREAD_COUNT'),
      'CapabilitySupport.level': [custom('capabilities.1.level', 'PARTIAL'), direct('capabilities.1.level', 'NATIVE')],
    }),
    'rule: 25 tags x 100 chars': shown({
      'Capability.SET_LABELS': group('capabilities.0.capability', 'SET_LABELS'),
      'CapabilityLimits.maxCount': group('capabilities.0.limits.maxCount', 25),
      'CapabilityLimits.maxLength': group('capabilities.0.limits.maxLength', 100),
      'ValidationError.issues': at('tagTooMuch', 'updateConversation.issues', [{ path: ['setLabels'] }]),
    }),
    ERR_UID_NOT_FOUND: shown(
      {
        'Query.conversation': at('nobody', 'conversation', null),
        'NotFoundError.providerCode': at('readNobody', 'markRead.providerCode', 'ERR_UID_NOT_FOUND'),
      },
      { proofs: [seen(at('nobody', 'errors', undefined))] },
    ),
    ERR_CONVERSATION_NOT_FOUND: shown(
      {
        'Query.conversation': [at('missing', 'conversation', null), at('stranger', 'conversation', null)],
        'NotFoundError.providerCode': at('tagMissing', 'updateConversation.providerCode', 'ERR_CONVERSATION_NOT_FOUND'),
      },
      {
        proofs: [seen(at('missing', 'errors', undefined)), seen(at('stranger', 'errors', undefined))],
      },
    ),
    'link Error Guide / Properties and Constraints': shown(
      {
        'ErrorCode.VALIDATION_FAILED': at('wrong', 'errors.0.extensions.code', 'VALIDATION_FAILED'),
        'CapabilityLimits.maxCount': group('capabilities.0.limits.maxCount', 25),
      },
      {
        proofs: [
          seen(at('wrong', 'errors.0.extensions.providerCode', 'ERR_BAD_REQUEST')),
          hidden('canary-hidden-message'),
          hidden('canary-hidden-dev-message'),
        ],
      },
    ),
  },
}

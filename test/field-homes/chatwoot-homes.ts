import { expect } from 'vitest'
import { CONVERSATION_ROUTE, idOf, MESSAGES_ROUTE } from './chatwoot-case.ts'
import { at, config, type Homes, nowhere, type Sight, secret, shown } from './homes.ts'
import { credential, hidden, kept, seen, sent } from './proofs.ts'

const main = (path: string, value: unknown): Sight => at('main', `conversation.${path}`, value)
/** A conversation that a bot has, and in which nothing has happened. */
const bot = (path: string, value: unknown): Sight => at('bot', `conversation.${path}`, value)
const refused = (path: string, value: unknown): Sight => at('deleteRefused', `deleteConversation.${path}`, value)
const detail = (path: string, value: unknown): Sight => main(`details.${path}`, value)
const contact = (path: string, value: unknown): Sight => main(`featuredParticipants.0.person.${path}`, value)
const assignee = (path: string, value: unknown): Sight => main(`assignee.${path}`, value)
const last = (path: string, value: unknown): Sight => main(`lastMessage.message.${path}`, value)
/** The token's owner. */
const own = (path: string, value: unknown): Sight => at('own', `node.${path}`, value)

const MESSAGES = { email: 0, deleted: 1, failed: 2, template: 3, note: 4 } as const
const said = (name: keyof typeof MESSAGES, path: string, value: unknown): Sight =>
  main(`messages.nodes.${MESSAGES[name]}.${path}`, value)

/** A time on the wire as clients get it. */
function seconds(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString()
}

const inEveryPath = sent(CONVERSATION_ROUTE)

export const CHATWOOT_HOMES: Homes = {
  'Chatwoot, conversation details: the call': {
    'GET /api/v1/accounts/{account_id}/conversations/{conversation_id}': shown(
      { 'Query.conversation': at('main', 'conversation', { externalId: '41' }) },
      { proofs: [sent(CONVERSATION_ROUTE)] },
    ),
    'path account_id': config('Part of every path.', inEveryPath),
    'path conversation_id': shown({ 'Conversation.externalId': main('externalId', '41') }),
    '403 Access denied (really 401)': shown(
      {
        'Query.conversation': at('denied', 'conversation', null),
        'AccessError.code': at('deleteSeen', 'deleteConversation.code', 'FORBIDDEN'),
      },
      {
        proofs: [
          seen(at('denied', 'errors', undefined)),
          seen(at('deleteDenied', 'deleteConversation.code', 'NOT_FOUND')),
          kept('canary-secret-of-refusal'),
        ],
      },
    ),
    '404': shown(
      {
        'Query.conversation': at('missing', 'conversation', null),
        'NotFoundError.code': at('deleteMissing', 'deleteConversation.code', 'NOT_FOUND'),
      },
      { proofs: [seen(at('missing', 'errors', undefined))] },
    ),
    'security userApiKey api_access_token': secret(
      'The credential of the account.',
      credential('api-access-token', 'canary-secret-own-token'),
    ),
    'operation text "with all messages"': shown(
      {
        'Conversation.messages': main('messages', {
          nodes: ['690', '691', '692', '694', '695'].map((externalId) => ({ externalId })),
        }),
      },
      { proofs: [sent(MESSAGES_ROUTE)] },
    ),
  },

  'Chatwoot, conversation details: meta': {
    meta: nowhere('The container of the rows below.'),
    'meta.sender': shown({
      'Conversation.featuredParticipants': main('featuredParticipants', [
        { person: { externalId: '1501', kind: 'CONTACT' } },
        { person: { externalId: '901', kind: 'AGENT' } },
      ]),
      'PersonKind.CONTACT': contact('kind', 'CONTACT'),
    }),
    'meta.sender.additional_attributes': shown({
      'ChatwootContact.additionalAttributes': contact('details.additionalAttributes', {
        'canary-contact-additional': 'canary-contact-additional-value',
      }),
    }),
    'meta.sender.availability_status': shown({
      'ChatwootContact.availabilityStatus': contact('details.availabilityStatus', 'online'),
      'Person.isOnline': [contact('isOnline', true), bot('featuredParticipants.0.person.isOnline', false)],
    }),
    'meta.sender.email': shown({
      'Person.addresses': contact('addresses', [{ kind: 'email', value: 'canary-contact@canary.example' }, {}]),
    }),
    'meta.sender.id': shown({
      'ChatwootContact.contactId': contact('details.contactId', 1501),
      'Person.externalId': contact('externalId', '1501'),
    }),
    'meta.sender.name': shown({
      'Person.displayName': contact('displayName', 'canary-contact-name'),
      'Conversation.title': main('title', 'canary-contact-name'),
    }),
    'meta.sender.phone_number': shown({
      'Person.addresses': [
        contact('addresses', [{}, { kind: 'phone', value: '+3197010200001' }]),
        bot('featuredParticipants.0.person.addresses', []),
      ],
    }),
    'meta.sender.blocked': shown({ 'ChatwootContact.blocked': contact('details.blocked', true) }),
    'meta.sender.identifier': shown({
      'ChatwootContact.identifier': contact('details.identifier', 'canary-identifier'),
    }),
    'meta.sender.thumbnail': shown({
      'Person.avatarUrl': contact('avatarUrl', 'https://canary.example/contact.png'),
      'Conversation.avatarUrl': [main('avatarUrl', 'https://canary.example/contact.png'), bot('avatarUrl', null)],
    }),
    'meta.sender.custom_attributes': shown({
      'ChatwootContact.customAttributes': contact('details.customAttributes', {
        'canary-contact-custom': 'canary-contact-custom-value',
      }),
    }),
    'meta.sender.last_activity_at': shown({
      'ChatwootContact.lastActivityAt': [
        contact('details.lastActivityAt', seconds(1767261601)),
        bot('featuredParticipants.0.person.details.lastActivityAt', null),
      ],
    }),
    'meta.sender.created_at': shown({
      'ChatwootContact.createdAt': contact('details.createdAt', seconds(1767261602)),
    }),
    'meta.channel': shown({
      'ChatwootConversation.channel': [detail('channel', 'Channel::Api'), bot('details.channel', 'Channel::Line')],
      'Channel.type': [main('channel.type', 'API'), bot('channel.type', 'LINE')],
      'Channel.providerType': [
        main('channel.providerType', 'Channel::Api'),
        bot('channel.providerType', 'Channel::Line'),
      ],
    }),
    'meta.assignee': shown({
      'Conversation.assignee': [
        main('assignee', { externalId: '901', kind: 'AGENT' }),
        bot('assignee', { externalId: '77' }),
      ],
      'PersonKind.BOT': bot('assignee.kind', 'BOT'),
    }),
    'meta.hmac_verified': shown({
      'ChatwootConversation.hmacVerified': [detail('hmacVerified', true), bot('details.hmacVerified', false)],
    }),
  },

  'Chatwoot, conversation details: conversation': {
    id: shown({ 'Conversation.externalId': [main('externalId', '41'), bot('externalId', '42')] }),
    messages: shown({ 'Conversation.messages': main('messages', { nodes: expect.any(Array) }) }),
    account_id: config('The setting of the account, sent in every path.', inEveryPath),
    uuid: shown({ 'ChatwootConversation.uuid': detail('uuid', 'canary-uuid') }),
    additional_attributes: shown({
      'ChatwootConversation.additionalAttributes': detail('additionalAttributes', {
        'canary-additional': 'canary-additional-value',
      }),
    }),
    agent_last_seen_at: shown({
      'Conversation.teamReadHorizon': [
        main('teamReadHorizon', { upToTime: seconds(1767261603) }),
        bot('teamReadHorizon', null),
      ],
      'ChatwootConversation.agentLastSeenAt': [
        detail('agentLastSeenAt', seconds(1767261603)),
        bot('details.agentLastSeenAt', null),
      ],
    }),
    assignee_last_seen_at: shown({
      'Participant.readHorizon': main('featuredParticipants.1.readHorizon', { upToTime: seconds(1767261604) }),
      'ChatwootConversation.assigneeLastSeenAt': [
        detail('assigneeLastSeenAt', seconds(1767261604)),
        bot('details.assigneeLastSeenAt', null),
      ],
    }),
    can_reply: shown({
      'ReplyPolicy.canReply': [main('replyPolicy.canReply', false), bot('replyPolicy.canReply', true)],
    }),
    contact_last_seen_at: shown({
      'Participant.readHorizon': [
        main('featuredParticipants.0.readHorizon', { upToTime: seconds(1767261605) }),
        bot('featuredParticipants.0.readHorizon', null),
      ],
      'ChatwootConversation.contactLastSeenAt': [
        detail('contactLastSeenAt', seconds(1767261605)),
        bot('details.contactLastSeenAt', null),
      ],
    }),
    custom_attributes: shown({
      'Conversation.customAttributes': main('customAttributes', { 'canary-custom': 'canary-custom-value' }),
    }),
    inbox_id: shown({
      'ChatwootConversation.inboxId': detail('inboxId', 6001),
      'Channel.externalId': main('channel.externalId', '6001'),
    }),
    labels: shown({ 'Conversation.labels': [main('labels', ['canary-label']), bot('labels', [])] }),
    muted: shown({ 'ChatwootConversation.muted': [detail('muted', true), bot('details.muted', false)] }),
    snoozed_until: shown({
      'Conversation.snoozedUntil': [main('snoozedUntil', '2026-03-01T10:00:00.301Z'), bot('snoozedUntil', null)],
    }),
    status: shown({
      'Conversation.status': [main('status', 'SNOOZED'), bot('status', 'CLOSED')],
      'Conversation.providerStatus': [main('providerStatus', 'snoozed'), bot('providerStatus', 'resolved')],
    }),
    created_at: shown({ 'Conversation.createdAt': main('createdAt', seconds(1767261606)) }),
    updated_at: shown({ 'Conversation.updatedAt': main('updatedAt', seconds(1767261607.25)) }),
    timestamp: shown({ 'Conversation.lastActivityAt': main('lastActivityAt', seconds(1767261706)) }),
    first_reply_created_at: shown({
      'ChatwootConversation.firstReplyCreatedAt': [
        detail('firstReplyCreatedAt', seconds(1767261608)),
        bot('details.firstReplyCreatedAt', null),
      ],
    }),
    unread_count: shown({
      'ViewerState.unreadCount': [main('viewerState.unreadCount', 10), bot('viewerState.unreadCount', 9)],
      'UnreadScope.TEAM': main('viewerState.unreadScope', 'TEAM'),
      'CountPrecision.AT_LEAST': main('viewerState.unreadCountPrecision', 'AT_LEAST'),
      'CountPrecision.EXACT': bot('viewerState.unreadCountPrecision', 'EXACT'),
    }),
    last_non_activity_message: shown({
      'Conversation.lastMessage': [main('lastMessage', { text: 'canary-content' }), bot('lastMessage', null)],
    }),
    last_activity_at: shown({
      'Conversation.lastActivityAt': [
        main('lastActivityAt', seconds(1767261706)),
        bot('lastActivityAt', seconds(1767261802)),
      ],
    }),
    priority: shown({ 'Conversation.priority': [main('priority', 'URGENT'), bot('priority', null)] }),
    waiting_since: shown({
      'Conversation.waitingSince': [main('waitingSince', seconds(1767261609)), bot('waitingSince', null)],
    }),
    sla_policy_id: shown({ 'ChatwootConversation.slaPolicyId': detail('slaPolicyId', 62) }),
    applied_sla: shown({
      'ChatwootConversation.appliedSla': [
        detail('appliedSla', { 'canary-sla': 'canary-sla-value' }),
        bot('details.appliedSla', null),
      ],
    }),
    sla_events: shown({
      'ChatwootConversation.slaEvents': [
        detail('slaEvents', [{ 'canary-sla-event': 'canary-sla-event-value' }]),
        bot('details.slaEvents', null),
      ],
    }),
  },

  'Chatwoot, conversation details: user': {
    id: shown({
      'ChatwootAgent.agentId': [own('details.agentId', 801), assignee('details.agentId', 901)],
      'Person.externalId': [own('externalId', '801'), assignee('externalId', '901')],
    }),
    access_token: secret(
      'Lets its holder act as this person.',
      kept('canary-secret-access-token'),
      kept('canary-secret-access-token-of-assignee'),
      kept('canary-secret-access-token-of-agent'),
      kept('canary-secret-access-token-of-bot'),
    ),
    account_id: config('The setting of the account, sent in every path.', inEveryPath),
    available_name: shown({
      'ChatwootAgent.availableName': own('details.availableName', 'canary-own-available-name'),
      'Person.displayName': [
        own('displayName', 'canary-own-available-name'),
        assignee('displayName', 'canary-assignee-available-name'),
      ],
    }),
    avatar_url: shown({
      'Person.avatarUrl': [
        own('avatarUrl', 'https://canary.example/own.png'),
        last('sender.avatarUrl', 'https://canary.example/sender.png'),
      ],
    }),
    confirmed: shown({ 'ChatwootAgent.confirmed': own('details.confirmed', true) }),
    display_name: shown({ 'ChatwootAgent.displayName': own('details.displayName', 'canary-display-name') }),
    message_signature: shown({
      'ChatwootAgent.messageSignature': own('details.messageSignature', 'canary-signature'),
    }),
    email: shown({
      'Person.addresses': [
        own('addresses', [{ kind: 'email', value: 'canary-own@canary.example' }]),
        assignee('addresses', [{ kind: 'email', value: 'canary-assignee@canary.example' }]),
      ],
    }),
    hmac_identifier: secret(
      'Proves who somebody is.',
      kept('canary-secret-hmac-identifier'),
      kept('canary-secret-hmac-identifier-of-assignee'),
    ),
    inviter_id: shown({ 'ChatwootAgent.inviterId': own('details.inviterId', 63) }),
    name: shown({
      'Person.displayName': at('agents', 'accounts.0.agents.0.displayName', 'canary-agent-name'),
    }),
    provider: shown({ 'ChatwootAgent.authProvider': own('details.authProvider', 'canary-auth-provider') }),
    pubsub_token: secret(
      'Lets its holder listen to everything of this person.',
      ...[
        'canary-secret-pubsub-token',
        'canary-secret-pubsub-of-assignee',
        'canary-secret-pubsub-of-contact',
        'canary-secret-pubsub-of-contact-inbox',
        'canary-secret-pubsub-of-inbox',
        'canary-secret-pubsub-of-sender',
        'canary-secret-pubsub-of-message-contact',
      ].map(kept),
    ),
    role: shown({
      'ChatwootAgent.role': assignee('details.role', 'canary-assignee-role'),
      'Participant.role': main('featuredParticipants.1.role', 'canary-assignee-role'),
    }),
    ui_settings: nowhere("State of the provider's own dashboard.", hidden('canary-hidden-ui-setting')),
    uid: shown({ 'ChatwootAgent.uid': own('details.uid', 'canary-uid') }),
    type: shown({ 'ChatwootAgent.type': own('details.type', 'canary-type') }),
    custom_attributes: shown({
      'ChatwootAgent.customAttributes': own('details.customAttributes', {
        'canary-own-custom': 'canary-own-custom-value',
      }),
    }),
    accounts: nowhere(
      'Tenants: only the entry of this account is read.',
      hidden('canary-hidden-tenant'),
      hidden('canary-hidden-tenant-role'),
      seen(own('details.role', 'canary-own-role')),
    ),
    'accounts[].id': nowhere('Other tenants; ours is the account.', hidden('987654321')),
    'accounts[].name': nowhere(
      'Other tenants; ours is called what the operator calls it.',
      hidden('canary-hidden-tenant'),
      hidden('canary-hidden-own-tenant'),
    ),
    'accounts[].status': nowhere(
      'Of tenants, not of people.',
      hidden('canary-hidden-tenant-status'),
      hidden('canary-hidden-own-status'),
    ),
    'accounts[].active_at': nowhere(
      'Of tenants, not of people.',
      hidden('canary-hidden-tenant-active-at'),
      hidden('canary-hidden-own-active-at'),
    ),
    'accounts[].role': shown({ 'ChatwootAgent.role': own('details.role', 'canary-own-role') }),
    'accounts[].permissions': nowhere(
      'What the viewer may do is in the capabilities.',
      hidden('canary-hidden-permission'),
      hidden('canary-hidden-tenant-permission'),
    ),
    'accounts[].availability': nowhere(
      'The chosen word behind the one that is shown.',
      hidden('canary-hidden-availability'),
      seen(own('details.availabilityStatus', 'busy')),
    ),
    'accounts[].availability_status': shown({
      'ChatwootAgent.availabilityStatus': own('details.availabilityStatus', 'busy'),
      'Person.isOnline': own('isOnline', true),
    }),
    'accounts[].auto_offline': shown({ 'ChatwootAgent.autoOffline': own('details.autoOffline', false) }),
    'accounts[].custom_role_id': shown({ 'ChatwootAgent.customRoleId': own('details.customRoleId', 64) }),
    'accounts[].custom_role': nowhere('Defines a paid role, not a person.', hidden('canary-hidden-custom-role')),
  },

  'Chatwoot, conversation details: message': {
    id: shown({ 'Message.externalId': last('externalId', '700') }),
    content: shown({ 'Message.text': last('text', 'canary-content') }),
    account_id: config('The setting of the account, sent in every path.', inEveryPath),
    inbox_id: shown({ 'ChatwootConversation.inboxId': detail('inboxId', 6001) }),
    conversation_id: shown({ 'Message.conversationId': last('conversationId', idOf('41')) }),
    message_type: shown({
      'Message.direction': [last('direction', 'OUTBOUND'), said('email', 'direction', 'INBOUND')],
      'Message.kind': last('kind', 'TEXT'),
      'ChatwootMessage.messageType': [last('details.messageType', 1), said('template', 'details.messageType', 3)],
    }),
    created_at: shown({ 'Message.createdAt': last('createdAt', seconds(1767261706)) }),
    updated_at: shown({ 'Message.updatedAt': last('updatedAt', '2026-03-02T10:00:00.302Z') }),
    private: shown({
      'Message.visibility': [last('visibility', 'PUBLIC'), said('note', 'visibility', 'PRIVATE_NOTE')],
    }),
    status: shown({
      'Delivery.state': [last('delivery.state', 'DELIVERED'), said('failed', 'delivery.state', 'FAILED')],
      'Delivery.providerStatus': last('delivery.providerStatus', 'delivered'),
      'Message.delivery': [said('email', 'delivery', null), said('note', 'delivery', null)],
    }),
    source_id: shown({ 'ChatwootMessage.sourceId': last('details.sourceId', 'canary-source-id') }),
    content_type: shown({
      'ChatwootMessage.contentType': [
        last('details.contentType', 'text'),
        said('template', 'details.contentType', 'input_select'),
      ],
      'Message.kind': [last('kind', 'TEXT'), said('template', 'kind', 'INTERACTIVE')],
    }),
    content_attributes: shown(
      {
        'ChatwootMessage.contentAttributes': [
          last('details.contentAttributes', { display_type: 'canary-display-type', in_reply_to: 690 }),
          said('template', 'details.contentAttributes', {
            items: [{ title: 'canary-item', value: 'canary-item-value' }],
          }),
          said('email', 'details.contentAttributes', { email: { subject: 'canary-subject' } }),
        ],
        'Message.replyTo': last('replyTo', { externalId: '690' }),
        'Message.isDeleted': [said('deleted', 'isDeleted', true), last('isDeleted', false)],
        'Delivery.failureDetail': said('failed', 'delivery.failureDetail', 'canary-external-error'),
        'Message.html': said('email', 'html', '<p>canary-html</p>'),
        'Message.recipients': said('email', 'recipients', [
          { role: 'FROM', addresses: [{ kind: 'email', value: 'canary-from@canary.example' }] },
          { role: 'TO', addresses: [{ kind: 'email', value: 'canary-to@canary.example' }] },
          { role: 'CC', addresses: [{ kind: 'email', value: 'canary-cc@canary.example' }] },
          { role: 'BCC', addresses: [{ kind: 'email', value: 'canary-bcc@canary.example' }] },
        ]),
        'Message.clientMessageId': last('clientMessageId', 'canary-client-key'),
      },
      {
        proofs: [
          hidden('canary-hidden-content-attribute'),
          hidden('canary-hidden-reply'),
          hidden('canary-hidden-text-of-the-deleted'),
          kept('canary-secret-of-email-headers'),
        ],
      },
    ),
    sender_type: shown({ 'Person.kind': [said('template', 'sender.kind', 'BOT'), last('sender.kind', 'AGENT')] }),
    sender_id: shown({ 'Person.externalId': said('template', 'sender.externalId', '77') }),
    external_source_ids: shown({
      'ChatwootMessage.externalSourceIds': last('details.externalSourceIds', { slack: 'canary-external-source' }),
    }),
    additional_attributes: shown({
      'ChatwootMessage.additionalAttributes': last('details.additionalAttributes', {
        'canary-message-additional': 'canary-message-additional-value',
      }),
    }),
    processed_message_content: shown({
      'ChatwootMessage.processedContent': last('details.processedContent', 'canary-processed-content'),
    }),
    sentiment: shown({
      'ChatwootMessage.sentiment': last('details.sentiment', { 'canary-sentiment': 'canary-sentiment-value' }),
    }),
    conversation: shown(
      { 'Message.conversation': last('conversation', { externalId: '41' }) },
      { proofs: [hidden('canary-hidden-source-of-inbox'), kept('canary-secret-pubsub-of-inbox')] },
    ),
    attachment: shown({
      'Message.attachments': last('attachments', [
        {
          url: 'https://canary.example/picture.png',
          thumbnailUrl: 'https://canary.example/thumbnail.png',
          mimeType: 'image/png',
          sizeBytes: 4711,
          width: 71,
          height: 72,
        },
      ]),
    }),
    sender: shown({
      'Message.sender': last('sender', { externalId: '901', displayName: 'canary-sender-available-name' }),
    }),
  },

  'Chatwoot, conversation details: errors': {
    description: shown(
      {
        'Problem.detail': at(
          'deleteRefused',
          'deleteConversation.detail',
          'Account "shop" does not accept this input.',
        ),
      },
      { proofs: [hidden('canary-hidden-description')] },
    ),
    errors: shown({ 'ValidationError.issues': refused('issues', [expect.anything()]) }),
    'errors[].field': shown({ 'FieldIssue.path': refused('issues.0.path', ['canary-field']) }),
    'errors[].message': shown({ 'FieldIssue.detail': refused('issues.0.detail', 'canary-error-message') }),
    'errors[].code': shown({ 'FieldIssue.providerCode': refused('issues.0.providerCode', 'canary-code') }),
  },
}

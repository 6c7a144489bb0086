import { expect } from 'vitest'
import { CONFLICT_ROUTE, CONVERSATION, CONVERSATION_ROUTE, idOf, MESSAGE_ID } from './bird-case.ts'
import { ACCOUNT } from './gateway.ts'
import { at, config, type Homes, type Proof, type Sight, secret, shown } from './homes.ts'
import { credential, hidden, seen, sent } from './proofs.ts'

const CONTACT = 'b0000001-0000-4000-8000-000000000001'
const USER = 'b0000002-0000-4000-8000-000000000002'
const REFERENCE = 'b0000004-0000-4000-8000-000000000004'
const RECIPIENT = 'b0000005-0000-4000-8000-000000000005'

const main = (path: string, value: unknown): Sight => at('main', `conversation.${path}`, value)
const sparse = (path: string, value: unknown): Sight => at('sparse', `conversation.${path}`, value)
const detail = (path: string, value: unknown): Sight => main(`details.${path}`, value)
/** The one participant of whom everything is told. */
const member = (path: string, value: unknown): Sight => main(`featuredParticipants.0.${path}`, value)
/** The one who is named by reference only. */
const reference = (path: string, value: unknown): Sight => main(`featuredParticipants.2.${path}`, value)
const last = (path: string, value: unknown): Sight => main(`lastMessage.${path}`, value)
const recipient = (path: string, value: unknown): Sight => last(`message.recipients.0.${path}`, value)
const birdRecipient = (path: string, value: unknown): Sight => last(`message.details.recipients.0.${path}`, value)

const keptFromEndUsers: Proof = async ({ askProvider }) => {
  const person = { kind: 'person', account: ACCOUNT, native: `contact:${CONTACT}` } as const
  const actor = { kind: 'end-user', person, credential: null } as const
  const found = await askProvider((provider, call) => provider.findConversation(CONVERSATION, { ...call, actor }))
  expect(found?.conversation.details).toMatchObject({ shape: 'bird-conversation', privateAttributes: null })
}

export const BIRD_HOMES: Homes = {
  'Bird, get conversation: the call': {
    'GET /workspaces/{workspaceId}/conversations/{conversationId}': shown(
      { 'Query.conversation': at('main', 'conversation', { externalId: CONVERSATION }) },
      { proofs: [sent(CONVERSATION_ROUTE)] },
    ),
    'path workspaceId': config('Part of every path.', sent(CONVERSATION_ROUTE)),
    '404 notFound': shown(
      {
        'Query.conversation': at('missing', 'conversation', null),
        'NotFoundError.providerCode': at('deleteMissing', 'deleteConversation.providerCode', 'CanaryNotFound'),
      },
      { proofs: [seen(at('missing', 'errors', undefined)), hidden('canary-hidden-not-found-message')] },
    ),
    '409 conflict on GET': shown(
      { 'ErrorCode.CONFLICT': at('conflict', 'errors.0.extensions.code', 'CONFLICT') },
      {
        proofs: [
          async ({ stub, ask }) => {
            const before = stub.requests.length
            await ask('query ($id: ID!) { conversation(id: $id) { id } }', { id: idOf(CONFLICT_ROUTE.slice(-36)) })
            expect(stub.requests.slice(before).map(({ route }) => route)).toEqual([CONFLICT_ROUTE, CONFLICT_ROUTE])
          },
        ],
      },
    ),
    'security AccessKey': secret(
      'The credential of the account.',
      credential('authorization', 'AccessKey canary-secret-access-key'),
    ),
  },

  'Bird, get conversation: conversation': {
    accessibility: shown({ 'BirdConversation.accessibility': detail('accessibility', 'canary-accessibility') }),
    activeParticipantCount: shown({ 'Conversation.participantCount': main('participantCount', 31) }),
    assigneeId: shown({ 'Conversation.assignee': main('assignee', { externalId: USER }) }),
    attributes: shown({
      'Conversation.customAttributes': main('customAttributes', { 'canary-attribute': 'canary-attribute-value' }),
    }),
    category: shown({ 'BirdConversation.category': detail('category', 'canary-category') }),
    channelId: shown({ 'Channel.externalId': main('channel.externalId', 'd0000001-0000-4000-8000-000000000001') }),
    createdAt: shown({ 'Conversation.createdAt': main('createdAt', '2026-01-01T10:00:00.101Z') }),
    description: shown({ 'BirdConversation.description': detail('description', 'canary-description') }),
    directory: shown({ 'BirdConversation.directory': detail('directory', 'canary-directory') }),
    featuredParticipants: shown({
      'Conversation.featuredParticipants': main('featuredParticipants', [
        { person: { externalId: CONTACT } },
        { person: { externalId: USER } },
        { person: { externalId: REFERENCE } },
      ]),
    }),
    hasDraft: shown({ 'BirdConversation.hasDraft': [detail('hasDraft', true), sparse('details.hasDraft', null)] }),
    id: shown({ 'Conversation.externalId': main('externalId', CONVERSATION) }),
    inbox: shown({
      'BirdConversation.inbox': [detail('inbox', { inboxId: 'canary-inbox-id' }), sparse('details.inbox', null)],
    }),
    initiatingParticipant: shown({
      'BirdConversation.initiatingParticipant': detail('initiatingParticipant', {
        person: { displayName: 'canary-initiator-name', kind: 'AUTOMATION' },
      }),
    }),
    lastMessage: shown({ 'Conversation.lastMessage': main('lastMessage', { messageId: MESSAGE_ID }) }),
    lastMessageIncomingAt: shown({
      'BirdConversation.lastMessageIncomingAt': detail('lastMessageIncomingAt', '2026-01-03T10:00:00.103Z'),
      'ReplyPolicy.windowClosesAt': main('replyPolicy.windowClosesAt', '2026-01-04T10:00:00.103Z'),
    }),
    lastMessageOutgoingAt: shown({
      'BirdConversation.lastMessageOutgoingAt': detail('lastMessageOutgoingAt', '2026-01-04T10:00:00.104Z'),
      'Conversation.lastActivityAt': main('lastActivityAt', '2026-01-04T10:00:00.104Z'),
    }),
    name: shown({
      'Conversation.title': [main('title', 'canary-conversation-name'), sparse('title', 'canary-sparse-contact')],
    }),
    participants: shown({
      'Conversation.participants': main('participants', {
        nodes: [{ person: { externalId: CONTACT } }, { person: { externalId: USER } }],
      }),
    }),
    pendingParticipantCount: shown({
      'BirdConversation.pendingParticipantCount': detail('pendingParticipantCount', 32),
    }),
    platformStyle: shown({
      'BirdConversation.platformStyle': [
        detail('platformStyle', 'direct'),
        sparse('details.platformStyle', 'group-multiple'),
      ],
      'Conversation.kind': sparse('kind', 'GROUP'),
    }),
    privateAttributes: shown(
      { 'BirdConversation.privateAttributes': detail('privateAttributes', 'canary-private-attributes') },
      { proofs: [keptFromEndUsers] },
    ),
    read: shown({
      'BirdConversation.read': [detail('read', true), sparse('details.read', null)],
      'ViewerState.isUnread': main('viewerState.isUnread', null),
    }),
    referral: shown({
      'BirdConversation.referral': [
        detail('referral', { title: 'canary-referral-title' }),
        sparse('details.referral', null),
      ],
    }),
    resource: shown({
      'BirdConversation.resource': [
        detail('resource', { resourceId: 'canary-resource-id' }),
        sparse('details.resource', null),
      ],
    }),
    resourceUri: shown({ 'BirdConversation.resourceUri': detail('resourceUri', 'canary-conversation-uri') }),
    starred: shown({ 'BirdConversation.starred': [detail('starred', true), sparse('details.starred', null)] }),
    status: shown({
      'Conversation.status': [main('status', 'OPEN'), sparse('status', 'CLOSED')],
      'Conversation.providerStatus': [main('providerStatus', 'active'), sparse('providerStatus', 'closed')],
    }),
    style: shown({
      'BirdConversation.style': [detail('style', 'directMessage'), sparse('details.style', 'support')],
      'Conversation.kind': main('kind', 'DIRECT'),
    }),
    summary: shown({ 'BirdConversation.summary': detail('summary', 'canary-summary') }),
    tags: shown({ 'Conversation.labels': main('labels', ['canary-tag']) }),
    updatedAt: shown({ 'Conversation.updatedAt': main('updatedAt', '2026-01-02T10:00:00.102Z') }),
    visibility: shown({ 'BirdConversation.visibility': detail('visibility', 'canary-visibility') }),
  },

  'Bird, get conversation: participant': {
    avatarUrl: shown({
      'Person.avatarUrl': [
        member('person.avatarUrl', 'https://canary.example/contact.png'),
        main('featuredParticipants.1.person.avatarUrl', null),
      ],
    }),
    contact: shown({
      'Person.addresses': member('person.addresses', [{ kind: 'canaryhandle', value: 'canary-contact-address' }]),
      'BirdParticipant.identifierValue': member('details.identifierValue', 'canary-contact-address'),
    }),
    conversationId: shown({ 'Participant.conversationId': member('conversationId', idOf(CONVERSATION)) }),
    createdAt: shown({
      'Participant.joinedAt': member('joinedAt', '2026-01-05T10:00:00.105Z'),
      'BirdParticipant.createdAt': member('details.createdAt', '2026-01-05T10:00:00.105Z'),
    }),
    displayName: shown({
      'Person.displayName': [
        member('person.displayName', 'canary-contact-name'),
        sparse('featuredParticipants.1.person.displayName', null),
      ],
    }),
    id: shown({ 'Person.externalId': member('person.externalId', CONTACT) }),
    resourceUri: shown({ 'BirdParticipant.resourceUri': member('details.resourceUri', 'canary-participant-uri') }),
    status: shown({
      'Participant.status': member('status', 'INVITED'),
      'BirdParticipant.status': member('details.status', 'invited'),
    }),
    type: shown({
      'Person.kind': [member('person.kind', 'CONTACT'), main('featuredParticipants.1.person.kind', 'AGENT')],
      'BirdParticipant.type': member('details.type', 'contact'),
    }),
    updatedAt: shown({ 'BirdParticipant.updatedAt': member('details.updatedAt', '2026-01-06T10:00:00.106Z') }),
  },

  'Bird, get conversation: participant.contact': {
    identifierKey: shown({
      'BirdParticipant.identifierKey': member('details.identifierKey', 'canaryhandle'),
      'ContactAddress.kind': member('person.addresses.0.kind', 'canaryhandle'),
    }),
    identifierValue: shown({
      'BirdParticipant.identifierValue': member('details.identifierValue', 'canary-contact-address'),
      'ContactAddress.value': member('person.addresses.0.value', 'canary-contact-address'),
    }),
    platformAddress: shown({
      'BirdParticipant.platformAddress': member('details.platformAddress', 'canary-contact-platform-address'),
    }),
    platformAddressSelector: shown({
      'BirdParticipant.platformAddressSelector': member('details.platformAddressSelector', 'canary-contact-selector'),
    }),
  },

  'Bird, get conversation: participants[] (reference)': {
    contact: shown({
      'Person.addresses': reference('person.addresses', [{ kind: 'email', value: 'canary-reference@canary.example' }]),
    }),
    id: shown({ 'Person.externalId': reference('person.externalId', REFERENCE) }),
    type: shown({
      'Person.kind': reference('person.kind', 'BOT'),
      'BirdParticipant.type': reference('details.type', 'bot'),
    }),
  },

  'Bird, get conversation: inbox': {
    id: shown({ 'BirdInbox.inboxId': detail('inbox.inboxId', 'canary-inbox-id') }),
    identifier: shown({ 'BirdInbox.identifier': detail('inbox.identifier', 'canary-inbox-identifier') }),
    ownerId: shown({ 'BirdInbox.ownerId': detail('inbox.ownerId', 'canary-inbox-owner') }),
    ownerType: shown({ 'BirdInbox.ownerType': detail('inbox.ownerType', 'canary-inbox-owner-type') }),
    type: shown({ 'BirdInbox.type': detail('inbox.type', 'canary-inbox-type') }),
  },

  'Bird, get conversation: lastMessage': {
    createdAt: shown({ 'MessagePreview.createdAt': last('createdAt', '2026-01-02T12:00:00.108Z') }),
    draft: shown({ 'MessagePreview.isDraft': [last('isDraft', false), sparse('lastMessage.isDraft', true)] }),
    id: shown({ 'MessagePreview.messageId': last('messageId', MESSAGE_ID) }),
    preview: shown({
      'MessagePreview.text': last('text', 'canary-preview-text'),
      'MessagePreview.isTruncated': last('isTruncated', false),
    }),
    recipients: shown({
      'BirdMessage.recipients': last('message.details.recipients', [{ contactId: RECIPIENT }]),
      'Message.recipients': last('message.recipients', [{ name: 'canary-annotation' }]),
      'MessagePreview.message': last('message', { recipients: [{ name: 'canary-annotation' }] }),
    }),
    sender: shown({
      'MessagePreview.sender': last('sender', { externalId: 'b0000006-0000-4000-8000-000000000006', kind: 'AGENT' }),
    }),
    status: shown({
      'Delivery.providerStatus': last('delivery.providerStatus', 'delivery_failed'),
      'Delivery.state': last('delivery.state', 'FAILED'),
      'MessagePreview.isDeleted': [last('isDeleted', false), sparse('lastMessage.isDeleted', true)],
    }),
    type: shown({
      'MessagePreview.kind': [last('kind', 'MEDIA'), sparse('lastMessage.kind', 'TEXT')],
      'BirdMessage.type': last('message.details.type', 'gif'),
    }),
  },

  'Bird, get conversation: lastMessage.preview': {
    text: shown({ 'MessagePreview.text': last('text', 'canary-preview-text') }),
  },

  'Bird, get conversation: lastMessage.sender': {
    email: shown({
      'Person.addresses': last('sender.addresses', [{ kind: 'email', value: 'canary-sender@canary.example' }]),
    }),
    name: shown({ 'Person.displayName': last('sender.displayName', 'canary-sender-name') }),
  },

  'Bird, get conversation: lastMessage.recipients[]': {
    contactAnnotation: shown({
      'BirdRecipient.annotationName': birdRecipient('annotationName', 'canary-annotation'),
      'Recipient.name': recipient('name', 'canary-annotation'),
    }),
    countryCode: shown({ 'BirdRecipient.countryCode': birdRecipient('countryCode', 'canary-country') }),
    id: shown({
      'BirdRecipient.contactId': birdRecipient('contactId', RECIPIENT),
      'Recipient.person': recipient('person', { externalId: RECIPIENT }),
    }),
    identifierKey: shown({
      'BirdRecipient.identifierKey': birdRecipient('identifierKey', 'canarykey'),
      'Recipient.addresses': recipient('addresses', [{ kind: 'canarykey' }, {}]),
    }),
    identifierValue: shown({
      'BirdRecipient.identifierValue': birdRecipient('identifierValue', 'canary-recipient-address'),
      'Recipient.addresses': recipient('addresses', [{ value: 'canary-recipient-address' }, {}]),
    }),
    identifiers: shown({
      'BirdRecipient.identifiers': birdRecipient('identifiers', [
        { kind: 'canaryother', value: 'canary-other-address' },
      ]),
    }),
    platformAddress: shown({
      'BirdRecipient.platformAddress': birdRecipient('platformAddress', 'canary-recipient-platform-address'),
    }),
    platformAddressSelector: shown({
      'BirdRecipient.platformAddressSelector': birdRecipient('platformAddressSelector', 'canary-recipient-selector'),
    }),
    receiverExpression: shown({
      'BirdRecipient.receiverExpression': birdRecipient('receiverExpression', 'canary-expression'),
    }),
    receiverValue: shown({ 'BirdRecipient.receiverValue': birdRecipient('receiverValue', 'canary-receiver-value') }),
    type: shown({ 'BirdRecipient.type': birdRecipient('type', 'cc'), 'Recipient.role': recipient('role', 'CC') }),
  },

  'Bird, get conversation: recipients[].contactAnnotation': {
    name: shown({ 'BirdRecipient.annotationName': birdRecipient('annotationName', 'canary-annotation') }),
  },

  'Bird, get conversation: recipients[].identifiers[]': {
    identifierKey: shown({ 'ContactAddress.kind': birdRecipient('identifiers.0.kind', 'canaryother') }),
    identifierValue: shown({ 'ContactAddress.value': birdRecipient('identifiers.0.value', 'canary-other-address') }),
  },

  'Bird, get conversation: referral': {
    caption: shown({ 'BirdReferral.caption': detail('referral.caption', 'canary-caption') }),
    mediaType: shown({ 'BirdReferral.mediaType': detail('referral.mediaType', 'canary-media-type') }),
    mediaUrl: shown({ 'BirdReferral.mediaUrl': detail('referral.mediaUrl', 'https://canary.example/referral-media') }),
    sourceId: shown({ 'BirdReferral.sourceId': detail('referral.sourceId', 'canary-source-id') }),
    sourceType: shown({ 'BirdReferral.sourceType': detail('referral.sourceType', 'canary-source-type') }),
    sourceUrl: shown({
      'BirdReferral.sourceUrl': detail('referral.sourceUrl', 'https://canary.example/referral-source'),
    }),
    text: shown({ 'BirdReferral.text': detail('referral.text', 'canary-referral-text') }),
    timestamp: shown({ 'BirdReferral.timestamp': detail('referral.timestamp', '2026-01-07T10:00:00.107Z') }),
    title: shown({ 'BirdReferral.title': detail('referral.title', 'canary-referral-title') }),
    username: shown({ 'BirdReferral.username': detail('referral.username', 'canary-username') }),
  },

  'Bird, get conversation: resource': {
    id: shown({ 'BirdResource.resourceId': detail('resource.resourceId', 'canary-resource-id') }),
    type: shown({ 'BirdResource.type': detail('resource.type', 'canary-resource-type') }),
  },

  'Bird, get conversation: error': {
    code: shown(
      { 'Problem.providerCode': at('deleteConflicting', 'deleteConversation.providerCode', 'CanaryConflict') },
      { proofs: [seen(at('conflict', 'errors.0.extensions.providerCode', 'CanaryConflict'))] },
    ),
    details: shown(
      {
        'ConflictError.existingConversationId': at(
          'deleteConflicting',
          'deleteConversation.existingConversationId',
          idOf('c0000009-0000-4000-8000-000000000009'),
        ),
      },
      { proofs: [hidden('canary-hidden-conflict-details')] },
    ),
    message: shown(
      {
        'Problem.detail': at(
          'deleteConflicting',
          'deleteConversation.detail',
          'Account "shop" is in a state that does not allow this.',
        ),
      },
      { proofs: [hidden('canary-hidden-conflict-message')] },
    ),
  },

  'Bird, get conversation: enums (words below)': {
    'inbox.conversations.accessibility': shown({
      'BirdConversation.accessibility': detail('accessibility', 'canary-accessibility'),
    }),
    'inbox.conversations.participant_status': shown({
      'Participant.status': member('status', 'INVITED'),
      'BirdParticipant.status': member('details.status', 'invited'),
    }),
    'inbox.conversations.participant_type': shown({
      'Person.kind': reference('person.kind', 'BOT'),
      'BirdParticipant.type': reference('details.type', 'bot'),
    }),
    'inbox.inbox_owner_type': shown({ 'BirdInbox.ownerType': detail('inbox.ownerType', 'canary-inbox-owner-type') }),
    'inbox.inbox_type': shown({ 'BirdInbox.type': detail('inbox.type', 'canary-inbox-type') }),
    'inbox.conversations.platform_style': shown({
      'BirdConversation.platformStyle': sparse('details.platformStyle', 'group-multiple'),
      'Conversation.kind': sparse('kind', 'GROUP'),
    }),
    'inbox.conversations.resource_type': shown({
      'BirdResource.type': detail('resource.type', 'canary-resource-type'),
    }),
    'inbox.conversations.status': shown({ 'Conversation.status': sparse('status', 'CLOSED') }),
    'inbox.conversations.conversation_style': shown({
      'BirdConversation.style': detail('style', 'directMessage'),
      'Conversation.kind': main('kind', 'DIRECT'),
    }),
    'inbox.conversations.visibility': shown({
      'BirdConversation.visibility': detail('visibility', 'canary-visibility'),
    }),
  },
}

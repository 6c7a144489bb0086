import { directRef, groupRef, messageRef, personRef } from '../../providers/cometchat/refs.ts'
import type { ConversationRef } from '../../providers/port/index.ts'
import { accountId, conversationId, messageId, personId } from '../../schema/global-id.ts'
import { actQuestion } from './act-question.ts'
import type { HomesOfVendor, Question } from './describe-homes.ts'
import { fixture } from './fixture.ts'
import { ACCOUNT } from './gateway.ts'

const group = fixture('cometchat/group-conversation')
const user = fixture('cometchat/user-conversation')
const custom = fixture('cometchat/custom-conversation')
const action = fixture('cometchat/action-conversation')
const edit = fixture('cometchat/edit-conversation')
const viewer = fixture('cometchat/viewer')
const sender = { data: group.data.lastMessage.data.entities.sender.entity }
const peer = { data: user.data.conversationWith }

/** Acts that are answered with no more than that they were done. */
const DONE = [
  'DELETE /v3/conversations/group_canary-guid-conversation',
  ...['users/canary-peer', 'groups/canary-guid'].flatMap((other) => [
    `DELETE /v3/${other}/conversation`,
    `POST /v3/${other}/conversation/read`,
    `POST /v3/${other}/conversation/delivered`,
    `DELETE /v3/${other}/conversation/read`,
  ]),
]

const FIRST_MESSAGE = {
  id: '901',
  conversationId: 'canary-peer_user_canary-viewer',
  sender: 'canary-viewer',
  receiverType: 'user',
  receiver: 'canary-peer',
  category: 'message',
  type: 'text',
  data: { text: 'canary-first-message' },
  sentAt: 1767261701,
}

export const GROUP = groupRef(ACCOUNT, 'canary-guid')
export const DIRECT = directRef(ACCOUNT, 'canary-viewer', 'canary-peer')
export const EDIT = groupRef(ACCOUNT, 'canary-edit')
export const idOf = conversationId
export const idOfMessage = (conversation: ConversationRef, id: string) => messageId(messageRef(conversation, id))

function refusal(status: number, code: string): object {
  const body = fixture('cometchat/not-accessible')
  return { status, body: { error: { ...body.error, code } } }
}

function conversation(ref: ConversationRef): Question {
  return { document: CONVERSATION_DOCUMENT, variables: { id: conversationId(ref) } }
}

function act(mutation: string, ref: ConversationRef, input: object, ofSuccess: string): Question {
  return actQuestion(mutation, { conversationId: conversationId(ref), ...input }, ofSuccess)
}

const NOBODY = directRef(ACCOUNT, 'canary-viewer', 'canary-missing')
const TOO_MANY_TAGS = Array.from({ length: 26 }, (_, index) => `tag-${index}`)

const CONVERSATION_DOCUMENT = /* GraphQL */ `
  query ($id: ID!) { conversation(id: $id) { ...Whole } }
  fragment Whole on Conversation {
    externalId title avatarUrl kind createdAt updatedAt participantCount receiptModel
    capabilities(of: [SET_LABELS, UNREAD_COUNT]) { capability level limits { maxCount maxLength } }
    replyPolicy { canReply }
    viewerState { unreadCount unreadCountPrecision }
    featuredParticipants { role joinedAt person { ...Somebody } }
    lastMessage {
      messageId createdAt sender { ...Somebody }
      message {
        externalId conversationId createdAt updatedAt text kind
        sender { ...Somebody }
        attachments { url fileName mimeType sizeBytes }
        details { ... on CometChatMessage {
          category type receiver receiverType metadata customData
          action {
            name onMessageId
            by { ...User } onUser { ...User } forUser { ...User } forGroup { ...Group }
          }
        } }
      }
    }
    details { ... on CometChatConversation { conversationType peerUid group { ...Group } } }
  }
  fragment User on CometChatUser { uid name role avatar status createdAt link updatedAt }
  fragment Group on CometChatGroup {
    guid name description icon type owner viewerScope hasJoined joinedAt membersCount createdAt updatedAt updatedBy
  }
  fragment Somebody on Person { externalId displayName }
`

/**
 * `group-…` and `user-conversation.json` carry the documented properties of either kind; the others have what cannot stand in
 * the same message or group: custom content, a member who left, more than 300 members, actions on somebody and on a message.
 */
export const COMETCHAT: Omit<HomesOfVendor, 'homes'> = {
  setup: {
    vendor: 'cometchat',
    settings: { appId: 'canary-app', region: 'eu', apiKey: 'canary-secret-api-key', actAs: 'canary-viewer' },
    basePath: '/v3',
    answers: {
      'GET /v3/conversations': { data: [edit.data, action.data, ...custom.data, user.data, group.data] },
      'GET /v3/conversations/group_canary-guid-conversation': group,
      'GET /v3/groups/canary-guid/conversation': group,
      'GET /v3/groups/canary-custom/conversation': custom,
      'GET /v3/groups/canary-action/conversation': action,
      'GET /v3/groups/canary-edit/conversation': edit,
      'GET /v3/groups/canary-missing/conversation': refusal(404, 'ERR_CONVERSATION_NOT_FOUND'),
      'GET /v3/groups/canary-wrong/conversation': refusal(400, 'ERR_BAD_REQUEST'),
      'GET /v3/groups/canary-guid/messages': { data: [group.data.lastMessage] },
      'GET /v3/groups/canary-action/messages': { data: [action.data.lastMessage] },
      'GET /v3/groups/canary-guid/members': { data: [{ ...viewer.data, scope: 'moderator' }, sender.data] },
      'GET /v3/messages/501': { data: group.data.lastMessage },
      'GET /v3/users/canary-peer/conversation': user,
      'GET /v3/users/canary-missing/conversation': refusal(404, 'ERR_UID_NOT_FOUND'),
      'GET /v3/users/canary-stranger/conversation': refusal(404, 'ERR_CONVERSATION_NOT_ACCESSIBLE'),
      'GET /v3/users/canary-peer/messages': { data: [] },
      'GET /v3/users': { data: [peer.data, viewer.data] },
      'GET /v3/users/canary-viewer': viewer,
      'GET /v3/users/canary-peer': peer,
      'GET /v3/users/canary-sender': sender,
      'PUT /v3/users/canary-peer/conversation': user,
      'PUT /v3/groups/canary-guid/conversation': group,
      'PUT /v3/groups/canary-missing/conversation': refusal(404, 'ERR_CONVERSATION_NOT_FOUND'),
      'POST /v3/users/canary-missing/conversation/read': refusal(404, 'ERR_UID_NOT_FOUND'),
      'POST /v3/messages': { data: FIRST_MESSAGE },
      ...Object.fromEntries(DONE.map((route) => [route, { data: { success: true } }])),
    },
  },
  questions: {
    group: conversation(GROUP),
    direct: conversation(DIRECT),
    custom: conversation(groupRef(ACCOUNT, 'canary-custom')),
    action: conversation(groupRef(ACCOUNT, 'canary-action')),
    edit: conversation(EDIT),
    missing: conversation(groupRef(ACCOUNT, 'canary-missing')),
    nobody: conversation(NOBODY),
    stranger: conversation(directRef(ACCOUNT, 'canary-viewer', 'canary-stranger')),
    wrong: conversation(groupRef(ACCOUNT, 'canary-wrong')),
    node: {
      document: 'query ($id: ID!) { node(id: $id) { ... on Conversation { externalId } } }',
      variables: { id: conversationId(GROUP) },
    },
    byExternalId: {
      document: /* GraphQL */ `query ($account: ID!) {
        conversationByExternalId(accountId: $account, externalId: "group_canary-guid-conversation") { externalId }
      }`,
      variables: { account: accountId(ACCOUNT) },
    },
    inbox: { document: '{ conversations { nodes { externalId } } }' },
    withPeer: {
      document: '{ conversations(filter: { person: { externalId: "canary-peer" } }) { nodes { externalId } } }',
    },
    viewer: { document: '{ viewer { displayName kind } }' },
    tagDirect: act('updateConversation', DIRECT, { setLabels: ['one'] }, 'conversation { externalId }'),
    tagGroup: act('updateConversation', GROUP, { setLabels: [] }, 'conversation { externalId }'),
    tagTooMuch: act('updateConversation', GROUP, { setLabels: TOO_MANY_TAGS }, 'conversation { externalId }'),
    tagMissing: act('updateConversation', groupRef(ACCOUNT, 'canary-missing'), { setLabels: [] }, 'problems { field }'),
    readDirect: act('markRead', DIRECT, { upTo: { messageId: idOfMessage(DIRECT, '601') } }, 'applied'),
    readGroup: act('markRead', GROUP, { upTo: { latest: true } }, 'applied'),
    readNobody: act('markRead', NOBODY, { upTo: { messageId: idOfMessage(NOBODY, '601') } }, 'applied'),
    deliveredDirect: act('markDelivered', DIRECT, { upTo: { messageId: idOfMessage(DIRECT, '601') } }, 'applied'),
    deliveredGroup: act('markDelivered', GROUP, { upTo: { latest: true } }, 'applied'),
    unreadDirect: act('markUnread', DIRECT, { from: { messageId: idOfMessage(DIRECT, '601') } }, 'applied'),
    unreadGroup: act('markUnread', GROUP, {}, 'applied'),
    resetDirect: act('deleteConversation', DIRECT, { scope: 'FOR_ME' }, 'deletedConversationId'),
    resetGroup: act('deleteConversation', GROUP, { scope: 'FOR_ME' }, 'deletedConversationId'),
    deleteGroup: act('deleteConversation', GROUP, { scope: 'FOR_EVERYONE' }, 'deletedConversationId'),
    start: actQuestion(
      'startConversation',
      {
        accountId: accountId(ACCOUNT),
        with: [{ externalId: 'canary-peer' }],
        clientMessageId: 'a-key',
        firstMessage: 'canary-first-message',
      },
      'conversationEdge { node { externalId } } messageEdge { node { text } }',
    ),
  },
  nodes: [
    conversationId(GROUP),
    conversationId(DIRECT),
    conversationId(groupRef(ACCOUNT, 'canary-action')),
    conversationId(groupRef(ACCOUNT, 'canary-wrong')),
    idOfMessage(GROUP, '501'),
    personId(personRef(ACCOUNT, 'canary-viewer')),
    personId(personRef(ACCOUNT, 'canary-peer')),
    personId(personRef(ACCOUNT, 'canary-sender')),
  ],
}

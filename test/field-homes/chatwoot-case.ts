import { conversationRef, messageRef, personRef } from '../../providers/chatwoot/refs.ts'
import { conversationId, messageId, personId } from '../../schema/global-id.ts'
import { actQuestion } from './act-question.ts'
import type { HomesOfVendor, Question } from './describe-homes.ts'
import { fixture } from './fixture.ts'
import { ACCOUNT } from './gateway.ts'

const ROOT = '/api/v1/accounts/90005'
export const CONVERSATION_ROUTE = `GET ${ROOT}/conversations/41`
export const MESSAGES_ROUTE = `GET ${ROOT}/conversations/41/messages`

const main = fixture('chatwoot/conversation')
const bot = fixture('chatwoot/bot-conversation')
const agents = fixture('chatwoot/agents')

const NOT_AUTHORIZED = {
  status: 401,
  body: { error: 'You are not authorized to do this action', token: 'canary-secret-of-refusal' },
}

export const idOf = (id: string) => conversationId(conversationRef(ACCOUNT, id))
export const idOfMessage = (id: string) => messageId(messageRef(conversationRef(ACCOUNT, '41'), id))

/** Lists end with an empty page. */
function onlyPage(query: URLSearchParams, payload: readonly object[]): object {
  return { meta: { all_count: payload.length }, payload: Number(query.get('page') ?? 1) > 1 ? [] : payload }
}

function conversation(id: string): Question {
  return { document: CONVERSATION_DOCUMENT, variables: { id: idOf(id) } }
}

function deletion(id: string): Question {
  return actQuestion('deleteConversation', { conversationId: idOf(id), scope: 'FOR_EVERYONE' }, 'deletedConversationId')
}

const CONVERSATION_DOCUMENT = /* GraphQL */ `
  query ($id: ID!) { conversation(id: $id) { ...Whole } }
  fragment Whole on Conversation {
    externalId title avatarUrl kind status providerStatus snoozedUntil labels priority
    createdAt updatedAt lastActivityAt waitingSince customAttributes
    channel { externalId type providerType }
    replyPolicy { canReply }
    viewerState { unreadCount unreadCountPrecision unreadScope }
    teamReadHorizon { upToTime }
    assignee { ...Somebody }
    featuredParticipants { role readHorizon { upToTime } person { ...Somebody } }
    lastMessage { text message { ...Said } }
    messages { nodes { ...Said } }
    details { ... on ChatwootConversation {
      uuid inboxId channel firstReplyCreatedAt agentLastSeenAt assigneeLastSeenAt contactLastSeenAt muted
      hmacVerified slaPolicyId appliedSla slaEvents additionalAttributes
    } }
  }
  fragment Said on Message {
    externalId text html direction kind visibility createdAt updatedAt isDeleted clientMessageId conversationId
    conversation { externalId }
    replyTo { externalId }
    attachments { url thumbnailUrl mimeType sizeBytes width height }
    recipients { role addresses { kind value } }
    delivery { state providerStatus failureDetail }
    sender { externalId kind displayName avatarUrl }
    details { ... on ChatwootMessage {
      contentType messageType sourceId contentAttributes additionalAttributes externalSourceIds processedContent sentiment
    } }
  }
  fragment Somebody on Person {
    externalId kind displayName avatarUrl isOnline addresses { kind value }
    details {
      ... on ChatwootContact {
        contactId identifier blocked availabilityStatus lastActivityAt createdAt
        additionalAttributes customAttributes
      }
      ... on ChatwootAgent { agentId role }
    }
  }
`

const PERSON_DOCUMENT = /* GraphQL */ `
  query ($id: ID!) { node(id: $id) { ... on Person {
    externalId displayName avatarUrl isOnline addresses { kind value }
    details { ... on ChatwootAgent {
      agentId role availabilityStatus availableName displayName confirmed messageSignature inviterId authProvider uid type
      customRoleId autoOffline customAttributes
    } }
  } } }
`

/**
 * `conversation.json` carries every documented property of a conversation and, as its last message, of a message;
 * `bot-conversation.json` has the zeros and absences; `messages.json` what one message cannot be at once; `profile.json` what
 * only the token's owner is told.
 */
export const CHATWOOT: Omit<HomesOfVendor, 'homes'> = {
  setup: {
    vendor: 'chatwoot',
    settings: { accountId: '90005', token: 'canary-secret-own-token' },
    basePath: '',
    answers: {
      'GET /api/v1/profile': fixture('chatwoot/profile'),
      [`GET ${ROOT}/agents`]: agents,
      [`GET ${ROOT}/agent_bots`]: [bot.meta.assignee],
      [`GET ${ROOT}/inboxes`]: fixture('chatwoot/inboxes'),
      [`GET ${ROOT}/teams`]: [],
      [`GET ${ROOT}/labels`]: { payload: [{ id: 1, title: 'canary-label', color: '#123456' }] },
      [`GET ${ROOT}/contacts`]: (query: URLSearchParams) => onlyPage(query, [main.meta.sender]),
      [`GET ${ROOT}/contacts/1501`]: { payload: main.meta.sender },
      [`GET ${ROOT}/contacts/1502`]: { payload: bot.meta.sender },
      [`GET ${ROOT}/conversations`]: (query: URLSearchParams) => ({ data: onlyPage(query, [bot, main]) }),
      [`POST ${ROOT}/conversations/filter`]: (query: URLSearchParams) => onlyPage(query, [bot, main]),
      [CONVERSATION_ROUTE]: main,
      [MESSAGES_ROUTE]: fixture('chatwoot/messages'),
      [`GET ${ROOT}/conversations/41/participants`]: agents,
      [`GET ${ROOT}/conversations/42`]: bot,
      [`GET ${ROOT}/conversations/42/messages`]: { meta: {}, payload: [] },
      [`GET ${ROOT}/conversations/42/participants`]: [],
      [`GET ${ROOT}/conversations/401`]: NOT_AUTHORIZED,
      [`DELETE ${ROOT}/conversations/401`]: NOT_AUTHORIZED,
      [`DELETE ${ROOT}/conversations/41`]: NOT_AUTHORIZED,
      [`DELETE ${ROOT}/conversations/404`]: { status: 404, body: { error: 'Resource could not be found' } },
      [`DELETE ${ROOT}/conversations/422`]: { status: 422, body: fixture('chatwoot/refused') },
      [`GET ${ROOT}/conversations/404`]: { status: 404, body: { error: 'Resource could not be found' } },
      [`GET ${ROOT}/conversations/422`]: { status: 422, body: fixture('chatwoot/refused') },
      [`GET ${ROOT}/conversations/500`]: { status: 500, body: { error: 'canary-secret-in-a-server-error' } },
    },
  },
  questions: {
    main: conversation('41'),
    bot: conversation('42'),
    denied: conversation('401'),
    missing: conversation('404'),
    refused: conversation('422'),
    failing: conversation('500'),
    deleteSeen: deletion('41'),
    deleteDenied: deletion('401'),
    deleteMissing: deletion('404'),
    deleteRefused: deletion('422'),
    own: { document: PERSON_DOCUMENT, variables: { id: personId(personRef(ACCOUNT, 'user', '801')) } },
    agents: { document: '{ accounts { agents { externalId displayName } } }' },
  },
  nodes: [
    ...['41', '42', '401', '404', '422', '500'].map(idOf),
    ...['690', '691', '692', '694', '695'].map(idOfMessage),
    personId(personRef(ACCOUNT, 'user', '801')),
    personId(personRef(ACCOUNT, 'user', '1001')),
    personId(personRef(ACCOUNT, 'contact', '1501')),
    personId(personRef(ACCOUNT, 'bot', '77')),
  ],
}

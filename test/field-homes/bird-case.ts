import type { MessageRef, PersonRef } from '../../providers/port/index.ts'
import { conversationId, messageId, personId } from '../../schema/global-id.ts'
import { actQuestion } from './act-question.ts'
import type { HomesOfVendor, Question } from './describe-homes.ts'
import { fixture } from './fixture.ts'
import { ACCOUNT } from './gateway.ts'

const WORKSPACE = '/workspaces/canary-workspace'
const CONTACT = 'b0000001-0000-4000-8000-000000000001'
const MISSING = 'c0000404-0000-4000-8000-000000000404'
const CONFLICTING = 'c0000409-0000-4000-8000-000000000409'
export const CONVERSATION = 'c0000001-0000-4000-8000-000000000001'
const SPARSE = 'c0000002-0000-4000-8000-000000000002'
export const CONVERSATION_ROUTE = `GET ${WORKSPACE}/conversations/${CONVERSATION}`
export const CONFLICT_ROUTE = `GET ${WORKSPACE}/conversations/${CONFLICTING}`
const MESSAGE = 'a0000001-0000-4000-8000-000000000001'

const conversation = fixture('bird/conversation')
const message = fixture('bird/message')

export function idOf(native: string): string {
  return conversationId({ kind: 'conversation', account: ACCOUNT, native })
}

export const MESSAGE_ID = messageId(messageRef(CONVERSATION, MESSAGE))

function messageRef(ofConversation: string, native: string): MessageRef {
  return { kind: 'message', conversation: { kind: 'conversation', account: ACCOUNT, native: ofConversation }, native }
}

function personRef(native: string): PersonRef {
  return { kind: 'person', account: ACCOUNT, native }
}

/** `conversation.json` carries every documented property; `sparse-conversation.json` leaves names empty and has a draft. */
export const BIRD: Omit<HomesOfVendor, 'homes'> = {
  setup: {
    vendor: 'bird',
    settings: { workspaceId: 'canary-workspace', accessKey: 'canary-secret-access-key' },
    basePath: '',
    answers: {
      [`GET ${WORKSPACE}/channels`]: fixture('bird/channels'),
      [`GET ${WORKSPACE}/conversations`]: { results: [conversation, fixture('bird/sparse-conversation')] },
      [CONVERSATION_ROUTE]: conversation,
      [`GET ${WORKSPACE}/conversations/${SPARSE}`]: fixture('bird/sparse-conversation'),
      [`GET ${WORKSPACE}/conversations/${MISSING}`]: { status: 404, body: fixture('bird/not-found') },
      [CONFLICT_ROUTE]: { status: 409, body: fixture('bird/conflict') },
      [`DELETE ${WORKSPACE}/conversations/${MISSING}`]: { status: 404, body: fixture('bird/not-found') },
      [`DELETE ${WORKSPACE}/conversations/${CONFLICTING}`]: { status: 409, body: fixture('bird/conflict') },
      [`GET ${WORKSPACE}/conversations/${CONVERSATION}/participants`]: { results: conversation.featuredParticipants },
      [`GET ${WORKSPACE}/conversations/${CONVERSATION}/participants/${CONTACT}`]: conversation.featuredParticipants[0],
      [`GET ${WORKSPACE}/conversations/${CONVERSATION}/messages`]: { results: [message] },
      [`GET ${WORKSPACE}/conversations/${CONVERSATION}/messages/${MESSAGE}`]: message,
      [`GET ${WORKSPACE}/participants/${CONTACT}/conversations`]: { results: [conversation] },
      [`GET ${WORKSPACE}/contacts`]: { results: [fixture('bird/contact')] },
      [`GET ${WORKSPACE}/contacts/b0000005-0000-4000-8000-000000000005`]: fixture('bird/contact'),
    },
  },
  questions: {
    channels: { document: '{ accounts { channels { externalId type name providerType } } }' },
    main: { document: conversationDocument(), variables: { id: idOf(CONVERSATION) } },
    sparse: { document: conversationDocument(), variables: { id: idOf(SPARSE) } },
    missing: { document: conversationDocument(), variables: { id: idOf(MISSING) } },
    conflict: { document: conversationDocument(), variables: { id: idOf(CONFLICTING) } },
    deleteMissing: deletion(MISSING),
    deleteConflicting: deletion(CONFLICTING),
  },
  nodes: [
    idOf(CONVERSATION),
    idOf(SPARSE),
    idOf(CONFLICTING),
    MESSAGE_ID,
    personId(personRef(`contact:${CONTACT}`)),
    personId(personRef('contact:b0000005-0000-4000-8000-000000000005')),
  ],
}

function deletion(native: string): Question {
  const input = { conversationId: idOf(native), scope: 'FOR_EVERYONE' }
  return actQuestion('deleteConversation', input, 'deletedConversationId')
}

function conversationDocument(): string {
  return /* GraphQL */ `
    query ($id: ID!) { conversation(id: $id) { ...Whole } }
    fragment Whole on Conversation {
      externalId title avatarUrl kind status providerStatus labels participantCount customAttributes
      createdAt updatedAt lastActivityAt
      assignee { ...Somebody }
      channel { externalId }
      viewerState { isUnread }
      replyPolicy { canReply windowClosesAt }
      featuredParticipants { ...Member }
      participants { nodes { person { externalId } } }
      lastMessage {
        messageId text isTruncated isDraft isDeleted kind visibility createdAt
        delivery { state providerStatus }
        sender { ...Somebody }
        message {
          recipients { role name addresses { kind value } person { externalId } }
          details { ... on BirdMessage {
            type
            recipients {
              type contactId annotationName countryCode identifierKey identifierValue platformAddress
              platformAddressSelector receiverExpression receiverValue identifiers { kind value }
            }
          } }
        }
      }
      details { ... on BirdConversation {
        accessibility category description directory hasDraft lastMessageIncomingAt lastMessageOutgoingAt
        pendingParticipantCount platformStyle privateAttributes read resourceUri starred style summary visibility
        inbox { inboxId identifier ownerId ownerType type }
        initiatingParticipant { ...Member }
        referral { caption mediaType mediaUrl sourceId sourceType sourceUrl text timestamp title username }
        resource { resourceId type }
      } }
    }
    fragment Member on Participant {
      conversationId joinedAt status
      person { ...Somebody }
      details { ... on BirdParticipant {
        type status resourceUri createdAt updatedAt
        identifierKey identifierValue platformAddress platformAddressSelector
      } }
    }
    fragment Somebody on Person { externalId displayName avatarUrl kind addresses { kind value } }
  `
}

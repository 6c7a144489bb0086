import type { BirdConversation, BirdMessage, BirdParticipant } from '../../providers/bird/details.ts'
import type {
  ChatwootAgent,
  ChatwootContact,
  ChatwootConversation,
  ChatwootMessage,
} from '../../providers/chatwoot/details.ts'
import type { CometChatConversation, CometChatMessage, CometChatUser } from '../../providers/cometchat/details.ts'
import type { Details } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { ConversationNode } from '../nodes.ts'
import { BirdConversationRef, BirdMessageRef, BirdParticipantRef } from './bird.ts'
import { ChatwootAgentRef, ChatwootContactRef, ChatwootConversationRef, ChatwootMessageRef } from './chatwoot.ts'
import { CometChatConversationRef, CometChatMessageRef, CometChatUserRef } from './cometchat.ts'
import type { DetailsOfConversation } from './details-of.ts'

/** What only one provider says: for every shape that an adapter may give, the type that shows it. */

type ConversationShape = CometChatConversation | ChatwootConversation | BirdConversation
type MessageShape = CometChatMessage | ChatwootMessage | BirdMessage
type PersonShape = CometChatUser | ChatwootContact | ChatwootAgent

/** The type that shows each shape: one that is missing does not compile. */
type TypesOf<Shape extends Details> = Readonly<Record<Shape['shape'], string>>

const CONVERSATION_TYPES: TypesOf<ConversationShape> = {
  'cometchat-conversation': 'CometChatConversation',
  'chatwoot-conversation': 'ChatwootConversation',
  'bird-conversation': 'BirdConversation',
}

const MESSAGE_TYPES: TypesOf<MessageShape> = {
  'cometchat-message': 'CometChatMessage',
  'chatwoot-message': 'ChatwootMessage',
  'bird-message': 'BirdMessage',
}

const PERSON_TYPES: TypesOf<PersonShape> = {
  'cometchat-user': 'CometChatUser',
  'chatwoot-contact': 'ChatwootContact',
  'chatwoot-agent': 'ChatwootAgent',
}

const PARTICIPANT_TYPES: TypesOf<BirdParticipant> = { 'bird-participant': 'BirdParticipant' }

export const ConversationDetailsRef = builder.unionType('ConversationDetails', {
  description: 'Everything one provider says of a conversation beyond the common model.',
  types: () => [CometChatConversationRef, ChatwootConversationRef, BirdConversationRef],
  resolveType: ({ details }) => CONVERSATION_TYPES[details.shape],
})

export const MessageDetailsRef = builder.unionType('MessageDetails', {
  description: 'Everything one provider says of a message beyond the common model.',
  types: () => [CometChatMessageRef, ChatwootMessageRef, BirdMessageRef],
  resolveType: (details) => MESSAGE_TYPES[details.shape],
})

export const PersonDetailsRef = builder.unionType('PersonDetails', {
  description: 'Everything one provider says of a person beyond the common model.',
  types: () => [CometChatUserRef, ChatwootContactRef, ChatwootAgentRef],
  resolveType: (details) => PERSON_TYPES[details.shape],
})

export const ParticipantDetailsRef = builder.unionType('ParticipantDetails', {
  description: 'What only one provider says of a membership.',
  types: () => [BirdParticipantRef],
  resolveType: (details) => PARTICIPANT_TYPES[details.shape],
})

export function conversationDetails(node: ConversationNode): DetailsOfEach<ConversationShape> {
  const details = ofShape<ConversationShape>(node.conversation.details, CONVERSATION_TYPES)
  // TypeScript does not spread a union over the object around it.
  return { details, node } as DetailsOfEach<ConversationShape>
}

type DetailsOfEach<Shape extends Details> = Shape extends Details ? DetailsOfConversation<Shape> : never

export function messageDetails(details: Details): MessageShape {
  return ofShape<MessageShape>(details, MESSAGE_TYPES)
}

export function personDetails(details: Details): PersonShape {
  return ofShape<PersonShape>(details, PERSON_TYPES)
}

export function participantDetails(details: Details): BirdParticipant {
  return ofShape<BirdParticipant>(details, PARTICIPANT_TYPES)
}

/** The port knows details by the name of their shape only; here the name becomes the type again. */
function ofShape<Shape extends Details>(details: Details, types: TypesOf<Shape>): Shape {
  if (!isOfShape<Shape>(details, types)) throw new Error(`no type shows details of the shape ${details.shape}`)
  return details
}

function isOfShape<Shape extends Details>(details: Details, types: TypesOf<Shape>): details is Shape {
  return details.shape in types
}

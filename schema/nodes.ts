import type {
  Channel,
  Conversation,
  ConversationForViewer,
  ConversationRef,
  Message,
  Participant,
  Person,
  Team,
  ViewerState,
} from '../providers/port/index.ts'
import type { Source } from './context.ts'

/** The objects behind the types that have an id: a thing of the model, and the source it came from. */

export interface AccountNode {
  readonly typename: 'Account'
  readonly source: Source
}

export interface ConversationNode {
  readonly typename: 'Conversation'
  readonly source: Source
  readonly conversation: Conversation
  readonly viewer: ViewerState
  readonly readAt: Date
}

export interface MessageNode {
  readonly typename: 'Message'
  readonly source: Source
  readonly message: Message
  /** Where the message was read as part of its conversation. */
  readonly conversation: ConversationNode | null
}

export interface PersonNode {
  readonly typename: 'Person'
  readonly source: Source
  readonly person: Person
}

export interface ParticipantNode {
  readonly typename: 'Participant'
  readonly source: Source
  readonly conversationRef: ConversationRef
  /** Where the membership was read as part of its conversation. */
  readonly conversation: ConversationNode | null
  readonly participant: Participant
}

export interface TeamNode {
  readonly typename: 'Team'
  readonly source: Source
  readonly team: Team
}

export interface ChannelNode {
  readonly typename: 'Channel'
  readonly source: Source
  readonly channel: Channel
}

export type AnyNode =
  | AccountNode
  | ConversationNode
  | MessageNode
  | PersonNode
  | ParticipantNode
  | TeamNode
  | ChannelNode

export function conversationNode(source: Source, { conversation, viewer }: ConversationForViewer): ConversationNode {
  return { typename: 'Conversation', source, conversation, viewer, readAt: new Date() }
}

export function messageNode(source: Source, message: Message, conversation: ConversationNode | null): MessageNode {
  return { typename: 'Message', source, message, conversation }
}

export function personNode(source: Source, person: Person): PersonNode {
  return { typename: 'Person', source, person }
}

export function participantNode(conversation: ConversationNode, participant: Participant): ParticipantNode {
  const { source } = conversation
  return { typename: 'Participant', source, conversationRef: conversation.conversation.ref, conversation, participant }
}

export function channelNode(source: Source, channel: Channel): ChannelNode {
  return { typename: 'Channel', source, channel }
}

export function teamNode(source: Source, team: Team): TeamNode {
  return { typename: 'Team', source, team }
}

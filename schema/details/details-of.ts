import type { Details } from '../../providers/port/index.ts'
import type { ConversationNode } from '../nodes.ts'

/** The details of a conversation and the conversation itself, because some of them are participants of it. */
export interface DetailsOfConversation<Shape extends Details> {
  readonly details: Shape
  readonly node: ConversationNode
}

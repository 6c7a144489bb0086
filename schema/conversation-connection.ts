import { builder } from './builder.ts'
import { ConversationRef } from './conversation.ts'
import type { ConversationNode } from './nodes.ts'
import { type Connection, connectionRef, edgeRef } from './page.ts'
import { type SourceStatus, SourceStatusRef } from './source-status.ts'

export interface ConversationConnection extends Connection<ConversationNode> {
  readonly sources: readonly SourceStatus[]
}

export const ConversationEdgeRef = edgeRef<ConversationNode>('Conversation', ConversationRef)

export const ConversationConnectionRef = connectionRef<ConversationNode, ConversationConnection>(
  'Conversation',
  ConversationRef,
  ConversationEdgeRef,
)

builder.objectField(ConversationConnectionRef, 'sources', (t) =>
  t.field({
    type: [SourceStatusRef],
    nullable: false,
    description:
      'One row for each account asked. A failed account is a row here and missing edges, never a failed query.',
    resolve: (page) => page.sources,
  }),
)

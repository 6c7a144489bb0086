import { MessageRef } from './message.ts'
import type { MessageNode } from './nodes.ts'
import { connectionRef, edgeRef } from './page.ts'

export const MessageEdgeRef = edgeRef<MessageNode>('Message', MessageRef)

export const MessageConnectionRef = connectionRef<MessageNode>('Message', MessageRef, MessageEdgeRef)

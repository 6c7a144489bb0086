import { MessageRef } from './message.ts'
import type { MessageNode } from './nodes.ts'
import { connectionRef } from './page.ts'

export const MessageConnectionRef = connectionRef<MessageNode>('Message', MessageRef)

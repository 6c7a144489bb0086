import type { Wire } from '../kit/wire.ts'
import { isUuid } from './refs.ts'

/** What joins something on a channel to its conversation: `{type: 'conversation_message', id: 'conversation:message:contact'}`. */
export interface MessageContext {
  readonly conversation: string
  /** Who is at the other end. */
  readonly contact: string | null
}

/** Null where it belongs to something else, or (of interactions, and of messages for a moment) is not there. */
export function contextOf(wire: Wire): MessageContext | null {
  const context = wire.optionalObject('context')
  if (context === null || context.optionalText('type') !== 'conversation_message') return null
  const [conversation = '', , contact = ''] = context.filledText('id')?.split(':') ?? []
  return isUuid(conversation) ? { conversation, contact: isUuid(contact) ? contact : null } : null
}

import type { Wire } from '../kit/wire.ts'
import type { DomainEvent, Message } from '../port/index.ts'
import { conversationOf } from './refs.ts'
import { toMessage } from './to-message.ts'

export type Saved = Extract<DomainEvent, { readonly type: 'message-saved' }>

/** A message that is told of: that it was just said (`isNew`), or that it was changed. */
export function toSaved(wire: Wire, account: string, isNew: boolean): Saved {
  const conversation = conversationOf(wire, account)
  const isGroup = wire.text('receiverType') === 'group'
  const message = toMessage(wire, { conversation, isGroup, viewerUid: null })
  return { type: 'message-saved', conversation, occurredAt: timeOf(message, isNew), audience: 'public', message, isNew }
}

/** An edit or a deletion is told by a message of its own: what was changed is inside. */
export function changedIn(note: Wire): Wire {
  return note.object('data').object('entities').object('on').object('entity')
}

function timeOf({ createdAt, editedAt, updatedAt }: Message, isNew: boolean): Date | null {
  return isNew ? createdAt : (editedAt ?? updatedAt)
}

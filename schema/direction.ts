import type { PersonRef, Side } from '../providers/port/index.ts'
import { isSelf } from './ask.ts'
import type { Source } from './context.ts'

export type Direction = 'inbound' | 'outbound' | 'system'

/** What is said and by which side, as far as the direction goes. */
export interface Spoken {
  readonly side: Side
  readonly sender: { readonly ref: PersonRef } | null
}

/** Seen from the viewer; for services and admins the business side is ours. A promise only while the viewer is not known. */
export function directionOf(source: Source, { side, sender }: Spoken): Direction | Promise<Direction> {
  if (side === 'system') return 'system'
  if (side === 'peer') return directionOfPeer(source, sender)
  const isOurs = side === (source.actor.kind === 'end-user' ? 'customer' : 'business')
  return isOurs ? 'outbound' : 'inbound'
}

function directionOfPeer(source: Source, sender: Spoken['sender']): Direction | Promise<Direction> {
  if (sender === null) return 'inbound'
  const own = isSelf(source, sender.ref)
  return own instanceof Promise ? own.then(toDirection) : toDirection(own)
}

function toDirection(isOwn: boolean): Direction {
  return isOwn ? 'outbound' : 'inbound'
}

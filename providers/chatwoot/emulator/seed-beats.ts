import type { Random } from '../../kit/emulator/index.ts'
import type { Actor, Contact, Conversation, StoredFile, User } from './records.ts'
import type { ConversationDraft } from './rules.ts'
import type { AccountState } from './state.ts'
import type { Instant } from './time.ts'

/** When the story ends, and the dice that it is made with. */
export interface StoryTime {
  readonly random: Random
  readonly end: Instant
}

/** Something that happens in a conversation. */
export type Play = (conversation: Conversation, at: Instant) => void

export interface Beat {
  readonly at: Instant
  readonly play: Play
}

/** One conversation to be: it opens and then its beats happen, between those of all others. */
export interface Story {
  readonly opening: Omit<ConversationDraft, 'session'> & { readonly sourceId: string; readonly pubsubToken: string }
  readonly opensAt: Instant
  readonly beats: readonly Beat[]
}

/** Who acts in a story, and what they can send. */
export interface Cast {
  readonly account: AccountState
  readonly contact: Contact
  readonly agent: User
  readonly files: { readonly picture: StoredFile; readonly text: StoredFile; readonly data: StoredFile }
}

export function asContact({ contact }: Cast): Actor {
  return { kind: 'contact', id: contact.id }
}

export function asAgent({ agent }: Cast): Actor {
  return { kind: 'user', id: agent.id }
}

/** Puts plays at times from `from` to `to`, the last one at `to`; some share a second with the one before. */
export function spread(random: Random, plays: readonly Play[], from: Instant, to: Instant): readonly Beat[] {
  const step = (to - from) / Math.max(1, plays.length - 1)
  let previous = from
  return plays.map((play, index) => {
    const isLast = index === plays.length - 1
    const isClose = !isLast && index > 0 && random.chance(0.15)
    const nominal = Math.floor(from + step * index + (isLast ? 0 : random.next() * step * 0.9))
    const at = isLast ? to : isClose ? Math.min(previous + 40, to) : Math.max(previous, Math.min(nominal, to))
    previous = at
    return { at, play }
  })
}

import { joinParts, splitParts } from '../kit/parts.ts'
import { type ConversationRef, type MessageRef, type PersonRef, ProviderError } from '../port/index.ts'

/** What a conversation is for CometChat: two people, or a group. Its own `conversationId` is never taken apart. */
export type Place =
  | { readonly kind: 'direct'; readonly uids: readonly [string, string] }
  | { readonly kind: 'group'; readonly guid: string }

/** The actor of CometChat's own messages. */
export const SYSTEM_UID = 'app_system'

export function personRef(account: string, uid: string): PersonRef {
  return { kind: 'person', account, native: uid }
}

/** The same for both sides: `u` and the two uids in order. */
export function directRef(account: string, uid: string, otherUid: string): ConversationRef {
  const [first, second] = uid < otherUid ? [uid, otherUid] : [otherUid, uid]
  return { kind: 'conversation', account, native: `u${joinParts(first, second)}` }
}

/** `g` and the guid. */
export function groupRef(account: string, guid: string): ConversationRef {
  return { kind: 'conversation', account, native: `g${guid}` }
}

export function messageRef(conversation: ConversationRef, id: string): MessageRef {
  return { kind: 'message', conversation, native: id }
}

/** Throws `NOT_FOUND` for a name that is none of ours. */
export function placeOf(ref: ConversationRef): Place {
  const rest = ref.native.slice(1)
  if (ref.native.startsWith('g') && rest !== '') return { kind: 'group', guid: rest }
  const [first, second, ...others] = ref.native.startsWith('u') ? (splitParts(rest) ?? []) : []
  if (!first || !second || others.length > 0) throw notFound(`conversation ${ref.native}`)
  return { kind: 'direct', uids: [first, second] }
}

/** The other one of a pair; `NOT_FOUND` for anybody who is not of the pair. */
export function peerOf(uids: readonly [string, string], uid: string): string {
  const [first, second] = uids
  if (uid === first) return second
  if (uid === second) return first
  throw notFound(`a conversation of ${uid} with these two`)
}

export function notFound(what: string): ProviderError {
  return new ProviderError('NOT_FOUND', `cometchat: there is no ${what}`)
}

import { joinParts, splitParts } from '../kit/parts.ts'
import type { Wire } from '../kit/wire.ts'
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

/** Between whom something was sent. */
export interface Sending {
  readonly sender: string | null
  readonly receiver: string | null
  /** `user` or `group`. */
  readonly receiverType: string
}

/** Throws `MALFORMED` where somebody is missing. */
export function conversationBetween({ sender, receiver, receiverType }: Sending, account: string): ConversationRef {
  if (receiver !== null && receiverType === 'group') return groupRef(account, receiver)
  if (receiver !== null && sender !== null) return directRef(account, sender, receiver)
  throw new ProviderError('MALFORMED', 'cometchat: it does not say between whom it was sent')
}

/** Where a message was sent. */
export function conversationOf(message: Wire, account: string): ConversationRef {
  const [sender, receiver] = [message.filledText('sender'), message.filledText('receiver')]
  return conversationBetween({ sender, receiver, receiverType: message.text('receiverType') }, account)
}

/**
 * The conversation of CometChat's own id, where nothing else names it but one who may be of the pair. Uids may contain what
 * stands between two of them, so null is the answer wherever the id could be read in two ways.
 */
export function conversationOfId(id: string, account: string, uid: string | null): ConversationRef | null {
  const mayBePair = id.includes(PAIR_MARK)
  if (id.startsWith(GROUP_MARK)) return mayBePair ? null : groupRef(account, id.slice(GROUP_MARK.length))
  const [peer, ...others] = uid === null ? [] : peersIn(id, uid)
  return peer === undefined || uid === null || others.length > 0 ? null : directRef(account, uid, peer)
}

const GROUP_MARK = 'group_'
const PAIR_MARK = '_user_'

/** With whom that uid, in order, makes that id. */
function peersIn(id: string, uid: string): readonly string[] {
  const [head, tail] = [uid + PAIR_MARK, PAIR_MARK + uid]
  const behind = id.startsWith(head) ? id.slice(head.length) : ''
  const before = id.endsWith(tail) ? id.slice(0, -tail.length) : ''
  return [...(uid < behind ? [behind] : []), ...(before !== '' && before < uid ? [before] : [])]
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

/** With whom or where somebody talks, in CometChat's words. */
export interface Counterpart {
  readonly type: 'user' | 'group'
  /** A uid or a guid. */
  readonly id: string
}

/** `NOT_FOUND` for a conversation of two others. */
export function counterpartIn(conversation: ConversationRef, uid: string): Counterpart {
  const place = placeOf(conversation)
  if (place.kind === 'group') return { type: 'group', id: place.guid }
  return { type: 'user', id: peerOf(place.uids, uid) }
}

export function notFound(what: string): ProviderError {
  return new ProviderError('NOT_FOUND', `cometchat: there is no ${what}`)
}

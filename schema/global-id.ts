import type { ConversationRef, MessageRef, PersonRef } from '../providers/port/index.ts'

/**
 * Relay global ids: base64url of version, type, account key and the parts of the native id. They are opaque to clients,
 * route without a database, and grant nothing by being known.
 */
export type GlobalId =
  | { readonly type: 'Account'; readonly account: string }
  | { readonly type: 'Team'; readonly account: string; readonly externalId: string }
  | { readonly type: 'Channel'; readonly account: string; readonly externalId: string }
  | { readonly type: 'Person'; readonly account: string; readonly person: PersonRef }
  | { readonly type: 'Conversation'; readonly account: string; readonly conversation: ConversationRef }
  | { readonly type: 'Message'; readonly account: string; readonly message: MessageRef }
  | {
      readonly type: 'Participant'
      readonly account: string
      readonly conversation: ConversationRef
      readonly person: PersonRef
    }

export type GlobalIdOf<Type extends GlobalId['type']> = Extract<GlobalId, { readonly type: Type }>

const VERSION = 1

export function accountId(account: string): string {
  return encode('Account', account)
}

export function teamId(account: string, externalId: string): string {
  return encode('Team', account, externalId)
}

export function channelId(account: string, externalId: string): string {
  return encode('Channel', account, externalId)
}

export function personId(ref: PersonRef): string {
  return encode('Person', ref.account, ref.native)
}

export function conversationId(ref: ConversationRef): string {
  return encode('Conversation', ref.account, ref.native)
}

export function messageId(ref: MessageRef): string {
  return encode('Message', ref.conversation.account, ref.conversation.native, ref.native)
}

export function participantId(conversation: ConversationRef, person: PersonRef): string {
  return encode('Participant', conversation.account, conversation.native, person.native)
}

/** What an id names, or null for anything that this gateway did not make. */
export function parseGlobalId(id: string): GlobalId | null {
  const [type, account, first, second, ...rest] = decode(id) ?? []
  if (type === undefined || account === undefined || rest.length > 0) return null
  if (first === undefined) return type === 'Account' ? { type, account } : null
  if (second === undefined) return parseSingle(type, account, first)
  const conversation: ConversationRef = { kind: 'conversation', account, native: first }
  if (type === 'Message') return { type, account, message: { kind: 'message', conversation, native: second } }
  if (type === 'Participant') return { type, account, conversation, person: personRef(account, second) }
  return null
}

/** Whether that is the id of such a thing. */
export function isIdOf<Type extends GlobalId['type']>(type: Type, id: GlobalId): id is GlobalIdOf<Type> {
  return id.type === type
}

function parseSingle(type: string, account: string, native: string): GlobalId | null {
  if (type === 'Team' || type === 'Channel') return { type, account, externalId: native }
  if (type === 'Person') return { type, account, person: personRef(account, native) }
  if (type !== 'Conversation') return null
  return { type, account, conversation: { kind: 'conversation', account, native } }
}

function personRef(account: string, native: string): PersonRef {
  return { kind: 'person', account, native }
}

function encode(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify([VERSION, ...parts])).toString('base64url')
}

function decode(id: string): readonly string[] | null {
  const parsed = parseJson(Buffer.from(id, 'base64url').toString())
  if (!Array.isArray(parsed) || parsed[0] !== VERSION) return null
  const parts: readonly unknown[] = parsed.slice(1)
  // Decoding base64url forgives stray characters: only the one spelling that we make is an id.
  return parts.every((part) => typeof part === 'string') && encode(...parts) === id ? parts : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

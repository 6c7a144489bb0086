import { type ConversationRef, type MessageRef, type PersonRef, ProviderError } from '../port/index.ts'

/** Conversations and messages are named by Bird's uuid. */
export function conversationRef(account: string, id: string): ConversationRef {
  return { kind: 'conversation', account, native: id }
}

export function messageRef(conversation: ConversationRef, id: string): MessageRef {
  return { kind: 'message', conversation, native: id }
}

/**
 * People are named `type:id`. The id alone is unique, but the type says where to look: only contacts can be fetched, everybody
 * else (users, flows, keys, bots) is known from conversations alone.
 */
export function personRef(account: string, type: string, id: string): PersonRef {
  return { kind: 'person', account, native: `${type}:${id}` }
}

export interface NamedPerson {
  readonly type: string
  readonly id: string
}

/** Takes a person's native id apart. Throws NOT_FOUND where it is none of ours. */
export function readPersonRef(ref: PersonRef): NamedPerson {
  const [, type, id] = /^([A-Za-z]+):(\S+)$/.exec(ref.native) ?? []
  if (type === undefined || id === undefined) {
    throw new ProviderError('NOT_FOUND', `no person is named ${JSON.stringify(ref.native)}`)
  }
  return { type, id }
}

/** Whether Bird could have given this as the id of a conversation, message or contact. */
export function isUuid(id: string): boolean {
  return UUID.test(id)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id for use in a path. Throws NOT_FOUND for what is no uuid, so that nothing else gets into a path. */
export function uuidOf(ref: { readonly native: string }): string {
  if (isUuid(ref.native)) return ref.native
  throw new ProviderError('NOT_FOUND', `there is nothing with the id ${JSON.stringify(ref.native)}`)
}

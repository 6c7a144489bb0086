import { type ConversationRef, type MessageRef, type PersonRef, ProviderError } from '../port/index.ts'

/** Conversations are named by their display id: the number in every path and payload. */
export function conversationRef(account: string, displayId: string): ConversationRef {
  return { kind: 'conversation', account, native: displayId }
}

export function messageRef(conversation: ConversationRef, id: string): MessageRef {
  return { kind: 'message', conversation, native: id }
}

/** `contact` a customer, `user` one of us, `bot` an agent bot, `assistant` the AI of paid editions. */
export type PersonType = 'contact' | 'user' | 'bot' | 'assistant'

/** People are named `type:id`, because contact 1 is not user 1. */
export function personRef(account: string, type: PersonType, id: string): PersonRef {
  return { kind: 'person', account, native: `${type}:${id}` }
}

export interface NamedPerson {
  readonly type: PersonType
  readonly id: number
}

/** Takes a person's native id apart; null where it is none of ours. */
export function readPersonRef(ref: PersonRef): NamedPerson | null {
  const [, type, id] = /^(contact|user|bot|assistant):([1-9]\d{0,14})$/.exec(ref.native) ?? []
  return isPersonType(type) ? { type, id: Number(id) } : null
}

function isPersonType(word: string | undefined): word is PersonType {
  return word === 'contact' || word === 'user' || word === 'bot' || word === 'assistant'
}

/** Whether Chatwoot could have given this as an id, in its one spelling. Other texts never get into a path or a filter. */
export function isNumericId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}

/** The id for use in a path. Throws NOT_FOUND for what is no number. */
export function numericIdOf(ref: { readonly native: string }): number {
  if (isNumericId(ref.native)) return Number(ref.native)
  throw notFound(ref.native)
}

export function notFound(id: string): ProviderError {
  return new ProviderError('NOT_FOUND', `there is nothing with the id ${JSON.stringify(id)}`)
}

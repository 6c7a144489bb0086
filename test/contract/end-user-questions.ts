import {
  type CallContext,
  type Conversation,
  type ConversationRef,
  type MessageRef,
  type PersonRef,
  type Provider,
  ProviderError,
} from '../../providers/port/index.ts'
import type { EndUsers, World } from './end-user-world.ts'

/** What is asked about. */
export interface Subject {
  readonly conversation: Conversation
  readonly message: MessageRef
  readonly person: PersonRef
}

export type Ask = (provider: Provider, call: CallContext, subject: Subject) => Promise<unknown>

const PAGE = { limit: 5, after: null } as const

/** Every read that names something. */
export const QUESTIONS: Readonly<Record<string, Ask>> = {
  getConversations: (provider, call, { conversation }) => provider.getConversations([conversation.ref], call),
  'getConversations of several': (provider, call, { conversation }) =>
    provider.getConversations([conversation.ref, conversation.ref], call),
  findConversation: (provider, call, { conversation }) => provider.findConversation(conversation.externalId, call),
  'listMessages older': (provider, call, { conversation }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: null, direction: 'older' }, call),
  'listMessages newer': (provider, call, { conversation }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: null, direction: 'newer' }, call),
  'listMessages from one': (provider, call, { conversation, message }) =>
    provider.listMessages(conversation.ref, { limit: 20, from: message, direction: 'newer' }, call),
  getMessages: (provider, call, { message }) => provider.getMessages([message], call),
  listParticipants: (provider, call, { conversation }) => provider.listParticipants(conversation, PAGE, call),
  listHorizons: (provider, call, { conversation }) => provider.listHorizons(conversation, call),
  listLabelsOf: (provider, call, { conversation }) => provider.listLabelsOf(conversation, call),
  getPeople: (provider, call, { person }) => provider.getPeople([person], call),
  listConversationsOf: (provider, call, { person }) => provider.listConversationsOf(person, PAGE, call),
  'listConversations with somebody': (provider, call, { person }) => provider.listConversations({ person }, PAGE, call),
}

const DRAFT = { text: 'let me in', attachments: [], replyTo: null, audience: 'public' } as const
const LATEST = { kind: 'latest' } as const

/** Every act that names something. */
export const ACTS: Readonly<Record<string, Ask>> = {
  send: ({ acts }, call, { conversation }) =>
    acts.send(conversation.ref, { draft: DRAFT, clientMessageId: crypto.randomUUID() }, call),
  note: ({ acts }, call, { conversation }) =>
    acts.send(conversation.ref, { draft: { ...DRAFT, audience: 'internal' }, clientMessageId: 'one' }, call),
  editMessage: ({ acts }, call, { message }) => acts.editMessage(message, 'changed', call),
  deleteMessage: ({ acts }, call, { message }) => acts.deleteMessage(message, false, call),
  retryMessage: ({ acts }, call, { message }) => acts.retryMessage(message, call),
  read: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'read', position: LATEST, visibility: null }, call),
  'read up to': ({ acts }, call, { conversation, message }) =>
    acts.mark(
      { conversation: conversation.ref, kind: 'read', position: { kind: 'message', message }, visibility: null },
      call,
    ),
  unread: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'unread', position: LATEST, visibility: null }, call),
  'unread from': ({ acts }, call, { conversation, message }) =>
    acts.mark(
      { conversation: conversation.ref, kind: 'unread', position: { kind: 'message', message }, visibility: null },
      call,
    ),
  delivered: ({ acts }, call, { conversation }) =>
    acts.mark({ conversation: conversation.ref, kind: 'delivered', position: LATEST, visibility: null }, call),
  close: ({ acts }, call, { conversation }) => acts.updateConversation(conversation.ref, { status: 'closed' }, call),
  label: ({ acts }, call, { conversation }) => acts.updateConversation(conversation.ref, { addLabels: ['x'] }, call),
  'let in': ({ acts }, call, { conversation, person }) => acts.changeParticipants(conversation.ref, [person], [], call),
  'show out': ({ acts }, call, { conversation, person }) =>
    acts.changeParticipants(conversation.ref, [], [person], call),
  'delete for me': ({ acts }, call, { conversation }) => acts.deleteConversation(conversation.ref, 'for-me', call),
  'delete for everyone': ({ acts }, call, { conversation }) =>
    acts.deleteConversation(conversation.ref, 'for-everyone', call),
  typing: ({ acts }, call, { conversation }) => acts.setTyping(conversation.ref, true, call),
}

/** What an act or a question came to, as Ada may tell, and how many calls it took. */
export async function answerOf({ provider, ada }: World, ask: Ask, subject: Subject) {
  const call = ada.call()
  const before = call.budget.remaining
  const answer = await settled(() => ask(provider, call, subject))
  return { answer, calls: before - call.budget.remaining }
}

/** Errors as far as clients are told of them. */
export async function settled(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return tellable(await ask())
  } catch (error) {
    return tellable(error)
  }
}

function tellable(value: unknown): unknown {
  if (value instanceof ProviderError) {
    const { cause: _, ...facts } = value.facts
    return { code: value.code, facts }
  }
  if (Array.isArray(value)) return value.map(tellable)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tellable(one)]))
}

/** Thrown, or the only part of a change. */
export function failed(answer: unknown): boolean {
  return JSON.stringify(answer).includes('"code":')
}

export function foreignSubject({ foreign, foreignMessage, eve }: World): Subject {
  return { conversation: foreign.conversation, message: foreignMessage, person: eve.ref }
}

export function absentSubject({ foreign }: World, { absent }: EndUsers): Subject {
  const { conversation, message, person } = absent
  const ref: ConversationRef = { ...foreign.conversation.ref, native: conversation }
  return {
    conversation: { ...foreign.conversation, ref, externalId: conversation },
    message: { kind: 'message', conversation: ref, native: message },
    person,
  }
}

export function subjectOf(conversation: Conversation, person: PersonRef): Subject {
  const message = conversation.lastMessage?.message
  const none = { kind: 'message', conversation: conversation.ref, native: '1' } as const
  return { conversation, message: message ?? none, person }
}

import type { CallContext, Conversation, MessageRef, Person, PersonRef, Provider } from '../../providers/port/index.ts'
import type { Facts } from './desk.ts'

/** What every method is asked for, when it is only asked whether and how it answers. */
export interface Subjects {
  readonly conversation: Conversation
  readonly other: Conversation
  readonly message: MessageRef
  readonly person: PersonRef
  /** By which people can be searched here. */
  readonly address: string
}

export function subjectsOf({ rows, messages }: Facts): Subjects {
  const conversations = rows.map(({ item }) => item.conversation)
  const conversation = conversations.find(({ featuredParticipants }) => customerIn(featuredParticipants) !== undefined)!
  const other = conversations.find(({ kind, ref }) => kind === 'group' && ref.native !== conversation.ref.native)
  const person = customerIn(conversation.featuredParticipants)!
  return {
    conversation,
    other: other ?? conversations.find((one) => one !== conversation)!,
    message: messages.get(conversation.externalId)!.at(-1)!.ref,
    person: person.ref,
    address: addressOf(person) ?? person.displayName ?? '',
  }
}

function customerIn(participants: Conversation['featuredParticipants']) {
  const people = participants.map(({ person }) => person)
  return people.find((person) => person.kind === 'end-user' || (person.kind === 'contact' && addressOf(person)))
}

function addressOf({ addresses }: Person): string | undefined {
  return addresses.find(({ kind }) => kind === 'email' || kind === 'phone')?.value
}

type Ask = (provider: Provider, call: CallContext, subjects: Subjects) => Promise<unknown>

const PAGE = { limit: 5, after: null } as const

/** Every method that may ask the vendor, each in one or two ways. */
export const READS: Readonly<Record<string, Ask>> = {
  listConversations: (provider, call) => provider.listConversations({}, PAGE, call),
  'listConversations with a filter': (provider, call) =>
    provider.listConversations({ statuses: ['open', 'closed'], channelTypes: ['email', 'in-app'] }, PAGE, call),
  'listConversations of a person': (provider, call, { person }) =>
    provider.listConversations({ person, unreadOnly: true }, PAGE, call),
  getConversations: (provider, call, { conversation, other }) =>
    provider.getConversations([conversation.ref, other.ref], call),
  'getConversations for one': (provider, call, { conversation }) => provider.getConversations([conversation.ref], call),
  findConversation: (provider, call, { conversation }) => provider.findConversation(conversation.externalId, call),
  'listMessages older': (provider, call, { conversation }) =>
    provider.listMessages(conversation.ref, { limit: 50, from: null, direction: 'older' }, call),
  'listMessages around': (provider, call, { message }) =>
    provider.listMessages(message.conversation, { limit: 5, from: message, direction: 'newer' }, call),
  getMessages: (provider, call, { message }) => provider.getMessages([message, message], call),
  listParticipants: (provider, call, { conversation }) => provider.listParticipants(conversation, PAGE, call),
  'listParticipants of another': (provider, call, { other }) => provider.listParticipants(other, PAGE, call),
  listHorizons: (provider, call, { conversation }) => provider.listHorizons(conversation, call),
  'listHorizons of another': (provider, call, { other }) => provider.listHorizons(other, call),
  listLabelsOf: (provider, call, { conversation }) => provider.listLabelsOf(conversation, call),
  getPeople: (provider, call, { person }) => provider.getPeople([person], call),
  searchPeople: (provider, call) => provider.searchPeople(null, PAGE, call),
  'searchPeople by address': (provider, call, { address }) => provider.searchPeople(address, PAGE, call),
  listConversationsOf: (provider, call, { person }) => provider.listConversationsOf(person, PAGE, call),
  getSelf: (provider, call) => provider.getSelf(call),
  listAgents: (provider, call) => provider.listAgents(call),
  listTeams: (provider, call) => provider.listTeams(call),
  listLabels: (provider, call) => provider.listLabels(call),
  listChannels: (provider, call) => provider.listChannels(call),
  countUnread: (provider, call) => provider.countUnread(call),
}

/** What came of asking one method. */
export interface Outcome {
  readonly name: string
  /** What was thrown, or the errors given in place of answers. */
  readonly errors: readonly unknown[]
  /** Null where it threw. */
  readonly answer: { readonly value: unknown } | null
  readonly endedAt: number
}

export async function outcomeOf(name: string, asked: Promise<unknown>): Promise<Outcome> {
  try {
    const value = await asked
    const errors = Array.isArray(value) ? value.filter((one) => one instanceof Error) : []
    return { name, errors, answer: { value }, endedAt: Date.now() }
  } catch (error) {
    return { name, errors: [error], answer: null, endedAt: Date.now() }
  }
}

/** Asks every method at once, each of a provider of its own, so that no failure shields another. */
export function askAll(
  create: () => Provider,
  subjects: Subjects,
  call: (name: string) => CallContext,
): Promise<readonly Outcome[]> {
  return Promise.all(
    Object.entries(READS).map(([name, ask]) =>
      outcomeOf(
        name,
        invoke(() => ask(create(), call(name), subjects)),
      ),
    ),
  )
}

/** So that a method which throws at once is not told from one that rejects. */
async function invoke(ask: () => Promise<unknown>): Promise<unknown> {
  return ask()
}

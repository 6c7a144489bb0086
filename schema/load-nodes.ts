import type { GraphQLError } from 'graphql'
import {
  type CallContext,
  type ConversationForViewer,
  type ConversationRef,
  type Participant,
  type PersonRef,
  type Provider,
  ProviderError,
} from '../providers/port/index.ts'
import { answerOf, type Question, sourceOf } from './ask.ts'
import type { GatewayContext, Source } from './context.ts'
import { providerErrorForClient } from './errors.ts'
import { type GlobalId, parseGlobalId } from './global-id.ts'
import type { ConversationNode, MessageNode, ParticipantNode, PersonNode } from './nodes.ts'
import { conversationNode, messageNode, participantNode, personNode } from './nodes.ts'
import { allParticipants } from './walk.ts'

/** What was found for one id: the thing, null where there is none for this viewer, or why it could not be asked. */
type Loaded<Node> = Node | null | GraphQLError

type ById<Node> = (ids: readonly string[], context: GatewayContext) => Promise<(Node | GraphQLError)[]>

/** Conversations by global id: one question per account, whatever their number. */
export const loadConversations: ById<ConversationNode> = loaderOf({
  parse: (id) => (id.type === 'Conversation' ? id.conversation : null),
  ask: (refs) => (provider, call) => provider.getConversations(refs, call),
  toNode: conversationNode,
})

/** Messages by global id, each with everything that only a single read carries. */
export const loadMessages: ById<MessageNode> = loaderOf({
  parse: (id) => (id.type === 'Message' ? id.message : null),
  ask: (refs) => (provider, call) => provider.getMessages(refs, call),
  toNode: (source, message) => messageNode(source, message, null),
})

export const loadPeople: ById<PersonNode> = loaderOf({
  parse: (id) => (id.type === 'Person' ? id.person : null),
  ask: (refs) => (provider, call) => provider.getPeople(refs, call),
  toNode: personNode,
})

interface Membership {
  readonly conversation: ConversationRef
  readonly person: PersonRef
}

/** Memberships by global id: found in the lists of their conversations. */
export const loadParticipants: ById<ParticipantNode> = loaderOf({
  parse: (id) => (id.type === 'Participant' ? id : null),
  ask: (memberships) => (provider, call) => findMemberships(memberships, provider, call),
  toNode: (source, { conversation, participant }) =>
    participantNode(conversationNode(source, conversation), participant),
})

async function findMemberships(
  memberships: readonly Membership[],
  provider: Provider,
  call: CallContext,
): Promise<readonly ({ conversation: ConversationForViewer; participant: Participant } | ProviderError)[]> {
  const conversations = await provider.getConversations(
    memberships.map(({ conversation }) => conversation),
    call,
  )
  return Promise.all(
    memberships.map(async ({ person }, index) => {
      const conversation = conversations[index] ?? NO_SUCH_PARTICIPANT
      if (conversation instanceof ProviderError) return conversation
      const participants = await allParticipants(provider, conversation.conversation, call)
      const participant = participants.find((known) => known.person.ref.native === person.native)
      return participant ? { conversation, participant } : NO_SUCH_PARTICIPANT
    }),
  )
}

const NO_SUCH_PARTICIPANT = new ProviderError('NOT_FOUND', 'no such participant')

interface Lookup<Ref, Found, Node> {
  parse(id: GlobalId): Ref | null
  ask(refs: readonly Ref[]): Question<readonly (Found | ProviderError)[]>
  toNode(source: Source, found: Found): Node
}

interface Wanted<Ref> {
  readonly index: number
  readonly ref: Ref
}

function loaderOf<Ref, Found, Node>(lookup: Lookup<Ref, Found, Node>): ById<Node> {
  return async (ids, context) => {
    const results: Loaded<Node>[] = ids.map(() => null)
    const groups = groupBySource(ids, context, lookup)
    await Promise.all(
      [...groups].map(async ([source, wanted]) => {
        const found = await lookUp(source, wanted, lookup)
        for (const [position, { index }] of wanted.entries()) results[index] = found[position] ?? null
      }),
    )
    // The dataloader passes null on and a nullable field shows it; only its types do not know.
    return results as (Node | GraphQLError)[]
  }
}

function groupBySource<Ref, Found, Node>(
  ids: readonly string[],
  context: GatewayContext,
  { parse }: Lookup<Ref, Found, Node>,
): ReadonlyMap<Source, readonly Wanted<Ref>[]> {
  const groups = new Map<Source, Wanted<Ref>[]>()
  for (const [index, text] of ids.entries()) {
    const id = parseGlobalId(text)
    const ref = id && parse(id)
    const source = id && sourceOf(context, id.account)
    if (ref && source) groups.set(source, [...(groups.get(source) ?? []), { index, ref }])
  }
  return groups
}

async function lookUp<Ref, Found, Node>(
  source: Source,
  wanted: readonly Wanted<Ref>[],
  { ask, toNode }: Lookup<Ref, Found, Node>,
): Promise<readonly Loaded<Node>[]> {
  const answer = await answerOf(source, ask(wanted.map(({ ref }) => ref)))
  if ('error' in answer) return wanted.map(() => failed(source, answer.error))
  return answer.value.map((found) => (found instanceof ProviderError ? failed(source, found) : toNode(source, found)))
}

/** Absent and not allowed look alike. */
function failed(source: Source, error: ProviderError): GraphQLError | null {
  return error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN'
    ? null
    : providerErrorForClient(source.account.key, error)
}

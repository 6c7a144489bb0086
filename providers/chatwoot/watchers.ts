import type { Wire } from '../kit/wire.ts'
import type {
  CallContext,
  ConversationRef,
  DomainEvent,
  Done,
  Participant,
  Person,
  PersonQuery,
  PersonRef,
} from '../port/index.ts'
import { inTheOutcome } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import { numericIdOf, readPersonRef } from './refs.ts'
import { invalid, requireSupport, unsupported } from './refusing.ts'
import { toAgent, toParticipant } from './to-model.ts'

export interface WatcherChange {
  readonly add: readonly PersonQuery[]
  readonly remove: readonly PersonRef[]
}

/**
 * Lets agents follow a conversation, or no longer. Read before, because only who was not there has come; and after, because the
 * answer also names who was not taken.
 */
export async function changeWatchers(
  parts: ActParts,
  ref: ConversationRef,
  { add, remove }: WatcherChange,
  call: CallContext,
): Promise<Done<readonly Participant[]>> {
  requireSupport(call, 'CHANGE_PARTICIPANTS')
  const leaving = remove.map(agentIdOf)
  const { account, client, conversations } = parts
  const conversation = await client.getConversation(numericIdOf(ref), call)
  const coming = await newcomers(parts, add, conversation, call)
  const before = await client.listWatchers(numericIdOf(ref), call)
  const added = coming.filter((id) => !isAmong(before, id))
  const removed = leaving.filter((id) => isAmong(before, id))
  if (added.length > 0) await client.acts.addWatchers(numericIdOf(ref), added, call)
  if (removed.length > 0) await client.acts.removeWatchers(numericIdOf(ref), removed, call)
  const participants = await inTheOutcome(async () => {
    const [view] = await conversations.forViewer([conversation], call)
    return view === undefined ? [] : conversations.participants(view.conversation, call)
  })
  const gone = before.map((watcher) => toAgent(account, watcher)).filter(({ ref }) => removed.includes(agentIdOf(ref)))
  return { value: participants, events: toEvents(ref, participants, { added, gone }) }
}

/** By number, each of them somebody who sees the inbox: others Chatwoot would not keep, without saying so. */
async function newcomers(
  { directory }: ActParts,
  add: readonly PersonQuery[],
  conversation: Wire,
  call: CallContext,
): Promise<readonly number[]> {
  const eligible = add.length === 0 ? [] : await directory.assignable(conversation.text('inbox_id'), call)
  return add.map((query, index) => {
    if (query.kind === 'person') agentIdOf(query)
    const found = eligible.find((agent) => isMeant(agent, query))
    if (found === undefined) {
      throw invalid(['add', String(index)], 'This is no agent who sees the conversation’s inbox.')
    }
    return agentIdOf(found.ref)
  })
}

function isMeant({ ref, externalId, addresses }: Person, query: PersonQuery): boolean {
  if (query.kind === 'person') return ref.native === query.native
  if (query.kind === 'external') return externalId === query.externalId
  const wanted = query.kind === 'email' ? query.email : query.phone
  return addresses.some(({ kind, value }) => kind === query.kind && value.toLowerCase() === wanted.trim().toLowerCase())
}

/** The customer and bots are neither added nor removed. */
function agentIdOf(ref: PersonRef): number {
  const named = readPersonRef(ref)
  if (named?.type !== 'user') throw unsupported('CHANGE_PARTICIPANTS')
  return named.id
}

function isAmong(watchers: readonly Wire[], id: number): boolean {
  return watchers.some((watcher) => watcher.integer('id') === id)
}

function toEvents(
  conversation: ConversationRef,
  participants: readonly Participant[],
  { added, gone }: { readonly added: readonly number[]; readonly gone: readonly Person[] },
): readonly DomainEvent[] {
  const agents = participants.filter(({ person }) => person.kind === 'agent')
  const came = agents.filter(({ person }) => added.includes(agentIdOf(person.ref)))
  // The assignee takes part without following, too.
  const left = gone.filter(({ ref }) => !agents.some(({ person }) => person.ref.native === ref.native))
  const changed = [...came, ...left.map((person): Participant => ({ ...toParticipant(person), status: 'left' }))]
  return changed.map((participant) => ({
    type: 'participant-changed',
    conversation,
    occurredAt: null,
    audience: 'internal',
    participant,
  }))
}

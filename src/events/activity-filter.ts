import type {
  CallContext,
  ChannelType,
  Conversation,
  ConversationFilter,
  Person,
  PersonQuery,
  PersonRef,
  Provider,
} from '../../providers/port/index.ts'

export type Condition = (conversation: Conversation) => boolean

/** All conditions of a filter that a snapshot can be held against. Asks the provider (cached there) only where it must. */
export async function toConditions(
  { statuses, labelsAny, assignee, channelTypes, person, updatedAfter, text }: ConversationFilter,
  provider: Provider,
  call: CallContext,
): Promise<readonly Condition[]> {
  const conditions: (Condition | undefined)[] = [
    statuses && (({ status }) => statuses.includes(status ?? 'open')),
    labelsAny && (({ labels }) => labelsAny.some((label) => labels?.includes(label))),
    assignee && (await toAssigneeCondition(assignee, provider, call)),
    channelTypes && (await toChannelCondition(channelTypes, provider, call)),
    person && ((conversation) => peopleOf(conversation).some((one) => isMeant(one, person))),
    updatedAfter && (({ lastActivityAt }) => lastActivityAt > updatedAfter),
    text === undefined ? undefined : toTextCondition(text),
  ]
  return conditions.filter((condition) => condition !== undefined)
}

async function toAssigneeCondition(
  assignee: NonNullable<ConversationFilter['assignee']>,
  provider: Provider,
  call: CallContext,
): Promise<Condition> {
  if (assignee === 'unassigned') return (conversation) => conversation.assignee === null
  const wanted = assignee === 'me' ? await selfOf(provider, call) : assignee
  return (conversation) => wanted !== null && assigneeOf(conversation)?.native === wanted.native
}

async function selfOf(provider: Provider, call: CallContext): Promise<PersonRef | null> {
  const { actor } = call
  if (!('person' in actor)) return null
  return actor.person ?? (await provider.getSelf(call))?.ref ?? null
}

function assigneeOf({ assignee }: Conversation): PersonRef | null {
  return assignee !== null && 'ref' in assignee ? assignee.ref : assignee
}

async function toChannelCondition(
  types: readonly ChannelType[],
  provider: Provider,
  call: CallContext,
): Promise<Condition> {
  const channels = (await provider.listChannels(call)) ?? []
  const typeById = new Map(channels.map(({ externalId, type }) => [externalId, type]))
  return ({ channel }) => {
    if (channel === null) return false
    const type = channel.type === 'unknown' ? typeById.get(channel.externalId) : channel.type
    return types.includes(type ?? 'unknown')
  }
}

function peopleOf({ featuredParticipants }: Conversation): readonly Person[] {
  return featuredParticipants.map(({ person }) => person)
}

function isMeant(person: Person, query: PersonQuery): boolean {
  if (query.kind === 'person') return person.ref.native === query.native
  if (query.kind === 'external') return person.externalId === query.externalId
  const wanted = query.kind === 'email' ? fold(query.email) : query.phone
  return person.addresses.some(({ kind, value }) => kind === query.kind && fold(value) === wanted)
}

function toTextCondition(text: string): Condition {
  const wanted = fold(text)
  return (conversation) => textsOf(conversation).some((part) => part !== null && fold(part).includes(wanted))
}

function textsOf(conversation: Conversation): readonly (string | null)[] {
  const { title, lastMessage } = conversation
  return [title, lastMessage?.text ?? null, ...peopleOf(conversation).map(({ displayName }) => displayName)]
}

function fold(text: string): string {
  return text.toLowerCase()
}

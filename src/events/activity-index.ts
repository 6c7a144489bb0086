import { conversationSortKey } from '../../providers/kit/sort-key.ts'
import type {
  Actor,
  CallContext,
  Capabilities,
  Channel,
  Conversation,
  ConversationFilter,
  ConversationForViewer,
  ConversationPage,
  ConversationRef,
  EventInlet,
  Horizon,
  Label,
  Message,
  MessageRef,
  MessageWalk,
  Page,
  PageRequest,
  Participant,
  Person,
  PersonRef,
  Provider,
  ProviderActs,
  ProviderError,
  RateLimit,
  Row,
  Team,
  UnreadTotals,
} from '../../providers/port/index.ts'
import { CAPABILITIES_OF_END_USERS, INDEXED_CAPABILITIES } from './activity-capabilities.ts'
import { type Condition, toConditions } from './activity-filter.ts'
import { listOwn } from './activity-of-end-users.ts'
import { ActivityOrder, type ReadPosition, readPosition, writePosition } from './activity-order.ts'
import { ActivityWalk } from './activity-walk.ts'
import type { SnapshotStore, Standing } from './snapshot-store.ts'

export interface ActivityIndexOptions {
  /** Of this account alone. */
  readonly store: SnapshotStore
  /** Who acts when nobody asks, best the account itself, and until when: a new one for each call. */
  readonly backgroundCall: () => CallContext
  /** Whether `observe` is told of everything that happens. Until then only walks refresh the index: every page is PARTIAL. */
  readonly fedByEvents?: boolean
  /** Between two pages of a walk, in milliseconds. */
  readonly walkPauseMs?: number
  /** Between two walks, in milliseconds, where no events feed the index. */
  readonly walkRestMs?: number
  /** Told of every page of a walk that failed; the walk goes on later. */
  readonly onWalkFailure?: (error: unknown) => void
}

/**
 * Puts the conversations of a provider that lists them by creation in the order of activity, and begins at once to find them.
 * Others stay as they are.
 */
export function withActivityIndex(provider: Provider, options: ActivityIndexOptions): Provider {
  if (provider.order !== 'created') return provider
  const indexed = new ActivityIndexedProvider(provider, options)
  indexed.start()
  return indexed
}

/** Four pages a second at most. */
const WALK_PAUSE_MS = 250
const WALK_REST_MS = 60_000
/** Snapshots held against a filter for one page: some 50 ms of computing. */
const MAX_SCANNED = 1_000

/**
 * A provider whose list of conversations is read from snapshots in the order of activity. A page costs one call: the first page
 * of the provider's own list, for what nobody told. Snapshots come from there, from everything else that is read, from
 * `observe`, and from a walk in the background; a conversation that the provider no longer has leaves with the read that says so.
 */
export class ActivityIndexedProvider implements Provider {
  readonly name: string
  readonly order = 'activity'
  readonly #inner: Provider
  readonly #store: SnapshotStore
  readonly #order: ActivityOrder
  readonly #walk: ActivityWalk
  readonly #fedByEvents: boolean

  constructor(inner: Provider, options: ActivityIndexOptions) {
    const { store, backgroundCall, fedByEvents = false } = options
    this.name = inner.name
    this.#inner = inner
    this.#store = store
    this.#order = new ActivityOrder(store)
    this.#fedByEvents = fedByEvents
    this.#walk = new ActivityWalk(inner, store, {
      backgroundCall,
      pauseMs: options.walkPauseMs ?? WALK_PAUSE_MS,
      restMs: fedByEvents ? null : (options.walkRestMs ?? WALK_REST_MS),
      found: (snapshots, { actor }) => this.#put(snapshots, actor),
      failed: (error) => options.onWalkFailure?.(error),
    })
  }

  /** Begins the walk, which otherwise begins with the first page that somebody asks for. */
  start(): void {
    this.#walk.start()
  }

  /** Takes in what became known of a conversation by an event. It must have been read as the account itself. */
  observe(snapshot: ConversationForViewer): void {
    this.#put([snapshot], { kind: 'service' })
  }

  capabilities(actor: Actor, conversation: Conversation | null): Capabilities {
    const indexed = actor.kind === 'end-user' ? CAPABILITIES_OF_END_USERS : INDEXED_CAPABILITIES
    return { ...this.#inner.capabilities(actor, conversation), ...indexed }
  }

  /** The snapshots are what the team may see: an end user's list is read anew. */
  listConversations(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage> {
    return call.actor.kind === 'end-user'
      ? listOwn(this.#inner, filter, page, call)
      : this.#listIndexed(filter, page, call)
  }

  async getConversations(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]> {
    const answers = await this.#inner.getConversations(refs, call)
    // What an end user does not find may well be there.
    if (call.actor.kind === 'end-user') return answers
    const found = answers.filter((answer) => 'conversation' in answer)
    this.#keep(found, call)
    for (const [index, answer] of answers.entries()) {
      const ref = refs[index]
      if (ref !== undefined && 'code' in answer && answer.code === 'NOT_FOUND') this.#store.remove(ref.native)
    }
    return answers
  }

  async findConversation(externalId: string, call: CallContext): Promise<ConversationForViewer | null> {
    const found = await this.#inner.findConversation(externalId, call)
    if (found !== null) this.#keep([found], call)
    return found
  }

  async listConversationsOf(
    person: PersonRef,
    page: PageRequest,
    call: CallContext,
  ): Promise<Page<ConversationForViewer>> {
    const answer = await this.#inner.listConversationsOf(person, page, call)
    this.#keep(itemsOf(answer), call)
    return answer
  }

  /** What an act changed is read anew when its events are in the stream. */
  get acts(): ProviderActs {
    return this.#inner.acts
  }

  get inlet(): EventInlet | null {
    return this.#inner.inlet
  }

  rateLimit(): RateLimit | null {
    return this.#inner.rateLimit()
  }

  listMessages(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    return this.#inner.listMessages(conversation, walk, call)
  }

  getMessages(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return this.#inner.getMessages(refs, call)
  }

  listParticipants(conversation: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>> {
    return this.#inner.listParticipants(conversation, page, call)
  }

  listHorizons(conversation: Conversation, call: CallContext): Promise<readonly Horizon[]> {
    return this.#inner.listHorizons(conversation, call)
  }

  listLabelsOf(conversation: Conversation, call: CallContext): Promise<readonly string[] | null> {
    return this.#inner.listLabelsOf(conversation, call)
  }

  getPeople(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return this.#inner.getPeople(refs, call)
  }

  searchPeople(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>> {
    return this.#inner.searchPeople(search, page, call)
  }

  getSelf(call: CallContext): Promise<Person | null> {
    return this.#inner.getSelf(call)
  }

  listAgents(call: CallContext): Promise<readonly Person[] | null> {
    return this.#inner.listAgents(call)
  }

  listTeams(call: CallContext): Promise<readonly Team[] | null> {
    return this.#inner.listTeams(call)
  }

  listLabels(call: CallContext): Promise<readonly Label[] | null> {
    return this.#inner.listLabels(call)
  }

  listChannels(call: CallContext): Promise<readonly Channel[] | null> {
    return this.#inner.listChannels(call)
  }

  countUnread(call: CallContext): Promise<UnreadTotals> {
    return this.#inner.countUnread(call)
  }

  close(): Promise<void> {
    this.#walk.end()
    return this.#inner.close()
  }

  async #listIndexed(
    filter: ConversationFilter,
    { limit, after }: PageRequest,
    call: CallContext,
  ): Promise<ConversationPage> {
    if (filter.unreadOnly === true) return { ...EMPTY_PAGE, unsupported: ['FILTER_UNREAD'] }
    const position = after === null ? null : readPosition(after)
    this.start()
    const newest = await this.#inner.listConversations({}, { limit, after: null }, call)
    this.#keep(itemsOf(newest), call)
    const conditions = await toConditions(filter, this.#inner, call)
    const from = position ?? { behind: null, asOf: this.#order.tick() }
    const page = this.#read(from, {
      limit,
      conditions,
      notBefore: filter.updatedAfter === undefined ? null : conversationSortKey(filter.updatedAfter),
    })
    const { finished } = this.#store.walk
    return {
      ...page,
      hasMore: page.hasMore || (finished ? false : 'unknown'),
      complete: page.frontier === null && finished && this.#fedByEvents && filter.text === undefined,
      unsupported: [],
    }
  }

  #read(from: ReadPosition, { limit, conditions, notBefore }: IndexQuestion): IndexPage {
    const rows: Row<ConversationForViewer>[] = []
    let scanned = 0
    for (const standing of this.#order.behind(from)) {
      if (notBefore !== null && standing.activity <= notBefore) break
      const item = this.#store.get(standing.id)
      if (item !== null && conditions.every((holds) => holds(item.conversation))) {
        if (rows.length === limit) return { rows, hasMore: true, frontier: null }
        rows.push({ item, ...resumeAt(standing, from.asOf) })
      }
      scanned += 1
      if (scanned === MAX_SCANNED) return { rows, hasMore: true, frontier: resumeAt(standing, from.asOf) }
    }
    return { rows, hasMore: false, frontier: null }
  }

  /** End users may be shown less of a conversation than the team: what they read is not kept. */
  #keep(snapshots: readonly ConversationForViewer[], { actor }: CallContext): void {
    if (actor.kind !== 'end-user') this.#put(snapshots, actor)
  }

  #put(snapshots: readonly ConversationForViewer[], { kind }: Actor): void {
    const isNobodys = kind === 'service' || kind === 'admin'
    this.#order.noteMoves(this.#store.put(isNobodys ? snapshots : snapshots.map(withoutViewer)))
  }
}

interface IndexQuestion {
  readonly limit: number
  /** The standing from which on nothing is wanted; null: everything. */
  readonly notBefore: string | null
  readonly conditions: readonly Condition[]
}

type IndexPage = Pick<Page<ConversationForViewer>, 'rows' | 'frontier'> & { readonly hasMore: boolean }

const EMPTY_PAGE = { rows: [], hasMore: false, complete: true, frontier: null } as const

function resumeAt(behind: Standing, asOf: number): { readonly sortKey: string; readonly cursor: string } {
  return { sortKey: behind.activity, cursor: writePosition({ behind, asOf }) }
}

function itemsOf<T>({ rows }: Page<T>): readonly T[] {
  return rows.map(({ item }) => item)
}

/** A snapshot is shown to everybody, so what it says of the person who read it is left out. */
function withoutViewer({ conversation }: ConversationForViewer): ConversationForViewer {
  return { conversation, viewer: { unread: null, readHorizon: null, labels: undefined } }
}

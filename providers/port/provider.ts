import type { ProviderActs } from './acts.ts'
import type { Capabilities, Capability } from './capabilities.ts'
import type { ProviderError } from './errors.ts'
import type { EventInlet } from './events.ts'
import type {
  Channel,
  Conversation,
  ConversationForViewer,
  Horizon,
  Label,
  Message,
  Participant,
  Person,
  Team,
} from './model.ts'
import type { ConversationRef, MessageRef, PersonRef } from './refs.ts'
import type { ChannelType, ConversationStatus } from './words.ts'

// --------------------------------------------------------------------------------------------------------------- a call

/**
 * Who acts, in this account's own terms. `person` null: the owner of the account's own credential. `credential`: this
 * person's own token, where the account holds one. A service or an admin acts as the account itself.
 */
export type Actor =
  | { readonly kind: 'end-user' | 'agent'; readonly person: PersonRef | null; readonly credential: string | null }
  | { readonly kind: 'service' | 'admin' }

/** How many upstream calls an operation may still make in one account. */
export interface CallBudget {
  readonly remaining: number
  /** Takes that many at once, or none and answers false. */
  take(calls: number): boolean
}

/** What every call carries down to the wire. */
export interface CallContext {
  readonly actor: Actor
  /** Absolute, milliseconds since 1970. No layer waits longer, whatever its own limit. */
  readonly deadline: number
  readonly signal: AbortSignal
  /**
   * Spent by the HTTP client, one for every call before it starts; with nothing left a call throws `OVERLOADED`. A scan looks
   * at `remaining` before each further page, stops at 0, and reports `complete: false`.
   */
  readonly budget: CallBudget
}

// ---------------------------------------------------------------------------------------------------------------- pages

/** Each row has its own resume point, because merging stops in the middle of a page and every edge wants a cursor. */
export interface Row<T> {
  readonly item: T
  /** Compared bytewise. In lists of conversations comparable between all providers: see `conversationSortKey` in the kit. */
  readonly sortKey: string
  /** Where to go on after this row. Readable by its own adapter only. */
  readonly cursor: string
}

export interface Page<T> {
  /** In the order of the walk: the first is nearest to where it began. */
  readonly rows: readonly Row<T>[]
  /** `unknown`: only an empty page proves the end. */
  readonly hasMore: boolean | 'unknown'
  /** False: a bounded scan that stopped, or an index that is not finished; the answer is PARTIAL. */
  readonly complete: boolean
  /** Where a scan stopped, if it went past its last matching row: nothing newer than `sortKey` was left out. Null: the last row. */
  readonly frontier: { readonly sortKey: string; readonly cursor: string } | null
}

/** `limit` is a wish: a provider with a fixed page size keeps it. `after`: the cursor of a row or frontier; null: from the start. */
export interface PageRequest {
  readonly limit: number
  readonly after: string | null
}

/**
 * A walk through the messages of one conversation. `from` null: from the newest (`older`) or the oldest (`newer`). From a
 * row's cursor the walk goes on behind that row. From a message, `older` begins with the one before it and `newer` with the
 * message itself, so that two walks make a window around it.
 */
export interface MessageWalk {
  readonly limit: number
  readonly from: string | MessageRef | null
  readonly direction: 'older' | 'newer'
}

/** Somebody, by whatever is known of them. */
export type PersonQuery =
  | PersonRef
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'phone'; readonly phone: string }
  | { readonly kind: 'external'; readonly externalId: string }

/** All given conditions hold. A missing key: no condition. */
export interface ConversationFilter {
  readonly statuses?: readonly ConversationStatus[]
  readonly labelsAny?: readonly string[]
  readonly assignee?: 'me' | 'unassigned' | PersonRef
  readonly unreadOnly?: boolean
  readonly channelTypes?: readonly ChannelType[]
  readonly person?: PersonQuery
  readonly updatedAfter?: Date
  readonly text?: string
}

/** A page of conversations, and which conditions this account could not apply: then it has no rows and names them. */
export interface ConversationPage extends Page<ConversationForViewer> {
  readonly unsupported: readonly Capability[]
}

/** Totals for the actor. Null: cannot be told. */
export interface UnreadTotals {
  readonly conversations: number | null
  readonly messages: number | null
  /** False: lower bounds. */
  readonly complete: boolean
}

/** Upstream quota as last seen on an answer. */
export interface RateLimit {
  readonly limit: number | null
  readonly remaining: number | null
  readonly resetsAt: Date | null
}

// -------------------------------------------------------------------------------------------------------- the provider

/**
 * One configured account at one provider. Every method is required: support is data. A method that answers several things at
 * once answers each for itself, in the order asked, so that one failure costs one answer. All may throw `ProviderError`, and
 * nothing else.
 */
export interface Provider {
  /** The vendor's name in lower case: `chatwoot`. For showing and for configuration, never for branching. */
  readonly name: string
  /**
   * What `listConversations` is ordered by, newest first, and hence what its sort keys are. Lists ordered by creation are put
   * in order of activity by the gateway's index.
   */
  readonly order: 'activity' | 'updated' | 'created'
  /** Free of I/O. Differs by account, by who acts and by conversation (null: the account as a whole). */
  capabilities(actor: Actor, conversation: Conversation | null): Capabilities
  /** The upstream quota as last seen; null where this provider never says. */
  rateLimit(): RateLimit | null

  listConversations(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage>
  getConversations(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]>
  /** By the id that the provider shows. Null: there is none for this actor. */
  findConversation(externalId: string, call: CallContext): Promise<ConversationForViewer | null>

  listMessages(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>>
  /** With everything that only a single read carries (`receipts`). */
  getMessages(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]>

  /** Takes the conversation itself, because what its own answer carried is not asked for again. */
  listParticipants(conversation: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>>
  /** Everybody's positions, freshly read, where the conversation's own answer did not carry them all. */
  listHorizons(conversation: Conversation, call: CallContext): Promise<readonly Horizon[]>

  /** Labels of a conversation whose own answer did not carry them. */
  listLabelsOf(conversation: Conversation, call: CallContext): Promise<readonly string[] | null>

  getPeople(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]>
  /** `search` null: everybody. */
  searchPeople(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>>
  /** Newest activity first. */
  listConversationsOf(person: PersonRef, page: PageRequest, call: CallContext): Promise<Page<ConversationForViewer>>

  /** Who the actor is here; null where the account acts as itself. One cached call. */
  getSelf(call: CallContext): Promise<Person | null>
  /** Null: this provider has no such thing. One cached call each. */
  listAgents(call: CallContext): Promise<readonly Person[] | null>
  listTeams(call: CallContext): Promise<readonly Team[] | null>
  listLabels(call: CallContext): Promise<readonly Label[] | null>
  listChannels(call: CallContext): Promise<readonly Channel[] | null>
  countUnread(call: CallContext): Promise<UnreadTotals>

  /** What can be done, for whoever the call's actor is. */
  readonly acts: ProviderActs
  /** How events come in; null where the account has no settings for it. */
  readonly inlet: EventInlet | null

  /** Ends background work and closes the connections. */
  close(): Promise<void>
}

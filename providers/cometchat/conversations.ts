import { absent } from '../kit/absent.ts'
import { answerEach } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Capability,
  type Conversation,
  type ConversationFilter,
  type ConversationForViewer,
  type ConversationPage,
  type ConversationRef,
  type Page,
  type PageRequest,
  type Participant,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { type Acting, acting } from './acting.ts'
import type { CometChatClient } from './client.ts'
import type { CometChatSettings } from './config.ts'
import { walkConversations } from './conversation-walk.ts'
import type { CrowdedGroups } from './crowded-groups.ts'
import { decodeCursor, encodeCursor, onlyRowPlace } from './cursor.ts'
import { isPlanRefusal } from './errors.ts'
import { type ListPlan, planList, type Test } from './filter.ts'
import { type GroupDoor, isInSight } from './group-door.ts'
import { MAX_PER_PAGE, readOffsetPage } from './offset-pages.ts'
import type { People } from './people.ts'
import { counterpartIn, notFound, peerOf, placeOf } from './refs.ts'
import { conversationSortKeyOf, toConversation } from './to-conversation.ts'
import { toMember, toParticipant, toPersonByUid } from './to-person.ts'

const MAX_CONVERSATIONS_PER_PAGE = 1000

export interface ConversationsParts {
  readonly account: string
  readonly settings: CometChatSettings
  readonly client: CometChatClient
  readonly people: People
  readonly crowded: CrowdedGroups
  readonly door: GroupDoor
}

/** The conversations of the acting user and who takes part in them. */
export class Conversations {
  readonly #account: string
  readonly #settings: CometChatSettings
  readonly #client: CometChatClient
  readonly #people: People
  readonly #crowded: CrowdedGroups
  readonly #door: GroupDoor

  constructor({ account, settings, client, people, crowded, door }: ConversationsParts) {
    this.#account = account
    this.#settings = settings
    this.#client = client
    this.#people = people
    this.#crowded = crowded
    this.#door = door
  }

  async list(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage> {
    const as = this.#as(call, 'LIST_CONVERSATIONS')
    const plan = planList(filter, this.#settings, as.uid)
    if (plan.kind === 'unsupported') return refusedPage(plan.capabilities)
    if (plan.kind === 'nothing') return refusedPage([])
    // The groups that the person is in are left out.
    if (plan.kind === 'pair')
      return { ...(await this.#listPair(as, plan.uid, page, plan.matches)), complete: false, unsupported: [] }
    try {
      return { ...(await this.#walk(as, plan, page)), unsupported: [] }
    } catch (error) {
      if (plan.paid.length > 0 && isPlanRefusal(error)) return refusedPage(plan.paid)
      throw error
    }
  }

  /** With one person there is one conversation at most. */
  async listOf(person: PersonRef, page: PageRequest, call: CallContext): Promise<Page<ConversationForViewer>> {
    return this.#listPair(this.#as(call, 'LIST_CONVERSATIONS'), person.native, page, () => true)
  }

  get(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]> {
    return answerEach(refs, async (ref) => this.#one(this.#as(call, 'LIST_CONVERSATIONS'), ref))
  }

  /** Right after an act: of the acting user no more than the uid, which would cost another call. */
  async reread(as: Acting, ref: ConversationRef): Promise<ConversationForViewer> {
    const self = toPersonByUid(this.#account, as.uid)
    const wire = await this.#client.conversationWith(as, counterpartIn(ref, as.uid))
    return this.#noteSize(toConversation(wire, { account: this.#account, self, tagsAsked: false }))
  }

  async find(externalId: string, call: CallContext): Promise<ConversationForViewer | null> {
    const as = this.#as(call, 'LIST_CONVERSATIONS')
    return unlessAbsent(this.#translateOne(as, this.#client.conversation(as, externalId)))
  }

  async listParticipants({ ref }: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>> {
    const as = this.#as(call, 'LIST_PARTICIPANTS')
    const place = placeOf(ref)
    await this.#door.enter(as, ref, counterpartIn(ref, as.uid))
    if (place.kind === 'direct') return this.#listTwo(as, peerOf(place.uids, as.uid), page)
    const read = (query: { readonly perPage: number; readonly page: number }) =>
      this.#client.groupMembers(as, place.guid, query)
    return readOffsetPage(page, read, (member) => toMember(this.#account, member))
  }

  /** Tags are the viewer's own, and only the list has them. */
  async listLabelsOf(ref: ConversationRef, call: CallContext): Promise<readonly string[]> {
    const as = this.#as(call, 'LIST_CONVERSATIONS')
    const rows = await this.#readPage(as, {
      conversationType: placeOf(ref).kind === 'group' ? 'group' : 'user',
      perPage: MAX_CONVERSATIONS_PER_PAGE,
      page: 1,
    })
    const row = rows.find(({ conversation }) => conversation.ref.native === ref.native)
    if (row === undefined) throw notFound(`conversation ${ref.native} among the first of the list`)
    return row.viewer.labels ?? []
  }

  async #walk(
    as: Acting,
    plan: ListPlan & { readonly kind: 'walk' },
    { limit, after }: PageRequest,
  ): Promise<Page<ConversationForViewer>> {
    const walked = await walkConversations(
      (perPage, page) => this.#readPage(as, { ...plan.query, perPage, page }),
      {
        limit: Math.min(Math.max(limit, 1), MAX_PER_PAGE),
        after,
        matches: matchesFor(as, plan.matches),
        isPast: plan.isPast,
      },
      as.call.budget,
    )
    return plan.isPartial ? { ...walked, complete: false } : walked
  }

  async #readPage(
    as: Acting,
    query: Parameters<CometChatClient['conversations']>[1],
  ): Promise<readonly ConversationForViewer[]> {
    const [wires, self] = await Promise.all([this.#client.conversations(as, query), this.#people.selfOrUid(as)])
    return wires.map((wire) =>
      this.#remember(as, toConversation(wire, { account: this.#account, self, tagsAsked: true })),
    )
  }

  async #listPair(as: Acting, uid: string, page: PageRequest, matches: Test): Promise<Page<ConversationForViewer>> {
    if (page.after !== null) {
      decodeCursor(page.after, onlyRowPlace)
      return EMPTY
    }
    const item = await unlessAbsent(
      this.#translateOne(as, this.#client.conversationWith(as, { type: 'user', id: uid })),
    )
    if (item === null || !matches(item)) return EMPTY
    return { ...EMPTY, rows: [{ item, sortKey: conversationSortKeyOf(item), cursor: encodeCursor({ end: true }) }] }
  }

  #one(as: Acting, ref: ConversationRef): Promise<ConversationForViewer> {
    return this.#translateOne(as, this.#client.conversationWith(as, counterpartIn(ref, as.uid)))
  }

  async #translateOne(as: Acting, answer: Promise<Wire>): Promise<ConversationForViewer> {
    const [wire, self] = await Promise.all([answer, this.#people.selfOrUid(as)])
    const row = this.#remember(as, toConversation(wire, { account: this.#account, self, tagsAsked: false }))
    if (!isInSight(row, as)) throw absent()
    return row
  }

  #remember(as: Acting, row: ConversationForViewer): ConversationForViewer {
    for (const { person } of row.conversation.featuredParticipants) this.#people.remember(as, person)
    return this.#noteSize(row)
  }

  #noteSize(row: ConversationForViewer): ConversationForViewer {
    const place = placeOf(row.conversation.ref)
    if (place.kind === 'group') this.#crowded.note(place.guid, row.conversation.participantCount)
    return row
  }

  async #listTwo(as: Acting, peerUid: string, page: PageRequest): Promise<Page<Participant>> {
    const two = await Promise.all([this.#people.recent(as, peerUid), this.#people.self(as)])
    const read = async (query: { readonly perPage: number; readonly page: number }) =>
      two.slice((query.page - 1) * query.perPage, query.page * query.perPage)
    return readOffsetPage(page, read, toParticipant)
  }

  #as(call: CallContext, capability: Capability): Acting {
    return acting(call, this.#settings.actAs, capability)
  }
}

/** Of end users also that they are in it. */
function matchesFor(as: Acting, matches: Test | null): Test | null {
  if (as.call.actor.kind !== 'end-user') return matches
  return (row) => isInSight(row, as) && (matches?.(row) ?? true)
}

const EMPTY: Page<ConversationForViewer> = { rows: [], hasMore: false, complete: true, frontier: null }

function refusedPage(unsupported: readonly Capability[]): ConversationPage {
  return { ...EMPTY, unsupported }
}

/** Two who never wrote to each other have no conversation, which CometChat calls not accessible. */
async function unlessAbsent<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'NOT_FOUND') return null
    throw error
  }
}

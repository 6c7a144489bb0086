import { answerEach } from '../kit/answer-each.ts'
import { AnswerCache } from '../kit/cache.ts'
import { conversationSortKey } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type Actor,
  type CallContext,
  type Capabilities,
  type Channel,
  type Conversation,
  type ConversationFilter,
  type ConversationForViewer,
  type ConversationPage,
  type ConversationRef,
  type EventInlet,
  type Message,
  type MessageRef,
  type MessageWalk,
  type Page,
  type PageRequest,
  type Participant,
  type Person,
  type PersonRef,
  type Provider,
  type ProviderActs,
  ProviderError,
  type UnreadTotals,
} from '../port/index.ts'
import { createActs } from './acts.ts'
import { capabilitiesOf } from './capabilities.ts'
import { readChannels } from './channels.ts'
import type { BirdClient, ListQuery } from './client.ts'
import type { BirdSettings } from './config.ts'
import { conversationsOf } from './conversations-of.ts'
import { unsupportedFilters } from './filters.ts'
import { KnownChannels } from './known-channels.ts'
import { KnownPeople } from './known-people.ts'
import { MessageWalker } from './message-walk.ts'
import { searchContacts } from './people-search.ts'
import type { Reading } from './reading.ts'
import { isUuid, readPersonRef, uuidOf } from './refs.ts'
import { nameOnly, toContact, toConversationForViewer, toMessage, toParticipant } from './to-model.ts'
import { atMost, readPageSize, readPlace, readRows, START, type Walked, writePlace } from './token-walk.ts'
import { createInlet } from './webhook.ts'
import type { TokenPage } from './wire.ts'

const CHANNELS_FRESH_MS = 5 * 60_000
const CHANNELS_STALE_MS = 24 * 60 * 60_000
const CHANNELS = 'channels'

/** One workspace. The access key is its only actor, so nothing here depends on who asks but the team's own fields. */
export class BirdProvider implements Provider {
  readonly name = 'bird'
  readonly order = 'created'
  readonly acts: ProviderActs
  readonly inlet: EventInlet | null
  readonly #account: string
  readonly #host: string
  readonly #speaksAsKey: boolean
  readonly #client: BirdClient
  readonly #channels = new AnswerCache<readonly Channel[] | null>(CHANNELS_FRESH_MS, CHANNELS_STALE_MS)
  readonly #people = new KnownPeople()
  readonly #channelsOf = new KnownChannels()

  constructor(account: string, { baseUrl, accessKeyId, webhook }: BirdSettings, client: BirdClient) {
    this.#account = account
    this.#host = new URL(baseUrl).host
    this.#client = client
    this.#speaksAsKey = accessKeyId !== undefined
    this.inlet = webhook === undefined ? null : createInlet({ account, host: this.#host, webhook, client })
    this.acts = createActs({
      account,
      client,
      baseUrl,
      accessKeyId: accessKeyId ?? null,
      reading: (call) => this.#reading(call),
      toConversation: (wire, call) => this.#toConversation(wire, call),
      knownChannelOf: (conversation) => this.#channelsOf.get(conversation),
      listChannels: (call) => this.listChannels(call),
    })
  }

  capabilities(_actor: Actor, conversation: Conversation | null): Capabilities {
    return capabilitiesOf(conversation, this.#speaksAsKey)
  }

  rateLimit(): null {
    return null
  }

  async listConversations(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage> {
    const unsupported = unsupportedFilters(filter)
    if (unsupported.length > 0) return { rows: [], hasMore: false, complete: true, frontier: null, unsupported }
    const list: Translated<ConversationForViewer> = {
      order: 'falling',
      nameOf: ({ conversation }) => ({
        id: conversation.externalId,
        sortKey: conversationSortKey(conversation.createdAt),
      }),
      read: (query) => this.#client.listConversations(query, call),
      toItem: (wire) => this.#toConversation(wire, call),
    }
    return { ...(await readList(list, page, call)), unsupported }
  }

  getConversations(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]> {
    return answerEach(refs, (ref) => this.#getConversation(ref, call))
  }

  async findConversation(externalId: string, call: CallContext): Promise<ConversationForViewer | null> {
    const native = externalId.toLowerCase()
    if (!isUuid(native)) return null
    try {
      return await this.#getConversation({ kind: 'conversation', account: this.#account, native }, call)
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'NOT_FOUND') return null
      throw error
    }
  }

  listMessages(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    return new MessageWalker(this.#client, conversation, this.#reading(call), call).walk(walk)
  }

  getMessages(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      const wire = await this.#client.getMessage(uuidOf(ref.conversation), uuidOf(ref), call)
      return toMessage(wire, ref.conversation, this.#reading(call), 'single')
    })
  }

  async listParticipants({ ref }: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>> {
    const id = uuidOf(ref)
    const list: Translated<Participant> = {
      order: 'none',
      nameOf: ({ person }) => ({ id: person.externalId, sortKey: '' }),
      read: (query) => this.#client.listParticipants(id, query, call),
      toItem: (wire) => toParticipant(wire, this.#account),
    }
    return readList(list, page, call)
  }

  /** Bird has none: each message has its own state. */
  async listHorizons(): Promise<readonly []> {
    return []
  }

  /** Every answer has the tags. */
  async listLabelsOf(conversation: Conversation): Promise<readonly string[]> {
    return conversation.labels ?? []
  }

  getPeople(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      const named = readPersonRef(ref)
      if (named.type !== 'contact') return this.#people.get(ref) ?? nameOnly(named, this.#account)
      return toContact(await this.#client.getContact(uuidOf({ native: named.id }), call), this.#account)
    })
  }

  async searchPeople(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>> {
    if (search !== null) return searchContacts(this.#client, this.#account, search, call)
    const list: Translated<Person> = {
      order: 'none',
      nameOf: ({ externalId }) => ({ id: externalId, sortKey: '' }),
      read: (query) => this.#client.listContacts(query, call),
      toItem: (wire) => toContact(wire, this.#account),
    }
    return readList(list, page, call)
  }

  async listConversationsOf(
    person: PersonRef,
    page: PageRequest,
    call: CallContext,
  ): Promise<Page<ConversationForViewer>> {
    const channels = await this.listChannels(call)
    if (channels === null) {
      throw new ProviderError('FORBIDDEN', `bird account "${this.#account}": the key may not list the channels to ask`)
    }
    return conversationsOf(person, page, { client: this.#client, channels, reading: this.#reading(call), call })
  }

  /** The key is nobody. */
  async getSelf(): Promise<null> {
    return null
  }

  async listAgents(): Promise<null> {
    return null
  }

  async listTeams(): Promise<null> {
    return null
  }

  async listLabels(): Promise<null> {
    return null
  }

  listChannels(call: CallContext): Promise<readonly Channel[] | null> {
    return this.#channels.get(CHANNELS, call, () => readChannels(this.#client, call))
  }

  async countUnread(): Promise<UnreadTotals> {
    return { conversations: null, messages: null, complete: false }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #getConversation(ref: ConversationRef, call: CallContext): Promise<ConversationForViewer> {
    return this.#toConversation(await this.#client.getConversation(uuidOf(ref), call), call)
  }

  #toConversation(wire: Wire, call: CallContext): ConversationForViewer {
    const answer = toConversationForViewer(wire, this.#reading(call))
    this.#people.note(answer.conversation)
    this.#channelsOf.note(answer.conversation)
    return answer
  }

  #reading(call: CallContext): Reading {
    const channels = this.#channels.peek(CHANNELS) ?? []
    return {
      account: this.#account,
      host: this.#host,
      channels: new Map(channels.map((channel) => [channel.externalId, channel])),
      forTeam: call.actor.kind !== 'end-user',
    }
  }
}

type Translated<T> = Pick<Walked<T>, 'order' | 'nameOf'> & {
  read(query: ListQuery): Promise<TokenPage<Wire>>
  toItem(wire: Wire): T
}

/** The size of its pages is frozen in the cursors: with another one the tokens would stand elsewhere. */
async function readList<T>(
  { order, nameOf, read, toItem }: Translated<T>,
  { limit, after }: PageRequest,
  call: CallContext,
): Promise<Page<T>> {
  const { place, extras } = after === null ? { place: START, extras: [String(limit)] } : readPlace(after)
  const pageSize = readPageSize(extras[0])
  const list: Walked<T> = {
    order,
    nameOf,
    cursorAt: (at) => writePlace(at, String(pageSize)),
    read: async (token) => {
      const page = await read({ limit: pageSize, token })
      return { ...page, items: page.items.map(toItem) }
    },
  }
  return atMost(limit, await readRows(list, place, call))
}

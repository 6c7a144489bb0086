import { absent } from '../kit/absent.ts'
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
import { contactOf } from './acting.ts'
import { createActs } from './acts.ts'
import { capabilitiesOf } from './capabilities.ts'
import { readChannels } from './channels.ts'
import type { BirdClient } from './client.ts'
import type { BirdSettings } from './config.ts'
import { onlyForTeam } from './contact-acts.ts'
import { OF_CONTACTS } from './contact-capabilities.ts'
import { type Asking, conversationsOf } from './conversations-of.ts'
import type { Desk } from './desk.ts'
import { Eyes, refuseContact } from './eyes.ts'
import { unsupportedFilters } from './filters.ts'
import { KnownChannels } from './known-channels.ts'
import { KnownPeople } from './known-people.ts'
import { MessageWalker } from './message-walk.ts'
import { searchContacts } from './people-search.ts'
import type { Reading } from './reading.ts'
import { isUuid, readPersonRef, uuidOf } from './refs.ts'
import { nameOnly, toContact, toConversationForViewer, toMessage, toParticipant } from './to-model.ts'
import { readList, type Translated } from './translated-list.ts'
import { createInlet } from './webhook.ts'

const CHANNELS_FRESH_MS = 5 * 60_000
const CHANNELS_STALE_MS = 24 * 60 * 60_000
const CHANNELS = 'channels'
const SELF_FRESH_MS = 60_000
const SELF_STALE_MS = 10 * 60_000
const NOTHING = { rows: [], hasMore: false, complete: true, frontier: null } as const

/** One workspace. The access key is its only actor: what it reads for a contact is looked at with their eyes. */
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
  readonly #selves = new AnswerCache<Person>(SELF_FRESH_MS, SELF_STALE_MS)
  readonly #people = new KnownPeople()
  readonly #channelsOf = new KnownChannels()
  readonly #eyes: Eyes

  constructor(account: string, { baseUrl, accessKeyId, webhook }: BirdSettings, client: BirdClient) {
    this.#account = account
    this.#host = new URL(baseUrl).host
    this.#client = client
    this.#eyes = new Eyes(account, client)
    this.#speaksAsKey = accessKeyId !== undefined
    this.inlet = webhook === undefined ? null : createInlet({ account, host: this.#host, webhook, client })
    const desk: Desk = {
      account,
      client,
      baseUrl,
      accessKeyId: accessKeyId ?? null,
      reading: (call) => this.#reading(call),
      toConversation: (wire, call) => this.#toConversation(wire, call),
      knownChannelOf: (conversation) => this.#channelsOf.get(conversation),
      listChannels: (call) => this.#readChannels(call),
    }
    this.acts = onlyForTeam(createActs(desk))
  }

  capabilities(actor: Actor, conversation: Conversation | null): Capabilities {
    const ofTeam = capabilitiesOf(conversation, this.#speaksAsKey)
    return actor.kind === 'end-user' ? { ...ofTeam, ...OF_CONTACTS } : ofTeam
  }

  rateLimit(): null {
    return null
  }

  async listConversations(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage> {
    const unsupported = unsupportedFilters(filter)
    if (unsupported.length > 0) return { ...NOTHING, unsupported }
    const contact = contactOf(call.actor)
    if (contact !== null) return { ...(await this.#conversationsOf(contact, page, call, 'createdAt')), unsupported }
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

  async listMessages(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    await this.#eyes.enter(conversation, call)
    const read = (wire: Wire) =>
      this.#eyes.ofMessage(toMessage(wire, conversation, this.#reading(call), 'listed'), call)
    return new MessageWalker(this.#client, conversation, read, call).walk(walk)
  }

  getMessages(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      await this.#eyes.enter(ref.conversation, call)
      const wire = await this.#client.getMessage(uuidOf(ref.conversation), uuidOf(ref), call)
      return this.#eyes.ofNamedMessage(toMessage(wire, ref.conversation, this.#reading(call), 'single'), call)
    })
  }

  async listParticipants({ ref }: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>> {
    const id = uuidOf(ref)
    await this.#eyes.enter(ref, call)
    const list: Translated<Participant> = {
      order: 'none',
      nameOf: ({ person }) => ({ id: person.externalId, sortKey: '' }),
      read: (query) => this.#client.listParticipants(id, query, call),
      toItem: (wire) => this.#eyes.ofParticipant(toParticipant(wire, this.#account), call),
    }
    return readList(list, page, call)
  }

  /** Bird has none: each message has its own state. */
  async listHorizons(): Promise<readonly []> {
    return []
  }

  /** Every answer has the tags; they are the team's own. */
  async listLabelsOf(conversation: Conversation, call: CallContext): Promise<readonly string[] | null> {
    return contactOf(call.actor) === null ? (conversation.labels ?? []) : null
  }

  /** A contact may look up nobody but themselves. */
  getPeople(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      const contact = contactOf(call.actor)
      if (contact !== null && contact.native !== ref.native) throw absent()
      const named = readPersonRef(ref)
      if (named.type !== 'contact') return this.#people.get(ref) ?? nameOnly(named, this.#account)
      return this.#getContact(named.id, call)
    })
  }

  async searchPeople(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>> {
    refuseContact(call)
    if (search !== null) return searchContacts(this.#client, this.#account, search, call)
    const list: Translated<Person> = {
      order: 'none',
      nameOf: ({ externalId }) => ({ id: externalId, sortKey: '' }),
      read: (query) => this.#client.listContacts(query, call),
      toItem: (wire) => toContact(wire, this.#account),
    }
    return readList(list, page, call)
  }

  /** Of anybody but themselves a contact finds none. */
  async listConversationsOf(
    person: PersonRef,
    page: PageRequest,
    call: CallContext,
  ): Promise<Page<ConversationForViewer>> {
    const contact = contactOf(call.actor)
    if (contact !== null && contact.native !== person.native) return NOTHING
    return this.#conversationsOf(person, page, call, 'lastActivityAt')
  }

  /** The key is nobody. */
  async getSelf(call: CallContext): Promise<Person | null> {
    const contact = contactOf(call.actor)
    return contact && this.#selves.get(contact.native, call, () => this.#getContact(readPersonRef(contact).id, call))
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

  /** On which channels the team works is not a contact's business. */
  async listChannels(call: CallContext): Promise<readonly Channel[] | null> {
    return contactOf(call.actor) === null ? this.#readChannels(call) : null
  }

  async countUnread(): Promise<UnreadTotals> {
    return { conversations: null, messages: null, complete: false }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #getConversation(ref: ConversationRef, call: CallContext): Promise<ConversationForViewer> {
    await this.#eyes.enter(ref, call, 'anew')
    return this.#seen(await this.#client.getConversation(uuidOf(ref), call), call)
  }

  #seen(wire: Wire, call: CallContext): Promise<ConversationForViewer> {
    const view = this.#toConversation(wire, call)
    const read = (message: Wire) => toMessage(message, view.conversation.ref, this.#reading(call), 'listed')
    return this.#eyes.withLastPublic(view, read, call)
  }

  async #conversationsOf(
    person: PersonRef,
    page: PageRequest,
    call: CallContext,
    order: Asking['order'],
  ): Promise<Page<ConversationForViewer>> {
    const channels = await this.#readChannels(call)
    if (channels === null) {
      throw new ProviderError('FORBIDDEN', `bird account "${this.#account}": the key may not list the channels to ask`)
    }
    const read = async (wire: Wire) => this.#eyes.ofOwnConversation(await this.#seen(wire, call), call)
    return conversationsOf(person, page, { client: this.#client, channels, read, order, call })
  }

  /** What is kept in mind is what the key reads, whoever asks: it is shown to the team alone. */
  #toConversation(wire: Wire, call: CallContext): ConversationForViewer {
    const answer = toConversationForViewer(wire, this.#reading(call))
    this.#people.note(answer.conversation)
    this.#channelsOf.note(answer.conversation)
    return this.#eyes.ofConversation(answer, call)
  }

  async #getContact(id: string, call: CallContext): Promise<Person> {
    return toContact(await this.#client.getContact(uuidOf({ native: id }), call), this.#account)
  }

  /** The same for everybody. */
  #readChannels(call: CallContext): Promise<readonly Channel[] | null> {
    return this.#channels.get(CHANNELS, call, () => readChannels(this.#client, call))
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

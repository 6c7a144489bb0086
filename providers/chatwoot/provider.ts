import { createPublicFiles } from '../kit/public-file.ts'
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
  Team,
  UnreadTotals,
} from '../port/index.ts'
import { contactOf } from './acting.ts'
import { ChatwootActs } from './acts.ts'
import { capabilitiesOf } from './capabilities.ts'
import { ChatwootClient } from './client.ts'
import { ConditionReader } from './conditions.ts'
import type { ChatwootSettings } from './config.ts'
import { ConversationList } from './conversation-list.ts'
import { Conversations } from './conversations.ts'
import { Directory } from './directory.ts'
import { createInlet } from './inlet.ts'
import { Messages } from './messages.ts'
import { toParticipantPage } from './participant-page.ts'
import { People } from './people.ts'
import { readPersonRef } from './refs.ts'

/** One account of one Chatwoot server. */
export class ChatwootProvider implements Provider {
  readonly acts: ProviderActs
  readonly inlet: EventInlet | null
  readonly name = 'chatwoot'
  readonly order = 'activity'
  readonly #client: ChatwootClient
  readonly #directory: Directory
  readonly #messages: Messages
  readonly #conversations: Conversations
  readonly #people: People
  readonly #list: ConversationList

  constructor(account: string, settings: ChatwootSettings, openFile = createPublicFiles()) {
    const appUrl = `${settings.baseUrl.replace(/\/$/, '')}/app/accounts/${settings.accountId}`
    const client = new ChatwootClient(account, settings)
    const directory = new Directory(account, settings.accountId, client)
    this.inlet = createInlet(account, settings, client)
    this.#client = client
    this.#directory = directory
    this.#messages = new Messages(client, directory)
    this.#conversations = new Conversations({ account, appUrl, client, directory, messages: this.#messages })
    this.#people = new People(account, client, directory)
    const readers = { messages: this.#messages, conversations: this.#conversations, people: this.#people }
    this.acts = new ChatwootActs({ account, client, directory, ...readers, openFile })
    this.#list = new ConversationList(client, new ConditionReader(directory, this.#people), this.#conversations)
  }

  capabilities(actor: Actor, conversation: Conversation | null): Capabilities {
    return capabilitiesOf(actor, conversation)
  }

  /** Chatwoot names its limits nowhere. */
  rateLimit(): null {
    return null
  }

  listConversations(filter: ConversationFilter, page: PageRequest, call: CallContext): Promise<ConversationPage> {
    return this.#list.list(filter, page, call)
  }

  getConversations(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]> {
    return this.#conversations.getMany(refs, call)
  }

  findConversation(externalId: string, call: CallContext): Promise<ConversationForViewer | null> {
    return this.#conversations.find(externalId, call)
  }

  listMessages(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    return this.#messages.list(conversation, walk, call)
  }

  getMessages(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return this.#messages.getMany(refs, call)
  }

  async listParticipants(conversation: Conversation, page: PageRequest, call: CallContext): Promise<Page<Participant>> {
    return toParticipantPage(await this.#conversations.participants(conversation, call), page)
  }

  listHorizons(conversation: Conversation, call: CallContext): Promise<readonly Horizon[]> {
    return this.#conversations.horizons(conversation, call)
  }

  /** Every form of a conversation carries its labels. */
  async listLabelsOf(conversation: Conversation, call: CallContext): Promise<readonly string[] | null> {
    return isContact(call) ? null : (conversation.labels ?? null)
  }

  getPeople(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return this.#people.getMany(refs, call)
  }

  searchPeople(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>> {
    return this.#people.search(search, page, call)
  }

  /** A contact's own; of one of us, those assigned to them. */
  listConversationsOf(person: PersonRef, page: PageRequest, call: CallContext): Promise<Page<ConversationForViewer>> {
    const isContacts = readPersonRef(person)?.type === 'contact'
    return this.#list.list(isContacts ? { person } : { assignee: person }, page, call)
  }

  getSelf(call: CallContext): Promise<Person | null> {
    return this.#directory.self(call)
  }

  async listAgents(call: CallContext): Promise<readonly Person[] | null> {
    return isContact(call) ? null : this.#directory.agents(call)
  }

  async listTeams(call: CallContext): Promise<readonly Team[] | null> {
    return isContact(call) ? null : this.#directory.teams(call)
  }

  async listLabels(call: CallContext): Promise<readonly Label[] | null> {
    return isContact(call) ? null : this.#directory.labels(call)
  }

  async listChannels(call: CallContext): Promise<readonly Channel[] | null> {
    return isContact(call) ? null : [...(await this.#directory.channels(call)).values()]
  }

  countUnread(call: CallContext): Promise<UnreadTotals> {
    return this.#list.countUnread(call)
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

/** How the team is made up is not a contact's business. */
function isContact({ actor }: CallContext): boolean {
  return contactOf(actor) !== null
}

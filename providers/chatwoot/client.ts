import { Http, type HttpAnswer, type Query, type ReadRequest } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'
import type { CallContext } from '../port/index.ts'
import { ActClient } from './act-client.ts'
import type { ChatwootSettings } from './config.ts'
import { credentialOf, TOKEN_HEADER } from './credential.ts'
import { toProviderError } from './to-error.ts'
import { type ConversationsPage, type FilterCondition, readFilterPage, readListPage } from './wire.ts'

/** Every list of conversations takes 2 seconds of a small server when twenty ask at once. */
const MAX_IN_FLIGHT = 16
/** Chatwoot limits contact search to 100 a minute for a whole account, apart from everything else. */
const SEARCH_QUOTA = 'contacts-search'

/** Chatwoot's reading endpoints, one method each. */
export class ChatwootClient {
  /** The writing ones. */
  readonly acts: ActClient
  readonly #root: string
  readonly #http: Http

  constructor(account: string, settings: ChatwootSettings) {
    this.#root = `/api/v1/accounts/${settings.accountId}`
    this.#http = new Http({
      name: `chatwoot account "${account}"`,
      baseUrl: settings.baseUrl,
      headers: () => ({ [TOKEN_HEADER]: settings.token.reveal() }),
      errorOf: toProviderError,
      maxInFlight: MAX_IN_FLIGHT,
    })
    this.acts = new ActClient(this.#http, this.#root)
  }

  /** Newest activity first, unless `sort_by` says otherwise. */
  async listConversations(query: Query, call: CallContext): Promise<ConversationsPage> {
    return readListPage(await this.#get('/conversations', call, query))
  }

  /** 25 a page, newest activity first. */
  async filterConversations(
    conditions: readonly FilterCondition[],
    page: number,
    call: CallContext,
  ): Promise<ConversationsPage> {
    const body = { payload: conditions }
    return readFilterPage(await this.#post('/conversations/filter', { page }, body, call))
  }

  async getConversation(id: number, call: CallContext): Promise<Wire> {
    return Wire.object(await this.#get(`/conversations/${id}`, call), 'conversation')
  }

  /** `{meta, payload}`, oldest first. */
  async listMessages(conversation: number, query: Query, call: CallContext): Promise<Wire> {
    return Wire.object(await this.#get(`/conversations/${conversation}/messages`, call, query), 'messages')
  }

  /** The agents who follow it. */
  async listWatchers(conversation: number, call: CallContext): Promise<readonly Wire[]> {
    return Wire.list(await this.#get(`/conversations/${conversation}/participants`, call), 'participants')
  }

  /** `{meta, payload}`; only contacts with an e-mail address, a phone number or an identifier. */
  async listContacts(query: Query, call: CallContext): Promise<Wire> {
    return Wire.object(await this.#get('/contacts', call, { include_contact_inboxes: false, ...query }), 'contacts')
  }

  /** `{meta, payload}` of everybody with the text somewhere in name, e-mail address, phone number or identifier. */
  async searchContacts(text: string, page: number, call: CallContext): Promise<Wire> {
    const query = { q: text, page, include_contact_inboxes: false }
    const answer = await this.#read({ path: '/contacts/search', query, quota: SEARCH_QUOTA }, call)
    return Wire.object(answer.body, 'contacts')
  }

  async getContact(id: number, call: CallContext): Promise<Wire> {
    const query = { include_contact_inboxes: false }
    return Wire.object(await this.#get(`/contacts/${id}`, call, query), 'contact').object('payload')
  }

  /** With all names that inboxes have for them. */
  async listContactInboxes(id: number, call: CallContext): Promise<readonly Wire[]> {
    return Wire.object(await this.#get(`/contacts/${id}`, call), 'contact')
      .object('payload')
      .list('contact_inboxes')
  }

  /** The token's owner. */
  async getProfile(call: CallContext): Promise<Wire> {
    const answer = await this.#http.read({ path: '/api/v1/profile', headers: credentialOf(call) }, call)
    return Wire.object(answer.body, 'profile')
  }

  async listAgents(call: CallContext): Promise<readonly Wire[]> {
    return Wire.list(await this.#get('/agents', call), 'agents')
  }

  async listAgentBots(call: CallContext): Promise<readonly Wire[]> {
    return Wire.list(await this.#get('/agent_bots', call), 'agent_bots')
  }

  async listTeams(call: CallContext): Promise<readonly Wire[]> {
    return Wire.list(await this.#get('/teams', call), 'teams')
  }

  async listLabels(call: CallContext): Promise<readonly Wire[]> {
    return Wire.object(await this.#get('/labels', call), 'labels').list('payload')
  }

  async listInboxes(call: CallContext): Promise<readonly Wire[]> {
    return Wire.object(await this.#get('/inboxes', call), 'inboxes').list('payload')
  }

  /** Administrators, and the agents who are members of the inbox. */
  async listAssignableAgents(inbox: string, call: CallContext): Promise<readonly Wire[]> {
    const answer = await this.#get('/assignable_agents', call, { 'inbox_ids[]': inbox })
    return Wire.object(answer, 'assignable_agents').list('payload')
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #get(path: string, call: CallContext, query: Query = {}): Promise<unknown> {
    return (await this.#read({ path, query }, call)).body
  }

  async #post(path: string, query: Query, body: unknown, call: CallContext): Promise<unknown> {
    return (await this.#read({ method: 'POST', path, query, body }, call)).body
  }

  #read(request: ReadRequest, call: CallContext): Promise<HttpAnswer> {
    return this.#http.read({ ...request, path: this.#root + request.path, headers: credentialOf(call) }, call)
  }
}

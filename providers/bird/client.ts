import type { Query } from '../kit/http.ts'
import type { Wire } from '../kit/wire.ts'
import type { CallContext, JsonObject } from '../port/index.ts'
import type { BirdConnection } from './connection.ts'
import type { Identifier } from './identifiers.ts'
import type { TokenPage } from './wire.ts'

/** What every paged list takes. `limit` beyond 100 is refused by Bird. */
export interface ListQuery {
  readonly limit: number
  readonly token: string | null
}

export interface MessagesQuery extends ListQuery {
  /** Oldest first. */
  readonly reverse: boolean
  /** Only what was made after it. */
  readonly dateFrom: Date | null
}

const MAX_LIMIT = 100

/** Bird's endpoints, one method each. Ids are uuids. */
export class BirdClient {
  readonly #connection: BirdConnection

  constructor(connection: BirdConnection) {
    this.#connection = connection
  }

  /** Newest made first. */
  listConversations(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#connection.list('/conversations', listQuery(query), call)
  }

  getConversation(id: string, call: CallContext): Promise<Wire> {
    return this.#connection.get(`/conversations/${id}`, call)
  }

  /** Of somebody by id or by address. Bird insists on the channel. */
  listConversationsOf(
    participant: string | Identifier,
    channel: string,
    query: ListQuery,
    call: CallContext,
  ): Promise<TokenPage<Wire>> {
    const named = typeof participant === 'string' ? [participant] : [participant.key, participant.value]
    const path = `/participants/${named.map(encodeURIComponent).join('/')}/conversations`
    return this.#connection.list(path, { channelId: channel, ...listQuery(query) }, call)
  }

  /** 409 with the other one's id where the contact has an active conversation on that channel. */
  createConversation(body: JsonObject, call: CallContext): Promise<Wire> {
    return this.#connection.write({ method: 'POST', path: '/conversations', body, repeatable: false }, call)
  }

  updateConversation(id: string, body: JsonObject, call: CallContext): Promise<Wire> {
    return this.#connection.write({ method: 'PATCH', path: `/conversations/${id}`, body, repeatable: true }, call)
  }

  deleteConversation(id: string, call: CallContext): Promise<void> {
    return this.#connection.remove(`/conversations/${id}`, call)
  }

  listMessages(conversation: string, query: MessagesQuery, call: CallContext): Promise<TokenPage<Wire>> {
    const { reverse, dateFrom } = query
    const parameters = {
      ...listQuery(query),
      reverse: reverse || undefined,
      dateFrom: dateFrom?.toISOString(),
    }
    return this.#connection.list(`/conversations/${conversation}/messages`, parameters, call)
  }

  getMessage(conversation: string, id: string, call: CallContext): Promise<Wire> {
    return this.#connection.get(`/conversations/${conversation}/messages/${id}`, call)
  }

  /** 422 where the conversation is not active. */
  createMessage(conversation: string, body: JsonObject, call: CallContext): Promise<Wire> {
    const path = `/conversations/${conversation}/messages`
    return this.#connection.write({ method: 'POST', path, body, repeatable: false }, call)
  }

  /** Of drafts only. */
  updateMessage(conversation: string, id: string, body: JsonObject, call: CallContext): Promise<Wire> {
    const path = `/conversations/${conversation}/messages/${id}`
    return this.#connection.write({ method: 'PATCH', path, body, repeatable: true }, call)
  }

  deleteMessage(conversation: string, id: string, call: CallContext): Promise<void> {
    return this.#connection.remove(`/conversations/${conversation}/messages/${id}`, call)
  }

  /** A place for a file. Asking twice makes two places, of which one stays empty. */
  createUpload(conversation: string, contentType: string, call: CallContext): Promise<Wire> {
    const path = `/conversations/${conversation}/presigned-upload`
    return this.#connection.write({ method: 'POST', path, body: { contentType }, repeatable: true }, call)
  }

  listParticipants(conversation: string, query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#connection.list(`/conversations/${conversation}/participants`, listQuery(query), call)
  }

  getParticipant(conversation: string, id: string, call: CallContext): Promise<Wire> {
    return this.#connection.get(`/conversations/${conversation}/participants/${encodeURIComponent(id)}`, call)
  }

  /** Answers the one who is there already, where somebody is. */
  ensureParticipant(conversation: string, body: JsonObject, call: CallContext): Promise<Wire> {
    const path = `/conversations/${conversation}/participants`
    return this.#connection.write({ method: 'POST', path, body, repeatable: true }, call)
  }

  removeParticipant(conversation: string, id: string, call: CallContext): Promise<void> {
    return this.#connection.remove(`/conversations/${conversation}/participants/${encodeURIComponent(id)}`, call)
  }

  listContacts(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#connection.list('/contacts', listQuery(query), call)
  }

  getContact(id: string, call: CallContext): Promise<Wire> {
    return this.#connection.get(`/contacts/${id}`, call)
  }

  /** Everybody with exactly this identifier. */
  async searchContacts(key: string, value: string, call: CallContext): Promise<readonly Wire[]> {
    const page = await this.#connection.search('/contacts/search', { identifier: { key, value } }, call)
    return page.items
  }

  /** Known from the access policies only: many keys may not call it. */
  listChannels(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#connection.list('/channels', listQuery(query), call)
  }

  /** The channel's view of a message, which has the same id there. */
  getChannelMessage(channel: string, id: string, call: CallContext): Promise<Wire> {
    return this.#connection.get(`/channels/${channel}/messages/${id}`, call)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

function listQuery({ limit, token }: ListQuery): Query {
  return { limit: Math.min(Math.max(limit, 1), MAX_LIMIT), pageToken: token ?? undefined }
}

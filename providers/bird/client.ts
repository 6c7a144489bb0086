import { Http, type HttpAnswer, type Query, type ReadRequest, type Refusal } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'
import { type CallContext, ProviderError, type ProviderErrorCode } from '../port/index.ts'
import type { BirdSettings } from './config.ts'
import { conversationRef } from './refs.ts'
import { readTokenPage, type TokenPage } from './wire.ts'

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
/** Far below the 50 GETs a second of a workspace, even when each takes no longer than 100 ms. */
const MAX_IN_FLIGHT = 16

/** Bird's read endpoints, one method each. */
export class BirdClient {
  readonly #account: string
  readonly #workspace: string
  readonly #http: Http

  constructor(account: string, settings: BirdSettings) {
    this.#account = account
    this.#workspace = `/workspaces/${encodeURIComponent(settings.workspaceId)}`
    this.#http = new Http({
      name: `bird account "${account}"`,
      baseUrl: settings.baseUrl,
      headers: () => ({ authorization: `AccessKey ${settings.accessKey.reveal()}` }),
      errorOf: (refusal, what) => this.#errorOf(refusal, what),
      maxInFlight: MAX_IN_FLIGHT,
    })
  }

  /** Newest made first. */
  listConversations(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#list('/conversations', listQuery(query), call)
  }

  getConversation(id: string, call: CallContext): Promise<Wire> {
    return this.#get(`/conversations/${id}`, call)
  }

  /** Bird insists on the channel. */
  listConversationsOf(
    participant: string,
    channel: string,
    query: ListQuery,
    call: CallContext,
  ): Promise<TokenPage<Wire>> {
    const path = `/participants/${encodeURIComponent(participant)}/conversations`
    return this.#list(path, { channelId: channel, ...listQuery(query) }, call)
  }

  listMessages(conversation: string, query: MessagesQuery, call: CallContext): Promise<TokenPage<Wire>> {
    const { reverse, dateFrom } = query
    const parameters = {
      ...listQuery(query),
      reverse: reverse || undefined,
      dateFrom: dateFrom?.toISOString(),
    }
    return this.#list(`/conversations/${conversation}/messages`, parameters, call)
  }

  getMessage(conversation: string, id: string, call: CallContext): Promise<Wire> {
    return this.#get(`/conversations/${conversation}/messages/${id}`, call)
  }

  listParticipants(conversation: string, query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#list(`/conversations/${conversation}/participants`, listQuery(query), call)
  }

  listContacts(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#list('/contacts', listQuery(query), call)
  }

  getContact(id: string, call: CallContext): Promise<Wire> {
    return this.#get(`/contacts/${id}`, call)
  }

  /** Everybody with exactly this identifier. */
  async searchContacts(key: string, value: string, call: CallContext): Promise<readonly Wire[]> {
    const path = `${this.#workspace}/contacts/search`
    const answer = await this.#http.read({ method: 'POST', path, body: { identifier: { key, value } } }, call)
    return readTokenPage(answer.body, `POST ${path}`).items
  }

  /** Known from the access policies only: many keys may not call it. */
  listChannels(query: ListQuery, call: CallContext): Promise<TokenPage<Wire>> {
    return this.#list('/channels', listQuery(query), call)
  }

  /** The channel's view of a message, which has the same id there. */
  getChannelMessage(channel: string, id: string, call: CallContext): Promise<Wire> {
    return this.#get(`/channels/${channel}/messages/${id}`, call)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #get(path: string, call: CallContext): Promise<Wire> {
    const answer = await this.#read({ path: this.#workspace + path }, call)
    return Wire.object(answer.body, `GET ${path}`)
  }

  async #list(path: string, query: Query, call: CallContext): Promise<TokenPage<Wire>> {
    const answer = await this.#read({ path: this.#workspace + path, query }, call)
    return readTokenPage(answer.body, `GET ${path}`)
  }

  /** Bird declares 409 on plain reads, without saying when: once more, then it is the answer. */
  async #read(request: ReadRequest, call: CallContext): Promise<HttpAnswer> {
    try {
      return await this.#http.read(request, call)
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'CONFLICT') throw error
      return this.#http.read(request, call)
    }
  }

  #errorOf({ status, body }: Refusal, what: string): ProviderError {
    const error = readError(body)
    const existing =
      error.conversationId === null ? {} : { existing: conversationRef(this.#account, error.conversationId) }
    return new ProviderError(codeOf(status), `${what}: ${status} ${error.text}`.trim(), {
      providerStatus: status,
      ...(error.code === null ? {} : { providerCode: error.code }),
      ...existing,
    })
  }
}

function listQuery({ limit, token }: ListQuery): Query {
  return { limit: Math.min(Math.max(limit, 1), MAX_LIMIT), pageToken: token ?? undefined }
}

interface BirdError {
  readonly code: string | null
  readonly text: string
  readonly conversationId: string | null
}

/** Bird says `{code, message, details?}`; what stands before Bird may say anything. */
function readError(body: unknown): BirdError {
  try {
    const error = Wire.object(body, 'error')
    const code = error.filledText('code')
    const text = [code, error.filledText('message')].filter((part) => part !== null).join(': ')
    return { code, text, conversationId: error.optionalObject('details')?.filledText('conversationId') ?? null }
  } catch {
    return { code: null, text: '', conversationId: null }
  }
}

function codeOf(status: number): ProviderErrorCode {
  return CODES.get(status) ?? (status >= 500 ? 'UNAVAILABLE' : 'INVALID')
}

const CODES: ReadonlyMap<number, ProviderErrorCode> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
])

import type { Http, Query, WriteRequest } from '../kit/http.ts'
import type { Wire } from '../kit/wire.ts'
import { type CallContext, ProviderError, type RateLimit, type ReceiptKind } from '../port/index.ts'
import type { Acting } from './acting.ts'
import { inDoubt, readOutcome } from './doubt.ts'
import { asToldTo, isRefusal, toProviderError } from './errors.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import { type Counterpart, notFound } from './refs.ts'
import { readMany, readOne } from './wire.ts'

export interface OffsetQuery {
  readonly perPage: number
  /** From 1. */
  readonly page: number
}

export interface ConversationsQuery extends OffsetQuery {
  readonly conversationType?: 'user' | 'group' | undefined
  readonly tags?: readonly string[] | undefined
  /** Both need a plan that allows them. */
  readonly unread?: boolean | undefined
  readonly searchKey?: string | undefined
}

/** The messages next to an id: `prepend` those before it, `append` those behind it. Without an id `prepend` gives the newest. */
export interface MessagesQuery {
  readonly affix: 'prepend' | 'append'
  readonly id?: string | undefined
  /** UNIX seconds, in place of an id. */
  readonly sentAt?: number | undefined
  readonly limit: number
}

/** CometChat's REST API v3 as this adapter uses it: one method per endpoint, answering what is in `data`. */
export class CometChatClient {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  get rateLimit(): RateLimit | null {
    return this.#http.rateLimit
  }

  conversations(as: Acting, query: ConversationsQuery): Promise<readonly Wire[]> {
    const { tags, ...others } = query
    return this.#many(as, '/conversations', { ...others, tags: tags?.join(','), withTags: true })
  }

  /** Deprecated, but the only one that takes CometChat's own conversation id. */
  async conversation(as: Acting, id: string): Promise<Wire> {
    return this.#one(as, `/conversations/${segment(id)}`)
  }

  async conversationWith(as: Acting, other: Counterpart): Promise<Wire> {
    return this.#one(as, pathTo(other))
  }

  /** Tags are the acting user's own; these take the place of all that were there. */
  async tagConversation(as: Acting, other: Counterpart, tags: readonly string[]): Promise<void> {
    await this.#write(as, { method: 'PUT', path: pathTo(other), body: { tags }, repeatable: true })
  }

  /** Deletes it for the acting user, in spite of its name. */
  async resetConversation(as: Acting, other: Counterpart): Promise<void> {
    await this.#write(as, { method: 'DELETE', path: pathTo(other), repeatable: false })
  }

  /** Deprecated. Takes CometChat's own conversation id. */
  async deleteConversation(as: Acting, id: string): Promise<void> {
    await this.#write(as, { method: 'DELETE', path: `/conversations/${segment(id)}`, repeatable: false })
  }

  /** Told by whoever has, or has read, everything up to that message; null: everything there is. */
  async mark(as: Acting, other: Counterpart, kind: ReceiptKind, messageId: string | null): Promise<void> {
    const body = messageId === null ? undefined : { messageId: Number(messageId) }
    await this.#write(as, { method: 'POST', path: `${pathTo(other)}/${kind}`, body, repeatable: true })
  }

  /** From that message on. Five times a minute and user. */
  async markUnread(as: Acting, other: Counterpart, messageId: string): Promise<void> {
    const body = { messageId: Number(messageId) }
    const quota = `unread ${as.uid}`
    await this.#write(as, { method: 'DELETE', path: `${pathTo(other)}/read`, body, quota, repeatable: true })
  }

  /** Pages of a user's messages are sized by `limit` and by `perPage`, depending on who asks. */
  async messagesWith(as: Acting, { type, id }: Counterpart, query: MessagesQuery): Promise<readonly Wire[]> {
    const sizes = type === 'user' ? { perPage: query.limit } : {}
    return this.#many(as, `/${type}s/${segment(id)}/messages`, { ...query, ...sizes })
  }

  /** The only answer with everybody's receipts. */
  async message(as: Reading, id: string): Promise<Wire> {
    return this.#one(as, `/messages/${segment(id)}`)
  }

  /** Answers the message. 30 times a minute and user. */
  async send(as: Acting, body: OutgoingMessage): Promise<Wire> {
    return this.#act(as, { method: 'POST', path: '/messages', body, quota: `send ${as.uid}`, repeatable: false })
  }

  /** Answers a message that tells of the edit and holds what was edited. */
  async editMessage(as: Acting, id: string, text: string): Promise<Wire> {
    const path = `/messages/${segment(id)}`
    return this.#act(as, { method: 'PUT', path, body: { data: { text } }, repeatable: true })
  }

  /** Answers a message that tells of the deletion and holds what was deleted. */
  async deleteMessage(as: Acting, id: string, permanently: boolean): Promise<Wire> {
    const body = permanently ? { permanent: true } : undefined
    return this.#act(as, { method: 'DELETE', path: `/messages/${segment(id)}`, body, repeatable: false })
  }

  /** One row for each conversation with unread messages. */
  unreadCounts(as: Acting): Promise<readonly Wire[]> {
    return this.#many(as, '/messages', { unread: 1, count: 1 })
  }

  /** With what the acting user is in it. */
  async group(as: Acting, guid: string): Promise<Wire> {
    return this.#one(as, `/groups/${segment(guid)}`)
  }

  async groupMembers(as: Acting, guid: string, query: OffsetQuery): Promise<readonly Wire[]> {
    return this.#many(as, `/groups/${segment(guid)}/members`, { ...query })
  }

  /** Answers `{participants: {uid: {success, data?, error?}}}`, each for itself. At most 25 at once. */
  async addMembers(as: Acting, guid: string, participants: readonly string[]): Promise<Wire> {
    const path = `/groups/${segment(guid)}/members`
    return this.#act(as, { method: 'POST', path, body: { participants }, repeatable: false })
  }

  async removeMember(as: Acting, guid: string, uid: string): Promise<void> {
    const path = `/groups/${segment(guid)}/members/${segment(uid)}`
    await this.#write(as, { method: 'DELETE', path, repeatable: false })
  }

  async user(as: Reading, uid: string): Promise<Wire> {
    return this.#one(as, `/users/${segment(uid)}`)
  }

  users(as: Reading, query: OffsetQuery & { readonly searchKey: string | undefined }): Promise<readonly Wire[]> {
    return this.#many(as, '/users', { ...query })
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #one(as: Reading, path: string): Promise<Wire> {
    return readOne(await this.#read(as, path, {}), `GET ${path}`)
  }

  async #many(as: Reading, path: string, query: Query): Promise<readonly Wire[]> {
    return readMany(await this.#read(as, path, query), `GET ${path}`)
  }

  async #act(as: Acting, request: WriteRequest): Promise<Wire> {
    const answer = await this.#write(as, request)
    return readOutcome(() => readOne(answer, whatOf(request)))
  }

  async #read(as: Reading, path: string, query: Query): Promise<unknown> {
    const answer = await toldTo(as.call, () => this.#http.read({ path, query, headers: headersFor(as) }, as.call))
    if (isRefusal(answer.body)) throw asToldTo(as.call, toProviderError(answer, `cometchat: GET ${path}`))
    return answer.body
  }

  async #write(as: Acting, request: WriteRequest): Promise<unknown> {
    const answer = await toldTo(as.call, () => this.#http.write({ ...request, headers: headersFor(as) }, as.call))
    if (!isRefusal(answer.body)) return answer.body
    const refused = asToldTo(as.call, toProviderError(answer, `cometchat: ${whatOf(request)}`))
    throw request.repeatable ? refused : inDoubt(refused)
  }
}

async function toldTo<Answer>(call: CallContext, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof ProviderError ? asToldTo(call, error) : error
  }
}

function whatOf({ method, path }: WriteRequest): string {
  return `${method} ${path}`
}

function headersFor({ uid }: Reading): Readonly<Record<string, string>> {
  return uid === null ? {} : { onBehalfOf: segment(uid) }
}

function pathTo({ type, id }: Counterpart): string {
  return `/${type}s/${segment(id)}/conversation`
}

/** Users may be read by nobody in particular. */
interface Reading {
  readonly uid: string | null
  readonly call: CallContext
}

/** An id as part of a path or header. What cannot be one is no id: it must not become another path. */
function segment(id: string): string {
  if (id === '' || id === '.' || id === '..') throw notFound(`thing called "${id}"`)
  return encodeURIComponent(id.toWellFormed())
}

import type { Http, Query } from '../kit/http.ts'
import type { Wire } from '../kit/wire.ts'
import type { CallContext, RateLimit } from '../port/index.ts'
import type { Acting } from './acting.ts'
import { isRefusal, toProviderError } from './errors.ts'
import { notFound } from './refs.ts'
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

  async userConversation(as: Acting, uid: string): Promise<Wire> {
    return this.#one(as, `/users/${segment(uid)}/conversation`)
  }

  async groupConversation(as: Acting, guid: string): Promise<Wire> {
    return this.#one(as, `/groups/${segment(guid)}/conversation`)
  }

  /** Pages of this endpoint are sized by `limit` and by `perPage`, depending on who asks. */
  async userMessages(as: Acting, uid: string, query: MessagesQuery): Promise<readonly Wire[]> {
    return this.#many(as, `/users/${segment(uid)}/messages`, { ...query, perPage: query.limit })
  }

  async groupMessages(as: Acting, guid: string, query: MessagesQuery): Promise<readonly Wire[]> {
    return this.#many(as, `/groups/${segment(guid)}/messages`, { ...query })
  }

  /** The only answer with everybody's receipts. */
  async message(as: Reading, id: string): Promise<Wire> {
    return this.#one(as, `/messages/${segment(id)}`)
  }

  /** One row for each conversation with unread messages. */
  unreadCounts(as: Acting): Promise<readonly Wire[]> {
    return this.#many(as, '/messages', { unread: 1, count: 1 })
  }

  async groupMembers(as: Acting, guid: string, query: OffsetQuery): Promise<readonly Wire[]> {
    return this.#many(as, `/groups/${segment(guid)}/members`, { ...query })
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

  async #read(as: Reading, path: string, query: Query): Promise<unknown> {
    const headers = as.uid === null ? {} : { onBehalfOf: segment(as.uid) }
    const { body, ...answer } = await this.#http.read({ path, query, headers }, as.call)
    if (isRefusal(body)) throw toProviderError({ ...answer, body }, `cometchat: GET ${path}`)
    return body
  }
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

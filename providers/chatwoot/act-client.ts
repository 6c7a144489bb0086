import type { Http, StreamBody, WriteRequest } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'
import { type CallContext, ProviderError } from '../port/index.ts'
import { credentialOf } from './credential.ts'

/** The body of a write: JSON, or a form where there are files. */
export type WriteBody = { readonly body: unknown } | { readonly stream: StreamBody }

/** Whom an assignment names. Chatwoot takes a number that nobody has for "nobody". */
export type Assignment =
  | { readonly team_id: number }
  | { readonly assignee_id: number; readonly assignee_type?: 'AgentBot' }

/** Who asks the client API: neither name is a token, and both are kept as if they were. */
export interface ClientSession {
  /** The identifier of an API inbox. */
  readonly inbox: string
  /** What the inbox calls the contact. */
  readonly source: string
  readonly conversation: number
}

/** Chatwoot's writing endpoints, one method each. */
export class ActClient {
  readonly #root: string
  readonly #http: Http

  constructor(http: Http, root: string) {
    this.#root = root
    this.#http = http
  }

  /** Nothing is deduplicated: the same again is another message. */
  createMessage(conversation: number, body: WriteBody, call: CallContext): Promise<Wire> {
    return this.#made(`/conversations/${conversation}/messages`, body, call)
  }

  /** Soft. */
  deleteMessage(conversation: number, message: number, call: CallContext): Promise<Wire> {
    return this.#object('DELETE', `/conversations/${conversation}/messages/${message}`, call)
  }

  /** Sends again, and clears `content_attributes`, whatever the message's status is. */
  retryMessage(conversation: number, message: number, call: CallContext): Promise<Wire> {
    return this.#made(`/conversations/${conversation}/messages/${message}/retry`, { body: {} }, call)
  }

  /** `{contact, contact_inbox}`; a taken address or identifier is a 422, two at once may be a 500. */
  async createContact(body: Readonly<Record<string, string>>, call: CallContext): Promise<Wire> {
    const answer = await this.#made('/contacts', { body }, call)
    return inTheOutcome(() => answer.object('payload').object('contact'))
  }

  createConversation(body: WriteBody, call: CallContext): Promise<Wire> {
    return this.#made('/conversations', body, call)
  }

  /** Answers the conversation; says that everything up to now was seen. */
  updateLastSeen(conversation: number, call: CallContext): Promise<Wire> {
    return this.#object('POST', `/conversations/${conversation}/update_last_seen`, call)
  }

  /** Answers the conversation; back to a second before the last incoming message. */
  markUnread(conversation: number, call: CallContext): Promise<Wire> {
    return this.#object('POST', `/conversations/${conversation}/unread`, call)
  }

  /** Without a status it would toggle; an unknown one is a 500. `snoozed_until` in seconds since 1970. */
  async setStatus(
    conversation: number,
    body: { readonly status: string; readonly snoozed_until?: number },
    call: CallContext,
  ): Promise<void> {
    await this.#repeatable('POST', `/conversations/${conversation}/toggle_status`, body, call)
  }

  async assign(conversation: number, body: Assignment, call: CallContext): Promise<void> {
    await this.#repeatable('POST', `/conversations/${conversation}/assignments`, body, call)
  }

  /** An empty word clears it; an unknown one is a 500. */
  async setPriority(conversation: number, priority: string, call: CallContext): Promise<void> {
    await this.#repeatable('POST', `/conversations/${conversation}/toggle_priority`, { priority }, call)
  }

  /** The whole set. */
  async setLabels(conversation: number, labels: readonly string[], call: CallContext): Promise<void> {
    await this.#repeatable('POST', `/conversations/${conversation}/labels`, { labels }, call)
  }

  /** The whole object. */
  async setCustomAttributes(
    conversation: number,
    attributes: Readonly<Record<string, unknown>>,
    call: CallContext,
  ): Promise<void> {
    const body = { custom_attributes: attributes }
    await this.#repeatable('POST', `/conversations/${conversation}/custom_attributes`, body, call)
  }

  /** The answer also names those who cannot see the inbox, and who are not stored. */
  async addWatchers(conversation: number, users: readonly number[], call: CallContext): Promise<void> {
    await this.#repeatable('POST', `/conversations/${conversation}/participants`, { user_ids: users }, call)
  }

  async removeWatchers(conversation: number, users: readonly number[], call: CallContext): Promise<void> {
    await this.#repeatable('DELETE', `/conversations/${conversation}/participants`, { user_ids: users }, call)
  }

  /** Administrators only; no event tells of it. */
  async deleteConversation(conversation: number, call: CallContext): Promise<void> {
    await this.#repeatable('DELETE', `/conversations/${conversation}`, undefined, call)
  }

  async setTyping(conversation: number, typing: boolean, call: CallContext): Promise<void> {
    const body = { typing_status: typing ? 'on' : 'off', is_private: false }
    await this.#repeatable('POST', `/conversations/${conversation}/toggle_typing_status`, body, call)
  }

  /** The contact has seen everything up to now. */
  async updateLastSeenAsContact(session: ClientSession, call: CallContext): Promise<void> {
    await this.#asContact(session, 'update_last_seen', {}, call)
  }

  async setTypingAsContact(session: ClientSession, typing: boolean, call: CallContext): Promise<void> {
    await this.#asContact(session, 'toggle_typing', { typing_status: typing ? 'on' : 'off' }, call)
  }

  /** Resolves, whatever it was; there is no way back. */
  async resolveAsContact(session: ClientSession, call: CallContext): Promise<void> {
    await this.#asContact(session, 'toggle_status', {}, call)
  }

  /** Something new: to do it twice would make two. */
  async #made(path: string, body: WriteBody, call: CallContext): Promise<Wire> {
    const answer = await this.#write({ method: 'POST', path, ...body, repeatable: false }, call)
    return inTheOutcome(() => Wire.object(answer, path))
  }

  async #object(method: 'POST' | 'DELETE', path: string, call: CallContext): Promise<Wire> {
    const answer = await this.#repeatable(method, path, undefined, call)
    return inTheOutcome(() => Wire.object(answer, path))
  }

  #repeatable(method: 'POST' | 'DELETE', path: string, body: unknown, call: CallContext): Promise<unknown> {
    return this.#write({ method, path, body, repeatable: true }, call)
  }

  async #write(request: WriteRequest, call: CallContext): Promise<unknown> {
    const path = this.#root + request.path
    return (await this.#http.write({ ...request, path, headers: credentialOf(call) }, call)).body
  }

  async #asContact(
    { inbox, source, conversation }: ClientSession,
    what: string,
    body: unknown,
    call: CallContext,
  ): Promise<void> {
    const [inboxPart, sourcePart] = [encodeURIComponent(inbox), encodeURIComponent(source)]
    const path = `/public/api/v1/inboxes/${inboxPart}/contacts/${sourcePart}/conversations/${conversation}/${what}`
    await this.#http.write({ method: 'POST', path, body, repeatable: true }, call)
  }
}

/** What goes wrong after something was done leaves it open what has become of it. */
export async function inTheOutcome<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code === 'OUTCOME_UNKNOWN') throw error
    throw new ProviderError('OUTCOME_UNKNOWN', error.message, { cause: error })
  }
}

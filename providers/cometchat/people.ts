import { answerEach } from '../kit/answer-each.ts'
import { AnswerCache } from '../kit/cache.ts'
import {
  type CallContext,
  type Page,
  type PageRequest,
  type Person,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { type Acting, actingUid } from './acting.ts'
import type { CometChatClient } from './client.ts'
import type { CometChatSettings } from './config.ts'
import { readOffsetPage } from './offset-pages.ts'
import { RecentPeople } from './recent-people.ts'
import { unsupported } from './refusals.ts'
import { toPerson, toPersonByUid } from './to-person.ts'

const FRESH_MS = 60_000
const STALE_MS = 600_000

/** The users of one app. */
export class People {
  readonly #account: string
  readonly #settings: CometChatSettings
  readonly #client: CometChatClient
  readonly #selves = new AnswerCache<Person>(FRESH_MS, STALE_MS)
  readonly #recent = new RecentPeople()

  constructor(account: string, settings: CometChatSettings, client: CometChatClient) {
    this.#account = account
    this.#settings = settings
    this.#client = client
  }

  get(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return answerEach(refs, (ref) => this.#readFor(ref.native, call))
  }

  async search(search: string | null, page: PageRequest, call: CallContext): Promise<Page<Person>> {
    if (call.actor.kind === 'end-user') throw unsupported('PEOPLE_SEARCH', 'an end user knows whom they talk with')
    const reading = this.#reading(call)
    return readOffsetPage(
      page,
      (query) => this.#client.users(reading, { ...query, searchKey: search ?? undefined }),
      (user) => toPerson(this.#account, user),
    )
  }

  /** The acting user, by one cached call. */
  self({ uid, call }: Acting): Promise<Person> {
    return this.#selves.get(uid, call, () => this.#read(uid, call))
  }

  /** The same for decorating an answer, which must not fail for it. */
  selfOrUid(as: Acting): Promise<Person> {
    return this.self(as).catch((error: unknown) => {
      if (error instanceof ProviderError) return toPersonByUid(this.#account, as.uid)
      throw error
    })
  }

  /** What a list has just told the acting user of somebody. */
  remember({ uid }: Acting, person: Person): void {
    this.#recent.remember(uid, person)
  }

  async recent(as: Acting, uid: string): Promise<Person> {
    return this.#recent.get(as.uid, uid) ?? this.#readFor(uid, as.call)
  }

  /** An end user may know themselves and those with whom they have a conversation of two. */
  #readFor(uid: string, call: CallContext): Promise<Person> {
    const asker = this.#reading(call).uid
    const isOfOthers = call.actor.kind === 'end-user' && asker !== null && asker !== uid
    return isOfOthers ? this.#readPeer({ uid: asker, call }, uid) : this.#read(uid, call)
  }

  async #read(uid: string, call: CallContext): Promise<Person> {
    return toPerson(this.#account, await this.#client.user(this.#reading(call), uid))
  }

  async #readPeer(as: Acting, uid: string): Promise<Person> {
    const conversation = await this.#client.conversationWith(as, { type: 'user', id: uid })
    return toPerson(this.#account, conversation.object('conversationWith'))
  }

  #reading(call: CallContext): { readonly uid: string | null; readonly call: CallContext } {
    return { uid: actingUid(call.actor, this.#settings.actAs), call }
  }
}

import { absent } from '../kit/absent.ts'
import { answerEach, orError } from '../kit/answer-each.ts'
import { fixedWidth } from '../kit/sort-key.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Page,
  type PageRequest,
  type Person,
  type PersonQuery,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { contactOf } from './acting.ts'
import type { ChatwootClient } from './client.ts'
import type { Directory } from './directory.ts'
import { notFound, readPersonRef } from './refs.ts'
import { toContact } from './to-model.ts'

/** Fixed by Chatwoot, for the list and the search. */
const PAGE_SIZE = 15

/** Contacts, agents and bots. */
export class People {
  readonly #account: string
  readonly #client: ChatwootClient
  readonly #directory: Directory

  constructor(account: string, client: ChatwootClient, directory: Directory) {
    this.#account = account
    this.#client = client
    this.#directory = directory
  }

  getMany(refs: readonly PersonRef[], call: CallContext): Promise<readonly (Person | ProviderError)[]> {
    return answerEach(refs, (ref) => this.#get(ref, call))
  }

  /** By name, 15 at a time. The search looks into names, e-mail addresses, phone numbers and identifiers. */
  async search(search: string | null, { after }: PageRequest, call: CallContext): Promise<Page<Person>> {
    if (contactOf(call.actor) !== null) {
      throw new ProviderError('UNSUPPORTED', 'a contact may not search people', { capability: 'PEOPLE_SEARCH' })
    }
    const from = after === null ? FIRST : readPlace(after)
    const text = search?.trim() || null
    const answer =
      text === null
        ? await this.#client.listContacts({ page: from.page, sort: 'name' }, call)
        : await this.#client.searchContacts(text, from.page, call)
    const contacts = answer.list('payload')
    const isFull = contacts.length >= PAGE_SIZE
    const hasMore = answer.optionalObject('meta')?.optionalBoolean('has_more') ?? isFull
    const rows = contacts.map((contact, index) => {
      const place =
        index === contacts.length - 1 ? { page: from.page + 1, index: 0 } : { page: from.page, index: index + 1 }
      return {
        item: toContact(this.#account, contact),
        sortKey: sortKeyOf(from.page, index),
        cursor: writePlace(place),
      }
    })
    return { rows: rows.slice(from.index), hasMore, complete: true, frontier: null }
  }

  /** The contact with exactly this address or identifier; null if there is none. The search also finds what only contains it. */
  async findContact(query: Exclude<PersonQuery, PersonRef>, call: CallContext): Promise<number | null> {
    const wanted = wantedOf(query)
    if (wanted.text === '') return null
    for (let page = 1; ; page += 1) {
      const answer = await this.#client.searchContacts(wanted.text, page, call)
      const found = answer.list('payload').find((contact) => wanted.isThis(contact))
      if (found !== undefined) return found.integer('id')
      if (answer.object('meta').optionalBoolean('has_more') !== true) return null
    }
  }

  async #get(ref: PersonRef, call: CallContext): Promise<Person> {
    const named = readPersonRef(ref)
    const viewer = contactOf(call.actor)
    // A contact may look up nobody but themselves.
    if (viewer !== null && viewer.ref.native !== ref.native) throw absent()
    if (named === null) throw notFound(ref.native)
    if (named.type === 'contact') return toContact(this.#account, await this.#client.getContact(named.id, call))
    const found = named.type === 'user' ? await this.#agent(ref, call) : findIn(await this.#directory.bots(call), ref)
    if (found === null) throw notFound(ref.native)
    return found
  }

  /** The token's owner is known more fully from their own profile. */
  async #agent(ref: PersonRef, call: CallContext): Promise<Person | null> {
    const owner = await orError(() => this.#directory.tokenOwner(call))
    if (!(owner instanceof ProviderError) && owner.ref.native === ref.native) return owner
    return findIn(await this.#directory.agents(call), ref)
  }
}

function findIn(people: readonly Person[], ref: PersonRef): Person | null {
  return people.find((person) => person.ref.native === ref.native) ?? null
}

interface Wanted {
  readonly text: string
  isThis(contact: Wire): boolean
}

/** Chatwoot keeps e-mail addresses in lower case. */
function wantedOf(query: Exclude<PersonQuery, PersonRef>): Wanted {
  if (query.kind === 'email') {
    const text = query.email.trim().toLowerCase()
    return { text, isThis: (contact) => contact.optionalText('email')?.toLowerCase() === text }
  }
  const [key, text] =
    query.kind === 'phone' ? ['phone_number', query.phone.trim()] : ['identifier', query.externalId.trim()]
  return { text, isThis: (contact) => contact.optionalText(key) === text }
}

/** Where to go on: at the `index`th of a page. */
interface Place {
  readonly page: number
  readonly index: number
}

const FIRST: Place = { page: 1, index: 0 }

function writePlace({ page, index }: Place): string {
  return `${page}.${index}`
}

function readPlace(cursor: string): Place {
  const [, page, index] = /^([1-9]\d{0,8})\.(\d{1,3})$/.exec(cursor) ?? []
  if (page === undefined || index === undefined) throw new ProviderError('INVALID', 'this is no cursor of people')
  return { page: Number(page), index: Number(index) }
}

function sortKeyOf(page: number, index: number): string {
  return `${fixedWidth(BigInt(page), 9)}.${fixedWidth(BigInt(index), 3)}`
}

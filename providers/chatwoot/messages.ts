import { absent } from '../kit/absent.ts'
import { answerEach } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationRef,
  type Message,
  type MessageRef,
  type MessageWalk,
  type Page,
  ProviderError,
} from '../port/index.ts'
import { type Contact, contactOf } from './acting.ts'
import type { ChatwootClient } from './client.ts'
import type { Directory } from './directory.ts'
import { toContactsMessage } from './for-contact.ts'
import { type ReceiptRules, receiptRulesOf } from './receipt-rules.ts'
import { isNumericId, notFound, numericIdOf, personRef } from './refs.ts'
import { isInternal, type MessageScope, toMessage } from './to-model.ts'

/** How many messages one answer has at most: fixed by Chatwoot, by direction. */
const PAGE_SIZE = { older: 20, newer: 100 } as const
const MAX_PAGES = 5

/** The messages of conversations. */
export class Messages {
  readonly #client: ChatwootClient
  readonly #directory: Directory

  constructor(client: ChatwootClient, directory: Directory) {
    this.#client = client
    this.#directory = directory
  }

  /** Page by page until there are as many as wished for. */
  async list(conversation: ConversationRef, walk: MessageWalk, call: CallContext): Promise<Page<Message>> {
    const messages: Message[] = []
    let start = startOf(walk)
    for (let page = 1; ; page += 1) {
      const answer = await this.#read(conversation, queryOf(start, walk.direction), call)
      messages.push(...inOrderOf(walk, answer.messages))
      const hasMore = answer.size >= PAGE_SIZE[walk.direction]
      const last = messages.at(-1)
      const isEnough = messages.length >= walk.limit || page === MAX_PAGES || call.budget.remaining === 0
      if (!hasMore || isEnough || last === undefined) return { ...toPage(messages), hasMore }
      start = Number(last.ref.native)
    }
  }

  /** Chatwoot cannot show one message: a list of the ids from this one up to the next has just it. */
  getMany(refs: readonly MessageRef[], call: CallContext): Promise<readonly (Message | ProviderError)[]> {
    return answerEach(refs, async (ref) => {
      const id = numericIdOf(ref)
      const { messages } = await this.#read(ref.conversation, { after: id, before: id + 1 }, call)
      const message = messages.find((found) => found.ref.native === ref.native)
      if (message === undefined) throw notFound(ref.native)
      return message
    })
  }

  /** The newest messages, newest first. */
  async newest(conversation: ConversationRef, call: CallContext): Promise<readonly Message[]> {
    return (await this.#read(conversation, {}, call)).messages.toReversed()
  }

  /** What a message that is the answer to an act does not say of itself. */
  async scopeOf(conversation: ConversationRef, message: Wire, call: CallContext): Promise<MessageScope> {
    return { conversation, contact: null, rules: await this.#rulesOf([message], call) }
  }

  async #read(conversation: ConversationRef, query: MessagesQuery, call: CallContext): Promise<MessagesAnswer> {
    const contact = contactOf(call.actor)
    const filter = contact === null ? {} : { filter_internal_messages: true }
    const answer = await this.#client.listMessages(numericIdOf(conversation), { ...query, ...filter }, call)
    const whose = answer.optionalObject('meta')?.optionalObject('contact')?.text('id') ?? null
    if (contact !== null && whose !== String(contact.id)) throw absent()
    const all = answer.list('payload')
    const rows = contact === null ? all : all.filter((message) => !isInternal(message))
    const scope = {
      conversation,
      contact: whose === null ? null : personRef(conversation.account, 'contact', whose),
      rules: await this.#rulesOf(rows, call),
    }
    const messages = rows.map((message) => toMessage(message, scope)).map(seenBy(contact))
    return { messages: messages.toSorted(bySortKey), size: all.length }
  }

  /** A message names its inbox, which is looked up only where its channel decides what a word means. */
  async #rulesOf(messages: readonly Wire[], call: CallContext): Promise<ReceiptRules> {
    const doubtful = messages.find((message) => message.optionalText('status') === 'delivered')
    if (doubtful === undefined) return receiptRulesOf(null)
    const inbox = doubtful.optionalText('inbox_id') ?? ''
    try {
      return receiptRulesOf((await this.#directory.channels(call)).get(inbox)?.providerType ?? null)
    } catch (error) {
      if (error instanceof ProviderError) return receiptRulesOf(null)
      throw error
    }
  }
}

interface MessagesAnswer {
  /** Oldest first. */
  readonly messages: readonly Message[]
  /** How many came, before what the actor may not see was taken out. */
  readonly size: number
}

/** `before`: ids below it. `after`: ids above it. Both: from `after` itself up to below `before`. */
interface MessagesQuery {
  readonly before?: number
  readonly after?: number
}

function seenBy(contact: Contact | null): (message: Message) => Message {
  return (message) => (contact === null ? message : toContactsMessage(message, contact.ref))
}

/** The id behind which the walk begins; null: at its end of the conversation. */
function startOf({ from, direction }: MessageWalk): number | null {
  if (from === null) return null
  if (typeof from !== 'string') return direction === 'older' ? numericIdOf(from) : numericIdOf(from) - 1
  if (isNumericId(from)) return Number(from)
  throw new ProviderError('INVALID', 'this is no cursor of these messages')
}

function queryOf(start: number | null, direction: MessageWalk['direction']): MessagesQuery {
  if (direction === 'newer') return { after: start ?? 0 }
  return start === null ? {} : { before: start }
}

function inOrderOf({ direction }: MessageWalk, messages: readonly Message[]): readonly Message[] {
  return direction === 'newer' ? messages : messages.toReversed()
}

function bySortKey(a: Message, b: Message): number {
  return a.sortKey < b.sortKey ? -1 : 1
}

function toPage(messages: readonly Message[]): Omit<Page<Message>, 'hasMore'> {
  const rows = messages.map((item) => ({ item, sortKey: item.sortKey, cursor: item.ref.native }))
  return { rows, complete: true, frontier: null }
}

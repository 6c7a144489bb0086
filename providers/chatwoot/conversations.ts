import { absent } from '../kit/absent.ts'
import { answerEach, mapBounded, orError } from '../kit/answer-each.ts'
import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type Conversation,
  type ConversationForViewer,
  type ConversationRef,
  type Horizon,
  type Participant,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import { type Contact, contactOf } from './acting.ts'
import type { ChatwootClient } from './client.ts'
import type { Directory } from './directory.ts'
import { isOwn, toContactsParticipants, toContactsView } from './for-contact.ts'
import { displayIdIn } from './list-plan.ts'
import type { Messages } from './messages.ts'
import { receiptRulesOf } from './receipt-rules.ts'
import { conversationRef, isNumericId, notFound, numericIdOf, readPersonRef } from './refs.ts'
import {
  type ConversationScope,
  messageHorizons,
  toAgent,
  toConversation,
  toParticipant,
  toUnreadCount,
} from './to-model.ts'

/** As many as one page of the filter has. */
const BATCH_SIZE = 25

export interface ConversationsParts {
  readonly account: string
  readonly appUrl: string
  readonly client: ChatwootClient
  readonly directory: Directory
  readonly messages: Messages
}

/** Conversations by name, and what belongs to one. */
export class Conversations {
  readonly #parts: ConversationsParts

  constructor(parts: ConversationsParts) {
    this.#parts = parts
  }

  /** One by show, more in batches by filter: there a missing one is just not in the answer, whether gone or not allowed. */
  async getMany(
    refs: readonly ConversationRef[],
    call: CallContext,
  ): Promise<readonly (ConversationForViewer | ProviderError)[]> {
    const ids = [...new Set(refs.map(({ native }) => native).filter(isNumericId))].map(Number)
    const [only] = ids
    const found =
      ids.length === 1 && only !== undefined ? await this.#showOnly(only, call) : await this.#filterAll(ids, call)
    return refs.map(({ native }) => found.get(native) ?? notFound(native))
  }

  async find(externalId: string, call: CallContext): Promise<ConversationForViewer | null> {
    if (!isNumericId(externalId)) return null
    const found = await orError(() => this.#show(Number(externalId), call))
    if (!(found instanceof ProviderError)) return found
    if (found.code === 'NOT_FOUND' || found.code === 'FORBIDDEN') return null
    throw found
  }

  /** Rows of a list as the actor sees them. */
  async forViewer(rows: readonly Wire[], call: CallContext): Promise<readonly ConversationForViewer[]> {
    const contact = contactOf(call.actor)
    if (contact !== null) {
      return mapBounded(rows, (row) => this.#forContact(row, contact, call))
    }
    const scope = this.#scope(call)
    const seen = rows.map((row) => ({ conversation: toConversation(row, scope), unread: toUnreadCount(row) }))
    const isAnyonesHorizonThere = seen.some(({ conversation }) => conversation.horizons.some(isAgents))
    const self = isAnyonesHorizonThere ? await this.#self(call) : null
    return seen.map(({ conversation, unread }) => ({
      conversation,
      viewer: { unread, readHorizon: horizonOf(conversation, self), labels: null },
    }))
  }

  /** The contact and the assignee, whom the conversation carries, and the agents who follow it. */
  async participants({ ref, featuredParticipants }: Conversation, call: CallContext): Promise<readonly Participant[]> {
    const contact = contactOf(call.actor)
    if (contact !== null) return toContactsParticipants(featuredParticipants, contact)
    const watchers = await this.#parts.client.listWatchers(numericIdOf(ref), call)
    const known = new Set(featuredParticipants.map(({ person }) => person.ref.native))
    const others = watchers.map((watcher) => toParticipant(toAgent(this.#parts.account, watcher)))
    return [...featuredParticipants, ...others.filter(({ person }) => !known.has(person.ref.native))]
  }

  /** Where the newest messages tell how far the contact has got, from there; else freshly from the conversation. */
  async horizons(conversation: Conversation, call: CallContext): Promise<readonly Horizon[]> {
    const rules = receiptRulesOf(conversation.channel?.providerType ?? null)
    const contact = conversation.featuredParticipants.find(({ person }) => person.kind === 'contact')?.person.ref
    if (rules.horizon === 'messages' && contact !== undefined) {
      const messages = await this.#parts.messages.newest(conversation.ref, call)
      return [...conversation.horizons, ...messageHorizons(messages, contact)]
    }
    return (await this.#show(numericIdOf(conversation.ref), call)).conversation.horizons
  }

  async #show(id: number, call: CallContext): Promise<ConversationForViewer> {
    const wire = await this.#parts.client.getConversation(id, call)
    const [view] = await this.forViewer([wire], call)
    if (view === undefined) throw notFound(String(id))
    return view
  }

  async #showOnly(id: number, call: CallContext): Promise<Found> {
    return new Map([[String(id), await orError(() => this.#show(id, call))]])
  }

  async #filterAll(ids: readonly number[], call: CallContext): Promise<Found> {
    const batches = batchesOf(ids)
    const answers = await answerEach(batches, (batch) => this.#filter(batch, call))
    const found = new Map<string, ConversationForViewer | ProviderError>()
    for (const [index, batch] of batches.entries()) {
      const answer = answers[index] ?? []
      if (answer instanceof ProviderError) for (const id of batch) found.set(String(id), answer)
      else for (const view of answer) found.set(view.conversation.ref.native, view)
    }
    return found
  }

  async #filter(ids: readonly number[], call: CallContext): Promise<readonly ConversationForViewer[]> {
    const { rows } = await this.#parts.client.filterConversations(displayIdIn(ids), 1, call)
    const contact = contactOf(call.actor)
    return this.forViewer(contact === null ? rows : rows.filter((row) => isOwn(row, contact)), call)
  }

  async #forContact(row: Wire, contact: Contact, call: CallContext): Promise<ConversationForViewer> {
    if (!isOwn(row, contact)) throw absent()
    const ref = conversationRef(this.#parts.account, row.text('id'))
    const readNewestPublic = async () => (await this.#parts.messages.newest(ref, call))[0] ?? null
    const eyes = { contact: contact.ref, readNewestPublic, call }
    const conversation = await toContactsView(row, this.#scope(call), eyes)
    return { conversation, viewer: { unread: null, readHorizon: horizonOf(conversation, contact.ref), labels: null } }
  }

  /** Null also where it cannot be found out: then it is only not said which position is the viewer's. */
  async #self(call: CallContext): Promise<PersonRef | null> {
    const self = await orError(() => this.#parts.directory.agentRef(call))
    return self instanceof ProviderError ? null : self
  }

  #scope(call: CallContext): ConversationScope {
    const { account, appUrl, directory } = this.#parts
    return { account, appUrl, channels: directory.knownChannels(call) }
  }
}

type Found = ReadonlyMap<string, ConversationForViewer | ProviderError>

function batchesOf(ids: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / BATCH_SIZE)
  return Array.from({ length: count }, (_, index) => ids.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE))
}

function isAgents({ holder }: Horizon): boolean {
  return typeof holder !== 'string' && readPersonRef(holder)?.type === 'user'
}

function horizonOf({ horizons }: Conversation, person: PersonRef | null): Horizon | null {
  const isTheirs = ({ holder }: Horizon) => typeof holder !== 'string' && holder.native === person?.native
  return horizons.find(isTheirs) ?? null
}

import {
  type Capability,
  type Conversation,
  type ConversationForViewer,
  type ConversationRef,
  ProviderError,
  type Support,
} from '../providers/port/index.ts'
import { answerOf, type Question } from './ask.ts'
import type { CapabilitySupport } from './capability.ts'
import type { Source } from './context.ts'
import { notSupported, Refusal } from './problems.ts'

/** Where something is to be done: in a conversation, or in an account where one is only to begin. */
export class Place {
  readonly source: Source
  readonly conversation: ConversationRef | null
  #reading: Promise<ConversationForViewer> | null = null

  constructor(source: Source, conversation: ConversationRef | null) {
    this.source = source
    this.conversation = conversation
  }

  /** What its account says, or does, which tells how it is doing. Throws `ProviderError`. */
  async ask<T>(question: Question<T>): Promise<T> {
    const answer = await answerOf(this.source, question)
    if ('error' in answer) throw answer.error
    return answer.value
  }

  /**
   * The row that decides here: the account's, and where that one says PARTIAL the conversation's, for which it is read once.
   * Throws `ProviderError`.
   */
  async supportOf(capability: Capability): Promise<CapabilitySupport> {
    const general = this.#rowOf(capability, null)
    const found = general.support.level === 'partial' ? await this.read() : null
    return found === null ? general : this.#rowOf(capability, found.conversation)
  }

  /** The same row, which must allow it: throws `Refusal` where it says UNSUPPORTED. */
  async demand(capability: Capability): Promise<Support> {
    const row = await this.supportOf(capability)
    if (row.support.level === 'unsupported')
      throw new Refusal('UNSUPPORTED', notSupported(this.source.account.key, row))
    return row.support
  }

  /** The row for a refusal that has happened: the account's where the conversation cannot be read. */
  async refusalRow(capability: Capability): Promise<CapabilitySupport> {
    try {
      return await this.supportOf(capability)
    } catch (error) {
      if (error instanceof ProviderError) return this.#rowOf(capability, null)
      throw error
    }
  }

  /** Whether there is a conversation of which the viewer may not know. */
  async isHidden(): Promise<boolean> {
    try {
      await this.read()
      return false
    } catch (error) {
      if (error instanceof ProviderError) return error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN'
      throw error
    }
  }

  /** The conversation as it was before anything was done. Throws `ProviderError`. */
  async read(): Promise<ConversationForViewer | null> {
    const { conversation } = this
    if (conversation === null) return null
    this.#reading ??= this.ask(async (provider, call) => {
      const [found] = await provider.getConversations([conversation], call)
      if (found instanceof ProviderError) throw found
      if (found === undefined) throw new Error(`no answer about the conversation ${conversation.native}`)
      return found
    })
    return this.#reading
  }

  #rowOf(capability: Capability, conversation: Conversation | null): CapabilitySupport {
    const { account, actor } = this.source
    return { capability, support: account.provider.capabilities(actor, conversation)[capability] }
  }
}

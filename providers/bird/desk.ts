import type { Wire } from '../kit/wire.ts'
import type { CallContext, Channel, ConversationForViewer, ConversationRef } from '../port/index.ts'
import type { BirdClient } from './client.ts'
import type { Reading } from './reading.ts'

/** What acts are done with. */
export interface Desk {
  readonly account: string
  readonly client: BirdClient
  /** Of the API. */
  readonly baseUrl: string
  /** As whom the account speaks; null: as a flow of the conversation's channel. */
  readonly accessKeyId: string | null
  reading(call: CallContext): Reading
  /** Translates a conversation and keeps in mind what is worth it. */
  toConversation(wire: Wire, call: CallContext): ConversationForViewer
  /** The channel's id, where the conversation was seen before. */
  knownChannelOf(conversation: ConversationRef): string | null
  /** Null: not to be had. */
  listChannels(call: CallContext): Promise<readonly Channel[] | null>
}

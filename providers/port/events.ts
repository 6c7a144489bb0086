import type { ProviderError } from './errors.ts'
import type { Delivery, Horizon, JsonObject, Message, Participant } from './model.ts'
import type { CallContext } from './provider.ts'
import type { ConversationRef, Holder, MessageRef, PersonRef } from './refs.ts'
import type { Audience, ConversationStatus, Priority, ReceiptModel } from './words.ts'

/**
 * What happened at a provider. Events are facts free of any viewer: no unread counts, no viewer's labels. Whether a fact is
 * news is not the adapter's to say: the same happening may arrive twice, late, in any order and by several inlets, and what
 * the gateway keeps decides.
 */

/** The fields of a conversation that an answer carried; a missing key says nothing. */
export interface ConversationFacts {
  readonly status?: ConversationStatus | null
  readonly snoozedUntil?: Date | null
  readonly labels?: readonly string[]
  readonly assignee?: PersonRef | null
  /** The team's external id. */
  readonly team?: string | null
  readonly priority?: Priority | null
  readonly title?: string | null
  readonly customAttributes?: JsonObject | null
}

interface EventBase {
  readonly conversation: ConversationRef
  /** When it happened, as the provider says; null where it does not. */
  readonly occurredAt: Date | null
  /** `internal` events never reach an end user. */
  readonly audience: Audience
}

/**
 * `isNew` true: this is what the provider tells of, however late it arrives. False: it was read, or came along with something
 * else, and may be old or known: where it is the first that is heard of a conversation, it only says where things stand.
 */
export type DomainEvent = EventBase &
  (
    | { readonly type: 'conversation-created'; readonly facts: ConversationFacts }
    /**
     * `occurredAt` orders observations: an older one never undoes a newer one. `receiptModel`, where the answer told it, lets
     * the gateway leave out of the messages what a horizon says anyway.
     */
    | {
        readonly type: 'conversation-observed'
        readonly facts: ConversationFacts
        readonly receiptModel?: ReceiptModel
      }
    | { readonly type: 'conversation-removed' }
    | { readonly type: 'participant-changed'; readonly participant: Participant }
    /** `isNew`: it was just said. */
    | { readonly type: 'message-saved'; readonly message: Message; readonly isNew: boolean }
    | { readonly type: 'message-deleted'; readonly message: MessageRef; readonly isNew: boolean }
    /** Of one message. `person`: for whom, where the provider says. */
    | {
        readonly type: 'delivery-reported'
        readonly message: MessageRef
        readonly delivery: Delivery
        readonly person: PersonRef | null
        readonly isNew: boolean
      }
    /** `movedBack` true only from a fresh read or our own mark-unread, never from a webhook's body. */
    | {
        readonly type: 'horizon-moved'
        readonly horizon: Horizon
        readonly movedBack: boolean
        readonly isNew: boolean
      }
    /** Not durable. */
    | { readonly type: 'typing-changed'; readonly holder: Holder; readonly typing: boolean }
  )

/**
 * Something moved, but the provider did not say what (`reread`: Chatwoot's `message_updated`) or where (`locate`: Bird's
 * interactions). Kept with the delivery, coalesced per conversation, and looked into after the sender was answered.
 */
export type Nudge =
  | { readonly type: 'reread'; readonly conversation: ConversationRef; readonly around: readonly MessageRef[] }
  /** `payload` is readable by its own adapter only: give it to `locate`. */
  | { readonly type: 'locate'; readonly payload: string }

/** A webhook as it arrived. Header names are in lower case; a header that came twice is joined with ", ". */
export interface WebhookDelivery {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Date
}

export interface Received {
  /** The sender's id of this delivery, equal when it is sent again; null where it gives none. */
  readonly deliveryId: string | null
  readonly events: readonly DomainEvent[]
  readonly nudges: readonly Nudge[]
}

/** How events come in from one account. */
export interface EventInlet {
  /**
   * Verifies and translates raw bytes in one synchronous call without I/O, so that unverified data has no type. Throws
   * `UNAUTHENTICATED` before anything is parsed, `MALFORMED` for a verified body that makes no sense. Events that are ignored
   * on purpose give an empty answer.
   */
  receive(delivery: WebhookDelivery): Received
  /** Finds out what a `locate` nudge is about. Throws `NOT_FOUND` where that can never be known. */
  locate(payload: string, call: CallContext): Promise<readonly DomainEvent[]>
  /**
   * A second inlet where there is a socket worth reading: opens it, tells the sink, opens it again when it breaks, and settles
   * when `signal` aborts. `onGap` is told whenever something may have been missed. Null: there is none.
   */
  connect(listener: SocketListener, signal: AbortSignal): Promise<void> | null
}

export interface SocketListener {
  receive(received: Received): Promise<void>
  onGap(error: ProviderError | null): void
}

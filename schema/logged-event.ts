import type {
  Audience,
  ConversationFacts,
  ConversationRef,
  DeliveryState,
  Horizon,
  Message,
  MessageRef,
  Participant,
  PersonRef,
} from '../providers/port/index.ts'

/** How a fact reached the gateway. */
export type EventOrigin = 'webhook' | 'socket' | 'reconcile' | 'mutation'

/** The fields of a conversation whose change is told; the SDL's `ConversationField`. */
export type ConversationField = keyof ConversationFacts

/** What is in the log: only what was news, and always the state that came out of it. */
export type LoggedEvent = LoggedEventBase &
  (
    | { readonly type: 'conversation-added'; readonly facts: ConversationFacts }
    | {
        readonly type: 'conversation-changed'
        readonly changed: readonly ConversationField[]
        readonly facts: ConversationFacts
      }
    | { readonly type: 'conversation-removed' }
    | { readonly type: 'participant-changed'; readonly participant: Participant }
    | { readonly type: 'message-added'; readonly message: Message }
    | { readonly type: 'message-updated'; readonly message: Message }
    | { readonly type: 'message-deleted'; readonly message: MessageRef }
    | {
        readonly type: 'delivery-changed'
        readonly message: MessageRef
        readonly person: PersonRef | null
        readonly previous: DeliveryState
        readonly current: DeliveryState
      }
    | { readonly type: 'horizon-moved'; readonly horizon: Horizon; readonly movedBack: boolean }
    /**
     * More was missed in the conversation than can be read afterwards. `isOfAccount`: nor can all those conversations be looked
     * into that moved before this one did.
     */
    | { readonly type: 'events-lost'; readonly isOfAccount: boolean }
  )

export interface LoggedEventBase {
  /** Equal however the same happening arrived; unique in the log of its account. */
  readonly id: string
  readonly origin: EventOrigin
  readonly conversation: ConversationRef
  /** When it happened, as the provider says. */
  readonly occurredAt: Date | null
  /** When the gateway took it in. */
  readonly recordedAt: Date
  /** `internal` never reaches an end user. */
  readonly audience: Audience
}

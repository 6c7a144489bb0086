import type { ContactAddress, Details, JsonObject, Participant } from '../port/index.ts'

/** What only Bird says of a conversation. Words are Bird's own and open: new ones may come. */
export interface BirdConversation extends Details {
  readonly shape: 'bird-conversation'
  readonly visibility: string | null
  readonly accessibility: string | null
  readonly style: string | null
  readonly platformStyle: string | null
  readonly category: string | null
  readonly description: string | null
  readonly directory: string | null
  readonly summary: string | null
  /** No call sets it and no page says whose it is: no ground for unread counts. */
  readonly read: boolean | null
  readonly starred: boolean | null
  readonly hasDraft: boolean | null
  /** For agents and services only; null for end users. */
  readonly privateAttributes: string | null
  readonly resourceUri: string | null
  readonly pendingParticipantCount: number | null
  readonly lastMessageIncomingAt: Date | null
  readonly lastMessageOutgoingAt: Date | null
  readonly initiatingParticipant: Participant | null
  readonly inbox: BirdInbox | null
  readonly referral: BirdReferral | null
  readonly resource: BirdResource | null
}

export interface BirdInbox {
  readonly type: string
  readonly id: string
  readonly identifier: string
  readonly ownerId: string
  readonly ownerType: string
}

/** The advertisement from which somebody began to chat. */
export interface BirdReferral {
  readonly sourceId: string
  readonly sourceType: string | null
  readonly sourceUrl: string | null
  readonly caption: string | null
  readonly mediaType: string | null
  readonly mediaUrl: string | null
  readonly text: string | null
  readonly timestamp: Date | null
  readonly title: string | null
  readonly username: string | null
}

/** The thing in Bird's other products that the conversation is about. */
export interface BirdResource {
  readonly type: string
  readonly id: string
}

/** What only Bird says of a message. */
export interface BirdMessage extends Details {
  readonly shape: 'bird-message'
  /** The body's own word; `template` where a template stands in its place. */
  readonly type: string
  /** The body, or `{template}`, as it came. */
  readonly body: JsonObject | null
  readonly reference: string | null
  /** `conversations`: sent in the inbox; `channels`: came in, or sent by the channel. */
  readonly source: string | null
  /** Which of to, cc and bcc named us in an e-mail that came in. */
  readonly receiverTypes: readonly string[] | null
  readonly recipients: readonly BirdRecipient[]
  readonly interactions: readonly BirdInteraction[]
}

export interface BirdRecipient {
  readonly type: string | null
  readonly id: string | null
  readonly annotationName: string | null
  readonly countryCode: string | null
  readonly identifierKey: string | null
  readonly identifierValue: string | null
  readonly identifiers: readonly ContactAddress[]
  readonly platformAddress: string | null
  readonly platformAddressSelector: string | null
  readonly receiverExpression: string | null
  readonly receiverValue: string | null
}

/** What somebody did with a message: read, clicked, opened, reaction and others. */
export interface BirdInteraction {
  readonly type: string
  readonly createdAt: Date | null
  readonly messageReference: string | null
}

/** What only Bird says of a membership. */
export interface BirdParticipant extends Details {
  readonly shape: 'bird-participant'
  readonly type: string
  readonly status: string | null
  readonly resourceUri: string | null
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
  readonly platformAddress: string | null
  readonly platformAddressSelector: string | null
  readonly identifierKey: string | null
  readonly identifierValue: string | null
}

/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Who takes care of a conversation. */
export type AssigneeFilter =
  {   /** True: the viewer. */
  me: boolean; personId?: never; unassigned?: never; }
  |  { me?: never;   /** This person; only their own account is asked. */
  personId: string; unassigned?: never; }
  |  { me?: never; personId?: never;   /** True: nobody. */
  unassigned: boolean; };

/** Something that an account may or may not be able to do, and each filter of `conversations`. */
export type Capability =
  /** That `conversations` has the newest activity first. */
  | 'ACTIVITY_ORDER'
  /** Mutation `updateConversation` with `addLabels` and `removeLabels`. */
  | 'ADD_AND_REMOVE_LABELS'
  /** `Conversation.assignee`, and mutation `updateConversation` with `assigneeId`. */
  | 'ASSIGNEE'
  /** Mutation `changeParticipants`; `maxCount` people to come. */
  | 'CHANGE_PARTICIPANTS'
  /** `Conversation.customAttributes`, and mutation `updateConversation` with them. */
  | 'CUSTOM_ATTRIBUTES'
  /** Mutation `deleteConversation` with FOR_EVERYONE. */
  | 'DELETE_FOR_EVERYONE'
  /** Mutation `deleteConversation` with FOR_ME. */
  | 'DELETE_FOR_ME'
  /** Mutation `deleteMessage`. */
  | 'DELETE_MESSAGE'
  /** HorizonMoved and DeliveryChanged that tell of delivery. */
  | 'DELIVERED_EVENTS'
  /** `Participant.deliveredHorizon`. */
  | 'DELIVERED_HORIZONS'
  /** Mutation `editMessage`. */
  | 'EDIT_MESSAGE'
  /** `ConversationFilter.assignee`. */
  | 'FILTER_ASSIGNEE'
  /** `ConversationFilter.channelTypes`. */
  | 'FILTER_CHANNEL'
  /** `ConversationFilter.labelsAny`. */
  | 'FILTER_LABELS'
  /** `ConversationFilter.person`. */
  | 'FILTER_PERSON'
  /** `ConversationFilter.statuses`. */
  | 'FILTER_STATUS'
  /** `ConversationFilter.text`. */
  | 'FILTER_TEXT'
  /** `ConversationFilter.unreadOnly`. */
  | 'FILTER_UNREAD'
  /** `ConversationFilter.updatedAfter`. */
  | 'FILTER_UPDATED'
  /** Conversations of many. */
  | 'GROUP_CONVERSATIONS'
  /** That one `clientMessageId` is sent once. */
  | 'IDEMPOTENT_SEND'
  /** Query `conversations`, `conversation` and `conversationByExternalId`. */
  | 'LIST_CONVERSATIONS'
  /** `Conversation.participants`. */
  | 'LIST_PARTICIPANTS'
  /** Mutation `markDelivered`. */
  | 'MARK_DELIVERED'
  /** Mutation `markRead`. */
  | 'MARK_READ'
  /** Mutation `markRead` with visibility PRIVATE. */
  | 'MARK_READ_PRIVATELY'
  /** Mutation `markRead` up to a message or time that is not the newest. */
  | 'MARK_READ_UP_TO_MESSAGE'
  /** Mutation `markUnread`. */
  | 'MARK_UNREAD'
  /** `Conversation.messages`. */
  | 'MESSAGE_HISTORY'
  /** `Message.delivery`. */
  | 'MESSAGE_STATUS'
  /** `Account.people`. */
  | 'PEOPLE_SEARCH'
  /** `Message.receipts`. */
  | 'PER_PARTICIPANT_RECEIPTS'
  /** `Person.isOnline`. */
  | 'PRESENCE'
  /** `Conversation.priority`, and mutation `updateConversation` with it. */
  | 'PRIORITY'
  /** Mutation `sendMessage` with visibility PRIVATE_NOTE. */
  | 'PRIVATE_NOTES'
  /** HorizonMoved and DeliveryChanged that tell of reading. */
  | 'READ_EVENTS'
  /** `Participant.readHorizon`. */
  | 'READ_HORIZONS'
  /** Mutation `sendMessage` with `replyToMessageId`. */
  | 'REPLY_TO'
  /** `Conversation.replyPolicy`. */
  | 'REPLY_WINDOW'
  /** Mutation `retryMessage`. */
  | 'RETRY_MESSAGE'
  /** That what is sent comes from the viewer, and not from the account. */
  | 'SEND_AS_VIEWER'
  /** Mutations `createAttachmentUpload` and `sendMessage` with attachments; `maxBytes` each. */
  | 'SEND_ATTACHMENT'
  /** Mutation `sendMessage` with a text; `maxLength` characters, or `maxCount` messages in `windowSeconds`. */
  | 'SEND_TEXT'
  /** Mutation `updateConversation` with `setLabels`; `maxCount` labels of `maxLength` characters. */
  | 'SET_LABELS'
  /** `Conversation.snoozedUntil`, and mutation `updateConversation` with status SNOOZED. */
  | 'SNOOZE'
  /** Mutation `startConversation`; `maxCount` people. */
  | 'START_CONVERSATION'
  /** `Conversation.status`, and mutation `updateConversation` with it. */
  | 'STATUS'
  /** `Conversation.team`, and mutation `updateConversation` with `teamId`. */
  | 'TEAM'
  /** Mutation `setTyping`. */
  | 'TYPING'
  /** TypingChanged. */
  | 'TYPING_EVENTS'
  /** `ViewerState.unreadCount`. */
  | 'UNREAD_COUNT';

/** Where the messages travel. */
export type ChannelType =
  /** An application of the customer, over the provider’s API. */
  | 'API'
  /** E-mail. */
  | 'EMAIL'
  /** Instagram. */
  | 'INSTAGRAM'
  /** Inside an app, by the provider itself. */
  | 'IN_APP'
  /** LINE. */
  | 'LINE'
  /** Facebook Messenger. */
  | 'MESSENGER'
  /** Something else: see providerType. */
  | 'OTHER'
  /** RCS. */
  | 'RCS'
  /** SMS. */
  | 'SMS'
  /** Telegram. */
  | 'TELEGRAM'
  /** TikTok. */
  | 'TIKTOK'
  /** Not looked up, or the lookup was refused. */
  | 'UNKNOWN'
  /** Telephone. */
  | 'VOICE'
  /** A chat window on a website. */
  | 'WEB_WIDGET'
  /** WhatsApp. */
  | 'WHATSAPP';

/** All given conditions hold. What an account cannot filter is emulated by a bounded scan (its row says PARTIAL) or left out (UNSUPPORTED, and `unsupported` names it). */
export type ConversationFilter = {
  /** Only these accounts. */
  accountIds?: Array<string> | null | undefined;
  /** Taken care of by. */
  assignee?: AssigneeFilter | null | undefined;
  /** Any of these. */
  channelTypes?: Array<ChannelType> | null | undefined;
  /** Marked with any of these. */
  labelsAny?: Array<string> | null | undefined;
  /** Somebody takes part. */
  person?: PersonRef | null | undefined;
  /** Only accounts at these. */
  providers?: Array<Provider> | null | undefined;
  /** Any of these. A conversation without status counts as OPEN. */
  statuses?: Array<ConversationStatus> | null | undefined;
  /** In titles, people’s names and message text, as far as the provider searches. */
  text?: string | null | undefined;
  /** True: with something unread. */
  unreadOnly?: boolean | null | undefined;
  /** With activity after this. */
  updatedAfter?: string | null | undefined;
};

/** Between whom it is held. */
export type ConversationKind =
  /** Two people. */
  | 'DIRECT'
  /** Many. */
  | 'GROUP'
  /** A customer and a team. */
  | 'SUPPORT'
  /** The provider does not say. */
  | 'UNKNOWN';

/** Where a conversation stands in its provider’s workflow. */
export type ConversationStatus =
  /** Kept out of sight. */
  | 'ARCHIVED'
  /** Resolved. */
  | 'CLOSED'
  /** Removed. */
  | 'DELETED'
  /** Wants attention. */
  | 'OPEN'
  /** Waits for something, often a bot. */
  | 'PENDING'
  /** Put aside until a time or the next message. */
  | 'SNOOZED'
  /** Unwanted. */
  | 'SPAM';

/** How far a count can be trusted. */
export type CountPrecision =
  /** The provider stops counting there. */
  | 'AT_LEAST'
  /** It is that many. */
  | 'EXACT'
  /** The provider does not count any more, as in very large groups. */
  | 'STALE';

/** Life of an outgoing message. Moves right only; FAILED is left only by a retry. With several recipients: what every known recipient has reached. */
export type DeliveryState =
  /** Taken by the provider, not sent yet. */
  | 'ACCEPTED'
  /** On the recipient’s device. */
  | 'DELIVERED'
  /** Will not arrive. */
  | 'FAILED'
  /** Seen by the recipient. */
  | 'READ'
  /** On its way: the channel has it. */
  | 'SENT'
  /** Nothing is known. */
  | 'UNKNOWN';

/** Stable machine-readable reason; the same list in `extensions.code` of top-level errors. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'BODY_TOO_LARGE'
  | 'CAPABILITY_NOT_SUPPORTED'
  | 'CONFLICT'
  | 'CURSOR_INVALID'
  | 'DOCUMENT_NOT_ALLOWED'
  | 'DOCUMENT_UNKNOWN'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INTERNAL'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'NOT_FOUND'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'OUTCOME_UNKNOWN'
  | 'OVERLOADED'
  | 'PROVIDER_REJECTED'
  | 'PROVIDER_TIMEOUT'
  | 'PROVIDER_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'ROOT_FIELD_TOO_OFTEN'
  | 'TOO_COSTLY'
  | 'TOO_DEEP'
  | 'TOO_MANY_ALIASES'
  | 'TOO_MANY_COMMENTS'
  | 'TOO_MANY_DIRECTIVES'
  | 'TOO_MANY_FRAGMENTS'
  | 'TOO_MANY_OPERATIONS'
  | 'TOO_MANY_ROOT_FIELDS'
  | 'TOO_MANY_ROWS'
  | 'TOO_MANY_TOKENS'
  | 'UNAUTHENTICATED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'VALIDATION_FAILED'
  | 'VARIABLES_TOO_DEEP';

/** Seen from the viewer; for services and admins the business side is ours. */
export type MessageDirection =
  /** Came to our side. */
  | 'INBOUND'
  /** Went out from our side. */
  | 'OUTBOUND'
  /** From neither. */
  | 'SYSTEM';

/** What a message consists of. */
export type MessageKind =
  /** Something that happened: somebody joined, a status changed. */
  | 'ACTIVITY'
  /** A call. */
  | 'CALL'
  /** Buttons, lists, forms, cards. */
  | 'INTERACTIVE'
  /** A place. */
  | 'LOCATION'
  /** Pictures, sound, films or files, maybe with words. */
  | 'MEDIA'
  /** Something else: see details. */
  | 'OTHER'
  /** A prepared text. */
  | 'TEMPLATE'
  /** Words. */
  | 'TEXT';

/** Who can see a message. */
export type MessageVisibility =
  /** The team only. */
  | 'PRIVATE_NOTE'
  /** Everybody in the conversation. */
  | 'PUBLIC';

/** What somebody is in their account. */
export type PersonKind =
  /** Somebody of the team. */
  | 'AGENT'
  /** A flow, key or rule that acts by itself. */
  | 'AUTOMATION'
  /** A program that talks. */
  | 'BOT'
  /** A channel that speaks for itself. */
  | 'CHANNEL'
  /** A customer. */
  | 'CONTACT'
  /** A user of an app, an equal among equals. */
  | 'END_USER'
  /** The provider. */
  | 'SYSTEM'
  /** The provider does not say. */
  | 'UNKNOWN';

/** Somebody, by whatever is known of them. */
export type PersonRef =
  {   /** An address, looked up in every account concerned; nobody is merged. */
  email: string; externalId?: never; personId?: never; phone?: never; }
  |  { email?: never;   /** The provider’s own id, looked up in every account concerned. */
  externalId: string; personId?: never; phone?: never; }
  |  { email?: never; externalId?: never;   /** A Person, who is of one account only. */
  personId: string; phone?: never; }
  |  { email?: never; externalId?: never; personId?: never;   /** A number with country code (+31612345678), looked up in every account concerned. */
  phone: string; };

/** Whose service an account is at. */
export type Provider =
  /** Bird: conversations over WhatsApp, SMS, e-mail and more. */
  | 'BIRD'
  /** Chatwoot: a shared inbox for support. */
  | 'CHATWOOT'
  /** CometChat: chat inside an app. */
  | 'COMETCHAT';

/** How receipts work in a conversation. */
export type ReceiptModel =
  /** This channel tells nothing. */
  | 'NONE'
  /** Each message for itself, nothing follows for earlier ones. */
  | 'PER_MESSAGE'
  /** One position covers everything before it. */
  | 'WATERMARK';

/** How sure a delivered or read fact is. */
export type ReceiptPrecision =
  /** The provider named this message. */
  | 'MESSAGE'
  /** Derived from an up-to-this-message position. */
  | 'UP_TO_MESSAGE'
  /** Derived from an up-to-this-time position; ties count as read. */
  | 'UP_TO_TIME';

/** How one account did in an answer. */
export type SourceState =
  /** Was not asked, because its last answers failed. */
  | 'CIRCUIT_OPEN'
  /** Does not allow this to the viewer. */
  | 'FORBIDDEN'
  /** Answered in full. */
  | 'OK'
  /** Answered what it could: a scan that stopped, or an index that is not complete. */
  | 'PARTIAL'
  /** Was asked too often. */
  | 'RATE_LIMITED'
  /** Was not asked: it had nothing more to give. */
  | 'SKIPPED'
  /** Answered from an older copy. */
  | 'STALE'
  /** Did not answer in time. */
  | 'TIMEOUT'
  /** Refuses the configured credential. */
  | 'UNAUTHENTICATED'
  /** Could not be reached, or answered nonsense. */
  | 'UNAVAILABLE'
  /** Cannot answer this question at all: see `unsupported`. */
  | 'UNSUPPORTED';

/** How well something is supported. */
export type SupportLevel =
  /** The gateway keeps or derives it. */
  | 'EMULATED'
  /** The provider does it. */
  | 'NATIVE'
  /** Works with restrictions: see note and limits. */
  | 'PARTIAL'
  /** Not readable (null) or not writable. Readable but not writable is PARTIAL. */
  | 'UNSUPPORTED';

/** As what the caller is known here. */
export type ViewerKind =
  /** An operator. */
  | 'ADMIN'
  /** Somebody of the team. */
  | 'AGENT'
  /** A customer or app user: sees only their own conversations. */
  | 'END_USER'
  /** A program that acts for the team. */
  | 'SERVICE';

export type AccountsQueryVariables = Exact<{
  search?: string | null | undefined;
  firstPeople?: number | null | undefined;
}>;


export type AccountsQuery = { accounts: Array<{ id: string, key: string, provider: Provider, displayName: string, capabilities: Array<{ capability: Capability, level: SupportLevel, note: string | null }>, agents: Array<{ id: string, externalId: string, kind: PersonKind, displayName: string | null, addresses: Array<{ kind: string, value: string }> }> | null, teams: Array<{ externalId: string, name: string }> | null, labels: Array<{ name: string, color: string | null }> | null, channels: Array<{ externalId: string, type: ChannelType, name: string | null }> | null, people: { nodes: Array<{ id: string, externalId: string, kind: PersonKind, displayName: string | null, addresses: Array<{ kind: string, value: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, health: { state: SourceState, detail: string | null } }> };

export type PersonRowFragment = { id: string, externalId: string, kind: PersonKind, displayName: string | null, addresses: Array<{ kind: string, value: string }> };

export type ConversationQueryVariables = Exact<{
  id: string;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ConversationQuery = { conversation: { receiptModel: ReceiptModel, labels: Array<string> | null, id: string, provider: Provider, externalId: string, kind: ConversationKind, title: string | null, status: ConversationStatus | null, lastActivityAt: string, channel: { type: ChannelType, name: string | null } | null, assignee: { displayName: string | null } | null, messages: { edges: Array<{ cursor: string, node: { id: string, externalId: string, kind: MessageKind, visibility: MessageVisibility, direction: MessageDirection, sortKey: string, text: string | null, createdAt: string, editedAt: string | null, isDeleted: boolean, attachments: Array<{ url: string, mimeType: string | null, fileName: string | null }>, sender: { id: string, displayName: string | null, isViewer: boolean } | null, delivery: { state: DeliveryState, precision: ReceiptPrecision, readAt: string | null } | null } }>, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } | null, details:
      | { visibility: string | null }
      | { inboxId: number }
      | { conversationType: string }
    , account: { key: string }, lastMessage: { text: string | null, isTruncated: boolean, direction: MessageDirection, createdAt: string, sender: { displayName: string | null } | null } | null, featuredParticipants: Array<{ id: string, person: { displayName: string | null, isViewer: boolean } }>, viewerState: { unreadCount: number | null, unreadCountPrecision: CountPrecision | null, isUnread: boolean | null } } | null };

export type MessageRowFragment = { id: string, externalId: string, kind: MessageKind, visibility: MessageVisibility, direction: MessageDirection, sortKey: string, text: string | null, createdAt: string, editedAt: string | null, isDeleted: boolean, attachments: Array<{ url: string, mimeType: string | null, fileName: string | null }>, sender: { id: string, displayName: string | null, isViewer: boolean } | null, delivery: { state: DeliveryState, precision: ReceiptPrecision, readAt: string | null } | null };

export type InboxQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ConversationFilter | null | undefined;
}>;


export type InboxQuery = { conversations: { edges: Array<{ cursor: string, node: { id: string, provider: Provider, externalId: string, kind: ConversationKind, title: string | null, status: ConversationStatus | null, lastActivityAt: string, account: { key: string }, lastMessage: { text: string | null, isTruncated: boolean, direction: MessageDirection, createdAt: string, sender: { displayName: string | null } | null } | null, featuredParticipants: Array<{ id: string, person: { displayName: string | null, isViewer: boolean } }>, viewerState: { unreadCount: number | null, unreadCountPrecision: CountPrecision | null, isUnread: boolean | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ state: SourceState, code: ErrorCode | null, detail: string | null, itemCount: number | null, unsupported: Array<Capability>, account: { key: string } }> } };

export type InboxRowFragment = { id: string, provider: Provider, externalId: string, kind: ConversationKind, title: string | null, status: ConversationStatus | null, lastActivityAt: string, account: { key: string }, lastMessage: { text: string | null, isTruncated: boolean, direction: MessageDirection, createdAt: string, sender: { displayName: string | null } | null } | null, featuredParticipants: Array<{ id: string, person: { displayName: string | null, isViewer: boolean } }>, viewerState: { unreadCount: number | null, unreadCountPrecision: CountPrecision | null, isUnread: boolean | null } };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { node:
    | { __typename: 'Account', key: string, id: string }
    | { __typename: 'Channel', type: ChannelType, id: string }
    | { __typename: 'Conversation', title: string | null, id: string }
    | { __typename: 'Message', conversationId: string, text: string | null, id: string }
    | { __typename: 'Participant', conversationId: string, id: string, person: { displayName: string | null } }
    | { __typename: 'Person', displayName: string | null, id: string }
    | { __typename: 'Team', name: string, id: string }
   | null };

export type NodesQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'Account', key: string, id: string }
    | { __typename: 'Channel', type: ChannelType, id: string }
    | { __typename: 'Conversation', title: string | null, id: string }
    | { __typename: 'Message', conversationId: string, text: string | null, id: string }
    | { __typename: 'Participant', conversationId: string, id: string, person: { displayName: string | null } }
    | { __typename: 'Person', displayName: string | null, id: string }
    | { __typename: 'Team', name: string, id: string }
   | null> };

type AnyNode_Account_Fragment = { __typename: 'Account', key: string, id: string };

type AnyNode_Channel_Fragment = { __typename: 'Channel', type: ChannelType, id: string };

type AnyNode_Conversation_Fragment = { __typename: 'Conversation', title: string | null, id: string };

type AnyNode_Message_Fragment = { __typename: 'Message', conversationId: string, text: string | null, id: string };

type AnyNode_Participant_Fragment = { __typename: 'Participant', conversationId: string, id: string, person: { displayName: string | null } };

type AnyNode_Person_Fragment = { __typename: 'Person', displayName: string | null, id: string };

type AnyNode_Team_Fragment = { __typename: 'Team', name: string, id: string };

export type AnyNodeFragment =
  | AnyNode_Account_Fragment
  | AnyNode_Channel_Fragment
  | AnyNode_Conversation_Fragment
  | AnyNode_Message_Fragment
  | AnyNode_Participant_Fragment
  | AnyNode_Person_Fragment
  | AnyNode_Team_Fragment
;

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, displayName: string, kind: ViewerKind, unread: { conversations: number | null, conversationsIsLowerBound: boolean, messages: number | null, messagesIsLowerBound: boolean, sources: Array<{ state: SourceState, account: { key: string } }> } | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const PersonRowFragmentDoc = new TypedDocumentString(`
    fragment PersonRow on Person {
  id
  externalId
  kind
  displayName
  addresses {
    kind
    value
  }
}
    `, {"fragmentName":"PersonRow"}) as unknown as TypedDocumentString<PersonRowFragment, unknown>;
export const MessageRowFragmentDoc = new TypedDocumentString(`
    fragment MessageRow on Message {
  id
  externalId
  kind
  visibility
  direction
  sortKey
  text
  attachments {
    url
    mimeType
    fileName
  }
  sender {
    id
    displayName
    isViewer
  }
  createdAt
  editedAt
  isDeleted
  delivery {
    state
    precision
    readAt
  }
}
    `, {"fragmentName":"MessageRow"}) as unknown as TypedDocumentString<MessageRowFragment, unknown>;
export const InboxRowFragmentDoc = new TypedDocumentString(`
    fragment InboxRow on Conversation {
  id
  provider
  account {
    key
  }
  externalId
  kind
  title
  status
  lastActivityAt
  lastMessage {
    text
    isTruncated
    direction
    sender {
      displayName
    }
    createdAt
  }
  featuredParticipants {
    id
    person {
      displayName
      isViewer
    }
  }
  viewerState {
    unreadCount
    unreadCountPrecision
    isUnread
  }
}
    `, {"fragmentName":"InboxRow"}) as unknown as TypedDocumentString<InboxRowFragment, unknown>;
export const AnyNodeFragmentDoc = new TypedDocumentString(`
    fragment AnyNode on Node {
  __typename
  id
  ... on Account {
    key
  }
  ... on Person {
    displayName
  }
  ... on Participant {
    conversationId
    person {
      displayName
    }
  }
  ... on Conversation {
    title
  }
  ... on Message {
    conversationId
    text
  }
  ... on Team {
    name
  }
  ... on Channel {
    type
  }
}
    `, {"fragmentName":"AnyNode"}) as unknown as TypedDocumentString<AnyNodeFragment, unknown>;
export const AccountsDocument = new TypedDocumentString(`
    query Accounts($search: String, $firstPeople: Int) {
  accounts {
    id
    key
    provider
    displayName
    capabilities {
      capability
      level
      note
    }
    agents {
      ...PersonRow
    }
    teams {
      externalId
      name
    }
    labels {
      name
      color
    }
    channels {
      externalId
      type
      name
    }
    people(search: $search, first: $firstPeople) {
      nodes {
        ...PersonRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    health {
      state
      detail
    }
  }
}
    fragment PersonRow on Person {
  id
  externalId
  kind
  displayName
  addresses {
    kind
    value
  }
}`) as unknown as TypedDocumentString<AccountsQuery, AccountsQueryVariables>;
export const ConversationDocument = new TypedDocumentString(`
    query Conversation($id: ID!, $last: Int, $before: String) {
  conversation(id: $id) {
    ...InboxRow
    receiptModel
    channel {
      type
      name
    }
    labels
    assignee {
      displayName
    }
    messages(last: $last, before: $before) {
      edges {
        cursor
        node {
          ...MessageRow
        }
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
    details {
      ... on CometChatConversation {
        conversationType
      }
      ... on ChatwootConversation {
        inboxId
      }
      ... on BirdConversation {
        visibility
      }
    }
  }
}
    fragment MessageRow on Message {
  id
  externalId
  kind
  visibility
  direction
  sortKey
  text
  attachments {
    url
    mimeType
    fileName
  }
  sender {
    id
    displayName
    isViewer
  }
  createdAt
  editedAt
  isDeleted
  delivery {
    state
    precision
    readAt
  }
}
fragment InboxRow on Conversation {
  id
  provider
  account {
    key
  }
  externalId
  kind
  title
  status
  lastActivityAt
  lastMessage {
    text
    isTruncated
    direction
    sender {
      displayName
    }
    createdAt
  }
  featuredParticipants {
    id
    person {
      displayName
      isViewer
    }
  }
  viewerState {
    unreadCount
    unreadCountPrecision
    isUnread
  }
}`) as unknown as TypedDocumentString<ConversationQuery, ConversationQueryVariables>;
export const InboxDocument = new TypedDocumentString(`
    query Inbox($first: Int, $after: String, $filter: ConversationFilter) {
  conversations(first: $first, after: $after, filter: $filter) {
    edges {
      cursor
      node {
        ...InboxRow
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      account {
        key
      }
      state
      code
      detail
      itemCount
      unsupported
    }
  }
}
    fragment InboxRow on Conversation {
  id
  provider
  account {
    key
  }
  externalId
  kind
  title
  status
  lastActivityAt
  lastMessage {
    text
    isTruncated
    direction
    sender {
      displayName
    }
    createdAt
  }
  featuredParticipants {
    id
    person {
      displayName
      isViewer
    }
  }
  viewerState {
    unreadCount
    unreadCountPrecision
    isUnread
  }
}`) as unknown as TypedDocumentString<InboxQuery, InboxQueryVariables>;
export const NodeDocument = new TypedDocumentString(`
    query Node($id: ID!) {
  node(id: $id) {
    ...AnyNode
  }
}
    fragment AnyNode on Node {
  __typename
  id
  ... on Account {
    key
  }
  ... on Person {
    displayName
  }
  ... on Participant {
    conversationId
    person {
      displayName
    }
  }
  ... on Conversation {
    title
  }
  ... on Message {
    conversationId
    text
  }
  ... on Team {
    name
  }
  ... on Channel {
    type
  }
}`) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const NodesDocument = new TypedDocumentString(`
    query Nodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...AnyNode
  }
}
    fragment AnyNode on Node {
  __typename
  id
  ... on Account {
    key
  }
  ... on Person {
    displayName
  }
  ... on Participant {
    conversationId
    person {
      displayName
    }
  }
  ... on Conversation {
    title
  }
  ... on Message {
    conversationId
    text
  }
  ... on Team {
    name
  }
  ... on Channel {
    type
  }
}`) as unknown as TypedDocumentString<NodesQuery, NodesQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    displayName
    kind
    unread {
      conversations
      conversationsIsLowerBound
      messages
      messagesIsLowerBound
      sources {
        account {
          key
        }
        state
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
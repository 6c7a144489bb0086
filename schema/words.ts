import type {
  ChannelType,
  ConversationKind,
  ConversationStatus,
  DeliveryState,
  MessageKind,
  ParticipantStatus,
  PersonKind,
  Priority,
  ReceiptKind,
  ReceiptModel,
  ReceiptPrecision,
  SupportLevel,
  UnreadCount,
} from '../providers/port/index.ts'
import { builder, enumOfWords } from './builder.ts'
import type { Viewer } from './context.ts'
import { ERROR_CODES } from './errors.ts'

/** The enums, made of the port's words. New words may be added: clients keep a default branch. */

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'Stable machine-readable reason; the same list in `extensions.code` of top-level errors.',
  values: ERROR_CODES,
})

export const SupportLevelEnum = enumOfWords<SupportLevel>('SupportLevel', 'How well something is supported.', {
  native: 'The provider does it.',
  emulated: 'The gateway keeps or derives it.',
  partial: 'Works with restrictions: see note and limits.',
  unsupported: 'Not readable (null) or not writable. Readable but not writable is PARTIAL.',
})

export const ReceiptPrecisionEnum = enumOfWords<ReceiptPrecision>(
  'ReceiptPrecision',
  'How sure a delivered or read fact is.',
  {
    message: 'The provider named this message.',
    'up-to-message': 'Derived from an up-to-this-message position.',
    'up-to-time': 'Derived from an up-to-this-time position; ties count as read.',
  },
)

export const ReceiptModelEnum = enumOfWords<ReceiptModel>('ReceiptModel', 'How receipts work in a conversation.', {
  watermark: 'One position covers everything before it.',
  'per-message': 'Each message for itself, nothing follows for earlier ones.',
  none: 'This channel tells nothing.',
})

export const ReceiptKindEnum = enumOfWords<ReceiptKind>('ReceiptKind', 'What a position says of what it covers.', {
  delivered: 'It has reached them.',
  read: 'They have seen it, so it has reached them too.',
})

export const DeliveryStateEnum = enumOfWords<DeliveryState>(
  'DeliveryState',
  'Life of an outgoing message. Moves right only; FAILED is left only by a retry. With several recipients: what every known recipient has reached.',
  {
    unknown: 'Nothing is known.',
    accepted: 'Taken by the provider, not sent yet.',
    sent: 'On its way: the channel has it.',
    delivered: 'On the recipient’s device.',
    read: 'Seen by the recipient.',
    failed: 'Will not arrive.',
  },
)

export const ConversationStatusEnum = enumOfWords<ConversationStatus>(
  'ConversationStatus',
  'Where a conversation stands in its provider’s workflow.',
  {
    open: 'Wants attention.',
    pending: 'Waits for something, often a bot.',
    snoozed: 'Put aside until a time or the next message.',
    closed: 'Resolved.',
    archived: 'Kept out of sight.',
    spam: 'Unwanted.',
    deleted: 'Removed.',
  },
)

export const ConversationKindEnum = enumOfWords<ConversationKind>('ConversationKind', 'Between whom it is held.', {
  direct: 'Two people.',
  group: 'Many.',
  support: 'A customer and a team.',
  unknown: 'The provider does not say.',
})

export const ChannelTypeEnum = enumOfWords<ChannelType>('ChannelType', 'Where the messages travel.', {
  'in-app': 'Inside an app, by the provider itself.',
  'web-widget': 'A chat window on a website.',
  email: 'E-mail.',
  sms: 'SMS.',
  whatsapp: 'WhatsApp.',
  messenger: 'Facebook Messenger.',
  instagram: 'Instagram.',
  telegram: 'Telegram.',
  line: 'LINE.',
  tiktok: 'TikTok.',
  rcs: 'RCS.',
  voice: 'Telephone.',
  api: 'An application of the customer, over the provider’s API.',
  other: 'Something else: see providerType.',
  unknown: 'Not looked up, or the lookup was refused.',
})

export const PriorityEnum = enumOfWords<Priority>('Priority', 'How urgent the team finds it.', {
  low: 'Can wait.',
  medium: 'Normal.',
  high: 'Soon.',
  urgent: 'Now.',
})

export const PersonKindEnum = enumOfWords<PersonKind>('PersonKind', 'What somebody is in their account.', {
  'end-user': 'A user of an app, an equal among equals.',
  contact: 'A customer.',
  agent: 'Somebody of the team.',
  bot: 'A program that talks.',
  automation: 'A flow, key or rule that acts by itself.',
  system: 'The provider.',
  channel: 'A channel that speaks for itself.',
  unknown: 'The provider does not say.',
})

export const ParticipantStatusEnum = enumOfWords<ParticipantStatus>('ParticipantStatus', 'How a membership stands.', {
  invited: 'Asked to join.',
  pending: 'Waits for approval.',
  active: 'Takes part.',
  inactive: 'Does not take part at the moment.',
  banned: 'Shut out.',
  left: 'Gone.',
})

export const MessageKindEnum = enumOfWords<MessageKind>('MessageKind', 'What a message consists of.', {
  text: 'Words.',
  media: 'Pictures, sound, films or files, maybe with words.',
  location: 'A place.',
  interactive: 'Buttons, lists, forms, cards.',
  template: 'A prepared text.',
  call: 'A call.',
  activity: 'Something that happened: somebody joined, a status changed.',
  other: 'Something else: see details.',
})

export const MessageVisibilityEnum = builder.enumType('MessageVisibility', {
  description: 'Who can see a message.',
  values: {
    PUBLIC: { value: 'public', description: 'Everybody in the conversation.' },
    PRIVATE_NOTE: { value: 'internal', description: 'The team only.' },
  } as const,
})

export const MessageDirectionEnum = enumOfWords<'inbound' | 'outbound' | 'system'>(
  'MessageDirection',
  'Seen from the viewer; for services and admins the business side is ours.',
  {
    inbound: 'Came to our side.',
    outbound: 'Went out from our side.',
    system: 'From neither.',
  },
)

export const CountPrecisionEnum = enumOfWords<UnreadCount['precision']>(
  'CountPrecision',
  'How far a count can be trusted.',
  {
    exact: 'It is that many.',
    'at-least': 'The provider stops counting there.',
    stale: 'The provider does not count any more, as in very large groups.',
  },
)

export const UnreadScopeEnum = enumOfWords<UnreadCount['scope']>('UnreadScope', 'Whose unread messages are counted.', {
  viewer: 'The viewer’s own.',
  team: 'Shared by all agents.',
})

export const ViewerKindEnum = enumOfWords<Viewer['kind']>('ViewerKind', 'As what the caller is known here.', {
  'end-user': 'A customer or app user: sees only their own conversations.',
  agent: 'Somebody of the team.',
  service: 'A program that acts for the team.',
  admin: 'An operator.',
})

export type SourceState =
  | 'ok'
  | 'partial'
  | 'stale'
  | 'timeout'
  | 'rate-limited'
  | 'unauthenticated'
  | 'forbidden'
  | 'unavailable'
  | 'circuit-open'
  | 'unsupported'
  | 'skipped'

export const SourceStateEnum = enumOfWords<SourceState>('SourceState', 'How one account did in an answer.', {
  ok: 'Answered in full.',
  partial: 'Answered what it could: a scan that stopped, or an index that is not complete.',
  stale: 'Answered from an older copy.',
  timeout: 'Did not answer in time.',
  'rate-limited': 'Was asked too often.',
  unauthenticated: 'Refuses the configured credential.',
  forbidden: 'Does not allow this to the viewer.',
  unavailable: 'Could not be reached, or answered nonsense.',
  'circuit-open': 'Was not asked, because its last answers failed.',
  unsupported: 'Cannot answer this question at all: see `unsupported`.',
  skipped: 'Was not asked: it had nothing more to give.',
})

export type Origin = 'provider-api' | 'webhook' | 'socket' | 'reconcile' | 'mutation' | 'cache'

export const OriginEnum = enumOfWords<Origin>('Origin', 'How a fact reached the gateway.', {
  'provider-api': 'Read from the provider for this question.',
  webhook: 'Told by the provider.',
  socket: 'Told by the provider over a socket.',
  reconcile: 'Found by comparing.',
  mutation: 'Done through this gateway.',
  cache: 'Kept from an earlier answer.',
})

import { AccountRef } from './account.ts'
import { sourceOf } from './ask.ts'
import { builder, enumOfWords } from './builder.ts'
import type {
  CaughtUpItem,
  GapItem,
  GapReason,
  HappeningItem,
  ReadyItem,
  SourceHealthChange,
  TypingChange,
} from './event-stream.ts'
import { conversationId, personId } from './global-id.ts'
import { PersonRef } from './person.ts'
import { currentStatus, SourceStatusRef } from './source-status.ts'
import { StreamItemRef } from './stream-item.ts'

/** What a stream says of itself, and what is told while it lasts and never stored. */

const GapReasonEnum = enumOfWords<GapReason>('GapReason', 'Why events were lost to a subscriber.', {
  'cursor-expired': 'What came after the cursor is not kept any more.',
  'cursor-too-old': 'More came after the cursor than is worth replaying.',
  'slow-consumer': 'The subscriber did not read fast enough.',
  'provider-outage': 'The provider could not tell, and it cannot be found out any more.',
  'log-reset': 'The log began anew.',
  'access-changed':
    'The cursor says nothing of an account that is listened to, or a conversation is not the viewer’s any more.',
})

export const StreamReadyRef = builder.objectRef<ReadyItem>('StreamReady').implement({
  audience: 'public',
  description: 'First item of every stream: where it starts and whether everything since the given cursor follows.',
  interfaces: [StreamItemRef],
  fields: (t) => ({
    recovered: t.exposeBoolean('recovered', {
      nullable: false,
      description: 'True: everything since the given cursor follows. False: none was given, or a StreamGap follows.',
    }),
    replaying: t.exposeInt('replaying', {
      nullable: false,
      description: 'How many events came since the given cursor, of all kinds. End users are not told: 0.',
    }),
  }),
})

export const CaughtUpRef = builder.objectRef<CaughtUpItem>('CaughtUp').implement({
  audience: 'public',
  description: 'Replay is over; live from here.',
  interfaces: [StreamItemRef],
  fields: (t) => ({
    replayed: t.exposeInt('replayed', { nullable: false, description: 'How many events were replayed.' }),
  }),
})

export const StreamGapRef = builder.objectRef<GapItem>('StreamGap').implement({
  audience: 'public',
  description:
    'Events were lost to this subscriber, and the stream ends: subscribe after this item’s cursor, then refetch what you show. Never a silent gap.',
  interfaces: [StreamItemRef],
  fields: (t) => ({
    reason: t.field({ type: GapReasonEnum, nullable: false, description: 'Why.', resolve: (item) => item.reason }),
    dropped: t.exposeInt('dropped', { description: 'How many were lost. Null: not known.' }),
    accounts: t.field({
      type: [AccountRef],
      description: 'Of which accounts. Null: all.',
      resolve: ({ accounts }, _args, { sources }) =>
        accounts &&
        sources
          .filter(({ account }) => accounts.includes(account.key))
          .map((source) => ({ typename: 'Account' as const, source })),
    }),
  }),
})

export const TypingChangedRef = builder.objectRef<HappeningItem<TypingChange>>('TypingChanged').implement({
  audience: 'public',
  description: 'Not durable, never replayed. After expiresAt nobody is typing.',
  interfaces: [StreamItemRef],
  fields: (t) => ({
    conversationId: t.id({
      nullable: false,
      description: 'In which conversation.',
      resolve: ({ happening }) => conversationId(happening.conversation),
    }),
    person: t.field({
      type: PersonRef,
      description: 'Who. Null: one of our team, or they could not be asked for.',
      resolve: ({ happening: { holder } }) => (typeof holder === 'string' ? null : personId(holder)),
    }),
    typing: t.boolean({
      nullable: false,
      description: 'False: stopped.',
      resolve: ({ happening }) => happening.typing,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When to forget it.',
      resolve: ({ happening }) => happening.expiresAt,
    }),
  }),
})

export const SourceHealthChangedRef = builder
  .objectRef<HappeningItem<SourceHealthChange>>('SourceHealthChanged')
  .implement({
    audience: 'public',
    description: 'An account does better or worse than before.',
    interfaces: [StreamItemRef],
    fields: (t) => ({
      source: t.field({
        type: SourceStatusRef,
        nullable: false,
        description: 'How it does now.',
        resolve: ({ happening: { account } }, _args, context) => {
          const source = sourceOf(context, account)
          if (source === null) throw new Error(`a listener was told of ${account}, which is not among the sources`)
          return currentStatus(source)
        },
      }),
    }),
  })

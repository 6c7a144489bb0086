import type { ViewerState } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import { HorizonRef } from './horizon.ts'
import { CountPrecisionEnum, UnreadScopeEnum } from './words.ts'

export const ViewerStateRef = builder.objectRef<ViewerState>('ViewerState').implement({
  audience: 'public',
  description: 'What belongs to the caller, not to the conversation.',
  fields: (t) => ({
    unreadCount: t.int({
      description: 'Null: the provider gives no count. Zero and unknown are different answers.',
      resolve: ({ unread }) => unread?.count ?? null,
    }),
    unreadCountPrecision: t.field({
      type: CountPrecisionEnum,
      description: 'How far the count can be trusted.',
      resolve: ({ unread }) => unread?.precision ?? null,
    }),
    unreadScope: t.field({
      type: UnreadScopeEnum,
      description: 'Whose count it is.',
      resolve: ({ unread }) => unread?.scope ?? null,
    }),
    isUnread: t.boolean({
      description: 'Whether anything waits. Null: not known.',
      resolve: ({ unread }) => (unread === null ? null : unread.count > 0),
    }),
    readHorizon: t.field({
      type: HorizonRef,
      description: 'How far the viewer has read. Null: not told, or nothing yet.',
      resolve: (state) => state.readHorizon,
    }),
  }),
})

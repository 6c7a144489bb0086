import type { ConversationRef } from '../../providers/port/index.ts'
import { idOf } from './event-id.ts'
import type { EventLog } from './log.ts'

export interface Loss {
  readonly log: EventLog
  readonly account: string
  readonly conversation: ConversationRef
  /** Whether conversations that moved before this one were not looked into either. */
  readonly isOfAccount: boolean
  readonly at: Date
}

/** Puts into the log that something was missed that will not be found out any more: whoever listens has to ask anew. */
export async function tellLoss({ log, account, conversation, isOfAccount, at }: Loss): Promise<void> {
  const lost = {
    type: 'events-lost',
    id: idOf('lost', conversation.native, String(at.getTime())),
    origin: 'reconcile',
    conversation,
    occurredAt: null,
    recordedAt: at,
    audience: 'public',
    isOfAccount,
  } as const
  await log.commit(account, { deliveryId: null, remember: [], append: [lost], nudges: [] })
}

import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { CallContext, ConversationRef, Provider } from '../../providers/port/index.ts'
import { AccountHealth } from '../../schema/account-health.ts'
import { createIngest } from '../../src/events/ingest.ts'
import type { Retention } from '../../src/events/log.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'
import { createReread } from '../../src/events/reread.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'

/** What work in the background needs, over a real provider and a log in memory. */
export function openBackground(account: string, provider: Provider, retention?: Retention) {
  const database = new DatabaseSync(':memory:')
  const log = createSqliteLog(database, retention)
  onTestFinished(async () => {
    await log.close()
    database.close()
  })
  const health = new AccountHealth()
  const failures: unknown[] = []
  return {
    account,
    provider,
    health,
    log,
    failures,
    ingest: createIngest(log),
    reread: createReread({ account, provider, health, log }),
    backgroundCall: (signal: AbortSignal): CallContext => ({
      actor: { kind: 'service' },
      deadline: Date.now() + 8_000,
      signal,
      budget: createCallBudget(1_000),
    }),
    onFailure: (_account: string, error: unknown) => void failures.push(error),
    told: async (): Promise<readonly LoggedEvent[]> => {
      const { entries } = await log.read(account, '', 10_000)
      return entries.map(({ event }) => event)
    },
  }
}

export function conversationRef(account: string, native: string): ConversationRef {
  return { kind: 'conversation', account, native }
}

import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type ConversationRef, type Provider, ProviderError } from '../../providers/port/index.ts'
import { openFeed } from '../../src/events/feed.ts'
import { IndexFeeder } from '../../src/events/index-feeder.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { createCall } from '../../src/operation.ts'

const conversation = (native: string): ConversationRef => ({ kind: 'conversation', account: 'a', native })

function removed(native: string): LoggedEvent {
  const recordedAt = new Date()
  const base = { id: crypto.randomUUID(), origin: 'webhook', occurredAt: null, recordedAt, audience: 'public' } as const
  return { ...base, type: 'conversation-removed', conversation: conversation(native) }
}

async function startFeeder() {
  const database = new DatabaseSync(':memory:')
  const log = createSqliteLog(database)
  const feed = await openFeed({ log, accounts: ['a'], onFailure: () => {} })
  const asked: string[][] = []
  const answer = vi.fn((): unknown => new ProviderError('NOT_FOUND', 'it is gone'))
  const provider = {
    getConversations: async (refs: readonly ConversationRef[]) => {
      asked.push(refs.map(({ native }) => native))
      return refs.map(() => answer())
    },
  } as unknown as Provider
  const failures: unknown[] = []
  const feeder = new IndexFeeder({
    account: 'a',
    provider,
    feed,
    backgroundCall: () => createCall({ kind: 'service' }, new AbortController().signal, Date.now()),
    onFailure: (error) => failures.push(error),
    gatherMs: 40,
  })
  onTestFinished(async () => {
    await feeder.close()
    await feed.close()
    await log.close()
    database.close()
  })
  const append = (...events: LoggedEvent[]) =>
    log.commit('a', { deliveryId: null, remember: [], append: events, nudges: [] })
  return { append, asked, answer, failures }
}

it('reads a conversation once, however much happened in it', async () => {
  const { append, asked } = await startFeeder()
  await append(removed('1'), removed('2'), removed('1'), removed('1'))
  await vi.waitFor(() => expect(asked.flat().sort()).toEqual(['1', '2']))
  await append(removed('1'))
  await vi.waitFor(() => expect(asked.flat().sort()).toEqual(['1', '1', '2']))
})

it('tries again what cannot be read now, and not what is gone', async () => {
  const { append, asked, answer, failures } = await startFeeder()
  answer.mockReturnValueOnce(new ProviderError('UNAVAILABLE', 'it is down')).mockImplementationOnce(() => {
    throw new ProviderError('OVERLOADED', 'there is no room')
  })
  await append(removed('1'))
  await vi.waitFor(() => expect(asked).toHaveLength(3))
  await append(removed('2'))
  await vi.waitFor(() => expect(asked.flat()).toContain('2'))
  expect(asked).toEqual([['1'], ['1'], ['1'], ['2']])
  expect(failures).toEqual([expect.objectContaining({ code: 'OVERLOADED' })])
})

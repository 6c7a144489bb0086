import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventLog, LogUnavailable, type Retention } from '../../src/events/log.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { commitOf, describeEventLog, event, type LogStorage } from './log-contract.ts'

describeEventLog('the log in SQLite', async () => openFolder())

describe('the SQLite file of the log', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-log-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is written through to the disk with every commit', () => {
    const database = new DatabaseSync(join(folder, 'durable.sqlite'))
    database.exec('PRAGMA synchronous = NORMAL')
    createSqliteLog(database)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    database.close()
  })

  it('has everything that was acknowledged by a process that was killed amid commits', async () => {
    const path = join(folder, 'killed.sqlite')
    const acknowledged = await killAfter(2_000, path)
    const database = new DatabaseSync(path)
    const log = createSqliteLog(database)
    const kept = (await log.read('desk', '', 1_000_000)).entries.map((entry) => entry.event.id)
    expect(new Set(kept).size).toBe(kept.length)
    expect(acknowledged.length).toBeGreaterThanOrEqual(2_000)
    expect(acknowledged.filter((id) => !kept.includes(id))).toEqual([])
    expect(await log.commit('desk', commitOf({ deliveryId: acknowledged[0]! }))).toEqual({ outcome: 'duplicate' })
    await log.close()
    database.close()
  })

  it('finds the disk full: nothing of the commit is there, and later it goes on', async () => {
    const database = new DatabaseSync(join(folder, 'full.sqlite'))
    const log = createSqliteLog(database)
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.exec(`PRAGMA max_page_count = ${pages}`)
    const large = { ...event('large'), id: 'x'.repeat(100_000) }
    const small = log.commit('desk', commitOf({ deliveryId: 'd0', append: [event('small')] }))
    const refused = log.commit('desk', commitOf({ deliveryId: 'd1', append: [event('first'), large] }))
    await expect(refused).rejects.toThrow(LogUnavailable)
    await expect(refused).rejects.toThrow(/full/)
    await expect(small).rejects.toThrow(LogUnavailable)
    expect(await log.read('desk', '', 10)).toEqual({ entries: [], gap: false })
    database.exec('PRAGMA max_page_count = 100000')
    expect((await log.commit('desk', commitOf({ deliveryId: 'd1', append: [large] }))).outcome).toBe('committed')
    await log.close()
    database.close()
  })

  it('cannot be used while another process holds it', async () => {
    const path = join(folder, 'held.sqlite')
    const [database, holder] = [new DatabaseSync(path), new DatabaseSync(path)]
    const log = createSqliteLog(database)
    database.exec('PRAGMA busy_timeout = 50')
    holder.exec('BEGIN IMMEDIATE')
    await expect(log.commit('desk', commitOf({}))).rejects.toThrow(LogUnavailable)
    holder.exec('ROLLBACK')
    expect((await log.commit('desk', commitOf({}))).outcome).toBe('committed')
    await log.close()
    holder.close()
    database.close()
  })

  it('cannot be used when its owner has closed it', async () => {
    const database = new DatabaseSync(join(folder, 'closed.sqlite'))
    const log = createSqliteLog(database)
    database.close()
    await expect(log.commit('desk', commitOf({}))).rejects.toThrow(LogUnavailable)
    await expect(log.head('desk')).rejects.toThrow(LogUnavailable)
    await log.close()
  })

  it('has nothing of a transaction in which something unforeseen fails', async () => {
    const database = new DatabaseSync(':memory:')
    const log = createSqliteLog(database)
    const good = log.commit('desk', commitOf({ append: [event('good')] }))
    const bad = log.commit('desk', commitOf({ deliveryId: {} as never }))
    const results = await Promise.allSettled([good, bad])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await log.read('desk', '', 10)).toEqual({ entries: [], gap: false })
    await log.close()
    database.close()
  })

  it('refuses a value that cannot be kept without harm to what came with it', async () => {
    const database = new DatabaseSync(':memory:')
    const log = createSqliteLog(database)
    const good = log.commit('desk', commitOf({ append: [event('good')] }))
    const bad = log.commit('desk', commitOf({ remember: [{ key: 'k', expectedVersion: 0, value: () => 1 }] }))
    await expect(bad).rejects.toThrow(/could not be cloned/)
    expect((await good).outcome).toBe('committed')
    await log.close()
    database.close()
  })
})

/** Starts a process that commits without end, kills it after so many acknowledgements, and answers all that it printed. */
async function killAfter(count: number, path: string): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../support/restless-writer.ts', import.meta.url)), path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const gone = once(child, 'exit')
  const acknowledged: string[] = []
  for await (const id of createInterface({ input: child.stdout })) {
    if (acknowledged.push(id) === count) child.kill('SIGKILL')
  }
  await gone
  return acknowledged
}

function openFolder(): LogStorage {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-log-'))
  const databases: DatabaseSync[] = []
  let generation = 0
  return {
    open: async (retention?: Retention, nudgeLeaseMs?: number): Promise<EventLog> => {
      const database = new DatabaseSync(join(folder, `log-${generation}.sqlite`))
      databases.push(database)
      return createSqliteLog(database, retention, nudgeLeaseMs)
    },
    lose: async () => {
      generation += 1
    },
    close: async () => {
      for (const database of databases) database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

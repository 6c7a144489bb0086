import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Received } from '../../providers/port/index.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { Spool, type SpoolOptions } from '../../src/events/spool.ts'

/** A log that is away while it is told to be. */
class RestlessLog {
  readonly taken: [account: string, deliveryId: string | null][] = []
  mood: 'there' | 'away' | 'silent' = 'there'
  attempts = 0
  poison: string | null = null

  readonly takeIn = async (account: string, { deliveryId }: Received): Promise<void> => {
    this.attempts += 1
    if (this.mood === 'silent') return new Promise(() => {})
    if (this.mood === 'away') throw new LogUnavailable('Redis is away')
    if (deliveryId === this.poison) throw new TypeError('the guard has a bug')
    this.taken.push([account, deliveryId])
  }
}

function openFile(): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-spool-'))
  const database = new DatabaseSync(join(folder, 'spool.sqlite'))
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  return database
}

function startSpool(log: RestlessLog, options: Partial<SpoolOptions> = {}): Spool {
  const { database = openFile(), ...rest } = options
  const spool = new Spool({ database, takeIn: log.takeIn, pauseMs: 5, patienceMs: 50, ...rest })
  spool.start()
  onTestFinished(() => spool.close())
  return spool
}

const delivery = (deliveryId: string): Received => ({
  deliveryId,
  events: [
    {
      type: 'conversation-removed',
      conversation: { kind: 'conversation', account: 'a', native: '1' },
      occurredAt: new Date(5),
      audience: 'public',
    },
  ],
  nudges: [],
})

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

describe('the spool', () => {
  it('stays out of the way while the log is there', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    await spool.takeIn('a', delivery('1'), 'webhook')
    expect(log.taken).toEqual([['a', '1']])
    expect(spool.depth).toBe(0)
  })

  it('keeps what comes while the log is away and gives it on once, in order, each as it came', async () => {
    const log = new RestlessLog()
    const taken: Received[] = []
    const origins = new Set<string>()
    const spool = startSpool(log, {
      takeIn: async (account, received, origin) => {
        await log.takeIn(account, received)
        taken.push(received)
        origins.add(origin)
      },
    })
    log.mood = 'away'
    for (const id of numbers(1, 50)) await spool.takeIn('a', delivery(id), 'webhook')
    expect(spool.depth).toBe(50)
    log.mood = 'there'
    await vi.waitFor(() => expect(spool.depth).toBe(0))
    expect(taken).toEqual(numbers(1, 50).map(delivery))
    expect([...origins]).toEqual(['webhook'])
  })

  it('lets nothing overtake what waits, and does not ask the log again for each delivery', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log, { pauseMs: 200 })
    log.mood = 'away'
    await spool.takeIn('a', delivery('1'), 'webhook')
    const { attempts } = log
    log.mood = 'there'
    for (const id of numbers(2, 9)) await spool.takeIn('a', delivery(id), 'webhook')
    expect(log.attempts).toBeLessThanOrEqual(attempts + 1)
    await vi.waitFor(() => expect(log.taken).toHaveLength(9))
    expect(log.taken.map(([, id]) => id)).toEqual(numbers(1, 9))
  })

  it('keeps the accounts apart', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log, { pauseMs: 60_000 })
    log.mood = 'away'
    await spool.takeIn('a', delivery('1'), 'webhook')
    log.mood = 'there'
    await spool.takeIn('b', delivery('2'), 'webhook')
    expect(log.taken).toEqual([['b', '2']])
    expect(spool.depth).toBe(1)
  })

  it('does not wait for a log that says nothing', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    log.mood = 'silent'
    await spool.takeIn('a', delivery('1'), 'webhook')
    expect(spool.depth).toBe(1)
    log.mood = 'there'
    await vi.waitFor(() => expect(log.taken).toEqual([['a', '1']]))
  })

  it('survives the end of the process', async () => {
    const log = new RestlessLog()
    const database = openFile()
    const first = startSpool(log, { database })
    log.mood = 'away'
    for (const id of numbers(1, 3)) await first.takeIn('a', delivery(id), 'webhook')
    await first.close()
    log.mood = 'there'
    const second = startSpool(log, { database })
    await vi.waitFor(() => expect(second.depth).toBe(0))
    expect(log.taken.map(([, id]) => id)).toEqual(numbers(1, 3))
  })

  it('sets aside what cannot be taken in at all, says so, and goes on', async () => {
    const log = new RestlessLog()
    const poisoned: unknown[] = []
    const spool = startSpool(log, { onPoison: (...what) => poisoned.push(what) })
    log.mood = 'away'
    log.poison = '2'
    for (const id of numbers(1, 3)) await spool.takeIn('a', delivery(id), 'webhook')
    log.mood = 'there'
    await vi.waitFor(() => expect(spool.depth).toBe(0))
    expect(log.taken.map(([, id]) => id)).toEqual(['1', '3'])
    expect(poisoned).toEqual([['a', expect.any(TypeError)]])
  })

  it('passes on what is nobody’s outage while nothing waits', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    log.poison = '1'
    await expect(spool.takeIn('a', delivery('1'), 'webhook')).rejects.toThrow('the guard has a bug')
    expect(spool.depth).toBe(0)
  })

  it('says that it cannot be stored where its own file is gone too', async () => {
    const log = new RestlessLog()
    log.mood = 'away'
    const database = new DatabaseSync(':memory:')
    const spool = new Spool({ database, takeIn: log.takeIn })
    const waiting = spool.takeIn('a', delivery('1'), 'webhook')
    database.close()
    await expect(waiting).rejects.toThrow(LogUnavailable)
  })
})

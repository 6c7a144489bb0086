import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Received } from '../../providers/port/index.ts'
import type { TakeIn } from '../../src/events/attempts.ts'
import { createIngest } from '../../src/events/ingest.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { Spool, type SpoolOptions } from '../../src/events/spool.ts'
import { SpoolTable } from '../../src/events/spool-table.ts'
import { createSqliteLog } from '../../src/events/sqlite-log.ts'
import { ANNA, message, say } from '../events/guard-world.ts'

/** A log that is away while it is told to be. */
class RestlessLog {
  readonly taken: [account: string, deliveryId: string | null][] = []
  mood: 'there' | 'away' | 'silent' = 'there'
  readonly asked = new Set<string | null>()
  attempts = 0
  poison: string | null = null

  readonly takeIn = async (account: string, { deliveryId }: Received): Promise<void> => {
    this.attempts += 1
    this.asked.add(deliveryId)
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

const delivery = (deliveryId: string, ...conversations: readonly string[]): Received => ({
  deliveryId,
  events: (conversations.length === 0 ? ['1'] : conversations).map((native) => ({
    type: 'conversation-removed',
    conversation: { kind: 'conversation', account: 'a', native },
    occurredAt: new Date(5),
    audience: 'public',
  })),
  nudges: [],
})

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

/** A message that is said; where it stands follows from its number. */
const said = (deliveryId: string, native: string): Received => {
  const conversation = { kind: 'conversation', account: 'a', native } as const
  const ref = { kind: 'message', conversation, native: deliveryId } as const
  const spoken = message(deliveryId, { ref, sortKey: deliveryId.padStart(9, '0') })
  return { deliveryId, events: [{ ...say.saved(spoken), conversation }], nudges: [] }
}

const nameOfNews = ({ events: [event], deliveryId }: Received) =>
  `msg:${event?.conversation.native}:${deliveryId}:added`

const idsIn = (all: readonly Received[], native: string) =>
  all
    .filter(({ events }) => events.some(({ conversation }) => conversation.native === native))
    .map((one) => one.deliveryId)

const SOON = { timeout: 10_000, interval: 10 }

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
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON)
    expect(taken).toEqual(numbers(1, 50).map((id) => delivery(id)))
    expect([...origins]).toEqual(['webhook'])
  })

  it('lets nothing overtake what waits, and does not ask the log again for each delivery', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    log.mood = 'away'
    for (const id of numbers(1, 9)) await spool.takeIn('a', delivery(id), 'webhook')
    expect(log.asked).toEqual(new Set(['1']))
    log.mood = 'there'
    await vi.waitFor(() => expect(log.taken).toHaveLength(9), SOON)
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
    await vi.waitFor(() => expect(log.taken).toEqual([['a', '1']]), SOON)
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
    await vi.waitFor(() => expect(second.depth).toBe(0), SOON)
    expect(log.taken.map(([, id]) => id)).toEqual(numbers(1, 3))
  })

  it('gives on many at a time, and each conversation in its order, also those that share a delivery', async () => {
    const log = new RestlessLog()
    const taken: Received[] = []
    let [running, most] = [0, 0]
    const takeIn: TakeIn = async (account, received) => {
      running += 1
      most = Math.max(most, running)
      await pause(Math.random() * 4)
      running -= 1
      await log.takeIn(account, received)
      taken.push(received)
    }
    const spool = startSpool(log, { takeIn, patienceMs: 1_000 })
    const given = numbers(1, 300).map((id) =>
      delivery(id, ...numbers(1, 30).filter(() => Math.random() < 0.06), `of ${id}`),
    )
    log.mood = 'away'
    await Promise.all(given.map((received) => spool.takeIn('a', received, 'webhook')))
    expect(spool.depth).toBe(300)
    ;[log.mood, most] = ['there', 0]
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON)
    expect(most).toBeGreaterThan(8)
    expect(taken).toHaveLength(300)
    for (const conversation of numbers(1, 30)) expect(idsIn(taken, conversation)).toEqual(idsIn(given, conversation))
  })

  it('keeps the order when the log goes and comes again and again, and has each in the log once', async () => {
    const database = openFile()
    const eventLog = createSqliteLog(database)
    onTestFinished(() => eventLog.close())
    const ingest = createIngest(eventLog)
    const takeIn: TakeIn = async (account, received, origin) => {
      await pause(Math.random() * 2)
      if (Math.random() < 0.2) throw new LogUnavailable('before it was asked')
      await ingest(account, received, origin)
      if (Math.random() < 0.2) throw new LogUnavailable('before it could answer')
    }
    const spool = startSpool(new RestlessLog(), { database, takeIn, pauseMs: 1, patienceMs: 1_000 })
    const given = numbers(1, 300).map((id) => said(id, String(Number(id) % 7)))
    for (const received of given) {
      void spool.takeIn('a', received, 'webhook')
      if (Math.random() < 0.2) await pause(1)
    }
    await vi.waitFor(async () => expect((await eventLog.read('a', '', 1_000)).entries).toHaveLength(300), SOON)
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON)
    const { entries } = await eventLog.read('a', '', 1_000)
    for (const conversation of numbers(0, 6)) {
      const told = entries.filter(({ event }) => event.conversation.native === conversation)
      expect(told.map(({ event: { id } }) => id)).toEqual(
        given.filter(({ events: [event] }) => event?.conversation.native === conversation).map(nameOfNews),
      )
    }
  })

  it('catches up while more comes all the time', async () => {
    const log = new RestlessLog()
    const slowly: TakeIn = async (account, received) => {
      await pause(4)
      await log.takeIn(account, received)
    }
    const spool = startSpool(log, { takeIn: slowly, patienceMs: 1_000 })
    log.mood = 'away'
    await Promise.all(numbers(1, 500).map((id) => spool.takeIn('a', delivery(id, id), 'webhook')))
    log.mood = 'there'
    let count = 500
    // More in a millisecond than one at a time could take in.
    const traffic = setInterval(() => {
      count += 1
      void spool.takeIn('a', delivery(String(count), String(count % 50)), 'webhook')
    }, 1)
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON).finally(() => clearInterval(traffic))
    expect(count).toBeGreaterThan(500)
    await vi.waitFor(() => expect(new Set(log.taken.map(([, id]) => id)).size).toBe(count), SOON)
    expect(log.taken).toHaveLength(count)
  })

  it('lets what is on its way behind something slow wait with it', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    log.mood = 'silent'
    const both = ['1', '2'].map((id) => spool.takeIn('a', delivery(id), 'webhook'))
    await vi.waitFor(() => expect(log.attempts).toBe(1), SOON)
    log.mood = 'there'
    await Promise.all(both)
    await vi.waitFor(() => expect(log.taken.map(([, id]) => id)).toEqual(['1', '2']), SOON)
  })

  it('tries five times what cannot be taken in, sets it aside with the reason, and goes on', async () => {
    const log = new RestlessLog()
    const poisoned: unknown[] = []
    const database = openFile()
    const spool = startSpool(log, { database, onPoison: (...what) => poisoned.push(what) })
    log.mood = 'away'
    log.poison = '2'
    for (const id of numbers(1, 3)) await spool.takeIn('a', delivery(id), 'webhook')
    log.mood = 'there'
    const { attempts } = log
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON)
    expect(log.taken.map(([, id]) => id)).toEqual(['1', '3'])
    expect(log.attempts).toBeGreaterThanOrEqual(attempts + 7)
    expect(poisoned).toEqual([['a', expect.any(TypeError)]])
    const reason = 'TypeError: the guard has a bug'
    expect(new SpoolTable(database).deadLetters('a')).toEqual([{ reason, at: expect.any(Date) }])
  })

  it.each(['takeIn', 'takeInNow'] as const)('sets aside what %s cannot take in while nothing waits', async (way) => {
    const log = new RestlessLog()
    const database = openFile()
    const spool = startSpool(log, { database })
    log.poison = '1'
    await spool[way]('a', delivery('1'), 'webhook')
    await spool[way]('a', delivery('2'), 'webhook')
    expect(log.attempts).toBe(6)
    expect(log.taken).toEqual([['a', '2']])
    expect(spool.depth).toBe(0)
    expect(new SpoolTable(database).deadLetters('a')).toHaveLength(1)
  })

  it('takes in what was set aside once somebody puts it back', async () => {
    const log = new RestlessLog()
    const database = openFile()
    const spool = startSpool(log, { database, pollMs: 10 })
    log.poison = '1'
    await spool.takeIn('a', delivery('1'), 'webhook')
    log.poison = null
    const table = new SpoolTable(database)
    expect(spool.dead).toBe(1)
    expect(table.revive('b')).toBe(0)
    expect(table.revive('a')).toBe(1)
    await vi.waitFor(() => expect(log.taken).toEqual([['a', '1']]), SOON)
    await vi.waitFor(() => expect(spool.depth).toBe(0), SOON)
    expect(spool.dead).toBe(0)
  })

  it('keeps what was given up on for its time', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log, { pollMs: 10, deadLetterMs: 300 })
    log.poison = '1'
    await spool.takeIn('a', delivery('1'), 'webhook')
    expect(spool.dead).toBe(1)
    await vi.waitFor(() => expect(spool.dead).toBe(0), SOON)
  })

  it('does not keep who types until later', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log, { pauseMs: 60_000 })
    log.mood = 'away'
    await spool.takeIn('a', delivery('1'), 'webhook')
    log.mood = 'there'
    const { conversation } = delivery('1').events[0]!
    const base = { conversation, occurredAt: null, audience: 'public' } as const
    const typing = { ...base, type: 'typing-changed', holder: ANNA, typing: true } as const
    await spool.takeIn('a', { deliveryId: '2', events: [typing], nudges: [] }, 'socket')
    expect(log.taken).toEqual([['a', '2']])
    expect(spool.depth).toBe(1)
  })

  it('tells senders that come back of the outage, and keeps nothing of theirs', async () => {
    const log = new RestlessLog()
    const spool = startSpool(log)
    log.mood = 'away'
    await expect(spool.takeInNow('a', delivery('1'), 'webhook')).rejects.toThrow(LogUnavailable)
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

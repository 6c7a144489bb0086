import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EventLog, LogUnavailable } from '../../src/events/log.ts'
import { createRedisLog } from '../../src/events/redis-log.ts'
import { startRedisTail } from '../../src/events/redis-tail.ts'
import { hasRedis, type PrivateRedis, REDIS_NOTE, startRedis } from '../support/redis.ts'
import { commitOf, describeEventLog, event, type LogStorage } from './log-contract.ts'

describe.skipIf(!hasRedis)(`with a Redis of its own${REDIS_NOTE}`, () => {
  describeEventLog('the log in Redis', openStorage)

  describe('the log in a Redis that comes and goes', () => {
    let redis: PrivateRedis
    let log: EventLog
    beforeAll(async () => {
      redis = await startRedis()
      log = await createRedisLog(redis.url)
    })
    afterAll(async () => {
      await log.close()
      await redis.close()
    })
    const commits = (account: string) => async () => {
      try {
        return (await log.commit(account, commitOf({ append: [event('back')] }))).outcome
      } catch (error) {
        return error instanceof LogUnavailable ? 'unavailable' : error
      }
    }
    const soon = { timeout: 5_000, interval: 20 }

    it('loses nothing that it acknowledged when Redis is killed amid commits, and takes nothing twice', async () => {
      const acknowledged = new Set<string>()
      let failures = 0
      let killed = false
      let number = 0
      const writeUntilKilledAndBack = async (writer: number) => {
        for (let written = 0; written < 400; written++) {
          number += 1
          const id = `${writer}-${number}`
          for (;;) {
            try {
              await log.commit('desk', commitOf({ deliveryId: id, append: [event(id)] }))
              break
            } catch (error) {
              expect(error).toBeInstanceOf(LogUnavailable)
              failures += 1
              await new Promise((resolve) => setTimeout(resolve, 20))
            }
          }
          acknowledged.add(id)
          if (acknowledged.size === 1_000) {
            await redis.kill()
            killed = true
            await redis.start()
          }
        }
      }
      await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(writeUntilKilledAndBack))
      expect(killed).toBe(true)
      expect(failures).toBeGreaterThan(0)
      const { entries } = await log.read('desk', '', 10_000)
      const kept = entries.map((entry) => entry.event.id)
      expect(kept).toHaveLength(3_200)
      expect(new Set(kept)).toEqual(acknowledged)
    })

    it('refuses at once while Redis is away, and goes on when it is back', async () => {
      await redis.kill()
      await expect.poll(commits('away'), soon).toBe('unavailable')
      const began = performance.now()
      await expect(log.head('away')).rejects.toThrow(LogUnavailable)
      expect(performance.now() - began).toBeLessThan(500)
      await redis.start()
      await expect.poll(commits('away'), soon).toBe('committed')
    })

    it('refuses after two seconds when Redis says nothing', async () => {
      redis.freeze()
      try {
        await expect(log.head('frozen')).rejects.toThrow(/no answer within 2000 ms/)
      } finally {
        redis.thaw()
      }
      await expect.poll(commits('frozen'), soon).toBe('committed')
    })

    it('wakes a watcher for what was appended while Redis was on its way back', async () => {
      const wake = vi.fn()
      const watch = log.watch('watched', wake)
      await expect.poll(() => wake.mock.calls.length, soon).toBe(1)
      await redis.kill()
      await redis.start()
      const writer = await createRedisLog(redis.url)
      await writer.commit('watched', commitOf({ append: [event('a')] }))
      await expect.poll(() => wake.mock.calls.length, soon).toBe(2)
      await writer.commit('watched', commitOf({ append: [event('b')] }))
      await expect.poll(() => wake.mock.calls.length, soon).toBe(3)
      watch.stop()
      await writer.close()
    })

    it('wakes soon for what was appended between looking for the newest entry and waiting for the next', async () => {
      const wake = vi.fn()
      const head = vi.fn(() => log.head('between'))
      head.mockImplementationOnce(async () => {
        const before = await log.head('between')
        await commits('between')()
        return before
      })
      const tail = startRedisTail({ url: redis.url, account: 'between', head, wake })
      await expect.poll(() => wake.mock.calls.length, { timeout: 1_500, interval: 5 }).toBe(2)
      tail.stop()
    })

    it('notices a flush while it runs: another epoch, a gap for old positions, and versions from 0', async () => {
      const remember = [{ key: 'k', expectedVersion: 0, value: 1 }]
      await log.commit('flushed', commitOf({ deliveryId: 'd', remember, append: [event('a')] }))
      const [epoch, head] = [log.epoch, await log.head('flushed')]
      const wake = vi.fn()
      const watch = log.watch('flushed', wake)
      await flush(redis.url)
      expect(await log.read('flushed', head, 10)).toEqual({ entries: [], gap: true })
      expect(log.epoch).not.toBe(epoch)
      expect(wake).toHaveBeenCalled()
      expect(await log.recall('flushed', ['k'])).toEqual([{ version: 0, value: undefined }])
      const again = await log.commit('flushed', commitOf({ deliveryId: 'd', remember, append: [event('b')] }))
      expect(again.outcome).toBe('committed')
      expect((await log.read('flushed', '', 10)).gap).toBe(false)
      watch.stop()
    })

    it('lets instances agree on the epoch after a flush', async () => {
      const other = await createRedisLog(redis.url)
      await flush(redis.url)
      await Promise.all([other, log, other, log].map((one, index) => one.head(`agreed-${index % 3}`)))
      expect(other.epoch).toBe(log.epoch)
      await other.close()
    })

    it('has all keys of an account on one node of a cluster', async () => {
      const remember = [{ key: 'k', expectedVersion: 0, value: 1 }]
      const nudges = [{ type: 'locate', payload: 'x' }] as const
      await flush(redis.url)
      await log.commit('tagged', commitOf({ deliveryId: 'd', remember, append: [event('a')], nudges }))
      const client = await createClient({ url: redis.url }).connect()
      const keys = await client.keys('*')
      await client.close()
      expect(keys.filter((key) => !key.startsWith('conversation-gateway:log-v2:{tagged}:'))).toEqual([
        'conversation-gateway:log-v2:epoch',
      ])
      expect(keys).toHaveLength(8)
    })
  })

  it('says why it is away from the start, and goes on when it is there', async () => {
    const redis = await startRedis()
    await redis.kill()
    const log = await createRedisLog(redis.url)
    expect(log.epoch).toBe('')
    await expect(log.head('desk')).rejects.toThrow(LogUnavailable)
    await expect(log.head('desk')).rejects.toThrow(/^Redis cannot be used: connect ECONNREFUSED/)
    const wake = vi.fn()
    log.watch('desk', wake)
    await redis.start()
    await expect.poll(() => wake.mock.calls.length, { timeout: 5_000 }).toBeGreaterThan(0)
    expect(log.epoch).toMatch(/.{16,}/)
    expect((await log.commit('desk', commitOf({ append: [event('a')] }))).outcome).toBe('committed')
    await log.close()
    await redis.close()
  })
})

async function openStorage(): Promise<LogStorage> {
  const redis = await startRedis()
  return {
    open: (retention, nudgeLeaseMs) => createRedisLog(redis.url, retention, nudgeLeaseMs),
    lose: () => flush(redis.url),
    close: () => redis.close(),
  }
}

async function flush(url: string): Promise<void> {
  const client = await createClient({ url }).connect()
  await client.flushAll()
  await client.close()
}

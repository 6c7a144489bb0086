import { describe, expect, it } from 'vitest'
import { runKillRound } from '../support/kill-round.ts'
import type { Victim } from '../support/kill-world.ts'
import { hasRedis, REDIS_NOTE } from '../support/redis.ts'

/** More than this machine needs, much less than a round may last when it is busy. */
const TIME = 60_000

describe.skipIf(!hasRedis)(`two instances on one Redis${REDIS_NOTE}`, () => {
  it('lose and repeat nothing when the one that everybody listens to is killed', () => killRound('instance'), TIME)

  it('lose and repeat nothing when their Redis is killed and comes back', () => killRound('redis'), TIME)
})

describe('one instance on SQLite', () => {
  it('loses and repeats nothing when it is killed and comes back', () => killRound('sqlite'), TIME)
})

async function killRound(victim: Victim): Promise<void> {
  const counts = await runKillRound({ victim, webhooks: 300, perSecond: 300, subscribers: 4, awayMs: 100 })
  expect(counts).toMatchObject({ missing: 0, repeated: 0, lost: 0, duplicated: 0, gaps: [] })
  expect(counts.acknowledged).toBeGreaterThan(0)
  expect(counts.catchUpMs).not.toBeNull()
}

import { describe, expect, it } from 'vitest'
import { hasRedis, REDIS_NOTE } from '../support/redis.ts'
import { runSendRound } from '../support/send-round.ts'

/** More than this machine needs, much less than a round may last when it is busy. */
const TIME = 90_000

describe.skipIf(!hasRedis)(`two instances on one Redis, and a line that breaks amid every send${REDIS_NOTE}`, () => {
  it.each(['chatwoot', 'cometchat', 'bird'] as const)(
    'send everything once at %s, and soon know that they did',
    async (vendor) => {
      const { cuts, duplicates, losses, knownAfterMs } = await runSendRound({ vendor, sends: 20, perSecond: 10 })
      expect({ duplicates, losses, broken: cuts.requests + cuts.answers }).toEqual({
        duplicates: 0,
        losses: 0,
        broken: 20,
      })
      expect(Math.max(...knownAfterMs)).toBeLessThan(10_000)
    },
    TIME,
  )
})

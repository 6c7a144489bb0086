import { type KillCounts, runKillRound } from '../support/kill-round.ts'
import type { Victim } from '../support/kill-world.ts'
import { hasRedis } from '../support/redis.ts'

/**
 * Signed webhooks at a steady pace from a sender of its own, subscribers that resume, and a `kill -9` at a random moment: of the
 * instance that holds the subscribers (two instances on one Redis), of their Redis, and of the only instance on SQLite. Prints
 * what was lost and what came twice in each round, and how long it took to catch up.
 *
 *     node test/bench/kill.ts [rounds] [webhooks] [per second]
 */
const ROUNDS = Number(process.argv[2] ?? 5)
const WEBHOOKS = Number(process.argv[3] ?? 10_000)
const PER_SECOND = Number(process.argv[4] ?? 2_000)

/** What is killed, and how long it stays away. */
const VICTIMS: readonly (readonly [Victim, number])[] = [
  ['instance', 0],
  ['redis', 1_000],
  ['sqlite', 0],
]

for (const [victim, awayMs] of VICTIMS) {
  if (victim !== 'sqlite' && !hasRedis) {
    console.log(`${victim}: left out, redis-server is not installed`)
    continue
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    const options = { victim, awayMs, webhooks: WEBHOOKS, perSecond: PER_SECOND, subscribers: 4 }
    const counts = await runKillRound(options)
    console.log(`${victim} ${round}: ${describe(counts)}`)
    if (counts.missing + counts.repeated + counts.lost + counts.duplicated > 0) process.exitCode = 1
  }
}

function describe(counts: KillCounts): string {
  const refused = Object.entries(counts.refusals).map(([reason, count]) => `${count} ${reason}`)
  return [
    `killed at ${ms(counts.killedAtMs)}, acknowledged ${counts.acknowledged} of ${WEBHOOKS}`,
    ...(refused.length > 0 ? [`not acknowledged: ${refused.join(', ')}`] : []),
    `missing ${counts.missing}, repeated ${counts.repeated}, lost ${counts.lost}, duplicated ${counts.duplicated}`,
    ...(counts.gaps.length > 0 ? [`gaps: ${counts.gaps.join(', ')}`] : []),
    `sent ${Math.round(counts.sentPerSecond)}/s, answered ${Math.round(counts.answeredPerSecond)}/s`,
    `caught up after ${ms(counts.catchUpMs)}, all settled ${ms(counts.settledMs)} after the last answer`,
  ].join('; ')
}

function ms(time: number | null): string {
  return time === null ? 'never' : `${Math.round(time)} ms`
}

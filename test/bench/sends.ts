import { hasRedis } from '../support/redis.ts'
import { runSendRound, type SendCounts, type SendOptions } from '../support/send-round.ts'

/**
 * Messages at a steady pace over two instances on one Redis, each of which meets a line to the provider that breaks at a random
 * byte of the request or of the answer; clients send again with the same key. Prints what came twice and what was lost in the
 * provider's own state, and how long it took until every client knew.
 *
 *     node test/bench/sends.ts [sends] [per second] [vendor...]
 */
const SENDS = Number(process.argv[2] ?? 1_000)
const PER_SECOND = Number(process.argv[3] ?? 20)
const VENDORS = process.argv.slice(4)

const ALL = ['chatwoot', 'cometchat', 'bird'] as const

/** Within which time every outcome is to be known. */
const KNOWN_WITHIN_MS = 10_000

if (!hasRedis) console.log('left out, redis-server is not installed')
else
  for (const vendor of ALL)
    if (VENDORS.length === 0 || VENDORS.includes(vendor)) await run({ vendor, sends: SENDS, perSecond: PER_SECOND })

async function run(options: SendOptions): Promise<void> {
  const counts = await runSendRound(options)
  console.log(`${options.vendor}: ${describe(counts, options)}`)
  const isLate = (counts.knownAfterMs.at(-1) ?? 0) > KNOWN_WITHIN_MS
  if (counts.duplicates + counts.losses > 0 || isLate) process.exitCode = 1
}

function describe(
  { cuts, duplicates, losses, knownAfterMs, toldBefore, replayed }: SendCounts,
  { sends }: SendOptions,
) {
  const at = (share: number) => `${Math.round(knownAfterMs[Math.ceil(share * knownAfterMs.length) - 1] ?? 0)} ms`
  const told = Object.entries(toldBefore).map(([code, count]) => `${count} ${code}`)
  return [
    `${sends} sends, cut amid ${cuts.requests} requests and ${cuts.answers} answers`,
    `duplicates ${duplicates}, losses ${losses}`,
    `known after ${at(0.5)} (p50), ${at(0.99)} (p99), ${at(1)} (all)`,
    `before that ${told.length === 0 ? 'nothing else was told' : told.join(', ')}; replayed ${replayed}`,
  ].join('; ')
}

import { runCursors } from '../authorisation/cursors.ts'
import { type Finding, Matrix } from '../authorisation/matrix.ts'
import { runStreams } from '../authorisation/streams.ts'
import { startTenants } from '../authorisation/tenants.ts'

/**
 * The matrix of authorisation, in rounds that each draw other cases. Prints how much was replayed, and everything that was found.
 *
 *     node test/bench/authorisation.ts [rounds] [reads of a round] [acts of a round] [seed] [cursors,matrix,permitted,streams]
 */
const ROUNDS = Number(process.argv[2] ?? 6)
const READS = Number(process.argv[3] ?? 3_000)
const ACTS = Number(process.argv[4] ?? 1_000)
const SEED = Number(process.argv[5] ?? 1)
const PARTS = (process.argv[6] ?? 'cursors,matrix,permitted,streams').split(',')

const begun = performance.now()
const world = await startTenants(process.env.LOG_LEVEL === 'error' ? 'error' : 'fatal')
const matrix = new Matrix(world)
const findings: Finding[] = []
let total = 0
try {
  for (const part of PARTS) await createParts()[part]?.()
  total += matrix.replays
  for (const [what, count] of [...matrix.counts].toSorted()) console.log(`${what}: ${count}`)
  for (const [what, count] of [...matrix.succeeded].toSorted()) console.log(`${what} succeeded: ${count}`)
  findings.push(...matrix.findings)
  lap(`${total} replays, ${world.canaries.count} canaries, ${findings.length} findings`)
  tellFindings()
} finally {
  await world.close()
}

function createParts(): Readonly<Record<string, () => Promise<void>>> {
  return {
    cursors: async () => {
      const cursors = await runCursors(world)
      total += cursors.replays
      findings.push(...cursors.findings)
      lap(`cursors of others: ${cursors.replays}, ${cursors.findings.length} findings`)
    },
    matrix: async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await matrix.run({ reads: READS, acts: ACTS, seed: SEED + round })
        lap(`${matrix.replays} reads and acts, ${matrix.findings.length} findings`)
      }
    },
    permitted: async () => {
      await matrix.runPermitted(SEED)
      lap('what is permitted')
    },
    streams: async () => {
      const streams = await runStreams(world, world.viewers)
      total += streams.subscriptions
      findings.push(...streams.findings)
      lap(
        `subscriptions: ${streams.subscriptions}; ${streams.happenings} happenings, ${streams.items} items, ${streams.findings.length} findings`,
      )
    },
  }
}

function lap(what: string): void {
  console.log(`${what}, after ${Math.round((performance.now() - begun) / 1_000)} s`)
}

function tellFindings(): void {
  const kindOf = ({ sort, field, kind, account }: Finding) => `${sort} ${field} (${kind}) ${account.split('-')[1]}`
  for (const [what, [first, ...others]] of Map.groupBy(findings, kindOf)) {
    console.log(`\n${what}: ${others.length + 1}\n${JSON.stringify(first, null, 1)}`)
  }
  if (findings.length > 0) process.exitCode = 1
}

import { runCursors } from '../authorisation/cursors.ts'
import { type Finding, Matrix } from '../authorisation/matrix.ts'
import { runStreams } from '../authorisation/streams.ts'
import { startTenants } from '../authorisation/tenants.ts'

/**
 * The matrix of authorisation, as much of it as is asked for. Prints how much was replayed, and everything that was found.
 *
 *     node test/bench/authorisation.ts [reads] [acts] [seed]
 */
const READS = Number(process.argv[2] ?? 40_000)
const ACTS = Number(process.argv[3] ?? 12_000)
const SEED = Number(process.argv[4] ?? 1)

const world = await startTenants(process.env.LOG_LEVEL === 'error' ? 'error' : 'fatal')
try {
  const matrix = new Matrix(world)
  const begun = performance.now()
  const cursors = await runCursors(world)
  console.log(`cursors of others: ${cursors.replays}`)
  await matrix.run({ reads: READS, acts: ACTS, seed: SEED })
  await matrix.runPermitted(SEED)
  const streams = await runStreams(world, world.viewers)
  console.log(`subscriptions: ${streams.subscriptions}; ${streams.happenings} happenings, ${streams.items} items`)
  const total = matrix.replays + cursors.replays + streams.subscriptions
  const findings: readonly Finding[] = [...cursors.findings, ...matrix.findings, ...streams.findings]
  for (const [what, count] of [...matrix.counts].toSorted()) console.log(`${what}: ${count}`)
  for (const [what, count] of [...matrix.succeeded].toSorted()) console.log(`${what} succeeded: ${count}`)
  console.log(
    `${total} replays in ${Math.round((performance.now() - begun) / 1_000)} s, ${world.canaries.count} canaries`,
  )
  const groups = Map.groupBy(
    matrix.findings,
    ({ sort, field, kind, account }) => `${sort} ${field} (${kind}) ${account.split('-')[1]}`,
  )
  for (const [what, [first, ...others]] of groups) {
    console.log(`\n${what}: ${others.length + 1}\n${JSON.stringify(first, null, 1)}`)
  }
  if (findings.length > 0) process.exitCode = 1
} finally {
  await world.close()
}

import { setPriority } from 'node:os'
import { Fuzzing, KINDS, type Kind } from '../fuzz/fuzzing.ts'
import { describeFuzzing } from '../fuzz/report.ts'
import { startTargets } from '../fuzz/targets.ts'

/**
 * Drawn documents, damaged bodies and disordered websocket frames against two gateways in production composition, each in a
 * process of its own: nobody signs in to the one, everybody to the other, which hides its schema. Prints what was answered,
 * what should not have been (with the smallest case that does it), and how long each event loop stood still beside one that
 * only echoes. The same seed makes the same cases; with a kind and a number after it, only that one case is tried.
 *
 *     node test/bench/fuzz.ts [documents] [bodies] [sockets] [seed] [kind number]
 */
const COUNTS: Readonly<Record<Kind, number>> = {
  documents: Number(process.argv[2] ?? 100_000),
  bodies: Number(process.argv[3] ?? 50_000),
  sockets: Number(process.argv[4] ?? 10_000),
}
const SEED = Number(process.argv[5] ?? 1)
const ONLY = KINDS.find((kind) => kind === process.argv[6])
const INDEX = Number(process.argv[7] ?? 0)

console.log(`seed ${SEED}`)
const targets = await startTargets()
// What is measured goes first: there may be no more than two processors for all of them.
setPriority(10)
try {
  const fuzzing = new Fuzzing({ targets, seed: SEED })
  const begun = performance.now()
  if (ONLY !== undefined) await fuzzing.run(ONLY, INDEX, INDEX + 1)
  else for (const kind of KINDS) await fuzzing.run(kind, 0, COUNTS[kind])
  await fuzzing.close()
  for (const line of describeFuzzing(fuzzing)) console.log(line)
  console.log(`${Math.round((performance.now() - begun) / 1_000)} s`)
  for (const { name, process } of targets.gateways) {
    const failures = process.logged.filter((line) => /"level":(50|60)/.test(line))
    console.log(`${name} logged ${failures.length} failures\n${failures.slice(0, 5).join('\n')}`)
  }
  if (fuzzing.findings.length > 0) process.exitCode = 1
} finally {
  await targets.close()
}

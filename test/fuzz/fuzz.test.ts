import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fuzzing, type Kind } from './fuzzing.ts'
import { startTargets, type Targets } from './targets.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 1)
/** Beside other tests nothing runs as fast as alone. */
const LONGEST_STALL_MS = 300
const PATIENCE_MS = 60_000

/** The bench of the same name tries a hundred times as many. */
describe(`a gateway that is treated badly (seed ${SEED})`, () => {
  let targets: Targets
  let fuzzing: Fuzzing
  beforeAll(async () => {
    targets = await startTargets()
    fuzzing = new Fuzzing({ targets, seed: SEED, longestStallMs: LONGEST_STALL_MS })
  }, PATIENCE_MS)
  afterAll(async () => {
    await fuzzing.close()
    await targets.close()
  })

  async function expectNothingFrom(kind: Kind, count: number): Promise<void> {
    await fuzzing.run(kind, 0, count)
    expect(fuzzing.findings).toEqual([])
    for (const { process } of targets.gateways) {
      expect(process.ended).toBeNull()
      expect(process.logged.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
    }
  }

  it(
    'answers drawn documents, most of them valid, as JSON and without failing',
    async () => {
      await expectNothingFrom('documents', 500)
      expect(fuzzing.documents.valid / fuzzing.documents.drawn).toBeGreaterThan(0.5)
    },
    PATIENCE_MS,
  )

  it('answers damaged bodies as JSON and without failing', () => expectNothingFrom('bodies', 500), PATIENCE_MS)

  it(
    'closes disordered sockets for what their clients did, never for itself',
    async () => {
      await expectNothingFrom('sockets', 150)
      expect(fuzzing.seen.get('closed 1002')).toBeGreaterThan(0)
      expect(fuzzing.seen.get('closed 4400')).toBeGreaterThan(0)
    },
    PATIENCE_MS,
  )
})

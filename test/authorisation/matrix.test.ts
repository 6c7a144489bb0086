import { afterAll, beforeAll, expect, test } from 'vitest'
import { Matrix } from './matrix.ts'
import { startTenants, type TenantWorld } from './tenants.ts'

// The whole of it is run by hand: see `test/bench/authorisation.ts`.
const SHORT = { reads: 1_200, acts: 400, seed: 1, depth: 2 }

let world: TenantWorld
beforeAll(async () => {
  world = await startTenants()
})
afterAll(() => world.close())

test('nobody learns what is not theirs, and nobody changes it', { timeout: 240_000 }, async () => {
  const matrix = new Matrix(world)
  await matrix.run(SHORT)
  expect(matrix.findings.slice(0, 5)).toEqual([])
  expect(matrix.replays).toBe(SHORT.reads + SHORT.acts)
})

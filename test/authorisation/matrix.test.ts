import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCursors } from './cursors.ts'
import { Matrix } from './matrix.ts'
import { runStreams } from './streams.ts'
import { startTenants, type TenantWorld } from './tenants.ts'

// The whole of it is run by hand: see `test/bench/authorisation.ts`.
const SHORT = { reads: 1_200, acts: 400, seed: 1, depth: 2 }
const LISTENERS = [
  'north-chatwoot customer A',
  'north-bird customer A',
  'north-cometchat customer B',
  'south admin',
  'north key for a query',
  'nobody',
]
const TIMEOUT = { timeout: 240_000 }

let world: TenantWorld
beforeAll(async () => {
  world = await startTenants()
})
afterAll(() => world.close())

test('nobody learns what is not theirs, and nobody changes it', TIMEOUT, async () => {
  const matrix = new Matrix(world)
  await matrix.run(SHORT)
  expect(matrix.findings.slice(0, 5)).toEqual([])
  expect(matrix.replays).toBe(SHORT.reads + SHORT.acts)
})

test('nobody goes on where somebody else stopped', TIMEOUT, async () => {
  const account = world.accounts.filter(({ key }) => key === 'north-chatwoot')
  const { findings, replays } = await runCursors(world, account)
  expect(findings.slice(0, 5)).toEqual([])
  expect(replays).toBeGreaterThan(500)
})

test('nobody is told of what is not theirs', TIMEOUT, async () => {
  const viewers = world.viewers.filter(({ name }) => LISTENERS.includes(name))
  const accounts = world.accounts.filter(({ tenant }) => tenant === 'north')
  const { findings, happenings, items } = await runStreams(world, viewers, accounts)
  expect(findings.slice(0, 5)).toEqual([])
  expect(happenings).toBeGreaterThan(80)
  expect(items).toBeGreaterThan(100)
})

import { DatabaseSync } from 'node:sqlite'
import { vi } from 'vitest'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import { type ActivityIndexOptions, withActivityIndex } from '../../src/events/activity-index.ts'
import { SnapshotStore } from '../../src/events/snapshot-store.ts'
import { ACCOUNT, type Contract, type Vendor } from './desk.ts'

/**
 * The same contract for a provider behind the activity index, whose first walk was done before: what the index asks for in the
 * background is then not taken for what a call asks for.
 */
export function indexed(contract: Contract): Contract {
  return { ...contract, start: () => indexedVendor(contract.start) }
}

export async function indexedVendor(start: () => Promise<Vendor>): Promise<Vendor> {
  const vendor = await start()
  const store = new SnapshotStore(new DatabaseSync(':memory:'), ACCOUNT)
  const walker = withActivityIndex(vendor.create(), optionsFor(store, 1_000))
  await vi.waitFor(() => {
    if (!store.walk.finished) throw new Error('the walk has not ended')
  })
  await walker.close()
  return { ...vendor, create: () => withActivityIndex(vendor.create(), optionsFor(store, 0)) }
}

function optionsFor(store: SnapshotStore, backgroundCalls: number): ActivityIndexOptions {
  const backgroundCall = () => ({
    actor: { kind: 'service' } as const,
    deadline: Date.now() + 8_000,
    signal: new AbortController().signal,
    budget: createCallBudget(backgroundCalls),
  })
  return { store, backgroundCall, fedByEvents: true, walkPauseMs: 0 }
}

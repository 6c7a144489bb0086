import { OPERATION_KINDS, type Viewer } from '../../schema/context.ts'
import { admitEverybody } from '../../src/identity/anonymous.ts'
import type { Gatekeeper } from '../../src/identity/identity.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/limits/limits.ts'

/** Somebody who may do everything. */
export function viewerOf(viewer: Partial<Viewer> = {}): Viewer {
  return { id: 'nora', displayName: 'Nora', kind: 'agent', operations: new Set(OPERATION_KINDS), ...viewer }
}

/** Lets everybody in as that viewer. */
export function gatekeeperOf(viewer: Partial<Viewer> = {}): Gatekeeper {
  return admitEverybody(viewerOf(viewer))
}

/** For documents that ask for everything there is. */
export const NO_LIMITS = Object.fromEntries(
  Object.keys(DEFAULT_LIMITS).map((limit) => [limit, Number.POSITIVE_INFINITY]),
) as unknown as Limits

import { createCallBudget } from '../../providers/kit/call-budget.ts'
import type { CallContext } from '../../providers/port/index.ts'

/** For whoever acts, as its caller does, but carried through where the client goes away meanwhile. */
export function detached(call: CallContext, deadline: number = call.deadline): CallContext {
  return { ...call, deadline, signal: NEVER }
}

/** For looking at what has become of an act, which must not fail because the act has used up what its operation may ask. */
export function lookingOn(call: CallContext, deadline: number): CallContext {
  return { ...detached(call, deadline), budget: createCallBudget(CALLS_PER_LOOK) }
}

const NEVER = new AbortController().signal
const CALLS_PER_LOOK = 30

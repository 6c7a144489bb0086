import { createCallBudget } from '../providers/kit/call-budget.ts'
import type { Actor, CallContext } from '../providers/port/index.ts'
import type { Acts } from '../schema/acts.ts'
import type { GatewayAccount, GatewayContext, Viewer } from '../schema/context.ts'
import type { EventStream, GapReason } from '../schema/event-stream.ts'
import type { Feed } from './events/feed.ts'
import type { Identity } from './identity/identity.ts'

/** What all operations have in common. */
export interface OperationHost {
  readonly accounts: readonly GatewayAccount[]
  readonly cursorKey: Uint8Array
  readonly feed: Pick<Feed, 'position' | 'lastEventAt' | 'subscribe'>
  readonly acting: ActingHost
}

/** What can be done on behalf of a viewer. */
export interface ActingHost {
  for(viewer: Viewer): Acts
}

/** What a transport knows of somebody who listens over it. */
export interface Listener {
  /** Brought along from an earlier stream; null: nothing was. */
  readonly resumeAfter: string | null
  /** A running stream cannot go on; whoever reads it is told, if they read at all. */
  onLost(reason: GapReason): void
}

/** What one operation works with: one deadline for everything it asks, and for each account a budget of its own. */
export function createOperationContext(
  host: OperationHost,
  identity: Identity,
  signal: AbortSignal,
  listener: Listener = NOBODY,
): GatewayContext {
  const startedAt = Date.now()
  const sources = host.accounts.flatMap((account) => {
    const actor = identity.grants.actorIn(account.key)
    return actor === null ? [] : [{ account, actor, call: createCall(actor, signal, startedAt), memo: {} }]
  })
  return {
    viewer: identity.viewer,
    sources,
    cursorKey: host.cursorKey,
    events: eventsFor(listener, host),
    eventPosition: host.feed.position(sources.map(({ account }) => account.key)),
    acts: host.acting.for(identity.viewer),
    resumeAfter: listener.resumeAfter,
    // What one event comes to may be for many: it does not end with whoever happened to ask first.
    renew: () => createOperationContext(host, identity, new AbortController().signal, listener),
  }
}

const NOBODY: Listener = { resumeAfter: null, onLost: () => undefined }

function eventsFor({ onLost }: Listener, { feed }: OperationHost): EventStream {
  return {
    lastEventAt: (account) => feed.lastEventAt(account),
    subscribe: (request) => feed.subscribe(request, onLost),
  }
}

/** What a call to one account carries, with the time and the budget of one operation. */
export function createCall(actor: Actor, signal: AbortSignal, startedAt: number): CallContext {
  const deadline = startedAt + OPERATION_TIMEOUT_MS
  return { actor, deadline, signal, budget: createCallBudget(CALLS_PER_ACCOUNT) }
}

const OPERATION_TIMEOUT_MS = 8_000
const CALLS_PER_ACCOUNT = 30

import { createCallBudget } from '../providers/kit/call-budget.ts'
import type { Actor, CallContext } from '../providers/port/index.ts'
import type { Acts } from '../schema/acts.ts'
import type { GatewayAccount, GatewayContext, Viewer } from '../schema/context.ts'
import type { EventStream, GapReason } from '../schema/event-stream.ts'
import type { Feed } from './events/feed.ts'

/** What all operations have in common. */
export interface OperationHost {
  readonly viewer: Viewer
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
  signal: AbortSignal,
  listener: Listener = NOBODY,
): GatewayContext {
  const startedAt = Date.now()
  const eventPosition = host.feed.position(host.accounts.map(({ key }) => key))
  const sources = host.accounts.map((account) => {
    const call = createCall(actorFor(host.viewer), signal, startedAt)
    return { account, actor: call.actor, call, memo: {} }
  })
  return {
    viewer: host.viewer,
    sources,
    cursorKey: host.cursorKey,
    events: eventsFor(listener, host),
    acts: host.acting.for(host.viewer),
    eventPosition,
    resumeAfter: listener.resumeAfter,
    // What one event comes to may be for many: it does not end with whoever happened to ask first.
    renew: () => createOperationContext(host, new AbortController().signal, listener),
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

/** As long as nobody signs in, a person who asks is the owner of each account's own credential. */
function actorFor({ kind }: Viewer): Actor {
  if (kind === 'service' || kind === 'admin') return { kind }
  return { kind, person: null, credential: null }
}

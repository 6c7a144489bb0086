import type { Actor, CallContext, Person, Provider, ReadVisibility } from '../providers/port/index.ts'
import type { AccountHealth } from './account-health.ts'
import type { Acts } from './acts.ts'
import type { EventPosition, EventStream } from './event-stream.ts'

/** Who asks, as far as the schema needs to know. */
export interface Viewer {
  readonly id: string
  readonly displayName: string
  readonly kind: 'end-user' | 'agent' | 'service' | 'admin'
  /** What they may do at all. */
  readonly operations: ReadonlySet<OperationKind>
}

export const OPERATION_KINDS = ['query', 'mutation', 'subscription'] as const

export type OperationKind = (typeof OPERATION_KINDS)[number]

/** One configured login at one provider. Lives as long as the process. */
export interface GatewayAccount {
  readonly key: string
  readonly displayName: string
  readonly provider: Provider
  /** What marking as read comes to where the caller leaves it to the account; null: whatever is the provider's way. */
  readonly readVisibility: ReadVisibility | null
  readonly health: AccountHealth
}

/** One account as this operation may use it. */
export interface Source {
  readonly account: GatewayAccount
  /** Who the viewer is there. */
  readonly actor: Actor
  /** The same for all calls of the operation, so that they share one deadline and one budget. */
  readonly call: CallContext
  /** Filled by `selfOf`; shared by the operation's questions about who "I" is. */
  readonly memo: SourceMemo
}

/** What has been found out about an account in the course of one operation. */
export interface SourceMemo {
  self?: Person | null | Promise<Person | null>
}

/** What the host gives to every operation. The sources are exactly the accounts that the viewer may see. */
export interface GatewayContext {
  readonly viewer: Viewer
  readonly sources: readonly Source[]
  /** Seals cursors, so that only those made here are taken back. 32 bytes; the same on every instance and after a restart. */
  readonly cursorKey: Uint8Array
  readonly events: EventStream
  readonly acts: Acts
  /** Where the logs of the sources ended before this operation read anything. */
  readonly eventPosition: EventPosition
  /** An event cursor that the transport brought along (`Last-Event-ID`); it is newer than the one in the operation. */
  readonly resumeAfter: string | null
  /** The same for the same viewer with time, budget and memory of its own: each event of a stream is an operation for itself. */
  renew(): GatewayContext
}

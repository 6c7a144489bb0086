import type { Identity } from '../identity/identity.ts'

/** How much sockets may ask of an instance. */
export interface SocketLimits {
  readonly sockets: number
  /** Of those, how many may not have said yet who they are. */
  readonly strangers: number
  /** Of one person who has signed in. */
  readonly socketsPerPerson: number
  /** Of one service or administrator: there may be many programs behind a key. */
  readonly socketsPerService: number
  /** How many messages a socket may send at once, and how many a minute after that. */
  readonly burst: number
  readonly messagesPerMinute: number
  /** After this, give or take a tenth, a socket has to be opened anew. */
  readonly maxAgeMs: number
}

export const SOCKET_LIMITS: SocketLimits = {
  sockets: 10_000,
  strangers: 500,
  socketsPerPerson: 20,
  socketsPerService: 1_000,
  burst: 60,
  messagesPerMinute: 120,
  maxAgeMs: 60 * 60 * 1000,
}

/** Counts what comes in over one socket; answers whether it may go on. */
export function createPace({ burst, messagesPerMinute }: SocketLimits): () => boolean {
  let left = burst
  let filledAt = performance.now()
  return () => {
    const now = performance.now()
    left = Math.min(burst, left + ((now - filledAt) / 60_000) * messagesPerMinute)
    filledAt = now
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** The open sockets of an instance. */
export class Seats {
  readonly #limits: SocketLimits
  readonly #byHolder = new Map<string, number>()
  #strangers = 0

  constructor(limits: SocketLimits) {
    this.#limits = limits
  }

  /** A seat for somebody who has not said yet who they are; null: there is none. */
  take(): Seat | null {
    if (this.#strangers >= this.#limits.strangers) return null
    this.#strangers += 1
    let leave = () => {
      this.#strangers -= 1
    }
    return {
      assign: (identity) => {
        const release = this.#assign(identity)
        if (release === null) return false
        leave()
        leave = release
        return true
      },
      leave: () => leave(),
    }
  }

  #assign({ viewer, revocableAs }: Identity): (() => void) | null {
    // Where nobody signs in, all are the same viewer.
    if (revocableAs.length === 0) return () => undefined
    const { id, kind } = viewer
    const { socketsPerPerson, socketsPerService } = this.#limits
    const most = kind === 'service' || kind === 'admin' ? socketsPerService : socketsPerPerson
    const taken = this.#byHolder.get(id) ?? 0
    if (taken >= most) return null
    this.#byHolder.set(id, taken + 1)
    return () => this.#release(id)
  }

  #release(id: string): void {
    const taken = this.#byHolder.get(id) ?? 0
    if (taken > 1) this.#byHolder.set(id, taken - 1)
    else this.#byHolder.delete(id)
  }
}

/** A place for one socket. */
export interface Seat {
  /** False: they have as many as they may have. */
  assign(identity: Identity): boolean
  leave(): void
}

import { type CallContext, type DomainEvent, type Done, ProviderError } from '../../providers/port/index.ts'
import { detached, lookingOn } from './act-call.ts'
import type { AttemptMemory, OnceKey } from './attempt-memory.ts'

/** Something that is to be done at most once, although its provider would do it again. */
export interface OnceAct<Value> extends OnceKey {
  /** Makes ready what is to be done, for each attempt anew. What is refused here was not done. */
  prepare(): Promise<Ready<Value>>
  /**
   * What has become of an attempt since then; null: nothing is there. `isQuick`: it is enough to look where it would probably be.
   */
  find(since: Date, isQuick: boolean, call: CallContext): Promise<Value | null>
  /** What somebody is to hear of what was found. */
  eventsOf(found: Value): readonly DomainEvent[]
}

export interface Ready<Value> {
  /** How long it may take, in milliseconds, where that is longer than usual: files are streamed. */
  readonly longMs: number | null
  act(call: CallContext): Promise<Done<Value>>
}

/** One caller's way to the outcome. */
export class Pursuit<Value> {
  readonly act: OnceAct<Value>
  readonly #holder: string
  readonly #call: CallContext
  readonly #since: number
  #deadline: number
  #overAt: number
  #doubt: unknown = null

  constructor(act: OnceAct<Value>, { holder, call }: Pursuer, { since, overAt }: Begun) {
    this.act = act
    this.#holder = holder
    this.#call = call
    this.#deadline = call.deadline
    this.#since = since
    this.#overAt = overAt
  }

  /** How long the caller waits, in milliseconds since 1970. */
  get deadline(): number {
    return this.#deadline
  }

  /** From when on what is not there will not come any more. */
  get overAt(): number {
    return this.#overAt
  }

  /** Why the last attempt left doubt. */
  get doubt(): unknown {
    return this.#doubt
  }

  get hasTried(): boolean {
    return this.#doubt !== null
  }

  endInDoubt(error: unknown): null {
    this.#doubt = error
    this.#overAt = Math.max(this.#overAt, Date.now() + SETTLING_MS)
    return null
  }

  /** Ends with the time of the attempt, so that nothing is sent after it. */
  get attemptCall(): CallContext {
    return detached(this.#call, Math.min(this.#deadline, this.#overAt))
  }

  /** Null: it was surely not done. */
  async look(): Promise<{ readonly value: Value } | null | 'unclear'> {
    const isOver = Date.now() >= this.#overAt
    try {
      const value = await this.act.find(new Date(this.#since), !isOver, lookingOn(this.#call, this.#deadline))
      if (value !== null) return { value }
      return isOver ? null : 'unclear'
    } catch (error) {
      if (error instanceof ProviderError) return 'unclear'
      throw error
    }
  }

  /** Begins an attempt that takes so long at most. False: somebody else is at it by now. */
  async claimAgain(attempts: AttemptMemory, attemptMs: number): Promise<boolean> {
    const overAt = Date.now() + attemptMs
    const isOurs = await attempts.claimAgain(this.act, this.#holder, overAt)
    if (isOurs) this.#overAt = overAt
    return isOurs
  }

  /** The caller waits for as long as the attempt may take. */
  async stretch(attempts: AttemptMemory, longMs: number): Promise<boolean> {
    this.#deadline = Math.max(this.#deadline, Date.now() + longMs)
    return this.claimAgain(attempts, longMs)
  }

  renew(attempts: AttemptMemory): Promise<void> {
    return attempts.renew(this.act, this.#holder)
  }

  leave(attempts: AttemptMemory): Promise<void> {
    return attempts.leave(this.act, this.#holder, this.#overAt)
  }

  forget(attempts: AttemptMemory): Promise<void> {
    return attempts.forget(this.act, this.#holder)
  }
}

interface Pursuer {
  readonly holder: string
  readonly call: CallContext
}

interface Begun {
  readonly since: number
  readonly overAt: number
}

/** After its connection was closed, a provider may still be at what it has read. */
const SETTLING_MS = 1_000

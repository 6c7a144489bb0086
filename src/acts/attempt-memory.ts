import type { Decision, SharedMemory } from './shared-memory.ts'

/** What somebody wants done at most once. */
export interface OnceKey {
  readonly account: string
  /** Unique in its account. */
  readonly key: string
  /** Equal for what counts as the same. */
  readonly fingerprint: string
}

/** Whose turn it is now. */
export type Claim<Value> =
  /** Nobody has tried: the caller may. */
  | { readonly turn: 'act'; readonly since: number; readonly overAt: number }
  /** Somebody has tried, and nobody knows what came of it: the caller is to find out. */
  | { readonly turn: 'look'; readonly since: number; readonly overAt: number }
  /** Somebody else is at it. */
  | { readonly turn: 'wait'; readonly overAt: number }
  | { readonly turn: 'done'; readonly value: Value }
  | { readonly turn: 'reused' }

/** For how long the same key is the same act. */
export const KEPT_MS = 24 * 60 * 60_000
/** Whoever is at it says so again three times within this: who was killed is noticed after it. */
export const LEASE_MS = 3_000

/** The attempts at what is to be done at most once, as all instances know them. Everything throws `LogUnavailable`. */
export class AttemptMemory {
  readonly #memory: SharedMemory

  constructor(memory: SharedMemory) {
    this.#memory = memory
  }

  /** `holder`: whoever asks, for as long as it is at it. `attemptMs`: how long an attempt may take. */
  claim<Value>(once: OnceKey, holder: string, attemptMs: number): Promise<Claim<Value>> {
    return this.#change<Value, Claim<Value>>(once, (known) => {
      const now = Date.now()
      const lease = { holder, leasedUntil: now + LEASE_MS }
      if (known === null) {
        const overAt = now + attemptMs
        const attempt = { state: 'attempted', fingerprint: once.fingerprint, since: now, overAt, ...lease } as const
        return { answer: { turn: 'act', since: now, overAt }, becomes: kept(attempt) }
      }
      if (known.fingerprint !== once.fingerprint) return { answer: { turn: 'reused' } }
      if (known.state === 'done') return { answer: { turn: 'done', value: known.value } }
      const { since, overAt } = known
      if (known.leasedUntil > now) return { answer: { turn: 'wait', overAt } }
      return { answer: { turn: 'look', since, overAt }, becomes: kept({ ...known, ...lease }) }
    })
  }

  /** Tries once more what surely was not done. False: somebody else is at it by now. */
  claimAgain(once: OnceKey, holder: string, overAt: number): Promise<boolean> {
    return this.#ifHeld(once, holder, (attempt) => ({ ...attempt, overAt }))
  }

  /** Says that it is still being worked on. */
  async renew(once: OnceKey, holder: string): Promise<void> {
    await this.#ifHeld(once, holder, (attempt) => ({ ...attempt, leasedUntil: Date.now() + LEASE_MS }))
  }

  /** Leaves it to whoever comes next to find out. `overAt`: from then on what is not there will not come any more. */
  async leave(once: OnceKey, holder: string, overAt: number): Promise<void> {
    await this.#ifHeld(once, holder, (attempt) => ({ ...attempt, overAt, leasedUntil: 0 }))
  }

  /** It was done, whoever is at it by now. */
  async settle<Value>(once: OnceKey, value: Value): Promise<void> {
    const { fingerprint } = once
    await this.#change<Value, null>(once, () => ({
      answer: null,
      becomes: kept({ state: 'done', fingerprint, value }),
    }))
  }

  /** It was not done: the key is free. */
  async forget(once: OnceKey, holder: string): Promise<void> {
    await this.#change(once, (known) => ({ answer: null, ...(isHeldBy(known, holder) && { becomes: null }) }))
  }

  #ifHeld(once: OnceKey, holder: string, change: (attempt: Attempt) => Attempt): Promise<boolean> {
    return this.#change(once, (known) =>
      isHeldBy(known, holder) ? { answer: true, becomes: kept(change(known)) } : { answer: false },
    )
  }

  #change<Value, Answer>(
    { account, key }: OnceKey,
    decide: (known: Known<Value> | null) => Decision<Known<Value>, Answer>,
  ): Promise<Answer> {
    return this.#memory.change(account, key, decide)
  }
}

type Known<Value> = Attempt | Outcome<Value>

/** Times in milliseconds since 1970. */
interface Attempt {
  readonly state: 'attempted'
  readonly fingerprint: string
  /** When the first attempt began. */
  readonly since: number
  /** When the last one has surely done whatever it does. */
  readonly overAt: number
  readonly holder: string
  readonly leasedUntil: number
}

interface Outcome<Value> {
  readonly state: 'done'
  readonly fingerprint: string
  readonly value: Value
}

function isHeldBy<Value>(known: Known<Value> | null, holder: string): known is Attempt {
  return known?.state === 'attempted' && known.holder === holder
}

function kept<Value>(value: Known<Value>) {
  return { value, until: Date.now() + KEPT_MS }
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CallContext, type DomainEvent, ProviderError } from '../../providers/port/index.ts'
import type { DoneOnce } from '../../schema/acts.ts'
import { LogUnavailable } from '../events/log.ts'
import { type AttemptMemory, type Claim, LEASE_MS } from './attempt-memory.ts'
import { type OnceAct, Pursuit } from './pursuit.ts'

export interface AtMostOnceOptions {
  readonly attempts: AttemptMemory
  /** Takes into the stream what was done. Never fails, because it was. */
  readonly takeIn: (account: string, events: readonly DomainEvent[]) => Promise<unknown>
  /** Told that it could not be noted what came of an act: whoever comes next will find out. */
  readonly onUnnoted: (account: string, error: unknown) => void
}

/**
 * Does things at most once for a key. An attempt of which nobody knows what came is looked for at the provider, soon and then
 * less and less often; that it came to nothing is believed only of a look that began after its time was over and its connection
 * closed. Only then it is tried again, where there is time. What was refused is forgotten, so that the client may try again.
 */
export class AtMostOnce {
  readonly #options: AtMostOnceOptions

  constructor(options: AtMostOnceOptions) {
    this.#options = options
  }

  /** Throws `UNAVAILABLE` where the attempt cannot be noted, before anything is done. */
  async run<Value>(act: OnceAct<Value>, call: CallContext): Promise<DoneOnce<Value>> {
    const holder = randomUUID()
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = longer(pauseMs, LONGEST_WAIT_MS)) {
      const claim = await this.#claim(act, holder)
      if (claim.turn === 'reused') return { outcome: 'key-reused' }
      if (claim.turn === 'done') return { outcome: 'done', value: claim.value, replayed: true }
      if (claim.turn !== 'wait') return this.#pursue(new Pursuit(act, { holder, call }, claim), claim.turn)
      if (Date.now() + pauseMs >= call.deadline) throw unknownUntil(claim.overAt)
      await sleep(pauseMs)
    }
  }

  async #claim<Value>(act: OnceAct<Value>, holder: string): Promise<Claim<Value>> {
    try {
      return await this.#options.attempts.claim<Value>(act, holder, ATTEMPT_MS)
    } catch (cause) {
      if (!(cause instanceof LogUnavailable)) throw cause
      throw new ProviderError('UNAVAILABLE', 'nothing was tried: what comes of it could not be kept', { cause })
    }
  }

  async #pursue<Value>(pursuit: Pursuit<Value>, turn: 'act' | 'look'): Promise<DoneOnce<Value>> {
    const renewal = setInterval(() => void this.#note(pursuit, (attempts) => pursuit.renew(attempts)), LEASE_MS / 3)
    try {
      for (let next = turn; ; next = 'act') {
        const done = next === 'act' ? await this.#attempt(pursuit) : null
        if (done !== null) return { outcome: 'done', value: done.value, replayed: false }
        const found = await this.#lookUntilKnown(pursuit)
        if (found !== null) return { outcome: 'done', value: found.value, replayed: !pursuit.hasTried }
        await this.#prepareAnother(pursuit)
      }
    } catch (error) {
      await this.#note(pursuit, (attempts) => pursuit.leave(attempts))
      throw error
    } finally {
      clearInterval(renewal)
    }
  }

  /** Null: nobody knows what came of it. */
  async #attempt<Value>(pursuit: Pursuit<Value>): Promise<Found<Value> | null> {
    try {
      const { longMs, act } = await pursuit.act.prepare()
      if (longMs !== null) await this.#ensure(pursuit, (attempts) => pursuit.stretch(attempts, longMs))
      const { value, events } = await act(pursuit.attemptCall)
      await this.#settle(pursuit, value, events)
      return { value }
    } catch (error) {
      if (isDoubtful(error)) return pursuit.endInDoubt(error)
      if (error instanceof ProviderError) await this.#note(pursuit, (attempts) => pursuit.forget(attempts))
      throw error
    }
  }

  /** Null: it was surely not done. */
  async #lookUntilKnown<Value>(pursuit: Pursuit<Value>): Promise<Found<Value> | null> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = longer(pauseMs, LONGEST_PAUSE_MS)) {
      const found = await pursuit.look()
      if (found === null) return null
      if (found !== 'unclear') {
        await this.#settle(pursuit, found.value, pursuit.act.eventsOf(found.value))
        return found
      }
      const waitMs = Math.max(Math.min(pauseMs, pursuit.overAt - Date.now()), FIRST_PAUSE_MS)
      if (Date.now() + waitMs >= pursuit.deadline) throw unknownUntil(pursuit.overAt, pursuit.doubt)
      await sleep(waitMs)
    }
  }

  async #prepareAnother<Value>(pursuit: Pursuit<Value>): Promise<void> {
    if (pursuit.deadline - Date.now() < SHORTEST_ATTEMPT_MS) throw unknownUntil(pursuit.overAt, pursuit.doubt)
    await this.#ensure(pursuit, (attempts) => pursuit.claimAgain(attempts, ATTEMPT_MS))
  }

  /** Throws where somebody else is at it by now, or nobody can tell. */
  async #ensure<Value>(
    { act, overAt, doubt }: Pursuit<Value>,
    claim: (attempts: AttemptMemory) => Promise<boolean>,
  ): Promise<void> {
    const isOurs = await claim(this.#options.attempts).catch((error) => {
      this.#options.onUnnoted(act.account, error)
      return false
    })
    if (!isOurs) throw unknownUntil(overAt, doubt)
  }

  /** What was done is noted before anybody hears of it: whoever asks again must not do it again. */
  async #settle<Value>(pursuit: Pursuit<Value>, value: Value, events: readonly DomainEvent[]): Promise<void> {
    await this.#note(pursuit, (attempts) => attempts.settle(pursuit.act, value))
    await this.#options.takeIn(pursuit.act.account, events)
  }

  async #note<Value>(
    { act: { account } }: Pursuit<Value>,
    note: (attempts: AttemptMemory) => Promise<unknown>,
  ): Promise<void> {
    try {
      await note(this.#options.attempts)
    } catch (error) {
      this.#options.onUnnoted(account, error)
    }
  }
}

interface Found<Value> {
  readonly value: Value
}

/** Of one attempt. */
const ATTEMPT_MS = 5_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
const LONGEST_WAIT_MS = 250
/** With less time than this it is left to the next who asks. */
const SHORTEST_ATTEMPT_MS = 1_000

/** Whether it may have been done. What cannot be understood came after it was. */
function isDoubtful(error: unknown): boolean {
  return error instanceof ProviderError && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'MALFORMED')
}

function unknownUntil(overAt: number, cause?: unknown): ProviderError {
  const retryAfterMs = Math.max(overAt - Date.now(), FIRST_PAUSE_MS)
  const facts = { retryAfterMs, ...(cause instanceof Error && { cause }) }
  return new ProviderError('OUTCOME_UNKNOWN', 'it may have been done, and could not be found out in time', facts)
}

function longer(pauseMs: number, longestMs: number): number {
  return Math.min(pauseMs * 2, longestMs)
}

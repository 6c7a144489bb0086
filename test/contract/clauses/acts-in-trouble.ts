import { expect } from 'vitest'
import type { RecordedRequest } from '../../../providers/kit/emulator/index.ts'
import type { Misbehaviour } from '../../../providers/kit/emulator/misbehaviour.ts'
import { ActingDesk, type Attempt, type Prepared } from '../acting.ts'
import { ACTS, type TriedAct } from '../acts.ts'
import type { Desk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'

export function troubledActClauses({ clause, facts, withDesk }: Clauses): void {
  clause('what the vendor took and did not answer is done again where that is harmless, and else not known', () =>
    withDesk(async (desk) => {
      for (const tried of await tryAll(desk, { how: 'reset', times: 1 })) {
        const { name, act, attempt } = tried
        if (attempt.kind === 'failed') {
          expect(act.again, name).not.toBe('does')
          expect(attempt.error, name).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false })
          expect(writesIn(tried.ill).length, name).toBe(tried.firstTry)
        } else {
          expect(act.again, name).not.toBe('never')
          expect(isDone(tried), name).toBe(true)
          expect(writesIn(tried.ill).length, name).toBe(writesIn(tried.well).length + 1)
        }
      }
    }),
  )

  clause('what the vendor has no time for is not done, not tried again, and says how long to wait', () =>
    withDesk(async (desk) => {
      for (const { name, attempt, ill, prepared, firstTry } of await tryAll(desk, {
        how: 'status',
        status: 429,
        retryAfter: 30,
        times: 1,
      })) {
        expect(attempt, name).toMatchObject({ kind: 'failed', error: { code: 'RATE_LIMITED', retryable: true } })
        if (attempt.kind === 'failed') expect(attempt.error.facts.retryAfterMs, name).toBeGreaterThan(28_000)
        expect(writesIn(ill).length, name).toBe(firstTry)
        expect(attempt.now, name).toEqual(prepared.before)
      }
    }),
  )

  clause('what never reached the vendor may be tried again', () =>
    withDesk(async (desk) => {
      const prepared = await prepareAll(desk)
      const providers = prepared.map(() => desk.create())
      await desk.goDown()
      const tries = prepared.map(async ({ name, act, subject }, index) => {
        const { acts } = providers[index]!
        const error = await act.perform(acts, desk.call(), subject).then(
          () => null,
          (thrown: unknown) => thrown,
        )
        expect(error, name).toMatchObject({ retryable: true })
      })
      await Promise.all(tries)
    }),
  )

  /** Everything that can be done here, each of a provider of its own. */
  async function prepareAll(desk: Desk): Promise<readonly (Prepared & { readonly name: string })[]> {
    const acting = new ActingDesk(desk, facts())
    const prepared: (Prepared & { readonly name: string })[] = []
    for (const [name, act] of Object.entries(ACTS)) {
      const one = await acting.prepare(act)
      if (one?.isNative) prepared.push({ ...one, name })
    }
    return prepared
  }

  /** Does it once well, to see which request does it, and on a desk that is just the same with that one going wrong. */
  async function tryAll(desk: Desk, how: Partial<Misbehaviour>): Promise<readonly Tried[]> {
    const wells = await withDesk(async (other) => {
      const acting = new ActingDesk(other, facts())
      return mapInOrder(await prepareAll(other), async (prepared) => ({
        prepared,
        requests: await requestsOf(other, acting, prepared),
      }))
    })
    const acting = new ActingDesk(desk, facts())
    const prepared = await prepareAll(desk)
    return mapInOrder(prepared, async (one, index) => {
      const well = wells[index]!.requests
      // Of what is made, the last: what is made for it before is not it.
      const skip = one.act.again === 'never' ? well.findLastIndex(isWrite) : well.findIndex(isWrite)
      if (skip < 0) throw new Error(`${one.name} writes nothing`)
      await desk.misbehave({ ...how, skip })
      let attempt: Attempt | undefined
      const ill = await desk.recordDuring(async () => {
        attempt = await acting.attempt(one)
      })
      await desk.misbehave({ ...how, times: 0 })
      const firstTry = writesIn(well.slice(0, skip + 1)).length
      return { name: one.name, act: one.act, prepared: one, attempt: attempt!, well, ill, firstTry }
    })
  }
}

interface Tried {
  readonly name: string
  readonly act: TriedAct
  readonly prepared: Prepared
  readonly attempt: Attempt
  readonly well: readonly RecordedRequest[]
  readonly ill: readonly RecordedRequest[]
  /** How many writes there are up to the one that went wrong. */
  readonly firstTry: number
}

function isDone({ act, prepared: { subject, before }, attempt }: Tried): boolean {
  return act.isDone(attempt.now, subject, before)
}

async function requestsOf(desk: Desk, acting: ActingDesk, prepared: Prepared): Promise<readonly RecordedRequest[]> {
  return desk.recordDuring(async () => {
    const attempt = await acting.attempt(prepared)
    if (attempt.kind === 'failed') throw attempt.error
  })
}

function writesIn(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.filter(isWrite)
}

/** Chatwoot filters with a POST. */
function isWrite({ method, path }: RecordedRequest): boolean {
  return method !== 'GET' && !path.includes('/filter')
}

async function mapInOrder<In, Out>(list: readonly In[], map: (one: In, index: number) => Promise<Out>): Promise<Out[]> {
  const mapped: Out[] = []
  for (const [index, one] of list.entries()) mapped.push(await map(one, index))
  return mapped
}

import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Misbehaviour } from '../../../providers/kit/emulator/misbehaviour.ts'
import { ProviderError, type ProviderErrorCode } from '../../../providers/port/index.ts'
import type { CallOptions, Desk } from '../desk.ts'
import type { Clauses } from '../provider-contract.ts'
import { askAll, type Outcome, outcomeOf, READS, type Subjects, subjectsOf } from '../reads.ts'

const ALWAYS = 100_000
/** How much later than its deadline an answer may come on a busy machine. */
const SLACK_MS = 400

interface Failure {
  readonly how: Partial<Misbehaviour>
  readonly codes: readonly ProviderErrorCode[]
  readonly forMs?: number
  /** Whether an answer that says there is nothing is right as well. */
  readonly mayBeNothing?: boolean
}

/** A vendor’s 404 may mean that the account may not know. */
const FAILURES: Readonly<Record<string, Failure>> = {
  'status 401': { how: { how: 'status', status: 401 }, codes: ['UNAUTHENTICATED'] },
  'status 403': { how: { how: 'status', status: 403 }, codes: ['FORBIDDEN'], mayBeNothing: true },
  'status 404': { how: { how: 'status', status: 404 }, codes: ['NOT_FOUND', 'FORBIDDEN'], mayBeNothing: true },
  'status 429': { how: { how: 'status', status: 429, retryAfter: 30 }, codes: ['RATE_LIMITED'] },
  'status 500': { how: { how: 'status', status: 500 }, codes: ['UNAVAILABLE'] },
  'status 503': { how: { how: 'status', status: 503 }, codes: ['UNAVAILABLE'] },
  'connections that are reset': { how: { how: 'reset' }, codes: ['UNAVAILABLE'] },
  'answers that are no JSON': { how: { how: 'garbage' }, codes: ['MALFORMED'], mayBeNothing: true },
  silence: { how: { how: 'hang' }, codes: ['TIMEOUT'], forMs: 400 },
  'answers that come too late': { how: { how: 'slow', delayMs: 1_500 }, codes: ['TIMEOUT'], forMs: 300 },
}

export function failureClauses({ clause, facts, withDesk }: Clauses): void {
  for (const [what, { how, codes, forMs = 8_000, mayBeNothing = false }] of Object.entries(FAILURES)) {
    clause(`every method answers ${what} with ${codes[0]}, in time`, () =>
      withDesk(async (desk) => {
        const asking = await whoAsks(desk, subjectsOf(facts()))
        await desk.misbehave({ ...how, times: ALWAYS })
        const deadline = Date.now() + forMs
        for (const outcome of await askEach(desk, { forMs })) {
          if (!asking.has(outcome.name)) continue
          expect(outcome.endedAt, outcome.name).toBeLessThan(deadline + SLACK_MS)
          if (mayBeNothing && outcome.answer !== null && isNothing(outcome.answer.value)) continue
          expectErrors(desk, outcome, codes)
        }
      }),
    )
  }

  clause('every method answers a vendor that is only slow', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'slow', delayMs: 60, times: ALWAYS })
      for (const { name, errors } of await askEach(desk)) expect(errors, name).toEqual([])
    }),
  )

  clause('every method fails as a provider does, or not at all, when only a later request goes wrong', () =>
    withDesk(async (desk) => {
      for (const skip of [1, 2]) {
        for (const [name, ask] of Object.entries(READS)) {
          await desk.misbehave({ how: 'status', status: 500, skip, times: ALWAYS })
          const outcome = await outcomeOf(name, ask(desk.create(), desk.call(), subjectsOf(facts())))
          for (const error of outcome.errors) expect(error, name).toMatchObject({ code: 'UNAVAILABLE' })
        }
      }
    }),
  )

  clause('a caller who gives up is let go at once', () =>
    withDesk(async (desk) => {
      const asking = await whoAsks(desk, subjectsOf(facts()))
      await desk.misbehave({ how: 'hang', times: ALWAYS })
      const controller = new AbortController()
      const asked = askEach(desk, { signal: controller.signal })
      await expect.poll(() => desk.requestsDuring(async () => {})).toBe(0)
      setTimeout(() => controller.abort(), 150)
      const end = Date.now() + 150 + SLACK_MS
      for (const outcome of await asked) {
        if (!asking.has(outcome.name)) continue
        expect(outcome.endedAt, outcome.name).toBeLessThan(end)
        expectErrors(desk, outcome, ['TIMEOUT'])
      }
    }),
  )

  clause('a caller who gives up is let go at once while the quota is exhausted', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'status', status: 429, retryAfter: 3, times: 1 })
      const provider = desk.create()
      await outcomeOf('first', provider.listConversations({}, { limit: 5, after: null }, desk.call()))
      const controller = new AbortController()
      const call = desk.call({ signal: controller.signal })
      setTimeout(() => controller.abort(), 50)
      const begin = Date.now()
      const outcome = await outcomeOf('second', provider.listConversations({}, { limit: 5, after: null }, call))
      expect(outcome.endedAt - begin).toBeLessThan(50 + SLACK_MS)
      expectErrors(desk, outcome, ['TIMEOUT', 'RATE_LIMITED'])
    }),
  )

  clause('what one caller gives up is not lost to another who asked at the same time', () =>
    withDesk(async (desk) => {
      for (const [name, ask] of Object.entries(READS)) {
        const provider = desk.create()
        const hasty = outcomeOf(name, ask(provider, desk.call({ calls: 0 }), subjectsOf(facts())))
        const patient = outcomeOf(name, ask(provider, desk.call(), subjectsOf(facts())))
        await hasty
        expect((await patient).errors, name).toEqual([])
      }
    }),
  )

  clause('who waits for what another asked waits no longer than they may', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'hang', times: ALWAYS })
      const tries = Object.entries(READS).map(async ([name, ask]) => {
        const provider = desk.create()
        const patient = outcomeOf(name, ask(provider, desk.call({ forMs: 1_500 }), subjectsOf(facts())))
        const end = Date.now() + 200 + SLACK_MS
        const hasty = await outcomeOf(name, ask(provider, desk.call({ forMs: 200 }), subjectsOf(facts())))
        expect(hasty.endedAt, name).toBeLessThan(end)
        for (const { errors } of [hasty, await patient]) {
          for (const error of errors) expect(error, name).toMatchObject({ code: 'TIMEOUT' })
        }
      })
      await Promise.all(tries)
    }),
  )

  clause('a vendor that asked to be left alone is, until then', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'status', status: 429, retryAfter: 30, times: 1 })
      const provider = desk.create()
      const ask = () => outcomeOf('list', provider.listConversations({}, { limit: 5, after: null }, desk.call()))
      await ask()
      let second: Outcome | null = null
      const requests = await desk.requestsDuring(async () => {
        second = await ask()
      })
      expect(requests).toBe(0)
      expect(second!.errors[0]).toMatchObject({ code: 'RATE_LIMITED' })
      const { retryAfterMs } = (second!.errors[0] as ProviderError).facts
      expect(retryAfterMs).toBeGreaterThan(28_000)
      expect(retryAfterMs).toBeLessThanOrEqual(30_000)
    }),
  )

  for (const [what, options, code] of [
    ['no call left', { calls: 0 }, 'OVERLOADED'],
    ['a deadline that is over', { forMs: -1 }, 'TIMEOUT'],
    ['a caller who has given up already', { signal: AbortSignal.abort() }, 'TIMEOUT'],
  ] as const) {
    clause(`with ${what} every method ends with ${code} and asks nobody`, () =>
      withDesk(async (desk) => {
        const asking = await whoAsks(desk, subjectsOf(facts()))
        let outcomes: readonly Outcome[] = []
        const requests = await desk.requestsDuring(async () => {
          outcomes = await askEach(desk, options)
        })
        expect(requests).toBe(0)
        for (const outcome of outcomes) if (asking.has(outcome.name)) expectErrors(desk, outcome, [code])
      }),
    )
  }

  clause('a call ends by its own deadline, however long those before it wait', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'hang', times: ALWAYS })
      await Promise.all(
        [16, 32].map(async (crowd) => {
          const provider = desk.create()
          const ask = (forMs: number) =>
            outcomeOf('find', provider.getConversations([subjectsOf(facts()).conversation.ref], desk.call({ forMs })))
          const waiting = Array.from({ length: crowd }, () => ask(1_500))
          const deadline = Date.now() + 200
          const outcome = await ask(200)
          expect(outcome.endedAt).toBeLessThan(deadline + SLACK_MS)
          expectErrors(desk, outcome, ['TIMEOUT', 'OVERLOADED'])
          for (const one of await Promise.all(waiting)) expectErrors(desk, one, ['TIMEOUT', 'OVERLOADED'])
        }),
      )
    }),
  )

  function askEach(desk: Desk, options: CallOptions = {}): Promise<readonly Outcome[]> {
    return askAll(desk.create, subjectsOf(facts()), () => desk.call(options))
  }
}

/** The methods that ask this vendor for anything at all. */
async function whoAsks(desk: Desk, subjects: Subjects): Promise<ReadonlySet<string>> {
  const calls = new Map<string, ReturnType<Desk['call']>>()
  await askAll(desk.create, subjects, (name) => {
    const call = desk.call()
    calls.set(name, call)
    return call
  })
  return new Set([...calls].filter(([, { budget }]) => budget.remaining < 1_000).map(([name]) => name))
}

function expectErrors(desk: Desk, { name, errors, answer }: Outcome, codes: readonly ProviderErrorCode[]): void {
  expect(errors.length, `${name} answered ${inspect(answer, { depth: 3 })}`).toBeGreaterThan(0)
  for (const error of errors) {
    if (!(error instanceof ProviderError)) throw new Error(`${name} failed with ${inspect(error)}`)
    expect(codes, `${name}: ${error.message}`).toContain(error.code)
    const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)
    for (const secret of desk.contract.secrets) expect(shown).not.toContain(secret)
  }
}

/** That there is nothing, or that it cannot be told. */
function isNothing(value: unknown): boolean {
  if (value === null) return true
  if (typeof value !== 'object') return false
  if ('rows' in value) return Array.isArray(value.rows) && value.rows.length === 0
  return 'conversations' in value && value.conversations === null
}

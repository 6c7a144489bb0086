import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { createCallBudget } from '../../providers/kit/call-budget.ts'
import { type CallContext, type DomainEvent, ProviderError } from '../../providers/port/index.ts'
import { AtMostOnce } from '../../src/acts/at-most-once.ts'
import { AttemptMemory, KEPT_MS } from '../../src/acts/attempt-memory.ts'
import type { OnceAct } from '../../src/acts/pursuit.ts'
import { SharedMemory } from '../../src/acts/shared-memory.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { describeShared, type SharedStorage } from '../support/shared-storage.ts'

/** A provider that would do everything as often as it is told to, and how it does it is told to the test. */
class Desk {
  readonly done: string[] = []
  asked = 0
  looks = 0
  /** What becomes of the next attempts, before all go well again. */
  readonly plan: ((text: string) => Promise<void>)[] = []

  async act(text: string): Promise<string> {
    this.asked += 1
    const mishap = this.plan.shift()
    if (mishap !== undefined) await mishap(text)
    this.done.push(text)
    return text
  }

  find(text: string): string | null {
    this.looks += 1
    return this.done.find((one) => one === text) ?? null
  }
}

const doubt = () => new ProviderError('OUTCOME_UNKNOWN', 'the connection was cut')

/** As of an operation with eight seconds, unless told otherwise. */
function callWithin(ms = 8_000): CallContext {
  const deadline = Date.now() + ms
  return { actor: { kind: 'service' }, deadline, signal: new AbortController().signal, budget: createCallBudget(30) }
}

let number = 0
function actAt(desk: Desk, over: Partial<OnceAct<string>> & { readonly text?: string } = {}): OnceAct<string> {
  number += 1
  const { text = `text ${number}`, ...rest } = over
  return {
    account: 'desk',
    key: `key ${number}`,
    fingerprint: text,
    prepare: async () => ({ longMs: null, act: async () => ({ value: await desk.act(text), events: [] }) }),
    find: async () => desk.find(text),
    eventsOf: () => [{ type: 'conversation-removed' } as DomainEvent],
    ...rest,
  }
}

async function openInstance(storage: SharedStorage) {
  const told: DomainEvent[] = []
  const log = await storage.openLog()
  const attempts = new AttemptMemory(new SharedMemory(log))
  const unnoted: unknown[] = []
  const once = new AtMostOnce({
    attempts,
    takeIn: async (_account, events) => told.push(...events),
    onUnnoted: (_account, error) => unnoted.push(error),
  })
  return { once, attempts, told, unnoted, log }
}

const done = (value: string, replayed: boolean) => ({ outcome: 'done', value, replayed })

describeShared('two instances', (storage) => {
  it('do the same once, however often and wherever it is asked for', async () => {
    const [one, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk, { text: 'hello' })
    const asking = [one, other, one, other, one, other].map(({ once }) => once.run(act, callWithin()))
    const outcomes = await Promise.all(asking)
    expect(desk.done).toEqual(['hello'])
    expect(outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed)).toHaveLength(1)
    expect(await other.once.run(act, callWithin())).toEqual(done('hello', true))
    expect(desk.asked).toBe(1)
  })

  it('refuse a key that comes with something else, while it is done and later', async () => {
    const [one, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk)
    const released = Promise.withResolvers<void>()
    desk.plan.push(() => released.promise)
    const first = one.once.run(act, callWithin())
    await vi.waitFor(() => expect(desk.asked).toBe(1))
    const changed = { ...act, fingerprint: 'changed' }
    expect(await other.once.run(changed, callWithin())).toEqual({ outcome: 'key-reused' })
    released.resolve()
    await first
    expect(await other.once.run(changed, callWithin())).toEqual({ outcome: 'key-reused' })
  })

  it.concurrent('let a key be used again that was refused', async () => {
    const { once } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'again' })
    desk.plan.push(async () => {
      throw new ProviderError('RATE_LIMITED', 'not now')
    })
    await expect(once.run(act, callWithin())).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect(await once.run({ ...act, fingerprint: 'corrected' }, callWithin())).toEqual(done('again', false))
    expect(desk.looks).toBe(0)
  })

  it.concurrent('find at once what was done although its answer was lost, and tell of it', async () => {
    const { once, told } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'cut' })
    desk.plan.push(async (text) => {
      desk.done.push(text)
      throw doubt()
    })
    const startedAt = Date.now()
    expect(await once.run(act, callWithin())).toEqual(done('cut', false))
    expect(Date.now() - startedAt).toBeLessThan(1_000)
    expect([desk.done, desk.asked, told.length]).toEqual([['cut'], 1, 1])
  })

  it.concurrent('do again what never arrived, but not before it surely will not arrive any more', async () => {
    const { once } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'lost' })
    desk.plan.push(async () => {
      throw doubt()
    })
    const startedAt = Date.now()
    expect(await once.run(act, callWithin())).toEqual(done('lost', false))
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(5_000)
    expect([desk.done, desk.asked]).toEqual([['lost'], 2])
    expect(desk.looks).toBeLessThan(12)
  })

  it.concurrent('wait for what comes late, and do not do it again', async () => {
    const { once } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'late' })
    desk.plan.push(async (text) => {
      setTimeout(() => desk.done.push(text), 2_500)
      throw doubt()
    })
    expect(await once.run(act, callWithin())).toEqual(done('late', false))
    expect([desk.done, desk.asked]).toEqual([['late'], 1])
  })

  it.concurrent('say that they do not know when there is no time to find out, and find out when asked again', async () => {
    const [one, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk, { text: 'hasty' })
    desk.plan.push(async () => {
      throw doubt()
    })
    const refused = one.once.run(act, callWithin(500))
    await expect(refused).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    await expect(refused).rejects.toSatisfy(({ facts }) => facts.retryAfterMs > 3_000 && facts.retryAfterMs <= 5_000)
    desk.done.push('hasty')
    expect(await other.once.run(act, callWithin())).toEqual(done('hasty', true))
    expect(desk.asked).toBe(1)
  })

  it.concurrent('take over from one that was killed, and look first', async () => {
    const [killed, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk, { text: 'killed' })
    // It had sent, and no more was heard of it.
    await killed.attempts.claim(act, 'whoever was killed', 5_000)
    desk.done.push('killed')
    const startedAt = Date.now()
    expect(await other.once.run(act, callWithin())).toEqual(done('killed', true))
    expect(Date.now() - startedAt).toBeLessThan(4_500)
    expect(desk.asked).toBe(0)
  })

  it.concurrent('do not take over from one that is slow, and answer what it comes to', async () => {
    const [slow, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk, { text: 'slow' })
    desk.plan.push(() => sleep(4_500))
    const first = slow.once.run(act, callWithin())
    await vi.waitFor(() => expect(desk.asked).toBe(1))
    expect(await other.once.run(act, callWithin())).toEqual(done('slow', true))
    expect(await first).toEqual(done('slow', false))
    expect([desk.asked, desk.looks]).toEqual([1, 0])
  })

  it.concurrent('give what takes long its time, and do not take it for lost meanwhile', async () => {
    const [one, other] = [await openInstance(storage), await openInstance(storage)]
    const desk = new Desk()
    const act = actAt(desk, {
      text: 'long',
      prepare: async () => ({
        longMs: 9_000,
        act: async ({ deadline }) => {
          await sleep(6_500)
          return { value: Date.now() < deadline ? await desk.act('long') : 'too late', events: [] }
        },
      }),
    })
    const first = one.once.run(act, callWithin(1_000))
    await sleep(500)
    await expect(other.once.run(act, callWithin(1_000))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(await other.once.run(act, callWithin())).toEqual(done('long', true))
    expect(await first).toEqual(done('long', false))
    expect([desk.done, desk.looks]).toEqual([['long'], 0])
  })

  it.concurrent('forget what could not even be made ready', async () => {
    const { once } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'ready' })
    const prepare = () => Promise.reject(new ProviderError('INVALID', 'an upload is not there'))
    await expect(once.run({ ...act, prepare }, callWithin())).rejects.toMatchObject({ code: 'INVALID' })
    expect(await once.run({ ...act, fingerprint: 'with another upload' }, callWithin())).toEqual(done('ready', false))
  })

  it.concurrent('do nothing that could not be noted, and answer what was done where that could not be noted', async () => {
    const { once, unnoted, log } = await openInstance(storage)
    const desk = new Desk()
    const away = vi.spyOn(log, 'commit').mockRejectedValue(new LogUnavailable('away'))
    await expect(once.run(actAt(desk), callWithin())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(desk.asked).toBe(0)
    away.mockRestore()
    desk.plan.push(async () => {
      vi.spyOn(log, 'commit').mockRejectedValueOnce(new LogUnavailable('away'))
    })
    const act = actAt(desk, { text: 'unnoted' })
    expect(await once.run(act, callWithin())).toEqual(done('unnoted', false))
    expect(unnoted).toHaveLength(1)
    expect(await once.run(act, callWithin())).toEqual(done('unnoted', true))
    expect(desk.asked).toBe(1)
  })

  it('forget a key after a day', async () => {
    const { once } = await openInstance(storage)
    const desk = new Desk()
    const act = actAt(desk, { text: 'daily' })
    await once.run(act, callWithin())
    const nextDay = Date.now() + KEPT_MS + 1_000
    const clock = vi.spyOn(Date, 'now').mockReturnValue(nextDay)
    const call = { ...callWithin(), deadline: nextDay + 8_000 }
    expect(await once.run(act, call)).toEqual(done('daily', false))
    clock.mockRestore()
    expect(desk.done).toEqual(['daily', 'daily'])
  })
})

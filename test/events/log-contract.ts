import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Nudge } from '../../providers/port/index.ts'
import {
  type Commit,
  DEFAULT_RETENTION,
  type EventLog,
  type LogEntry,
  LogUnavailable,
  type Retention,
} from '../../src/events/log.ts'
import type { LoggedEvent } from '../../src/events/logged-event.ts'

/** Where one engine keeps what it keeps. */
export interface LogStorage {
  /** Another instance on the same storage. */
  open(retention?: Retention, nudgeLeaseMs?: number): Promise<EventLog>
  /** Everything is lost while instances run or after they were closed; what is opened next starts anew. */
  lose(): Promise<void>
  close(): Promise<void>
}

const CONVERSATION = { kind: 'conversation', account: 'desk', native: '7' } as const

export function event(id: string): LoggedEvent {
  return {
    type: 'conversation-removed',
    id,
    origin: 'webhook',
    conversation: CONVERSATION,
    occurredAt: new Date('2026-11-21T10:00:00.123Z'),
    recordedAt: new Date('2026-11-21T10:00:01.456Z'),
    audience: 'public',
  }
}

export function commitOf(part: Partial<Commit>): Commit {
  return { deliveryId: null, remember: [], append: [], nudges: [], ...part }
}

const locate = (payload: string): Nudge => ({ type: 'locate', payload })
const ids = (entries: readonly LogEntry[]) => entries.map(({ event: { id } }) => id)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What holds for every engine. */
export function describeEventLog(title: string, openStorage: () => Promise<LogStorage>): void {
  describe(title, () => {
    let storage: LogStorage
    let log: EventLog
    let other: EventLog
    let account: string
    let made = 0

    const open = async (retention?: Partial<Retention>, nudgeLeaseMs?: number) => {
      const opened = await storage.open({ ...DEFAULT_RETENTION, ...retention }, nudgeLeaseMs)
      extra.push(opened)
      return opened
    }
    let extra: EventLog[] = []

    beforeAll(async () => {
      storage = await openStorage()
      log = await storage.open()
      other = await storage.open()
    })
    afterAll(async () => {
      await Promise.all([log.close(), other.close()])
      await storage.close()
    })
    beforeEach(() => {
      made += 1
      account = `desk-${made}`
    })
    afterEach(async () => {
      await Promise.all(extra.map((opened) => opened.close()))
      extra = []
    })

    const append = (...eventIds: string[]) => log.commit(account, commitOf({ append: eventIds.map(event) }))
    const readAll = async (from: EventLog = log) => ids((await from.read(account, '', 100_000)).entries)

    describe('a commit', () => {
      it('gives back what was appended, as it was, under the positions that it answered', async () => {
        const result = await append('a', 'b')
        expect(result.outcome).toBe('committed')
        const { entries, gap } = await log.read(account, '', 10)
        expect(entries.map((entry) => entry.event)).toEqual([event('a'), event('b')])
        expect(result).toEqual({ outcome: 'committed', positions: entries.map((entry) => entry.position) })
        expect(gap).toBe(false)
      })

      it('is taken once however often its delivery comes', async () => {
        const commit = commitOf({ deliveryId: 'd1', append: [event('a')], nudges: [locate('x')] })
        const results = await Promise.all([log.commit(account, commit), other.commit(account, commit)])
        results.push(await log.commit(account, commit))
        expect(results.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'duplicate', 'duplicate'])
        expect(await readAll()).toEqual(['a'])
        expect(await log.takeNudges(account, 10)).toHaveLength(1)
      })

      it('takes equal delivery ids of two accounts for two deliveries', async () => {
        const commit = commitOf({ deliveryId: 'd1', append: [event('a')] })
        await log.commit(account, commit)
        expect(await log.commit(`${account}-b`, commit)).toMatchObject({ outcome: 'committed' })
      })

      it('writes nothing at all when something that it read has changed', async () => {
        await log.commit(account, commitOf({ remember: [{ key: 'k', expectedVersion: 0, value: 1 }] }))
        const result = await other.commit(
          account,
          commitOf({
            deliveryId: 'd1',
            remember: [
              { key: 'free', expectedVersion: 0, value: 'new' },
              { key: 'k', expectedVersion: 0, value: 'late' },
            ],
            append: [event('a')],
            nudges: [locate('x')],
          }),
        )
        expect(result).toEqual({ outcome: 'conflict' })
        expect(await log.recall(account, ['free', 'k'])).toEqual([
          { version: 0, value: undefined },
          { version: 1, value: 1 },
        ])
        expect(await readAll()).toEqual([])
        expect(await log.takeNudges(account, 10)).toEqual([])
        const again = await other.commit(account, commitOf({ deliveryId: 'd1', append: [event('a')] }))
        expect(again.outcome).toBe('committed')
      })

      it('may check without writing', async () => {
        const check = (expectedVersion: number) => ({ key: 'k', expectedVersion, value: undefined })
        expect(await log.commit(account, commitOf({ remember: [check(0)] }))).toMatchObject({ outcome: 'committed' })
        expect(await log.commit(account, commitOf({ remember: [check(1)] }))).toEqual({ outcome: 'conflict' })
        expect(await log.recall(account, ['k'])).toEqual([{ version: 0, value: undefined }])
      })

      it('lets one of two decide that read the same', async () => {
        const write = (by: EventLog, value: string) =>
          by.commit(account, commitOf({ remember: [{ key: 'k', expectedVersion: 0, value }], append: [event(value)] }))
        const results = await Promise.all([write(log, 'one'), write(other, 'two'), write(log, 'three')])
        expect(results.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'conflict', 'conflict'])
        const [{ value } = { value: null }] = await log.recall(account, ['k'])
        expect(await readAll()).toEqual([value])
      })
    })

    describe('the memory', () => {
      it('keeps dates, bytes and nested values, and counts versions', async () => {
        const value = { at: new Date(0), bytes: new Uint8Array([0, 255]), map: new Map([['ü', [null, 1.5]]]), big: 1n }
        await log.commit(account, commitOf({ remember: [{ key: 'k:ü \0', expectedVersion: 0, value }] }))
        expect(await other.recall(account, ['k:ü \0', 'none'])).toEqual([
          { version: 1, value },
          { version: 0, value: undefined },
        ])
        await other.commit(account, commitOf({ remember: [{ key: 'k:ü \0', expectedVersion: 1, value: null }] }))
        expect(await log.recall(account, ['k:ü \0'])).toEqual([{ version: 2, value: null }])
      })

      it('is asked for many things at once, and for none', async () => {
        const keys = numbers(9_000).map((number) => `k${number}`)
        const remember = keys.map((key, index) => ({ key, expectedVersion: 0, value: index }))
        await log.commit(account, commitOf({ remember }))
        expect((await log.recall(account, keys)).map(({ value }) => value)).toEqual(numbers(9_000))
        expect(await log.recall(account, [])).toEqual([])
      })

      it('is apart for each account', async () => {
        await log.commit(account, commitOf({ remember: [{ key: 'k', expectedVersion: 0, value: 1 }] }))
        expect(await log.recall(`${account}-b`, ['k'])).toEqual([{ version: 0, value: undefined }])
      })

      it('never loses an update, in whatever order two instances count the same things', async () => {
        const acts = fc.array(fc.record({ by: fc.boolean(), keys: fc.subarray(['a', 'b', 'c'], { minLength: 1 }) }), {
          minLength: 1,
          maxLength: 12,
        })
        let run = 0
        await fc.assert(
          fc.asyncProperty(acts, async (given) => {
            run += 1
            const desk = `${account}-${run}`
            const counting = given.map(({ by, keys }, index) => countUp(by ? log : other, desk, keys, `e${index}`))
            await Promise.all(counting)
            const counts = await log.recall(desk, ['a', 'b', 'c'])
            const expected = ['a', 'b', 'c'].map((key) => given.filter(({ keys }) => keys.includes(key)).length)
            expect(counts.map(({ value }) => value ?? 0)).toEqual(expected)
            expect(counts.map(({ version }) => version)).toEqual(expected)
            const { entries } = await other.read(desk, '', 100)
            expect(ids(entries).sort()).toEqual(given.map((_, index) => `e${index}`).sort())
          }),
          { numRuns: 40 },
        )
      })
    })

    describe('positions', () => {
      it('grow bytewise, commit by commit and within one, whoever writes', async () => {
        const commits = numbers(60).map((number) =>
          (number % 2 ? log : other).commit(
            account,
            commitOf({ append: [event(`${number}-a`), event(`${number}-b`)] }),
          ),
        )
        const given = (await Promise.all(commits)).flatMap((result) =>
          result.outcome === 'committed' ? [result.positions] : [],
        )
        const { entries } = await log.read(account, '', 1_000)
        const positions = entries.map(({ position }) => position)
        expect(positions).toEqual([...new Set(positions)].sort())
        expect(new Set(positions.map(({ length }) => length)).size).toBe(1)
        expect(given.flat().sort()).toEqual(positions)
        for (const [one, two] of given) expect(positions.indexOf(two!)).toBe(positions.indexOf(one!) + 1)
      })

      it('are read in pages that meet', async () => {
        await append(...numbers(25).map(String))
        const seen: string[] = []
        let after = ''
        for (;;) {
          const { entries, gap } = await other.read(account, after, 10)
          expect(gap).toBe(false)
          if (entries.length === 0) break
          seen.push(...ids(entries))
          after = entries.at(-1)!.position
        }
        expect(seen).toEqual(numbers(25).map(String))
        expect(await log.head(account)).toBe(after)
      })

      it('begin before everything, and have no head in an empty log', async () => {
        expect(await log.head(account)).toBe('')
        expect(await log.read(account, '', 10)).toEqual({ entries: [], gap: false })
      })

      it('have a newest entry, whoever appended it', async () => {
        expect(await log.newest(account)).toBeNull()
        const result = await append('a', 'b')
        const position = result.outcome === 'committed' ? result.positions[1] : null
        expect(await other.newest(account)).toEqual({ position, event: event('b') })
      })

      it('are apart for each account', async () => {
        await append('a')
        expect(await log.newest(`${account}-b`)).toBeNull()
        expect(await log.head(`${account}-b`)).toBe('')
        expect((await log.read(`${account}-b`, '', 10)).entries).toEqual([])
      })
    })

    describe('retention', () => {
      const settled = { timeout: 5_000, interval: 20 }

      it('keeps the newest entries, and says to whom some are missing', async () => {
        const small = await open({ maxEntriesPerAccount: 20 })
        for (const number of numbers(60)) await small.commit(account, commitOf({ append: [event(String(number))] }))
        await expect.poll(() => readAll(small), settled).toHaveLength(20)
        const { entries, gap } = await small.read(account, '', 100)
        expect(ids(entries)).toEqual(numbers(60).slice(40).map(String))
        expect(gap).toBe(true)
      })

      it('has a gap exactly where something behind the position is gone', async () => {
        const all = await append(...numbers(30).map(String))
        const positions = all.outcome === 'committed' ? all.positions : []
        const small = await open({ maxEntriesPerAccount: 10 })
        await small.commit(account, commitOf({ append: [event('last')] }))
        await expect.poll(() => readAll(small), settled).toHaveLength(10)
        const gapAfter = async (number: number) => (await other.read(account, positions[number]!, 1)).gap
        // 31 were appended and 10 are left: the last that is gone has number 20.
        expect(await gapAfter(19)).toBe(true)
        expect(await gapAfter(20)).toBe(false)
        expect((await other.read(account, positions[20]!, 1)).entries[0]?.event.id).toBe('21')
      })

      it('removes what is too old, and never gives a position twice', async () => {
        const brief = await open({ maxAgeMs: 50 })
        await brief.commit(account, commitOf({ append: [event('a'), event('b')] }))
        const head = await brief.head(account)
        await expect.poll(() => readAll(brief), settled).toEqual([])
        expect(await brief.head(account)).toBe(head)
        expect(await brief.read(account, head, 10)).toEqual({ entries: [], gap: false })
        expect((await brief.read(account, '', 10)).gap).toBe(true)
        const next = await log.commit(account, commitOf({ append: [event('c')] }))
        expect(next.outcome === 'committed' && next.positions[0]! > head).toBe(true)
      })

      it('forgets a delivery id when its time is over', async () => {
        const brief = await open({ maxAgeMs: 1_000, deliveryIdMs: 50 })
        const deliver = async () => (await brief.commit(account, commitOf({ deliveryId: 'd1' }))).outcome
        expect(await deliver()).toBe('committed')
        await expect.poll(deliver, settled).toBe('committed')
      })

      it('forgets as a whole what was remembered about something, when nobody committed to it for long', async () => {
        const brief = await open({ maxAgeMs: 1_000, memoryMs: 1_000 })
        const keys = ['conv:idle', 'msg:idle:1', 'msg:idle:2', 'conv:busy', 'msg:busy:1']
        const remember = keys.map((key) => ({ key, expectedVersion: 0, value: key }))
        await brief.commit(account, commitOf({ remember }))
        const versions = async () => (await brief.recall(account, keys)).map(({ version }) => version)
        expect(await versions()).toEqual([1, 1, 1, 1, 1])
        const seen = new Set<string>()
        const check = { key: 'conv:busy', expectedVersion: 1, value: undefined }
        const keepBusy = async () => {
          expect((await brief.commit(account, commitOf({ remember: [check] }))).outcome).toBe('committed')
          const state = String(await versions())
          seen.add(state)
          return state
        }
        await expect.poll(keepBusy, settled).toBe('0,0,0,1,1')
        expect([...seen]).toEqual(['1,1,1,1,1', '0,0,0,1,1'])
        const late = { key: 'msg:idle:1', expectedVersion: 1, value: 'late' }
        expect(await brief.commit(account, commitOf({ remember: [late] }))).toEqual({ outcome: 'conflict' })
        await expect.poll(versions, settled).toEqual([0, 0, 0, 0, 0])
      })

      it('keeps dead letters for their time', async () => {
        const brief = await open({ maxAgeMs: 1_000, deadLetterMs: 300 })
        await brief.commit(account, commitOf({ nudges: [locate('a')] }))
        const [nudge] = await brief.takeNudges(account, 1)
        await brief.failNudges(account, [nudge!.id], 'no', 1)
        expect(await brief.deadLetters(account)).toHaveLength(1)
        await expect.poll(() => brief.deadLetters(account), settled).toEqual([])
        expect(await brief.revive(account)).toBe(0)
      })

      it('removes more than one step takes', async () => {
        const small = await open({ maxEntriesPerAccount: 10 })
        await small.commit(account, commitOf({ append: numbers(1_800).map((number) => event(String(number))) }))
        await expect.poll(() => readAll(small), settled).toHaveLength(10)
      })
    })

    describe('a watcher', () => {
      const waking = async (act: () => Promise<unknown>, watching: EventLog) => {
        const wake = vi.fn()
        const watch = watching.watch(account, wake)
        await act()
        await expect.poll(() => wake.mock.calls.length, { timeout: 5_000, interval: 5 }).toBeGreaterThan(0)
        watch.stop()
      }

      it('is woken by its own instance', () => waking(() => append('a'), log))

      it('is woken by another instance', () => waking(() => append('a'), other))

      it('sees everything soon when it reads whenever it is woken', async () => {
        const seen: string[] = []
        let after = ''
        let reading = Promise.resolve()
        const watch = other.watch(account, () => {
          reading = reading.then(async () => {
            const { entries } = await other.read(account, after, 1_000)
            seen.push(...ids(entries))
            after = entries.at(-1)?.position ?? after
          })
        })
        // However a burst ends, its last entry is not overlooked until the next.
        for (const round of numbers(25)) {
          const burst = numbers(8).map((number) => pause(number % 4).then(() => append(`${round}-${number}`)))
          await Promise.all(burst)
          await expect.poll(() => seen.length, { timeout: 1_500, interval: 5 }).toBe((round + 1) * 8)
        }
        expect(seen).toEqual(await readAll())
        watch.stop()
        await reading
      })

      it('sleeps when it was stopped, beside others that watch on', async () => {
        const [stopped, watching] = [vi.fn(), vi.fn()]
        const first = log.watch(account, stopped)
        const second = log.watch(account, watching)
        await append('a')
        await expect.poll(() => stopped.mock.calls.length).toBeGreaterThan(0)
        first.stop()
        const [before, seen] = [stopped.mock.calls.length, watching.mock.calls.length]
        await append('b')
        await expect.poll(() => watching.mock.calls.length).toBeGreaterThan(seen)
        second.stop()
        expect(stopped).toHaveBeenCalledTimes(before)
      })
    })

    describe('nudges', () => {
      const put = (...payloads: string[]) => log.commit(account, commitOf({ nudges: payloads.map(locate) }))
      const payloadsOf = (taken: readonly { readonly nudge: Nudge }[]) =>
        taken.map(({ nudge }) => (nudge.type === 'locate' ? nudge.payload : nudge.type))

      it('are given out oldest first, each to one', async () => {
        const before = Date.now()
        await put('a', 'b')
        await put('c')
        const first = await log.takeNudges(account, 2)
        expect(payloadsOf(first)).toEqual(['a', 'b'])
        expect(first.map(({ attempts }) => attempts)).toEqual([0, 0])
        expect(Math.abs(first[0]!.since.getTime() - before)).toBeLessThan(5_000)
        expect(payloadsOf(await other.takeNudges(account, 2))).toEqual(['c'])
        expect(await log.takeNudges(account, 2)).toEqual([])
      })

      it('are each given to one of two that take at once', async () => {
        const payloads = numbers(40).map(String)
        await put(...payloads)
        const taken = await Promise.all(numbers(10).map((number) => (number % 2 ? log : other).takeNudges(account, 4)))
        expect(payloadsOf(taken.flat()).sort()).toEqual([...payloads].sort())
      })

      it('are given out again when whoever took them does not come back', async () => {
        const hasty = await open({}, 30)
        await put('a')
        const [taken] = await hasty.takeNudges(account, 1)
        await expect.poll(() => other.takeNudges(account, 1)).toEqual([taken])
      })

      it('are gone when they are done', async () => {
        const hasty = await open({}, 0)
        await put('a', 'b')
        const [first] = await hasty.takeNudges(account, 2)
        await hasty.doneWithNudges(account, [first!.id])
        await hasty.doneWithNudges(account, [first!.id])
        await expect.poll(async () => payloadsOf(await hasty.takeNudges(account, 2))).toEqual(['b'])
      })

      it('wait again after a failed try, and are dead letters after the last', async () => {
        await put('a', 'b')
        for (const attempts of [0, 1, 2]) {
          const taken = await log.takeNudges(account, 10)
          expect(taken.map((nudge) => nudge.attempts)).toEqual([attempts, attempts])
          expect(await log.deadLetters(account)).toEqual([])
          await log.failNudges(
            account,
            taken.map(({ id }) => id),
            `reason ${attempts}`,
            3,
          )
        }
        expect(await log.takeNudges(account, 10)).toEqual([])
        const letters = await other.deadLetters(account)
        expect(payloadsOf(letters)).toEqual(['a', 'b'])
        expect(letters.map(({ reason }) => reason)).toEqual(['reason 2', 'reason 2'])
        expect(Math.abs(letters[0]!.at.getTime() - Date.now())).toBeLessThan(5_000)
      })

      it('come back to life as if they were never tried', async () => {
        await put('a', 'b')
        const taken = await log.takeNudges(account, 10)
        await log.failNudges(
          account,
          taken.map(({ id }) => id),
          'no',
          1,
        )
        expect(await other.revive(account)).toBe(2)
        expect(await log.deadLetters(account)).toEqual([])
        expect(await log.takeNudges(account, 10)).toEqual(taken)
        expect(await log.revive(account)).toBe(0)
      })

      it('are left alone when they are unknown or of another account', async () => {
        await put('a')
        const [taken] = await log.takeNudges(account, 1)
        await log.doneWithNudges(`${account}-b`, [taken!.id])
        await log.failNudges(`${account}-b`, [taken!.id, '99999999'], 'no', 1)
        expect(await log.deadLetters(`${account}-b`)).toEqual([])
        await log.failNudges(account, [taken!.id], 'no', 2)
        expect(await log.takeNudges(account, 1)).toEqual([{ ...taken!, attempts: 1 }])
      })
    })

    describe('an instance', () => {
      it('finds everything that one before it kept', async () => {
        const before = await open()
        await before.commit(
          account,
          commitOf({
            deliveryId: 'd1',
            remember: [{ key: 'k', expectedVersion: 0, value: new Date(5) }],
            append: [event('a')],
            nudges: [locate('x')],
          }),
        )
        const [epoch, head] = [before.epoch, await before.head(account)]
        await before.close()
        const after = await open()
        expect(after.epoch).toBe(epoch)
        expect(await after.head(account)).toBe(head)
        expect(await readAll(after)).toEqual(['a'])
        expect(await after.recall(account, ['k'])).toEqual([{ version: 1, value: new Date(5) }])
        expect(await after.commit(account, commitOf({ deliveryId: 'd1' }))).toEqual({ outcome: 'duplicate' })
        expect(await after.takeNudges(account, 1)).toHaveLength(1)
      })

      it('has the epoch of every other', () => {
        expect(log.epoch).toMatch(/.{16,}/)
        expect(other.epoch).toBe(log.epoch)
      })

      it('refuses everything once it is closed, and closes twice', async () => {
        const closing = await open()
        await closing.close()
        await closing.close()
        await expect(closing.commit(account, commitOf({}))).rejects.toThrow(LogUnavailable)
        await expect(closing.read(account, '', 1)).rejects.toThrow(LogUnavailable)
      })

      it('writes what it was given before it closes', async () => {
        const closing = await open()
        const committed = closing.commit(account, commitOf({ append: [event('a')] }))
        await closing.close()
        expect(await committed).toMatchObject({ outcome: 'committed' })
        expect(await readAll()).toEqual(['a'])
      })
    })

    describe('when everything is lost', () => {
      it('begins another epoch', async () => {
        await append('a')
        const before = log.epoch
        await storage.lose()
        const after = await open()
        expect(after.epoch).not.toBe(before)
        expect(await readAll(after)).toEqual([])
      })
    })
  })
}

/** What the guard does: reads, decides, and decides anew while others were faster. */
async function countUp(log: EventLog, account: string, keys: readonly string[], id: string): Promise<void> {
  for (;;) {
    const known = await log.recall(account, keys)
    const remember = keys.map((key, index) => ({
      key,
      expectedVersion: known[index]!.version,
      value: Number(known[index]!.value ?? 0) + 1,
    }))
    const { outcome } = await log.commit(account, { deliveryId: id, remember, append: [event(id)], nudges: [] })
    if (outcome !== 'conflict') return
  }
}

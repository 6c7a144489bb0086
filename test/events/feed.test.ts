import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventPosition, GapReason, StreamItem } from '../../schema/event-stream.ts'
import type { MailboxLimits } from '../../src/events/mailbox.ts'
import { conversationOf, eventsLost, messageAdded } from './happenings.ts'
import { ResumingListener } from './resuming-listener.ts'
import { isEvent, items, numbers, openTestFeed, settled, start, type TestFeed, take } from './test-feed.ts'

describe('a stream', () => {
  test('begins with ready and caught-up, and then tells what happens', async () => {
    const { log, listen } = await openTestFeed()
    log.append('a', messageAdded('a', 1))
    await turn()
    const stream = listen()
    expect(await take(stream, 2)).toEqual(['ready', 'caught-up 0'])
    log.append('a', messageAdded('a', 2))
    expect(await take(stream, 1)).toEqual(['a 2'])
  })

  test('from a position on replays what came since, and says how much', async () => {
    const { log, listen } = await openTestFeed()
    const from = await start(listen())
    log.append('a', messageAdded('a', 1), messageAdded('a', 2))
    log.append('b', messageAdded('b', 3))
    await turn()
    const stream = listen({ after: from })
    const [ready] = await items(stream, 1)
    expect(ready).toMatchObject({ type: 'ready', recovered: true, replaying: 3 })
    expect(await take(stream, 4)).toEqual(['a 1', 'a 2', 'b 3', 'caught-up 3'])
    log.append('a', messageAdded('a', 4))
    expect(await take(stream, 1)).toEqual(['a 4'])
  })

  test('gives nothing twice and leaves nothing out while events come in during the replay', async () => {
    const { log, listen } = await openTestFeed()
    const from = await start(listen())
    for (let number = 1; number <= 700; number += 1) log.append('a', messageAdded('a', number))
    await turn()
    const stream = listen({ after: from })
    const told: string[] = []
    for (let number = 701; number <= 1_500; number += 1) {
      log.append('a', messageAdded('a', number))
      told.push(...(await take(stream, 1)))
    }
    while (told.filter(isEvent).length < 1_500) told.push(...(await take(stream, 1)))
    expect(told.filter(isEvent)).toEqual(numbers(1, 1_500).map((number) => `a ${number}`))
    expect(told.filter((text) => text.startsWith('caught-up'))).toHaveLength(1)
  })

  test('ends with a gap where something was lost for good, and goes on behind it without losing the other account', async () => {
    const { log, listen, lost } = await openTestFeed()
    const stream = listen()
    await take(stream, 2)
    log.append('b', messageAdded('b', 1))
    log.append('a', eventsLost('a', 2), messageAdded('a', 3))
    await expect.poll(() => lost).toEqual(['provider-outage'])
    const [gap, end] = await items(stream, 2)
    expect(gap).toMatchObject({ type: 'gap', reason: 'provider-outage', accounts: ['a'] })
    expect(end).toBeUndefined()
    const next = listen({ after: gap!.position })
    expect((await take(next, 3)).filter(isEvent)).toContain('b 1')
  })

  test('from before a loss replays nothing', async () => {
    const { log, listen } = await openTestFeed()
    const from = await start(listen())
    log.append('a', messageAdded('a', 1), eventsLost('a', 2), messageAdded('a', 3))
    log.append('b', messageAdded('b', 4))
    await turn()
    const [ready, gap, end] = await items(listen({ after: from }), 3)
    expect([ready, gap, end]).toMatchObject([
      { recovered: false },
      { type: 'gap', reason: 'provider-outage' },
      undefined,
    ])
    const next = listen({ after: (gap as StreamItem).position })
    expect(await take(next, 3)).toEqual(['ready', 'b 4', 'caught-up 1'])
  })

  test('goes on where what was lost is not its concern', async () => {
    const { log, listen } = await openTestFeed()
    const stream = listen({ accepts: ({ type }) => type !== 'events-lost' })
    await take(stream, 2)
    log.append('a', eventsLost('a', 1), messageAdded('a', 2))
    expect(await take(stream, 1)).toEqual(['a 2'])
  })

  test('of one account leaves the others where the listener had them', async () => {
    const { log, listen } = await openTestFeed()
    const from = await start(listen())
    log.append('b', messageAdded('b', 1))
    log.append('a', messageAdded('a', 2))
    const narrow = listen({ accounts: ['a'], after: from })
    const [, event] = await items(narrow, 2)
    const wide = listen({ after: event!.position })
    expect(await take(wide, 3)).toEqual(['ready', 'b 1', 'caught-up 1'])
  })

  test('tells only what the listener accepts, and goes on behind the rest', async () => {
    const { log, listen } = await openTestFeed()
    const isEven = (happening: { id?: string }) => Number(happening.id?.split(' ')[1]) % 2 === 0
    const stream = listen({ accepts: (happening) => isEven(happening as { id?: string }) })
    await take(stream, 2)
    log.append('a', messageAdded('a', 1), messageAdded('a', 2), messageAdded('a', 3))
    const [event] = await items(stream, 1)
    log.append('a', messageAdded('a', 4))
    await turn()
    expect(event).toMatchObject({ happening: { id: 'event 2' } })
    const [later] = await items(stream, 1)
    const resumed = listen({ after: later!.position })
    expect(await items(resumed, 1)).toMatchObject([{ replaying: 0 }])
  })

  test('tells of typing for six seconds, and never again', async () => {
    const { feed, listen } = await openTestFeed()
    const stream = listen()
    const [ready] = await items(stream, 2)
    const before = Date.now()
    feed.tellTyping({
      type: 'typing-changed',
      conversation: conversationOf('a'),
      holder: 'team',
      typing: true,
      audience: 'public',
      occurredAt: null,
    })
    const [typing] = await items(stream, 1)
    expect(typing).toMatchObject({ happening: { type: 'typing-changed', typing: true } })
    const { expiresAt } = (typing as { happening: { expiresAt: Date } }).happening
    expect(expiresAt.getTime() - before).toBeGreaterThanOrEqual(6_000)
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(6_000)
    expect(await take(listen({ after: ready!.position }), 2)).toEqual(['ready', 'caught-up 0'])
  })

  test('tells how an account does, to those who listen to it', async () => {
    const { feed, log, listen } = await openTestFeed()
    const [concerned, other] = [listen({ accounts: ['a'] }), listen({ accounts: ['b'] })]
    await Promise.all([take(concerned, 2), take(other, 2)])
    feed.tellSourceHealth('a')
    log.append('b', messageAdded('b', 1))
    expect(await items(concerned, 1)).toMatchObject([{ happening: { type: 'source-health-changed', account: 'a' } }])
    expect(await take(other, 1)).toEqual(['b 1'])
  })
})

describe('a gap', () => {
  test.each<[GapReason, (world: TestFeed, from: EventPosition) => void]>([
    ['cursor-expired', ({ log }) => log.forgetAllBut('a', 2)],
    ['log-reset', ({ log }) => log.startAnew()],
    ['cursor-too-old', ({ log }) => void log.append('a', ...numbers(1, 10_001).map((n) => messageAdded('a', n)))],
  ])('%s comes instead of a partial replay, and is the last item', async (reason, happen) => {
    const world = await openTestFeed()
    const from = await start(world.listen())
    world.log.append('a', ...numbers(1, 5).map((number) => messageAdded('a', number)))
    await settled(world)
    happen(world, from)
    await settled(world)
    const stream = world.listen({ after: from })
    const [ready, gap, end] = [await stream.next(), await stream.next(), await stream.next()]
    expect(ready.value).toMatchObject({ type: 'ready', recovered: false, replaying: 0 })
    expect(gap.value).toMatchObject({ type: 'gap', reason })
    expect(end.done).toBe(true)
    const resumed = world.listen({ after: (gap.value as StreamItem).position })
    expect(await take(resumed, 2)).toEqual(['ready', 'caught-up 0'])
  })

  test('access-changed names accounts that the cursor says nothing of', async () => {
    const { listen } = await openTestFeed()
    const from = await start(listen({ accounts: ['a'] }))
    expect(await items(listen({ after: from }), 2)).toMatchObject([
      { type: 'ready', recovered: false },
      { type: 'gap', reason: 'access-changed', accounts: ['b'] },
    ])
  })

  test('log-reset ends streams that run', async () => {
    const { log, listen, lost } = await openTestFeed()
    const stream = listen()
    await take(stream, 2)
    log.startAnew()
    const [gap] = await items(stream, 1)
    expect(gap).toMatchObject({ type: 'gap', reason: 'log-reset' })
    expect((await stream.next()).done).toBe(true)
    expect(lost).toEqual(['log-reset'])
  })
})

describe('somebody who does not read', () => {
  test.each<[string, Partial<MailboxLimits>]>([
    ['too many events wait', { items: 10 }],
    ['what waits is too large', { bytes: 9_000 }],
  ])('gets a gap once %s, and others do not notice', async (_why, limits) => {
    const { log, listen, lost, feed } = await openTestFeed(limits)
    const [stalled, brisk] = [listen(), listen()]
    await Promise.all([take(stalled, 2), take(brisk, 2)])
    for (const number of numbers(1, 50)) {
      log.append('a', messageAdded('a', number))
      expect(await take(brisk, 1)).toEqual([`a ${number}`])
    }
    expect(lost).toEqual(['slow-consumer'])
    const [gap] = await items(stalled, 1)
    expect(gap).toMatchObject({ type: 'gap', reason: 'slow-consumer', dropped: expect.any(Number) })
    expect((await stalled.next()).done).toBe(true)
    expect(feed.subscribers).toBe(1)
    const resumed = listen({ after: gap!.position })
    expect(await take(resumed, 51)).toEqual(['ready', ...numbers(1, 50).map((number) => `a ${number}`)])
  })

  test('costs nothing while old events are replayed to them', async () => {
    const { log, listen, lost } = await openTestFeed({ items: 10 })
    const from = await start(listen())
    const stream = listen({ after: from })
    log.append('a', messageAdded('a', 1))
    await turn()
    await take(stream, 1)
    for (const number of numbers(2, 100)) log.append('a', messageAdded('a', number))
    await turn()
    expect(await take(stream, 100)).toEqual(numbers(1, 100).map((number) => `a ${number}`))
    expect(lost).toEqual([])
  })
})

describe('the end of a stream', () => {
  test.each([
    ['before it was read', 0],
    ['while it waits', 2],
  ])('%s releases it', async (_when, read) => {
    const { listen, feed } = await openTestFeed()
    const stream = listen()
    await take(stream, read)
    const waiting = read === 0 ? null : stream.next()
    expect(feed.subscribers).toBe(1)
    await stream.return?.()
    expect(feed.subscribers).toBe(0)
    expect((await (waiting ?? stream.next())).done).toBe(true)
  })

  test('comes for everybody when the feed is closed', async () => {
    const { listen, feed, log } = await openTestFeed()
    const streams = [listen(), listen()]
    await Promise.all(streams.map((stream) => take(stream, 2)))
    const waiting = streams.map((stream) => stream.next())
    expect(log.watchers).toBe(2)
    await feed.close()
    expect(feed.subscribers).toBe(0)
    expect(log.watchers).toBe(0)
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true])
  })
})

test('the log is read once for all who listen', async () => {
  const { log, listen } = await openTestFeed()
  const streams = numbers(1, 20).map(() => listen())
  await Promise.all(streams.map((stream) => take(stream, 2)))
  const before = log.reads
  log.append('a', messageAdded('a', 1))
  await Promise.all(streams.map((stream) => take(stream, 1)))
  expect(log.reads - before).toBeLessThanOrEqual(4)
})

test('a log that cannot be read for a moment loses nothing', async () => {
  const { log, listen, failures } = await openTestFeed()
  const stream = listen()
  await take(stream, 2)
  const read = log.read.bind(log)
  log.read = async () => {
    log.read = read
    throw new Error('away')
  }
  log.append('a', messageAdded('a', 1))
  expect(await take(stream, 1)).toEqual(['a 1'])
  expect(failures).toEqual(['away'])
})

test('a listener who is cut off again and again gets each event once and in order', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('append' as const),
      account: fc.constantFrom('a', 'b'),
      count: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ do: fc.constant('read' as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ do: fc.constant('cut' as const) }),
    fc.record({ do: fc.constant('pause' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { log, listen, feed } = await openTestFeed({ items: 8 })
      const listener = new ResumingListener(listen, await start(listen()))
      const appended: Record<string, number[]> = { a: [], b: [] }
      let number = 0
      for (const action of steps) {
        if (action.do === 'append') {
          for (let left = action.count; left > 0; left -= 1) {
            number += 1
            appended[action.account]!.push(number)
            log.append(action.account, messageAdded(action.account, number))
          }
        }
        if (action.do === 'read') await listener.read(action.count)
        if (action.do === 'cut') await listener.cut()
        if (action.do === 'pause') await turn()
      }
      await settled({ feed, log })
      await listener.readUntil(number)
      expect(listener.told).toEqual(appended)
      await listener.cut()
      expect(feed.subscribers).toBe(0)
      await feed.close()
    }),
    { numRuns: 1000 },
  )
})

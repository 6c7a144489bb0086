import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRedisLog } from '../../src/events/redis-log.ts'
import { findRoom, listen, textOf } from '../support/listening.ts'
import { hasRedis, REDIS_NOTE, startRedis } from '../support/redis.ts'
import { startTestWorld, startWorld, VENDORS } from '../support/world.ts'

const FIRST_PAGE = '{ conversations(first: 5) { nodes { id } pageInfo { endCursor } } }'
const SECOND_PAGE = 'query ($after: String) { conversations(first: 5, after: $after) { nodes { id } } }'
const SOON = { timeout: 15_000, interval: 20 }

describe.skipIf(!hasRedis)(`a gateway whose log is in Redis${REDIS_NOTE}`, () => {
  it('answers queries while Redis is away, and loses and repeats nothing of what happens meanwhile', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    const world = await startTestWorld({ events: true, now: new Date(), store: redis.url, localStore: ':memory:' })
    const { of } = await listen(world)
    const rooms = await Promise.all(VENDORS.map((vendor) => findRoom(world, vendor)))
    const sayEverywhere = async (text: string) => {
      for (const [index, vendor] of VENDORS.entries()) {
        const { id, customer } = rooms[index]!
        await world.control(vendor, 'say', { conversation: id, person: customer, text: `${text} at ${vendor}` })
      }
    }
    const texts = () => of('MessageAdded').map(textOf)
    const everywhere = (text: string) => VENDORS.map((vendor) => `${text} at ${vendor}`)

    await sayEverywhere('before')
    await vi.waitFor(() => expect(texts()).toEqual(expect.arrayContaining(everywhere('before'))), SOON)

    await redis.kill()
    for (const text of ['one', 'two', 'three']) await sayEverywhere(text)
    const metrics = async () => (await fetch(world.url.replace('/graphql', '/metrics'))).text()
    await vi.waitFor(async () => {
      expect(await metrics()).toMatch(/gateway_spool_depth [1-9]/)
      expect(await metrics()).toMatch(/gateway_webhook_received_total\{provider="bird",result="unavailable"\} [1-9]/)
    }, SOON)
    const answer = await world.ask('{ conversations { nodes { id } sources { state } } }')
    expect(answer.data.conversations.nodes.length).toBeGreaterThan(0)

    await redis.start()
    const missed = ['one', 'two', 'three'].flatMap(everywhere)
    await vi.waitFor(() => expect(texts()).toEqual(expect.arrayContaining(missed)), SOON)
    await vi.waitFor(async () => expect(await metrics()).toMatch(/gateway_spool_depth 0/), SOON)
    for (const text of [...everywhere('before'), ...missed]) {
      expect(texts().filter((other) => other === text)).toEqual([text])
    }
  }, 60_000)

  it('starts without Redis once it has met it, and tells later what happened until it is back', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    const localStore = join(mkdtempSync(join(tmpdir(), 'gateway-away-')), 'local.sqlite')
    onTestFinished(() => rmSync(dirname(localStore), { recursive: true }))
    const options = { events: true, now: new Date(), store: redis.url, localStore } as const
    const before = await startWorld(options)
    const first = await before.ask(FIRST_PAGE)
    await before.close()

    await redis.kill()
    const world = await startTestWorld(options)
    const next = await world.ask(SECOND_PAGE, { after: first.data.conversations.pageInfo.endCursor })
    expect(next.errors).toBeUndefined()
    expect(next.data.conversations.nodes).toHaveLength(5)
    const room = await findRoom(world, 'cometchat')
    const say = (text: string) =>
      world.control('cometchat', 'say', { conversation: room.id, person: room.customer, text })
    await say('while it was away')
    const metrics = async () => (await fetch(world.url.replace('/graphql', '/metrics'))).text()
    await vi.waitFor(async () => expect(await metrics()).toMatch(/gateway_spool_depth [1-9]/), SOON)

    await redis.start()
    await vi.waitFor(async () => expect(await metrics()).toMatch(/gateway_spool_depth 0/), SOON)
    const { of } = await listen(world)
    await say('since it is back')
    await vi.waitFor(() => expect(of('MessageAdded').map(textOf)).toContain('since it is back'), SOON)
    const log = await createRedisLog(redis.url)
    onTestFinished(() => log.close())
    const { entries } = await log.read('cometchat', '', 100)
    const texts = entries.flatMap(({ event }) => (event.type === 'message-added' ? [event.message.text] : []))
    expect(texts).toEqual(['while it was away', 'since it is back'])
  }, 60_000)

  it('waits at its first start for a Redis that is not there yet', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    await redis.kill()
    const starting = startTestWorld({ store: redis.url, localStore: ':memory:' })
    const outcome = await Promise.race([starting.then(() => 'started'), pause(2_000, 'waiting')])
    expect(outcome).toBe('waiting')
    await redis.start()
    const world = await starting
    expect((await world.ask(FIRST_PAGE)).data.conversations.nodes).toHaveLength(5)
  }, 60_000)

  it('shares its events with another one', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    const options = { events: true, now: new Date(), store: redis.url, localStore: ':memory:' } as const
    const one = await startTestWorld(options)
    const other = await startTestWorld(options)
    const { of } = await listen(other)
    const room = await findRoom(one, 'cometchat')
    await one.control('cometchat', 'say', { conversation: room.id, person: room.customer, text: 'over there' })
    await vi.waitFor(() => expect(of('MessageAdded').map(({ origin }) => origin)).toEqual(['WEBHOOK']), SOON)
  }, 60_000)
})

import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findRoom, listen, textOf } from '../support/listening.ts'
import { hasRedis, REDIS_NOTE, startRedis } from '../support/redis.ts'
import { startTestWorld, VENDORS } from '../support/world.ts'

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

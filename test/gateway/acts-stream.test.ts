import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findRoom, listen, textOf } from '../support/listening.ts'
import { hasRedis, REDIS_NOTE, startRedis } from '../support/redis.ts'
import { startTestWorld, VENDORS, type VendorName, type World } from '../support/world.ts'
import { ActingClient } from './acting-client.ts'

const SOON = { timeout: 10_000 }

/** Longer than a webhook takes. */
const A_WHILE_MS = 1_500

function findOpen(client: ActingClient, vendor: VendorName) {
  return client.conversation(vendor, ({ kind, status }) => kind !== 'GROUP' && (status ?? 'OPEN') === 'OPEN')
}

async function send(client: ActingClient, vendor: VendorName, text: string) {
  const { id } = await findOpen(client, vendor)
  const input = { conversationId: id, clientMessageId: `key-${text.replaceAll(' ', '-')}`, text }
  return client.act('sendMessage', input, 'messageEdge { node { id } }')
}

async function metricsOf({ url }: World): Promise<string> {
  return (await fetch(url.replace('/graphql', '/metrics'))).text()
}

describe('what is sent', () => {
  it.each(VENDORS)('is told once, though a webhook of %s tells of it as well', async (vendor) => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const { of } = await listen(world)
    const text = `told once at ${vendor}`
    expect(await send(new ActingClient(world), vendor, text)).toMatchObject({ __typename: 'SendMessageSuccess' })
    const told = () => of('MessageAdded').filter((item) => textOf(item) === text)
    await vi.waitFor(async () => {
      expect(told()).toHaveLength(1)
      expect(await metricsOf(world)).toMatch(
        new RegExp(`gateway_webhook_received_total\\{provider="${vendor}",result="accepted"\\} [1-9]`),
      )
    }, SOON)
    await sleep(A_WHILE_MS)
    expect(told()).toHaveLength(1)
  })
})

describe('a mark of which the provider tells nobody', () => {
  it('is told to whoever listens', async () => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const { of } = await listen(world)
    const client = new ActingClient(world)
    const room = await findRoom(world, 'chatwoot')
    await world.control('chatwoot', 'say', { conversation: room.id, person: room.customer, text: 'look here' })
    await vi.waitFor(() => expect(of('MessageAdded').map(textOf)).toContain('look here'), SOON)
    const { id } = await client.conversation('chatwoot', ({ externalId }) => externalId === room.id)
    const input = { conversationId: id, upTo: { latest: true } }
    expect(await client.act('markRead', input)).toMatchObject({ __typename: 'MarkSuccess' })
    await vi.waitFor(() => {
      const moved = of('HorizonMoved').filter(({ conversationId }) => conversationId === id)
      expect(moved.map(({ kind, origin }) => [kind, origin])).toContainEqual(['READ', 'MUTATION'])
    }, SOON)
  })
})

describe.skipIf(!hasRedis)(`a gateway whose Redis goes away${REDIS_NOTE}`, () => {
  it('sends nothing of which it could not know later, does everything else, and tells it when Redis is back', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    const world = await startTestWorld({ events: true, now: new Date(), store: redis.url, localStore: ':memory:' })
    const { of } = await listen(world)
    const client = new ActingClient(world)
    const { messageEdge } = await send(client, 'chatwoot', 'to be deleted')
    await vi.waitFor(() => expect(of('MessageAdded').map(textOf)).toContain('to be deleted'), SOON)

    await redis.kill()
    expect(await send(client, 'chatwoot', 'not now')).toMatchObject({ __typename: 'ProviderError', retryable: true })
    const messageId = messageEdge.node.id
    expect(await client.act('deleteMessage', { messageId })).toMatchObject({ __typename: 'DeleteMessageSuccess' })
    const { conversations } = await world.state('chatwoot')
    const texts = conversations.flatMap(({ messages }) => messages.map(({ text }) => text))
    expect(texts).not.toContain('not now')

    await redis.start()
    await vi.waitFor(() => expect(of('MessageDeleted').map((item) => item.messageId)).toEqual([messageId]), SOON)
    await vi.waitFor(async () => {
      expect(await send(client, 'chatwoot', 'not now')).toMatchObject({ __typename: 'SendMessageSuccess' })
    }, SOON)
  }, 60_000)
})

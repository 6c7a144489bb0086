import { describe, expect, it, vi } from 'vitest'
import { openLine } from '../support/cuttable-line.ts'
import { hasRedis, REDIS_NOTE } from '../support/redis.ts'
import { findOpenConversations, send, startSendWorld, stateOf } from '../support/send-world.ts'

describe.skipIf(!hasRedis)(`two instances on one Redis${REDIS_NOTE}`, () => {
  it('send once, though the first is killed when the provider has the message and it does not know yet', async () => {
    await using ending = new AsyncDisposableStack()
    const { emulator, line, gateways } = await startSendWorld('chatwoot', ending, async (url) => {
      const opened = await openLine(url)
      return { ...opened, close: async () => opened.close() }
    })
    const [killed, other] = gateways
    const [conversationId] = await findOpenConversations(killed!)
    const text = 'said once'
    const textsAtProvider = async () =>
      (await stateOf(emulator)).conversations.flatMap(({ messages }) => messages.map((message) => message.text))

    line.freeze()
    const input = { conversationId, clientMessageId: 'key-killed', text }
    const lost = send(killed!, input).catch(() => null)
    await vi.waitFor(async () => expect(await textsAtProvider()).toContain(text), { timeout: 4_000, interval: 20 })
    await killed!.kill()
    expect(await lost).toBeNull()

    const startedAt = performance.now()
    expect(await send(other!, input)).toMatchObject({ __typename: 'SendMessageSuccess', replayed: true })
    expect(performance.now() - startedAt).toBeLessThan(8_000)
    expect((await textsAtProvider()).filter((one) => one === text)).toHaveLength(1)

    await killed!.start()
    expect(await send(killed!, input)).toMatchObject({ __typename: 'SendMessageSuccess', replayed: true })
  }, 60_000)
})

import { describe, expect, it, vi } from 'vitest'
import { fence, findRoom, type Item, isRead, listen, textOf } from '../support/listening.ts'
import { startTestWorld } from '../support/world.ts'

const SOON = { timeout: 5_000, interval: 10 }

describe.each(['cometchat', 'chatwoot', 'bird'] as const)('what people do at %s', (vendor) => {
  it('is pushed: the message, that it was delivered, that it was read, each once', async () => {
    const world = await startTestWorld({ events: true, now: new Date() })
    const { items, of } = await listen(world)
    const room = await findRoom(world, vendor)
    const act = (name: string, person: string, more: object = {}) =>
      world.control(vendor, name, { conversation: room.id, person, ...more })

    const said = (text: string) => of('MessageAdded').filter((item) => textOf(item) === text)
    await act('say', room.agent, { text: 'a question' })
    await vi.waitFor(() => expect(said('a question')).toHaveLength(1), SOON)
    await act('receive', room.customer)
    await vi.waitFor(() => expect(items.some(isDelivered)).toBe(true), SOON)
    await act('read', room.customer)
    await vi.waitFor(() => expect(items.some(isRead)).toBe(true), SOON)
    await act('say', room.customer, { text: 'an answer' })
    await vi.waitFor(() => expect(said('an answer')).toHaveLength(1), SOON)

    await fence(world, vendor, room, items)
    const ids = items.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]))
    expect(new Set(ids).size).toBe(ids.length)
  })
})

function isDelivered({ __typename, kind, current }: Item): boolean {
  return (__typename === 'HorizonMoved' && kind === 'DELIVERED') || current === 'DELIVERED'
}

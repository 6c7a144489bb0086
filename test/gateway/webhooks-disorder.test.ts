import { expect, it, vi } from 'vitest'
import { fence, findRoom, listen, textOf } from '../support/listening.ts'
import { startTestWorld, VENDORS } from '../support/world.ts'

const SOON = { timeout: 10_000, interval: 20 }

it.each(VENDORS)('everything from %s is pushed once, though it is sent twice and in disorder', async (vendor) => {
  const world = await startTestWorld({ events: true, now: new Date() })
  await world.control(vendor, 'deliver-webhooks-to', { url: world.webhookUrl(vendor), duplicate: true, shuffle: true })
  const { items, of } = await listen(world)
  const room = await findRoom(world, vendor)
  const { id: conversation, customer, agent } = room
  const texts = Array.from({ length: 10 }, (_, index) => `line ${index}`)
  for (const text of texts) {
    await world.control(vendor, 'say', { conversation, person: agent, text })
    await world.control(vendor, 'receive', { conversation, person: customer })
    await world.control(vendor, 'read', { conversation, person: customer })
  }
  const said = () => of('MessageAdded').map(textOf)
  await vi.waitFor(() => expect(said()).toEqual(expect.arrayContaining(texts)), SOON)
  await fence(world, vendor, room, items)
  for (const text of texts) expect(said().filter((other) => other === text)).toEqual([text])
  const ids = items.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]))
  expect(new Set(ids).size).toBe(ids.length)
})

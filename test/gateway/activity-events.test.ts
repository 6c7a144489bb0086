import { expect, it, vi } from 'vitest'
import { startTestWorld } from '../support/world.ts'

const SOON = { timeout: 10_000, interval: 50 }

it('a list that its provider orders by creation is complete, and in order of activity, as soon as events feed it', async () => {
  const world = await startTestWorld({ events: true, now: new Date() })
  const list = async () => {
    const { data } = await world.ask(
      '{ conversations(first: 3, filter: { providers: [BIRD] }) { nodes { externalId } sources { state } } }',
    )
    return { ids: data.conversations.nodes.map((node: any) => node.externalId), sources: data.conversations.sources }
  }
  await vi.waitFor(async () => expect((await list()).sources).toEqual([{ state: 'OK' }]), SOON)
  const { ids } = await list()
  const { conversations } = await world.state('bird')
  const quiet = conversations.find(({ id, people }) => people.length === 2 && !ids.includes(id))!
  await world.control('bird', 'say', { conversation: quiet.id, person: quiet.people[0], text: 'still there?' })
  await vi.waitFor(async () => expect((await list()).ids[0]).toBe(quiet.id), SOON)
})

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { ConversationLeases } from '../../src/acts/conversation-leases.ts'
import { SharedMemory } from '../../src/acts/shared-memory.ts'
import { LogUnavailable } from '../../src/events/log.ts'
import { describeShared, type SharedStorage } from '../support/shared-storage.ts'

let number = 0
function newConversation() {
  number += 1
  return { kind: 'conversation', account: 'desk', native: String(number) } as const
}

async function openLeases(storage: SharedStorage) {
  const log = await storage.openLog()
  return { log, leases: new ConversationLeases(new SharedMemory(log)) }
}

const soon = () => Date.now() + 8_000

describeShared('work alone in a conversation', (storage) => {
  it('is done one after the other by all instances, and loses nothing of what it reads and writes', async () => {
    const [one, other] = [await openLeases(storage), await openLeases(storage)]
    const conversation = newConversation()
    let labels: readonly string[] = []
    const add = async (label: string) => {
      const read = labels
      await sleep(Math.random() * 10)
      labels = [...read, label]
    }
    const names = Array.from({ length: 20 }, (_, index) => `label ${index}`)
    const works = names.map((name, index) =>
      [one, other][index % 2]!.leases.alone(conversation, soon(), () => add(name)),
    )
    await Promise.all(works)
    expect([...labels].sort()).toEqual([...names].sort())
  })

  it('does not wait for work in another conversation', async () => {
    const { leases } = await openLeases(storage)
    const released = Promise.withResolvers<void>()
    const held = leases.alone(newConversation(), soon(), () => released.promise)
    expect(await leases.alone(newConversation(), soon(), async () => 'done')).toBe('done')
    released.resolve()
    await held
  })

  it('goes on after work that failed', async () => {
    const [one, other] = [await openLeases(storage), await openLeases(storage)]
    const conversation = newConversation()
    const failing = one.leases.alone(conversation, soon(), () => Promise.reject(new Error('refused')))
    await expect(failing).rejects.toThrow('refused')
    expect(await other.leases.alone(conversation, soon(), async () => 'done')).toBe('done')
  })

  it('is not begun when its turn comes too late', async () => {
    const [one, other] = [await openLeases(storage), await openLeases(storage)]
    const conversation = newConversation()
    const released = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const held = one.leases.alone(conversation, soon(), async () => {
      begun.resolve()
      await released.promise
    })
    await begun.promise
    const work = vi.fn()
    const late = [one, other].map(({ leases }) => leases.alone(conversation, Date.now() + 200, work))
    await expect(late[1]).rejects.toMatchObject({ code: 'OVERLOADED' })
    released.resolve()
    await expect(late[0]).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(work).not.toHaveBeenCalled()
    await held
  })

  it('goes on soon after the time of an instance that was killed is over', async () => {
    const [killed, other] = [await openLeases(storage), await openLeases(storage)]
    const conversation = newConversation()
    void killed.leases.alone(conversation, Date.now() + 300, () => new Promise(() => {}))
    await sleep(50)
    const startedAt = Date.now()
    expect(await other.leases.alone(conversation, soon(), async () => 'done')).toBe('done')
    expect(Date.now() - startedAt).toBeGreaterThan(900)
  })

  it('is not begun where nobody can say whose turn it is', async () => {
    const { leases, log } = await openLeases(storage)
    vi.spyOn(log, 'recall').mockRejectedValueOnce(new LogUnavailable('away'))
    const work = vi.fn()
    await expect(leases.alone(newConversation(), soon(), work)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(work).not.toHaveBeenCalled()
  })
})

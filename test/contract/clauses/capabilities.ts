import { expect } from 'vitest'
import { type Actor, CAPABILITIES } from '../../../providers/port/index.ts'
import type { Clauses } from '../provider-contract.ts'

const LEVELS = ['native', 'emulated', 'partial', 'unsupported']
const NOBODY: readonly Actor[] = [{ kind: 'service' }, { kind: 'admin' }]

export function capabilityClauses({ clause, facts }: Clauses): void {
  clause('it tells every capability at a level, and no other', async () => {
    const { desk, rows } = facts()
    const conversations = [null, ...rows.slice(0, 20).map(({ item }) => item.conversation)]
    for (const actor of [...desk.contract.actors, ...NOBODY]) {
      for (const conversation of conversations) {
        const table = desk.provider.capabilities(actor, conversation)
        expect(Object.keys(table).toSorted()).toEqual(CAPABILITIES.toSorted())
        for (const { level } of Object.values(table)) expect(LEVELS).toContain(level)
      }
    }
  })

  clause('it tells what it can do, its name, order and quota without asking anybody', async () => {
    const { desk, rows } = facts()
    const requests = await desk.requestsDuring(async () => {
      const provider = desk.create()
      provider.capabilities(desk.contract.actors[0], rows[0]?.item.conversation ?? null)
      expect(provider.name).toMatch(/^[a-z]+$/)
      expect(['activity', 'updated', 'created']).toContain(provider.order)
      expect(provider.rateLimit()).toBeNull()
    })
    expect(requests).toBe(0)
  })
}

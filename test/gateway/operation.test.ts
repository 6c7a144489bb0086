import { describe, expect, it } from 'vitest'
import { AccountHealth } from '../../schema/account-health.ts'
import { clearSecrets } from '../../src/config/secrets.ts'
import { readConfig } from '../../src/config.ts'
import { createOperationContext } from '../../src/operation.ts'
import { gatekeeperOf } from '../support/identity.ts'
import { NOBODY_ACTS } from '../support/no-acts.ts'

const NO_EVENTS = {
  position: () => ({ epoch: '', positions: {} }),
  lastEventAt: () => null,
  subscribe: () => {
    throw new Error('nobody listens here')
  },
}

function accounts() {
  const document = {
    accounts: ['a', 'b'].map((key) => ({ key, provider: 'chatwoot', accountId: 1, token: 'x' })),
  }
  const config = readConfig(document, { environment: {}, source: 'the test', readSecret: clearSecrets })
  return config.accounts.map(({ key, displayName, createProvider }) => ({
    key,
    displayName,
    provider: createProvider(),
    readVisibility: null,
    health: new AccountHealth(),
  }))
}

async function contextFor(kind: 'agent' | 'end-user' | 'service' | 'admin') {
  const identity = await gatekeeperOf({ kind }).admit({ authorization: null })
  const host = { accounts: accounts(), cursorKey: new Uint8Array(32), feed: NO_EVENTS, acting: NOBODY_ACTS }
  return createOperationContext(host, identity!, new AbortController().signal)
}

describe('an operation', () => {
  it('has eight seconds for everything it asks', async () => {
    const before = Date.now()
    const { sources } = await contextFor('agent')
    const deadlines = new Set(sources.map(({ call }) => call.deadline))
    expect(deadlines.size).toBe(1)
    for (const deadline of deadlines) expect(deadline - before).toBeGreaterThanOrEqual(8_000)
    for (const deadline of deadlines) expect(deadline - Date.now()).toBeLessThanOrEqual(8_000)
  })

  it('has thirty calls to each account, apart from the others', async () => {
    const [first, second] = (await contextFor('agent')).sources
    expect(first?.call.budget.take(30)).toBe(true)
    expect(first?.call.budget.take(1)).toBe(false)
    expect(second?.call.budget.remaining).toBe(30)
  })

  it.each(['agent', 'end-user'] as const)('of an %s acts as the owner of each credential', async (kind) => {
    for (const { actor, call } of (await contextFor(kind)).sources) {
      expect(actor).toEqual({ kind, person: null, credential: null })
      expect(call.actor).toBe(actor)
    }
  })

  it.each(['service', 'admin'] as const)('of a %s acts as the account itself', async (kind) => {
    for (const { actor } of (await contextFor(kind)).sources) expect(actor).toEqual({ kind })
  })
})

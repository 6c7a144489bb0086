import { expect } from 'vitest'
import type { Clauses } from '../provider-contract.ts'
import { askAll, subjectsOf } from '../reads.ts'

const SECRET_WORDS = ['access_token', 'pubsub_token', 'hmac_token', 'hmac_identifier', 'accesstoken', 'pubsubtoken']

export function secrecyClauses({ clause, facts }: Clauses): void {
  clause('nothing that it tells has a credential in it', async () => {
    const all = facts()
    const { desk, rows, messages } = all
    const outcomes = await askAll(
      () => desk.provider,
      subjectsOf(all),
      () => desk.call(),
    )
    const participants = await Promise.all(
      rows
        .slice(0, 10)
        .map(({ item }) => desk.provider.listParticipants(item.conversation, { limit: 100, after: null }, desk.call())),
    )
    const told = JSON.stringify([rows, [...messages], outcomes, participants])
    expect(told.length).toBeGreaterThan(100_000)
    for (const secret of desk.contract.secrets) expect(told).not.toContain(secret)
    for (const word of SECRET_WORDS) expect(told.toLowerCase()).not.toContain(word)
  })

  clause('the provider itself does not show its credential', async () => {
    const { inspect } = await import('node:util')
    const { desk } = facts()
    const shown = inspect(desk.provider, { depth: 20, showHidden: true }) + JSON.stringify(desk.provider)
    for (const secret of desk.contract.secrets) expect(shown).not.toContain(secret)
  })
}

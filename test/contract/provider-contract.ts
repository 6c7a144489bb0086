import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actLimitClauses } from './clauses/act-limits.ts'
import { actClauses } from './clauses/acts.ts'
import { toldActClauses } from './clauses/acts-and-webhooks.ts'
import { troubledActClauses } from './clauses/acts-in-trouble.ts'
import { capabilityClauses } from './clauses/capabilities.ts'
import { closingClauses } from './clauses/closing.ts'
import { conversationClauses } from './clauses/conversations.ts'
import { failureClauses } from './clauses/failures.ts'
import { filterClauses } from './clauses/filters.ts'
import { listClauses } from './clauses/lists.ts'
import { messageClauses } from './clauses/messages.ts'
import { peopleClauses } from './clauses/people.ts'
import { receiptClauses } from './clauses/receipts.ts'
import { secrecyClauses } from './clauses/secrecy.ts'
import { type Contract, type Desk, type Facts, openDesk, readFacts } from './desk.ts'

/** What a part of the contract is written with. */
export interface Clauses {
  /** A fact that holds for every provider. */
  clause(title: string, prove: () => Promise<void>): void
  /** Of the desk at which nothing is changed; known once the clauses run. */
  facts(): Facts
  /** A desk that ends with the clause, for those that change something. */
  withDesk<T>(use: (desk: Desk) => Promise<T>): Promise<T>
}

const PARTS = [
  ['what it can do', capabilityClauses],
  ['filters', filterClauses],
  ['the list of conversations', listClauses],
  ['conversations by name', conversationClauses],
  ['messages', messageClauses],
  ['people', peopleClauses],
  ['receipts', receiptClauses],
  ['acts', actClauses],
  ['acts in trouble', troubledActClauses],
  ['the limits of acts', actLimitClauses],
  ['acts and webhooks', toldActClauses],
  ['failures', failureClauses],
  ['secrets', secrecyClauses],
  ['the end', closingClauses],
] as const

/**
 * Holds a provider to the port. A waived clause still runs and must fail: one that has come to pass is reported, so that
 * waivers do not outlive their reason.
 */
export function describeProvider(name: string, contract: Contract): void {
  const { waivers = {} } = contract
  const titles: string[] = []
  let facts: Facts | null = null

  const clauses: Clauses = {
    clause: (title, prove) => {
      titles.push(title)
      const reason = waivers[title]
      if (reason === undefined) it(title, prove)
      else it.fails(`${title} (waived: ${reason})`, prove)
    },
    facts: () => {
      if (facts === null) throw new Error('nothing has been read yet')
      return facts
    },
    withDesk: async (use) => {
      const desk = await openDesk(contract)
      try {
        return await use(desk)
      } finally {
        await desk.close()
      }
    },
  }

  describe(`${name} keeps the contract of providers:`, () => {
    beforeAll(async () => {
      facts = await readFacts(await openDesk(contract))
    })
    afterAll(() => facts?.desk.close())
    for (const [title, part] of PARTS) describe(title, () => part(clauses))
    it('waives clauses that exist, each once', () => {
      expect(new Set(titles).size).toBe(titles.length)
      expect(titles).toEqual(expect.arrayContaining(Object.keys(waivers)))
    })
  })
}

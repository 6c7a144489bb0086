import { expect } from 'vitest'
import { ProviderError } from '../../../providers/port/index.ts'
import type { Clauses } from '../provider-contract.ts'
import { askAll, outcomeOf, subjectsOf } from '../reads.ts'

export function closingClauses({ clause, facts, withDesk }: Clauses): void {
  clause('closing leaves no connection open', () =>
    withDesk(async (desk) => {
      await desk.truth()
      const before = connections()
      const provider = desk.create()
      await askAll(
        () => provider,
        subjectsOf(facts()),
        () => desk.call(),
      )
      expect(connections()).toBeGreaterThan(before)
      await provider.close()
      await expect.poll(connections, { interval: 10 }).toBeLessThanOrEqual(before)
    }),
  )

  clause('closing ends what is still being asked', () =>
    withDesk(async (desk) => {
      await desk.misbehave({ how: 'hang', times: 1_000 })
      const provider = desk.create()
      const asked = outcomeOf('list', provider.listConversations({}, { limit: 5, after: null }, desk.call()))
      setTimeout(() => void provider.close(), 100)
      const begin = Date.now()
      const { errors, endedAt } = await asked
      expect(errors[0]).toBeInstanceOf(ProviderError)
      expect(endedAt - begin).toBeLessThan(1_500)
    }),
  )

  clause('once closed it asks nobody any more', () =>
    withDesk(async (desk) => {
      const provider = desk.create()
      await provider.close()
      const requests = await desk.requestsDuring(async () => {
        const outcomes = await askAll(
          () => provider,
          subjectsOf(facts()),
          () => desk.call(),
        )
        for (const { name, errors } of outcomes) {
          for (const error of errors) expect(error, name).toBeInstanceOf(ProviderError)
        }
        expect(outcomes.filter(({ errors }) => errors.length > 0).length).toBeGreaterThan(5)
      })
      expect(requests).toBe(0)
      await provider.close()
    }),
  )
}

/** Both ends of each, because the vendor runs here as well. */
function connections(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
}

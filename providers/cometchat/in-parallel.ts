import { ProviderError } from '../port/index.ts'

const MAX_AT_ONCE = 8

/** Asks for each, a few at once, and answers in the same order: what failed is an error in its own place only. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly (Answer | ProviderError)[]> {
  const answers = new Map<number, Answer | ProviderError>()
  const waiting = items.entries()
  const work = async () => {
    for (const [index, item] of waiting) answers.set(index, await ask(item).catch(providerErrorOf))
  }
  await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, items.length) }, work))
  return items.flatMap((_, index) => answers.get(index) ?? [])
}

function providerErrorOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  throw error
}

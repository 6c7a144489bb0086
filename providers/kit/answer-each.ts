import { ProviderError } from '../port/index.ts'

/** So many calls for the rows of one question at once: a page of rows must not be a burst at the provider. */
const MAX_AT_ONCE = 8

/** Asks for each item, a few at once; answers in the order of the items, and one failure costs one answer. */
export function answerEach<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly (Answer | ProviderError)[]> {
  return mapBounded(items, (item) => orError(() => ask(item)))
}

/** The same where one failure is a failure of all. */
export async function mapBounded<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers = new Array<Answer>(items.length)
  const waiting = items.entries()
  const work = async () => {
    for (const [index, item] of waiting) answers[index] = await ask(item)
  }
  await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, items.length) }, work))
  return answers
}

/** The answer, or the failure in its place. */
export async function orError<Answer>(ask: () => Promise<Answer>): Promise<Answer | ProviderError> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ProviderError) return error
    throw error
  }
}

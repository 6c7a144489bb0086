import { ProviderError } from '../port/index.ts'

/** Reads one thing for each item, so many at once; each answers or fails for itself, in the order of the items. */
export async function mapBounded<Item, Answer>(
  items: readonly Item[],
  maxParallel: number,
  read: (item: Item) => Promise<Answer>,
): Promise<readonly (Answer | ProviderError)[]> {
  const answers = new Array<Answer | ProviderError>(items.length)
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) answers[index] = await orError(() => read(item))
  }
  await Promise.all(Array.from({ length: Math.min(maxParallel, items.length) }, work))
  return answers
}

/** The answer, or the failure in its place. */
export async function orError<Answer>(read: () => Promise<Answer>): Promise<Answer | ProviderError> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ProviderError) return error
    throw error
  }
}

/** The answer; a failure in its place is thrown. */
export function orThrow<Answer>(answer: Answer | ProviderError): Answer {
  if (answer instanceof ProviderError) throw answer
  return answer
}

import { ProviderError } from '../port/index.ts'

const AT_ONCE = 8

/** Does something with every item, so many at once; answers in the order of the items. */
export async function mapBounded<T, U>(items: readonly T[], answer: (item: T) => Promise<U>): Promise<readonly U[]> {
  const answers: U[] = []
  const waiting = items.entries()
  const work = async () => {
    for (const [index, item] of waiting) answers[index] = await answer(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work))
  return answers
}

/** The same, but one failure costs one answer. */
export function answerEach<T, U>(
  items: readonly T[],
  answer: (item: T) => Promise<U>,
): Promise<readonly (U | ProviderError)[]> {
  return mapBounded(items, async (item) => {
    try {
      return await answer(item)
    } catch (error) {
      if (error instanceof ProviderError) return error
      throw error
    }
  })
}

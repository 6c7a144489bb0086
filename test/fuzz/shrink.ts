/**
 * Leaves out of a list whatever is not needed for it to fail still: halves first, then ever smaller parts. What fails in such a
 * way is worth more than a thousand times, so that it asks no more often than that.
 */
export async function shrink<Part>(
  parts: readonly Part[],
  fails: (parts: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[]> {
  let kept = parts
  let asked = 0
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length && asked < MOST; asked += 1) {
      const without = kept.toSpliced(from, size)
      if (await fails(without)) kept = without
      else from += size
    }
  }
  return kept
}

const MOST = 1_000

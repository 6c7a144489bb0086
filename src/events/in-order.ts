/** Does work in order: whatever shares a key with something that came before waits until that is over, however it ended. */
export type InOrder = <Result>(keys: readonly string[], work: () => Promise<Result>) => Promise<Result>

export function createOrder(): InOrder {
  const last = new Map<string, Promise<unknown>>()
  return async (keys, work) => {
    const before = keys.flatMap((key) => last.get(key) ?? [])
    const done = before.length === 0 ? work() : Promise.allSettled(before).then(work)
    for (const key of keys) last.set(key, done)
    try {
      return await done
    } finally {
      for (const key of keys) if (last.get(key) === done) last.delete(key)
    }
  }
}

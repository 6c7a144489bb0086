/** Who wants to know when something was appended, by account. */
export class LogWatchers {
  readonly #byAccount = new Map<string, Set<() => void>>()

  isWatched(account: string): boolean {
    return this.#byAccount.has(account)
  }

  add(account: string, wake: () => void): void {
    const watchers = this.#byAccount.get(account) ?? new Set()
    this.#byAccount.set(account, watchers.add(wake))
  }

  remove(account: string, wake: () => void): void {
    const watchers = this.#byAccount.get(account)
    watchers?.delete(wake)
    if (watchers?.size === 0) this.#byAccount.delete(account)
  }

  wake(account: string): void {
    // A copy: who is woken may stop or start to watch.
    for (const wake of [...(this.#byAccount.get(account) ?? [])]) wake()
  }

  wakeAll(): void {
    for (const account of [...this.#byAccount.keys()]) this.wake(account)
  }

  clear(): void {
    this.#byAccount.clear()
  }
}

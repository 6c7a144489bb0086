/** How far one person has got in one conversation, and when each step was made. Ids are message ids, times UNIX seconds. */
export class Watermark {
  readonly #steps: { readonly upTo: number; readonly at: number }[] = []

  /** The last message covered; 0: none. */
  get upTo(): number {
    return this.#steps.at(-1)?.upTo ?? 0
  }

  move(upTo: number, at: number): void {
    if (upTo > this.upTo) this.#steps.push({ upTo, at })
  }

  /** What lies behind that message is no longer covered. */
  moveBack(upTo: number): void {
    let taken = this.#steps.at(-1)
    while (this.upTo > upTo) taken = this.#steps.pop()
    if (taken !== undefined) this.move(Math.min(upTo, taken.upTo), taken.at)
  }

  /** When that message was first covered. */
  reachedAt(id: number): number | undefined {
    return this.#steps.find((step) => step.upTo >= id)?.at
  }
}

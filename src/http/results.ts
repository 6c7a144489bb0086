/** Items of a stream. */
export interface Items<Item> extends AsyncIterator<Item, unknown, undefined> {
  /** The next item where it need not be waited for; null: it must be. */
  takeNow?(): Item | null
}

/** What the items of a stream come to, in order. One that comes to nothing is the end. */
export class Results<Item, Result extends object> implements AsyncIterableIterator<Result, undefined, undefined> {
  readonly #items: Items<Item>
  readonly #execute: (item: Item) => Result | Promise<Result>
  /** Of an item that was taken but must be waited for. */
  #begun: Promise<Result> | null = null

  constructor(items: Items<Item>, execute: (item: Item) => Result | Promise<Result>) {
    this.#items = items
    this.#execute = execute
  }

  async next(): Promise<IteratorResult<Result, undefined>> {
    try {
      const begun = this.#begun
      this.#begun = null
      if (begun !== null) return { done: false, value: await begun }
      const { done, value } = await this.#items.next()
      return done ? END : { done: false, value: await this.#execute(value) }
    } catch (error) {
      await this.return()
      throw error
    }
  }

  /** The next result where it need not be waited for; null: it must be. */
  takeNow(): Result | null {
    const item = this.#begun === null ? this.#items.takeNow?.() : null
    if (item === null || item === undefined) return null
    const result = this.#begin(item)
    if (!(result instanceof Promise)) return result
    this.#begun = result
    return null
  }

  async return(): Promise<IteratorResult<Result, undefined>> {
    await this.#items.return?.()
    return END
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #begin(item: Item): Result | Promise<Result> {
    try {
      return this.#execute(item)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

const END = { done: true, value: undefined } as const

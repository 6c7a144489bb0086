/** How much may wait for one subscriber. */
export interface MailboxLimits {
  readonly items: number
  readonly bytes: number
}

export const DEFAULT_MAILBOX_LIMITS: MailboxLimits = { items: 1_000, bytes: 1024 * 1024 }

/** What waits for one reader, in order, and never more than the limits allow. */
export class Mailbox<Item> {
  readonly #limits: MailboxLimits
  #waiting: { readonly item: Item; readonly bytes: number }[] = []
  #bytes = 0
  #isClosed = false
  #reader: ((item: Item | null) => void) | null = null
  #last: Item | null = null

  constructor(limits: MailboxLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#waiting.length
  }

  /** What the reader got last, be it that very moment; null: nothing yet. */
  get last(): Item | null {
    return this.#last
  }

  /** False: there is no room, and nothing was put in. */
  put(item: Item, bytes: number): boolean {
    if (this.#isClosed) return true
    if (this.#handOver(item)) return true
    if (this.#waiting.length >= this.#limits.items || this.#bytes + bytes > this.#limits.bytes) return false
    this.#waiting.push({ item, bytes })
    this.#bytes += bytes
    return true
  }

  /** Throws away what waits; the reader gets one last item, and then nothing any more. */
  closeWith(last: Item): void {
    if (this.#isClosed) return
    const isHandedOver = this.#handOver(last)
    this.close()
    if (!isHandedOver) this.#waiting = [{ item: last, bytes: 0 }]
  }

  /** Throws away what waits; a reader that waits is told that nothing comes any more. */
  close(): void {
    this.#isClosed = true
    this.#waiting = []
    this.#bytes = 0
    this.#handOver(null)
  }

  /** The next item; null when nothing comes any more. One reader at a time. */
  take(): Promise<Item | null> {
    const next = this.takeNow()
    if (next !== null) return Promise.resolve(next)
    if (this.#isClosed) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#reader = resolve
    })
  }

  /** The next item if it waits; null: none does. */
  takeNow(): Item | null {
    const next = this.#waiting.shift()
    if (next === undefined) return null
    this.#bytes -= next.bytes
    this.#last = next.item
    return next.item
  }

  #handOver(item: Item | null): boolean {
    const reader = this.#reader
    if (reader === null) return false
    this.#reader = null
    this.#last = item ?? this.#last
    reader(item)
    return true
  }
}

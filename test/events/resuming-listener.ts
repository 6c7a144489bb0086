import { setImmediate as turn } from 'node:timers/promises'
import type { EventPosition, StreamItem } from '../../schema/event-stream.ts'
import type { TestFeed } from './test-feed.ts'

/** Reads a stream and, whenever it is cut or ends with a gap, goes on after the last cursor it has. */
export class ResumingListener {
  readonly told: Record<string, number[]> = { a: [], b: [] }
  #count = 0
  #after: EventPosition
  #stream: AsyncIterableIterator<StreamItem> | null = null
  #pending: Promise<IteratorResult<StreamItem>> | null = null
  readonly #listen: TestFeed['listen']

  constructor(listen: TestFeed['listen'], after: EventPosition) {
    this.#listen = listen
    this.#after = after
  }

  /** At most so many items; what is not there yet is not waited for. */
  async read(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      this.#stream ??= this.#listen({ after: this.#after })
      this.#pending ??= this.#stream.next()
      const result = await Promise.race([this.#pending, turn(null)])
      if (result === null) return
      this.#pending = null
      if (result.done) this.#stream = null
      else this.#note(result.value)
    }
  }

  async readUntil(count: number): Promise<void> {
    for (let tries = 0; this.#count < count && tries < 1_000; tries += 1) await this.read(10)
  }

  async cut(): Promise<void> {
    await this.#stream?.return?.()
    this.#stream = null
    this.#pending = null
  }

  #note(item: StreamItem): void {
    this.#after = item.position
    if (item.type !== 'happening' || !('id' in item.happening)) return
    this.#count += 1
    this.told[item.happening.conversation.account]!.push(Number(item.happening.id.split(' ')[1]))
  }
}

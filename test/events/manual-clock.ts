import type { Clock } from '../../src/events/clock.ts'

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  readonly #due: { at: number; run: () => void }[] = []
  #now = Date.now()

  now(): Date {
    return new Date(this.#now)
  }

  after(milliseconds: number, run: () => void) {
    const timer = { at: this.#now + milliseconds, run }
    this.#due.push(timer)
    return { cancel: () => this.#remove(timer) }
  }

  /** Runs what is due by then, in its order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at)
      this.#remove(next)
      next.run()
    }
    this.#now = until
  }

  /** In how many milliseconds each timer is due. */
  get waiting(): readonly number[] {
    return this.#due.map(({ at }) => at - this.#now)
  }

  #next(until: number) {
    return this.#due.toSorted((one, other) => one.at - other.at).find(({ at }) => at <= until)
  }

  #remove(timer: { at: number; run: () => void }): void {
    const index = this.#due.indexOf(timer)
    if (index >= 0) this.#due.splice(index, 1)
  }
}

import { inspect } from 'node:util'

const REDACTED = '[redacted]'

/** A credential. However it is printed, logged or serialised, it says `[redacted]`; only `reveal` gives it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}

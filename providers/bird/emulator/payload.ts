import type { Context } from 'hono'
import type { JsonObject } from './records.ts'
import { invalid } from './refusal.ts'

/** The JSON body of a request. Whatever in it is not as it should be is a 422 that names the place. */
export class Payload {
  readonly #value: JsonObject
  readonly #path: string

  private constructor(value: unknown, path: string) {
    if (!isObject(value)) throw invalid({ [path === '' ? 'body' : path]: ['must be an object'] })
    this.#value = value
    this.#path = path
  }

  static async of(context: Context): Promise<Payload> {
    return new Payload(await context.req.json().catch(() => null), '')
  }

  keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  /** Null where it is absent or null. */
  text(key: string): string | null {
    const value = this.#value[key] ?? null
    if (value !== null && typeof value !== 'string') throw this.wrong(key, 'must be a text')
    return value
  }

  /** May be empty. */
  requiredText(key: string): string {
    return this.text(key) ?? this.#raise(key, 'is required')
  }

  flag(key: string): boolean {
    const value = this.#value[key] ?? false
    if (typeof value !== 'boolean') throw this.wrong(key, 'must be true or false')
    return value
  }

  /** Null where it is absent or null. */
  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | null {
    const value = this.text(key)
    if (value === null) return null
    return words.find((word) => word === value) ?? this.#raise(key, `must be one of ${words.join(', ')}`)
  }

  /** Null where it is absent or null. */
  object(key: string): Payload | null {
    const value = this.#value[key] ?? null
    return value === null ? null : new Payload(value, this.#at(key))
  }

  /** Empty where it is absent or null. */
  list(key: string): readonly Payload[] {
    const value = this.#value[key] ?? []
    if (!Array.isArray(value)) throw this.wrong(key, 'must be a list')
    return value.map((item, index) => new Payload(item, `${this.#at(key)}[${index}]`))
  }

  /** As it came; null where it is absent or null. */
  json(key: string): JsonObject | null {
    const value = this.#value[key] ?? null
    if (value !== null && !isObject(value)) throw this.wrong(key, 'must be an object')
    return value
  }

  wrong(key: string, what: string): Error {
    return invalid({ [this.#at(key)]: [what] })
  }

  #raise(key: string, what: string): never {
    throw this.wrong(key, what)
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

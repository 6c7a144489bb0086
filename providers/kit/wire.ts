import { type JsonObject, ProviderError } from '../port/index.ts'

/**
 * A reader for doubtful JSON. It accepts what vendors really send (numbers as text and text as numbers, absent keys, nulls
 * where a list should be) and throws `MALFORMED` naming the path of anything that makes no sense. Nothing is spread: what is
 * not asked for by name does not get through.
 */
export class Wire {
  readonly #value: Readonly<Record<string, unknown>>
  readonly #path: string

  private constructor(value: Readonly<Record<string, unknown>>, path: string) {
    this.#value = value
    this.#path = path
  }

  /** The whole of an answer, which must be an object. `what` names it in errors: `GET /conversations`. */
  static object(value: unknown, what: string): Wire {
    if (!isObject(value)) throw malformed(what, 'an object', value)
    return new Wire(value, what)
  }

  /** The whole of an answer, which must be a list of objects. */
  static list(value: unknown, what: string): readonly Wire[] {
    if (!Array.isArray(value)) throw malformed(what, 'a list', value)
    return value.map((item, index) => Wire.object(item, `${what}[${index}]`))
  }

  /** Whether the key is there with anything but null. */
  has(key: string): boolean {
    return this.#value[key] !== undefined && this.#value[key] !== null
  }

  /** The keys that are there, for objects used as maps. */
  keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  object(key: string): Wire {
    return Wire.object(this.#value[key], this.#at(key))
  }

  optionalObject(key: string): Wire | null {
    return this.has(key) ? this.object(key) : null
  }

  /** A list of objects; absent and null are the empty list. */
  list(key: string): readonly Wire[] {
    return this.has(key) ? Wire.list(this.#value[key], this.#at(key)) : []
  }

  /** A list of texts; absent and null are the empty list. */
  texts(key: string): readonly string[] {
    if (!this.has(key)) return []
    const value = this.#value[key]
    if (!Array.isArray(value)) throw malformed(this.#at(key), 'a list', value)
    return value.map((item, index) => readText(item, `${this.#at(key)}[${index}]`))
  }

  /** Text or a number, as text: the form of ids. */
  text(key: string): string {
    return readText(this.#value[key], this.#at(key))
  }

  /** Null when absent or null; an empty text stays. */
  optionalText(key: string): string | null {
    return this.has(key) ? this.text(key) : null
  }

  /** Null when absent, null or empty: for names and the like, where vendors send "" for none. */
  filledText(key: string): string | null {
    const text = this.optionalText(key)
    return text === '' ? null : text
  }

  /** A number, also as text. */
  number(key: string): number {
    const value = this.#value[key]
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) throw malformed(this.#at(key), 'a number', value)
    return number
  }

  optionalNumber(key: string): number | null {
    return this.has(key) ? this.number(key) : null
  }

  integer(key: string): number {
    const number = this.number(key)
    if (!Number.isSafeInteger(number)) throw malformed(this.#at(key), 'a whole number', number)
    return number
  }

  optionalInteger(key: string): number | null {
    return this.has(key) ? this.integer(key) : null
  }

  /** Null when absent: unknown is not false. */
  optionalBoolean(key: string): boolean | null {
    const value = this.#value[key]
    if (value === undefined || value === null) return null
    if (typeof value === 'boolean') return value
    throw malformed(this.#at(key), 'true or false', value)
  }

  /** Seconds since 1970, whole or not; absent, null and 0 ("never") are null. */
  epochSeconds(key: string): Date | null {
    const seconds = this.optionalNumber(key)
    return seconds === null || seconds === 0 ? null : readDate(seconds * 1000, this.#at(key))
  }

  /** An ISO 8601 / RFC 3339 text; absent, null and "" are null. */
  instant(key: string): Date | null {
    const text = this.filledText(key)
    return text === null ? null : readDate(Date.parse(text), this.#at(key))
  }

  requiredEpochSeconds(key: string): Date {
    return this.#required(key, this.epochSeconds(key), 'seconds since 1970')
  }

  requiredInstant(key: string): Date {
    return this.#required(key, this.instant(key), 'an RFC 3339 time')
  }

  /** An absolute http(s) URL; anything else is null, because a picture that cannot be opened is no reason to refuse a message. */
  url(key: string): string | null {
    const value = this.#value[key]
    return typeof value === 'string' && /^https?:\/\/[^\s]+$/i.test(value) && URL.canParse(value) ? value : null
  }

  /** The word's entry in the table, or null for a word that is not in it. */
  oneOf<T>(key: string, table: ReadonlyMap<string, T>): T | null {
    const word = this.optionalText(key)
    return word === null ? null : (table.get(word) ?? null)
  }

  /** Free-form data of the provider's customer, as it came; null when absent or not an object. */
  jsonObject(key: string): JsonObject | null {
    const value = this.#value[key]
    return isObject(value) ? value : null
  }

  /** A list of free-form objects; null when absent or not a list. What is no object is left out. */
  jsonObjects(key: string): readonly JsonObject[] | null {
    const value = this.#value[key]
    return Array.isArray(value) ? value.filter(isObject) : null
  }

  #at(key: string): string {
    return `${this.#path}.${key}`
  }

  #required<T>(key: string, value: T | null, expected: string): T {
    if (value === null) throw malformed(this.#at(key), expected, this.#value[key])
    return value
  }
}

function readText(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw malformed(path, 'a text', value)
}

function readDate(epochMs: number, path: string): Date {
  const date = new Date(epochMs)
  if (Number.isNaN(date.getTime())) throw malformed(path, 'a time', epochMs)
  return date
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Says the kind of what was found, never the value: it may be a customer's words. */
function malformed(path: string, expected: string, found: unknown): ProviderError {
  return new ProviderError('MALFORMED', `${path}: expected ${expected}, found ${kindOf(found)}`)
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

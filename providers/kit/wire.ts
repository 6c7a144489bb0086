import { type JsonObject, ProviderError } from '../port/index.ts'

/**
 * A reader for doubtful JSON. It accepts what vendors really send (numbers as text and text as numbers, absent keys, nulls
 * where a list should be) and throws `MALFORMED` naming the path of anything that makes no sense. Nothing is spread: what is
 * not asked for by name does not get through.
 */
export class Wire {
  readonly #value: Readonly<Record<string, unknown>>
  readonly #place: Place

  private constructor(value: Readonly<Record<string, unknown>>, place: Place) {
    this.#value = value
    this.#place = place
  }

  /** The whole of an answer, which must be an object. `what` names it in errors: `GET /conversations`. */
  static object(value: unknown, what: string): Wire {
    return Wire.#at({ parent: null, name: what, index: null }, value)
  }

  /** The whole of an answer, which must be a list of objects. */
  static list(value: unknown, what: string): readonly Wire[] {
    return Wire.#listAt(null, what, value)
  }

  /** Whether the key is there with anything but null. */
  has(key: string): boolean {
    const value = this.#value[key]
    return value !== undefined && value !== null
  }

  /** The keys that are there, for objects used as maps. */
  keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  object(key: string): Wire {
    return Wire.#at({ parent: this.#place, name: key, index: null }, this.#value[key])
  }

  optionalObject(key: string): Wire | null {
    return this.has(key) ? this.object(key) : null
  }

  /** A list of objects; absent and null are the empty list. */
  list(key: string): readonly Wire[] {
    return this.has(key) ? Wire.#listAt(this.#place, key, this.#value[key]) : []
  }

  /** A list of texts; absent and null are the empty list. */
  texts(key: string): readonly string[] {
    if (!this.has(key)) return []
    const value = this.#value[key]
    if (!Array.isArray(value)) throw this.#malformed(key, 'a list')
    return value.map((item, index) => asText(item) ?? raise(malformed(`${this.#path(key)}[${index}]`, 'a text', item)))
  }

  /** Text or a number, as text: the form of ids. */
  text(key: string): string {
    return asText(this.#value[key]) ?? raise(this.#malformed(key, 'a text'))
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
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.#malformed(key, 'a number')
    return number
  }

  optionalNumber(key: string): number | null {
    return this.has(key) ? this.number(key) : null
  }

  integer(key: string): number {
    const number = this.number(key)
    if (!Number.isSafeInteger(number)) throw this.#malformed(key, 'a whole number')
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
    throw this.#malformed(key, 'true or false')
  }

  /** Seconds since 1970, whole or not; absent, null and 0 ("never") are null. */
  epochSeconds(key: string): Date | null {
    const seconds = this.optionalNumber(key)
    return seconds === null || seconds === 0 ? null : this.#date(key, seconds * 1000)
  }

  /** An ISO 8601 / RFC 3339 text; absent, null and "" are null. */
  instant(key: string): Date | null {
    const text = this.filledText(key)
    return text === null ? null : this.#date(key, Date.parse(text))
  }

  requiredEpochSeconds(key: string): Date {
    return this.epochSeconds(key) ?? raise(this.#malformed(key, 'seconds since 1970'))
  }

  requiredInstant(key: string): Date {
    return this.instant(key) ?? raise(this.#malformed(key, 'an RFC 3339 time'))
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

  static #at(place: Place, value: unknown): Wire {
    if (!isObject(value)) throw malformed(pathOf(place), 'an object', value)
    return new Wire(value, place)
  }

  static #listAt(parent: Place | null, name: string, value: unknown): readonly Wire[] {
    if (!Array.isArray(value)) throw malformed(pathOf({ parent, name, index: null }), 'a list', value)
    return value.map((item, index) => Wire.#at({ parent, name, index }, item))
  }

  #date(key: string, epochMs: number): Date {
    if (!(Math.abs(epochMs) <= MAX_EPOCH_MS)) throw this.#malformed(key, 'a time')
    return new Date(epochMs)
  }

  #malformed(key: string, expected: string): ProviderError {
    return malformed(this.#path(key), expected, this.#value[key])
  }

  /** Put together only when something is wrong: nearly every read is of something that is right. */
  #path(key: string): string {
    return pathOf({ parent: this.#place, name: key, index: null })
  }
}

/** Where a value stands in an answer. */
interface Place {
  /** Null: the whole of it, and `name` is what it is called. */
  readonly parent: Place | null
  readonly name: string
  /** Where in the list under that name; null: it is no list. */
  readonly index: number | null
}

function pathOf({ parent, name, index }: Place): string {
  const here = index === null ? name : `${name}[${index}]`
  return parent === null ? here : `${pathOf(parent)}.${here}`
}

/** The furthest that a `Date` reaches in either direction. */
const MAX_EPOCH_MS = 8.64e15

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

function raise(error: ProviderError): never {
  throw error
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

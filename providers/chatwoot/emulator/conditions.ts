import { isRecord } from './records.ts'
import { serverError, unprocessable } from './routes/refusal.ts'

/** One line of a filter body, checked. */
interface Condition {
  readonly key: string
  readonly operator: string
  readonly values: readonly unknown[]
  readonly joinsNext: 'AND' | 'OR' | null
}

/** What a key of a filter compares and how. */
export interface FilterKey<T> {
  readonly operators: readonly string[]
  /** All values that a thing has under the key: several for labels, none for nothing. */
  readonly read: (thing: T) => readonly (string | number | boolean)[]
  /** Whether `equal_to` takes any of many values (SQL IN) or the first only. */
  readonly onlyFirst?: boolean
  /** The column is a number: text breaks the query, and so does `contains`. */
  readonly isNumber?: boolean
}

export type FilterKeys<T> = Readonly<Record<string, FilterKey<T>>>

/** What a filter may ask of a kind of thing. */
export interface FilterRules<T> {
  readonly keys: FilterKeys<T>
  /** Custom attributes that the account has defined; the message of a refusal does not list them. */
  readonly custom: FilterKeys<T>
}

export const EQUALITY = ['equal_to', 'not_equal_to']
export const PRESENCE = ['is_present', 'is_not_present']
export const CONTAINMENT = ['contains', 'does_not_contain']
export const COMPARISON = ['is_greater_than', 'is_less_than', 'days_before']

/** Reads a filter body into a test. Whatever the server refuses or stumbles over is thrown. */
export function readFilter<T>(payload: unknown, { keys, custom }: FilterRules<T>): (thing: T) => boolean {
  if (!Array.isArray(payload)) throw serverError()
  const keyOf = (name: string): FilterKey<T> => keys[name] ?? custom[name] ?? refuseKey(name, Object.keys(keys))
  const conditions = payload.map((line: unknown) => readCondition(line, keyOf))
  if (conditions.slice(0, -1).some(({ joinsNext }) => joinsNext === null)) throw serverError()
  const groups = splitAtOr(conditions)
  return (thing) =>
    groups.length === 0 || groups.some((group) => group.every((one) => holds(one, keyOf(one.key), thing)))
}

function readCondition<T>(line: unknown, keyOf: (name: string) => FilterKey<T>): Condition {
  if (!isRecord(line)) throw serverError()
  const key = String(line.attribute_key)
  const operator = String(line.filter_operator)
  const values = Array.isArray(line.values) ? line.values : line.values === undefined ? [] : [line.values]
  checkCondition(key, operator, values, keyOf(key))
  return { key, operator, values, joinsNext: readJoin(line.query_operator) }
}

function checkCondition<T>(key: string, operator: string, values: readonly unknown[], rules: FilterKey<T>): void {
  if (!rules.operators.includes(operator)) {
    throw unprocessable(`Invalid operator. The allowed operators for ${key} are [${rules.operators.join(',')}].`)
  }
  if (values.length === 0 && !PRESENCE.includes(operator)) {
    throw unprocessable(`Invalid value. The values provided for ${key} are invalid`)
  }
  const isText = values.some((value) => !/^-?\d+$/.test(String(value)))
  if (rules.isNumber === true && !PRESENCE.includes(operator) && (isText || CONTAINMENT.includes(operator))) {
    throw serverError()
  }
}

function readJoin(operator: unknown): Condition['joinsNext'] {
  if (operator === null || operator === undefined || operator === '') return null
  const word = String(operator).toUpperCase()
  if (word === 'AND' || word === 'OR') return word
  throw unprocessable('Query operator must be either "AND" or "OR".')
}

/** AND binds tighter than OR, as in the SQL that the server writes. */
function splitAtOr(conditions: readonly Condition[]): readonly (readonly Condition[])[] {
  const groups: Condition[][] = []
  let isNewGroup = true
  for (const condition of conditions) {
    if (isNewGroup) groups.push([])
    groups.at(-1)?.push(condition)
    isNewGroup = condition.joinsNext === 'OR'
  }
  return groups
}

function holds<T>({ operator, values, key }: Condition, rules: FilterKey<T>, thing: T): boolean {
  const own = rules.read(thing).map(comparable)
  const asked = (rules.onlyFirst === true ? values.slice(0, 1) : values).map(comparable)
  const isEqual = asked.some((value) => own.includes(value)) || (key === 'status' && asked.includes('all'))
  const isContained = asked.some((value) => own.some((text) => text.includes(value)))
  if (operator === 'equal_to') return isEqual
  if (operator === 'not_equal_to') return !isEqual
  if (operator === 'contains') return isContained
  if (operator === 'does_not_contain') return !isContained
  if (operator === 'starts_with') return asked.some((value) => own.some((text) => text.startsWith(value)))
  if (operator === 'is_present') return own.length > 0
  if (operator === 'is_not_present') return own.length === 0
  return isOnTheSideOf(operator, Number(own[0] ?? Number.NaN), asked[0] ?? '')
}

/** Times are compared by day text or, for `days_before`, by a number of days from now. */
function isOnTheSideOf(operator: string, at: number, asked: string): boolean {
  if (operator === 'days_before') return at < Date.now() - Number(asked) * 86_400_000
  const limit = Date.parse(asked)
  if (Number.isNaN(limit)) throw serverError()
  return operator === 'is_greater_than' ? at > limit : at < limit
}

function comparable(value: unknown): string {
  return String(value).toLowerCase()
}

function refuseKey(name: string, known: readonly string[]): never {
  const list = known.join(',')
  throw unprocessable(
    `Invalid attribute key - [${name}]. The key should be one of [${list}] or a custom attribute defined in the account.`,
  )
}

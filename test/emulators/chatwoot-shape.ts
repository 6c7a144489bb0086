/** Keys whose values are the customer's own objects. */
const FREE_FORM = new Set([
  ...['additional_attributes', 'custom_attributes', 'content_attributes', 'external_source_ids', 'sentiment'],
  ...['csat_config', 'auto_assignment_config', 'ui_settings', 'pre_chat_form_options'],
])

/** Keys that are absent where there is nothing to say, each with a key that tells the kind of object it may be absent from. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  assignee: ['channel', 'contact'],
  assignee_type: ['channel'],
  team: ['channel'],
  sender: ['content_type'],
  attachments: ['content_type'],
  last_activity_at: ['availability_status'],
  contact_inboxes: ['availability_status'],
  hmac_token: ['channel_type'],
  secret: ['channel_type'],
}

type Json = Readonly<Record<string, unknown>>

interface Family {
  readonly orders: string[][]
  readonly kinds: Map<string, Set<string>>
}

/** What a server was ever seen to answer: objects of the same obligatory keys are one family. */
export class Corpus {
  readonly #families = new Map<string, Family>()

  learn(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item)
    else if (isObject(value)) this.#learnObject(value)
  }

  /** What in `ours` differs in shape from everything seen, as sentences; empty: nothing does. */
  differences(ours: unknown, path = '$'): readonly string[] {
    if (Array.isArray(ours)) return ours.flatMap((item, index) => this.differences(item, `${path}[${index}]`))
    if (!isObject(ours)) return []
    const family = this.#families.get(familyOf(ours))
    if (family === undefined) return [`${path}: no object with the keys ${Object.keys(ours).join(',')} was recorded`]
    return [
      ...orderProblems(family, ours, path),
      ...Object.entries(ours).flatMap(([key, value]) => this.#valueProblems(family, key, value, `${path}.${key}`)),
    ]
  }

  #valueProblems(family: Family, key: string, value: unknown, path: string): readonly string[] {
    const kinds = family.kinds.get(key)
    if (kinds === undefined) return [`${path}: never recorded here`]
    if (!kinds.has(kindOf(value))) return [`${path}: is ${kindOf(value)}, recorded as ${[...kinds].join(' or ')}`]
    return FREE_FORM.has(key) ? [] : this.differences(value, path)
  }

  #learnObject(value: Json): void {
    const name = familyOf(value)
    const family = this.#families.get(name) ?? { orders: [], kinds: new Map<string, Set<string>>() }
    this.#families.set(name, family)
    family.orders.push(Object.keys(value))
    for (const [key, item] of Object.entries(value)) {
      family.kinds.set(key, (family.kinds.get(key) ?? new Set()).add(kindOf(item)))
      if (!FREE_FORM.has(key)) this.learn(item)
    }
  }
}

/** The same outer form: a list stays a list and an object has the same obligatory keys, all the way down where both have something. */
export function outlineProblems(recorded: unknown, ours: unknown, path = '$'): readonly string[] {
  if (Array.isArray(recorded) !== Array.isArray(ours)) return [`${path}: list and not a list`]
  if (Array.isArray(recorded) && Array.isArray(ours)) return []
  if (!isObject(recorded) || !isObject(ours)) {
    return isObject(recorded) === isObject(ours) || recorded === null || ours === null
      ? []
      : [`${path}: object and not`]
  }
  if (familyOf(recorded) !== familyOf(ours)) {
    return [`${path}: keys ${Object.keys(ours).join(',')} instead of ${Object.keys(recorded).join(',')}`]
  }
  return Object.keys(recorded)
    .filter((key) => !FREE_FORM.has(key) && !isOptional(key, recorded))
    .flatMap((key) => outlineProblems(recorded[key], ours[key], `${path}.${key}`))
}

function orderProblems(family: Family, ours: Json, path: string): readonly string[] {
  const keys = Object.keys(ours)
  return family.orders.every((recorded) => {
    const shared = keys.filter((key) => recorded.includes(key))
    return shared.join() === recorded.filter((key) => keys.includes(key)).join()
  })
    ? []
    : [`${path}: the keys ${keys.join(',')} stand in another order than recorded`]
}

function familyOf(value: Json): string {
  return Object.keys(value)
    .filter((key) => !isOptional(key, value))
    .join()
}

function isOptional(key: string, value: Json): boolean {
  return OPTIONAL[key]?.some((mark) => mark in value) === true
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction'
  if (typeof value !== 'string') return typeof value
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? 'ISO time' : 'string'
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

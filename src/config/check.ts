import type { z } from '../../providers/kit/settings.ts'
import { type ConfigProblem, kindOf, nearest, pathOf } from './problems.ts'
import { keysAt } from './settings-shape.ts'

export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly ConfigProblem[] }

/** Where a value stands in the document, and which keys beside its own are read by somebody else. */
export interface Place {
  readonly path: readonly PropertyKey[]
  readonly siblings: readonly string[]
}

/** Reads a value by its schema. */
export function check<T>(schema: z.ZodType<T>, value: unknown, place: Place): Checked<T> {
  const result = schema.safeParse(value, { error: describeIssue, reportInput: true })
  if (result.success) return { value: result.data, problems: [] }
  return { value: null, problems: result.error.issues.flatMap((issue) => toProblems(issue, schema, place)) }
}

function toProblems(issue: z.core.$ZodIssue, schema: z.ZodType, place: Place): readonly ConfigProblem[] {
  const path = [...place.path, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const known = [...(issue.path.length === 0 ? place.siblings : []), ...keysAt(schema, issue.path)]
    return issue.keys.map((key) => unknownKey(key, path, known))
  }
  const tellsKind = issue.code === 'invalid_type' || issue.code === 'invalid_union' || issue.code === 'invalid_value'
  const found = tellsKind ? `, found ${kindOf(issue.input)}` : ''
  return [{ path: pathOf(path), message: `${issue.message}${found}` }]
}

function unknownKey(key: string, path: readonly PropertyKey[], known: readonly string[]): ConfigProblem {
  const meant = nearest(key, known)
  const hint = meant === null ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`
  // A key of another form may be a value that slipped.
  if (!/^[A-Za-z][\w-]{0,31}$/.test(key)) return { path: pathOf(path), message: `there is an unknown setting; ${hint}` }
  return { path: pathOf([...path, key]), message: `there is no such setting; ${hint}` }
}

/** Our words for what zod finds, where a setting has none of its own. */
function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${EXPECTED.get(issue.expected) ?? issue.expected}`
    case 'invalid_value':
      return describeChoice(issue.values.map(String), issue.input)
    case 'too_small':
      return `expected at least ${issue.minimum}${UNITS.get(issue.origin) ?? ''}`
    case 'too_big':
      return `expected at most ${issue.maximum}${UNITS.get(issue.origin) ?? ''}`
    case 'invalid_format':
      return `expected a value of the form ${issue.format}`
    default:
      return 'expected something else'
  }
}

function describeChoice(choices: readonly string[], input: unknown): string {
  const meant = typeof input === 'string' ? nearest(input, choices) : null
  const list = `expected ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}`
  return meant === null ? list : `${list} (did you mean ${meant}?)`
}

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['object', 'a group of settings'],
  ['record', 'a group of settings'],
  ['array', 'a list'],
])

const UNITS: ReadonlyMap<string, string> = new Map([
  ['string', ' characters'],
  ['array', ' entries'],
])

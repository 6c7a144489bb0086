import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql'
import type { Random } from './random.ts'

/** A value as it stands in a document, and in variables. */
export interface Drawn {
  readonly literal: string
  readonly json: unknown
}

/** Draws values that a schema takes. */
export interface ValueSource {
  readonly random: Random
  /** Ids of things that are there, to be asked for among others. */
  readonly ids: readonly string[]
}

export function drawValue(type: GraphQLInputType, source: ValueSource): Drawn {
  const { random } = source
  if (isNonNullType(type)) return drawValue(type.ofType, source)
  if (random.chance(0.05)) return { literal: 'null', json: null }
  if (isListType(type)) return drawList(type.ofType, source)
  if (isEnumType(type))
    return drawEnum(
      type.getValues().map(({ name }) => name),
      random,
    )
  if (isInputObjectType(type)) return drawObject(type, source)
  return plain(drawScalar(type.name, source))
}

function drawRequired(type: GraphQLInputType, source: ValueSource): Drawn {
  for (;;) {
    const drawn = drawValue(type, source)
    if (!isNonNullType(type) || drawn.json !== null) return drawn
  }
}

export function drawArgument(type: GraphQLInputType, source: ValueSource): Drawn {
  return drawRequired(type, source)
}

function drawList(type: GraphQLInputType, source: ValueSource): Drawn {
  const items = Array.from({ length: source.random.between(0, 3) }, () => drawRequired(type, source))
  return { literal: `[${items.map(({ literal }) => literal).join(', ')}]`, json: items.map(({ json }) => json) }
}

function drawEnum(names: readonly string[], random: Random): Drawn {
  const name = random.pick(names)
  return { literal: name, json: name }
}

function drawObject(type: Extract<GraphQLInputType, { getFields(): unknown }>, source: ValueSource): Drawn {
  const { random } = source
  const fields = Object.values(type.getFields())
  const wanted = type.isOneOf
    ? [random.pick(fields)]
    : fields.filter((field) => isRequiredInputField(field) || random.chance(0.3))
  const drawn = wanted.map((field) => [field.name, drawGiven(field.type, type.isOneOf, source)] as const)
  return {
    literal: `{ ${drawn.map(([name, { literal }]) => `${name}: ${literal}`).join(', ')} }`,
    json: Object.fromEntries(drawn.map(([name, { json }]) => [name, json])),
  }
}

/** The one field of an object that has to have just one is never null. */
function drawGiven(type: GraphQLInputType, neverNull: boolean, source: ValueSource): Drawn {
  for (;;) {
    const drawn = drawRequired(type, source)
    if (!neverNull || drawn.json !== null) return drawn
  }
}

function plain(json: unknown): Drawn {
  return { literal: JSON.stringify(json), json }
}

function drawScalar(name: string, { random, ids }: ValueSource): unknown {
  switch (name) {
    case 'Int':
      return random.chance(0.9) ? random.between(0, 5) : random.pick(INTEGERS)
    case 'Float':
      return random.pick([0, 0.5, -1, 1e10])
    case 'Boolean':
      return random.chance(0.5)
    case 'ID':
      return random.chance(0.7) && ids.length > 0 ? random.pick(ids) : drawText(random)
    case 'DateTime':
      return random.pick(MOMENTS)
    case 'URL':
      return random.pick(ADDRESSES)
    case 'JSON':
      return random.pick([null, 1, 'text', [], { a: { b: [1, 2] } }])
    default:
      return drawText(random)
  }
}

export function drawText(random: Random): string {
  return random.pick(TEXTS)
}

const INTEGERS = [-1, 0, 6, 25, 100, 101, 1_000_000, 2 ** 31 - 1, -(2 ** 31)]
const MOMENTS = [
  '2026-01-01T00:00:00Z',
  '1970-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59+14:00',
  '0001-01-01T00:00:00Z',
]
const ADDRESSES = [
  'https://pictures.example/a.png',
  'http://127.0.0.1:1/',
  'http://[::1]/',
  'https://x.invalid/ü?a=b#c',
]
const TEXTS = [
  'hello',
  '',
  ' ',
  '0',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '%00%0a',
  "' or 1=1 --",
  '<script>alert(1)</script>',
  '🙂👩‍👩‍👧‍👦',
  'إلى الأبد',
  '\u0000\u0001',
  '\ud800',
  '\u2028\u202e',
  'x'.repeat(65),
  'x'.repeat(5_000),
  'eyJhIjoxfQ',
  'MTo6Og',
  '\r\nset-cookie: a=b',
]

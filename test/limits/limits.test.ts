import { buildSchema, GraphQLError, getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { createDocumentRule } from '../../src/limits/document-rule.ts'
import { checkDocumentText } from '../../src/limits/document-text.ts'
import { DEFAULT_LIMITS, LIMIT_CODES } from '../../src/limits/limits.ts'
import { checkVariables } from '../../src/limits/variables.ts'

const SCHEMA = buildSchema(
  'type Query { a: Query b: Query c: Int d: Int e: Int f: Int g: Int h: Int i: Int j: Int k: Int }',
)
const LIMITS = DEFAULT_LIMITS

/** Documents of exactly so much of something. */
const DOCUMENTS = {
  tokens: (n: number) => `{${'c '.repeat(n - 2)}}`,
  comments: (n: number) => `${'# a word\n'.repeat(n)}{c}`,
  depth: (n: number) => `{${'a{'.repeat(n - 1)}c${'}'.repeat(n - 1)}}`,
  aliases: (n: number) => `{a{${Array.from({ length: n }, (_, i) => `x${i}:c`).join(' ')}}}`,
  rootFields: (n: number) =>
    `{${Array.from({ length: n }, (_, i) => 'abcdefghijk'[i])
      .map((f) => (f! < 'c' ? `${f}{c}` : f))
      .join(' ')}}`,
  sameRootField: (n: number) => `{${'c '.repeat(n)}}`,
  directives: (n: number) => `{c ${'@include(if: true) '.repeat(n)}}`,
  fragments: (n: number) =>
    `{a{${Array.from({ length: n }, (_, i) => `...F${i}`).join(' ')}}} ${Array.from({ length: n }, (_, i) => `fragment F${i} on Query{c}`).join(' ')}`,
}

describe('a document', () => {
  test.each(Object.keys(DOCUMENTS) as (keyof typeof DOCUMENTS)[])(
    'may have as much of %s as the limit, and no more',
    (limit) => {
      expect(codesOf(DOCUMENTS[limit](LIMITS[limit]))).not.toContain(LIMIT_CODES[limit])
      expect(codesOf(DOCUMENTS[limit](LIMITS[limit] + 1))).toContain(LIMIT_CODES[limit])
    },
  )

  test('is as deep through fragments as without', () => {
    const deep = (n: number) => `{...F} fragment F on Query{${'a{'.repeat(n - 1)}... on Query{c}${'}'.repeat(n - 1)}}`
    expect(codesOf(deep(LIMITS.depth))).toEqual([])
    expect(codesOf(deep(LIMITS.depth + 1))).toEqual(['TOO_DEEP'])
  })

  test('whose fragments go in a circle is refused by graphql, and ends', () => {
    expect(codesOf('{...F} fragment F on Query{a{...F}}')).toContain(undefined)
  })

  test('may be the usual introspection', () => {
    expect(codesOf(getIntrospectionQuery())).toEqual([])
  })

  test('of thousands of braces is refused without being parsed', () => {
    expect(() => checkDocumentText('{'.repeat(100_000), LIMITS)).toThrow(GraphQLError)
  })
})

describe('variables', () => {
  const nested = (n: number): object => (n === 1 ? {} : { in: nested(n - 1) })

  test('may be as deep as the limit, and no deeper', () => {
    expect(checkVariables(nested(10), LIMITS)).toBeNull()
    expect(checkVariables(nested(11), LIMITS)?.extensions.code).toBe('VARIABLES_TOO_DEEP')
  })
})

function codesOf(text: string): readonly unknown[] {
  try {
    checkDocumentText(text, LIMITS)
  } catch (error) {
    return [(error as GraphQLError).extensions.code]
  }
  return validate(SCHEMA, parse(text), [...specifiedRules, createDocumentRule(LIMITS)]).map(
    ({ extensions }) => extensions.code,
  )
}

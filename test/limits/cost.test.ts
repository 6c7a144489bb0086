import {
  GraphQLInt,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  getOperationAST,
  parse,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { estimateCalls } from '../../src/limits/cost.ts'

const rows = { first: { type: GraphQLInt } }
const Plain = new GraphQLObjectType({ name: 'Plain', fields: { id: { type: GraphQLInt } } })
const Dear: GraphQLObjectType = new GraphQLObjectType({
  name: 'Dear',
  fields: () => ({
    id: { type: GraphQLInt },
    more: { type: Plain, extensions: { cost: { calls: 1 } } },
    list: { type: new GraphQLList(Dear), args: rows, extensions: { cost: { calls: 1, rows: ['first'] } } },
  }),
})
const Either = new GraphQLUnionType({ name: 'Either', types: [Plain, Dear] })
const SCHEMA = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      list: { type: new GraphQLList(Dear), args: rows, extensions: { cost: { calls: 1, rows: ['first'] } } },
      either: { type: Either },
      byIds: {
        type: new GraphQLList(Dear),
        args: { ids: { type: new GraphQLList(GraphQLInt) } },
        extensions: { cost: { calls: 1, rows: ['ids'] } },
      },
    },
  }),
})

describe('an operation is estimated', () => {
  test.each([
    ['{ list { id } }', 1],
    ['{ list(first: 10) { more { id } } }', 11],
    ['{ list { more { id } } }', 26],
    ['{ list(first: 3) { list(first: 4) { more { id } } } }', 1 + 3 * (1 + 4)],
    ['{ byIds(ids: [1, 2, 3]) { more { id } } }', 4],
    ['{ a: list(first: 2) { ...F } b: list(first: 3) { ...F } } fragment F on Dear { more { id } }', 7],
    ['{ either { ... on Plain { id } ... on Dear { more { id } list(first: 1) { id } } } }', 2],
  ])('%s', (text, calls) => {
    expect(callsOf(text)).toBe(calls)
  })

  test('by the values of its variables', () => {
    const text = 'query ($n: Int) { list(first: $n) { more { id } } }'
    expect(callsOf(text, { n: 7 })).toBe(8)
    expect(callsOf(text)).toBe(26)
  })
})

function callsOf(text: string, variables = {}): number {
  const document = parse(text)
  return estimateCalls(SCHEMA, document, getOperationAST(document)!, variables)
}

import { existsSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  GraphQLEnumType,
  type GraphQLInterfaceType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { CAPABILITIES } from '../providers/port/index.ts'
import { schema } from '../schema/index.ts'
import { differencesFrom } from './schema/differences.ts'
import { undescribed } from './schema/undescribed.ts'

const COMMITTED = new URL('../schema/schema.graphql', import.meta.url)
const TARGET = new URL('../../shared/design/target-schema.graphql', import.meta.url)

describe('schema/schema.graphql', () => {
  test('is what the code prints, sorted', () => {
    const printed = `${printSchema(lexicographicSortSchema(schema))}\n`
    const isCurrent = existsSync(COMMITTED) && readFileSync(COMMITTED, 'utf8') === printed
    expect(isCurrent, 'schema/schema.graphql is not what the code says: run `npm run codegen` and commit it').toBe(true)
  })
})

describe('the schema', () => {
  test('describes everything in it', () => {
    expect(undescribed(schema)).toEqual([])
  })

  test('names every capability of the port, and what reaches it', () => {
    const type = schema.getType('Capability')
    const values = type instanceof GraphQLEnumType ? type.getValues() : []
    expect(values.map(({ name }) => name).toSorted()).toEqual([...CAPABILITIES].toSorted())
    expect(values.filter(({ description }) => !description)).toEqual([])
  })

  test('answers every mutation with null or a union of its success and the same problems', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
    expect(mutations.length).toBeGreaterThan(10)
    const problems = schema.getPossibleTypes(schema.getType('Problem') as GraphQLInterfaceType)
    expect(problems).toHaveLength(8)
    for (const { name, type } of mutations) {
      expect(isUnionType(type), `${name} is ${type}`).toBe(true)
      const members = isUnionType(type) ? type.getTypes() : []
      expect(members, name).toEqual(expect.arrayContaining([...problems]))
      const others = members.filter((member) => !problems.includes(member))
      expect(others.map(String), name).toEqual([expect.stringMatching(/Success$/)])
    }
  })
})

/** Where the schema differs from the design, each for a reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'BirdInbox.id: is missing': 'inboxId: Relay takes whatever is called id for the key of a record',
  'BirdRecipient.id: is missing': 'contactId, for the same reason',
  'BirdResource.id: is missing': 'resourceId, for the same reason',
  'Delivery.precision: is ReceiptPrecision!, not ReceiptPrecision': 'every delivery was either said or derived',
  'Viewer.displayName: is String!, not String': 'the configuration gives everybody a name',
}

describe.skipIf(!existsSync(TARGET))('the design’s schema (skipped where ../shared/design is absent)', () => {
  test('is there, but for named exceptions', () => {
    const target = buildSchema(readFileSync(TARGET, 'utf8'))
    expect(differencesFrom(target, schema).toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted())
  })
})

describe('a schema is compared', () => {
  const target = buildSchema(`
    type Query { thing(id: ID!): Thing }
    interface Node { id: ID! }
    type Thing implements Node { id: ID! name: String! word: Word side: Side find(by: By): Thing }
    enum Word { ONE TWO }
    type Left { left: Int }
    type Right { right: Int }
    union Side = Left | Right
    input By @oneOf { id: ID name: String }
    type Mutation { change: Change }
    type Change { done: Boolean }
    type Subscription { things: Told }
    type Told { thing: Thing }
  `)

  test('without a difference to itself', () => {
    expect(differencesFrom(target, target)).toEqual([])
  })

  test('by everything that an operation reaches, and nothing else', () => {
    const other = buildSchema(`
      type Query { thing: Thing }
      interface Node { id: ID! }
      type Thing { id: ID name: String! word: Word side: Side find(by: By): Thing extra: Int }
      enum Word { ONE }
      type Left { left: Int }
      union Side = Left
      input By { id: ID }
    `)
    expect(differencesFrom(target, other).toSorted()).toEqual([
      'By.name: is missing',
      'By: lacks @oneOf',
      'Change: is missing',
      'Mutation: is missing',
      'Query.thing(id): is missing',
      'Right: is missing',
      'Side: lacks Right',
      'Subscription: is missing',
      'Thing.id: is ID, not ID!',
      'Thing: lacks Node',
      'Told: is missing',
      'Word: lacks TWO',
    ])
  })
})

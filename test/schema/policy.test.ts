import SchemaBuilder from '@pothos/core'
import { graphql, isInterfaceType, isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { Viewer } from '../../schema/context.ts'
import { schema } from '../../schema/index.ts'
import '../../schema/policy.ts'
import { viewerOf } from '../support/identity.ts'

type Options = Record<string, unknown>

/** A schema of one type with one field, and of the field at the root that brings it. */
function build({
  type = {},
  field = {},
  root = { audience: 'public' },
}: {
  type?: Options
  field?: Options
  root?: Options
}) {
  const builder = new SchemaBuilder<{ DefaultFieldNullability: true }>({ plugins: ['policy'] })
  const Thing = builder.objectRef<object>('Thing')
  Thing.implement({ ...type, fields: (t: any) => ({ word: t.string({ ...field, resolve: () => 'a word' }) }) } as never)
  builder.queryType({ fields: (t) => ({ thing: t.field({ ...root, type: Thing, resolve: () => ({}) }) }) })
  return builder.toSchema()
}

function ask(
  viewer: Partial<Viewer>,
  built = build({ type: { audience: 'public' }, field: { audience: 'internal' } }),
) {
  return graphql({ schema: built, source: '{ thing { word } }', contextValue: { viewer: viewerOf(viewer) } })
}

describe('a schema', () => {
  test.each([
    ['a type', {}, 'Thing.word does not say who may read it'],
    ['a field at the root', { type: { audience: 'public' }, root: {} }, 'Query.thing does not say who may read it'],
    [
      'an internal field that cannot be null',
      { type: { audience: 'public' }, field: { audience: 'internal', nullable: false } },
      'Thing.word is internal, so it has to be nullable',
    ],
  ])('cannot be built with %s that leaves it open', (_what, parts, reason) => {
    expect(() => build(parts)).toThrow(reason)
  })

  test('of ours says it of every field', () => {
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type))
    const fields = types
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.extensions.audience]),
      )
    expect(fields.length).toBeGreaterThan(500)
    expect(fields.filter(([, audience]) => audience !== 'public' && audience !== 'internal')).toEqual([])
  })
})

describe('an internal field', () => {
  test.each(['agent', 'service', 'admin'] as const)('is shown to an %s', async (kind) => {
    expect(await ask({ kind })).toEqual({ data: { thing: { word: 'a word' } } })
  })

  test('is null to an end user', async () => {
    expect(await ask({ kind: 'end-user' })).toEqual({ data: { thing: { word: null } } })
  })
})

test('whoever is not let in for queries is told so', async () => {
  const { errors } = await ask({ operations: new Set(['subscription']) })
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

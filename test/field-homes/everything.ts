import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'

/**
 * Documents that together select all there is of a type, so many levels deep: one for each of its fields, put by `place` where
 * such a thing stands. A type at a depth is one fragment, however often it is met; fields are aliased, because two members of a
 * union may not give one name to different things.
 */
export function selectEverything(
  schema: GraphQLSchema,
  typeName: string,
  depth: number,
  place: (selection: string) => string,
): readonly string[] {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`)
  return Object.values(type.getFields()).flatMap((field) => {
    const fragments = new Map<string, string>()
    const selections = selectionOf(fragments, schema, field, depth)
    return selections.map((selection) => [place(selection), ...fragments.values()].join('\n'))
  })
}

function spreadInto(
  fragments: Map<string, string>,
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
): string {
  if (isAbstractType(type)) {
    return schema
      .getPossibleTypes(type)
      .map((possible) => spreadInto(fragments, schema, possible, depth))
      .join(' ')
  }
  const name = `${type.name}_${depth}`
  if (!fragments.has(name) && isObjectType(type)) {
    fragments.set(name, '')
    const fields = Object.values(type.getFields()).flatMap((field) => selectionOf(fragments, schema, field, depth))
    const aliased = fields.map((selection) => `${type.name}_${selection.replace(/\W.*/s, '')}: ${selection}`)
    fragments.set(name, `fragment ${name} on ${type.name} { __typename ${aliased.join(' ')} }`)
  }
  return `...${name}`
}

function selectionOf(
  fragments: Map<string, string>,
  schema: GraphQLSchema,
  { name, type, args }: GraphQLField<unknown, unknown>,
  depth: number,
): readonly string[] {
  const named = getNamedType(type)
  // The rows are in the edges too; an account is asked for everything by its own id.
  if (args.some(isRequiredArgument) || name === 'nodes' || named.name === 'Account') return []
  if (!isCompositeType(named)) return [name]
  return depth === 0 ? [] : [`${name} { ${spreadInto(fragments, schema, named, depth - 1)} }`]
}

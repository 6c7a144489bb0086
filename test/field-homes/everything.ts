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
 * A document that selects all there is of a type, so many levels deep, where `place` puts the selection. A type at a depth is
 * one fragment, however often it is met; fields are aliased, because two members of a union may not give one name to different
 * things.
 */
export function selectEverything(
  schema: GraphQLSchema,
  type: string,
  depth: number,
  place: (selection: string) => string,
): string {
  const fragments = new Map<string, string>()
  const selection = spreadInto(fragments, schema, schema.getType(type)!, depth)
  return [place(selection), ...fragments.values()].join('\n')
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
  if (args.some(isRequiredArgument)) return []
  const named = getNamedType(type)
  if (!isCompositeType(named)) return [name]
  return depth === 0 ? [] : [`${name} { ${spreadInto(fragments, schema, named, depth - 1)} }`]
}

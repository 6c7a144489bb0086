import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'

/**
 * Where a schema lacks something that another one has, for everything that can be reached from the other's `Query`,
 * `Mutation` and `Subscription`. What it has more is no difference. One line each, beginning with where it is: `Conversation.title: …`.
 */
export function differencesFrom(target: GraphQLSchema, schema: GraphQLSchema): readonly string[] {
  return reachable(target).flatMap((wanted) => {
    const found = schema.getType(wanted.name)
    if (found === undefined) return [`${wanted.name}: is missing`]
    return found.constructor.name === wanted.constructor.name
      ? differencesOfType(wanted, found)
      : [`${wanted.name}: is another kind of type`]
  })
}

/** Every type that an operation can bring or take. */
function reachable(schema: GraphQLSchema): readonly GraphQLNamedType[] {
  const found = new Set<GraphQLNamedType>()
  const visit = (type: GraphQLNamedType): void => {
    if (found.has(type)) return
    found.add(type)
    for (const next of neighbours(type, schema)) visit(getNamedType(next))
  }
  visit(schema.getQueryType() ?? raise('the schema has no queries'))
  for (const root of [schema.getMutationType(), schema.getSubscriptionType()]) if (root) visit(root)
  return [...found]
}

function neighbours(type: GraphQLNamedType, schema: GraphQLSchema): readonly (GraphQLOutputType | GraphQLInputType)[] {
  if (isUnionType(type)) return type.getTypes()
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => field.type)
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const related = isInterfaceType(type) ? schema.getPossibleTypes(type) : type.getInterfaces()
  const fields = Object.values(type.getFields())
  return [...related, ...fields.flatMap((field) => [field.type, ...field.args.map((argument) => argument.type)])]
}

function differencesOfType(wanted: GraphQLNamedType, found: GraphQLNamedType): readonly string[] {
  const names = namesIn(found)
  const missing = namesIn(wanted).filter((name) => !names.includes(name))
  const members = membersOf(found)
  const changed = [...membersOf(wanted)].flatMap(([name, type]) => {
    const actual = members.get(name)
    if (actual === undefined) return [`${wanted.name}.${name}: is missing`]
    return actual === type ? [] : [`${wanted.name}.${name}: is ${actual}, not ${type}`]
  })
  return [...missing.map((name) => `${wanted.name}: lacks ${name}`), ...changed]
}

/** Enum values, members of a union, interfaces, and that an input takes exactly one field. */
function namesIn(type: GraphQLNamedType): readonly string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name)
  if (isUnionType(type)) return type.getTypes().map(({ name }) => name)
  if (isInputObjectType(type)) return type.isOneOf ? ['@oneOf'] : []
  return isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().map(({ name }) => name) : []
}

/** Fields and `field(argument)`s with their types. */
function membersOf(type: GraphQLNamedType): ReadonlyMap<string, string> {
  if (isInputObjectType(type))
    return new Map(Object.values(type.getFields()).map((field) => [field.name, `${field.type}`]))
  if (!isObjectType(type) && !isInterfaceType(type)) return new Map()
  return new Map(
    Object.values(type.getFields()).flatMap((field) => [
      [field.name, `${field.type}`] as const,
      ...field.args.map((argument) => [`${field.name}(${argument.name})`, `${argument.type}`] as const),
    ]),
  )
}

function raise(message: string): never {
  throw new Error(message)
}

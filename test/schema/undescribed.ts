import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'

/** Everything in a schema that does not say what it means: types, fields, arguments and input fields. */
export function undescribed(schema: GraphQLSchema): readonly string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  )
  return types
    .flatMap((type) => [{ path: type.name, description: type.description }, ...members(type)])
    .flatMap(({ path, description }) => (description?.trim() ? [] : [path]))
}

interface Described {
  readonly path: string
  readonly description?: string | null | undefined
}

function members(type: GraphQLNamedType): readonly Described[] {
  const at = ({ name, description }: { name: string; description?: string | null | undefined }): Described => ({
    path: `${type.name}.${name}`,
    description,
  })
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(at)
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => [
    at(field),
    ...field.args.map(({ name, description }) => ({ path: `${type.name}.${field.name}(${name})`, description })),
  ])
}

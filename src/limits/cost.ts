import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { FieldCost } from '../../schema/policy.ts'

/** As many rows as a list brings that is not told how many. */
const DEFAULT_ROWS = 25

/** How many calls to one provider an operation may take, at most. Of things that exclude one another the dearest counts. */
export function estimateCalls(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const root = schema.getRootType(operation.operation)
  return root ? new Estimate(schema, document, variables).of(operation.selectionSet, root) : 0
}

class Estimate {
  readonly #schema: GraphQLSchema
  readonly #variables: Readonly<Record<string, unknown>>
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #known = new Map<string, number>()

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema
    this.#variables = variables
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
  }

  of({ selections }: SelectionSetNode, type: GraphQLCompositeType): number {
    let always = 0
    const byType = new Map<string, number>()
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        always += this.#ofField(selection, type)
        continue
      }
      const [name, calls] =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? this.#ofFragment(selection.name.value)
          : this.#ofCondition(selection.typeCondition?.name.value ?? type.name, selection.selectionSet)
      const isChoice = isAbstractType(type) && name !== type.name
      if (isChoice) byType.set(name, (byType.get(name) ?? 0) + calls)
      else always += calls
    }
    return always + Math.max(0, ...byType.values())
  }

  #ofField(node: FieldNode, parent: GraphQLCompositeType): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    const type = field && getNamedType(field.type)
    if (field === undefined || type === undefined) return 0
    const { calls = 0, callsPerRow = 0, rows } = costOf(field)
    const below = node.selectionSet && isCompositeType(type) ? this.of(node.selectionSet, type) : 0
    return calls + (rows === undefined ? below : (callsPerRow + below) * this.#rowsOf(node, field, rows))
  }

  #rowsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, names: readonly string[]): number {
    const given = getArgumentValues(field, node, this.#variables)
    for (const name of names) {
      const value = given[name]
      if (typeof value === 'number') return Math.max(0, value)
      if (Array.isArray(value)) return value.length
    }
    return DEFAULT_ROWS
  }

  #ofFragment(name: string): readonly [string, number] {
    const fragment = this.#fragments.get(name)
    if (fragment === undefined) return [name, 0]
    const type = fragment.typeCondition.name.value
    const known = this.#known.get(name)
    if (known !== undefined) return [type, known]
    // A valid document has no cycle.
    this.#known.set(name, 0)
    const [, calls] = this.#ofCondition(type, fragment.selectionSet)
    this.#known.set(name, calls)
    return [type, calls]
  }

  #ofCondition(name: string, selectionSet: SelectionSetNode): readonly [string, number] {
    const type = this.#schema.getType(name)
    return [name, isCompositeType(type) ? this.of(selectionSet, type) : 0]
  }
}

function costOf(field: GraphQLField<unknown, unknown>): FieldCost {
  const cost: unknown = field.extensions.cost
  // Written by the schema's own fields, and nobody else.
  return typeof cost === 'object' && cost !== null ? (cost as FieldCost) : {}
}

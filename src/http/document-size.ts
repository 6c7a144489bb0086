import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/**
 * How many fields an operation has when every fragment is written out where it is used. Fragments that use one another twice
 * double it with each level: a kilobyte may stand for millions.
 */
export function expandedSize(operation: OperationDefinitionNode, document: DocumentNode): number {
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  const sizes = new Map<string, number>()
  const sizeOfFragment = (name: string): number => {
    const known = sizes.get(name)
    if (known !== undefined) return known
    // A valid document has no cycle; whatever has one counts nothing here.
    sizes.set(name, 0)
    const fragment = fragments.get(name)
    const size = fragment === undefined ? 0 : sizeOf(fragment.selectionSet)
    sizes.set(name, size)
    return size
  }
  const sizeOf = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + sizeOfFragment(selection.name.value)
      const below = selection.selectionSet === undefined ? 0 : sizeOf(selection.selectionSet)
      return sum + below + (selection.kind === Kind.FIELD ? 1 : 0)
    }, 0)
  return sizeOf(operation.selectionSet)
}

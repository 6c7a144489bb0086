import {
  GraphQLError,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type ValidationContext,
} from 'graphql'

/**
 * Refuses subscriptions whose one field may be left out: of such a one nothing could be told, and graphql itself, which goes
 * by an older specification here, fails over it.
 */
export function unconditionalSubscriptions(context: ValidationContext) {
  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return
      const conditional = findConditional(operation.selectionSet.selections, context, new Set())
      if (conditional !== null) context.reportError(new GraphQLError(MESSAGE, { nodes: conditional }))
    },
  }
}

const MESSAGE = 'The field of a subscription can be neither skipped nor included on a condition.'
const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include'])

/** `seen`: the fragments that have been looked into. */
function findConditional(
  selections: readonly SelectionNode[],
  context: ValidationContext,
  seen: Set<string>,
): SelectionNode | null {
  for (const selection of selections) {
    if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value))) return selection
    const found = findConditional(within(selection, context, seen), context, seen)
    if (found !== null) return found
  }
  return null
}

/** What else stands at the root by a selection there. */
function within(selection: SelectionNode, context: ValidationContext, seen: Set<string>): readonly SelectionNode[] {
  if (selection.kind === 'InlineFragment') return selection.selectionSet.selections
  if (selection.kind === 'Field' || seen.has(selection.name.value)) return []
  seen.add(selection.name.value)
  return context.getFragment(selection.name.value)?.selectionSet.selections ?? []
}

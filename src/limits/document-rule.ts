import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
  visit,
} from 'graphql'
import type { Limits } from './limits.ts'
import { tooLarge } from './refusal.ts'

/** Refuses documents that ask for too much in too little text. All that is wrong is told at once. */
export function createDocumentRule(limits: Limits): ValidationRule {
  return (context) => ({
    Document(document) {
      for (const error of problemsOf(document, limits)) context.reportError(error)
    },
  })
}

function problemsOf(document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  const { aliases, directives } = count(document)
  const fragments = fragmentsOf(document)
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  return [
    ...over('aliases', aliases, limits),
    ...over('directives', directives, limits),
    ...over('fragments', fragments.size, limits),
    ...operations.flatMap((operation) => problemsOfOperation(operation, fragments, limits)),
  ]
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function problemsOfOperation(
  operation: OperationDefinitionNode,
  fragments: Fragments,
  limits: Limits,
): readonly GraphQLError[] {
  const root = fieldsOf(operation.selectionSet, fragments)
  const times = new Map<string, number>()
  for (const { name } of root) times.set(name.value, (times.get(name.value) ?? 0) + 1)
  return [
    ...over('depth', new Depth(fragments).of(operation.selectionSet), limits, operation),
    ...over('rootFields', root.length, limits, operation),
    ...over('sameRootField', Math.max(0, ...times.values()), limits, operation),
  ]
}

function over(
  limit: keyof Limits,
  found: number,
  limits: Limits,
  operation?: OperationDefinitionNode,
): readonly GraphQLError[] {
  return found > limits[limit] ? [tooLarge(limit, found, limits, operation && [operation])] : []
}

function count(document: DocumentNode): { readonly aliases: number; readonly directives: number } {
  let [aliases, directives] = [0, 0]
  visit(document, {
    Field({ alias }) {
      if (alias !== undefined) aliases += 1
    },
    Directive() {
      directives += 1
    },
  })
  return { aliases, directives }
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

/** The fields at one level, each fragment counted once: used twice it asks for the same. */
function fieldsOf(selections: SelectionSetNode, fragments: Fragments, seen = new Set<string>()): readonly FieldNode[] {
  return selections.selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, fragments, seen)
    const fragment = fragments.get(selection.name.value)
    if (fragment === undefined || seen.has(selection.name.value)) return []
    seen.add(selection.name.value)
    return fieldsOf(fragment.selectionSet, fragments, seen)
  })
}

/** How deep fields are nested; each fragment is measured once. */
class Depth {
  readonly #fragments: Fragments
  readonly #known = new Map<string, number>()

  constructor(fragments: Fragments) {
    this.#fragments = fragments
  }

  of({ selections }: SelectionSetNode): number {
    return Math.max(
      0,
      ...selections.map((selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet)
        if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value)
        if (INTROSPECTION.has(selection.name.value)) return 1
        return 1 + (selection.selectionSet === undefined ? 0 : this.of(selection.selectionSet))
      }),
    )
  }

  #ofFragment(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    // A cycle has no depth; other rules refuse it.
    this.#known.set(name, 0)
    const fragment = this.#fragments.get(name)
    const depth = fragment === undefined ? 0 : this.of(fragment.selectionSet)
    this.#known.set(name, depth)
    return depth
  }
}

const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type'])

import type { GraphQLError } from 'graphql'
import type { Limits } from './limits.ts'
import { tooLarge } from './refusal.ts'

/** What of some variables is too large; null where nothing is. */
export function checkVariables(variables: unknown, limits: Limits): GraphQLError | null {
  if (variables === undefined || variables === null) return null
  const depth = depthOf(variables, limits.variablesDepth + 1)
  return depth > limits.variablesDepth ? tooLarge('variablesDepth', depth, limits) : null
}

/** How deep lists and objects are nested, as far as it matters. */
function depthOf(value: unknown, enough: number): number {
  if (typeof value !== 'object' || value === null || enough === 0) return 0
  return 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner, enough - 1)))
}

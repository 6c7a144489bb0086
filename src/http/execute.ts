import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  type SourceLocation,
  visit,
} from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import { expandedSize } from './document-size.ts'

export type Executed = ExecutionResult | PromiseLike<ExecutionResult>

/**
 * Runs operations as compiled functions. An operation is compiled the second time it is seen, because compiling costs more
 * than running once; what cannot be compiled is interpreted. A compiled function lives as long as its parsed document, so the
 * cache of documents bounds how many there are.
 */
export function createExecutor({
  hideSuggestions,
}: {
  readonly hideSuggestions: boolean
}): (execution: ExecutionArgs) => Executed {
  const plans = new WeakMap<OperationDefinitionNode, Plan>()
  return (asked) => {
    const execution = { ...asked, hideSuggestions }
    const operation = getOperationAST(execution.document, execution.operationName)
    if (!operation) return execute(execution)
    const plan = nextPlan(plans.get(operation), operation, execution)
    plans.set(operation, plan)
    return typeof plan === 'string' || !fits(operation, execution) ? execute(execution) : run(plan, execution)
  }
}

type Plan = 'seen once' | 'interpret' | CompiledQuery

function nextPlan(plan: Plan | undefined, operation: OperationDefinitionNode, execution: ExecutionArgs): Plan {
  if (plan === undefined) return 'seen once'
  return plan === 'seen once' ? compile(operation, execution) : plan
}

/** Compiling writes every fragment out where it is used, while nothing else runs: what grows too large by that is interpreted. */
const MAX_COMPILED_FIELDS = 2_000

function compile(operation: OperationDefinitionNode, { schema, document, operationName }: ExecutionArgs): Plan {
  if (expandedSize(operation, document) > MAX_COMPILED_FIELDS) return 'interpret'
  const compiled = compileQuery(schema, document, operationName ?? undefined)
  return isCompiledQuery(compiled) ? compiled : 'interpret'
}

/** Whether the variables are what the operation declares. The compiled check is laxer: it knows nothing of `@oneOf`. */
function fits({ variableDefinitions = [] }: OperationDefinitionNode, execution: ExecutionArgs): boolean {
  if (variableDefinitions.length === 0) return true
  return getVariableValues(execution.schema, variableDefinitions, execution.variableValues ?? {}).errors === undefined
}

function run(compiled: CompiledQuery, execution: ExecutionArgs): Executed {
  const result = compiled.query(execution.rootValue, execution.contextValue, execution.variableValues ?? {})
  if (result instanceof Promise) return result.then((settled) => asInterpreted(settled, execution.document))
  // Wrong variables: nothing has run, and graphql itself says better what is wrong.
  return 'data' in result ? asInterpreted(result, execution.document) : execute(execution)
}

/**
 * Makes the errors of a compiled operation what they are when it is interpreted, in the same place: the answer is to be the same
 * to the byte. Its own lack the extensions that others count on, the nodes, and, where a value did not fit its type, the cause
 * that tells them from what clients may see.
 */
function asInterpreted({ errors, ...result }: ExecutionResult, document: DocumentNode): ExecutionResult {
  if (errors === undefined) return result
  return { errors: errors.map((error) => errorAsInterpreted(error, document)), ...result }
}

function errorAsInterpreted(error: GraphQLError, document: DocumentNode): GraphQLError {
  const originalError = error.originalError ?? new Error(error.message)
  return new GraphQLError(error.message, {
    path: error.path,
    nodes: fieldsAt(error.locations, document),
    originalError,
  })
}

function fieldsAt(locations: readonly SourceLocation[] | undefined, document: DocumentNode): readonly FieldNode[] {
  const fields: FieldNode[] = []
  visit(document, {
    Field(field) {
      const start = field.loc?.startToken
      const isThere = locations?.some(({ line, column }) => line === start?.line && column === start.column)
      if (isThere) fields.push(field)
    },
  })
  return fields
}

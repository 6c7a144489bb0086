import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'

export type Executed = ExecutionResult | PromiseLike<ExecutionResult>

/**
 * Runs operations as compiled functions. An operation is compiled the second time it is seen, because compiling costs more
 * than running once; what cannot be compiled is interpreted. A compiled function lives as long as its parsed document, so the
 * cache of documents bounds how many there are.
 */
export function createExecutor(): (execution: ExecutionArgs) => Executed {
  const plans = new WeakMap<OperationDefinitionNode, Plan>()
  return (execution) => {
    const operation = getOperationAST(execution.document, execution.operationName)
    if (!operation) return execute(execution)
    const plan = nextPlan(plans.get(operation), execution)
    plans.set(operation, plan)
    return typeof plan === 'string' ? execute(execution) : run(plan, execution)
  }
}

type Plan = 'seen once' | 'interpret' | CompiledQuery

function nextPlan(plan: Plan | undefined, execution: ExecutionArgs): Plan {
  if (plan === undefined) return 'seen once'
  return plan === 'seen once' ? compile(execution) : plan
}

function compile({ schema, document, operationName }: ExecutionArgs): Plan {
  const compiled = compileQuery(schema, document, operationName ?? undefined)
  return isCompiledQuery(compiled) ? compiled : 'interpret'
}

function run(compiled: CompiledQuery, { rootValue, contextValue, variableValues }: ExecutionArgs): Executed {
  const result = compiled.query(rootValue, contextValue, variableValues ?? {})
  return result instanceof Promise ? result.then(withCauses) : withCauses(result)
}

/**
 * Where a resolver's value does not fit its type, a compiled operation gives the bare message. With a cause, as when it is
 * interpreted, it can be told from what clients are meant to see.
 */
function withCauses(result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map(withCause) }
}

function withCause(error: GraphQLError): GraphQLError {
  if (error.path === undefined || error.originalError) return error
  return new GraphQLError(error.message, { path: error.path, originalError: new Error(error.message) })
}

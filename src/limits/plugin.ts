import {
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  type parse,
  type validate,
} from 'graphql'
import { estimateCalls } from './cost.ts'
import { createDocumentRule } from './document-rule.ts'
import { checkDocumentText } from './document-text.ts'
import type { Limits } from './limits.ts'
import { tooLarge } from './refusal.ts'
import { checkVariables } from './variables.ts'

/** What a document may be, as hooks of Yoga. `isKnown`: whether a text was found good before. */
export function createLimitsPlugin(limits: Limits, isKnown: (text: string) => boolean) {
  const rule = createDocumentRule(limits)
  return {
    onParse({ params: { source }, parseFn, setParseFn }: ParseHook) {
      const text = typeof source === 'string' ? source : source.body
      if (isKnown(text)) return
      setParseFn((...given) => {
        checkDocumentText(text, limits)
        return parseFn(...given)
      })
    },
    onValidate({ addValidationRule, validateFn, setValidationFn }: ValidateHook) {
      addValidationRule(rule)
      setValidationFn((schema, document, rules) => validateFn(schema, document, rules, { maxErrors: MAX_ERRORS }))
    },
  }
}

/** To say where an error stands, the whole text before it is read again, which may be a hundred thousand empty lines. */
const MAX_ERRORS = 20

/** Runs an operation only where its variables are not too large, and it does not take too much. */
export function withinLimits<Execution extends ExecutionArgs, Result>(
  run: (execution: Execution) => Result,
  limits: Limits,
) {
  return (execution: Execution): Result | { readonly errors: readonly GraphQLError[] } => {
    const problem = problemOf(execution, limits)
    return problem === null ? run(execution) : { errors: [problem] }
  }
}

interface ParseHook {
  readonly params: { readonly source: string | { readonly body: string } }
  readonly parseFn: typeof parse
  setParseFn(parseFn: typeof parse): void
}

interface ValidateHook {
  readonly validateFn: typeof validate
  addValidationRule(rule: ReturnType<typeof createDocumentRule>): void
  setValidationFn(validateFn: typeof validate): void
}

function problemOf(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  limits: Limits,
): GraphQLError | null {
  const variables = checkVariables(variableValues, limits)
  if (variables !== null) return variables
  const operation = getOperationAST(document, operationName)
  if (!operation) return null
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {})
  // Whoever runs it says what is wrong with them.
  if (coerced === undefined) return null
  const calls = estimateCalls(schema, document, operation, coerced)
  return calls > limits.calls ? tooLarge('calls', calls, limits, [operation]) : null
}

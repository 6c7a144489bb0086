import { type DocumentNode, type ExecutionArgs, type GraphQLError, getOperationAST, type parse } from 'graphql'
import { estimateCalls } from './cost.ts'
import { createDocumentRule } from './document-rule.ts'
import { checkDocumentText } from './document-text.ts'
import type { Limits } from './limits.ts'
import { tooLarge } from './refusal.ts'
import { checkVariables } from './variables.ts'

/**
 * The limits as hooks of Yoga, which every transport runs its operations through. `isKnown`: whether a text was found good
 * before.
 */
export function createLimitsPlugin(limits: Limits, isKnown: (text: string) => boolean) {
  const rule = createDocumentRule(limits)
  const stop = ({ args, setResultAndStopExecution }: ExecuteHook) => {
    const problem = problemOf(args, limits)
    if (problem !== null) setResultAndStopExecution({ errors: [problem] })
  }
  return {
    onParse({ params: { source }, parseFn, setParseFn }: ParseHook) {
      const text = typeof source === 'string' ? source : source.body
      if (isKnown(text)) return
      setParseFn((...given) => {
        checkDocumentText(text, limits)
        return parseFn(...given)
      })
    },
    onValidate({ addValidationRule }: ValidateHook) {
      addValidationRule(rule)
    },
    onExecute: stop,
    onSubscribe: stop,
  }
}

interface ParseHook {
  readonly params: { readonly source: string | { readonly body: string } }
  readonly parseFn: typeof parse
  setParseFn(parseFn: typeof parse): void
}

interface ValidateHook {
  addValidationRule(rule: ReturnType<typeof createDocumentRule>): void
}

interface ExecuteHook {
  readonly args: ExecutionArgs
  setResultAndStopExecution(result: { readonly errors: readonly GraphQLError[] }): void
}

function problemOf(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  limits: Limits,
): GraphQLError | null {
  const variables = checkVariables(variableValues, limits)
  if (variables !== null) return variables
  const operation = getOperationAST(document as DocumentNode, operationName)
  if (!operation) return null
  const calls = estimateCalls(schema, document, operation, variableValues ?? {})
  return calls > limits.calls ? tooLarge('calls', calls, limits, [operation]) : null
}

import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, type GraphQLError } from 'graphql'
import { isAsyncIterable } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import type { Executed } from './execute.ts'
import { Results } from './results.ts'
import { SharedExecutions } from './shared-executions.ts'

/** On a result: makes the id to go on after. Not enumerated as JSON. */
export const EVENT_ID = Symbol('event id')

/** A result of a stream. */
export interface StreamResult extends ExecutionResult {
  readonly [EVENT_ID]?: () => string
}

/** What is executed once for each item of a stream. */
export interface StreamItemExecution {
  execute(execution: ExecutionArgs): Executed
  /** Whether what is wrong with the variables is said without a guess at what was meant. */
  readonly hideSuggestions: boolean
  /** The id of an item of the schema's streams; null where it has none. */
  eventIdOf(item: unknown, context: GatewayContext): (() => string) | null
  /** Makes of an error what clients may see. What it made passes. */
  maskError(error: unknown): GraphQLError
}

export interface SubscriptionArgs extends ExecutionArgs {
  readonly contextValue: GatewayContext
}

export type StreamResults = Results<unknown, StreamResult>

/**
 * Runs subscriptions. Each item is executed as an operation of its own: with a new deadline and budget, and with loaders that
 * have not seen what was true an event ago. Errors are masked here, once for all who share them.
 */
export function createSubscriber({ execute, hideSuggestions, eventIdOf, maskError }: StreamItemExecution) {
  const shared = new SharedExecutions<StreamResult>()
  const masked = (result: ExecutionResult): ExecutionResult =>
    result.errors === undefined ? result : { ...result, errors: result.errors.map(maskError) }
  return async (execution: SubscriptionArgs): Promise<StreamResults | ExecutionResult> => {
    const items = await createSourceEventStream({ ...execution, hideSuggestions })
    if (!isAsyncIterable(items)) return masked(items)
    const context = execution.contextValue
    const key = shared.keyOf(execution, context)
    const run = (item: unknown): StreamResult | Promise<StreamResult> => {
      const contextValue = { ...context, ...context.renew() }
      const eventId = eventIdOf(item, context)
      const finish = (result: ExecutionResult): StreamResult =>
        eventId === null ? masked(result) : { ...masked(result), [EVENT_ID]: eventId }
      const result = execute({ ...execution, rootValue: item, contextValue })
      return 'then' in result ? Promise.resolve(result).then(finish) : finish(result)
    }
    return new Results(items[Symbol.asyncIterator](), (item) => shared.execute(item, key, () => run(item)))
  }
}

const texts = new WeakMap<StreamResult, string>()

/** A result as JSON; one that goes to many is written once. */
export function textOf(result: StreamResult): string {
  const known = texts.get(result)
  if (known !== undefined) return known
  const text = JSON.stringify(result)
  texts.set(result, text)
  return text
}

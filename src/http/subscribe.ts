import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import { isAsyncIterable } from 'graphql-yoga'
import type { GatewayContext } from '../../schema/context.ts'
import type { Executed } from './execute.ts'
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
  /** The id of an item of the schema's streams; null where it has none. */
  eventIdOf(item: unknown, context: GatewayContext): (() => string) | null
}

interface SubscriptionArgs extends ExecutionArgs {
  readonly contextValue: GatewayContext
}

/**
 * Runs subscriptions. Each item is executed as an operation of its own: with a new deadline and budget, and with loaders that
 * have not seen what was true an event ago.
 */
export function createSubscriber({ execute, eventIdOf }: StreamItemExecution) {
  const shared = new SharedExecutions<Promise<StreamResult>>()
  return async (execution: SubscriptionArgs): Promise<AsyncIterable<StreamResult> | ExecutionResult> => {
    const items = await createSourceEventStream(execution)
    if (!isAsyncIterable(items)) return items
    const context = execution.contextValue
    const key = shared.keyOf(execution, context)
    const run = async (item: unknown): Promise<StreamResult> => {
      const contextValue = { ...context, ...context.renew() }
      const result = await execute({ ...execution, rootValue: item, contextValue })
      const eventId = eventIdOf(item, context)
      return eventId === null ? result : { ...result, [EVENT_ID]: eventId }
    }
    return executed(items[Symbol.asyncIterator](), (item) => shared.execute(item, key, () => run(item)))
  }
}

/** Makes results of items. One that cannot be made is the end. */
function executed(
  items: AsyncIterator<unknown>,
  execute: (item: unknown) => Promise<StreamResult>,
): AsyncIterableIterator<StreamResult, undefined> {
  const end = async () => {
    await items.return?.()
    return { done: true, value: undefined } as const
  }
  return {
    next: async () => {
      const { done, value } = await items.next()
      if (done) return { done, value: undefined }
      try {
        return { done: false, value: await execute(value) }
      } catch (error) {
        await end()
        throw error
      }
    },
    return: end,
    [Symbol.asyncIterator]() {
      return this
    },
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

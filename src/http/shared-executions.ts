import type { DocumentNode } from 'graphql'
import type { GatewayContext } from '../../schema/context.ts'
import type { StreamItem } from '../../schema/event-stream.ts'

/**
 * What one event comes to is the same for all who ask the same of it with the same rights: it is found out once, however many
 * listen, and forgotten with the event.
 */
export class SharedExecutions<Result extends object> {
  readonly #byItem = new WeakMap<StreamItem, Map<string, Result | Promise<Result>>>()
  readonly #documents = new WeakMap<DocumentNode, number>()
  #documentCount = 0

  /** Names a question and who asks it: equal only where the answers are. */
  keyOf(question: Question, { viewer, sources }: GatewayContext): string {
    const rights = sources.map(({ account, actor }) => [account.key, actor])
    const { document, operationName = null, variableValues = null } = question
    return JSON.stringify([this.#numberOf(document), operationName, variableValues, viewer, rights])
  }

  /** `key`: of the question. Items about the stream itself are nobody else's. */
  execute(item: unknown, key: string, run: () => Result | Promise<Result>): Result | Promise<Result> {
    if (!isHappening(item)) return run()
    const known = this.#resultsOf(item)
    const found = known.get(key)
    if (found !== undefined) return found
    const result = run()
    known.set(key, result)
    if (result instanceof Promise) {
      result.then(
        (settled) => known.set(key, settled),
        () => undefined,
      )
    }
    return result
  }

  #resultsOf(item: StreamItem): Map<string, Result | Promise<Result>> {
    const known = this.#byItem.get(item)
    if (known !== undefined) return known
    const results = new Map<string, Result | Promise<Result>>()
    this.#byItem.set(item, results)
    return results
  }

  #numberOf(document: DocumentNode): number {
    const known = this.#documents.get(document)
    if (known !== undefined) return known
    this.#documentCount += 1
    this.#documents.set(document, this.#documentCount)
    return this.#documentCount
  }
}

interface Question {
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: unknown
}

function isHappening(item: unknown): item is Extract<StreamItem, { type: 'happening' }> {
  return typeof item === 'object' && item !== null && 'happening' in item
}

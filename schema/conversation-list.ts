import type { Capability, ConversationForViewer, ProviderError } from '../providers/port/index.ts'
import type { Outcome } from './account-health.ts'
import { answerOf } from './ask.ts'
import { builder } from './builder.ts'
import type { GatewayContext, Source } from './context.ts'
import { type ConversationConnection, ConversationConnectionRef } from './conversation-connection.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { ConversationFilterInput, type ReadFilter, readFilter } from './filter.ts'
import { type FetchPage, type MergedPage, type MergePosition, mergePages } from './merge.ts'
import { conversationNode } from './nodes.ts'
import { readPageSize } from './page.ts'
import { type SourceStatus, statusOfAnswer, statusOfSkipped } from './source-status.ts'

builder.queryField('conversations', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 1, rows: ['first'] },
    type: ConversationConnectionRef,
    nullable: false,
    description:
      'The merged inbox: newest activity first, over every account the viewer may see. Always answers: `sources` says how each account did.',
    args: {
      first: t.arg.int({ description: 'How many, at most 100; 25 where it is left out.' }),
      after: t.arg.string({ description: 'A cursor of this list with the same filter.' }),
      filter: t.arg({ type: ConversationFilterInput, description: 'Which ones; all where it is left out.' }),
    },
    resolve: async (_root, { first, after, filter }, context) => {
      const read = readFilter(filter, context)
      const scope = `conversations ${read.fingerprint}`
      const from = after ? readPosition(openCursor(context, scope, after)) : {}
      return new Inbox(context, scope, read).page(readPageSize('first', first), from)
    },
  }),
)

/** What one account gave for a page of the merged list. */
interface Contribution {
  readonly outcome: Outcome
  readonly complete: boolean
  readonly unsupported: readonly Capability[]
}

/** The merged list for one question. */
class Inbox {
  readonly #context: GatewayContext
  readonly #scope: string
  readonly #filter: ReadFilter
  readonly #contributions = new Map<string, Contribution>()

  constructor(context: GatewayContext, scope: string, filter: ReadFilter) {
    this.#context = context
    this.#scope = scope
    this.#filter = filter
  }

  async page(limit: number, from: MergePosition): Promise<ConversationConnection> {
    const accounts = this.#filter.sources.map((source) => source.account.key)
    const merged = await mergePages({ accounts, from, limit, fetch: this.#fetch })
    return this.#toConnection(merged, Object.keys(from).length > 0)
  }

  readonly #fetch: FetchPage<ConversationForViewer> = async (account, after, limit) => {
    const source = this.#source(account)
    const answer = await answerOf(source, (provider, call) =>
      provider.listConversations(this.#filter.filter, { limit, after }, call),
    )
    if ('error' in answer) return this.#contribute(account, answer.outcome, true, unsupportedOf(answer.error))
    const { complete, unsupported } = answer.value
    this.#contribute(account, answer.outcome, complete, unsupported)
    return answer.value
  }

  /** One row per account, however often it was asked for this page: the last outcome, and whatever was left out once. */
  #contribute(account: string, outcome: Outcome, complete: boolean, unsupported: readonly Capability[]): null {
    const before = this.#contributions.get(account)
    this.#contributions.set(account, { outcome, complete: complete && before?.complete !== false, unsupported })
    return null
  }

  #toConnection(merged: MergedPage<ConversationForViewer>, isFurther: boolean): ConversationConnection {
    const seal = (position: MergePosition) => sealCursor(this.#context, this.#scope, position)
    const edges = merged.rows.map(({ account, row }, index) => ({
      node: conversationNode(this.#source(account), row.item),
      cursor: () => seal(merged.positionAfter(index)),
    }))
    const pageInfo = {
      hasNextPage: merged.hasMore,
      hasPreviousPage: isFurther,
      startCursor: () => edges[0]?.cursor() ?? null,
      // Also of a page without edges: a scan that found nothing yet goes on from there.
      endCursor: () => seal(merged.end),
    }
    return { edges, pageInfo, sources: this.#filter.sources.map((source) => this.#status(source, merged)) }
  }

  #status(source: Source, { rows }: MergedPage<ConversationForViewer>): SourceStatus {
    const contribution = this.#contributions.get(source.account.key)
    if (contribution === undefined) return statusOfSkipped(source)
    const itemCount = rows.filter(({ account }) => account === source.account.key).length
    return statusOfAnswer(source, contribution.outcome, { ...contribution, itemCount })
  }

  #source(account: string): Source {
    const source = this.#filter.sources.find((candidate) => candidate.account.key === account)
    if (source === undefined) throw new Error(`the merge asked for ${account}, which is not among the sources`)
    return source
  }
}

function unsupportedOf({ code, facts }: ProviderError): readonly Capability[] {
  return code === 'UNSUPPORTED' && facts.capability !== undefined ? [facts.capability] : []
}

/** The seal proves that this gateway wrote it. */
function readPosition(position: unknown): MergePosition {
  return position as MergePosition
}

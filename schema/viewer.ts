import type { UnreadTotals } from '../providers/port/index.ts'
import type { Answer } from './account-health.ts'
import { answerOf } from './ask.ts'
import { builder } from './builder.ts'
import type { GatewayContext, Source, Viewer } from './context.ts'
import { type SourceStatus, SourceStatusRef, statusOfAnswer } from './source-status.ts'
import { ViewerKindEnum } from './words.ts'

/** How one account's unread messages could be counted. */
interface Counted {
  readonly source: Source
  readonly answer: Answer<UnreadTotals>
}

const UnreadSummaryRef = builder.objectRef<readonly Counted[]>('UnreadSummary').implement({
  audience: 'public',
  description: 'Totals over the accounts asked. Null: no provider can tell.',
  fields: (t) => ({
    conversations: t.int({ description: 'With something unread.', resolve: (rows) => total(rows, 'conversations') }),
    conversationsIsLowerBound: t.boolean({
      nullable: false,
      description: 'Whether there may be more.',
      resolve: (rows) => isLowerBound(rows, 'conversations'),
    }),
    messages: t.int({ description: 'That are unread.', resolve: (rows) => total(rows, 'messages') }),
    messagesIsLowerBound: t.boolean({
      nullable: false,
      description: 'Whether there may be more.',
      resolve: (rows) => isLowerBound(rows, 'messages'),
    }),
    sources: t.field({
      type: [SourceStatusRef],
      nullable: false,
      description: 'One row for each account asked.',
      resolve: (rows) => rows.map(statusOf),
    }),
  }),
})

const ViewerRef = builder.objectRef<Viewer>('Viewer').implement({
  audience: 'public',
  description: 'Who asks.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: 'As this gateway knows them.' }),
    displayName: t.exposeString('displayName', { nullable: false, description: 'For people.' }),
    kind: t.expose('kind', { type: ViewerKindEnum, nullable: false, description: 'As what they are let in.' }),
    unread: t.field({
      cost: { calls: 1 },
      type: UnreadSummaryRef,
      description: 'What waits in all accounts together. Costs a call for each.',
      resolve: (_viewer, _args, context) => countUnread(context),
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    audience: 'public',
    type: ViewerRef,
    nullable: false,
    description: 'Who asks.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)

function countUnread({ sources }: GatewayContext): Promise<readonly Counted[]> {
  return Promise.all(
    sources.map(async (source) => ({
      source,
      answer: await answerOf(source, (provider, call) => provider.countUnread(call)),
    })),
  )
}

function total(rows: readonly Counted[], what: 'conversations' | 'messages'): number | null {
  const counts = rows.flatMap(({ answer }) => ('value' in answer ? (answer.value[what] ?? []) : []))
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

/** Also where an account could not be counted at all. */
function isLowerBound(rows: readonly Counted[], what: 'conversations' | 'messages'): boolean {
  return rows.some(({ answer }) => 'error' in answer || !answer.value.complete || answer.value[what] === null)
}

function statusOf({ source, answer }: Counted): SourceStatus {
  if ('error' in answer)
    return statusOfAnswer(source, answer.outcome, { itemCount: 0, complete: true, unsupported: [] })
  const { conversations, messages, complete } = answer.value
  const cannotTell = conversations === null && messages === null
  return statusOfAnswer(source, answer.outcome, {
    itemCount: 0,
    complete,
    unsupported: cannotTell ? ['UNREAD_COUNT'] : [],
  })
}

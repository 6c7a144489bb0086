import type { ConversationChange, ConversationChangeKey, ConversationRef } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext } from '../context.ts'
import type { Place } from '../place.ts'
import { ProblemRef, resultRef } from '../problem-members.ts'
import { inputField, notSupported, type Problem, problemOf } from '../problems.ts'
import { actOn } from './acting.ts'
import { type InConversation, withConversation } from './changed-conversation.ts'
import { checkPart, needOf, partsOf, readChange, UpdateConversationInput } from './conversation-change.ts'
import { Issues } from './issues.ts'

/** Why one part could not be done. */
interface UpdateProblem {
  readonly part: ConversationChangeKey
  readonly problem: Problem
}

interface UpdateConversationSuccess extends InConversation {
  readonly problems: readonly UpdateProblem[]
}

const UpdateProblemRef = builder.objectRef<UpdateProblem>('UpdateProblem').implement({
  audience: 'public',
  description: 'A part that could not be done; the rest was.',
  fields: (t) => ({
    field: t.string({ nullable: false, description: 'Of the input.', resolve: ({ part }) => inputField(part) }),
    problem: t.field({
      type: ProblemRef,
      nullable: false,
      description: 'Why it was not done.',
      resolve: ({ problem }) => problem,
    }),
  }),
})

const UpdateConversationSuccessRef = withConversation(
  builder.objectRef<UpdateConversationSuccess>('UpdateConversationSuccess').implement({
    audience: 'public',
    description: 'At least a part of it was done.',
    fields: (t) => ({
      problems: t.field({
        type: [UpdateProblemRef],
        nullable: false,
        description: 'The parts that could not be done; the rest was.',
        resolve: ({ problems }) => problems,
      }),
    }),
  }),
)

builder.mutationField('updateConversation', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('UpdateConversationResult', UpdateConversationSuccessRef),
    description:
      'Changes where a conversation stands, who has it, its labels and attributes. Each part is done for itself: where none could be, the first one’s problem is the result.',
    args: { input: t.arg({ type: UpdateConversationInput, required: true, description: 'What is to be different.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Conversation', input.conversationId, context, (place, { conversation }) =>
        updateConversation(place, conversation, input, context),
      ),
  }),
)

async function updateConversation(
  place: Place,
  conversation: ConversationRef,
  input: typeof UpdateConversationInput.$inferInput,
  context: GatewayContext,
): Promise<UpdateConversationSuccess | Problem> {
  const issues = new Issues()
  const change = readChange(issues, input, conversation.account)
  const parts = partsOf(change)
  if (parts.length === 0) issues.add('', 'Nothing is asked: name something that is to be different.')
  const problems = new Map<ConversationChangeKey, Problem>()
  for (const part of parts) {
    const row = await place.supportOf(needOf(part, change))
    if (row.support.level === 'unsupported') problems.set(part, notSupported(conversation.account, row))
    else checkPart(issues, part, input, row.support)
  }
  issues.refuse()
  const possible = without(change, problems)
  if (partsOf(possible).length > 0) {
    for (const [part, problem] of await carryOut(place, conversation, possible, context)) problems.set(part, problem)
  }
  const inOrder = parts.flatMap((part): readonly UpdateProblem[] => {
    const problem = problems.get(part)
    return problem === undefined ? [] : [{ part, problem }]
  })
  const [first] = inOrder
  if (first && inOrder.length === parts.length) return first.problem
  return { conversationId: input.conversationId, problems: inOrder }
}

async function carryOut(
  place: Place,
  conversation: ConversationRef,
  change: ConversationChange,
  context: GatewayContext,
): Promise<readonly (readonly [ConversationChangeKey, Problem])[]> {
  const { value } = await place.ask(() =>
    context.acts.performAlone(place.source, conversation, (acts, call) =>
      acts.updateConversation(conversation, change, call),
    ),
  )
  const failed = partsOf(change).flatMap((part) => {
    const error = value[part]
    return error === undefined ? [] : [problemOf(place, error).then((problem) => [part, problem] as const)]
  })
  return Promise.all(failed)
}

function without(change: ConversationChange, problems: ReadonlyMap<string, Problem>): ConversationChange {
  return Object.fromEntries(Object.entries(change).filter(([part]) => !problems.has(part)))
}

import { ask, sourceOf } from './ask.ts'
import { builder } from './builder.ts'
import type { GatewayContext, Source } from './context.ts'
import { ConversationRef } from './conversation.ts'
import { clientError } from './errors.ts'
import { parseGlobalId } from './global-id.ts'
import { MessageRef } from './message.ts'
import { NodeRef } from './node.ts'
import { type AnyNode, channelNode, conversationNode, teamNode } from './nodes.ts'
import { MAX_PAGE_SIZE } from './page.ts'
import { ParticipantRef } from './participant.ts'
import { PersonRef } from './person.ts'

builder.queryField('node', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 1 },
    type: NodeRef,
    description: 'Anything by its id. Null without an error: there is none, or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'A global id.' }) },
    resolve: (_root, { id }, context) => findNode(id, context),
  }),
)

builder.queryField('nodes', (t) =>
  t.field({
    audience: 'public',
    cost: { callsPerRow: 1, rows: ['ids'] },
    type: [NodeRef],
    nullable: { list: false, items: true },
    description: 'Several at once, in the order asked: one question per account where the provider can.',
    args: { ids: t.arg.idList({ required: true, description: 'At most 100 global ids.' }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_PAGE_SIZE) {
        throw clientError('VALIDATION_FAILED', `ids: expected at most ${MAX_PAGE_SIZE}, found ${ids.length}.`)
      }
      return ids.map((id) => findNode(id, context))
    },
  }),
)

builder.queryField('conversation', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 1 },
    type: ConversationRef,
    description:
      'Null without an error: there is none, or the viewer may not see it. Null with an error: it could not be asked.',
    args: { id: t.arg.id({ required: true, description: 'A conversation’s global id.' }) },
    resolve: (_root, { id }) => id,
  }),
)

builder.queryField('conversationByExternalId', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 1 },
    type: ConversationRef,
    description: 'By the id that the provider shows. Null as for `conversation`.',
    args: {
      accountId: t.arg.id({ required: true, description: 'In which account.' }),
      externalId: t.arg.string({ required: true, description: 'The provider’s own id.' }),
    },
    resolve: async (_root, { accountId, externalId }, context) => {
      const source = accountOf(accountId, context)
      const found = source && (await ask(source, (provider, call) => provider.findConversation(externalId, call)))
      return source && found && conversationNode(source, found)
    },
  }),
)

function accountOf(id: string, context: GatewayContext): Source | null {
  const parsed = parseGlobalId(id)
  if (parsed?.type !== 'Account') throw clientError('VALIDATION_FAILED', 'accountId: expected the id of an Account.')
  return sourceOf(context, parsed.account)
}

/** An id that was never one is like one of something that is gone: nobody learns which. */
async function findNode(id: string, context: GatewayContext): Promise<AnyNode | null> {
  const parsed = parseGlobalId(id)
  const source = parsed && sourceOf(context, parsed.account)
  if (!parsed || !source) return null
  if (parsed.type === 'Account') return { typename: 'Account', source }
  if (parsed.type === 'Conversation') return ConversationRef.getDataloader(context).load(id)
  if (parsed.type === 'Message') return MessageRef.getDataloader(context).load(id)
  if (parsed.type === 'Person') return PersonRef.getDataloader(context).load(id)
  if (parsed.type === 'Participant') return ParticipantRef.getDataloader(context).load(id)
  return parsed.type === 'Team' ? findTeam(source, parsed.externalId) : findChannel(source, parsed.externalId)
}

async function findTeam(source: Source, externalId: string): Promise<AnyNode | null> {
  const teams = await ask(source, (provider, call) => provider.listTeams(call))
  const team = teams?.find((known) => known.externalId === externalId)
  return team ? teamNode(source, team) : null
}

async function findChannel(source: Source, externalId: string): Promise<AnyNode | null> {
  const channels = await ask(source, (provider, call) => provider.listChannels(call))
  const channel = channels?.find((known) => known.externalId === externalId)
  return channel ? channelNode(source, channel) : null
}

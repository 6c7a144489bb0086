import type { Conversation, Person } from '../providers/port/index.ts'
import { AccountRef } from './account.ts'
import { ask } from './ask.ts'
import { builder } from './builder.ts'
import { CapabilitySupportRef, capabilityRows } from './capability.ts'
import { CapabilityEnum } from './capability-enum.ts'
import { ChannelRef } from './channel.ts'
import { ConversationDetailsRef, conversationDetails } from './details/index.ts'
import { conversationId, personId } from './global-id.ts'
import { HorizonRef } from './horizon.ts'
import { loadConversations } from './load-nodes.ts'
import { MessageConnectionRef } from './message-connection.ts'
import { listMessages } from './message-list.ts'
import { MessagePreviewRef } from './message-preview.ts'
import { NodeRef } from './node.ts'
import { type ConversationNode, channelNode, participantNode, personNode, teamNode } from './nodes.ts'
import { forwardConnection } from './paged-list.ts'
import { ParticipantConnectionRef, ParticipantRef } from './participant.ts'
import { PersonRef } from './person.ts'
import { ProviderEnum, vendorOf } from './provider.ts'
import { currentStatus, SourceStatusRef } from './source-status.ts'
import { TeamRef } from './team.ts'
import { ViewerStateRef } from './viewer-state.ts'
import { ConversationKindEnum, ConversationStatusEnum, PriorityEnum, ReceiptModelEnum } from './words.ts'

export const ConversationRef = builder.loadableObjectRef<ConversationNode, string>('Conversation', {
  load: loadConversations,
})

const ReplyPolicyRef = builder.objectRef<Conversation>('ReplyPolicy').implement({
  audience: 'public',
  description: 'Whether an answer is possible now.',
  fields: (t) => ({
    canReply: t.boolean({ description: 'Null: not known.', resolve: (conversation) => conversation.canReply }),
    windowClosesAt: t.field({
      type: 'DateTime',
      description: 'Until when, where the channel closes by itself. Null: not told, or it does not.',
      resolve: (conversation) => conversation.replyWindowClosesAt,
    }),
    reason: t.string({ description: 'Why not.', resolve: (conversation) => conversation.cannotReplyReason }),
  }),
})

ConversationRef.implement({
  audience: 'public',
  description: 'What people say to each other in one place at one provider.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque global id.',
      resolve: ({ conversation }) => conversationId(conversation.ref),
    }),
    provider: t.field({
      type: ProviderEnum,
      nullable: false,
      description: 'Whose service it is at.',
      resolve: ({ source }) => vendorOf(source.account),
    }),
    account: t.field({
      type: AccountRef,
      nullable: false,
      description: 'In which account.',
      resolve: ({ source }) => ({ typename: 'Account' as const, source }),
    }),
    externalId: t.string({
      nullable: false,
      description: 'The provider’s own id.',
      resolve: ({ conversation }) => conversation.externalId,
    }),
    externalUrl: t.field({
      type: 'URL',
      description: 'Where the provider’s own app shows it.',
      resolve: ({ conversation }) => conversation.externalUrl,
    }),
    kind: t.field({
      type: ConversationKindEnum,
      nullable: false,
      description: 'Between whom.',
      resolve: ({ conversation }) => conversation.kind,
    }),
    channel: t.field({
      type: ChannelRef,
      description: 'Where the messages travel.',
      resolve: ({ source, conversation }) => conversation.channel && channelNode(source, conversation.channel),
    }),
    title: t.string({
      description: 'A heading: a name or a subject.',
      resolve: ({ conversation }) => conversation.title,
    }),
    avatarUrl: t.field({
      type: 'URL',
      description: 'A picture.',
      resolve: ({ conversation }) => conversation.avatarUrl,
    }),
    status: t.field({
      type: ConversationStatusEnum,
      description: 'Null: this provider’s conversations have no status. In filters such a conversation counts as OPEN.',
      resolve: ({ conversation }) => conversation.status,
    }),
    providerStatus: t.string({
      description: 'The provider’s own word.',
      resolve: ({ conversation }) => conversation.providerStatus,
    }),
    snoozedUntil: t.field({
      type: 'DateTime',
      description: 'Null: not snoozed, or until somebody writes.',
      resolve: ({ conversation }) => conversation.snoozedUntil,
    }),
    labels: t.stringList({
      description: 'The words it is marked with; at CometChat the viewer’s own. Null: not told.',
      resolve: ({ source, conversation, viewer }) => {
        const atHand = conversation.labels ?? viewer.labels
        if (atHand !== undefined) return atHand
        return ask(source, (provider, call) => provider.listLabelsOf(conversation, call))
      },
    }),
    assignee: t.field({
      type: PersonRef,
      description: 'Who takes care of it. Null: nobody, or this provider has no such thing.',
      resolve: ({ source, conversation: { assignee } }) => {
        if (assignee === null) return null
        return isPerson(assignee) ? personNode(source, assignee) : personId(assignee)
      },
    }),
    team: t.field({
      type: TeamRef,
      description: 'Which part of the team takes care of it.',
      resolve: ({ source, conversation }) => conversation.team && teamNode(source, conversation.team),
    }),
    priority: t.field({
      type: PriorityEnum,
      description: 'How urgent.',
      resolve: ({ conversation }) => conversation.priority,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it began.',
      resolve: ({ conversation }) => conversation.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When anything about it changed.',
      resolve: ({ conversation }) => conversation.updatedAt,
    }),
    lastActivityAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When somebody last said or did something in it.',
      resolve: ({ conversation }) => conversation.lastActivityAt,
    }),
    waitingSince: t.field({
      type: 'DateTime',
      description: 'Since when a customer waits for an answer. Null: nobody waits, or not told.',
      resolve: ({ conversation }) => conversation.waitingSince,
    }),
    lastMessage: t.field({
      type: MessagePreviewRef,
      description:
        'The newest message. Null: there is none, or this provider does not tell (it may have been deleted).',
      resolve: (node) =>
        node.conversation.lastMessage && { preview: node.conversation.lastMessage, conversation: node },
    }),
    messages: t.field({
      cost: { calls: 1, rows: ['first', 'last'] },
      type: MessageConnectionRef,
      description:
        'In time order, oldest first. Without arguments the newest 25; `last: 20` gives the newest 20, `first: 20` the oldest. `around`: a page with that message in the middle. Null: it could not be asked.',
      args: {
        first: t.arg.int({ description: 'The oldest so many after `after`, at most 100.' }),
        after: t.arg.string({ description: 'A cursor of this list.' }),
        last: t.arg.int({ description: 'The newest so many before `before`, at most 100; 25 where nothing is given.' }),
        before: t.arg.string({ description: 'A cursor of this list.' }),
        around: t.arg.id({ description: 'A message of this conversation to stand in the middle of the page.' }),
      },
      resolve: (node, args, context) => listMessages(node, args, context),
    }),
    featuredParticipants: t.field({
      type: [ParticipantRef],
      nullable: false,
      description: 'Whom the list answer already carried: maybe not all, at no cost.',
      resolve: (node) =>
        node.conversation.featuredParticipants.map((participant) => participantNode(node, participant)),
    }),
    participants: t.field({
      cost: { calls: 1, rows: ['first'] },
      type: ParticipantConnectionRef,
      description: 'Everybody; may cost an upstream call per conversation. Null: it could not be asked.',
      args: {
        first: t.arg.int({ description: 'How many, at most 100; 25 where it is left out.' }),
        after: t.arg.string({ description: 'A cursor of this list.' }),
      },
      resolve: (node, args, context) =>
        forwardConnection(context, args, {
          scope: `participants ${conversationId(node.conversation.ref)}`,
          ask: (limit, after) =>
            ask(node.source, (provider, call) => provider.listParticipants(node.conversation, { limit, after }, call)),
          toNode: (participant) => participantNode(node, participant),
        }),
    }),
    participantCount: t.int({
      description: 'How many take part. Null: not told.',
      resolve: ({ conversation }) => conversation.participantCount,
    }),
    receiptModel: t.field({
      type: ReceiptModelEnum,
      nullable: false,
      description: 'What to expect of read and delivered changes here.',
      resolve: ({ conversation }) => conversation.receiptModel,
    }),
    teamReadHorizon: t.field({
      type: HorizonRef,
      description: 'How far our side has read where the provider does not say which of us.',
      resolve: ({ conversation }) =>
        conversation.horizons.find((horizon) => horizon.holder === 'team' && horizon.kind === 'read') ?? null,
    }),
    viewerState: t.field({
      type: ViewerStateRef,
      nullable: false,
      description: 'What belongs to the caller, not to the conversation.',
      resolve: ({ viewer }) => viewer,
    }),
    replyPolicy: t.field({
      type: ReplyPolicyRef,
      nullable: false,
      description: 'Whether an answer is possible now.',
      resolve: ({ conversation }) => conversation,
    }),
    capabilities: t.field({
      type: [CapabilitySupportRef],
      nullable: false,
      description: 'What the viewer can do here. Costs nothing.',
      args: { of: t.arg({ type: [CapabilityEnum], description: 'Only these; all where it is left out.' }) },
      resolve: ({ source, conversation }, { of }) =>
        capabilityRows(source.account.provider.capabilities(source.actor, conversation), of),
    }),
    customAttributes: t.field({
      type: 'JSON',
      description: 'What the provider’s customer keeps about it, as it came.',
      resolve: ({ conversation }) => conversation.customAttributes,
    }),
    source: t.field({
      type: SourceStatusRef,
      nullable: false,
      description: 'How its account did.',
      resolve: ({ source, readAt }) => currentStatus(source, readAt),
    }),
    details: t.field({
      type: ConversationDetailsRef,
      nullable: false,
      description: 'Everything this provider says beyond the common model, typed.',
      resolve: conversationDetails,
    }),
  }),
})

function isPerson(assignee: NonNullable<Conversation['assignee']>): assignee is Person {
  return 'ref' in assignee
}

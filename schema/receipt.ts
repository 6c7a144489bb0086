import type { Conversation, Holder, Message, Participant, Receipt } from '../providers/port/index.ts'
import { ask } from './ask.ts'
import { builder } from './builder.ts'
import type { GatewayContext } from './context.ts'
import { ConversationRef } from './conversation.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { conversationId, messageId } from './global-id.ts'
import { isHolder, isReceivable } from './horizon.ts'
import { MessageRef } from './message.ts'
import { type ConversationNode, type MessageNode, type ParticipantNode, participantNode } from './nodes.ts'
import { type Connection, connectionRef, pageInfoOf, readPageSize } from './page.ts'
import type { ForwardArguments } from './paged-list.ts'
import { ParticipantRef } from './participant.ts'
import { type KnownReceipt, receiptsOf } from './receipts.ts'
import { ReceiptPrecisionEnum } from './words.ts'

interface ReceiptNode {
  readonly receipt: KnownReceipt
  readonly participant: ParticipantNode | null
}

interface ReceiptSummary {
  readonly recipientCount: number | null
  readonly deliveredCount: number
  readonly readCount: number
}

const ReceiptRef = builder.objectRef<ReceiptNode>('Receipt').implement({
  audience: 'public',
  description: 'Who has a message: from horizons or from the provider’s own receipts.',
  fields: (t) => ({
    participant: t.field({
      type: ParticipantRef,
      description: 'Null: somebody, unknown who.',
      resolve: (row) => row.participant,
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      description: 'Null: not told.',
      resolve: ({ receipt }) => receipt.deliveredAt,
    }),
    readAt: t.field({ type: 'DateTime', description: 'Null: not told.', resolve: ({ receipt }) => receipt.readAt }),
    isDelivered: t.boolean({ nullable: false, description: 'Whether they have it.', resolve: () => true }),
    isRead: t.boolean({
      nullable: false,
      description: 'Whether they have seen it.',
      resolve: ({ receipt }) => receipt.isRead,
    }),
    precision: t.field({
      type: ReceiptPrecisionEnum,
      nullable: false,
      description: 'Whether the provider named this message or a position covers it.',
      resolve: ({ receipt }) => receipt.precision,
    }),
  }),
})

const ReceiptConnectionRef = connectionRef<ReceiptNode>('Receipt', ReceiptRef)

const ReceiptSummaryRef = builder.objectRef<ReceiptSummary>('ReceiptSummary').implement({
  audience: 'public',
  description: 'Read by 3 of 5, without a page of receipts.',
  fields: (t) => ({
    recipientCount: t.exposeInt('recipientCount', { description: 'How many it went to. Null: not known.' }),
    deliveredCount: t.exposeInt('deliveredCount', { description: 'How many have it.' }),
    readCount: t.exposeInt('readCount', { description: 'How many have seen it.' }),
  }),
})

builder.objectField(MessageRef, 'receipts', (t) =>
  t.field({
    cost: { calls: 1, rows: ['first'] },
    type: ReceiptConnectionRef,
    description: 'Who has it. In groups a call per message. Null: nothing can be known, or it could not be asked.',
    args: {
      first: t.arg.int({ description: 'How many, at most 100; 25 where it is left out.' }),
      after: t.arg.string({ description: 'A cursor of this list.' }),
    },
    resolve: (node, args, context) => receiptConnection(node, args, context),
  }),
)

builder.objectField(MessageRef, 'receiptSummary', (t) =>
  t.field({
    cost: { calls: 1 },
    type: ReceiptSummaryRef,
    description: 'The same in numbers. Costs what receipts cost. Null: not known.',
    resolve: (node, _args, context) => summarise(node, context),
  }),
)

async function receiptConnection(
  node: MessageNode,
  args: ForwardArguments,
  context: GatewayContext,
): Promise<Connection<ReceiptNode> | null> {
  const found = await findReceipts(node, context)
  if (found === null) return null
  const scope = `receipts ${messageId(node.message.ref)}`
  const start = args.after ? Number(openCursor(context, scope, args.after)) : 0
  const end = start + readPageSize('first', args.first)
  const named = found.receipts.filter(({ holder }) => holder !== 'everyone')
  // That all have it is no row beside the rows of each, but the only one where nobody is named.
  const receipts = named.length > 0 ? named : found.receipts
  const edges = receipts.slice(start, end).map((receipt, index) => ({
    node: { receipt, participant: participantOf(receipt.holder, found.conversation) },
    cursor: () => sealCursor(context, scope, start + index + 1),
  }))
  return { edges, pageInfo: pageInfoOf(edges, { next: end < receipts.length, previous: start > 0 }) }
}

async function summarise(node: MessageNode, context: GatewayContext): Promise<ReceiptSummary | null> {
  const found = await findReceipts(node, context)
  if (found === null) return null
  const { receipts, conversation } = found
  const recipientCount = recipientCountOf(node, conversation.conversation)
  const everyone = receipts.find((receipt) => receipt.holder === 'everyone')
  const count = (isCounted: (receipt: KnownReceipt) => boolean) =>
    everyone && isCounted(everyone) && recipientCount !== null ? recipientCount : receipts.filter(isCounted).length
  return { recipientCount, deliveredCount: count(() => true), readCount: count((receipt) => receipt.isRead) }
}

interface FoundReceipts {
  readonly receipts: readonly KnownReceipt[]
  readonly conversation: ConversationNode
}

/** Null where the message or its channel has no receipts at all. */
async function findReceipts(node: MessageNode, context: GatewayContext): Promise<FoundReceipts | null> {
  const { message } = node
  if (!isReceivable(message)) return null
  const conversation = node.conversation ?? (await loadConversation(node, context))
  if (conversation === null || !hasReceipts(message, conversation.conversation)) return null
  return { receipts: receiptsOf(message, await saidOf(node), conversation.conversation), conversation }
}

/** Where each message stands for itself, nothing is ever said of those that came in. */
function hasReceipts({ delivery }: Message, { receiptModel }: Conversation): boolean {
  return receiptModel === 'watermark' || (receiptModel === 'per-message' && delivery !== null)
}

/** What the provider said of this message, read singly where the list did not carry it. */
async function saidOf({ source, message }: MessageNode): Promise<readonly Receipt[]> {
  if (message.receipts !== undefined) return message.receipts
  const [whole] = await ask(source, (provider, call) => provider.getMessages([message.ref], call))
  return whole === undefined || whole instanceof Error ? [] : (whole.receipts ?? [])
}

function loadConversation({ message }: MessageNode, context: GatewayContext): Promise<ConversationNode | null> {
  return ConversationRef.getDataloader(context).load(conversationId(message.ref.conversation))
}

/** In a group everybody but the sender; else the one who is named in the message, or the other one. */
function recipientCountOf({ message }: MessageNode, { kind, participantCount }: Conversation): number | null {
  if (message.recipients.length > 0) return message.recipients.length
  if (kind === 'group') return participantCount === null ? null : participantCount - 1
  return 1
}

function participantOf(holder: Holder | null, conversation: ConversationNode): ParticipantNode | null {
  if (holder === null || typeof holder === 'string') return null
  const known = conversation.conversation.featuredParticipants.find(({ person }) => isHolder(person.ref, holder))
  return participantNode(conversation, known ?? knownById(holder))
}

/** Somebody of whom only the id was told. */
function knownById(ref: Participant['person']['ref']): Participant {
  const person: Participant['person'] = {
    ref,
    externalId: ref.native,
    kind: 'unknown',
    displayName: null,
    avatarUrl: null,
    isOnline: null,
    addresses: [],
    details: undefined,
  }
  return { person, role: null, status: null, joinedAt: null, details: null }
}

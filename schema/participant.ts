import type { Horizon, ReceiptKind } from '../providers/port/index.ts'
import { builder } from './builder.ts'
import type { GatewayContext } from './context.ts'
import { ConversationRef } from './conversation.ts'
import { ParticipantDetailsRef, participantDetails } from './details/index.ts'
import { conversationId, participantId, personId } from './global-id.ts'
import { HorizonRef, horizonOf, horizonsOf } from './horizon.ts'
import { loadParticipants } from './load-nodes.ts'
import { NodeRef } from './node.ts'
import { type ConversationNode, type ParticipantNode, type PersonNode, personNode } from './nodes.ts'
import { connectionRef } from './page.ts'
import { PersonRef } from './person.ts'
import { ParticipantStatusEnum } from './words.ts'

export const ParticipantRef = builder.loadableObjectRef<ParticipantNode, string>('Participant', {
  load: loadParticipants,
})

export const ParticipantConnectionRef = connectionRef<ParticipantNode>('Participant', ParticipantRef)

ParticipantRef.implement({
  audience: 'public',
  description: 'One person’s membership in one conversation.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque global id.',
      resolve: ({ conversationRef, participant }) => participantId(conversationRef, participant.person.ref),
    }),
    person: t.field({
      type: PersonRef,
      nullable: false,
      description: 'Who it is.',
      resolve: personOf,
    }),
    conversationId: t.id({
      nullable: false,
      description: 'In which conversation.',
      resolve: ({ conversationRef }) => conversationId(conversationRef),
    }),
    conversation: t.field({
      cost: { calls: 1 },
      type: ConversationRef,
      description: 'The conversation itself. Null: it is gone, or could not be asked.',
      resolve: ({ conversation, conversationRef }) => conversation ?? conversationId(conversationRef),
    }),
    role: t.string({ description: 'The provider’s own word.', resolve: ({ participant }) => participant.role }),
    status: t.field({
      type: ParticipantStatusEnum,
      description: 'How it stands. Null: not told.',
      resolve: ({ participant }) => participant.status,
    }),
    joinedAt: t.field({
      type: 'DateTime',
      description: 'Since when. Null: not told.',
      resolve: ({ participant }) => participant.joinedAt,
    }),
    readHorizon: t.field({
      type: HorizonRef,
      description: 'How far they have read. Null: not told by this provider, or nothing yet.',
      resolve: (node, _args, context) => positionOf(node, 'read', context),
    }),
    deliveredHorizon: t.field({
      type: HorizonRef,
      description: 'What has reached them. Never behind readHorizon. Null: not told by this provider, or nothing yet.',
      resolve: (node, _args, context) => positionOf(node, 'delivered', context),
    }),
    details: t.field({
      type: ParticipantDetailsRef,
      description: 'What only this provider says of a membership.',
      resolve: ({ participant }) => participant.details && participantDetails(participant.details),
    }),
  }),
})

/** Looked up only where nothing but the id was told; whom the provider does not know any more stays somebody with an id. */
function personOf(
  { source, participant }: ParticipantNode,
  _args: object,
  context: GatewayContext,
): PersonNode | Promise<PersonNode> {
  const { person } = participant
  const known = personNode(source, person)
  if (person.kind !== 'unknown' || person.displayName !== null || person.details !== undefined) return known
  const loading: Promise<PersonNode | null> = PersonRef.getDataloader(context).load(personId(person.ref))
  return loading.then(
    (found) => found ?? known,
    () => known,
  )
}

/** A promise only where the conversation or its horizons are not at hand. */
function positionOf(
  node: ParticipantNode,
  kind: ReceiptKind,
  context: GatewayContext,
): Horizon | null | Promise<Horizon | null> {
  if (node.conversation) return positionIn(node.conversation, node, kind)
  const loading: Promise<ConversationNode | null> = ConversationRef.getDataloader(context).load(
    conversationId(node.conversationRef),
  )
  return loading.then((conversation) => conversation && positionIn(conversation, node, kind))
}

function positionIn(
  conversation: ConversationNode,
  { participant }: ParticipantNode,
  kind: ReceiptKind,
): Horizon | null | Promise<Horizon | null> {
  const holder = participant.person.ref
  const atHand = horizonOf(conversation.conversation.horizons, holder, kind)
  if (atHand) return atHand
  const horizons = horizonsOf(conversation)
  return horizons instanceof Promise
    ? horizons.then((known) => horizonOf(known, holder, kind))
    : horizonOf(horizons, holder, kind)
}

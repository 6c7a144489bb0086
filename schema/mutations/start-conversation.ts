import type { Beginning, Draft, Started } from '../../providers/port/index.ts'
import { builder } from '../builder.ts'
import type { GatewayContext, Source } from '../context.ts'
import { ConversationEdgeRef } from '../conversation-connection.ts'
import { conversationId, messageId } from '../global-id.ts'
import { MessageEdgeRef } from '../message-connection.ts'
import { conversationNode, messageNode } from '../nodes.ts'
import { PersonRefInput } from '../person-ref-input.ts'
import type { Place } from '../place.ts'
import { resultRef } from '../problem-members.ts'
import { keyReused, type Problem } from '../problems.ts'
import { singleEdge } from '../single-edge.ts'
import { actOn } from './acting.ts'
import { fingerprintOf } from './fingerprint.ts'
import { Issues } from './issues.ts'
import { readPeople } from './people.ts'

const StartConversationInput = builder.inputType('StartConversationInput', {
  description: 'A conversation to begin.',
  fields: (t) => ({
    accountId: t.id({ required: true, description: 'In which account.' }),
    with: t.field({
      type: [PersonRefInput],
      required: true,
      description: 'With whom: at least one person. START_CONVERSATION has the limits.',
    }),
    channelId: t.id({
      description: 'Over which channel, where the provider has several: an id of `Account.channels`.',
    }),
    title: t.string({ description: 'A heading, where the provider keeps one.' }),
    clientMessageId: t.string({
      required: true,
      description:
        'Made by the client, unique per account and viewer for 24 hours: 1 to 64 signs of ASCII without blanks. Same key, same answer.',
    }),
    firstMessage: t.string({
      description:
        'The first words. Some providers need them: with CometChat a conversation is nothing but its messages.',
    }),
  }),
})

type StartAsked = typeof StartConversationInput.$inferInput

interface StartConversationSuccess {
  readonly source: Source
  readonly started: Started
  readonly replayed: boolean
}

const EDGE = 'To put in a list. Its cursor is of no list: take that of a page to go on.'

const StartConversationSuccessRef = builder.objectRef<StartConversationSuccess>('StartConversationSuccess').implement({
  audience: 'public',
  description: 'The conversation is there.',
  fields: (t) => ({
    conversationEdge: t.field({
      type: ConversationEdgeRef,
      nullable: false,
      description: EDGE,
      resolve: ({ source, started: { conversation } }, _args, context) =>
        singleEdge(conversationNode(source, conversation), conversationId(conversation.conversation.ref), context),
    }),
    messageEdge: t.field({
      type: MessageEdgeRef,
      description: `The first message; null: none was asked for. ${EDGE}`,
      resolve: ({ source, started: { message } }, _args, context) =>
        message && singleEdge(messageNode(source, message, null), messageId(message.ref), context),
    }),
    existing: t.boolean({
      nullable: false,
      description: 'True: the provider had this conversation already.',
      resolve: ({ started }) => started.existing,
    }),
    replayed: t.exposeBoolean('replayed', {
      nullable: false,
      description: 'True: this key had come before, nothing was done now.',
    }),
  }),
})

builder.mutationField('startConversation', (t) =>
  t.field({
    audience: 'public',
    cost: { calls: 3 },
    type: resultRef('StartConversationResult', StartConversationSuccessRef),
    description:
      'Begins a conversation, or finds the one that the provider has already; once for each clientMessageId. See START_CONVERSATION.',
    args: { input: t.arg({ type: StartConversationInput, required: true, description: 'With whom, and where.' }) },
    resolve: (_root, { input }, context) =>
      actOn('Account', input.accountId, context, (place) => startConversation(place, input, context)),
  }),
)

async function startConversation(
  place: Place,
  input: StartAsked,
  context: GatewayContext,
): Promise<StartConversationSuccess | Problem> {
  const { source } = place
  const beginning = await readBeginning(place, input)
  const done = await context.acts.start(source, { beginning, fingerprint: fingerprint(beginning) })
  if (done.outcome === 'key-reused') return keyReused()
  return { source, started: done.value, replayed: done.replayed }
}

/** In whatever order the people are named. */
function fingerprint({ people, channel, title, firstMessage }: Beginning): string {
  const names = people.map((person) => JSON.stringify(person)).toSorted()
  return fingerprintOf([names, channel, title, firstMessage?.text])
}

async function readBeginning(place: Place, input: StartAsked): Promise<Beginning> {
  const account = place.source.account.key
  const { clientMessageId, channelId, firstMessage } = input
  const issues = new Issues()
  issues.checkClientMessageId(clientMessageId)
  const people = readPeople(issues, 'with', input.with, account)
  if (input.with.length === 0) issues.add('with', 'Expected at least one person.')
  const channel = channelId ? (issues.readId('channelId', 'Channel', channelId, account)?.externalId ?? null) : null
  issues.checkCount('with', people.length, await place.demand('START_CONVERSATION'))
  if (typeof firstMessage === 'string') {
    issues.checkText('firstMessage', firstMessage)
    issues.checkLength('firstMessage', firstMessage, await place.demand('SEND_TEXT'))
  }
  issues.refuse()
  return { people, channel, title: input.title ?? null, firstMessage: draftOf(firstMessage), clientMessageId }
}

function draftOf(text: string | null | undefined): Draft | null {
  return typeof text === 'string' ? { text, attachments: [], replyTo: null, audience: 'public' } : null
}

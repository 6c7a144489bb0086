import {
  type Beginning,
  type CallContext,
  type ConversationForViewer,
  type DomainEvent,
  type Done,
  type Message,
  type PersonQuery,
  ProviderError,
  type Sending,
  type Started,
} from '../port/index.ts'
import type { ActParts } from './act-parts.ts'
import { type Acting, acting } from './acting.ts'
import { readClientMessageId } from './client-message-id.ts'
import { readOutcome } from './doubt.ts'
import { toOutgoing } from './outgoing-message.ts'
import { type Counterpart, directRef } from './refs.ts'
import { invalid, unsupported } from './refusals.ts'
import { IN_APP } from './to-conversation.ts'
import { toSaved } from './to-saved.ts'

/** A conversation of two is there from its first message on: beginning one is sending that. */
export async function start(parts: ActParts, beginning: Beginning, call: CallContext): Promise<Done<Started>> {
  const { as, other, sending } = plan(parts, beginning, call)
  const wire = await parts.client.send(as, toOutgoing(sending, other))
  const saved = readOutcome(() => toSaved(wire, parts.account, true))
  const value = await toStarted(parts, as, other, saved.message)
  return { value, events: value.existing ? [saved] : [toCreated(value.conversation), saved] }
}

/** Looks for the first message among the newest ones; null only if it is in none of those said since. */
export async function findStarted(
  parts: ActParts,
  beginning: Beginning,
  since: Date,
  call: CallContext,
): Promise<Started | null> {
  const { as, other } = plan(parts, beginning, call)
  const earliest = since.getTime() - CLOCK_SLACK_MS
  for (let before: string | undefined; ; ) {
    const query = { affix: 'prepend', id: before, limit: MESSAGES_A_LOOK } as const
    const messages = await parts.client.messagesWith(as, other, query)
    const found = messages.find(
      (message) => readClientMessageId(message.optionalText('muid')) === beginning.clientMessageId,
    )
    if (found !== undefined) return toStarted(parts, as, other, toSaved(found, parts.account, true).message)
    const [oldest] = messages
    if (oldest === undefined || messages.length < MESSAGES_A_LOOK) return null
    if (oldest.requiredEpochSeconds('sentAt').getTime() < earliest) return null
    before = oldest.text('id')
  }
}

const MESSAGES_A_LOOK = 100
/** Their clock counts whole seconds and is not ours. */
const CLOCK_SLACK_MS = 5 * 60_000

interface Plan {
  readonly as: Acting
  readonly other: Counterpart
  readonly sending: Sending
}

function plan({ settings }: ActParts, beginning: Beginning, call: CallContext): Plan {
  const { people, channel, title, firstMessage, clientMessageId } = beginning
  const as = acting(call, settings.actAs, 'START_CONVERSATION')
  const [person, ...others] = people
  if (person === undefined) throw invalid(['people'], 'somebody is needed to talk with')
  if (others.length > 0) throw unsupported('START_CONVERSATION', 'groups are not begun by a message')
  const id = uidOf(person)
  if (id === as.uid) throw invalid(['people', '0'], 'nobody talks with themselves')
  if (channel !== null && channel !== IN_APP.externalId) throw invalid(['channel'], 'the only channel is in-app')
  if (title !== null) throw invalid(['title'], 'a conversation of two has no title of its own')
  if (firstMessage === null) throw invalid(['firstMessage'], 'a conversation is there from its first message on')
  return { as, other: { type: 'user', id }, sending: { draft: firstMessage, clientMessageId } }
}

function uidOf(person: PersonQuery): string {
  if (person.kind === 'person') return person.native
  if (person.kind === 'external') return person.externalId.toLowerCase()
  throw unsupported('START_CONVERSATION', 'people are known by their uids only')
}

/** It was begun with this message unless it is older, as far as whole seconds can tell. */
async function toStarted(parts: ActParts, as: Acting, other: Counterpart, message: Message): Promise<Started> {
  const ref = directRef(parts.account, as.uid, other.id)
  const [row] = await parts.conversations.get([ref], as.call)
  if (row === undefined || row instanceof ProviderError)
    throw new ProviderError('OUTCOME_UNKNOWN', 'cometchat: the message was sent, its conversation could not be read', {
      cause: row,
    })
  return { conversation: row, message, existing: row.conversation.createdAt < message.createdAt }
}

function toCreated({ conversation }: ConversationForViewer): DomainEvent {
  const { ref, createdAt } = conversation
  return { type: 'conversation-created', conversation: ref, occurredAt: createdAt, audience: 'public', facts: {} }
}

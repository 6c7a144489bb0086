import type { Wire } from '../kit/wire.ts'
import {
  type Beginning,
  type CallContext,
  type Channel,
  type ConversationRef,
  type DomainEvent,
  type Done,
  type Draft,
  type JsonObject,
  type Message,
  ProviderError,
  type Started,
} from '../port/index.ts'
import { understood } from './connection.ts'
import type { Desk } from './desk.ts'
import { type Founder, invalid, toFounder } from './invitees.ts'
import { conversationRef, messageRef, uuidOf } from './refs.ts'
import { refuseWhatCannotBeSaid, said, send, toBody, toLinkedMedia } from './sending.ts'
import { toFacts } from './to-conversation.ts'
import { toReference } from './to-message.ts'

/**
 * One POST where nothing is said, and one read of what was said otherwise. The conversation that the contact has open on that
 * channel is taken for it, and spoken in.
 */
export async function start(beginning: Beginning, desk: Desk, call: CallContext): Promise<Done<Started>> {
  if (beginning.firstMessage !== null) refuseWhatCannotBeSaid(beginning.firstMessage, null)
  const { channel, founders } = await toParty(beginning, desk, call)
  try {
    const wire = await desk.client.createConversation(toNewConversation(beginning, channel, founders), call)
    return await begun(wire, beginning, desk, call)
  } catch (error) {
    const existing = error instanceof ProviderError && error.code === 'CONFLICT' ? error.facts.existing : undefined
    if (existing === undefined) throw error
    return goOnIn(existing, beginning, desk, call)
  }
}

/** Who is to talk with whom, and where. */
interface Party {
  readonly channel: Channel
  readonly founders: readonly Founder[]
}

export async function toParty({ people, channel }: Beginning, desk: Desk, call: CallContext): Promise<Party> {
  if (people.length === 0) throw invalid(['people'], 'There must be somebody to talk with.')
  const place = await findChannel(channel, desk, call)
  const founders = await Promise.all(people.map((query, index) => toFounder(query, index, place, desk, call)))
  return { channel: place, founders }
}

/** Where channels cannot be listed, the one that is named is believed in. */
async function findChannel(wanted: string | null, desk: Desk, call: CallContext): Promise<Channel> {
  const channels = await desk.listChannels(call)
  if (wanted !== null) {
    const externalId = uuidOf({ native: wanted })
    const unknown: Channel = { externalId, type: 'unknown', providerType: null, name: null }
    return channels?.find((channel) => channel.externalId === externalId) ?? unknown
  }
  const [only, ...others] = channels ?? []
  if (only === undefined || others.length > 0) throw invalid(['channel'], 'Bird has to be told on which channel.')
  return only
}

/** Bird insists on a name. */
function toNewConversation(beginning: Beginning, channel: Channel, founders: readonly Founder[]): JsonObject {
  const { title, firstMessage, clientMessageId } = beginning
  return {
    name: title ?? founders.map(({ label }) => label).find((label) => label !== '') ?? '',
    channelId: channel.externalId,
    participants: founders.map(({ participant }) => participant),
    ...(firstMessage !== null &&
      goesAlong(firstMessage) && {
        initialMessage: toInitialMessage(firstMessage, clientMessageId, founders),
      }),
  }
}

/** A file can only be put into a conversation that is there. */
function goesAlong({ attachments }: Draft): boolean {
  return attachments.every(({ kind }) => kind === 'url')
}

function toInitialMessage({ text, attachments }: Draft, key: string, founders: readonly Founder[]): JsonObject {
  const media = attachments.flatMap((attachment) => (attachment.kind === 'url' ? [toLinkedMedia(attachment.url)] : []))
  const recipients = founders.flatMap(({ identifier }) =>
    identifier === null ? [] : [{ type: 'to', identifierKey: identifier.key, identifierValue: identifier.value }],
  )
  return { reference: toReference(key), recipients, body: toBody(text, media) }
}

/** The answer names the first message, but only a read tells the whole of it. */
async function begun(wire: Wire, beginning: Beginning, desk: Desk, call: CallContext): Promise<Done<Started>> {
  const { conversation, created } = understood(() => toCreated(wire, desk, call))
  const { ref } = conversation.conversation
  const first = await firstMessageOf(wire, ref, beginning, desk, call)
  return {
    value: { conversation, message: first?.value ?? null, existing: false },
    events: [created, ...(first?.events ?? [])],
  }
}

function toCreated(wire: Wire, desk: Desk, call: CallContext) {
  const conversation = desk.toConversation(wire, call)
  const { ref, createdAt: occurredAt } = conversation.conversation
  const facts = toFacts(wire, desk.account)
  const created: DomainEvent = {
    type: 'conversation-created',
    conversation: ref,
    occurredAt,
    audience: 'public',
    facts,
  }
  return { conversation, created }
}

async function firstMessageOf(
  wire: Wire,
  ref: ConversationRef,
  { firstMessage, clientMessageId }: Beginning,
  desk: Desk,
  call: CallContext,
): Promise<Done<Message> | null> {
  if (firstMessage === null) return null
  if (!goesAlong(firstMessage)) return send(ref, { draft: firstMessage, clientMessageId }, desk, call)
  try {
    const id = wire.object('lastMessage').text('id')
    const message = await desk.client.getMessage(uuidOf(ref), uuidOf(messageRef(ref, id)), call)
    return said(message, ref, desk, call)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const why = 'bird: a conversation was started, but its first message cannot be read'
    throw new ProviderError('OUTCOME_UNKNOWN', why, { cause: error, existing: ref })
  }
}

async function goOnIn(
  existing: ConversationRef,
  { firstMessage, clientMessageId }: Beginning,
  desk: Desk,
  call: CallContext,
): Promise<Done<Started>> {
  const ref = conversationRef(desk.account, uuidOf(existing))
  const sent = firstMessage === null ? null : await send(ref, { draft: firstMessage, clientMessageId }, desk, call)
  const conversation = desk.toConversation(await desk.client.getConversation(uuidOf(ref), call), call)
  return { value: { conversation, message: sent?.value ?? null, existing: true }, events: sent?.events ?? [] }
}

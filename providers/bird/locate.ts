import { z } from '../kit/settings.ts'
import { Wire } from '../kit/wire.ts'
import { type CallContext, type DomainEvent, type MessageRef, type Nudge, ProviderError } from '../port/index.ts'
import { fromInbound, fromOutbound, fromRead, type Source } from './channel-events.ts'
import type { BirdClient } from './client.ts'
import { contextOf, type MessageContext } from './message-context.ts'
import { uuidOf } from './refs.ts'
import { audienceOfNews, toMessage } from './to-message.ts'
import { contactIdsOf } from './to-recipient.ts'

/** For a message on a channel that does not say where it belongs. */
export function toChannelNudge(kind: 'inbound' | 'outbound', payload: Wire): Nudge {
  return toNudge({ kind, channel: payload.text('channelId'), message: payload.text('id') })
}

/** For the reading of a message that does not say where it belongs. */
export function toReadNudge(interaction: Wire): Nudge {
  const [contact, ...others] = contactIdsOf(interaction)
  return toNudge({
    kind: 'read',
    channel: interaction.text('channelId'),
    message: interaction.text('messageId'),
    readAt: interaction.filledText('createdAt'),
    contact: contact !== undefined && others.length === 0 ? contact : null,
  })
}

export interface Search {
  readonly source: Source
  readonly client: BirdClient
  readonly call: CallContext
}

/**
 * Reads the channel's message, which tells its conversation: a call, and one more where the message itself has to be read.
 * Throws `NOT_FOUND` where it belongs to no conversation, `UNAVAILABLE` while it is too new to say so.
 */
export async function locate(payload: string, search: Search): Promise<readonly DomainEvent[]> {
  const nudge = readNudge(payload)
  const message = await search.client.getChannelMessage(
    uuidOf({ native: nudge.channel }),
    uuidOf({ native: nudge.message }),
    search.call,
  )
  const context = contextOf(message)
  if (context === null) throw isNew(message) ? notYet(nudge) : notFound(nudge)
  search.source.known.note(nudge.message, context)
  if (nudge.kind === 'read') return [toRead(nudge, context, search.source)]
  const from = nudge.kind === 'inbound' ? fromInbound : fromOutbound
  const told = from(message, context, search.source).map((item) =>
    item.type === 'reread' ? readAll(item.around, search) : item.type === 'locate' ? [] : [item],
  )
  return (await Promise.all(told)).flat()
}

const placeShape = { channel: z.string(), message: z.string() }
const nudgeShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['inbound', 'outbound']), ...placeShape }),
  z.strictObject({
    kind: z.literal('read'),
    ...placeShape,
    readAt: z.string().nullable(),
    contact: z.string().nullable(),
  }),
])

type Lost = z.infer<typeof nudgeShape>

function toNudge(lost: Lost): Nudge {
  return { type: 'locate', payload: JSON.stringify(lost) }
}

function readNudge(payload: string): Lost {
  try {
    return nudgeShape.parse(JSON.parse(payload))
  } catch {
    throw new ProviderError('NOT_FOUND', 'bird: this is none of our nudges')
  }
}

/** The reader named by the interaction before the one at the other end of the message. */
function toRead(read: Lost & { readonly kind: 'read' }, context: MessageContext, source: Source): DomainEvent {
  const interaction = Wire.object({ messageId: read.message, createdAt: read.readAt }, 'bird nudge')
  return fromRead(interaction, { ...context, contact: read.contact ?? context.contact }, source)
}

function readAll(refs: readonly MessageRef[], { client, source, call }: Search): Promise<readonly DomainEvent[]> {
  const reading = { ...source, channels: new Map(), forTeam: false }
  return Promise.all(
    refs.map(async ({ conversation, native }) => {
      const wire = await client.getMessage(uuidOf(conversation), uuidOf({ native }), call)
      const message = toMessage(wire, conversation, reading, 'single')
      const { createdAt: occurredAt } = message
      const audience = audienceOfNews(message)
      return { type: 'message-saved', conversation, occurredAt, audience, message, isNew: false } as const
    }),
  )
}

/** For some seconds the channel does not know yet what a message belongs to. */
const SETTLED_AFTER_MS = 60_000

function isNew(message: Wire): boolean {
  return message.requiredInstant('createdAt').getTime() > Date.now() - SETTLED_AFTER_MS
}

function notYet({ message }: Lost): ProviderError {
  return new ProviderError('UNAVAILABLE', `bird: the channel does not say yet to which conversation ${message} belongs`)
}

function notFound({ message }: Lost): ProviderError {
  return new ProviderError('NOT_FOUND', `bird: ${message} belongs to no conversation`)
}

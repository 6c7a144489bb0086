import type { Wire } from '../kit/wire.ts'
import {
  type CallContext,
  type ConversationRef,
  type Done,
  type Draft,
  type JsonObject,
  type Message,
  type OutgoingAttachment,
  ProviderError,
  type Sending,
} from '../port/index.ts'
import { SPEAKS_ON_CHANNELS, unsupportedError } from './capabilities.ts'
import { understood } from './connection.ts'
import type { Desk } from './desk.ts'
import { uuidOf } from './refs.ts'
import { audienceOfNews, toMessage, toReference } from './to-message.ts'
import { uploadFile } from './uploading.ts'

/** One POST, and two more calls for each file. */
export async function send(
  conversation: ConversationRef,
  { draft, clientMessageId }: Sending,
  desk: Desk,
  call: CallContext,
): Promise<Done<Message>> {
  refuseWhatCannotBeSaid(draft, conversation)
  const media = await toMedia(conversation, draft.attachments, desk, call)
  const body: JsonObject = {
    ...(await speakerIn(conversation, desk, call)),
    addMissingParticipants: true,
    reference: toReference(clientMessageId),
    ...(draft.replyTo !== null && { replyToMessageId: uuidOf(draft.replyTo) }),
    body: toBody(draft.text, media),
  }
  const wire = await postMessage(conversation, body, desk, call)
  return understood(() => said(wire, conversation, desk, call))
}

/** A message of which the gateway is told for the first time. */
export function said(wire: Wire, conversation: ConversationRef, desk: Desk, call: CallContext): Done<Message> {
  const message = toMessage(wire, conversation, desk.reading(call), 'single')
  const { createdAt: occurredAt } = message
  const audience = audienceOfNews(message)
  return {
    value: message,
    events: [{ type: 'message-saved', conversation, occurredAt, audience, message, isNew: true }],
  }
}

export function refuseWhatCannotBeSaid(draft: Draft, conversation: ConversationRef | null): void {
  if (draft.audience === 'internal') throw unsupportedError('PRIVATE_NOTES')
  if (draft.replyTo === null || draft.replyTo.conversation.native === conversation?.native) return
  const detail = 'It answers a message of another conversation.'
  throw new ProviderError('INVALID', `bird: ${detail}`, { issues: [{ path: ['replyTo'], detail }] })
}

/** Something to see that Bird, or anybody, can fetch. */
export interface Media {
  readonly mediaUrl: string
  /** Null: not known. */
  readonly contentType: string | null
  readonly filename: string | null
}

/** A text carries whatever comes with it; without one, pictures and files have bodies of their own. */
export function toBody(text: string | null, media: readonly Media[]): JsonObject {
  if (text !== null && media.length === 0) return { type: 'text', text: { text } }
  if (text !== null) return { type: 'text', text: { text, attachments: media.map(toAttached) } }
  const isPictures = media.every(({ contentType }) => contentType?.startsWith('image/'))
  if (isPictures) return { type: 'image', image: { images: media.map(({ mediaUrl }) => ({ mediaUrl })) } }
  return { type: 'file', file: { files: media.map(toFile) } }
}

/** What is at an address already stays there. */
export function toLinkedMedia(url: string): Media {
  return { mediaUrl: url, contentType: null, filename: null }
}

async function toMedia(
  conversation: ConversationRef,
  attachments: readonly OutgoingAttachment[],
  desk: Desk,
  call: CallContext,
): Promise<readonly Media[]> {
  const media: Media[] = []
  for (const attachment of attachments) {
    if (attachment.kind === 'url') media.push(toLinkedMedia(attachment.url))
    else {
      const mediaUrl = await uploadFile(conversation, attachment, desk, call)
      media.push({ mediaUrl, contentType: attachment.mimeType, filename: attachment.fileName })
    }
  }
  return media
}

function toAttached({ mediaUrl, filename }: Media): JsonObject {
  return { mediaUrl, ...(filename !== null && { filename }), inline: false }
}

function toFile({ mediaUrl, contentType, filename }: Media): JsonObject {
  return { mediaUrl, ...(contentType !== null && { contentType }), ...(filename !== null && { filename }) }
}

/** Documented is the key itself; that a channel's id names a flow of it is what clients in production rely on. */
async function speakerIn(conversation: ConversationRef, desk: Desk, call: CallContext): Promise<JsonObject> {
  if (desk.accessKeyId !== null) return { participantType: 'accessKey', participantId: desk.accessKeyId }
  const channel = desk.knownChannelOf(conversation) ?? (await readChannelOf(conversation, desk, call))
  return { participantType: 'flow', participantId: channel }
}

async function readChannelOf(ref: ConversationRef, desk: Desk, call: CallContext): Promise<string> {
  const { conversation } = desk.toConversation(await desk.client.getConversation(uuidOf(ref), call), call)
  if (conversation.channel !== null) return conversation.channel.externalId
  throw unsupportedError('SEND_TEXT', SPEAKS_ON_CHANNELS)
}

async function postMessage(ref: ConversationRef, body: JsonObject, desk: Desk, call: CallContext): Promise<Wire> {
  try {
    return await desk.client.createMessage(uuidOf(ref), body, call)
  } catch (error) {
    if (!isUnprocessable(error)) throw error
    throw (await findReason(ref, desk, call)) ?? error
  }
}

function isUnprocessable(error: unknown): boolean {
  return error instanceof ProviderError && error.facts.providerStatus === 422
}

/** A conversation that is not active is refused like a body that makes no sense: it has to be looked at. */
async function findReason(ref: ConversationRef, desk: Desk, call: CallContext): Promise<ProviderError | null> {
  try {
    const { conversation } = desk.toConversation(await desk.client.getConversation(uuidOf(ref), call), call)
    const { cannotReplyReason } = conversation
    return cannotReplyReason === null ? null : unsupportedError('SEND_TEXT', cannotReplyReason)
  } catch (error) {
    if (error instanceof ProviderError) return null
    throw error
  }
}

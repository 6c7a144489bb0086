import type { Draft, Sending } from '../port/index.ts'
import { toMuid } from './client-message-id.ts'
import type { Counterpart } from './refs.ts'
import { invalid, unsupported } from './refusals.ts'

/** The body of `POST /messages`. */
export interface OutgoingMessage {
  readonly receiver: string
  readonly receiverType: Counterpart['type']
  readonly category: 'message'
  readonly type: 'text' | MediaType
  /** Comes back with the message; CometChat promises nothing about sending it twice. */
  readonly muid: string
  readonly data: {
    readonly text?: string
    readonly attachments?: readonly OutgoingAttachment[]
  }
}

type MediaType = 'image' | 'video' | 'audio' | 'file'

interface OutgoingAttachment {
  readonly url: string
  readonly name: string
  readonly extension?: string
  readonly mimeType?: string
}

/** Of the whole body as JSON. */
export const MAX_MESSAGE_CHARACTERS = 65_536

/** Throws `UNSUPPORTED` for what CometChat's REST API cannot send, `INVALID` for what it would not take. */
export function toOutgoing({ draft, clientMessageId }: Sending, { type, id }: Counterpart): OutgoingMessage {
  refuseTheImpossible(draft)
  const attachments = urlsOf(draft).map(toAttachment)
  if (draft.text === null && attachments.length === 0) throw invalid(['text'], 'there is nothing to send')
  const message: OutgoingMessage = {
    receiver: id,
    receiverType: type,
    category: 'message',
    type: attachments.length === 0 ? 'text' : mediaTypeOf(attachments),
    muid: toMuid(clientMessageId),
    data: {
      ...(draft.text === null ? {} : { text: draft.text }),
      ...(attachments.length === 0 ? {} : { attachments }),
    },
  }
  if (JSON.stringify(message).length > MAX_MESSAGE_CHARACTERS)
    throw invalid(['text'], `the message is longer than ${MAX_MESSAGE_CHARACTERS} characters of JSON`)
  return message
}

function refuseTheImpossible(draft: Draft): void {
  if (draft.audience === 'internal') throw unsupported('PRIVATE_NOTES', 'there are no private notes')
  if (draft.replyTo !== null) throw unsupported('REPLY_TO', 'the REST API quotes no messages')
}

function urlsOf({ attachments }: Draft): readonly string[] {
  return attachments.map((attachment) => {
    if (attachment.kind === 'url') return attachment.url
    throw unsupported('SEND_ATTACHMENT', 'the REST API takes attachments by URL only')
  })
}

/** What nobody said of the file is taken from its name, as the vendor's own clients show a message by its type. */
function toAttachment(url: string): OutgoingAttachment {
  const name = nameIn(url)
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase()
  const mimeType = MIME_TYPES.get(extension ?? '')
  return {
    url,
    name,
    ...(extension === undefined ? {} : { extension }),
    ...(mimeType === undefined ? {} : { mimeType }),
  }
}

function nameIn(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined
  if (last === undefined) throw invalid(['attachments'], 'an attachment is no absolute URL')
  return decoded(last) || 'file'
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Of attachments of several kinds: just files. */
function mediaTypeOf(attachments: readonly OutgoingAttachment[]): MediaType {
  const [first, ...others] = new Set(attachments.map(({ mimeType }) => mimeType?.split('/')[0]))
  const known = MEDIA_TYPES.find((type) => type === first)
  return others.length === 0 && known !== undefined ? known : 'file'
}

const MEDIA_TYPES = ['image', 'video', 'audio'] as const

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['ogg', 'audio/ogg'],
  ['wav', 'audio/wav'],
  ['pdf', 'application/pdf'],
])

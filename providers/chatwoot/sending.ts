import { type FormPart, multipart } from '../kit/multipart.ts'
import {
  type CallContext,
  type Capability,
  type ConversationRef,
  type Done,
  type Draft,
  type Message,
  type OutgoingFile,
  ProviderError,
  type Sending,
} from '../port/index.ts'
import { inTheOutcome, type WriteBody } from './act-client.ts'
import type { ActParts } from './act-parts.ts'
import { contactOf } from './acting.ts'
import type { ClientSessions } from './client-sessions.ts'
import { numericIdOf } from './refs.ts'
import { invalid, requireSupport } from './refusing.ts'
import { MOST_FILE_BYTES } from './support.ts'
import { toMessageSaved } from './to-events.ts'
import { CLIENT_MESSAGE_ID } from './wire.ts'

/** A message as it goes out: its fields, and its files where there are any. */
export interface OutgoingMessage {
  readonly fields: Readonly<Record<string, unknown>>
  readonly files: readonly OutgoingFile[]
}

/** Writes messages: of agents as outgoing ones, of contacts as incoming ones, which only API inboxes take. */
export class Sender {
  readonly #parts: ActParts
  readonly #sessions: ClientSessions

  constructor(parts: ActParts, sessions: ClientSessions) {
    this.#parts = parts
    this.#sessions = sessions
  }

  async send(
    conversation: ConversationRef,
    { draft, clientMessageId }: Sending,
    call: CallContext,
  ): Promise<Done<Message>> {
    const needed = capabilitiesFor(draft)
    requireSupport(call, ...needed)
    const contact = contactOf(call.actor)
    const id = numericIdOf(conversation)
    const fields = fieldsOf(draft, clientMessageId, { conversation, isContact: contact !== null })
    if (contact !== null) await this.#sessions.own(conversation, contact, 'SEND_TEXT', call)
    const body = toBody({ fields, files: await this.#filesOf(draft, call) })
    const { client, messages } = this.#parts
    const wire = await client.acts.createMessage(id, body, call)
    const saved = await inTheOutcome(async () => {
      return toMessageSaved(wire, await messages.scopeOf(conversation, wire, call), true)
    })
    return { value: saved.message, events: [saved] }
  }

  /** The first message of a conversation that is yet to come. */
  async prepare(draft: Draft, clientMessageId: string, call: CallContext): Promise<OutgoingMessage> {
    requireSupport(call, ...capabilitiesFor(draft))
    const isContact = contactOf(call.actor) !== null
    const fields = fieldsOf(draft, clientMessageId, { conversation: null, isContact })
    return { fields, files: await this.#filesOf(draft, call) }
  }

  /** Chatwoot takes files, no addresses of files: those are fetched first, so much of them together as one file may have. */
  async #filesOf({ attachments }: Draft, call: CallContext): Promise<readonly OutgoingFile[]> {
    const files: OutgoingFile[] = []
    let left = MOST_FILE_BYTES
    for (const [index, attachment] of attachments.entries()) {
      const file = attachment.kind === 'file' ? attachment : await this.#fetch(attachment.url, index, left, call)
      if (attachment.kind === 'url') left -= file.sizeBytes
      files.push(file)
    }
    return files
  }

  async #fetch(url: string, index: number, maxBytes: number, call: CallContext): Promise<OutgoingFile> {
    try {
      return await this.#parts.openFile(url, { maxBytes, deadline: call.deadline, signal: call.signal })
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'INVALID') throw error
      const [issue] = error.facts.issues ?? []
      throw invalid(['attachments', String(index), 'url'], issue?.detail ?? error.message)
    }
  }
}

/** JSON, or a form in which the files stand under `attachments[]`. */
export function toBody({ fields, files }: OutgoingMessage): WriteBody {
  return files.length === 0 ? { body: fields } : { stream: multipart(toForm(fields, files, (name) => name)) }
}

/** Objects go into a form as JSON. `nameOf` puts a name under another, as in `message[content]`. */
export function toForm(
  fields: OutgoingMessage['fields'],
  files: readonly OutgoingFile[],
  nameOf: (name: string) => string,
): readonly FormPart[] {
  const values = Object.entries(fields).map(([name, value]) => ({
    name: nameOf(name),
    value: typeof value === 'object' ? JSON.stringify(value) : String(value),
  }))
  return [...values, ...files.map((file) => ({ name: `${nameOf('attachments')}[]`, file }))]
}

function capabilitiesFor({ attachments, replyTo, audience }: Draft): readonly Capability[] {
  return [
    'SEND_TEXT',
    ...(attachments.length > 0 ? (['SEND_ATTACHMENT'] as const) : []),
    ...(replyTo === null ? [] : (['REPLY_TO'] as const)),
    ...(audience === 'internal' ? (['PRIVATE_NOTES'] as const) : []),
  ]
}

/**
 * The key stands in an attribute of its own, which is stored and comes back everywhere. Never in `source_id`: a message that has
 * one counts as come from the channel, and is not delivered to it.
 */
function fieldsOf(
  { text, attachments, replyTo, audience }: Draft,
  clientMessageId: string,
  { conversation, isContact }: { readonly conversation: ConversationRef | null; readonly isContact: boolean },
): OutgoingMessage['fields'] {
  if ((text ?? '') === '' && attachments.length === 0) throw invalid(['text'], 'A message needs a text or a file.')
  if (replyTo !== null && replyTo.conversation.native !== conversation?.native) {
    throw invalid(['replyTo'], 'A reply is written in the conversation of the message that it replies to.')
  }
  return {
    ...(text === null ? {} : { content: text }),
    message_type: isContact ? 'incoming' : 'outgoing',
    ...(audience === 'internal' ? { private: true } : {}),
    content_attributes: {
      [CLIENT_MESSAGE_ID]: clientMessageId,
      ...(replyTo === null ? {} : { in_reply_to: numericIdOf(replyTo) }),
    },
  }
}

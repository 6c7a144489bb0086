import type { Deeds, Utterance } from './deeds.ts'
import type { Payload } from './payload.ts'
import type { Actor, Conversation, Identifier, JsonObject, Member, Message } from './records.ts'
import { invalid } from './refusal.ts'

const BODY_TYPES = [
  'text',
  'html',
  'image',
  'file',
  'gif',
  'location',
  'carousel',
  'list',
  'section',
  'authentication',
  'action',
] as const
const SPEAKERS = ['accessKey', 'flow', 'contact', 'user'] as const
const MEMBERS = [...SPEAKERS, 'agent', 'bot'] as const

/** Somebody by `{type, id}` or, of contacts, by address: flat, or nested under `contact`. */
export function readActor(payload: Payload, deeds: Deeds): Actor {
  const type = payload.oneOf('type', MEMBERS)
  if (type === null) throw payload.wrong('type', 'is required')
  const id = payload.text('id')
  if (id !== null) return deeds.actorNamed(type, id)
  const identifier = readIdentifier(payload.object('contact') ?? payload)
  if (type !== 'contact' || identifier === null) throw payload.wrong('id', 'is required without an identifier')
  return deeds.contactAt(identifier)
}

type Content = Pick<Utterance, 'body' | 'template' | 'reference' | 'draft'>

/** Exactly one of body and template. */
export function readContent(payload: Payload): Content {
  const [body, template] = [readBody(payload), payload.json('template')]
  if ((body === null) === (template === null)) throw payload.wrong('body', 'must be given, or else a template')
  return { body, template, reference: payload.text('reference') ?? '', draft: payload.flag('draft') }
}

/** What a body says stands under the word of its type. */
export function readBody(payload: Payload): JsonObject | null {
  const body = payload.object('body')
  if (body === null) return null
  const type = body.oneOf('type', BODY_TYPES)
  if (type === null) throw body.wrong('type', 'is required')
  const content = body.object(type)
  if (content === null) throw body.wrong(type, 'is required')
  if (type === 'text' || type === 'html') content.requiredText('text')
  return { type, [type]: body.json(type) }
}

/** Null: nobody is named. */
export function readRecipients(payload: Payload, deeds: Deeds): Message['recipients'] {
  const named = payload.list('recipients')
  if (named.length === 0) return null
  return named.map((one) => {
    const identifier = readIdentifier(one)
    if (identifier === null) throw one.wrong('identifierKey', 'is required')
    const role = one.oneOf('type', ['to', 'cc', 'bcc']) ?? 'to'
    return { role, actor: deeds.contactAt(identifier), address: identifier }
  })
}

/** Who speaks has to take part, or is made to. */
export function readSpeaker(payload: Payload, conversation: Conversation, deeds: Deeds): Member {
  const type = payload.oneOf('participantType', SPEAKERS)
  if (type === null) throw payload.wrong('participantType', 'is required')
  const actor = deeds.actorNamed(type, payload.requiredText('participantId'))
  const known = conversation.members.find(({ id }) => id === actor.id)
  if (known !== undefined) return known
  if (!payload.flag('addMissingParticipants')) throw invalid({ participantId: ['is no participant'] })
  return deeds.join(conversation, actor, 'active')
}

function readIdentifier(payload: Payload): Identifier | null {
  const [key, value] = [payload.text('identifierKey'), payload.text('identifierValue')]
  return key === null || value === null ? null : { key, value }
}

import {
  type CallContext,
  type Channel,
  type ChannelType,
  type JsonObject,
  type PersonQuery,
  type PersonRef,
  ProviderError,
} from '../port/index.ts'
import type { Desk } from './desk.ts'
import { type Identifier, identifierFor, toEmail, toPhone } from './identifiers.ts'
import { readPersonRef, uuidOf } from './refs.ts'

/** Somebody as Bird takes them: by an address, from which it makes a contact where there is none, or by type and id. */
export type Invitee =
  | { readonly kind: 'address'; readonly identifier: Identifier }
  | { readonly kind: 'known'; readonly type: string; readonly id: string }

/** Throws INVALID naming the path for what is no address, NOT_FOUND for what is nobody. */
export function toInvitee(query: PersonQuery, path: readonly string[]): Invitee {
  switch (query.kind) {
    case 'email':
      return toAddress(toEmail(query.email), 'a whole e-mail address', path)
    case 'phone':
      return toAddress(toPhone(query.phone), 'a whole phone number with its plus', path)
    case 'external':
      return { kind: 'known', type: 'contact', id: uuidOf({ native: query.externalId }) }
    case 'person':
      return toKnown(query)
  }
}

/** Nests the address: only a new conversation takes it flat. */
export function toNewParticipant(invitee: Invitee): JsonObject {
  if (invitee.kind === 'known') return { type: invitee.type, id: invitee.id }
  const { key, value } = invitee.identifier
  return { type: 'contact', contact: { identifierKey: key, identifierValue: value } }
}

/** Somebody with whom a conversation begins. */
export interface Founder {
  /** By address, or the id of somebody who is no contact. */
  readonly participant: JsonObject
  /** Null: who is no contact has no address. */
  readonly identifier: Identifier | null
  /** What there is to call them by. */
  readonly label: string
}

/** Bird wants contacts by the address that the channel reaches: for those who are named by id that is a call each. */
export async function toFounder(
  query: PersonQuery,
  index: number,
  channel: Channel,
  desk: Desk,
  call: CallContext,
): Promise<Founder> {
  const path = ['people', String(index)]
  const invitee = toInvitee(query, path)
  if (invitee.kind === 'address') return founderAt(invitee.identifier, invitee.identifier.value)
  const { type, id } = invitee
  if (type !== 'contact') return { participant: { type, id }, identifier: null, label: '' }
  const contact = await desk.client.getContact(uuidOf({ native: id }), call)
  const identifier = identifierFor(channel.type, contact)
  if (identifier === null) throw invalid(path, unreachable(channel.type))
  return founderAt(identifier, contact.filledText('computedDisplayName') ?? identifier.value)
}

function founderAt(identifier: Identifier, label: string): Founder {
  const { key: identifierKey, value: identifierValue } = identifier
  return { participant: { type: 'contact', identifierKey, identifierValue }, identifier, label }
}

function toKnown(ref: PersonRef): Invitee {
  return { kind: 'known', ...readPersonRef(ref) }
}

function toAddress(identifier: Identifier | null, wanted: string, path: readonly string[]): Invitee {
  if (identifier === null) throw invalid(path, `Bird wants ${wanted}.`)
  return { kind: 'address', identifier }
}

function unreachable(type: ChannelType): string {
  return `This contact has no address that a channel of type ${type} reaches.`
}

export function invalid(path: readonly string[], detail: string): ProviderError {
  return new ProviderError('INVALID', `bird: ${path.join('.')}: ${detail}`, { issues: [{ path, detail }] })
}

import type { Wire } from '../kit/wire.ts'
import type { Channel, ContactAddress, Participant, Person } from '../port/index.ts'
import type { BirdParticipant } from './details.ts'
import { type NamedPerson, personRef } from './refs.ts'
import { ADDRESS_KINDS, CHANNEL_TYPES, PARTICIPANT_STATUSES, PERSON_KINDS } from './wire.ts'

/** A participant of a conversation, or only a reference to one. */
export function toParticipant(wire: Wire, account: string): Participant {
  return {
    person: toPerson(wire, account),
    role: null,
    status: wire.oneOf('status', PARTICIPANT_STATUSES),
    joinedAt: wire.instant('createdAt'),
    details: toBirdParticipant(wire),
  }
}

/** Whoever stands behind a participant or a message's sender, who may have a name and an e-mail address of their own. */
export function toPerson(wire: Wire, account: string): Person {
  const type = wire.filledText('type') ?? 'unknown'
  const contact = wire.optionalObject('contact')
  return {
    ...nameOnly({ type, id: wire.text('id') }, account),
    displayName: wire.filledText('displayName') ?? wire.filledText('name'),
    avatarUrl: wire.url('avatarUrl'),
    addresses: distinct([...(contact === null ? [] : toAddresses(contact)), ...toSenderAddresses(wire)]),
  }
}

/** The sender of a message; null where the answer names none, or only by a free text. */
export function toSender(wire: Wire | null, account: string): Person | null {
  return wire?.filledText('id') ? toPerson(wire, account) : null
}

/** A contact as the contacts service knows it. */
export function toContact(wire: Wire, account: string): Person {
  return {
    ...nameOnly({ type: 'contact', id: wire.text('id') }, account),
    displayName: wire.filledText('computedDisplayName'),
    addresses: wire.list('featuredIdentifiers').flatMap((identifier) => toAddress(identifier, 'key', 'value')),
  }
}

/** Somebody of whom nothing but the id is known. */
export function nameOnly({ type, id }: NamedPerson, account: string): Person {
  return {
    ref: personRef(account, type, id),
    externalId: id,
    kind: PERSON_KINDS.get(type) ?? 'unknown',
    displayName: null,
    avatarUrl: null,
    isOnline: null,
    addresses: [],
    details: null,
  }
}

/** The address in an object with `identifierKey` and `identifierValue`: one or none. */
export function toAddresses(wire: Wire): readonly ContactAddress[] {
  return toAddress(wire, 'identifierKey', 'identifierValue')
}

export function toChannel(wire: Wire): Channel {
  const platform = wire.filledText('platformId')
  const [word = ''] = platform?.split('-') ?? []
  return {
    externalId: wire.text('id'),
    type: platform === null ? 'unknown' : (CHANNEL_TYPES.get(word) ?? 'other'),
    providerType: platform,
    name: wire.filledText('name'),
  }
}

function toAddress(wire: Wire, key: string, value: string): readonly ContactAddress[] {
  const kind = wire.filledText(key)
  const text = wire.filledText(value)
  return kind === null || text === null ? [] : [{ kind: ADDRESS_KINDS.get(kind) ?? kind, value: text }]
}

function toSenderAddresses(wire: Wire): readonly ContactAddress[] {
  const email = wire.filledText('email')
  return email === null ? [] : [{ kind: 'email', value: email }]
}

function distinct(addresses: readonly ContactAddress[]): readonly ContactAddress[] {
  return addresses.filter(
    ({ kind, value }, index) => addresses.findIndex((other) => other.kind === kind && other.value === value) === index,
  )
}

function toBirdParticipant(wire: Wire): BirdParticipant {
  const contact = wire.optionalObject('contact')
  return {
    shape: 'bird-participant',
    type: wire.filledText('type') ?? 'unknown',
    status: wire.filledText('status'),
    resourceUri: wire.filledText('resourceUri'),
    createdAt: wire.instant('createdAt'),
    updatedAt: wire.instant('updatedAt'),
    platformAddress: contact?.filledText('platformAddress') ?? null,
    platformAddressSelector: contact?.filledText('platformAddressSelector') ?? null,
    identifierKey: contact?.filledText('identifierKey') ?? null,
    identifierValue: contact?.filledText('identifierValue') ?? null,
  }
}

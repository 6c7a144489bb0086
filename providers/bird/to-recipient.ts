import type { Wire } from '../kit/wire.ts'
import type { ContactAddress, Recipient } from '../port/index.ts'
import type { BirdRecipient } from './details.ts'
import { personRef } from './refs.ts'
import { toAddresses } from './to-person.ts'

/** To whom a message went. What came in names its receiver instead: contacts in a group, or our own end of the channel. */
export function toRecipients(wire: Wire, account: string): readonly Recipient[] {
  const connector = wire.optionalObject('receiver')?.optionalObject('connector')
  const contacts = contactsOf(wire).map((recipient) => toRecipient(recipient, account))
  return connector ? [...contacts, toConnector(connector)] : contacts
}

/** The ids of the contacts to whom it went, as far as it names them. */
export function contactIdsOf(wire: Wire): readonly string[] {
  return contactsOf(wire).flatMap((recipient) => recipient.filledText('id') ?? [])
}

export function toBirdRecipients(wire: Wire): readonly BirdRecipient[] {
  return contactsOf(wire).map(toBirdRecipient)
}

function contactsOf(wire: Wire): readonly Wire[] {
  return [...wire.list('recipients'), ...(wire.optionalObject('receiver')?.list('contacts') ?? [])]
}

function toRecipient(wire: Wire, account: string): Recipient {
  const id = wire.filledText('id')
  return {
    role: wire.filledText('type')?.toUpperCase() ?? null,
    person: id === null ? null : personRef(account, 'contact', id),
    name: toAnnotatedName(wire),
    addresses: [...toAddresses(wire), ...toOtherAddresses(wire)],
  }
}

function toConnector(wire: Wire): Recipient {
  return { role: null, person: null, name: toAnnotatedName(wire), addresses: toAddresses(wire) }
}

/** `contactAnnotation` in conversations, `annotations` in what a channel tells. */
function toAnnotatedName(wire: Wire): string | null {
  const annotation = wire.optionalObject('contactAnnotation') ?? wire.optionalObject('annotations')
  return annotation?.filledText('name') ?? null
}

function toOtherAddresses(wire: Wire): readonly ContactAddress[] {
  const [own] = toAddresses(wire)
  return wire
    .list('identifiers')
    .flatMap(toAddresses)
    .filter(({ kind, value }) => kind !== own?.kind || value !== own.value)
}

function toBirdRecipient(wire: Wire): BirdRecipient {
  return {
    type: wire.filledText('type'),
    id: wire.filledText('id'),
    annotationName: toAnnotatedName(wire),
    countryCode: wire.filledText('countryCode'),
    identifierKey: wire.filledText('identifierKey'),
    identifierValue: wire.filledText('identifierValue'),
    identifiers: wire.list('identifiers').flatMap(toAddresses),
    platformAddress: wire.filledText('platformAddress'),
    platformAddressSelector: wire.filledText('platformAddressSelector'),
    receiverExpression: wire.filledText('receiverExpression'),
    receiverValue: wire.filledText('receiverValue'),
  }
}

import type { Wire } from '../kit/wire.ts'
import type { ContactAddress, Details, Maybe, Participant, Person, PersonRef } from '../port/index.ts'
import type { ChatwootAgent, ChatwootContact } from './details.ts'
import { type PersonType, personRef } from './refs.ts'
import { OWNER_TYPES, PERSON_KINDS, PRESENCE, SENDER_TYPES } from './wire.ts'

/**
 * A contact: whole as in `contacts` and in a conversation's `meta`, short as the sender of a message (told by the missing
 * `created_at`).
 */
export function toContact(account: string, contact: Wire): Person {
  const person = toPerson(account, 'contact', contact)
  return {
    ...person,
    addresses: toAddresses(contact),
    details: contact.has('created_at') ? toContactDetails(contact) : undefined,
  }
}

/** An agent as in `agents`, watchers and `meta.assignee`. */
export function toAgent(account: string, agent: Wire): Person {
  return { ...toPerson(account, 'user', agent), addresses: toAddresses(agent), details: toAgentDetails(agent, agent) }
}

/** The token's owner: what every agent has, and what only the own profile tells. */
export function toOwnAgent(account: string, accountId: string, profile: Wire): Person {
  // The other entries are the person's roles at other tenants.
  const here = profile.list('accounts').find((entry) => entry.text('id') === accountId) ?? profile
  return {
    ...toPerson(account, 'user', profile),
    isOnline: here.oneOf('availability_status', PRESENCE),
    addresses: toAddresses(profile),
    details: toAgentDetails(profile, here),
  }
}

export function toBot(account: string, bot: Wire): Person {
  return { ...toPerson(account, 'bot', bot), details: null }
}

/** Who a conversation is assigned to; `type` is the word of `meta.assignee_type`, which servers before 4.8 do not send. */
export function toAssignee(account: string, assignee: Wire, type: string | null): Person {
  return type === 'AgentBot' ? toBot(account, assignee) : toAgent(account, assignee)
}

/** The author of a message; null where nobody wrote it. `type` or, where the sender itself is gone, `sender_type`. */
export function toSender(account: string, message: Wire): Person | null {
  const sender = message.optionalObject('sender')
  const owner = message.oneOf('sender_type', OWNER_TYPES)
  if (sender === null) return owner !== null && message.has('sender_id') ? toStub(account, owner, message) : null
  const type = sender.oneOf('type', SENDER_TYPES) ?? owner ?? 'contact'
  if (type === 'contact') return toContact(account, sender)
  return {
    ...toPerson(account, type, sender),
    addresses: toAddresses(sender),
    details: type === 'user' ? undefined : null,
  }
}

export function toParticipant(person: Person): Participant {
  return { person, role: roleOf(person.details), status: null, joinedAt: null, details: null }
}

/** What a customer may see of one of us. */
export function withoutAddresses(person: Person): Person {
  return { ...person, addresses: [], details: null }
}

function roleOf(details: Maybe<Details>): string | null {
  return details && isAgentDetails(details) ? details.role : null
}

function isAgentDetails(details: Details): details is ChatwootAgent {
  return details.shape === 'chatwoot-agent'
}

function toPerson(account: string, type: PersonType, person: Wire): Person {
  const id = person.text('id')
  return {
    ref: personRef(account, type, id),
    externalId: id,
    kind: PERSON_KINDS[type],
    displayName: person.filledText('available_name') ?? person.filledText('name'),
    avatarUrl: person.url('thumbnail') ?? person.url('avatar_url'),
    isOnline: person.oneOf('availability_status', PRESENCE),
    addresses: [],
    details: undefined,
  }
}

function toStub(account: string, type: PersonType, message: Wire): Person {
  const id = message.text('sender_id')
  const ref: PersonRef = personRef(account, type, id)
  const unknown = { displayName: null, avatarUrl: null, isOnline: null, addresses: [], details: undefined }
  return { ref, externalId: id, kind: PERSON_KINDS[type], ...unknown }
}

function toAddresses(person: Wire): readonly ContactAddress[] {
  const email = person.filledText('email')
  const phone = person.filledText('phone_number')
  return [
    ...(email === null ? [] : [{ kind: 'email', value: email }]),
    ...(phone === null ? [] : [{ kind: 'phone', value: phone }]),
  ]
}

function toContactDetails(contact: Wire): ChatwootContact {
  return {
    shape: 'chatwoot-contact',
    contactId: contact.integer('id'),
    identifier: contact.optionalText('identifier'),
    blocked: contact.optionalBoolean('blocked'),
    availabilityStatus: contact.optionalText('availability_status'),
    lastActivityAt: contact.epochSeconds('last_activity_at'),
    createdAt: contact.epochSeconds('created_at'),
    additionalAttributes: contact.jsonObject('additional_attributes'),
    customAttributes: contact.jsonObject('custom_attributes'),
  }
}

/** `here` has what differs between the accounts of one person. */
function toAgentDetails(agent: Wire, here: Wire): ChatwootAgent {
  return {
    shape: 'chatwoot-agent',
    agentId: agent.integer('id'),
    role: here.optionalText('role'),
    availabilityStatus: here.optionalText('availability_status'),
    availableName: agent.optionalText('available_name'),
    displayName: agent.optionalText('display_name'),
    confirmed: agent.optionalBoolean('confirmed'),
    messageSignature: agent.optionalText('message_signature'),
    inviterId: agent.optionalInteger('inviter_id'),
    authProvider: agent.optionalText('provider'),
    uid: agent.optionalText('uid'),
    type: agent.optionalText('type'),
    customRoleId: here.optionalInteger('custom_role_id'),
    autoOffline: here.optionalBoolean('auto_offline'),
    customAttributes: agent.jsonObject('custom_attributes'),
  }
}

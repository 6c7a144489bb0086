import type { Actor, Conversation, Identifier, JsonObject, Member, Recipient } from './records.ts'
import { toTime } from './times.ts'

/**
 * How answers look. `example`: with the keys of the printed examples, which are fewer than the schema asks for. `schema`: with
 * everything the schema has.
 */
export interface View {
  readonly shape: 'example' | 'schema'
  readonly workspaceId: string
  /** Where the emulator answers: media links are absolute. */
  readonly origin: string
}

export function toParticipant(view: View, conversation: Conversation, member: Member): JsonObject {
  return {
    id: member.id,
    type: member.actor.type,
    status: member.status,
    displayName: member.actor.name,
    avatarUrl: member.actor.avatarUrl,
    ...toContactPart(view, member),
    ...(view.shape === 'schema' && {
      conversationId: conversation.id,
      resourceUri: `/workspaces/${view.workspaceId}/conversations/${conversation.id}/participants/${member.id}`,
      createdAt: toTime(member.createdAt),
      updatedAt: toTime(member.createdAt),
    }),
  }
}

/** Only type, id and address. */
export function toParticipantRef(view: View, member: Member): JsonObject {
  return { type: member.actor.type, id: member.id, ...toContactPart(view, member) }
}

/** A participant as the author of a message; on e-mail the schema names and addresses the author a second time. */
export function toSender(view: View, conversation: Conversation, member: Member): JsonObject {
  const participant = toParticipant(view, conversation, member)
  if (view.shape === 'example' || member.address?.key !== 'emailaddress') return participant
  return { name: member.actor.name, email: member.address.value, ...participant }
}

export function toRecipient(view: View, { role, actor, address }: Recipient): JsonObject {
  return {
    type: role,
    id: actor.id,
    ...toIdentifierPart(address),
    platformAddress: address.value,
    contactAnnotation: { name: actor.name },
    ...(view.shape === 'schema' && {
      platformAddressSelector: selectorOf(address),
      countryCode: 'US',
      identifiers: actor.identifiers.map(toIdentifierPart),
      receiverExpression: selectorOf(address),
      receiverValue: address.value,
    }),
  }
}

/** Somebody on the far side of a channel, in the words of the Channels API. */
export function toChannelContact(actor: Actor, address: Identifier): JsonObject {
  return { id: actor.id, ...toIdentifierPart(address), annotations: { name: actor.name } }
}

function toContactPart(view: View, { address }: Member): JsonObject {
  if (address === null) return {}
  const selector = view.shape === 'schema' && { platformAddressSelector: selectorOf(address) }
  return { contact: { ...toIdentifierPart(address), platformAddress: address.value, ...selector } }
}

function toIdentifierPart({ key, value }: Identifier): JsonObject {
  return { identifierKey: key, identifierValue: value }
}

function selectorOf({ key }: Identifier): string {
  return `identifiers.${key}`
}

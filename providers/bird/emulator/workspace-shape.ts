import type { View } from './participant-shape.ts'
import type { Actor, Channel, Identifier, JsonObject } from './records.ts'
import { toTime } from './times.ts'

/**
 * The part that matters here of what the Channels API prints in generated samples. The words for the platforms are inferred from
 * the names of their webhooks.
 */
export function toChannel({ id, platform, name, connectorId, identifier, createdAt }: Channel): JsonObject {
  const created = toTime(createdAt)
  return {
    id,
    platformId: platform,
    name,
    connectorId,
    identifier,
    status: 'active',
    createdAt: created,
    updatedAt: created,
  }
}

export function toContact(view: View, { id, name, identifiers, createdAt }: Actor): JsonObject {
  const [firstName, ...lastNames] = name.split(' ')
  return {
    id,
    computedDisplayName: name,
    featuredIdentifiers: identifiers.map(({ key, value }) => ({ key, value })),
    identifierCount: identifiers.length,
    attributes: {
      ...Object.fromEntries(identifiers.map(({ key, value }) => [key, [value]])),
      firstName,
      lastName: lastNames.join(' '),
      timezone: 'Europe/London',
      countryCode: null,
    },
    listIds: [],
    createdAt: toTime(createdAt),
    updatedAt: toTime(createdAt),
    ...(view.shape === 'schema' && { workspaceId: view.workspaceId, accountIds: [] }),
  }
}

export function toContactIdentifier(contact: Actor, { key, value }: Identifier): JsonObject {
  return { contactId: contact.id, key, value, properties: {}, createdAt: toTime(contact.createdAt) }
}

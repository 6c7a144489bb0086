import { COMPARISON, CONTAINMENT, EQUALITY, type FilterRules, PRESENCE } from './conditions.ts'
import type { Contact, Conversation, Json } from './records.ts'

const ANY_TEXT = [...EQUALITY, ...CONTAINMENT, ...PRESENCE]

/** In the order in which the server's refusal lists them. */
export const CONVERSATION_FILTER: FilterRules<Conversation> = {
  keys: {
    status: { operators: EQUALITY, read: ({ status }) => [status] },
    assignee_id: { operators: [...EQUALITY, ...PRESENCE], read: ({ assigneeId }) => known(assigneeId), isNumber: true },
    inbox_id: { operators: [...EQUALITY, ...PRESENCE], read: ({ inboxId }) => [inboxId], isNumber: true },
    team_id: { operators: [...EQUALITY, ...PRESENCE], read: ({ teamId }) => known(teamId), isNumber: true },
    contact_id: { operators: EQUALITY, read: ({ contactInbox }) => [contactInbox.contactId], isNumber: true },
    priority: { operators: EQUALITY, read: ({ priority }) => known(priority) },
    display_id: { operators: [...EQUALITY, ...CONTAINMENT], read: ({ id }) => [id], isNumber: true },
    campaign_id: { operators: [...EQUALITY, ...PRESENCE], read: () => [], isNumber: true },
    labels: { operators: [...EQUALITY, ...PRESENCE], read: ({ labels }) => labels },
    browser_language: { operators: EQUALITY, read: additional('browser_language') },
    conversation_language: { operators: EQUALITY, read: additional('conversation_language') },
    referer: { operators: [...EQUALITY, ...CONTAINMENT], read: additional('referer') },
    created_at: { operators: COMPARISON, read: ({ createdAt }) => [createdAt] },
    last_activity_at: { operators: COMPARISON, read: ({ lastActivityAt }) => [lastActivityAt] },
    mail_subject: { operators: [...EQUALITY, ...CONTAINMENT], read: additional('mail_subject') },
  },
  custom: { order: { operators: ANY_TEXT, read: custom('order') } },
}

export const CONTACT_FILTER: FilterRules<Contact> = {
  keys: {
    name: { operators: [...EQUALITY, ...CONTAINMENT], read: ({ name }) => [name], onlyFirst: true },
    phone_number: {
      operators: [...EQUALITY, ...CONTAINMENT, 'starts_with'],
      read: ({ phone }) => known(phone),
      onlyFirst: true,
    },
    email: { operators: [...EQUALITY, ...CONTAINMENT], read: ({ email }) => known(email), onlyFirst: true },
    identifier: { operators: EQUALITY, read: ({ identifier }) => known(identifier), onlyFirst: true },
    country_code: { operators: EQUALITY, read: additional('country_code'), onlyFirst: true },
    city: { operators: [...EQUALITY, ...CONTAINMENT], read: additional('city'), onlyFirst: true },
    company_name: { operators: [...EQUALITY, ...CONTAINMENT], read: additional('company_name'), onlyFirst: true },
    labels: { operators: [...EQUALITY, ...PRESENCE], read: ({ labels }) => labels, onlyFirst: true },
    created_at: { operators: COMPARISON, read: ({ createdAt }) => [createdAt], onlyFirst: true },
    last_activity_at: { operators: COMPARISON, read: ({ lastActivityAt }) => known(lastActivityAt), onlyFirst: true },
    blocked: { operators: EQUALITY, read: ({ blocked }) => [blocked], onlyFirst: true },
  },
  custom: { plan: { operators: ANY_TEXT, read: custom('plan'), onlyFirst: true } },
}

function known<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value]
}

function additional(key: string) {
  return (thing: { readonly additional: Json }) => textOf(thing.additional[key])
}

function custom(key: string) {
  return (thing: { readonly custom: Json }) => textOf(thing.custom[key])
}

function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : []
}

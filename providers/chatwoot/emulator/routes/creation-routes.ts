import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { rawInbox } from '../inbox-form.ts'
import { type Contact, type ContactInbox, type Conversation, type Inbox, isRecord, type Json } from '../records.ts'
import { restContact, restConversation } from '../rest-form.ts'
import { openConversation, openSession, update } from '../rules.ts'
import { ACCOUNT_ID, type AccountState } from '../state.ts'
import { readStatus } from './conversation-act-routes.ts'
import { endpoint, seesInbox, type Visit } from './endpoint.ts'
import { writeMessage } from './new-message.ts'
import { invalid, noSuchRecord, notAllowed, unprocessable } from './refusal.ts'

/** New contacts and new conversations. */
export function creationRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.post(
    '/contacts',
    endpoint(account, (visit) => createContact(account, visit)),
  )
  routes.post(
    '/conversations',
    endpoint(account, (visit) => createConversation(account, visit), { bots: true }),
  )
  return routes
}

function createContact(account: AccountState, { body }: Visit): Json {
  const inbox = account.inboxes.find(({ id }) => id === Number(body.inbox_id))
  if (body.inbox_id !== undefined && inbox === undefined) throw noSuchRecord()
  const contact = newContact(account, body)
  account.contacts.push(contact)
  account.tell({ name: 'contact_created', contact, changes: null })
  const session = inbox === undefined ? null : newSession(account, contact, inbox, textOf(body.source_id))
  return {
    payload: {
      contact: restContact(account, contact, true),
      contact_inbox: {
        inbox: inbox === undefined ? null : rawInbox(inbox, ACCOUNT_ID, contact.createdAt),
        source_id: session?.sourceId ?? null,
      },
    },
  }
}

function newContact(account: AccountState, body: Json): Contact {
  const at = account.now()
  const email = textOf(body.email)?.toLowerCase() ?? null
  const phone = textOf(body.phone_number)
  const identifier = textOf(body.identifier)
  if (email !== null && account.contacts.some((one) => one.email === email)) {
    throw invalid('Email has already been taken', 'email')
  }
  if (identifier !== null && account.contacts.some((one) => one.identifier === identifier)) {
    throw invalid('Identifier has already been taken', 'identifier')
  }
  if (phone !== null && !/^\+[1-9]\d{1,14}$/.test(phone)) {
    throw invalid('Phone number should be in e164 format', 'phone_number')
  }
  return {
    id: account.nextId('contact'),
    name: textOf(body.name) ?? '',
    email,
    phone,
    identifier,
    blocked: body.blocked === true,
    isOnline: false,
    avatar: null,
    additional: isRecord(body.additional_attributes) ? body.additional_attributes : {},
    custom: isRecord(body.custom_attributes) ? body.custom_attributes : {},
    labels: [],
    createdAt: at,
    updatedAt: at,
    lastActivityAt: null,
  }
}

/** An inbox that is locked to one conversation answers with the last one of the session. */
async function createConversation(account: AccountState, visit: Visit): Promise<Json> {
  const session = sessionFor(account, visit.body)
  const inbox = account.inboxOf(session)
  if (!seesInbox(visit, inbox)) throw notAllowed()
  const isLocked = inbox.channel.lock_to_single_conversation === true
  const last = isLocked ? account.conversations.findLast(({ contactInbox }) => contactInbox === session) : undefined
  const conversation = last ?? openNew(account, session, inbox, visit.body)
  if (isRecord(visit.body.message)) await writeMessage(account, conversation, visit.body.message, visit.caller)
  return restConversation(account, conversation, visit)
}

function openNew(account: AccountState, session: ContactInbox, inbox: Inbox, body: Json): Conversation {
  const contact = account.findContact(session.contactId)
  if (contact === undefined) throw noSuchRecord()
  const status = readStatus(body.status ?? 'open')
  const additional = isRecord(body.additional_attributes) ? body.additional_attributes : {}
  const custom = isRecord(body.custom_attributes) ? body.custom_attributes : {}
  const draft = { uuid: randomUUID(), contact, inbox, session, additional, custom, status }
  const conversation = openConversation(account, draft, account.now())
  const assigneeId = account.user(Number(body.assignee_id))?.id ?? null
  const teamId = account.team(Number(body.team_id))?.id ?? null
  update(account, conversation, { assigneeId, teamId }, account.now())
  return conversation
}

/** By source id alone, or by inbox and contact, where a session is begun if there is none. */
function sessionFor(account: AccountState, body: Json): ContactInbox {
  const sourceId = textOf(body.source_id)
  const inbox = account.inboxes.find(({ id }) => id === Number(body.inbox_id))
  const contact = account.findContact(Number(body.contact_id))
  const named = account.contactInboxes.find(
    (one) => one.sourceId === sourceId && (inbox === undefined || one.inboxId === inbox.id),
  )
  if (inbox === undefined || contact === undefined) {
    if (named === undefined) throw noSuchRecord()
    return named
  }
  if (named !== undefined && named.contactId !== contact.id) throw unprocessable('source_id should be unique')
  const own = account.contactInboxes.find((one) => one.contactId === contact.id && one.inboxId === inbox.id)
  return named ?? (sourceId === null ? own : undefined) ?? newSession(account, contact, inbox, sourceId)
}

function newSession(account: AccountState, contact: Contact, inbox: Inbox, sourceId: string | null): ContactInbox {
  return openSession(account, {
    contactId: contact.id,
    inboxId: inbox.id,
    sourceId: sourceId ?? randomUUID(),
    pubsubToken: randomUUID().replaceAll('-', '').slice(0, 24),
    createdAt: account.now(),
  })
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { readFilter } from '../conditions.ts'
import { sortContacts } from '../contact-order.ts'
import { sortConversations } from '../conversation-finder.ts'
import { CONTACT_FILTER } from '../filter-keys.ts'
import { slimInbox } from '../inbox-form.ts'
import type { Contact, Inbox, Json } from '../records.ts'
import { restContact, restConversation } from '../rest-form.ts'
import type { AccountState } from '../state.ts'
import { endpoint, pageOf, pageSlice, pathNumber, seesInbox, type Visit } from './endpoint.ts'
import { noSuchRecord } from './refusal.ts'

const PAGE_SIZE = 15
const LATEST_CONVERSATIONS = 20

export function contactRoutes(account: AccountState): Hono {
  const routes = new Hono()
  routes.get(
    '/',
    endpoint(account, (visit) => listContacts(account, visit)),
  )
  routes.get(
    '/search',
    endpoint(account, (visit) => searchContacts(account, visit)),
  )
  routes.post(
    '/filter',
    endpoint(account, (visit) => pageOfContacts(account, visit, filtered(account, visit))),
  )
  routes.get(
    '/:contact',
    endpoint(account, (visit) => ({ payload: contactForm(account, visit, visitedContact(account, visit)) })),
  )
  routes.get(
    '/:contact/conversations',
    endpoint(account, (visit) => ({ payload: conversationsOf(account, visit) })),
  )
  routes.get(
    '/:contact/contactable_inboxes',
    endpoint(account, (visit) => ({ payload: contactableInboxes(account, visit) })),
  )
  return routes
}

/** The contact of a session, by inbox and source id. */
export function contactOfSession(account: AccountState, visit: Visit): Json {
  const { inbox_id: inboxId, source_id: sourceId } = visit.body
  const session = account.contactInboxes.find((one) => one.inboxId === Number(inboxId) && one.sourceId === sourceId)
  const contact = session === undefined ? undefined : account.findContact(session.contactId)
  if (contact === undefined) throw noSuchRecord()
  return restContact(account, contact, true)
}

/** The list leaves out who has neither e-mail, phone nor identifier. */
function listContacts(account: AccountState, visit: Visit): Json {
  const labels = visit.query.getAll('labels[]')
  const known = account.contacts.filter(({ email, phone, identifier }) => (email ?? phone ?? identifier) !== null)
  const labelled = known.filter((one) => labels.length === 0 || labels.some((label) => one.labels.includes(label)))
  return pageOfContacts(account, visit, sortContacts(labelled, visit.query.get('sort')))
}

function filtered(account: AccountState, visit: Visit): readonly Contact[] {
  return account.contacts.filter(readFilter(visit.body.payload, CONTACT_FILTER))
}

function pageOfContacts(account: AccountState, visit: Visit, found: readonly Contact[]): Json {
  const shown = pageSlice(found, pageOf(visit.query), PAGE_SIZE)
  return {
    meta: { count: found.length, current_page: currentPage(visit) },
    payload: shown.map((contact) => contactForm(account, visit, contact)),
  }
}

/** The count is that of this page; a blank search answers nulls. */
function searchContacts(account: AccountState, visit: Visit): Json {
  const wanted = (visit.query.get('q') ?? '').trim().toLowerCase()
  if (wanted === '') return { meta: { count: null, current_page: currentPage(visit), has_more: null }, payload: [] }
  const found = account.contacts.filter(({ name, email, phone, identifier }) =>
    [name, email, phone, identifier].some((text) => text?.toLowerCase().includes(wanted)),
  )
  const page = pageOf(visit.query)
  const shown = pageSlice(found, page, PAGE_SIZE)
  return {
    meta: { count: shown.length, current_page: currentPage(visit), has_more: found.length > page * PAGE_SIZE },
    payload: shown.map((contact) => contactForm(account, visit, contact)),
  }
}

/** A string where the request named a page, a number where it did not. */
function currentPage(visit: Visit): string | number {
  return visit.query.get('page') ?? 1
}

function contactForm(account: AccountState, visit: Visit, contact: Contact): Json {
  return restContact(account, contact, visit.query.get('include_contact_inboxes') !== 'false')
}

function visitedContact(account: AccountState, visit: Visit): Contact {
  const contact = account.findContact(pathNumber(visit, 'contact'))
  if (contact === undefined) throw noSuchRecord()
  return contact
}

function conversationsOf(account: AccountState, visit: Visit): readonly Json[] {
  const { id } = visitedContact(account, visit)
  const own = account.conversations.filter(
    (one) => one.contactInbox.contactId === id && seesInbox(visit, account.inboxOf(one)),
  )
  const latest = sortConversations(own, 'latest').slice(0, LATEST_CONVERSATIONS)
  return latest.map((conversation) => restConversation(account, conversation, visit))
}

/** Where the contact can be written to. API inboxes take anybody, under a new source id where there is none yet. */
function contactableInboxes(account: AccountState, visit: Visit): readonly Json[] {
  const contact = visitedContact(account, visit)
  return account.inboxes
    .filter((inbox) => seesInbox(visit, inbox))
    .flatMap((inbox) => {
      const sourceId = sourceIdIn(account, contact, inbox)
      return sourceId === null ? [] : [{ inbox: slimInbox(inbox), source_id: sourceId }]
    })
}

function sourceIdIn(account: AccountState, contact: Contact, inbox: Inbox): string | null {
  const session = account.contactInboxes.find((one) => one.contactId === contact.id && one.inboxId === inbox.id)
  if (inbox.channelType === 'Channel::Api') return session?.sourceId ?? randomUUID()
  if (inbox.channelType === 'Channel::Email') return contact.email
  if (inbox.channelType === 'Channel::Whatsapp') return contact.phone?.replace('+', '') ?? null
  return inbox.channelType === 'Channel::WebWidget' ? (session?.sourceId ?? null) : null
}

import { type Context, Hono } from 'hono'
import type { Answers } from './answers.ts'
import { pageOf, readPageQuery } from './paging.ts'
import type { Actor, Identifier } from './records.ts'
import { found, invalid } from './refusal.ts'
import { toContact, toContactIdentifier } from './workspace-shape.ts'

/** The Contacts API: who writes to the shop, one by one. There is no call for several ids at once. */
export function contactRoutes({ workspace, view }: Answers): Hono {
  const routes = new Hono().basePath('/contacts')
  const contacts = () => workspace.actors.filter((actor) => actor.type === 'contact')
  const askedContact = (context: Context): Actor =>
    found(contacts().find(({ id }) => id === context.req.param('contact')))

  routes.get('/', (context) =>
    context.json(pageOf(contacts(), readPageQuery(context), (contact) => toContact(view(), contact))),
  )
  routes.post('/search', async (context) => {
    const isMeant = readSearch(await context.req.json().catch(() => null))
    const matches = contacts().filter((contact) => contact.identifiers.some(isMeant))
    return context.json({ results: matches.map((contact) => toContact(view(), contact)) })
  })
  routes.get('/:contact', (context) => context.json(toContact(view(), askedContact(context))))
  routes.get('/:contact/identifiers', (context) => {
    const contact = askedContact(context)
    const rows = contact.identifiers.map((identifier) => ({
      identifier,
      id: identifier.key,
      createdAt: contact.createdAt,
    }))
    const toWire = (row: { readonly identifier: Identifier }) => toContactIdentifier(contact, row.identifier)
    return context.json(pageOf(rows, readPageQuery(context), toWire))
  })
  return routes
}

/** Takes `{identifier: {key, value}}` or `{platformAddress}`. */
function readSearch(body: unknown): (identifier: Identifier) => boolean {
  const asked = propertyOf(body, 'identifier')
  const [key, value] = [propertyOf(asked, 'key'), propertyOf(asked, 'value')]
  const address = propertyOf(body, 'platformAddress')
  if (typeof address === 'string') return (known) => known.value === address
  if (typeof key !== 'string' || typeof value !== 'string')
    throw invalid({ identifier: ['must have a key and a value'] })
  return (known) => known.key === key && known.value === value
}

function propertyOf(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined
}

import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Desk, openDesk } from './chatwoot-desk.ts'

const DOCUMENT = new URL('../../../shared/providers/data/chatwoot/application_swagger.json', import.meta.url)
const isThere = existsSync(DOCUMENT)

/** Where the document is wrong, and what the recorded server says. */
const WRONG: readonly { readonly problem: RegExp; readonly because: string }[] = [
  {
    problem: /\/(website_url|widget_color|website_token|web_widget_script|reply_time) must be string$/,
    because: 'what only the widget has is null in other inboxes',
  },
  { problem: /\/snoozed_until must be number,null$/, because: 'it is ISO text' },
  { problem: /\/status must be equal to one of the allowed values$/, because: 'the document forgets snoozed' },
]

interface Case {
  readonly title: string
  /** The path in the document, after the account. */
  readonly documented: string
  readonly path: (all: readonly Answer['body'][]) => string
}

const CASES: readonly Case[] = [
  { title: 'agents', documented: '/agents', path: () => '/agents' },
  { title: 'inboxes', documented: '/inboxes', path: () => '/inboxes' },
  { title: 'an inbox', documented: '/inboxes/{id}', path: () => '/inboxes/6' },
  { title: 'teams', documented: '/teams', path: () => '/teams' },
  { title: 'a team', documented: '/teams/{team_id}', path: () => '/teams/3' },
  { title: 'team members', documented: '/teams/{team_id}/team_members', path: () => '/teams/3/team_members' },
  { title: 'contacts', documented: '/contacts', path: () => '/contacts' },
  { title: 'a contact', documented: '/contacts/{id}', path: () => '/contacts/15' },
  {
    title: 'the conversations of a contact',
    documented: '/contacts/{id}/conversations',
    path: () => '/contacts/15/conversations',
  },
  {
    title: 'contactable inboxes',
    documented: '/contacts/{id}/contactable_inboxes',
    path: () => '/contacts/15/contactable_inboxes',
  },
  { title: 'conversations', documented: '/conversations', path: () => '/conversations?status=all' },
  { title: 'counts', documented: '/conversations/meta', path: () => '/conversations/meta' },
  {
    title: 'a conversation',
    documented: '/conversations/{conversation_id}',
    path: (all) => `/conversations/${all[0].id}`,
  },
  {
    title: 'messages',
    documented: '/conversations/{conversation_id}/messages',
    path: (all) => `/conversations/${all[0].id}/messages`,
  },
  {
    title: 'labels of a conversation',
    documented: '/conversations/{conversation_id}/labels',
    path: () => '/conversations/1/labels',
  },
]

describe.skipIf(!isThere)(`answers beside the vendor's OpenAPI document${isThere ? '' : ' (absent: skipped)'}`, () => {
  let desk: Desk
  let all: readonly Answer['body'][]
  const document = isThere ? JSON.parse(readFileSync(DOCUMENT, 'utf8')) : {}
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })

  beforeAll(async () => {
    desk = await openDesk()
    all = await desk.allConversations()
  })
  afterAll(() => desk.emulator.close())

  const problemsOf = (documented: string, body: unknown): readonly string[] => {
    const operation = document.paths[`/api/v1/accounts/{account_id}${documented}`].get
    const { schema } = operation.responses['200'].content['application/json']
    const validate = ajv.compile({ ...schema, components: nullable(document.components) })
    validate(body)
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
  }

  it.each(CASES.map((one) => [one.title, one] as const))('agree with it on %s', async (_, { documented, path }) => {
    const { status, body } = await desk.get(path(all))
    expect(status).toBe(200)
    expect(problemsOf(documented, body).filter((one) => !WRONG.some(({ problem }) => problem.test(one)))).toEqual([])
  })

  it('is a document that calls the list of webhooks a bare array, which it is not', async () => {
    const { body } = await desk.get('/webhooks')
    expect(Object.keys(body.payload)).toEqual(['webhooks'])
    expect(problemsOf('/webhooks', body)).toEqual([' must be array'])
  })
})

/** OpenAPI 3.0 says `nullable`, which JSON Schema does not know. */
function nullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullable)
  if (typeof value !== 'object' || value === null) return value
  const own = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nullable(item)]))
  return own.nullable === true ? { anyOf: [{ type: 'null' }, own] } : own
}
